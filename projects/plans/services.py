from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.amounts.figures import wan
from core.flow import services as flow
from core.models import Done
from core.records.history import differing, keep, newest_version, remove, visible
from core.refusals import NeedsReason, Refused, Wrong, require
from organization.people.models import User
from projects.plans.models import AnnualPlan
from projects.plans.permissions import can_take_back_filled
from projects.plans.rules import DAYS
from projects.registry import permissions
from projects.registry.models import Project
from projects.registry.months.services import follow
from projects.registry.services import _unseen

OTHERS = ("measures", "team", "responsible", *DAYS)  # what is fixed beside money and target


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
    fixed: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> AnnualPlan:
    """Set the plan of *year* (四定): yuan for the year and, if known, cumulative by month (twelve amounts, or none).

    The months are amounts of each month and must add up to the year. A plan that was on file changes with a reason
    only; each change stays in the history. Equal values write nothing. *fixed* are measures, team, person and days, of
    which those that aren't named stay as they are. *version* is that of the plan (`_unseen`).
    """
    fresh = flow.locked(project)
    require(permissions.can_edit_project(by, project))
    _unseen(project, version, AnnualPlan, year=year)
    if fresh.is_package and investment is not None:
        raise Wrong({"investment": _("A package has no plan of its own: its sub-projects have one each")})
    _sound_plan(investment, months)
    _sound_days(year, fixed or {})
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
        **{name: value for name, value in (fixed or {}).items() if name in OTHERS},
    }
    if plan.pk and not differing(plan, new):
        return plan
    for name, value in new.items():
        setattr(plan, name, value)
    plan.change_reason = reason.strip()[:300] if plan.pk else ""
    keep(plan, by=by, now=now, reason=reason.strip())
    follow([project], on=timezone.localdate(now), now=now, by=by, reason=reason)
    return plan


@transaction.atomic
def take_back_filled(done: Done, *, by: User, now: datetime, reason: str, version: int | None = None) -> str:
    """Each plan of *done* that nobody changed since is as it was before, or off the file if there was none; a sentence
    says how many. Raises NotAllowed; Refused if none can go back."""
    done = Done.objects.select_for_update(of=("self",)).get(pk=done.pk)
    require(can_take_back_filled(by, done))
    rows = {row["pk"]: row for row in done.rows}
    back = []
    for project in Project.objects.select_for_update().filter(pk__in=rows).order_by("pk"):
        row = rows[project.pk]
        require(permissions.can_edit_project(by, project))
        plan = AnnualPlan.objects.select_for_update().filter(project=project, year=row["year"]).first()
        if plan is None or newest_version(AnnualPlan, project=project.pk, year=row["year"]) != row["seen"]:
            row["left"] = _("Changed by somebody since")
            continue
        _restore(plan, row["before"], by=by, now=now, reason=reason)
        back.append(project)
    if not back:
        raise Refused(_("All of these plans were changed by somebody since"))
    done.save(update_fields=["rows"])
    follow(back, on=timezone.localdate(now), now=now, by=by, reason=reason)
    said = ngettext("%(n)s plan is as it was before", "%(n)s plans are as they were before", len(back))
    return said % {"n": len(back)}


def _restore(plan: AnnualPlan, before: Mapping[str, Any] | None, *, by: User, now: datetime, reason: str) -> None:
    if before is None:
        remove(plan, by=by, now=now, reason=reason)
        return
    for name, value in before.items():
        setattr(plan, name, date.fromisoformat(value) if name in DAYS and value else value)
    keep(plan, by=by, now=now, reason=reason)


def _sound_days(year: int, fixed: Mapping[str, Any]) -> None:
    outside = [name for name in DAYS if fixed.get(name) and fixed[name].year != year]
    if outside:
        said = _("The day lies outside of %(year)s, the year of the plan") % {"year": year}
        raise Wrong(dict.fromkeys(outside, said))


def _sound_plan(investment: int | None, months: Sequence[int | None]) -> None:
    if investment is not None and investment < 0:
        raise Wrong({"investment": _("An amount can't be below zero")})
    if months and len(months) != 12:
        raise Wrong({"months": _("A plan by month has twelve amounts")})
    if any(months) and investment is not None and sum(month or 0 for month in months) != investment:
        said = {"sum": wan(sum(month or 0 for month in months)), "plan": wan(investment)}
        raise Wrong({"investment": _("The months add up to %(sum)s, the year's plan says %(plan)s") % said})
