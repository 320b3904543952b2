"""What stands in a cell, a caption, a title: lines that are broken here too, but not justified.

WeasyPrint breaks them anywhere: 「121/天」 happens, and no row's height is known before it is laid out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from paper.fonts import Face, FontSet
from paper.lines import BLANK, NO_END, NO_START, PIECE

#: A figure stands together with its sign and what it counts.
FIGURE = r"[+−-]?\d[\d.,]*(?:[—–-]\d[\d.,]*)?(?:个?百分点|万元|亿元|[年月日天个项件期号位%‰])?"
IN_CELL = re.compile(FIGURE + "|" + PIECE.pattern, re.S)
LATIN_END = "/.-_ "


@dataclass(frozen=True)
class Type:
    """A face with its stand-in, at a size in points."""

    fonts: FontSet
    role: str
    size: float

    def lines(self, text: str, room: float) -> tuple[str, ...]:
        """*text* in lines at most *room* points wide; its own line breaks are kept, nothing is lost but blanks."""
        return _lines(self, text, room)

    def width(self, text: str) -> float:
        face = self.fonts[self.role]
        return sum(_advance(self.fonts, face, char) for char in text) * self.size

    def html(self, text: str) -> str:
        """*text*, with what the face lacks in a span of the stand-in."""
        face = self.fonts[self.role]
        if _plain(self.fonts, face, text):
            return escape(text)
        parts: list[tuple[str, str]] = []
        for char in text:
            role = self.fonts.setting(char, face).role
            if parts and parts[-1][0] == role:
                parts[-1] = (role, parts[-1][1] + char)
            else:
                parts.append((role, char))
        return "".join(
            escape(part) if role == face.role else f"<span class={role}>{escape(part)}</span>" for role, part in parts
        )


@lru_cache(maxsize=8192)
def _plain(fonts: FontSet, face: Face, text: str) -> bool:
    return all(fonts.setting(char, face) is face for char in text)


@lru_cache(maxsize=8192)
def _advance(fonts: FontSet, face: Face, char: str) -> float:
    return fonts.setting(char, face).advance(char)


@lru_cache(maxsize=8192)
def _lines(type_: Type, text: str, room: float) -> tuple[str, ...]:
    lines: list[str] = []
    for given in text.split("\n"):
        given = BLANK.sub(" ", given).strip()
        if type_.width(given) <= room + 0.01:
            lines.append(given)
        else:
            lines += _broken(type_, given, room)
    return tuple(lines)


def _broken(type_: Type, text: str, room: float) -> Iterable[str]:
    line: list[str] = []
    width = 0.0
    for part, wide in _parts(type_, text, room):
        if line and width + wide > room + 0.01 and not part.isspace():
            start = _back(line, part)
            yield "".join(line[:start]).strip()
            line = line[start:]
            width = sum(map(type_.width, line))
        if line or not part.isspace():
            line.append(part)
            width += wide
    yield "".join(line).strip()


def _parts(type_: Type, text: str, room: float) -> Iterable[tuple[str, float]]:
    for part in IN_CELL.findall(text):
        if (wide := type_.width(part)) <= room:
            yield part, wide
        else:
            yield from ((char, type_.width(char)) for char in part)


def _back(line: list[str], following: str) -> int:
    """Where *line* ends if *following* doesn't fit: no mark begins the next, none that opens ends it."""
    for at in range(len(line), 0, -1):
        after = line[at] if at < len(line) else following
        if after[0] not in NO_START and line[at - 1][-1] not in NO_END:
            return at
    return len(line)
