"""Breaks a paragraph into lines whose both edges are straight, as GB/T 9704—2012 wants them.

WeasyPrint stretches only blanks, of which Chinese has none. So lines are broken here, with the widths of the
very font files the page is set in, and each line gets one letter-spacing that makes it exactly as wide as
the type area. All lengths are points unless said otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from paper.fonts import Face, FontSet

NO_START = frozenset("。，、；：！？）〕》〉”’」』】…—·％%‰℃°,.;:!?)]}")
NO_END = frozenset("（〔《〈“‘「『【([{￥$＃#№")
CLOSING = frozenset("。，、；：！？）〕》〉”’」』】")  # their right half is blank
OPENING = frozenset("（〔《〈“‘「『【")  # their left half is blank

#: What stays together: a document number, a dash or ellipsis, a range, a figure with its sign, a Latin word.
PIECE = re.compile(
    r"〔\d{4}〕\d+号|——|……"
    r"|[A-Za-z]+[-/](?=[A-Za-z])"
    r"|[A-Za-z0-9](?:[A-Za-z0-9.,:/%‰+\-–—~℃°@_&]*[A-Za-z0-9%‰℃°+])?"
    r"|[ \u3000]+|.",
    re.S,
)
BLANK = re.compile(r"[^\S\u3000 ]+")
#: A long address is broken after its marks, and a piece of one that is longer than LONG anywhere.
ADDRESS = re.compile(r"[^/.?&=_:\-]*[/.?&=_:\-]+|[^/.?&=_:\-]+")
LONG = 14
SIGNS = frozenset("+−")

#: (text, role of the face) or (text, role, address)
Text = tuple[str, str] | tuple[str, str, str]

#: Tighter than this (em) a line can't be set; looser than LOOSE it is legal but ugly.
TIGHTEST = -0.04
LOOSE = 0.1


@dataclass(frozen=True, slots=True)
class Unit:
    """The least piece of text that is never broken. *squeeze* is how much its blank half may give up."""

    text: str
    face: Face
    width: float
    count: int
    han: bool
    blank: bool = False
    squeeze: float = 0.0
    href: str = ""
    soft: bool = False  # Latin, and yet a line may end after it

    @property
    def opens(self) -> bool:
        return self.text in OPENING

    @property
    def closes(self) -> bool:
        return self.text in CLOSING


@dataclass(slots=True)
class Line:
    """*spacing* is added after each character, *pulls* are taken from each unit's blank half."""

    units: Sequence[Unit]
    spacing: float
    pulls: Sequence[float]
    last: bool = False

    @property
    def text(self) -> str:
        return "".join(unit.text for unit in self.units)

    @property
    def gaps(self) -> int:
        return sum(unit.count for unit in self.units) - 1

    @property
    def width(self) -> float:
        """From the left edge to the right edge of the ink's box, without the last character's spacing."""
        return sum(unit.width for unit in self.units) + self.spacing * self.gaps - sum(self.pulls)


