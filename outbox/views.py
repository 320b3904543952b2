"""What a person is told, what is mailed, and what runs by itself."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.away import aside
from core.web.htmx import go
from organization.requests import SignedIn
from outbox import services as notices
from outbox.digest import send_again
from outbox.models import Delivery, Notice
from outbox.permissions import can_send_again
from outbox.settling import settle

PAGE = 50


@require_GET
def mine(request: SignedIn) -> HttpResponse:
    """All that *user* was told, newest first."""
    found = Notice.objects.filter(person=request.user).prefetch_related("deliveries")
    unread = found.unread()
    only = "unread" in request.GET
    page = Paginator(unread if only else found, PAGE).get_page(request.GET.get("page"))
    with aside("what is settled by now"):
        settle(page.object_list)
    return render(
        request, "outbox/notices.html", {"page": page, "unread": unread.count(), "only": only, "now": timezone.now()}
    )


@require_GET
def follow(request: SignedIn, pk: int) -> HttpResponse:
    """Go where the notice leads; it is read by that."""
    notice = get_object_or_404(Notice, pk=pk, person=request.user)
    with aside("a notice that was read"):
        notices.mark_read(request.user, now=timezone.now(), notice=notice)
    return redirect(notice.link or "outbox:notices")


@require_POST
def read_all(request: SignedIn) -> HttpResponse:
    notices.mark_read(request.user, now=timezone.now())
    return go(request, "outbox:notices")


@require_POST
def again(request: SignedIn, pk: int) -> HttpResponse:
    if not (answer := can_send_again(request.user, request.user.county)):
        raise PermissionDenied(answer.why)
    delivery = get_object_or_404(Delivery, pk=pk, notice__county=request.user.county)
    send_again(delivery, by=request.user, now=timezone.now())
    messages.success(request, _("It goes out again with the next mail, within working hours."))
    return go(request, "outbox:list")
