"""What facts were before, told by their history alone: what changed on which day, and which months were closed then.

The application keeps former values of its own; here they are found a second time, from the rows that every change has
left: a fact edited counts from the day of the edit, a step from its own day, a start from the day on which it
happened; where that lies in a closed month, from the first one that isn't.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from recount.facts.tables import Facts, day, rows_of

EDITED = {
    "lead_unit": "lead_unit_id", "competent_unit": "competent_unit_id", "total_investment": "total_investment",
    "planned_start": "planned_start", "planned_completion": "planned_completion", "package": "package_id",
}  # fmt: skip
HAPPENED = ("started_on", "entered_on", "completed_on")
Former = dict[tuple[str, int], list[tuple[date, Any]]]


@dataclass
class Closing:
    """Which months of a county were closed at any moment."""

    changes: list[tuple[datetime, str, bool]] = field(default_factory=list)

    def closed(self, at: datetime) -> set[str]:
        found: set[str] = set()
        for when, month, is_closed in self.changes:
            if when <= at:
                (found.add if is_closed else found.discard)(month)
        return found

    def first_open(self, on: date, at: datetime) -> date:
        closed = self.closed(at)
        while f"{on:%Y-%m}" in closed:
            on = date(on.year + on.month // 12, on.month % 12 + 1, 1)
        return on


def former(facts: Facts) -> dict[int, Former]:
    """By project, what its facts were and until which day that counts."""
    closing = _closing(facts.county)
    found: dict[int, Former] = {pk: {} for pk in facts.projects}
    changes = [*_steps(facts), *_edits(facts), *_plans(facts)]
    for change in sorted(changes, key=lambda one: (one.at, one.order)):
        if change.project in found:
            _apply(found[change.project], change, facts, closing)
    return found


@dataclass(frozen=True)
class _Change:
    project: int
    fact: str
    year: int
    old: Any
    new: Any
    on: date
    at: datetime
    order: int


def _apply(kept: Former, change: _Change, facts: Facts, closing: Closing) -> None:
    before = kept.setdefault((change.fact, change.year), [])
    begins = facts.projects[change.project].counts_from or date.min
    on, retroactive = change.on, False
    if change.fact in HAPPENED:
        on = max(begins, min(one for one in (change.old, change.new) if one is not None))
        retroactive = True
    elif change.old is None and not before and change.fact != "package":  # to have been in none was said
        on = max(begins, date(change.year, 1, 1)) if change.year else begins
        retroactive = True
    elif change.year:
        on = min(on, date(change.year, 12, 1))
    counts = on if on == date.min else max(on, closing.first_open(on, change.at))
    if counts > on or before or not retroactive:
        before.append((counts, change.old))


def _steps(facts: Facts) -> Iterable[_Change]:
    """The lifecycle: each step holds from its own day."""
    rows = rows_of(
        'SELECT s.id, s.project_id, s.new, s.state, s."on" AS on_day, s.typed_at FROM projects_stagechange s '
        "JOIN projects_project p ON p.id = s.project_id WHERE p.county_id = %s ORDER BY s.id",
        facts.county,
    )
    seen: dict[int, tuple[str, str]] = {}
    for row in rows:
        pk, now = row["project_id"], (row["new"], row["state"])
        old = seen.get(pk)
        seen[pk] = now
        on = day(row["on_day"])
        if old is None or on is None:
            continue
        for fact, was, new in (("stage", old[0], now[0]), ("state", old[1], now[1])):
            if was != new:
                yield _Change(pk, fact, 0, was, new, on, _moment(row["typed_at"]), row["id"])


def _edits(facts: Facts) -> Iterable[_Change]:
    """Edits of facts, by the rows of history."""
    rows = rows_of("SELECT * FROM projects_historicalproject WHERE county_id = %s ORDER BY history_id", facts.county)
    seen: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        old, at = seen.get(row["id"]), _moment(row["history_date"])
        seen[row["id"]] = row
        if old is None:
            continue
        for fact, column in (EDITED | {name: name for name in HAPPENED}).items():
            was, new = _plain(fact, old[column]), _plain(fact, row[column])
            if was != new:
                yield _Change(row["id"], fact, 0, was, new, _local(at), at, row["history_id"])


def _plans(facts: Facts) -> Iterable[_Change]:
    rows = rows_of(
        "SELECT h.project_id, h.year, h.investment, h.history_date, h.history_id, h.history_type "
        "FROM projects_historicalannualplan h "
        "JOIN projects_project p ON p.id = h.project_id WHERE p.county_id = %s ORDER BY h.history_id",
        facts.county,
    )
    seen: dict[tuple[int, int], Any] = {}
    for row in rows:
        key, at = (row["project_id"], row["year"]), _moment(row["history_date"])
        old, new = seen.get(key), None if row["history_type"] == "-" else row["investment"]
        seen[key] = new
        if old != new:
            yield _Change(key[0], "plan", key[1], old, new, _local(at), at, row["history_id"])


def _closing(county: int) -> Closing:
    rows = rows_of(
        "SELECT month, closed_at, history_date FROM projects_historicalreportingmonth WHERE county_id = %s "
        "ORDER BY history_id",
        county,
    )
    return Closing([(_moment(row["history_date"]), row["month"], row["closed_at"] is not None) for row in rows])


def _plain(fact: str, value: Any) -> Any:
    return day(value) if fact in HAPPENED or fact.startswith("planned_") else value


def _moment(value: Any) -> datetime:
    """A moment as either database gives it."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo("UTC"))


def _local(at: datetime) -> date:
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
