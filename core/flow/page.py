"""What the page of a record shows of its way: the stages with their days, what still blocks it, its steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.flow.gates import Gate
from core.flow.ladder import Ladder
from core.flow.models import changes_of
from core.flow.way import Way
from core.records.fields import label_of


@dataclass(frozen=True)
class Block:
    """A closed gate on the page: what, why, and where it is mended (no address: not by this person)."""

    gate: Gate
    href: str
    action: str
    colour: str = "amber"


def way_of(record: Any, way: Way, *, may: Any, edit_url: str, action: str, form: Any) -> dict[str, Any]:
    """The context of `core/steps.html`: the next stage, what still blocks it, what the step will ask, its form, who
    may."""
    to = way.ladder.next(record.stage)
    closed, asked = blocks(record, way.ladder, edit_url if may else "", action), asks(record, way.ladder, to)
    if form is not None and asked:
        form.fields["on"].label = asked[0]
    return {
        "next": to,
        "blocks": closed,
        "asks": asked,
        "to_go": len(closed) + len(asked),
        "changes": changes_of(record).select_related("by"),
        "may": may,
        "step_form": form,
        "active": record.state == way.active,
    }


def blocks(record: Any, ladder: Ladder, edit_url: str, action: str) -> list[Block]:
    """What still blocks the next step, each with the field of the form at *edit_url* where it is mended."""
    return [
        Block(gate, f"{edit_url}#id_{gate.field}" if edit_url else "", action, colour(gate, record, ladder))
        for gate in ladder.to_mend(record)
    ]


def asks(record: Any, ladder: Ladder, to: Any) -> list[Any]:
    """What the form of the step to *to* will ask and nobody knows yet, by the fields' names: it is missing too."""
    told = ladder.told(record, to) if to else ""
    return [label_of(type(record), told)] if told else []


def colour(gate: Gate, record: Any, ladder: Ladder) -> str:
    """Red is what should be there already in the present stage."""
    return "red" if ladder.rank(gate.stage) <= ladder.rank(record.stage) else "amber"


def stages(
    record: Any, ladder: Ladder, on: date, days: Mapping[str, date | None] | None = None
) -> list[dict[str, Any]]:
    """The stages as `{% stages %}` draws them, with the day of each; *days* are those that no step tells."""
    reached = ladder.rank(record.stage)
    told = days or {}
    found = []
    for place, stage in enumerate(ladder.order):
        field = ladder.day_of.get(stage)
        day = told.get(stage) or (getattr(record, field) if field else None)
        state = "done" if place < reached else "now" if place == reached else "next" if place == reached + 1 else "far"
        found.append({"name": stage.label, "state": state, "on": brief(day, on)})
    return found


def brief(day: date | None, on: date) -> str:
    """07-03, or 2025-07 for another year than *on*'s: seven of them stand side by side on a phone."""
    if day is None:
        return ""
    return f"{day:%m-%d}" if day.year == on.year else f"{day:%Y-%m}"
