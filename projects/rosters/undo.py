from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from core.undo import Undo, of_many
from organization.people.models import User
from organization.permissions import Answer
from projects.many.permissions import can_take_back
from projects.rosters.models import Roster
from projects.rosters.permissions import can_keep_lists
from projects.rosters.services import CLOSED, PUT, TAKEN, open_roster, take_back


def _lists(user: User) -> QuerySet[Roster]:
    return Roster.objects.filter(county=user.county)


def _can_open(user: User, roster: Roster) -> Answer:
    return can_keep_lists(user, roster.county_id)


def _roster_page(roster: Roster) -> str:
    return reverse("projects:roster", args=[roster.pk])


UNDO = (
    *(of_many(key, may=can_keep_lists, can=can_take_back, do=take_back) for key in (PUT, TAKEN)),
    Undo(CLOSED, find=_lists, can=_can_open, do=open_roster, page=_roster_page),
)
