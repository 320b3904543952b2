from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from core.undo import Undo
from dispatch.rounds import services
from dispatch.rounds.models import Round
from dispatch.rounds.permissions import can_close_round
from organization.people.models import User
from organization.permissions import Answer


def _find(user: User) -> QuerySet[Round]:
    return Round.objects.filter(county=user.county)


def _can(user: User, opened: Round) -> Answer:
    return can_close_round(user, opened.county_id)


def _reopen(opened: Round, *, by: User, now: datetime, reason: str, version: int) -> None:
    services.reopen(opened, by=by, now=now)


def _take_in(opened: Round, *, by: User, now: datetime, reason: str, version: int) -> None:
    services.take_in(opened, by=by, now=now)


def _page(opened: Round) -> str:
    return reverse("dispatch:round", args=[opened.pk])


UNDO = (
    Undo("round_closed", find=_find, can=_can, do=_reopen, page=_page),
    Undo("rows_left_out", find=_find, can=_can, do=_take_in, page=_page),
)
