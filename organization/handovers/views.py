from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import undo
from core.refusals import Refused, onto, tell
from organization.absences.pages import of_post
from organization.absences.permissions import can_set_away
from organization.handovers import pages, services
from organization.handovers.checks import check
from organization.handovers.forms import PostChangeForm
from organization.handovers.models import Kind, PostChange
from organization.handovers.permissions import can_change_post
from organization.handovers.words import in_words
from organization.people.models import Post
from organization.permissions import can_see_people
from organization.requests import SignedIn, county_of


def _posts(request: SignedIn) -> QuerySet[Post]:
    """The posts of the person's county; refuses who may not manage people."""
    county = county_of(request)
    if not (answer := can_see_people(request.user, county)):
        raise PermissionDenied(answer.why)
    return Post.objects.filter(unit__county=county).select_related("unit__county", "holder")


@require_GET
def post(request: SignedIn, pk: int) -> HttpResponse:
    """One post: who held it when, what was done to it, what is planned, what can be done."""
    found = get_object_or_404(_posts(request), pk=pk)
    may = [kind for kind in Kind if can_change_post(request.user, kind, found.unit.county_id)]
    kinds = [kind for kind in may if kind != Kind.VACATE or found.holder_id]
    now = timezone.now()
    context = pages.page(found, now) | {
        "kinds": kinds,
        "may_away": found.holder_id and can_set_away(request.user, found),
        "lines": of_post(found, on=timezone.localdate(now), by=request.user),
    }
    return render(request, "organization/handovers/post.html", context)


@require_http_methods(["GET", "POST"])
def change(request: SignedIn, pk: int, kind: str) -> HttpResponse:
    """One of the acts: typed, looked at, then done. What is typed anew is looked at anew."""
    found, now = get_object_or_404(_posts(request), pk=pk), timezone.now()
    if kind not in Kind.values:
        raise Http404
    if not (answer := can_change_post(request.user, kind, found.unit.county_id)):
        raise PermissionDenied(answer.why)
    initial = {"on": timezone.localdate(now), "version": services.seen_of(found)}
    form = PostChangeForm(request.POST or None, initial=initial, post=found, kind=kind)
    shown, status = None, 422 if form.is_bound and not form.is_valid() else 200
    if form.is_bound and status == 200:
        try:
            if form.cleaned_data["looked"] == form.sign:
                return _done(request, form)
            check(form.change(), now=now)
            shown = pages.preview(form.change(), now)
        except Refused as refusal:
            status = onto(form, refusal)
    context = {"post": found, "kind": Kind(kind), "form": form, "preview": shown, "looked": form.sign if shown else ""}
    return render(request, "organization/handovers/change.html", context, status=status)


def _done(request: SignedIn, form: PostChangeForm) -> HttpResponse:
    made = services.plan_change(
        form.post,
        kind=form.kind,
        by=request.user,
        now=timezone.now(),
        version=form.cleaned_data["version"],
        **form.facts,
    )
    messages.success(request, in_words(made) if made.done_at else _("Planned: %(what)s") % {"what": in_words(made)})
    return redirect("organization:post", made.post_id)


@require_POST
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """A planned change isn't wanted any more."""
    planned = get_object_or_404(PostChange, county=county_of(request), pk=pk)
    try:
        withdrawn = services.withdraw(planned, by=request.user, now=timezone.now())
        undo.say(
            request,
            lambda: _("Withdrawn: nothing is done on that day"),
            "post_plan_withdrawn",
            withdrawn,
            now=timezone.now(),
        )
    except Refused as refusal:
        tell(request, refusal)
    return redirect("organization:post", planned.post_id)
