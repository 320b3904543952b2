from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from core.models import Done
from core.undo import Undo
from organization.people.models import User
from projects.resumptions.permissions import can_resume_some, can_take_back
from projects.resumptions.services import RESUMED, take_back


def _find(user: User) -> QuerySet[Done]:
    county = user.county.pk if user.county and can_resume_some(user, user.county) else None
    return Done.objects.filter(key=RESUMED, county=county).exclude(county=None).select_related("by")


UNDO = (
    Undo(
        RESUMED,
        find=_find,
        can=can_take_back,
        do=take_back,
        page=lambda done: reverse("did_rows", args=[done.pk]),
        many=True,
    ),
)
