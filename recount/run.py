"""One run: the year is played, then everything is compared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from recount.compare import Span, everything
from recount.play import Play, play
from recount.tally import Tally
from recount.then import last_day


def recount(
    profile: str,
    *,
    start: date,
    months: int,
    count: int,
    seed: int,
    edited: bool = True,
    small: bool = False,
    say: Callable[[str], None] = lambda line: None,
) -> Tally:
    """Plays *months* of a county from *start* with *count* projects and counts all of it a second time."""
    names = [f"{start.year}-{number:02}" for number in range(start.month, start.month + months)]
    end = last_day(names[-1])
    found = play(profile, start=start, end=end, count=count, seed=seed, edits={})
    _tell(found, say)
    span = Span(names, end + timedelta(days=1))
    return everything(found, _small(span) if small else span, say=say)


def _small(span: Span) -> Span:
    return Span(
        span.months, span.now, queries=span.queries[:3], units=2, sponsors=1, people=2, projects=3,
        files_of_units=False, pdf=1,
    )  # fmt: skip


def _tell(found: Play, say: Callable[[str], None]) -> None:
    for line in found.done:
        say(line)
    for line in found.refused:
        say(f"refused: {line}")
