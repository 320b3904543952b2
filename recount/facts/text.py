"""How figures are written, written once more: rounding half up from the exact value, 万元, percent, points."""

from __future__ import annotations

from fractions import Fraction
from math import floor

NONE = "—"


def half_up(value: Fraction | int, places: int) -> Fraction:
    """*value* with *places* decimals; a half goes away from zero."""
    scaled = abs(Fraction(value)) * 10**places
    whole = floor(scaled + Fraction(1, 2))
    return Fraction(whole if value >= 0 else -whole, 10**places)


def number(value: Fraction | int | None, places: int = 0) -> str:
    """12,345.6 with *places* decimals."""
    if value is None:
        return NONE
    exact = half_up(value, places)
    digits = str(abs(int(exact * 10**places))).rjust(places + 1, "0")
    whole, rest = (digits[:-places], digits[-places:]) if places else (digits, "")
    said = f"{int(whole):,}" + (f".{rest}" if rest else "")
    return f"−{said}" if exact < 0 else said


def wan(yuan: int | None) -> str:
    """Yuan in 万元, one decimal where it isn't whole."""
    return number(None if yuan is None else Fraction(yuan, 10_000), 1).removesuffix(".0")


def yi(yuan: int) -> str:
    """A large sum in words: 亿元 with at most one decimal, below one 亿 in 万元."""
    if abs(yuan) < 10**8:
        return f"{wan(yuan)} 万元"
    return f"{number(Fraction(yuan, 10**8), 1).removesuffix('.0')} 亿元"


def between(value: Fraction | None, mark: Fraction, places: int) -> Fraction | None:
    """How far a rate is from *mark*, of the two as they are printed."""
    return None if value is None else half_up(value, places) - half_up(mark, places)


def points(value: Fraction | None, places: int = 1) -> str:
    """A difference with its sign."""
    if value is None:
        return NONE
    said = number(value, places)
    return f"+{said}" if half_up(value, places) > 0 else said


def percent(part: int, whole: int | None) -> Fraction | None:
    """In percent, exact; None where there is nothing to be measured by."""
    return Fraction(100 * part, whole) if whole else None
