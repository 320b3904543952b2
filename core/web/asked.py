"""What comes in by an address or a form, read by kind. Each parser knows the range of its kind; none raises.

What isn't of the kind is None, or what the caller says. Money is read by `core.amounts`, days of ledgers by
`core.days.reading`, fields of forms by `core.web.forms`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import register_converter

from core.days.periods import YEARS, Kind, Period

LONGEST = 18  # digits: every database's big integer has room for them
SMALL = 2**31 - 1  # what a column for versions and page numbers holds


def number(text: str | None, low: int = 0, high: int = 10**LONGEST - 1) -> int | None:
    """The whole number that *text* says in plain digits, if it is from *low* to *high*."""
    if not text or len(text) > LONGEST or not (text.isascii() and text.isdecimal()):
        return None
    return found if low <= (found := int(text)) <= high else None


def key(text: str | None) -> int | None:
    """The key of a row."""
    return number(text, 1)


def keys(texts: Iterable[str]) -> list[int]:
    """The keys among *texts*; words, signs and numbers that no column holds are passed over."""
    return [found for text in texts if (found := key(text)) is not None]


def version(text: str | None, nothing: int = 0) -> int:
    """That of a record as a page showed it; *nothing*, which no record has, where *text* says none."""
    found = number(text, high=SMALL)
    return nothing if found is None else found


def seen(request: HttpRequest, nothing: int = 0) -> int:
    """The version that the person's page showed, sent by the form or by the address of its dialog."""
    return version(request.POST.get("version") or request.GET.get("version"), nothing)


def versions(text: str | None) -> dict[int, int]:
    """Which records a page showed, each in its version, by key: “7:2 9:1”."""
    pairs = (one.partition(":") for one in (text or "").split())
    return {found: version(seen) for pk, _colon, seen in pairs if (found := key(pk)) is not None}


def period(text: str | None, *kinds: Kind) -> Period | None:
    """The period that *text* says, if it is of one of *kinds* (none: of any but a day)."""
    try:
        found = Period.parse(text or "")
    except ValueError:
        return None
    return found if found.kind in kinds or not (kinds or found.kind is Kind.DAY) else None


def month(text: str | None) -> Period | None:
    """The month that *text* says, as 2024-05."""
    return period(text, Kind.MONTH)


# addresses ----------------------------------------------------------------------------------------------------------


class KeyConverter:
    """`<key:pk>`: the key of a row."""

    regex = f"[0-9]{{1,{LONGEST}}}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int | str) -> str:
        return str(value)


class YearConverter(KeyConverter):
    """`<year:year>`: one in which something can happen or be planned."""

    regex = "[0-9]{4}"

    def to_python(self, value: str) -> int:
        if (year := int(value)) not in YEARS:
            raise ValueError(value)
        return year


class PeriodConverter:
    """`<period:period>`: any period, as 2024-Q2."""

    regex = "[^/]{4,12}"
    kinds: ClassVar[tuple[Kind, ...]] = ()

    def to_python(self, value: str) -> Period:
        if (found := period(value, *self.kinds)) is None:
            raise ValueError(value)
        return found

    def to_url(self, value: Period | str) -> str:
        return str(value)


class MonthConverter(PeriodConverter):
    """`<month:month>`: as 2024-05."""

    kinds = (Kind.MONTH,)


class WeekConverter(PeriodConverter):
    """`<week:period>`: as 2024-W21, or the day of a round that the calendar calls, as 2024-05-15."""

    kinds = (Kind.WEEK, Kind.DAY)


CONVERTERS: dict[str, Any] = {
    "key": KeyConverter, "year": YearConverter, "period": PeriodConverter, "month": MonthConverter,
    "week": WeekConverter,
}  # fmt: skip
for name, converter in CONVERTERS.items():
    register_converter(converter, name)


def moment(text: str | None) -> datetime | None:
    """A moment as our pages write it (ISO, with its zone), or nothing."""
    try:
        found = datetime.fromisoformat((text or "")[:40])
    except ValueError:
        return None
    return found if found.tzinfo else None
