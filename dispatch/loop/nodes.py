"""The seven nodes of the closed loop (QS), made of the months' rows and the approvals on file by then. Figures of the
page and the rows that they open are of one reading.

A project that counts stands in one of five nodes at the end of a month. An open problem is counted beside them, since
it may come up in each. What a project needs beside papers (land quota, energy, finance) is not kept yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, Exists, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.records.order import last
from dispatch.problems.models import Problem, ProblemStep
from projects.approvals.models import ApprovalItem, ApprovalItemQuerySet
from projects.choices import ApprovalKind
from projects.lifecycle.gates import DECISIONS
from projects.lights import code_of
from projects.list.asked import Asked
from projects.registry.models import Approval
from projects.rules import LightRules

# By the light at the month's end, which decides by the days where they are known, else by the stage.
NOT_STARTED = ("start_overdue", "start_late", "no_start_date", "not_due")
START_LATE = ("start_overdue", "start_late")

PROBLEMS = "problems"
LATE, UNDATED = "late", "undated"  # parts of a node


@dataclass(frozen=True)
class Node:
    """`meaning` says which projects stand there, `since` from which day on, `late` which of them are late; `kept` is
    False where no facts are on file yet."""

    code: str
    label: str | Promise
    meaning: str | Promise
    since: str | Promise = ""
    late: str | Promise = ""
    kept: bool = True


NODES: tuple[Node, ...] = (
    Node(
        "filing",
        pgettext_lazy("node", "Filing and approval"),
        _("Not started, and neither approved, verified nor filed."),
        _("Counted from the day from which the project is on file."),
        _("Late: its planned start has passed."),
    ),
    Node(
        "papers",
        pgettext_lazy("node", "Going through the procedures"),
        _("Not started, approved, verified or filed; not all needed approvals of the checklist are there. Without a "
          "checklist it is the construction permit that lacks."),
        _("Counted from the approval, verification or filing."),
        _("Late: an approval is over its deadline, or the planned start has passed."),
    ),
    Node(
        "factors",
        pgettext_lazy("node", "Land, energy and other factors"),
        _("Quotas of land, energy, finance and labour are not kept in the registry yet, so nothing is counted here. "
          "Problems about them stand in the node of problems."),
        kept=False,
    ),
    Node(
        "start",
        pgettext_lazy("node", "Starting the works"),
        _("All needed approvals are there, and the works have not substantially started."),
        _("Counted from the last approval obtained."),
        _("Late: its planned start has passed."),
    ),
    Node(
        "works",
        pgettext_lazy("node", "Works under way"),
        _("Substantially started and not completed."),
        _("Counted from the substantial start."),
        _("Late: the light is red for being behind, or the planned completion has passed."),
    ),
    Node(
        PROBLEMS,
        pgettext_lazy("node", "Blocks and difficulties"),
        _("Has a problem that is not closed; it stands in another node as well."),
        _("Counted from the day on which the oldest open problem was raised."),
        _("Late: the result of a problem is overdue, or it has climbed for being late."),
    ),
    Node(
        "completed",
        pgettext_lazy("node", "Completed, in production"),
        _("Completed in this year; what was completed earlier is left out. Whether it produces is not kept yet."),
        _("Counted from the completion."),
        _("Late: completed after the planned day."),
    ),
)  # fmt: skip
KEPT = tuple(node for node in NODES if node.kept)


def day_of(asked: Asked) -> date:
    """The day that the figures are of: the month's last, or today while it goes on."""
    return min(asked.period.last, asked.on)


class Lain(NamedTuple):
    """A project as it stands at the end of a month: where, since when (None: not known), whether it is late there."""

    project: int
    name: str
    unit: int
    total: int | None  # yuan, as the plan of the year
    plan: int | None
    node: str
    since: date | None
    late: bool


