from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from core.undo import Undo
from organization.changes import services
from organization.changes.models import UnitChange
from organization.changes.permissions import can_change_units
from organization.people.models import User
from organization.permissions import Answer
from organization.units.models import Unit


def _find(user: User) -> QuerySet[Unit]:
    return Unit.objects.filter(county=user.county)


def _can(user: User, unit: Unit) -> Answer:
    return can_change_units(user, unit.county_id)


def _take_back(unit: Unit, *, by: User, now: datetime, reason: str, version: int) -> None:
    services.take_back_rename(unit, by=by, now=now, reason=reason)


def _plans(user: User) -> QuerySet[UnitChange]:
    return UnitChange.objects.filter(county=user.county)


def _can_plan(user: User, change: UnitChange) -> Answer:
    return can_change_units(user, change.county_id)


def _plan_again(change: UnitChange, *, by: User, now: datetime, reason: str, version: int) -> None:
    services.plan_again(change, by=by, now=now)


UNDO = (
    Undo(
        "unit_plan_withdrawn",
        find=_plans,
        can=_can_plan,
        do=_plan_again,
        page=lambda change: reverse("organization:unit", args=[change.unit_id]),
    ),
    Undo(
        "unit_renamed",
        find=_find,
        can=_can,
        do=_take_back,
        page=lambda unit: reverse("organization:unit", args=[unit.pk]),
    ),
)
