"""What changed of a month's row, and of a fact that doesn't count yet, in words. Pure: names of units come in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.amounts import figures
from projects.choices import Stage, State
from projects.registry.months.models import Fact

#: What of a row can change, by its column, as people call it; what isn't named here follows from these.
LABELS: Mapping[str, Any] = {
    "lead_unit_id": Fact.LEAD_UNIT.label,
    "competent_unit_id": Fact.COMPETENT_UNIT.label,
    "stage": Fact.STAGE.label,
    "state": Fact.STATE.label,
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
}
UNITS = frozenset({"lead_unit_id", "competent_unit_id"})
AMOUNTS = frozenset({"total_investment", "plan", "done", "statistics_ytd", "funds_ytd", "paid_ytd"})


def shown(column: str, value: Any, units: Mapping[int, str], on: date | None = None) -> str:
    """A value of the row's *column*, as kept with a change, as people read it."""
    if value is None or value == "":
        return figures.NONE
    if column in UNITS:
        return units.get(value, str(value))
    if column in AMOUNTS:
        return _("%(n)s ten thousand yuan") % {"n": figures.wan(value)}
    match column:
        case "stage":
            return str(Stage(value).label)
        case "state":
            return str(State(value).label)
        case "reported":
            return _("accepted") if value else _("not accepted")
    return figures.day(date.fromisoformat(value) if isinstance(value, str) else value, on)


def changed(fields: Mapping[str, Any], units: Mapping[int, str], on: date | None = None) -> list[str]:
    """“牵头单位：城西街道 → 城东街道”, a line for each of the changed *fields* ({"done": [old, new]})."""
    return [
        _("%(label)s: %(was)s → %(now)s")
        % {
            "label": label,
            "was": shown(name, fields[name][0], units, on),
            "now": shown(name, fields[name][1], units, on),
        }
        for name, label in LABELS.items()
        if name in fields
    ]


def units_in(changes: Iterable[Mapping[str, Any]]) -> set[int]:
    """The units that changed fields name."""
    return {pk for fields in changes for name in UNITS & fields.keys() for pk in fields[name] if pk is not None}
