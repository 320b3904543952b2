from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.models import Done
from core.undo import Undo, of_many
from dispatch.campaigns import services
from dispatch.campaigns.giving import services as giving
from dispatch.campaigns.handling import services as handling
from dispatch.campaigns.models import Campaign, Task
from dispatch.campaigns.permissions import can_manage_campaigns, can_reopen_campaign, can_take_back
from organization.people.models import User
from organization.permissions import Answer


def _tasks(user: User) -> QuerySet[Task]:
    return Task.objects.visible_to(user).whole()


def _back(task: Task, *, by: User, now: datetime, reason: str, version: int) -> None:
    handling.take_back_task(task, by=by, now=now, reason=reason, version=version)


def _campaign_back(campaign: Campaign, *, by: User, now: datetime, reason: str, version: int) -> None:
    services.take_back_campaign(campaign, by=by, now=now, reason=reason, version=version)


def _where(task: Task) -> str:
    """Its page, or the campaign's, where it is gone by then."""
    if task.pk and Task.objects.filter(pk=task.pk).exists():
        return reverse("dispatch:campaign_task", args=[task.pk])
    return reverse("dispatch:campaign", args=[task.campaign_id])


def _where_campaign(campaign: Campaign) -> str:
    if campaign.pk and Campaign.objects.filter(pk=campaign.pk).exists():
        return reverse("dispatch:campaign", args=[campaign.pk])
    return reverse("dispatch:campaigns")


def _can_many(user: User, done: Done) -> Answer:
    return can_manage_campaigns(user, done.county)


UNDO = (
    Undo("campaign_task", find=_tasks, can=can_take_back, do=_back, page=_where),
    Undo(
        "campaign",
        find=Campaign.objects.visible_to,
        can=can_reopen_campaign,
        do=_campaign_back,
        page=_where_campaign,
    ),
    of_many(
        giving.GIVEN, may=can_manage_campaigns, can=_can_many, do=giving.take_back_given, rows_are=gettext_lazy("Task")
    ),
)
