"""Stages in order with the gates before them: what a step needs and where it can lead. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.flow.gates import Gate


@dataclass(frozen=True)
class Ladder:
    """The stages in order, their gates (cumulative), and the day that the step into a stage tells by itself.

    `spares` says whose gates a stage doesn't wait for, where two come in either order in real life. `ways` says which
    stages one step can reach where that isn't simply the next one.
    """

    order: tuple[Any, ...]
    gates: tuple[Gate, ...]
    day_of: Mapping[Any, str] = field(default_factory=dict)
    spares: Mapping[Any, Collection[str]] = field(default_factory=dict)
    ways: Callable[[Any], tuple[Any, ...]] | None = None

    @property
    def by_code(self) -> dict[str, Gate]:
        return {gate.code: gate for gate in self.gates}

    def rank(self, stage: str) -> int:
        return self.order.index(stage)

    def label(self, stage: str) -> str:
        return str(self.order[self.rank(stage)].label)

    def next(self, stage: str) -> Any:
        """The stage after *stage*; None at the end."""
        place = self.rank(stage) + 1
        return self.order[place] if place < len(self.order) else None

    def earlier(self, stage: str) -> tuple[Any, ...]:
        """The stages that a record in *stage* can be sent back to."""
        return self.order[: self.rank(stage)]

    def targets(self, record: Any) -> tuple[Any, ...]:
        """The stages that one step of *record* can reach."""
        if self.ways is not None:
            return self.ways(record)
        following = self.next(record.stage)
        return (following,) if following else ()

    def after(self, record: Any, to: str) -> Any:
        """The stage after the step to *to*: the furthest reached, so that what comes late undoes nothing."""
        return self.order[max(self.rank(record.stage), self.rank(to))]

    def up_to(self, record: Any, to: str) -> list[Gate]:
        """Every gate that applies to *record* on its way to *to*, those of all earlier stages included."""
        reach, spared = self.rank(to), self.spares.get(to, ())
        return [
            gate
            for gate in self.gates
            if self.rank(gate.stage) <= reach and gate.stage not in spared and gate.when(record)
        ]

    def blockers(self, record: Any, to: str | None = None) -> list[Gate]:
        """Every gate still closed up to *to* (default: the next stage), never the first only; one of an earlier stage
        that came undone blocks again. Nothing blocks where there is no next stage."""
        to = to or self.next(record.stage)
        return [gate for gate in self.up_to(record, to) if not gate.met(record)] if to else []

    def to_mend(self, record: Any, to: str | None = None) -> list[Gate]:
        """The blockers without the day that the step itself tells."""
        to = to or self.next(record.stage)
        told = self.day_of.get(to) if to else None
        return [gate for gate in self.blockers(record, to) if not (gate.stage == to and told and gate.field == told)]

    def undone(self, record: Any) -> list[Gate]:
        """The gates of the stage in which *record* is and of those before it that are closed (again)."""
        return [gate for gate in self.up_to(record, record.stage) if not gate.met(record)]

    def told(self, record: Any, to: str) -> str:
        """The day that the step to *to* tells: none if one is on file, or if the gate that asks for it is open."""
        day = self.day_of.get(to, "")
        if not day or getattr(record, day) is not None:
            return ""
        asking = [gate for gate in self.gates if gate.stage == to and gate.field == day]
        return day if not asking or any(not gate.met(record) for gate in asking) else ""

    def needs(self, name: str, stage: str) -> str:
        """When the form's field *name* is needed for a record in *stage*: "now", "next" (stage) or ""."""
        ranks = [self.rank(gate.stage) for gate in self.gates if gate.field == name and gate.form == "facts"]
        if not ranks:
            return ""
        ahead = min(ranks) - self.rank(stage)
        return "now" if ahead <= 0 else "next" if ahead == 1 else ""
