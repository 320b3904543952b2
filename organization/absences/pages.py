"""What pages show of who is away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import pgettext

from organization.absences.checks import holds
from organization.absences.models import Absence
from organization.absences.permissions import can_set_away
from organization.absences.words import days
from organization.people.models import Post, User

LISTED = 12  # of a post, newest first


@dataclass(frozen=True)
class Line:
    """One absence, how it stands, and whether who looks at it may end it."""

    absence: Absence
    days: str
    state: str
    now: bool
    may: bool


def line(absence: Absence, *, on: date, by: User) -> Line:
    back, until = absence.back_on, absence.until
    going = back is None and (until is None or until >= on) and absence.post.holder_id == absence.person_id
    now = holds(absence, on)
    if back is not None and back <= absence.since:
        state = pgettext("absence", "taken back")
    else:
        words = pgettext("absence", "to come") if going else pgettext("absence", "over")
        state = pgettext("absence", "away now") if now else words
    return Line(absence, days(absence, on), state, now, going and bool(can_set_away(by, absence.post)))


def of_post(post: Post, *, on: date, by: User) -> list[Line]:
    """The absences of *post*, the newest first."""
    return [line(one, on=on, by=by) for one in post.absences.whole().select_related("recorded_by")[:LISTED]]


def concerning(user: User, posts: Iterable[Post], *, on: date) -> list[Line]:
    """Of *user*, who holds *posts*: own absences, and those that they deputise for, that aren't over."""
    ahead = Absence.objects.crossing(on, None).whole().select_related("recorded_by")
    held = [post.pk for post in posts]
    found = ahead.filter(post__in=held) | ahead.filter(deputy__in=held)
    return [line(one, on=on, by=user) for one in found]
