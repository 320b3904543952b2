"""Somebody is away, with a deputy; comes back earlier than said; or it was a mistake. Each writes history and the
log, and tells who deputises, whose post it is and the command office."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.noted import note
from core.records.history import keep
from core.refusals import Stale, Wrong, require
from core.told import tell
from organization.absences.checks import Others, wrong
from organization.absences.models import Absence
from organization.absences.permissions import can_set_away
from organization.absences.words import days, in_words
from organization.people import recipients
from organization.people.models import Post, User
from organization.units.models import Unit


@transaction.atomic
def be_away(
    post: Post, *, since: date, until: date | None, deputy: Post, reason: str, by: User, now: datetime
) -> Absence:
    """Who holds *post* is away from *since* to *until* (None: nobody knows how long); *deputy* does its work.

    Wrong with a sentence by field; NotAllowed.
    """
    Unit.objects.select_for_update(no_key=True).get(pk=(post.unit.county or post.unit).pk)  # one after the other
    posts = Post.objects.select_related("unit__county", "holder").in_bulk([post.pk, deputy.pk])
    post, deputy = posts[post.pk], posts[deputy.pk]
    require(can_set_away(by, post))
    told = {"since": since, "until": until, "reason": reason.strip()[:300]}
    absence = Absence(post=post, deputy=deputy, person=post.holder, recorded_by=by, recorded_at=now, **told)
    others = Absence.objects.crossing(since, until).whole()
    known = Others(list(others.filter(post=post)), list(others.filter(post=deputy)))
    if said := wrong(absence, known, by=by, on=timezone.localdate(now)):
        raise Wrong(said)
    keep(absence, by=by, now=now, reason=reason)
    _note_of("absence_recorded", absence, by=by, now=now, why=_why(absence))
    return absence


@transaction.atomic
def come_back(absence: Absence, *, on: date, by: User, now: datetime) -> Absence:
    """The person is there again from the day *on*; from the first day away or before, it never held. Stale if it is
    over already."""
    fresh = _fresh(absence)
    require(can_set_away(by, fresh.post))
    on = max(on, fresh.since)
    if fresh.back_on is not None or (fresh.until is not None and fresh.until < on):
        raise Stale(fresh, _("It is over already: nothing was done"))
    fresh.back_on = on
    keep(fresh, by=by, now=now, fields=["back_on"])
    _note_of("absence_ended", fresh, by=by, now=now)
    return fresh


@transaction.atomic
def away_again(absence: Absence, *, by: User, now: datetime) -> Absence:
    """It holds as it was recorded, though it was ended. Refused where other days are on file meanwhile."""
    fresh = _fresh(absence)
    require(can_set_away(by, fresh.post))
    if fresh.back_on is None:
        raise Stale(fresh, _("It has not ended: nothing was done"))
    fresh.back_on = None
    others = Absence.objects.crossing(fresh.since, fresh.until).exclude(pk=fresh.pk).whole()
    known = Others(list(others.filter(post=fresh.post)))
    if said := wrong(fresh, known, by=fresh.person, on=timezone.localdate(now)):
        raise Wrong(said)
    keep(fresh, by=by, now=now, fields=["back_on"])
    _note_of("absence_recorded", fresh, by=by, now=now, why=_why(fresh))
    return fresh


@transaction.atomic
def hand_on(post: Post, to: Post, *, by: User | None, now: datetime, reason: str) -> int:
    """*post*, which goes, deputises for nobody any more: *to* does, but for itself. How many."""
    rows = Absence.objects.select_for_update(of=("self",)).filter(deputy=post).exclude(post=to)
    found = list(rows.crossing(timezone.localdate(now), None).order_by("pk"))
    for row in found:
        row.deputy = to
        keep(row, by=by, now=now, reason=reason, fields=["deputy"])
    return len(found)


def _fresh(absence: Absence) -> Absence:
    """*absence* as it stands, locked, and its county with it, as where one is recorded."""
    unit = absence.post.unit
    Unit.objects.select_for_update(no_key=True).get(pk=(unit.county or unit).pk)
    return Absence.objects.select_for_update(of=("self",)).whole().get(pk=absence.pk)


def _note_of(key: str, absence: Absence, *, by: User, now: datetime, why: str = "") -> None:
    """In the log, and to those whom it concerns."""
    detail = {"reason": absence.reason, "account": absence.person.username}
    note(key, absence, by=by, now=now, words=f"{absence.post.in_full} · {in_words(absence)}", detail=detail)
    county = absence.post.unit.county
    office = recipients.office(county) if county else []
    people = {one.pk: one for one in (absence.deputy.holder, absence.person, *office) if one and one != by}
    tell(key, absence, by=by, now=now, why=why, to=people.values())


def _why(absence: Absence) -> str:
    """What those are told who have to know: how long, why, and for whom nobody deputises now."""
    others = Absence.objects.crossing(absence.since, absence.until).filter(deputy=absence.post).whole()
    said = _("It deputises for %(post)s, away %(days)s: nobody does while both are away, name another deputy")
    left = [said % {"post": one.post.in_full, "days": days(one)} for one in others]
    return "\n".join([days(absence), absence.reason, *left])
