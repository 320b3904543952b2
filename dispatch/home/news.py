"""What changed in a person's scope since a moment, in words. Reads; a fixed number of queries, however much it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.amounts import figures
from core.days.periods import Period
from core.records.order import last
from dispatch.bulletins.models import Bulletin
from dispatch.home.models import RedDay
from dispatch.home.reds import RED, rows_of
from dispatch.problems.models import Problem, ProblemStep
from dispatch.standings.models import RankingSnapshot
from organization.people.models import User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.choices import ReportStatus
from projects.lights import Facts, light
from projects.models import MonthlyReport, Project, ProjectMonth, StageChange
from projects.page import history
from projects.reports.months import latest_period
from projects.rules import LightRules

SHOWN, ALL = 8, 500


@dataclass(frozen=True)
class News:
    """One thing that changed: about what, in words, where it leads; `at` the moment or the day."""

    about: str
    text: str
    url: str
    at: datetime | None = None


@dataclass(frozen=True)
class Group:
    """What changed of one kind: `lines` the newest, `count` how many in all."""

    key: str
    label: str
    lines: Sequence[News]
    count: int
    tone: str = ""

    @property
    def more(self) -> int:
        return self.count - len(self.lines)


@dataclass(frozen=True)
class Asked:
    """Whose news: the *projects* that concern the person, from *since* to *now*; *every* is the group shown whole."""

    user: User
    county: Unit
    projects: QuerySet[Project]
    since: datetime
    now: datetime
    every: str = ""
    shown: int = SHOWN

    def limit(self, key: str) -> int:
        return ALL if key == self.every else self.shown

    @property
    def between(self) -> dict[str, datetime]:
        return {"gt": self.since, "lte": self.now}

    def within(self, name: str) -> dict[str, Any]:
        return {f"{name}__{how}": moment for how, moment in self.between.items()}


def compared_from(county: Unit, since: datetime) -> RedDay | None:
    """The morning that lights are compared with: that of the day of *since*, else the last one before, else the first
    that was kept."""
    days = RedDay.objects.filter(county=county).order_by("-on")
    return days.filter(on__lte=timezone.localdate(since)).first() or days.last()


def news(asked: Asked) -> tuple[list[Group], date | None]:
    """All groups in which something changed, and the morning that the lights are compared with."""
    morning = compared_from(asked.county, asked.since)
    found = [*_lights(asked, morning), _steps(asked), *_problems(asked), _reports(asked), *_papers(asked)]
    return [group for group in found if group.count], morning.on if morning else None


def _page(project: Project) -> str:
    return reverse("projects:page", args=[project.pk])


def _lights(asked: Asked, morning: RedDay | None) -> list[Group]:
    if morning is None:
        return []
    period = latest_period(asked.county, timezone.localdate(asked.now))
    rules = rules_of(asked.county)[LightRules]
    rows = rows_of(asked.county, period).filter(project__in=asked.projects.values("pk"))
    reds = rows.with_light(period, rules).filter(light__in=RED).order_by(last("-plan"), "project_id")
    now = list(reds.values_list("project_id", flat=True))  # the largest plan first
    was = set(morning.reds)
    turned, gone = [pk for pk in now if pk not in was], was.difference(now)
    out = sorted(asked.projects.filter(pk__in=sorted(gone)).values_list("pk", flat=True))
    shown = {"red": turned[: asked.limit("red")], "out": out[: asked.limit("out")]}
    named = ProjectMonth.objects.of(asked.county, period).filter(project__in=[*shown["red"], *shown["out"]])
    by_key = {row.project_id: row for row in named.select_related("project")}

    def lines(key: str) -> list[News]:
        found = []
        for row in (by_key[pk] for pk in shown[key] if pk in by_key):
            one = light(Facts.of(row), period, rules)
            text = one.reason if key == "red" else _("now: %(light)s") % {"light": one.label}
            found.append(News(str(row.project), text, _page(row.project)))
        return found

    return [
        Group("red", _("Turned red"), lines("red"), len(turned), "red"),
        Group("out", _("Not red any more"), lines("out"), len(out), "green"),
    ]


def _steps(asked: Asked) -> Group:
    steps = StageChange.objects.filter(project__in=asked.projects.values("pk"), **asked.within("typed_at"))
    found = list(steps.select_related("project", "by").order_by("-typed_at", "-pk")[: asked.limit("steps")])
    lines = [
        News(str(step.project), said.text, _page(step.project), said.at)
        for step, said in zip(found, history.of_steps(found), strict=True)
    ]
    return Group("steps", _("Stages and states"), lines, _count(steps, found, asked.limit("steps")))


def _problems(asked: Asked) -> list[Group]:
    mine = Problem.objects.visible_to(asked.user).filter(project__in=asked.projects.values("pk"))
    groups = []
    kinds = {ProblemStep.Kind.RAISED: _("Problems raised"), ProblemStep.Kind.CLOSED: _("Problems closed")}
    for kind, label in kinds.items():
        steps = ProblemStep.objects.filter(kind=kind, problem__in=mine.values("pk"), **asked.within("typed_at"))
        ordered = steps.select_related("problem__project", "problem__owner_unit").order_by("-typed_at", "-pk")
        found = list(ordered[: asked.limit(kind)])
        lines = [
            News(
                str(step.problem.project),
                _("%(problem)s (%(unit)s)") % {"problem": step.problem, "unit": step.problem.owner_unit.short_name},
                reverse("dispatch:problem", args=[step.problem_id]),
                step.typed_at,
            )
            for step in found
        ]
        groups.append(Group(str(kind), label, lines, _count(steps, found, asked.limit(kind))))
    return groups


def _reports(asked: Asked) -> Group:
    projects = asked.projects.values("pk")
    reports = MonthlyReport.objects.filter(
        county=asked.county, project__in=projects, status=ReportStatus.ACCEPTED, **asked.within("accepted_at")
    )
    found = list(reports.select_related("project").order_by(last("-accepted_at"), "-pk")[: asked.limit("reports")])
    day = timezone.localdate(asked.now)
    lines = [
        News(
            str(report.project),
            _("Report of %(month)s accepted") % {"month": figures.month(report.month, day)},
            _page(report.project),
            report.accepted_at,
        )
        for report in found
    ]
    return Group("reports", _("Reports accepted"), lines, _count(reports, found, asked.limit("reports")))


def _papers(asked: Asked) -> list[Group]:
    rankings = RankingSnapshot.objects.standing().filter(county=asked.county, **asked.within("published_at"))
    papers = Bulletin.objects.visible_to(asked.user).filter(
        status=Bulletin.Status.PUBLISHED, **asked.within("published_at")
    )
    day = timezone.localdate(asked.now)
    ranked = [
        News(
            figures.month(row.period, day),
            _("The ranking is published"),
            reverse("dispatch:ranking", args=[Period.parse(row.period)]),
            row.published_at,
        )
        for row in rankings.defer("data").order_by(last("-published_at"), "-pk")
    ]
    signed = [
        News(row.title, _("The bulletin is published"), reverse("dispatch:bulletin", args=[row.pk]), row.published_at)
        for row in papers.listed().order_by(last("-published_at"), "-pk")
    ]
    return [Group("papers", _("Rankings and bulletins"), [*ranked, *signed], len(ranked) + len(signed))]


def _count(rows: QuerySet[Any], found: Sequence[Any], limit: int) -> int:
    """How many *rows* there are; asked for only where not all were *found*."""
    return len(found) if len(found) < limit else rows.order_by().count()
