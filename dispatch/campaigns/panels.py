"""What campaigns bring to the pages of a project and of a squad."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from core.panels import Panel
from dispatch.campaigns.models import Campaign, Task
from organization.people.models import User


def _has_tasks(user: User, on: date, pk: int) -> bool:
    return Task.objects.visible_to(user).standing().filter(project=pk).exists()


def _has_campaigns(user: User, on: date, pk: int) -> bool:
    return Campaign.objects.visible_to(user).filter(squad=pk).exists()


PANELS = (
    Panel("projects:page", _("Tasks of campaigns"), "dispatch:project_campaigns", 7, may=_has_tasks),
    Panel("organization:squad", _("Campaigns"), "dispatch:squad_campaigns", 4, may=_has_campaigns),
)
