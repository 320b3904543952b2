"""What is counted of a unit, or of whatever else projects are gathered by. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.indicators import Quotient


@dataclass(frozen=True)
class Tally:
    """What one grouped query says about a unit: projects with a plan, their total investment, works of all projects in
    the year so far, a quotient per key."""

    projects: int = 0
    total_investment: int = 0
    done: int = 0
    every: tuple[int, int] = (0, 0)  # all projects, planned or not, and their total investment
    quotients: Mapping[str, Quotient] = field(default_factory=dict)
    packed: tuple[int, ...] = ()  # of those projects that are sub-projects, the package of each
    every_packed: tuple[int, ...] = ()

    @property
    def as_one(self) -> int:
        """How many the projects are with a package as one."""
        return self.projects - len(self.packed) + len({*self.packed})

    @property
    def anything(self) -> bool:
        return bool(self.projects or self.done) or any(any(quotient) for quotient in self.quotients.values())

    def __add__(self, other: Tally) -> Tally:
        keys = {**self.quotients, **other.quotients}
        return Tally(
            self.projects + other.projects,
            self.total_investment + other.total_investment,
            self.done + other.done,
            (self.every[0] + other.every[0], self.every[1] + other.every[1]),
            {key: self.quotients.get(key, Quotient()) + other.quotients.get(key, Quotient()) for key in keys},
            self.packed + other.packed,
            self.every_packed + other.every_packed,
        )


NOTHING, NO_TASK = Tally(), Quotient()
