"""Who was said to be back is away again. What is recorded by mistake is ended on the page itself."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from core.undo import Undo
from organization.absences import services
from organization.absences.models import Absence
from organization.absences.permissions import can_set_away
from organization.people.models import User
from organization.permissions import Answer


def _find(user: User) -> QuerySet[Absence]:
    return Absence.objects.filter(post__unit__county=user.county).select_related("post__unit__county")


def _can(user: User, absence: Absence) -> Answer:
    return can_set_away(user, absence.post)


def _page(absence: Absence) -> str:
    return reverse("organization:post_away", args=[absence.post_id])


def _away_again(absence: Absence, *, by: User, now: datetime, reason: str, version: int) -> None:
    services.away_again(absence, by=by, now=now)


UNDO = (Undo("absence_ended", find=_find, can=_can, do=_away_again, page=_page),)
