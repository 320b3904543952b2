"""Where a title or the head of a column may be broken: at its sense, never inside a word.

There is no dictionary here, only the words that titles of a command office are made of; what isn't among them is
broken character by character, which costs, so that a break beside a known word or after 的 is preferred.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from paper.lines import NO_END, NO_START, PIECE

#: What a line is never broken within, the longest first where one begins like another.
WORDS = tuple((Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split())
#: A figure with what it counts, a month with its year, what stands in brackets if it is short.
FIGURE = r"(?:\d{4}年)?\d[\d.,]*(?:[—–-]\d+)?(?:个?百分点|万元|亿元|[年月日天个项件条期号次名位%‰])"
BRACKET = r"（[^（）]{1,4}）"
PART = re.compile("|".join([FIGURE, BRACKET, *sorted(WORDS, key=len, reverse=True), PIECE.pattern]), re.S)

#: Rather not at the beginning of a line, rather not at its end.
LATE, EARLY = "的了和与及等、年月日", "和与及在对将、·"


def break_title(text: str, most: int = 20) -> tuple[str, ...]:
    """A title in as few lines as fit *most* characters each, broken where a person might break it.

    No word of WORDS and no figure is broken, no line begins with 的 or a mark or ends in 和; the lines are about
    equal or make a trapezium or a lozenge, and the last has at least four characters where that can be. Whoever
    writes the document may give the lines instead.
    """
    return broken(text, most, least=4)


@lru_cache(maxsize=512)
def broken(text: str, most: float, least: float = 2) -> tuple[str, ...]:
    """*text* in as few lines as fit *most* characters each; *least* is what the last line had better have."""
    parts = _parts(text.strip(), most)
    count = max(-(-int(cells("".join(parts)) + 0.5) // int(most)), 1)
    while count < len(parts):
        best = min(_ways(parts, count, most), key=lambda way: _cost(parts, way, most, least), default=None)
        if best is not None and (way := _lines(parts, best)) and all(cells(line) <= most for line in way):
            return tuple(line.strip() for line in way)
        count += 1
    return tuple(line.strip() for line in parts) or ("",)


def cells(text: str) -> float:
    """How many characters wide *text* is; Latin letters and figures are half as wide."""
    return sum(1.0 if char > "\u2000" else 0.5 for char in text)


def _parts(text: str, most: float) -> list[str]:
    parts: list[str] = []
    for part in PART.findall(text):
        parts += [part] if cells(part) <= most else list(part)
    return parts


def _ways(parts: Sequence[str], count: int, most: float) -> list[tuple[int, ...]]:
    """Where *count* lines may be parted: for each break the places near its even one, the likeliest eight."""
    aim = cells("".join(parts)) / count
    ways: list[tuple[int, ...]] = [()]
    for number in range(1, count):
        near = sorted(range(1, len(parts)), key=lambda at: abs(cells("".join(parts[:at])) - number * aim))
        near = sorted(near[:12], key=lambda at: _break_cost(parts, at))[:8]
        ways = [(*way, at) for way in ways for at in near if not way or at > way[-1]]
        if len(ways) > 2000:  # a title of seven lines: the likeliest beginnings
            ways = sorted(ways, key=lambda way: _cost(parts, way, most, 0, whole=False))[:200]
    return ways


def _lines(parts: Sequence[str], way: Sequence[int]) -> list[str]:
    edges = (0, *way, len(parts))
    return ["".join(parts[start:end]) for start, end in pairwise(edges)]


def _cost(parts: Sequence[str], way: Sequence[int], most: float, least: float, *, whole: bool = True) -> float:
    lines = _lines(parts, way)
    widths = [cells(line) for line in (lines if whole else lines[:-1])]
    mean = sum(widths) / len(widths)
    cost = sum(_break_cost(parts, at) for at in way)
    cost += sum(abs(width - mean) + 100 * (width > most) for width in widths)
    if whole and widths[-1] < least:
        cost += 10
    return cost + 4 * sum(_valley(three) for three in zip(widths, widths[1:], widths[2:], strict=False))


def _valley(three: Iterable[float]) -> float:
    """How much the middle one of three lines is shorter than both its neighbours: an hourglass, no lozenge."""
    before, middle, after = three
    return max(min(before, after) - middle, 0.0)


def _break_cost(parts: Sequence[str], at: int) -> float:
    before, after = parts[at - 1], parts[at]
    cost = 0.0
    if after[0] in NO_START or before[-1] in NO_END:
        cost += 50
    if after[0] in LATE:
        cost += 20
    if before[-1] in EARLY:
        cost += 10
    if "关于" in (before, after):
        cost += 10 if before == "关于" else -16
    if before[-1].isdigit() or (after[0].isdigit() and before[-1] in "第〔"):
        cost += 10
    if before[-1] in LATE + "，；：）》”" or after[0] in "（《“":
        return cost
    loose = [len(part) == 1 and not part.isascii() for part in (before, after)]
    return cost + 2 * sum(loose)  # perhaps inside a word that isn't known
