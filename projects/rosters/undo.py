from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.urls import reverse

from core.models import Done
from core.undo import Undo
from organization.people.models import User
from organization.permissions import Answer
from projects.many.permissions import can_take_back
from projects.rosters.models import Roster
from projects.rosters.permissions import can_keep_lists
from projects.rosters.services import CLOSED, PUT, TAKEN, open_roster, take_back


def _of(key: str) -> Callable[[User], QuerySet[Done]]:
    def find(user: User) -> QuerySet[Done]:
        county = user.county.pk if user.county and can_keep_lists(user, user.county) else None
        return Done.objects.filter(key=key, county=county).exclude(county=None).select_related("by")

    return find


def _page(done: Done) -> str:
    return reverse("did_rows", args=[done.pk])


def _lists(user: User) -> QuerySet[Roster]:
    return Roster.objects.filter(county=user.county)


def _can_open(user: User, roster: Roster) -> Answer:
    return can_keep_lists(user, roster.county_id)


def _roster_page(roster: Roster) -> str:
    return reverse("projects:roster", args=[roster.pk])


UNDO = (
    *(Undo(key, find=_of(key), can=can_take_back, do=take_back, page=_page, many=True) for key in (PUT, TAKEN)),
    Undo(CLOSED, find=_lists, can=_can_open, do=open_roster, page=_roster_page),
)
