"""What must be true of an absence, in words: asked when it is recorded, and when somebody does another's work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.amounts.figures import day
from organization.absences.models import Absence
from organization.absences.words import days
from organization.people.models import SIGNS, Post, User
from organization.permissions import YES, Answer


class Others(NamedTuple):
    """What else is on file of the same days: absences of the post itself, and of its deputy."""

    own: Sequence[Absence] = ()
    deputys: Sequence[Absence] = ()


def wrong(absence: Absence, others: Others, *, by: User, on: date) -> Mapping[str, str]:
    """What can't be of *absence*, which isn't on file yet, by field; nothing if it can."""
    post, said = absence.post, dict[str, str]()
    if not post.active or post.holder is None:
        return {"": _("Nobody holds %(post)s: there is nobody to be away") % {"post": post.in_full}}
    if absence.until is not None and absence.until < absence.since:
        said["until"] = _("It ends before it begins: the last day away is %(day)s or later") % {
            "day": day(absence.since, on)
        }
    elif absence.until is not None and absence.until < on:
        said["until"] = _("These days are over: there is nothing to do for a deputy any more")
    elif others.own:
        text = _("Away %(days)s is on file already: end that first, or write other days")
        said["since"] = text % {"days": days(others.own[0])}
    if why := _deputy(absence, absence.deputy, others, by):
        said["deputy"] = why
    if not absence.reason.strip():
        said["reason"] = _("Write why, such as the business trip or the leave")
    return said


def _deputy(absence: Absence, deputy: Post, others: Others, by: User) -> str:
    """Why *deputy* can't be the deputy."""
    post, who = absence.post, {"post": deputy.in_full, "person": deputy.holder}
    if deputy == post:
        return _("A post is no deputy of itself: choose another one")
    if deputy.unit.county_id != post.unit.county_id:
        return _("%(post)s is another county's") % who
    if not deputy.active or deputy.holder is None or not deputy.holder.is_active:
        return _("Nobody holds %(post)s: choose one that somebody holds") % who
    if deputy.holder == absence.person:
        return _("%(person)s holds %(post)s too, and is away: choose somebody else's post") % who
    if post.role in SIGNS and deputy.role not in SIGNS:
        return _("This post signs what is published: its deputy is a leader or somebody of the command office")
    if deputy.holder == by:
        text = _("Who records it for somebody else is not the deputy: choose another one, or let %(who)s record it")
        return text % {"who": absence.person}
    if others.deputys:
        text = _("%(post)s is away as well, %(days)s. A deputy's deputy doesn't count: choose somebody who is there")
        return text % {**who, "days": days(others.deputys[0])}
    return ""


def holds(absence: Absence, on: date) -> bool:
    """Whether its person is away on the day *on*; `AbsenceQuerySet.on` asks the same."""
    begun = absence.since <= on
    ended = absence.until is not None and absence.until < on
    back = absence.back_on is not None and absence.back_on <= max(on, absence.since)
    return begun and not ended and not back and absence.post.active and absence.post.holder_id == absence.person_id


def can_stand_in(user: User, absence: Absence, *, on: date) -> Answer:
    """Whether *user* does on the day *on* what waits for the post that is away: who holds the deputy's post, on these
    days, and nobody for that one; nobody makes that of himself by recording the absence of somebody else."""
    if not holds(absence, on) or not absence.deputy.active or absence.deputy.holder_id != user.pk:
        return Answer(False, _("Only the deputy of %(post)s, and only while it is away") % {"post": absence.post})
    if absence.recorded_by_id == user.pk:
        said = _("You recorded yourself that %(post)s is away: somebody else does this")
        return Answer(False, said % {"post": absence.post})
    return YES
