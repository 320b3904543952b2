"""The milestones of projects as the months' rows need them: what was planned when, what is reached. Reads.

A month that was closed keeps what it showed: what is typed of a schedule later says nothing of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils import timezone

from core.days.office import calendar
from core.days.periods import Period
from core.records.columnar import Among
from projects.registry.models import Approval, Project
from projects.registry.months.models import ProjectMonth, ReportingMonth
from projects.registry.months.rows import Known, Laid, Node, Nodes


def scheduled(project: Project) -> bool:
    """Whether a schedule was ever laid for *project*. One small query."""
    return bool(_schedules().filter(project=project).exists())


def _schedules() -> Any:
    related: Any = Project._meta.get_field("schedule").related_model
    return related.objects.all()


def bring(known: Mapping[int, Known], pks: Collection[int], first: Period) -> None:
    """Gives *known* the milestones of the projects *pks*. One query where none has a schedule, else six."""
    mine = list(_schedules().filter(Among("project", pks)).order_by().values_list("project", flat=True))
    if not mine:
        return
    milestones: Any = Project._meta.get_field("milestones").related_model
    rows = milestones.objects.filter(Among("project", mine)).order_by("pk")
    found = list(rows.values_list("pk", "project", "code", "label", "label_en", "fact", "done_on"))
    planned: dict[int, list[Laid]] = {}
    typed = milestones.history.filter(Among("id", [pk for pk, *_rest in found])).order_by("history_id")
    for pk, at, *told in typed.values_list("id", "history_date", "planned_on", "forecast_on", "after"):
        stood = planned.setdefault(pk, [])
        if not stood or [*stood[-1][1:]] != told:
            stood.append(Laid(timezone.localdate(at), *told))
    approvals = Approval.objects.filter(Among("project", mine)).values_list("project", "kind", "obtained_on")
    obtained = {(project, kind): day for project, kind, day in approvals}
    days = calendar()
    for pk, project, code, label, english, fact, done in found:
        one = known[project]
        reached = one.facts[fact] if fact in one.facts else obtained.get((project, fact)) if fact else done
        one.nodes.append(Node(code, (label, english), planned.get(pk, ()), reached))
        one.days = days
    _freeze({pk: known[pk] for pk in mine}, first)


def _freeze(known: Mapping[int, Known], first: Period) -> None:
    counties = {one.county for one in known.values()}
    ever = ReportingMonth.objects.filter(county__in=counties, month__gte=f"{first.year}-01")
    closed = set(ever.values_list("county", "month"))
    if not closed:
        return
    rows = ProjectMonth.objects.filter(Among("project", list(known)), month__in={month for _county, month in closed})
    columns = [f"node_{name}" for name in Nodes._fields]
    for project, county, month, *kept in rows.order_by().values_list("project", "county", "month", *columns):
        if (county, month) in closed:
            known[project].frozen[month] = Nodes(*kept)
