"""Stages in order with gates before them, for records simpler than a project: bids, leads. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


def always(record: Any) -> bool:
    return True


@dataclass(frozen=True)
class Gate:
    """What must hold before a record is in *stage*, and from then on. `field` is where it is mended on the form."""

    code: str
    stage: str
    label: Any  # what people read while it is closed
    met: Callable[[Any], bool]
    field: str = ""
    when: Callable[[Any], bool] = always
    why: Any = ""


@dataclass(frozen=True)
class Ladder:
    """The stages in order, their gates (cumulative), and the day that the step into a stage tells by itself."""

    order: tuple[str, ...]
    gates: tuple[Gate, ...]
    day_of: Mapping[str, str] = field(default_factory=dict)

    def next(self, stage: str) -> str | None:
        """The stage after *stage*; None at the end."""
        place = self.order.index(stage) + 1
        return self.order[place] if place < len(self.order) else None

    def earlier(self, stage: str) -> tuple[str, ...]:
        return self.order[: self.order.index(stage)]

    def up_to(self, record: Any, to: str) -> list[Gate]:
        """Every gate that applies to *record* between the beginning and *to*."""
        reach = self.order.index(to)
        return [gate for gate in self.gates if self.order.index(gate.stage) <= reach and gate.when(record)]

    def blockers(self, record: Any, to: str | None = None) -> list[Gate]:
        """Every gate still closed up to *to* (the next stage); an earlier one that came undone blocks too."""
        to = to or self.next(record.stage)
        return [] if to is None else [gate for gate in self.up_to(record, to) if not gate.met(record)]

    def to_mend(self, record: Any) -> list[Gate]:
        """The blockers of the next step without the day that the step itself tells."""
        to = self.next(record.stage)
        told = self.day_of.get(to) if to else None
        return [gate for gate in self.blockers(record, to) if not (told and gate.field == told)]

    def needs(self, name: str, stage: str) -> str:
        """Whether the field *name* is needed “now” in *stage*, at the “next” one, or not yet (“”)."""
        for gate in self.gates:
            if gate.field == name:
                place = self.order.index(gate.stage) - self.order.index(stage)
                return "now" if place <= 0 else "next" if place == 1 else ""
        return ""


class Closed(Exception):
    """Gates are closed: all of them, never the first only."""

    def __init__(self, gates: list[Gate]) -> None:
        self.gates = gates
        super().__init__("; ".join(str(gate.label) for gate in gates))


class Stale(Exception):
    """Somebody changed the record meanwhile; `record` is as it stands now."""

    def __init__(self, record: Any) -> None:
        self.record = record
        super().__init__(str(record))
