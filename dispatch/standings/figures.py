"""Rankings of a county's units: who stands where in a month, and why (赛马). Reads, never writes.

Figures of a past month can be counted again; what was published is read from its snapshot instead
(`dispatch.standings.services`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.amounts.figures import day
from core.days.periods import Period
from core.indicators import GapAs, Quotient, declared, gap, pace, percent, text
from core.records.order import last
from dispatch.problems.models import Problem
from dispatch.standings.ranking import (
    LEADERS,
    By,
    Ranking,
    Row,
    Survey,
    before,
    rule_in_words,
    survey,
    survey_of_leaders,
)
from dispatch.standings.rules import Group, RankingRules
from dispatch.standings.scope import EVERY, both, name_of
from dispatch.standings.tally import Figure, Tally
from organization.profiles.rules import Rules, rules_of
from organization.units.models import REPORTING, Unit, UnitKind
from organization.units.tree import units_of_tree
from projects.lights import BY_CODE, Facts, reason_of, reason_of_pace
from projects.models import ProjectMonth
from projects.rules import LightRules

# standings ----------------------------------------------------------------------------------------------------------


def standing(
    county: Unit,
    period: Period,
    *,
    group: str | None = None,
    by: By = "unit",
    order_by: str = "",
    keys: Iterable[str] = (),
    rules: Rules | None = None,
) -> Ranking:
    """Who stands where at the end of *period*: the profile's *group*, or all that *by* names; leaders are not ranked.

    KeyError if there is no such group.
    """
    rules = rules or rules_of(county)
    keys = [*keys, order_by] if order_by else list(keys)
    if by == "leader" or group == LEADERS:
        found = survey_of_leaders(county, period, rules=rules, keys=keys)
        return found.ranking(LEADERS, _("Sponsoring leaders"), [LEADERS], order_by, ranked=False)
    found = survey(county, period, rules=rules, keys=keys)
    if group is None and by != "unit":
        chosen = _group_of(rules, by)
    elif group is None:
        chosen = Group("unit", _("All units"), REPORTING)
    else:
        chosen = {one.key: one for one in rules[RankingRules].groups}[group]
    return found.ranking(chosen.key, chosen.label, chosen.kinds, order_by)


def _group_of(rules: Rules, by: By) -> Group:
    """The profile's group with units of that kind (townships with zones, say), or just that kind."""
    kind = UnitKind(by)
    for group in rules[RankingRules].groups:
        if kind in group.kinds:
            return group
    return Group(by, str(kind.label), (kind,))


# the projects behind a figure ---------------------------------------------------------------------------------------

FACTS = (
    "stage", "state", "first_start", "planned_start", "started_on", "entered_on", "planned_completion", "completed_on",
)  # fmt: skip


def behind_scenes(
    county: Unit, period: Period, keys: Iterable[str], rules: Rules, where: Q = EVERY
) -> list[dict[str, Any]]:
    """Every project that the figures of *period* are made of, with its facts and what it adds to each indicator: those
    of *county* that meet *where*.

    Two queries. `adds` is {key: [numerator, denominator]}; `plan` and `done` are yuan or None; `unit` is what the unit
    was called then; `light` is the code of its light.
    """
    keys = list(keys)
    annotations: dict[str, Any] = {}
    for key in keys:
        annotations |= declared()[key].adds(period)
    rows = (
        ProjectMonth.objects.of(county, period)
        .counted()
        .filter(both(where, county, period, rules))
        .with_light(period, rules[LightRules])
        .annotate(**annotations)
        .order_by(last("project__number"), "project_id")
        .values_list("project_id", "project__number", "project__name", *_COLUMNS, "light", *annotations)
    )
    names = {unit.pk: unit.called_on(period.last) for unit in units_of_tree(county)}
    columns = ("pk", "number", "name", *_COLUMNS)
    at = len(columns)
    numerators, denominators = slice(at + 1, None, 2), slice(at + 2, None, 2)
    found = []
    for values in rows:
        row = dict(zip(columns, values, strict=False))
        row["unit"] = names[row["lead_unit_id"]]
        adds = zip(keys, values[numerators], values[denominators], strict=True)
        row["adds"] = {key: [numerator, denominator] for key, numerator, denominator in adds}
        row["light"] = values[at]
        found.append(row)
    return found


