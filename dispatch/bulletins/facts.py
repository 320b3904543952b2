"""What a bulletin says besides the figures of the ranking: level, sector, leader of each project, its own month, what
the reports say of it; who reported late; last year. Reads, a fixed number of queries however many projects there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import coded
from core.days import workdays
from core.days.office import calendar
from core.days.periods import Period
from core.refusals import Refused
from dispatch.prose.cuts import FIELDS, fields_of
from dispatch.rounds.models import Round, RoundRow
from dispatch.rounds.months import MonthState
from dispatch.standings.models import RankingSnapshot
from dispatch.standings.ranking import tallies
from dispatch.standings.rules import RankingRules
from dispatch.standings.scope import of_list, where_of
from dispatch.standings.services import frozen, published
from organization.profiles.rules import rules_of
from organization.units.models import Unit, UnitKind
from organization.units.tree import homes_on, units_of_tree
from projects.choices import Level, ReportStatus, Stage
from projects.classes import ClassRules, Tier, size_of
from projects.lights import BY_CODE
from projects.list.filters import LIGHTS
from projects.models import MonthlyReport, Project, ProjectMonth, Sponsor
from projects.registry.months.services import extend
from projects.rosters.scope import lists_of, rosters_of


def figures_now(
    county: Unit, period: Period, now: datetime, listed: str = ""
) -> tuple[dict[str, Any], RankingSnapshot | None]:
    """Those of the month that *period* ends with, and the ranking that published them, if one did.

    *listed*: of the projects on that list of the year alone, which no ranking publishes unless the county ranks by
    it. Raises Refused where the year has no such list.
    """
    period = Period.of(period.last)
    if listed and listed != rules_of(county)[RankingRules].list:
        if listed not in {one.code for one in rosters_of(county, period.year)}:
            raise Refused(_("This year has no list “%(code)s”") % {"code": listed})
        extend(county, now=now)
        with translation.override(settings.LANGUAGE_CODE):
            return frozen(county, period, now, listed)[0], None
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
    labels_of = labels(county)
    leaders, units = _leaders(county), units_of_tree(county)
    projects = _projects(county, month, rows, reports, leaders)
    _classed(county, month, rows, projects, labels_of, leaders, units)
    if "list" in fields_of(wording):
        _listed(county, month, projects, labels_of, min(month.last, timezone.localdate(now)))
    scope = figures.get("scope")
    return {
        "cycle": wording.get("cycle", "month"),
        "since": period.first.isoformat(),
        "projects": projects,
        "labels": labels_of,
        "last_year": _last_year(county, month, scope["code"] if scope else ""),
        "late": _late(county, month, units, set(rows) if scope else None),
        "reports": state.counts() if state.opened and not scope else {},  # a round is the county's
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


def _classed(
    county: Unit,
    month: Period,
    rows: Mapping[int, Mapping[str, Any]],
    projects: dict[str, dict[str, Any]],
    labels_of: dict[str, dict[str, str]],
    leaders: Mapping[int, tuple[int, str]],
    units: Sequence[Unit],
) -> None:
    """Puts into *projects* which class each is of in the fields that no column has, and what people call these."""
    called = {unit.pk: unit.called_on(month.last) for unit in units}
    homes, tiers = homes_on(units, month.last), rules_of(county)[ClassRules].tiers
    squads, light_of = _squads(units, rows), _lights()
    for pk, row in rows.items():
        if (kept := projects.get(str(pk))) is None:
            continue
        kept["home"] = str(homes[row["lead_unit_id"]])
        kept["light_code"] = light_of.get(row["light"][1], "")
        if row["total_investment"] is not None:
            tier = size_of(row["total_investment"], tiers)
            kept["size"] = tier.code if tier else BELOW
        if pk in squads:
            kept["squad"] = str(squads[pk])
        if pk in leaders:
            kept["post"] = str(leaders[pk][0])
    labels_of |= {name: {str(pk): text for pk, text in called.items()} for name in ("unit", "competent", "squad")}
    labels_of["leader"] = {str(post): title for post, title in leaders.values()}
    labels_of["light"] = {code: text for text, code in light_of.items()}
    labels_of["size"] = size_words(tiers)
    for key in ("unit", "competent", "squad", "leader"):  # of a county's hundreds only those that are spoken of
        used = {one.get(FIELDS[key].key or key) for one in projects.values()}
        labels_of[key] = {code: text for code, text in labels_of[key].items() if code in used}


def _listed(
    county: Unit, month: Period, projects: dict[str, dict[str, Any]], labels_of: dict[str, dict[str, str]], on: date
) -> None:
    """Puts into *projects* the codes of the year's lists that each is on, as the filter of the list of projects finds
    them as of *on*."""
    rosters = rosters_of(county, month.year)
    for pk, codes in lists_of(county, rosters, month, on).items():
        if (kept := projects.get(str(pk))) is not None:
            kept["list"] = [one.code for one in rosters if one.code in codes]
    labels_of["list"] = {one.code: one.name for one in rosters}


def _lights() -> dict[str, str]:
    """The lights by what papers call them: a code, or what the list calls those of one name together."""
    found: dict[str, list[str]] = {}
    with translation.override(settings.LANGUAGE_CODE):
        for code, line in BY_CODE.items():
            found.setdefault(str(line.label), []).append(code)
    together = {frozenset(codes): name for name, (_label, codes) in LIGHTS.items()}
    return {text: together.get(frozenset(codes), codes[0]) for text, codes in found.items()}


BELOW = "below"  # the class of what is smaller than the least tier


def size_words(tiers: Sequence[Tier]) -> dict[str, str]:
    """What the tiers of size are called where each project is in one of them, the largest first."""
    found: dict[str, str] = {}
    above = ""
    for tier in reversed(tiers):
        floor = f"{tier.floor // 10**8}亿" if tier.floor % 10**8 == 0 else f"{tier.floor // 10**4}万"
        found[tier.code] = f"{floor}—{above}元" if above else f"{floor}元以上"
        above = floor
    return found | ({BELOW: f"{above}元以下"} if above else {})


def _squads(units: Sequence[Unit], rows: Mapping[int, Mapping[str, Any]]) -> dict[int, int]:
    """The squad of each project: the one that leads it, else the first that cooperates in it."""
    place = {unit.pk: at for at, unit in enumerate(units) if unit.kind == UnitKind.SQUAD}
    if not place:
        return {}
    found = {pk: row["lead_unit_id"] for pk, row in rows.items() if row["lead_unit_id"] in place}
    helped = Project.cooperating_units.through.objects.filter(unit__in=place).values_list("project_id", "unit_id")
    for pk, unit in sorted(helped, key=lambda pair: place[pair[1]]):
        if pk in rows:
            found.setdefault(pk, unit)
    return found


def days_of(asked: Mapping[str, int], on: date) -> dict[str, str]:
    """The days by which something is asked for: so many working days after *on*."""
    days = calendar() if asked else {}
    return {key: workdays.add_workdays(on, number, days).isoformat() for key, number in asked.items()}


def _reports(county: Unit, month: Period, rows: Mapping[int, Any]) -> dict[int, dict[str, Any]]:
    """The newest accepted report of each of *rows* up to *month*: that of the month, else the last one that counts."""
    columns = ("project_id", "month", "works", "progress", "problem")
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
    county: Unit,
    month: Period,
    rows: Mapping[int, Any],
    reports: Mapping[int, Mapping[str, Any]],
    leaders: Mapping[int, tuple[int, str]],
) -> dict[str, dict[str, Any]]:
    before = {} if month.number == 1 else _done(county, month.previous())
    reported = str(month)
    found: dict[str, dict[str, Any]] = {}
    columns = (*CODES.values(), "competent_unit_id")
    for pk, *codes, department in ProjectMonth.objects.of(county, month).counted().values_list("project_id", *columns):
        row, report = rows.get(pk), reports.get(pk, {})
        if row is None:
            continue
        found[str(pk)] = kept = {key: code for key, code in zip(CODES, codes, strict=True) if code}
        if (own := _own(row, report, before.get(pk), reported)) is not None:
            kept["own"] = own
        if department:
            kept["competent"] = str(department)
        for key, text in (
            ("leader", leaders.get(pk, (0, ""))[1]),
            ("progress", report.get("progress")),
            ("cause", report.get("problem")),
        ):
            if text:
                kept[key] = text
    return found


def _own(row: Mapping[str, Any], report: Mapping[str, Any], before: int | None, month: str) -> int | None:
    """What was done in the month alone; None where only the year so far is known."""
    if row["done"] is None:
        return None
    if row["done_month"] != month:
        return 0
    if month.endswith("-01"):
        return int(row["done"])
    if report.get("works") is not None:
        return int(report["works"])
    return None if before is None else int(row["done"]) - before


def _done(county: Unit, month: Period) -> dict[int, int]:
    kept = ProjectMonth.objects.of(county, month).filter(done__isnull=False)
    return {pk: done for pk, done in kept.values_list("project_id", "done") if done is not None}


def _leaders(county: Unit) -> dict[int, tuple[int, str]]:
    """The post of the first sponsor of each project, and its title."""
    found: dict[int, tuple[int, str]] = {}
    sponsors = Sponsor.objects.filter(project__county=county).order_by("position", "pk")
    for pk, post, title in sponsors.values_list("project_id", "post_id", "post__title"):
        found.setdefault(pk, (post, title))
    return found


def _last_year(county: Unit, month: Period, listed: str = "") -> dict[str, int] | None:
    """What was done by the same month of the year before; None where nothing is on file."""
    past = Period.month(month.year - 1, month.number)
    rules = rules_of(county)
    where = where_of(county, of_list(rules, listed) if listed else rules)
    done = sum(tally.done for tally in tallies(county, [past], (), where=where)[past].values())
    return {"done": done} if done > 0 else None


def _late(county: Unit, month: Period, units: Sequence[Unit], among: set[int] | None = None) -> list[dict[str, Any]]:
    """The units whose reports of *month* came after the round was due, or not at all: those most often late first;
    *among* some projects."""
    opened = Round.objects.filter(county=county, kind=Round.Kind.MONTHLY, period=str(month)).first()
    if opened is None:
        return []
    behind = Q(submitted_at__gt=opened.due_at) | Q(submitted_at=None)
    rows = RoundRow.objects.asked().filter(behind, round=opened, left_out="").order_by("unit__position", "unit")
    late = list(rows.values_list("project_id", "unit_id", "submitted_at"))
    silent = [project for project, _unit, at in late if at is None]
    accepted = MonthlyReport.objects.filter(county=county, status=ReportStatus.ACCEPTED, month=str(month))
    in_time = accepted.filter(Q(submitted_at=None) | Q(submitted_at__lte=opened.due_at), project__in=silent)
    told = set(in_time.values_list("project_id", flat=True)) if silent else set()
    found: dict[int, dict[str, Any]] = {}
    names = {unit.pk: unit.called_on(month.last) for unit in units}
    for project, unit, _at in late:
        if project in told or (among is not None and project not in among):
            continue
        one = found.setdefault(unit, {"unit_id": unit, "unit": names[unit], "missing": 0})
        one["missing"] += 1
    return sorted(found.values(), key=lambda one: -one["missing"])


def without_facts(figures: Mapping[str, Any]) -> dict[str, Any]:
    """*figures* as a ranking keeps them."""
    return {key: value for key, value in figures.items() if key != "facts"}
