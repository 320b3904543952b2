"""One run: the year is played, then everything is compared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from core.refusals import Refused
from recount.facts.then import last_day
from recount.pages.browser import Missing
from recount.pages.compare import Span, everything
from recount.pages.tally import Tally
from recount.year.desk import Desk
from recount.year.edits import Act, days_of
from recount.year.play import Edit, Play, play
from simulation.world import moment


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
    edits: dict[date, list[Edit]] = {}
    for day, act in days_of(start, end) if edited else ():
        edits.setdefault(day, []).append(_made(act))
    found = play(profile, start=start, end=end, count=count, seed=seed, edits=edits)
    for line in (*found.done, *(f"refused: {why}" for why in found.refused)):
        say(line)
    span = Span(names, found.last + timedelta(days=1))
    return everything(found, _small(span) if small else span, say=say)


def _small(span: Span) -> Span:
    return Span(
        span.months, span.now, queries=span.queries[:2], units=1, sponsors=1, people=1, projects=3,
        files_of_units=False, drawers=1, pdf=1,
    )  # fmt: skip


def _made(act: Act) -> Edit:
    """*act* at seven in the evening; what the application refuses is told, not hidden."""

    def edit(found: Play, day: date) -> None:
        try:
            about = act.do(Desk(found, moment(day, 19)))
        except (Refused, Missing, StopIteration) as refusal:
            found.refused.append(f"{day} {act.what}: {refusal!r}")
        else:
            found.done.append(f"{day} {act.what}: {about}")

    return edit