def as_kept(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """*rows* of `behind_scenes` as a snapshot keeps them, JSON-safe: `light` is its colour, its word and that in
    English."""
    words = {code: [line.colour, str(line.label)] for code, line in BY_CODE.items()}
    with translation.override("en"):
        for code, line in BY_CODE.items():
            words[code].append(str(line.label))

    @cache
    def iso(value: date) -> str:
        return value.isoformat()

    return [
        {**row, **{key: iso(value) for key in DATES if (value := row[key]) is not None}, "light": words[row["light"]]}
        for row in rows
    ]


DATES = ("first_start", "planned_start", "started_on", "entered_on", "planned_completion", "completed_on")
_COLUMNS = ("lead_unit_id", "total_investment", "plan", "done", "done_month", *FACTS)


def pulling(rows: Iterable[dict[str, Any]], key: str, period: Period) -> list[dict[str, Any]]:
    """Those of *rows* that add to *key*, the ones that pull it down most first, with their own `rate` and `short`.

    `short` is what is missing, yuan below the project's own pace or items not done: it orders the list.
    """
    indicator = declared()[key]
    share = pace(period) / 100 if indicator.paced else Fraction(1)
    found = []
    for row in rows:
        numerator, denominator = row["adds"].get(key, (0, 0))
        if numerator or denominator:
            found.append(
                row
                | {
                    "numerator": numerator,
                    "denominator": denominator,
                    "rate": indicator.measure.value(numerator, denominator),
                    "short": (denominator * share - numerator) * indicator.direction,
                }
            )
    return sorted(found, key=lambda row: -row["short"])


# all figures of a month, for bulletins and snapshots ----------------------------------------------------------------


#: The rates of which the sentences and lists of a bulletin speak, whatever the county ranks by.
SPOKEN = ("investment_rate", "start_rate", "entry_rate")


def figures(county: Unit, period: Period, now: datetime) -> dict[str, Any]:
    """All that a bulletin or a snapshot of *period* says, JSON-safe: money in whole yuan, rates as decimal strings in
    percent with eight places or null. *now* is the moment at which it was counted (the cut-off)."""
    found = survey(county, period, keys=SPOKEN)
    rows = behind_scenes(county, period, found.keys, found.rules)
    return figures_of(found, rows, now)


def figures_of(found: Survey, rows: Sequence[dict[str, Any]], now: datetime) -> dict[str, Any]:
    """`figures` from what has been counted already."""
    period, rules = found.period, found.rules
    past = before(period)
    listed = rules[RankingRules].list
    return ({"list": listed} if listed else {}) | {
        "period": str(period),
        "year": period.year,
        "months": period.last.month,
        "cut_off": now.isoformat(),
        "rule_version": rules.version,
        "rule": rule_in_words(rules[RankingRules], listed=name_of(found.county, period, rules)),
        "rules": {key: str(declared()[key].rule) for key in found.keys},
        "columns": [{"key": key, "label": str(declared()[key].label)} for key in rules[RankingRules].columns],
        "pace": text(pace(period)),
        "totals": _totals(found.total, period, found.keys),
        "previous": _previous(found, past),
        "groups": [group_as_json(group) for group in found.groups()],
        "gap_as": rules[LightRules].gap,
        "lists": lists(rows, period, rules[LightRules].gap),
        "problems": problems(found.county, period, min(period.last, timezone.localdate(now))),
        "english": _in_english(found),
    }


def _in_english(found: Survey) -> dict[str, Any]:
    """What an English page says in the place of the words that are kept."""
    with translation.override("en"):
        rules = found.rules[RankingRules]
        listed = name_of(found.county, found.period, found.rules)
        return {
            "rule": rule_in_words(rules, listed=listed),
            "groups": {group.key: str(group.label) for group in rules.groups},
        }


def _previous(found: Survey, past: Period | None) -> dict[str, Any] | None:
    """The month before, as published, else counted now; none at the beginning of a year, and none if nobody had
    reported anything by then."""
    if past is None or found.total_before is None:
        return None
    if found.published is not None:
        return {**found.published.totals} if found.published.totals["done"] else None
    totals = _totals(found.total_before, past, found.keys)
    return totals if totals["done"] else None


def _totals(tally: Tally, period: Period, keys: Iterable[str]) -> dict[str, Any]:
    investment = tally.quotients.get("investment_rate", Quotient())
    start = tally.quotients.get("start_rate", Quotient())
    entry = tally.quotients.get("entry_rate", Quotient())
    return ({} if tally.as_one == tally.projects else {"as_one": tally.as_one}) | {
        "projects": tally.projects,
        "total_investment": tally.total_investment,
        "plan": investment.denominator,
        "done": tally.done,
        "rate": text(investment.value),
        "gap": text(gap(investment.value, period)),
        "started": start.numerator,
        "due_to_start": start.denominator,
        "start_rate": text(start.value),
        "entered": entry.numerator,
        "due_to_enter": entry.denominator,
        "entry_rate": text(entry.value),
        "quotients": {key: [*tally.quotients.get(key, Quotient())] for key in keys},
    }


def group_as_json(group: Ranking) -> dict[str, Any]:
    """A group as it is kept and handed on; `group_from_json` reads it back."""
    return {
        "key": group.key,
        "label": str(group.label),
        "order_by": group.order_by,
        "rows": [_row_as_json(row) for row in group.rows],
    }


def _row_as_json(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {"rank": row.rank, "unit_id": row.unit_id, "name": row.name, "projects": row.projects}
    investment = row.indicators["investment_rate"]
    found |= {
        "plan": investment.denominator,
        "done": row.done,
        "rate": text(investment.value),
        "pace": text(investment.pace),
        "gap": text(investment.gap),
    }
    for key, figure in row.indicators.items():
        found[key] = figure.as_json()
    return found | {"movement": row.movement} | ({} if row.as_one is None else {"as_one": row.as_one})


def group_from_json(data: Mapping[str, Any], group: Mapping[str, Any], places: int) -> Ranking:
    """A group of a snapshot as it was published; *data* without a word on it printed exact distances."""
    period = Period.parse(data["period"])
    keys = tuple(column["key"] for column in data["columns"])
    how: GapAs = data.get("gap_as") or "exact"
    rows = tuple(_row_from_json(row, keys, period, places, how) for row in group["rows"])
    whole: dict[str, Any] = {"rank": None, "unit_id": 0, "name": "", "movement": None}
    whole |= {key: data["totals"].get(key) for key in ("projects", "done", "as_one")}
    for key, quotient in data["totals"]["quotients"].items():
        whole[key] = dict(zip(("numerator", "denominator"), quotient, strict=True))
    total = _row_from_json(whole, keys, period, places, how)
    label, rule, lang = group["label"], data["rule"], ""
    if (translation.get_language() or "").startswith("en"):
        if english := data.get("english"):
            label, rule = english["groups"].get(group["key"], label), english["rule"]
        else:
            lang = "zh-Hans"
    said = (group["key"], label, group["order_by"], keys, rows, total, data["rule_version"], rule)
    return Ranking(period, *said, lang=lang)


def _row_from_json(row: Mapping[str, Any], keys: Sequence[str], period: Period, places: int, how: GapAs) -> Row:
    indicators = {}
    for key in keys:
        quotient = Quotient(row[key]["numerator"], row[key]["denominator"]) if key in row else Quotient()
        indicators[key] = Figure.of(declared()[key], quotient, period, places, how)
    return Row(
        row["rank"], row["unit_id"], row["name"], row["projects"], indicators, row["movement"], row.get("done", 0),
        row.get("as_one"),
    )  # fmt: skip


def lists(rows: Iterable[dict[str, Any]], period: Period, how: GapAs) -> dict[str, list[dict[str, Any]]]:
    """The three lists of a bulletin: behind the pace, start overdue, not in statistics though due."""
    found: dict[str, list[tuple[Any, dict[str, Any]]]] = {"behind": [], "start_overdue": [], "not_entered": []}

    @cache
    def late(code: str, first_start: date | None, planned: date | None) -> str:  # hundreds were to start on one day
        return reason_of(code, Facts(first_start=first_start, planned_start=planned), period)

    @cache
    def not_entered(started: date) -> str:
        said = _("started on %(day)s, %(n)s days ago, and is not in statistics yet")
        return said % {"day": day(started, period.last), "n": (period.last - started).days}

    def item(row: Mapping[str, Any], reason: str = "") -> tuple[Fraction | None, dict[str, Any]]:
        rate = percent(row["done"] or 0, row["plan"] or 0)
        points = gap(rate, period)
        reason = reason or reason_of_pace(None if row["done"] is None else rate, period, how)
        said = {"rate": text(rate), "gap": text(points), "reason": reason}
        return points, {"id": row["pk"], **{key: row[key] for key in ("name", "unit", "plan", "done")}, **said}

    for row in rows:
        code = row["light"]
        entered, due = row["adds"]["entry_rate"]
        if code == "behind":  # the word of the list and of the lights: slow is not yet behind
            found["behind"].append(item(row))
        elif code in ("start_overdue", "start_late"):
            first, planned = row["first_start"], row["planned_start"]
            found["start_overdue"].append((first or planned, item(row, late(code, first, planned))[1]))
        if due > entered:
            found["not_entered"].append((row["started_on"], item(row, not_entered(row["started_on"]))[1]))
    return {key: [item for _order, item in sorted(items, key=lambda pair: pair[0])] for key, items in found.items()}


def problems(county: Unit, period: Period, on: date) -> dict[str, int]:
    """Counts of the problem ledger in *period*, seen *on* a day of it (one query). Nothing is overdue in advance."""
    month = Period.of(period.last)
    raised = Q(raised_on__lte=on)
    closed = Q(closed_on__gte=month.first, closed_on__lte=month.last, merged_into=None)  # a double counts once
    is_open = raised & (Q(closed_on=None) | Q(closed_on__gt=on))
    return Problem.objects.filter(county=county).aggregate(
        open=Count("pk", filter=is_open),
        overdue=Count("pk", filter=is_open & Q(due_on__lt=on)),
        closed_in_month=Count("pk", filter=closed),
        raised_in_month=Count("pk", filter=Q(raised_on__gte=month.first, raised_on__lte=month.last)),
    )
