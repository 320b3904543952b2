"""What a bulletin says besides the figures of the ranking: level, sector, leader of each project, its own month, what
the reports say of it; who reported late; last year. Reads, a fixed number of queries however many projects there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation

from core import coded
from core.days import workdays
from core.days.office import calendar
from core.days.periods import Period
from dispatch.rounds.models import Round, RoundRow
from dispatch.rounds.months import MonthState
from dispatch.standings.models import RankingSnapshot
from dispatch.standings.ranking import tallies
from dispatch.standings.scope import where_of
from dispatch.standings.services import frozen, published
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from organization.units.tree import units_of_tree
from projects.choices import Level, ReportStatus, Stage
from projects.classes import ClassRules
from projects.models import MonthlyReport, ProjectMonth, Sponsor
from projects.registry.months.services import extend


def figures_now(county: Unit, period: Period, now: datetime) -> tuple[dict[str, Any], RankingSnapshot | None]:
    """Those of the month that *period* ends with, and the ranking that published them, if one did."""
    period = Period.of(period.last)
    if (ranking := published(county, period)) is not None:
        return ranking.data, ranking
    extend(county, now=now)
    with translation.override(settings.LANGUAGE_CODE):
        return frozen(county, period, now)[0], None


#: Codes of a project's fields, by the names that a bulletin cuts by.
CODES = {
    "level": "project__level",
    "nature": "project__nature",
    "sector": "project__sector",
    "cluster": "project__cluster",
    "investor": "project__investment_kind",
}


def facts_of(
    county: Unit,
    period: Period,
    figures: Mapping[str, Any],
    wording: Mapping[str, Any],
    state: MonthState,
    *,
    now: datetime,
) -> dict[str, Any]:
    """What is frozen with the *figures* of the month that *period* ends with, JSON-safe."""
    month = Period.of(period.last)
    rows = {row["pk"]: row for row in figures["inputs"]}
    reports = _reports(county, month, rows)
    return {
        "cycle": wording.get("cycle", "month"),
        "since": period.first.isoformat(),
        "projects": _projects(county, month, rows, reports),
        "labels": labels(county),
        "last_year": _last_year(county, month),
        "late": _late(county, month, reports),
        "reports": state.counts() if state.opened else {},
        "days": days_of(wording.get("days", {}), timezone.localdate(now)),
    }


def labels(county: Unit) -> dict[str, dict[str, str]]:
    """What people call the codes of each field, in the county's order."""
    classes = rules_of(county)[ClassRules]
    with translation.override("zh-hans"):
        lists = {"nature": classes.natures, "sector": classes.sectors, "cluster": classes.clusters}
        found = {key: {code: str(label) for code, label in coded.labels(of).items()} for key, of in lists.items()}
        found["investor"] = {code: str(label) for code, label in coded.labels(classes.investors).items()}
        found["level"] = {level.value: str(level.label) for level in Level}
        found["stage"] = {stage.value: str(stage.label) for stage in Stage}
    return found


def days_of(asked: Mapping[str, int], on: date) -> dict[str, str]:
    """The days by which something is asked for: so many working days after *on*."""
    days = calendar() if asked else {}
    return {key: workdays.add_workdays(on, number, days).isoformat() for key, number in asked.items()}


def _reports(county: Unit, month: Period, rows: Mapping[int, Any]) -> dict[int, dict[str, Any]]:
    """The newest accepted report of each of *rows* up to *month*: that of the month, else the last one that counts."""
    columns = ("project_id", "month", "works", "progress", "problem", "submitted_at")
    accepted = MonthlyReport.objects.filter(county=county, status=ReportStatus.ACCEPTED)
    newest = accepted.filter(month=str(month)).values_list(*columns)
    found = {line[0]: dict(zip(columns, line, strict=True)) for line in newest}
    older = {row["done_month"] for pk, row in rows.items() if pk not in found and row["done_month"]}
    if older:
        asked = [pk for pk in rows if pk not in found]
        for line in accepted.filter(month__in=older, project__in=asked).order_by("month").values_list(*columns):
            found[line[0]] = dict(zip(columns, line, strict=True))
    return found


def _projects(
    county: Unit, month: Period, rows: Mapping[int, Any], reports: Mapping[int, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    before = {} if month.number == 1 else _done(county, month.previous())
    leaders = _leaders(county)
    found = {}
    for pk, *codes in ProjectMonth.objects.of(county, month).counted().values_list("project_id", *CODES.values()):
        row, report = rows.get(pk), reports.get(pk, {})
        if row is None:
            continue
        kept = {key: code for key, code in zip(CODES, codes, strict=True) if code}
        own = _own(row, report, before.get(pk), month)
        words = {"progress": report.get("progress"), "cause": report.get("problem")}
        said = {"own": own, "leader": leaders.get(pk), **words}
        found[str(pk)] = kept | {key: value for key, value in said.items() if value not in (None, "")}
    return found


def _own(row: Mapping[str, Any], report: Mapping[str, Any], before: int | None, month: Period) -> int | None:
    """What was done in the month alone; None where only the year so far is known."""
    if row["done"] is None:
        return None
    if row["done_month"] != str(month):
        return 0
    if month.number == 1:
        return int(row["done"])
    if report.get("works") is not None:
        return int(report["works"])
    return None if before is None else int(row["done"]) - before


def _done(county: Unit, month: Period) -> dict[int, int]:
    kept = ProjectMonth.objects.of(county, month).filter(done__isnull=False)
    return {pk: done for pk, done in kept.values_list("project_id", "done") if done is not None}


def _leaders(county: Unit) -> dict[int, str]:
    """The first sponsor of each project, by the title of the post."""
    found: dict[int, str] = {}
    sponsors = Sponsor.objects.filter(project__county=county).order_by("position", "pk")
    for pk, title in sponsors.values_list("project_id", "post__title"):
        found.setdefault(pk, title)
    return found


def _last_year(county: Unit, month: Period) -> dict[str, int] | None:
    """What was done by the same month of the year before; None where nothing is on file."""
    past = Period.month(month.year - 1, month.number)
    where = where_of(county, rules_of(county))
    done = sum(tally.done for tally in tallies(county, [past], (), where=where)[past].values())
    return {"done": done} if done > 0 else None


def _late(county: Unit, month: Period, reports: Mapping[int, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The units whose reports of *month* came after the round was due, or not at all: those most often late first."""
    opened = Round.objects.filter(county=county, kind=Round.Kind.MONTHLY, period=str(month)).first()
    if opened is None:
        return []
    behind = Q(submitted_at__gt=opened.due_at) | Q(submitted_at=None)
    rows = RoundRow.objects.asked().filter(behind, round=opened, left_out="").order_by("unit__position", "unit")
    found: dict[int, dict[str, Any]] = {}
    names = {unit.pk: unit.called_on(month.last) for unit in units_of_tree(county)}
    for project, unit, at in rows.values_list("project_id", "unit_id", "submitted_at"):
        told = reports.get(project, {})
        if at is None and told.get("month") == str(month) and _in_time(told, opened.due_at):
            continue
        one = found.setdefault(unit, {"unit_id": unit, "unit": names[unit], "missing": 0})
        one["missing"] += 1
    return sorted(found.values(), key=lambda one: -one["missing"])


def _in_time(report: Mapping[str, Any], due: datetime) -> bool:
    return report["submitted_at"] is None or report["submitted_at"] <= due


def without_facts(figures: Mapping[str, Any]) -> dict[str, Any]:
    """*figures* as a ranking keeps them."""
    return {key: value for key, value in figures.items() if key != "facts"}