@dataclass(frozen=True)
class Measure:
    """A width to fill: *cells* characters of *size* points make exactly *width* points."""

    fonts: FontSet
    size: float = 16.0
    width: float = 156 * 72 / 25.4
    cells: int = 28

    @property
    def base(self) -> float:
        """The letter-spacing of a line of plain characters."""
        return (self.width - self.cells * self.size) / (self.cells - 1)

    def indent(self, cells: float) -> float:
        """How far *cells* characters reach, their spacing included."""
        return cells * (self.size + self.base)

    def natural(self, text: str, role: str = "fang") -> float:
        """Width of *text* in one line with the spacing of a plain line."""
        units = list(self._units([(text, role)]))
        return sum(unit.width for unit in units) + self.base * (sum(unit.count for unit in units) - 1)

    def lines(self, runs: Iterable[Text], indent: float = 0.0, hanging: float = 0.0) -> list[Line]:
        """The lines of a paragraph given as (text, role of the face) or (text, role, address it links to).

        *indent* is taken from the first line, *hanging* from all others. No character is lost but blanks at
        the ends of lines; every line but the last is as wide as there is room.
        """
        units = list(self._units(runs))
        base, start = self.base, 0
        lines: list[Line] = []
        while start < len(units):
            if units[start].blank:
                start += 1
                continue
            room = self.width - (hanging if lines else indent)
            end, width = start, 0.0
            while end < len(units):
                unit = units[end]
                if not unit.blank and width + unit.width + base * (unit.count - 1) > room + 0.01:
                    break
                width += unit.width + base * unit.count
                end += 1
            if end == len(units):
                rest = _trimmed(units[start:])
                lines.append(Line(rest, base, [0.0] * len(rest), last=True))
                break
            stop, line = self._choose(units, start, end, room)
            line.last = stop == len(units)
            lines.append(line)
            start = stop
        return lines

    def _choose(self, units: list[Unit], start: int, end: int, room: float) -> tuple[int, Line]:
        """Where the line that begins at *start* stops: the natural break, or the cheaper of out and in."""
        out, inn = max(end, start + 1), end + 1
        while out > start + 1 and not _may_break(units[out - 1], units[out]):
            out -= 1
        if not _may_break(units[out - 1], units[out]):
            out = max(end, start + 1)  # nothing but marks: rather a forbidden break than no line
        cost, line = self._fit(units[start:out], room)
        if out < end:
            while inn < len(units) and not _may_break(units[inn - 1], units[inn]):
                inn += 1
            other_cost, other = self._fit(units[start:inn], room)
            if other_cost < cost and other.spacing > TIGHTEST * self.size:
                return inn, other
        return out, line

    def _fit(self, units: list[Unit], room: float) -> tuple[float, Line]:
        """(what it costs, the line) to make *units* exactly *room* wide.

        A closing mark at the end gives its blank half for nothing, marks inside give up to a quarter em, the
        rest is letter-spacing.
        """
        units = _trimmed(units)
        gaps = max(sum(unit.count for unit in units) - 1, 1)
        short = sum(unit.width for unit in units) + self.base * gaps - room
        pulls, given = [0.0] * len(units), 0.0
        if short > 0:
            if units[-1].closes:
                pulls[-1] = min(short, units[-1].squeeze)
                short -= pulls[-1]
            soft = [unit.squeeze / 2 for unit in units]
            soft[0] = soft[-1] = 0.0
            if give := sum(soft):
                share = min(1.0, short / give)
                given = share * give
                for at, part in enumerate(soft):
                    if part:
                        pulls[at] = part * share
        rest = short - given
        return abs(rest) + 0.25 * given, Line(units, self.base - rest / gaps, pulls)

    def _units(self, runs: Iterable[Text]) -> Iterable[Unit]:
        for text, role, *href in runs:
            face = self.fonts[role]
            known = _known(face, self.size)
            for piece in PIECE.findall(BLANK.sub(" ", text)):
                unit = known.get(piece)
                if unit is None:
                    unit = known[piece] = self._unit(piece, face)
                for part in self._parts(unit, face) if unit.count > LONG and not unit.han else (unit,):
                    yield replace(part, href=href[0]) if href and href[0] else part

    def _parts(self, unit: Unit, face: Face) -> Iterable[Unit]:
        """A long address in pieces, after each of which a line may end; else what stands beside it is stretched."""
        for part in ADDRESS.findall(unit.text):
            for text in [part] if len(part) <= LONG else part:
                yield replace(self._unit(text, face), soft=True)

    def _unit(self, text: str, face: Face) -> Unit:
        face = self.fonts.setting(text, face)
        return Unit(
            text=text,
            face=face,
            width=sum(map(face.advance, text)) * self.size,
            count=len(text),
            han=not text.isascii(),
            blank=text.isspace(),
            squeeze=self.size / 2 if text in CLOSING or text in OPENING else 0.0,
        )


@lru_cache(maxsize=64)
def _known(face: Face, size: float) -> dict[str, Unit]:
    """Units already measured. Bulletins repeat themselves, so the dictionary stays small."""
    return {}


def _trimmed(units: list[Unit]) -> list[Unit]:
    end = len(units)
    while end and units[end - 1].blank:
        end -= 1
    return units[:end]


def _may_break(before: Unit, after: Unit) -> bool:
    if after.blank or after.text[0] in NO_START or before.text[-1] in NO_END:
        return False
    return before.han or after.han or before.soft or before.text[-1] in " -/"


def spacing_css(spacing: float, size: float) -> str:
    """Letter-spacing as WeasyPrint keeps it: it cuts to 1/1000 em toward zero, so round first and nudge."""
    thousandths = round(spacing * 1000 / size)
    if not thousandths:
        return "0"
    return f"{(thousandths + (0.3 if thousandths > 0 else -0.3)) * size / 1000:.4f}pt"
