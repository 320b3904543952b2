"""A month's figures as a bulletin reads them: distances to the pace as the county prints them, what nobody reported
unknown, and what is on file about each project beside it. Pure.

Figures are those of `dispatch.standings.figures`; `facts`, where they have them, those of `dispatch.bulletins.facts`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from core.days.periods import Period
from core.indicators import pace, shown_gaps
from dispatch.prose.rates import quotients, rate_in
from dispatch.prose.values import Figures, places_of

#: What a county can leave unrecorded, and the figures that then say nothing. An unknown is never a 0.
UNRECORDED = {
    "done": ("done", "rate", "gap", "behind"),
    "start": ("started", "due_to_start", "start_rate", "start_overdue"),
    "entry": ("entered", "due_to_enter", "entry_rate", "not_entered"),
    "problems": ("open", "overdue", "closed", "raised"),
}
DAYS = {"start_overdue": ("first_start", "planned_start"), "not_entered": ("started_on",)}
LATE = {"start_overdue": "计划{day}开工，超期{days}天", "not_entered": "{day}开工，{days}天未入统"}


class Exact(dict[str, Any]):
    """Figures with what `exactly` makes of them, so that blocks and title are of one reckoning.

    `kept` has what is made of them more than once, such as the classes of a field: they don't change any more.
    """

    def __init__(self, figures: Figures) -> None:
        super().__init__(figures)
        self.kept: dict[Any, Any] = {}


def exactly(figures: Figures, wording: Mapping[str, Any]) -> Figures:
    """*figures* with the distances to the pace as they are printed: of the printed figures, or exact and rounded once,
    as the county's rule was when they were counted.

    What nobody has reported is None: a unit with a plan and no report has no rate, which is not one of 0.
    """
    if isinstance(figures, Exact):
        return figures
    period = Period.parse(figures["period"])
    told = figures.get("recorded", {}).get("units")
    at, distance = pace(period), _distance(period, figures, wording)

    def exact(row: Mapping[str, Any]) -> dict[str, Any]:
        done = row["done"] if told is None or "unit_id" not in row or row["unit_id"] in told else None
        exactly = {**row, "done": done, "pace": at}
        exactly["gap"] = distance(rate_in(exactly))
        return exactly

    groups = [
        {
            **group,
            "rows": [
                {**exact(row), "group": group["key"], "order_by": group["order_by"], "period": str(period)}
                for row in group["rows"]
                if row["projects"] or row["done"] or any(map(any, quotients(row).values()))
            ],
        }
        for group in figures["groups"]
    ]
    silent = {name for key in unrecorded(figures) for name in UNRECORDED[key]}
    projects = {row["id"]: row for row in map(exact, _projects(figures))}
    on = counted_on(figures)
    lists = {
        key: [_dated(key, {**item, **(projects.get(item["id"]) or exact(item))}, on) for item in items]
        for key, items in ((key, () if key in silent else items) for key, items in figures["lists"].items())
    }
    return Exact({**figures, "groups": groups, "lists": lists, "projects": list(projects.values())})


def gap_of(rate: Fraction | None, period: Period, figures: Figures, wording: Mapping[str, Any]) -> Fraction | None:
    return _distance(period, figures, wording)(rate)


def _distance(
    period: Period, figures: Figures, wording: Mapping[str, Any]
) -> Callable[[Fraction | None], Fraction | None]:
    """What says of a rate how far it is from the pace, which is looked up once for thousands of projects."""
    if figures.get("gap_as", "exact") == "exact":
        at = pace(period)
        return lambda rate: None if rate is None else rate - at
    shown = shown_gaps(period, places_of(wording))
    return lambda rate: None if rate is None else Fraction(*shown(rate).as_integer_ratio())


def unrecorded(figures: Figures) -> list[str]:
    """Keys of `UNRECORDED` that the county had not recorded when *figures* were counted."""
    recorded = figures.get("recorded", {})
    return [key for key in UNRECORDED if not recorded.get(key, True)]


def counted_on(figures: Figures) -> date:
    """The day that days late, open and overdue problems are counted to: never one to come."""
    kept = figures.get("counted_on")
    return date.fromisoformat(kept) if kept else Period.parse(figures["period"]).last


def since(figures: Figures) -> date:
    """The first day of what the bulletin is of: its month, half or year."""
    kept = figures.get("facts", {}).get("since")
    return date.fromisoformat(kept) if kept else Period.parse(figures["period"]).first


def _projects(figures: Figures) -> list[dict[str, Any]]:
    """Every project that counts, with what is on file about it; none where the figures were kept without them."""
    facts = figures.get("facts", {}).get("projects", {})
    return [
        {
            "id": row["pk"],
            **{key: row[key] for key in KEPT},
            **_quotients(row["adds"]),
            "adds": row["adds"],
            "light": row["light"][1],
            **facts.get(str(row["pk"]), {}),
        }
        for row in figures.get("inputs", ())
    ]


KEPT = ("number", "name", "unit", "total_investment", "plan", "done", "stage", "first_start", "planned_start",
        "started_on", "entered_on", "completed_on")  # fmt: skip


def _quotients(adds: Mapping[str, Any]) -> dict[str, Any]:
    return {key: {"numerator": parts[0], "denominator": parts[1]} for key, parts in adds.items()}


def _dated(key: str, item: dict[str, Any], on: date) -> dict[str, Any]:
    """*item* with the day that it is late by, and how many days that is."""
    kept = next((item[name] for name in DAYS.get(key, ()) if item.get(name)), None)
    if kept is None:
        return item
    day = date.fromisoformat(kept)
    days = (on - day).days
    said = f"{day.month}月{day.day}日" if day.year == on.year else f"{day.year}年{day.month}月{day.day}日"
    return item | {"day": said, "days": days, "reason": LATE[key].format(day=said, days=days)}
