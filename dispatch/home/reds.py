"""Red projects and why: the light's reason, the last counted words, the open problem, what is missing, who owes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Q
from django.utils.translation import gettext as _

from core.days.periods import Period
from core.indicators import percent
from core.records.order import last
from dispatch.instructions.models import Instruction, Status
from dispatch.problems.models import Problem
from dispatch.standings.scope import EVERY
from organization.units.models import Unit
from projects.approvals.models import LEFT_OUT, ApprovalItem
from projects.choices import ApprovalKind
from projects.lights import Facts, Light, codes, light
from projects.list.asked import GONE
from projects.models import Approval, MonthlyReport, Project, ProjectMonth, ProjectMonthQuerySet
from projects.registry.permissions import authorities
from projects.rules import LightRules, kind_name

RED = tuple(codes("red"))


def rows_of(county: Unit, period: Period, where: Q = EVERY) -> ProjectMonthQuerySet:
    """The county's projects that meet *where* at the end of *period*, without those withdrawn, merged or split up by
    then and without packages, whose parts are there: as the list of projects begins."""
    return ProjectMonth.objects.of(county, period).filter(where, packs=False).exclude(state__in=GONE)


@dataclass(frozen=True)
class RedProject:
    """A project that is red, and why; `row` is that of its month.

    `said` are the last counted words on its progress, of the month `said_of`; `trouble` is what the report says holds
    it up; `problem` the open one due first, whose owner owes an answer; `lacks` the documents not on file.
    """

    row: ProjectMonth
    light: Light
    said: str = ""
    said_of: str = ""
    trouble: str = ""
    as_what: str = ""  # 包联, 分管: why it stands on this leader's page
    problem: Problem | None = None
    problems: int = 0
    lacks: Sequence[str] = ()
    instruction: Instruction | None = None  # a leader's word that waits for the lead unit's answer, due first

    @property
    def project(self) -> Project:
        return self.row.project

    @property
    def rate(self) -> Fraction | None:
        return percent(self.row.done or 0, self.row.plan or 0)

    @property
    def other_problems(self) -> int:
        return max(self.problems - 1, 0)


@dataclass(frozen=True)
class Reds:
    """The red projects shown first, and how many there are of them in all."""

    shown: Sequence[RedProject]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.shown)


def as_what(sponsored: bool, in_portfolio: bool) -> str:
    """Why a leader answers for a project, in a word."""
    words = [_("sponsored") if sponsored else "", _("portfolio") if in_portfolio else ""]
    return str(_(", ")).join(filter(None, words))


def red_projects(
    county: Unit,
    period: Period,
    rules: LightRules,
    where: Q = EVERY,
    limit: int = 12,
    *,
    sponsored: Collection[int] = (),
    portfolio: Collection[int] = (),
    causes: bool = False,
) -> Reds:
    """Those that meet *where* with a red light, the largest plan first; said which are *sponsored*, which of the
    *portfolio*. All are counted, *limit* are read. Three queries at most; with *causes* what holds them up as well, in
    a few more, however many they are."""
    reds = rows_of(county, period, where).with_light(period, rules).filter(light__in=RED)
    ordered = reds.select_related("project", "lead_unit").order_by(
        last("-plan"), last("project__number"), "project_id"
    )
    found = list(ordered[: limit + 1])
    count = len(found) if len(found) <= limit else reds.order_by().count()
    found = found[:limit]
    ids = [row.project_id for row in found]
    reports = {one.project_id: one for one in MonthlyReport.objects.filter(project__in=ids).as_of(period)}
    problems = _problems(county, ids) if causes else {}
    lacking = _lacking(county, ids) if causes else {}
    owed = _owed(county, ids) if causes else {}
    rows = []
    for row in found:
        pk, report = row.project_id, reports.get(row.project_id)
        open_ones = problems.get(pk, [])
        rows.append(
            RedProject(
                row,
                light(Facts.of(row), period, rules),
                said=_line(report.progress) if report else "",
                said_of=report.month if report and _line(report.progress) else "",
                trouble=_line(report.problem) if report and not open_ones else "",
                as_what=as_what(pk in sponsored, pk in portfolio),
                problem=open_ones[0] if open_ones else None,
                problems=len(open_ones),
                lacks=lacking.get(pk, ()),
                instruction=owed.get(pk),
            )
        )
    return Reds(rows, count)


def _line(text: str) -> str:
    return text.strip().split("\n")[0]


def _problems(county: Unit, ids: Iterable[int]) -> dict[int, list[Problem]]:
    """The open problems of the projects, those due first first. One query."""
    found: dict[int, list[Problem]] = {}
    waiting = Problem.objects.filter(county=county, project__in=list(ids), status=Problem.Status.OPEN)
    for problem in waiting.select_related("owner_unit").order_by("due_on", "pk"):
        found.setdefault(problem.project_id, []).append(problem)
    return found


def _owed(county: Unit, ids: Iterable[int]) -> dict[int, Instruction]:
    """What leaders asked about the projects and nobody answered yet, the one due first of each. One query."""
    found: dict[int, Instruction] = {}
    waiting = Instruction.objects.filter(county=county, project__in=list(ids), status=Status.OPEN)
    for one in waiting.select_related("post").order_by("due_on", "pk"):
        found.setdefault(one.project_id or 0, one)
    return found


def _lacking(county: Unit, ids: Iterable[int]) -> Mapping[int, list[str]]:
    """Which documents the projects haven't on file: of those whose giver the county names, else the construction
    permit; what their checklists leave out isn't lacking. Three queries."""
    wanted = authorities(county) or {ApprovalKind.CONSTRUCTION.value: county}
    pks = list(ids)
    has: dict[int, set[str]] = {pk: set() for pk in pks}
    for pk, kind in Approval.objects.filter(project__in=pks, kind__in=wanted).values_list("project_id", "kind"):
        has[pk].add(kind)
    left_out = ApprovalItem.objects.filter(project__in=pks, kind__in=wanted, state__in=LEFT_OUT)
    for pk, kind in left_out.values_list("project_id", "kind"):
        has[pk].add(kind)
    order = [*ApprovalKind.values, *(kind for kind in wanted if kind not in ApprovalKind.values)]
    return {
        pk: [kind_name(county, kind) for kind in order if kind in wanted and kind not in there]
        for pk, there in has.items()
    }
