from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import undo
from core.refusals import Refused, done, tell
from organization.absences import pages, services
from organization.absences.forms import AbsenceForm
from organization.absences.models import Absence
from organization.absences.permissions import can_set_away
from organization.absences.words import in_words
from organization.people.models import SIGNS, Post
from organization.permissions import can_see_people
from organization.requests import SignedIn, county_of


@require_http_methods(["GET", "POST"])
def away(request: SignedIn, pk: int) -> HttpResponse:
    """Who holds a post is away for some days, and who deputises; what is on file of it."""
    posts = Post.objects.filter(unit__county=county_of(request), active=True).select_related("unit__county", "holder")
    post, now = get_object_or_404(posts, pk=pk), timezone.now()
    if not (answer := can_set_away(request.user, post)):
        raise PermissionDenied(answer.why)
    form = AbsenceForm(request.POST or None, post=post, initial={"since": timezone.localdate(now)})
    if request.method == "POST":
        made = done(form, lambda: services.be_away(post, by=request.user, now=now, **form.cleaned_data))
        if made:
            what = in_words(made, timezone.localdate(now))
            said = _("On file: %(post)s is away, %(what)s") % {"post": post.in_full, "what": what}
            messages.success(request, said)
            return redirect("organization:post_away", pk)
    lines = pages.of_post(post, on=timezone.localdate(now), by=request.user)
    others = can_see_people(request.user, county_of(request)).ok
    context = {"post": post, "form": form, "lines": lines, "sees_posts": others, "signs": post.role in SIGNS}
    return render(request, "organization/absences/away.html", context, status=422 if form.errors else 200)


@require_POST
def end(request: SignedIn, pk: int) -> HttpResponse:
    """Back from today on; what was to come is taken back."""
    absences = Absence.objects.filter(post__unit__county=county_of(request)).whole()
    found, now = get_object_or_404(absences, pk=pk), timezone.now()
    try:
        ended = services.come_back(found, on=timezone.localdate(now), by=request.user, now=now)
        said = _("%(post)s is there again: nobody deputises any more") % {"post": ended.post.in_full}
        undo.say(request, said, "absence_ended", ended, now=now)
    except Refused as refusal:
        tell(request, refusal)
    return redirect("organization:post_away", found.post_id)