def standing(asked: Asked) -> list[Lain]:
    """Every project of the county that counts, where it stood at the end of the month: one query."""
    day = day_of(asked)
    rules = replace(asked.rules[LightRules], nodes=False)  # where it stands, whatever its schedule says
    there = ApprovalItemQuerySet.there(day)
    rows: Any = asked.rows.counted().filter(project__county=asked.county).order_by(last("project__number"), "project")
    rows = rows.annotate(
        light=code_of(asked.period, rules),
        decided=Subquery(_approvals(day, kind__in=DECISIONS).order_by("obtained_on").values("obtained_on")[:1]),
        newest=Subquery(_approvals(day).order_by("-obtained_on").values("obtained_on")[:1]),
        permit=Exists(_approvals(day, kind=ApprovalKind.CONSTRUCTION)),
        items=Exists(_items(day)),
        lacking=Exists(_items(day).filter(~there)),
        overdue=Exists(_items(day).filter(~there, deadline__lt=day)),
    )
    return [_lain(row, day) for row in rows.values(*COLUMNS, *rows.query.annotations)]


COLUMNS = (
    "project", "project__name", "project__counts_from", "lead_unit", "total_investment", "plan", "started_on",
    "planned_completion", "completed_on",
)  # fmt: skip


def _approvals(day: date, **which: Any) -> QuerySet[Approval]:
    return Approval.objects.filter(project=OuterRef("project"), obtained_on__lte=day, **which).order_by()


def _items(day: date) -> Any:
    return ApprovalItem.objects.filter(project=OuterRef("project")).needed(day).order_by()


def _lain(row: Mapping[str, Any], day: date) -> Lain:
    node = node_of(row)
    since = {
        "filing": row["project__counts_from"],
        "papers": row["decided"],
        "start": row["newest"],
        "works": row["started_on"],
        "completed": row["completed_on"],
    }[node]
    return Lain(
        project=row["project"],
        name=row["project__name"],
        unit=row["lead_unit"],
        total=row["total_investment"],
        plan=row["plan"],
        node=node,
        since=since,
        late=is_late(node, row, day),
    )


def node_of(row: Mapping[str, Any]) -> str:
    """Where a project stands that counts."""
    if row["light"] == "completed":
        return "completed"
    if row["light"] not in NOT_STARTED:
        return "works"
    if row["decided"] is None:
        return "filing"
    ready = not row["lacking"] if row["items"] else row["permit"]
    return "start" if ready else "papers"


def is_late(node: str, row: Mapping[str, Any], day: date) -> bool:
    """Whether it is late there on *day*, as the node's `late` says."""
    planned: date | None = row["planned_completion"]
    if node == "works":
        return row["light"] == "behind" or (planned is not None and planned < day)
    if node == "completed":
        return planned is not None and row["completed_on"] is not None and planned < row["completed_on"]
    return row["light"] in START_LATE or (node == "papers" and bool(row["overdue"]))


# problems -----------------------------------------------------------------------------------------------------------

Kind = ProblemStep.Kind
DATED = (Kind.RAISED, Kind.ASSIGNED, Kind.REJECTED, Kind.ESCALATED, Kind.ANSWERED)  # which say when a result is due


def troubled(asked: Asked) -> QuerySet[Any]:
    """By project (`project`), of the problems that the person may see and that were open on the day: when the oldest
    was raised (`since`) and whether one of them was late (`late`)."""
    day = day_of(asked)
    steps = ProblemStep.objects.filter(problem=OuterRef("pk"), on__lte=day)
    last = steps.filter(kind__in=DATED).order_by("-pk")
    climbed = Exists(steps.filter(kind=Kind.ESCALATED).order_by())
    open_then = Problem.objects.visible_to(asked.user).filter(
        Q(closed_on=None) | Q(closed_on__gt=day), county=asked.county, raised_on__lte=day
    )
    found = open_then.annotate(last=Subquery(last.values("kind")[:1]), due=Subquery(last.values("due_on")[:1]))
    late = ~Q(last=Kind.ANSWERED) & (Q(due__lt=day) | Q(climbed))
    found = found.annotate(day_late=Case(When(late, then=Value(0)), default=Value(1)))
    by_project = found.order_by().values("project")
    return by_project.annotate(since=Min("raised_on"), in_time=Min("day_late"))
