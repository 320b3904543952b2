"""The catalogue of pre-work approvals: what follows what, and which of them a project of some kind needs. Pure.

A county's file may name everything: labels, predecessors, days, papers, validity, and the tracks (审批、核准、备案).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from core.coded import short
from core.shapes import Name, between
from projects.choices import ApprovalKind

Place = Literal["county", "city", "province", "state"]


@dataclass(frozen=True)
class Procedure:
    """One approval. `after` are the codes that usually come before it, `law` those without which the law forbids it;
    `days` are working days from the application, `valid_months` how long it holds if works don't start (0: always)."""

    code: Annotated[str, short(20)]
    label: Name = ""
    after: tuple[str, ...] = ()
    law: tuple[str, ...] = ()
    law_says: Name = ""  # where the law forbids it, in words
    days: Annotated[int, between(0, 500)] = 0
    valid_months: Annotated[int, between(0, 120)] = 0
    level: Place = "county"
    joint: bool = False  # reviewed jointly with the others of its kind (联审联批)
    papers: tuple[Name, ...] = ()
    aliases: tuple[str, ...] = ()  # what others call it: the national platform's items

    @property
    def name(self) -> Any:
        return self.label or dict(ApprovalKind.choices).get(self.code, self.code)

    @property
    def before(self) -> tuple[str, ...]:
        """All that comes before it, by use or by law."""
        return tuple(dict.fromkeys((*self.law, *self.after)))


@dataclass(frozen=True)
class Added(Procedure):
    """An approval of the county's own, beside those of the catalogue; `tracks` are the codes of those that need it."""

    tracks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Track:
    """Which approvals a kind of project needs: by investment approval, by verification, by filing."""

    code: Annotated[str, short(12)]
    label: Name
    steps: tuple[str, ...]
    investors: tuple[str, ...] = ()  # investment kinds that take this track by themselves
    about: Name = ""


def ring(procedures: Iterable[Procedure]) -> list[str]:
    """The codes of a ring, in which each waits for the next one; empty if there is none."""
    before = {one.code: one.before for one in procedures}
    done: set[str] = set()

    def walk(code: str, path: list[str]) -> list[str]:
        if code in path:
            return path[path.index(code) :]
        if code in done:
            return []
        for other in before.get(code, ()):
            if found := walk(other, [*path, code]):
                return found
        done.add(code)
        return []

    return next((found for code in before if (found := walk(code, []))), [])


def waves(procedures: Sequence[Procedure], codes: Collection[str]) -> list[list[str]]:
    """*codes* in waves: what stands in one wave waits for nothing of the same or a later one, so it runs side by side.
    Predecessors that aren't among *codes* hold nobody up, but those before them do. The catalogue has no ring."""
    before = {one.code: one.before for one in procedures}
    depth: dict[str, int] = {}

    def deep(code: str) -> int:
        if code not in depth:
            depth[code] = max((deep(other) for other in before.get(code, ())), default=0) + (code in codes)
        return depth[code]

    found: dict[int, list[str]] = {}
    known = [one.code for one in procedures]
    for code in sorted(codes, key=lambda code: known.index(code) if code in known else len(known)):
        found.setdefault(deep(code), []).append(code)
    return [found[wave] for wave in sorted(found)]


def blocking(procedures: Iterable[Procedure], code: str, there: Collection[str], needed: Collection[str]) -> list[str]:
    """What *code* still waits for: of its predecessors those that are *needed* and not *there*; those that aren't
    needed pass on what they wait for themselves."""
    before = {one.code: one.before for one in procedures}
    found: dict[str, None] = {}

    def look(one: str, seen: frozenset[str]) -> None:
        for other in before.get(one, ()):
            if other in seen or other in there:
                continue
            if other in needed:
                found[other] = None
            else:
                look(other, seen | {other})

    look(code, frozenset({code}))
    return list(found)


def track_of(tracks: Sequence[Track], investment_kind: str) -> Track | None:
    """The track that a project of *investment_kind* takes by itself: the first that names it, else the last one."""
    return next((track for track in tracks if investment_kind in track.investors), tracks[-1] if tracks else None)


def months_after(day: date, months: int) -> date:
    """The day *months* after *day*; the month's last one where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
