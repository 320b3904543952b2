"""What of a campaign has to be done soon, or is late; what waits for the office or a unit to be confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.db.models import Case, Q, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.amounts import figures
from core.days.office import at, local_day
from core.due import Due, DueItem
from dispatch.campaigns.models import Status, Task
from dispatch.campaigns.permissions import checks, own_tasks
from dispatch.campaigns.rules import CampaignRules
from organization.people.models import User
from organization.permissions import UNIT_ROLES, units_of
from organization.profiles.rules import rules_of
from organization.units.models import Unit

END_OF_WORK = time(18, 0)


def _tasks(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    """Tasks whose day is near or over, as far as they are *person*'s own; and what waits for *person*'s word."""
    near = local_day(now) + timedelta(days=rules_of(county)[CampaignRules].near_days)
    owed = Q(status=Status.OPEN, due_on__lte=near)
    waits = Q(status=Status.DONE) | Q(status=Status.OPEN, asked_until__isnull=False)
    if person is not None:
        owed &= own_tasks(person)
        if not person.is_office_of(county):
            waits &= Q(parent__unit__in=Unit.objects.below(units_of(person, *UNIT_ROLES, county=county)).values("pk"))
    rows = Task.objects.filter(county=county, campaign__closed_on=None, campaign__first_on__lte=near)
    found = rows.filter(owed | waits).annotate(owed=Case(When(owed, then=True), default=False))
    for task in found.whole().order_by("due_on", "pk"):
        said = {"task": task.title}
        if vars(task)["owed"]:
            yield _item(task, "campaign_task", _("Campaign task: %(task)s") % said, _("Say how it stands"), dated=True)
        if person is not None and not checks(person, task):
            continue
        if task.status == Status.DONE:
            yield _item(task, "campaign_check", _("Stated as done: %(task)s") % said, _("Look"))
        elif task.asked_until:
            yield _item(task, "campaign_more", _("More days asked for: %(task)s") % said, _("Answer"))


def _item(task: Task, kind: str, title: str, action: str, *, dated: bool = False) -> DueItem:
    why = _("%(campaign)s, %(percent)s%% so far") % {"campaign": task.campaign, "percent": task.percent}
    if kind == "campaign_more" and task.asked_until:
        day = {"who": task.whose, "day": figures.day(task.asked_until, task.due_on)}
        why = _("%(who)s asks until %(day)s") % day
    return DueItem(
        kind=kind,
        key=f"{kind}:{task.pk}",
        unit_id=task.unit_id,
        title=title,
        about=str(task.project or task.whose),
        why=why,
        due_at=at(task.due_on, END_OF_WORK) if dated else None,
        link=reverse("dispatch:campaign_task", args=[task.pk]),
        action=action,
        project_id=task.project_id,
    )


KINDS = {"campaign_task": gettext_lazy("Tasks of campaigns")}
DUE = (Due("campaigns", _tasks, KINDS),)
