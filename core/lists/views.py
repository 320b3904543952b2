"""The pages that every list has: the list, its files, and the saving of views."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import exports, undo
from core.lists import acts, files
from core.lists.listing import Listing, query_of
from core.lists.preview import ActPage
from core.lists.saved import ViewForm, delete_view, may_delete, save_view
from core.lists.spec import ListSpec, all_lists
from core.models import SavedView
from core.refusals import NotAllowed, done
from core.web.ask import ask
from core.web.htmx import go, page_or_part, wants_sheet


def person(request: HttpRequest, spec: ListSpec) -> Any:
    """Who is signed in, with a county and the right to see the list."""
    user: Any = request.user
    spec.demand(user)
    return user


OF_SHEET = 10  # rows of a list that a figure opens over its page


def listing_of(request: HttpRequest, spec: ListSpec) -> Listing:
    """The list as the request asks for it; the columns chosen last are remembered."""
    user, remembered = person(request, spec), f"columns.{spec.key}"
    chosen = request.GET.getlist("col")
    if chosen and chosen != request.session.get(remembered):  # a session that is touched is written
        request.session[remembered] = chosen
    most, kept = (OF_SHEET if wants_sheet(request) else None), request.session.get(remembered)
    return Listing(spec, user, request.GET, now=timezone.now(), columns=kept, most=most)


def show(request: HttpRequest, spec: ListSpec) -> HttpResponse:
    listing = listing_of(request, spec)
    context = {"listing": listing, "spec": spec, "acts": acts.acts_of(spec, request.user, listing.county)}
    return page_or_part(request, "core/list.html", "core/_list.html", context, sheet="core/_list_sheet.html")


def export(request: HttpRequest, spec: ListSpec, kind: str) -> HttpResponseBase:
    """Exactly what is on screen, all pages of it, as xlsx or csv."""
    if kind not in files.KINDS:
        raise Http404
    return exports.answer(request, files.sheet(listing_of(request, spec), kind), now=timezone.now())


def act(request: HttpRequest, spec: ListSpec, name: str) -> HttpResponseBase:
    """One act on the rows that were ticked: what becomes of each, then one press for all of them."""
    listing = listing_of(request, spec)
    found, data = acts.act_of(spec, name), request.POST or request.GET
    if name == acts.EXPORT:
        return redirect(listing.file_of(data))
    if found is None:
        raise Http404
    if not (may := found.can(request.user, listing.county)):
        raise PermissionDenied(may.why)
    page = ActPage(found, listing, data, now=timezone.now(), posted=request.method == "POST")
    if page.pressed and (outcome := page.do()):
        if outcome.done:
            undo.say(request, outcome.said, found.undo, outcome.done, now=page.now)
        else:
            messages.success(request, outcome.said)
        return go(request, page.back)
    return render(request, "core/act.html", {"page": page, "act": found, "spec": spec}, status=page.status)


@require_http_methods(["GET", "POST"])
def view_save(request: HttpRequest, key: str) -> HttpResponse:
    """Keep a list's filter under a name: one's own, or the office's for everybody."""
    spec = all_lists().get(key)
    if spec is None:
        raise Http404
    user = person(request, spec)
    may_share = bool(spec.may_share(user, user.county))
    if request.method == "POST":
        form = ViewForm(request.POST, may_share=may_share)
        if view := done(form, lambda: save_view(spec, by=user, now=timezone.now(), **form.cleaned_data)):
            return go(request, f"{reverse(spec.url)}?{query_of(view)}")
    else:
        form = ViewForm(initial={"query": request.GET.urlencode()}, may_share=may_share)
    context = {"form": form, "spec": spec, "home": reverse(spec.url)}
    status = 422 if form.errors else 200
    return page_or_part(request, "core/view_save.html", "core/_view_save.html", context, status=status)


@require_http_methods(["GET", "POST"])
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """A saved view goes, once it is asked whether it is that one."""
    user: Any = request.user
    whose = Q(owner=user.pk) | Q(owner=None, county=user.county.pk if user.county else None)
    view = get_object_or_404(SavedView, whose, pk=pk)
    spec = all_lists().get(view.list)
    home = reverse(spec.url) if spec else "/"
    if request.method == "GET":
        if not may_delete(view, user):
            raise PermissionDenied(_("This view isn't yours to delete"))
        title = _("Delete the view “%(name)s”?") % {"name": view.name}
        said = [_("What it lists stays; only its filters, columns and name are gone, for all who use it.")]
        return ask(request, title, said, _("Delete this view"), home)
    try:
        delete_view(view, by=user)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.why) from refusal
    messages.success(request, _("The view “%(name)s” is deleted") % {"name": view.name})
    return go(request, home)
