"""Periods of an office's calendar: day, week, ten days 旬, month, quarter, half, year.

A period prints and parses as `2024`, `2024-H1`, `2024-Q2`, `2024-05`, `2024-05-上旬`, `2024-W21`, `2024-05-20`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from django.utils.translation import gettext as _


class Kind(StrEnum):
    DAY = "day"
    WEEK = "week"
    TENDAYS = "tendays"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


YEARS = range(1949, 2100)  # of whatever happens to a project, is planned for one, or is reported
PER_YEAR = {Kind.YEAR: 1, Kind.HALF: 2, Kind.QUARTER: 4, Kind.MONTH: 12, Kind.TENDAYS: 36}
TENDAYS = ("上旬", "中旬", "下旬")
PATTERNS = (
    (Kind.YEAR, re.compile(r"([0-9]{4})")),
    (Kind.HALF, re.compile(r"([0-9]{4})-H([12])")),
    (Kind.QUARTER, re.compile(r"([0-9]{4})-Q([1-4])")),
    (Kind.MONTH, re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")),
    (Kind.WEEK, re.compile(r"([0-9]{4})-W(0[1-9]|[1-4][0-9]|5[0-3])")),
    (Kind.TENDAYS, re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])-(上旬|中旬|下旬)")),
    (Kind.DAY, re.compile(r"([0-9]{4})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")),
)


@dataclass(frozen=True, order=True)
class Period:
    """One period: its year, its kind and its number within the year, counted from 1.

    Weeks are those of ISO 8601; their year is the ISO year.
    """

    year: int
    kind: Kind
    number: int = 1

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period written as *text*; ValueError with a sentence if it is none."""
        for kind, pattern in PATTERNS:
            if found := pattern.fullmatch(text.strip()):
                if (year := int(found[1])) not in YEARS:
                    break
                if kind is Kind.YEAR:
                    return cls(year, kind)
                if kind is Kind.DAY:
                    try:
                        return cls.of(date.fromisoformat(found[0]), kind)
                    except ValueError:
                        break
                if kind is Kind.TENDAYS:
                    return cls(year, kind, (int(found[2]) - 1) * 3 + TENDAYS.index(found[3]) + 1)
                period = cls(year, kind, int(found[2]))
                if kind is Kind.WEEK and period.first.isocalendar().year != year:
                    break
                return period
        raise ValueError(_("“%(text)s” is not a period: write 2024, 2024-Q2, 2024-05 or 2024-W21") % {"text": text})

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        return cls(year, Kind.MONTH, month)

    @classmethod
    def of(cls, day: date, kind: Kind = Kind.MONTH) -> Period:
        """The period of *kind* that *day* lies in."""
        if kind is Kind.WEEK:
            iso = day.isocalendar()
            return cls(iso.year, kind, iso.week)
        if kind is Kind.DAY:
            return cls(day.year, kind, day.timetuple().tm_yday)
        if kind is Kind.TENDAYS:
            return cls(day.year, kind, (day.month - 1) * 3 + min(day.day - 1, 29) // 10 + 1)
        return cls(day.year, kind, (day.month - 1) * PER_YEAR[kind] // 12 + 1)

    def __str__(self) -> str:
        match self.kind:
            case Kind.YEAR:
                return f"{self.year}"
            case Kind.HALF:
                return f"{self.year}-H{self.number}"
            case Kind.QUARTER:
                return f"{self.year}-Q{self.number}"
            case Kind.MONTH:
                return f"{self.year}-{self.number:02}"
            case Kind.WEEK:
                return f"{self.year}-W{self.number:02}"
            case Kind.DAY:
                return f"{self.first}"
        return f"{self.year}-{(self.number + 2) // 3:02}-{TENDAYS[(self.number - 1) % 3]}"

    @property
    def first(self) -> date:
        if self.kind is Kind.WEEK:
            return date.fromisocalendar(self.year, self.number, 1)
        if self.kind is Kind.DAY:
            return date(self.year, 1, 1) + timedelta(days=self.number - 1)
        if self.kind is Kind.TENDAYS:
            return date(self.year, (self.number + 2) // 3, (self.number - 1) % 3 * 10 + 1)
        return date(self.year, (self.number - 1) * 12 // PER_YEAR[self.kind] + 1, 1)

    @property
    def last(self) -> date:
        if self.kind is Kind.WEEK:
            return self.first + timedelta(days=6)
        if self.kind is Kind.DAY:
            return self.first
        if self.kind is Kind.TENDAYS and self.number % 3:
            return self.first + timedelta(days=9)
        if self.kind is Kind.TENDAYS:
            return date(self.year, self.first.month, monthrange(self.year, self.first.month)[1])
        month = self.number * 12 // PER_YEAR[self.kind]
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def pace(self) -> Fraction:
        """The share of the year gone when the period ends: months / 12 (序时进度, linear)."""
        if self.kind in (Kind.WEEK, Kind.DAY):
            days = (date(self.last.year, 12, 31) - date(self.last.year, 1, 1)).days + 1
            return Fraction(self.last.timetuple().tm_yday, days)
        return Fraction(self.number, PER_YEAR[self.kind])

    def next(self) -> Period:
        return Period.of(self.last + timedelta(days=1), self.kind)

    def previous(self) -> Period:
        return Period.of(self.first - timedelta(days=1), self.kind)

    def months(self) -> tuple[str, ...]:
        """The months that end within the period, as stored (`2024-05`)."""
        days = (date(self.first.year, m, 1) for m in range(self.first.month, self.last.month + 1))
        return tuple(f"{d:%Y-%m}" for d in days)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last
