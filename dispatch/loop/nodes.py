"""The seven nodes of the closed loop (QS) as conditions on the months' rows: the page's figures and the rows that they
open are of one queryset.

A project that counts stands in one of five nodes at the end of a month. An open problem is counted beside them, since
it may come up in each. What a project needs beside papers (land quota, energy, finance) is not kept yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
BY_CODE = {node.code: node for node in NODES}
KEPT = tuple(node for node in NODES if node.kept)


def day_of(asked: Asked) -> date:
    """The day that the figures are of: the month's last, or today while it goes on."""
    return min(asked.period.last, asked.on)


def standing(asked: Asked) -> QuerySet[Any]:
    """The counted rows of the month with `node`, `since` (when it came there, None: not known) and `late`."""
    day, light = day_of(asked), code_of(asked.period, asked.rules[LightRules])
    rows: QuerySet[Any] = asked.rows.counted().filter(project__county=asked.county)
    rows = rows.annotate(light=light).annotate(node=_node(day))
    late = _late(day)
    return rows.annotate(since=_since(day), late=ExpressionWrapper(late, output_field=BooleanField()))


def _approvals(day: date, **which: Any) -> QuerySet[Approval]:
    return Approval.objects.filter(project=OuterRef("project"), obtained_on__lte=day, **which).order_by()


def _items(day: date) -> Any:
    return ApprovalItem.objects.filter(project=OuterRef("project")).needed(day).order_by()


def _node(day: date) -> Case:
    decided, items = Exists(_approvals(day, kind__in=DECISIONS)), _items(day)
    lacking = Exists(items.filter(~ApprovalItemQuerySet.there(day)))
    ready = (Q(Exists(items)) & ~Q(lacking)) | (
        ~Q(Exists(items)) & Q(Exists(_approvals(day, kind=ApprovalKind.CONSTRUCTION)))
    )
    return Case(
        When(light="completed", then=Value("completed")),
        When(~Q(light__in=NOT_STARTED), then=Value("works")),
        When(~Q(decided), then=Value("filing")),
        When(~ready, then=Value("papers")),
        default=Value("start"),
        output_field=CharField(),
    )


def _since(day: date) -> Case:
    decided = _approvals(day, kind__in=DECISIONS).order_by("obtained_on").values("obtained_on")[:1]
    newest = _approvals(day).order_by("-obtained_on").values("obtained_on")[:1]
    return Case(
        When(node="completed", then=F("completed_on")),
        When(node="works", then=F("started_on")),
        When(node="filing", then=F("project__counts_from")),
        When(node="papers", then=Subquery(decided)),
        default=Subquery(newest),
        output_field=DateField(),
    )


def _late(day: date) -> Q:
    there = ApprovalItemQuerySet.there(day)
    overdue = Exists(_items(day).filter(~there, deadline__lt=day))
    start_late = Q(light__in=START_LATE)
    return (
        (Q(node__in=["filing", "start"]) & start_late)
        | (Q(node="papers") & (start_late | Q(overdue)))
        | (Q(node="works") & (Q(light="behind") | Q(planned_completion__lt=day)))
        | Q(node="completed", planned_completion__lt=F("completed_on"))
    )


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
