from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from core.models import Done
from core.undo import Undo
from organization.people.models import User
from organization.permissions import Answer
from projects.gathering.models import GatheredFile
from projects.gathering.permissions import can_gather
from projects.gathering.services import TAKEN, give_back, take_up_again


def _done(user: User) -> QuerySet[Done]:
    return Done.objects.filter(key=TAKEN, county=getattr(user.county, "pk", None))


def _files(user: User) -> QuerySet[GatheredFile]:
    return GatheredFile.objects.filter(county=user.county)


def _up_again(file: GatheredFile, *, by: User, now: datetime, reason: str, version: int) -> None:
    take_up_again(file, by=by, now=now)


def _can(user: User, record: Done | GatheredFile) -> Answer:
    return can_gather(user, user.county)


UNDO = (
    Undo(TAKEN, find=_done, can=_can, do=give_back, page=lambda _done: reverse("projects:gathering"), many=True),
    Undo("gathered_aside", find=_files, can=_can, do=_up_again, page=lambda _file: reverse("projects:gathering")),
)
