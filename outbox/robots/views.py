from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.web.htmx import go
from organization.requests import SignedIn
from outbox.robots.models import GroupMessage
from outbox.robots.permissions import can_send_to_groups
from outbox.robots.services import send_to_group_again


@require_POST
def again(request: SignedIn, pk: int) -> HttpResponse:
    if not (answer := can_send_to_groups(request.user, request.user.county)):
        raise PermissionDenied(answer.why)
    message = get_object_or_404(GroupMessage, pk=pk, county=request.user.county)
    send_to_group_again(message, by=request.user, now=timezone.now())
    messages.success(request, _("It goes out again within minutes, or when the quiet hours end."))
    return go(request, "outbox:groups")
