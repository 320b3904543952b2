"""What changed of a month's row, and of a fact that doesn't count yet, in words. Pure: names of units come in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.amounts import figures
from core.days.periods import Period
from projects.choices import Stage, State
from projects.registry.months.models import Fact
from projects.registry.months.rows import value_of

#: What of a row can change, by its column, as people call it; what isn't named here follows from these.
LABELS: Mapping[str, Any] = {
    "lead_unit_id": Fact.LEAD_UNIT.label,
    "competent_unit_id": Fact.COMPETENT_UNIT.label,
    "stage": Fact.STAGE.label,
    "state": Fact.STATE.label,
    "package_id": Fact.PACKAGE.label,
    "total_investment": Fact.TOTAL.label,
    "plan": Fact.PLAN.label,
    "first_start": gettext_lazy("first planned start"),
    "planned_start": Fact.PLANNED_START.label,
    "planned_completion": Fact.PLANNED_COMPLETION.label,
    "started_on": Fact.STARTED.label,
    "entered_on": Fact.ENTERED.label,
    "completed_on": Fact.COMPLETED.label,
    "done": gettext_lazy("works done in the year so far"),
    "statistics_ytd": gettext_lazy("statistics investment of the year so far"),
    "funds_ytd": gettext_lazy("funds in, year so far"),
    "paid_ytd": gettext_lazy("paid out, year so far"),
    "reported": gettext_lazy("report of the month"),
    "node_due": gettext_lazy("milestone due on"),
    "node_late": gettext_lazy("working days that the milestone is late"),
    "node_risk": gettext_lazy("milestone at risk from"),
}
UNITS = frozenset({"lead_unit_id", "competent_unit_id"})
KEYED = (Fact.LEAD_UNIT, Fact.COMPETENT_UNIT, Fact.PACKAGE)
AMOUNTS = frozenset({"total_investment", "plan", "done", "statistics_ytd", "funds_ytd", "paid_ytd"})


class Names(NamedTuple):
    """What the units and the packages are called that rows speak of, by key."""

    units: Mapping[int, str]
    packages: Mapping[int, str] = {}


def shown(column: str, value: Any, names: Names, on: date | None = None) -> str:
    """A value of the row's *column*, as kept with a change, as people read it."""
    if value is None or value == "":
        return figures.NONE
    if column == "package_id":
        return names.packages.get(value, str(value))
    if column in UNITS:
        return names.units.get(value, str(value))
    if column in AMOUNTS:
        return _("%(n)s 10k yuan") % {"n": figures.wan(value)}
    match column:
        case "stage":
            return str(Stage(value).label)
        case "state":
            return str(State(value).label)
        case "node_late":
            return str(value)
        case "reported":
            return _("accepted") if value else _("not accepted")
    return figures.day(date.fromisoformat(value) if isinstance(value, str) else value, on)


def changed(fields: Mapping[str, Any], names: Names, on: date | None = None) -> list[str]:
    """“牵头单位：城西街道 → 城东街道”, a line for each of the changed *fields* ({"done": [old, new]})."""
    return [
        _("%(label)s: %(was)s → %(now)s")
        % {
            "label": label,
            "was": shown(name, fields[name][0], names, on),
            "now": shown(name, fields[name][1], names, on),
        }
        for name, label in LABELS.items()
        if name in fields
    ]


def late(change: Any, now: Any, names: Names, closed: Collection[str]) -> str:
    """“责任单位：城西街道 → 城东街道，3月15日变更，因3月至4月已关账，自5月起计入”: of a change that made it *now*."""
    column = f"{change.fact}_id" if change.fact in KEYED else change.fact
    was = value_of(change)
    said = {
        "label": _("%(label)s of %(year)s") % {"label": LABELS[column], "year": change.year}
        if change.year and change.year != change.until.year
        else LABELS[column],
        "was": shown(column, was, names, change.until),
        "now": shown(column, now, names, change.until),
    }
    text = _("%(label)s: %(was)s → %(now)s") % said
    if was is not None:  # what is filled in for the first time has no day of its own
        text = _("%(text)s, changed on %(day)s") % {"text": text, "day": figures.day(change.on, change.until)}
    why = {"text": text, "closed": months_said(closed, change), "from": figures.month(change.until, change.until)}
    if not why["closed"]:  # opened once more since
        return _("%(text)s, counts from %(from)s on") % why
    return _("%(text)s, counts from %(from)s on since %(closed)s are closed") % why


def months_said(closed: Collection[str], change: Any) -> str:
    """The closed months that *change* doesn't count in: “1–4月”, by their runs."""
    first = max(str(Period.of(change.on)), f"{change.until.year}-01")
    passed = sorted(month for month in closed if first <= month < str(Period.of(change.until)))
    runs: list[list[int]] = []
    for number in (int(month[5:]) for month in passed):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return _(", ").join(
        figures.axis_month(run[0])
        if len(run) == 1
        else _("%(first)s to %(last)s") % {"first": figures.axis_month(run[0]), "last": figures.axis_month(run[-1])}
        for run in runs
    )


def units_in(changes: Iterable[Mapping[str, Any]]) -> set[int]:
    """The units that changed fields name."""
    return {pk for fields in changes for name in UNITS & fields.keys() for pk in fields[name] if pk is not None}


def packages_in(changes: Iterable[Mapping[str, Any]]) -> set[int]:
    """The packages that changed fields name."""
    return {pk for fields in changes for pk in fields.get("package_id", ()) if pk is not None}
