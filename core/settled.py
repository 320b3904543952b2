"""What settles the matter of a notice: each subject declares it for the kinds that it tells.

Asked when mail goes out and when notices are shown: a matter that is settled by then isn't sent any more, nor is it
counted as unread; the notice says by what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple

from core.amounts import figures
from core.collect import gather


class Matter(NamedTuple):
    """What one notice asks: its key, of whom, since when. The second word of the key is that of the record, as in
    “report_returned:17:…”, “round:3:+1:…”."""

    key: str
    person: int
    at: datetime

    def word(self, number: int) -> int:
        """A number in the key; 0 where there is none."""
        words = self.key.split(":")
        return int(words[number]) if number < len(words) and words[number].isdecimal() else 0

    @property
    def about(self) -> int:
        return self.word(1)

    def when(self, moment: datetime | None) -> str:
        """*moment* in words, without the year if it is that of the notice."""
        return figures.moment(moment, figures.local(self.at))


Words = Mapping[Matter, str]


@dataclass(frozen=True)
class Settled:
    """`by(matters)`: those that are settled by now, each with the words by what. All of a page in a few queries."""

    kinds: tuple[str, ...]
    by: Callable[[Sequence[Matter]], Words]


@cache
def settled() -> dict[str, Settled]:
    """What the apps declare, by the kind of notice."""
    return {kind: one for one in gather("settled") for kind in one.kinds}
