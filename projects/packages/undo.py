from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.urls import reverse

from core.models import Done
from core.undo import Undo
from organization.people.models import User
from projects.many.permissions import can_act_on_many, can_take_back
from projects.packages.services import PACKED, UNPACKED, take_back_packing


def _of(key: str) -> Callable[[User], QuerySet[Done]]:
    def find(user: User) -> QuerySet[Done]:
        county = user.county.pk if user.county and can_act_on_many(user, user.county) else None
        return Done.objects.filter(key=key, county=county).exclude(county=None).select_related("by")

    return find


def _page(done: Done) -> str:
    return reverse("did_rows", args=[done.pk])


UNDO = tuple(
    Undo(key, find=_of(key), can=can_take_back, do=take_back_packing, page=_page, many=True)
    for key in (PACKED, UNPACKED)
)
