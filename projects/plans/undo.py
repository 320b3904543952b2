from __future__ import annotations

from django.db.models import Q, QuerySet
from django.urls import reverse

from core.models import Done
from core.undo import Undo
from organization.people.models import User
from projects.plans.permissions import can_fill_plans, can_take_back_filled
from projects.plans.services import take_back_filled

FILLED = "plans_filled"


def _find(user: User) -> QuerySet[Done]:
    found = Q(by=user)
    if user.county and user.is_office_of(user.county) and can_fill_plans(user, user.county):
        found |= Q(county=user.county.pk)
    return Done.objects.filter(found, key=FILLED).select_related("by")


UNDO = (
    Undo(
        FILLED,
        find=_find,
        can=can_take_back_filled,
        do=take_back_filled,
        page=lambda done: reverse("did_rows", args=[done.pk]),
        many=True,
    ),
)
