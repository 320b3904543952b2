from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from core.models import Done
from core.undo import Undo
from organization.people.models import User
from projects.turn.permissions import can_take_back_turn, can_turn_year
from projects.turn.services import PUT_IN_FORCE, take_back_turn


def _find(user: User) -> QuerySet[Done]:
    county = user.county.pk if user.county and can_turn_year(user, user.county) else None
    return Done.objects.filter(key=PUT_IN_FORCE, county=county).exclude(county=None).select_related("by")


UNDO = (
    Undo(
        PUT_IN_FORCE,
        find=_find,
        can=can_take_back_turn,
        do=take_back_turn,
        page=lambda done: reverse("did_rows", args=[done.pk]),
        many=True,
    ),
)
