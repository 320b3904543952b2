"""Figures as a sentence says them, each with its key, its exact value and where it leads. Pure.

Prose has one unit of money, 亿元 with two decimals (sums that would read 0.00 have 万元), and no commas: those belong
in tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from core.amounts.figures import NONE, printed, rounded
from core.indicators import measure_of
from core.indicators import text as exact_text
from dispatch.prose.wording import Figure

Figures = Mapping[str, Any]
#: `link("project", id=3)`: where a figure leads; an empty string if nowhere.
Link = Callable[..., str]

UNKNOWN = "未统计"
YI, WAN = "亿元", "万元"
YI_PLACES = 2
SMALL = 10**6 // 2  # yuan: below it two decimals of 亿元 are 0.00


def places_of(wording: Mapping[str, Any]) -> int:
    """The decimals of rates and points in sentences."""
    return int(wording.get("decimals", 2))


def plain(value: int | Fraction, places: int = 0) -> str:
    """A number for a sentence: without commas."""
    return printed(rounded(value, places)).replace(",", "")


def count(key: str, number: int | None, href: str = "") -> Figure:
    sign = 0 if not number else 1 if number > 0 else -1
    return Figure(key, UNKNOWN if number is None else plain(number), number, href, sign=sign)


def amount(key: str, yuan: int | None, href: str = "") -> Figure:
    """Money for a sentence: 77.79亿元."""
    if yuan is None:
        return Figure(key, UNKNOWN, None, href)
    if abs(yuan) >= SMALL or not yuan:
        text = f"{plain(Fraction(yuan, 10**8), YI_PLACES)}{YI}" if yuan else f"0{YI}"
    else:
        text = f"{plain(Fraction(yuan, 10**4), 2).rstrip('0').rstrip('.')}{WAN}"
    return Figure(key, text, yuan, href, sign=(yuan > 0) - (yuan < 0))


def rate(key: str, value: Fraction | None, places: int, href: str = "") -> Figure:
    if value is None:
        return Figure(key, NONE, None, href)
    shown = rounded(value, places)
    return Figure(key, f"{plain(value, places)}%", exact_text(value), href, sign=(shown > 0) - (shown < 0))


def in_measure(key: str, of: str, parts: tuple[int, int], places: int, href: str = "") -> Figure:
    """The rate *of*, as its measure has it: 78.9%, 37.5天."""
    measure = measure_of(of)
    found = rate(key, measure.value(*parts), places, href)
    if measure.sign == "%" or found.value is None:
        return found
    return replace(found, text=f"{found.text.removesuffix('%')}{measure.sign}")


def points(key: str, value: Fraction | None, places: int, href: str = "", exact: Fraction | None = None) -> Figure:
    """A difference of rates without its sign: the wording says above or below. Nothing as displayed is zero. What
    machines read is the *exact* one."""
    if value is None:
        return Figure(key, NONE, None, href)
    shown, known = rounded(value, places), exact_text(value if exact is None else exact)
    return Figure(key, plain(abs(value), places), known, href, sign=(shown > 0) - (shown < 0))


def standing(key: str, done: int | None, due: int | None) -> Figure:
    """For the choice of words: all of *due* are *done* (above), none is (below), some are; unknown without any."""
    if not due or done is None:
        return Figure(key, NONE, None)
    return Figure(key, "", done, sign=1 if done >= due else -1 if not done else 0)


def some(key: str, done: int | None, due: int | None, href: str = "") -> Figure:
    """The count *done*, where it is neither all of *due* nor none: those have words of their own."""
    return count(key, done if due and done and done < due else None, href)
