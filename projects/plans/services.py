from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.amounts.figures import wan
from core.flow import services as flow
from core.records.history import differing, keep, visible
from core.refusals import NeedsReason, Wrong, require
from organization.people.models import User
from projects.plans.models import AnnualPlan
from projects.registry import permissions
from projects.registry.models import Project
from projects.registry.months.services import follow
from projects.registry.services import _unseen


@transaction.atomic
def set_plan(
    project: Project,
    year: int,
    *,
    investment: int | None,
    by: User,
    now: datetime,
    months: Sequence[int | None] = (),
    target: str = "",
    reason: str = "",
    quarters: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> AnnualPlan:
    """Set the plan of *year* (四定): yuan for the year and, if known, cumulative by month (twelve amounts, or none).

    The months are amounts of each month and must add up to the year. A plan that was on file changes with a reason
    only; each change stays in the history. Equal values write nothing. *version* is that of the plan (`_unseen`).
    """
    flow.locked(project)
    require(permissions.can_edit_project(by, project))
    _unseen(project, version, AnnualPlan, year=year)
    _sound_plan(investment, months)
    plan = AnnualPlan.objects.select_for_update().filter(project=project, year=year).first()
    if plan is None:
        plan = AnnualPlan(project=project, year=year)
    elif plan.investment is not None and plan.investment != investment and not reason.strip():
        raise NeedsReason(_("Write why the plan changes: its first amount stays in the history"), ["investment"])
    new = {
        "investment": investment,
        "months": list(months),
        "target": visible(target),
        "quarters": dict(quarters) if quarters is not None else plan.quarters,
    }
    if plan.pk and not differing(plan, new):
        return plan
    for name, value in new.items():
        setattr(plan, name, value)
    plan.change_reason = reason.strip()[:300] if plan.pk else ""
    keep(plan, by=by, now=now, reason=reason.strip())
    follow([project], on=timezone.localdate(now), now=now, by=by, reason=reason)
    return plan


def _sound_plan(investment: int | None, months: Sequence[int | None]) -> None:
    if investment is not None and investment < 0:
        raise Wrong({"investment": _("An amount can't be below zero")})
    if months and len(months) != 12:
        raise Wrong({"months": _("A plan by month has twelve amounts")})
    if any(months) and investment is not None and sum(month or 0 for month in months) != investment:
        said = {"sum": wan(sum(month or 0 for month in months)), "plan": wan(investment)}
        raise Wrong({"investment": _("The months add up to %(sum)s, the year's plan says %(plan)s") % said})
