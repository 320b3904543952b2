"""What was compared, and what differed: counted by place, month and kind of figure, printed as a table each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Key = tuple[str, str, str]  # place, month, kind of figure


@dataclass(frozen=True)
class Difference:
    """A figure that a page shows and the facts don't give."""

    place: str
    month: str
    kind: str
    address: str
    what: str
    shown: Any
    recounted: Any

    def __str__(self) -> str:
        return (
            f"{self.place} {self.month} {self.kind}: {self.what}: "
            f"shown {self.shown!r}, recounted {self.recounted!r}  {self.address}"
        )


@dataclass
class Tally:
    """All comparisons of a run."""

    counts: Counter[Key] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def at(self, place: str, month: str, address: str) -> Page:
        """What compares the figures of one page."""
        return Page(self, place, month, address)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def table(self) -> Iterator[str]:
        """A table for each place: month, kind of figure, how many were compared, how many differ."""
        wrong = Counter((one.place, one.month, one.kind) for one in self.differences)
        for place in sorted({key[0] for key in self.counts}):
            of_place = [key for key in self.counts if key[0] == place]
            yield f"\n{place}: {sum(self.counts[key] for key in of_place):,}"
            yield f"  {'month':9} {'figure':24} {'compared':>9} {'differ':>7}"
            for key in sorted(of_place):
                yield f"  {key[1]:9} {key[2]:24} {self.counts[key]:9,} {wrong[key]:7,}"

    def report(self, *, most: int = 200) -> Iterator[str]:
        """The tables, then the differences with their addresses."""
        yield from self.table()
        yield f"\n{self.total:,} comparisons, {len(self.differences):,} differences"
        for difference in self.differences[:most]:
            yield f"  {difference}"
        if (more := len(self.differences) - most) > 0:
            yield f"  … and {more:,} more"


@dataclass(frozen=True)
class Page:
    """One page on which figures are compared."""

    tally: Tally
    place: str
    month: str
    address: str

    def same(self, kind: str, what: Any, shown: Any, recounted: Any) -> None:
        """One comparison: what the page *shown* against what was *recounted*."""
        self.tally.counts[self.place, self.month, kind] += 1
        if shown != recounted:
            self.tally.differences.append(
                Difference(self.place, self.month, kind, self.address, str(what), shown, recounted)
            )

    def all_same(self, what: Any, shown: Mapping[str, Any], recounted: Mapping[str, Any]) -> None:
        """A comparison for each kind that either side has."""
        for kind in dict.fromkeys([*recounted, *shown]):
            self.same(kind, what, shown.get(kind, "(not shown)"), recounted.get(kind, "(not recounted)"))
