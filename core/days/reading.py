"""Times as people write them in tables, as exactly as they were written. Pure: no clock."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from core.amounts.cells import Reading, blank, plain, tight, unreadable

SERIALS = range(20_000, 80_000)  # Excel's day numbers from 1954 to 2119
YEARS = range(1950, 2101)


class Precision(StrEnum):
    DAY = "day"
    TENDAYS = "tendays"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


@dataclass(frozen=True, order=True)
class When:
    """A time as exactly as it was written: from its first day to its last. `2024-06` is the whole of June."""

    first: date
    last: date
    precision: Precision = Precision.DAY

    def __str__(self) -> str:
        match self.precision:
            case Precision.YEAR:
                return f"{self.first.year}"
            case Precision.HALF:
                return f"{self.first.year}年{'上' if self.first.month == 1 else '下'}半年"
            case Precision.QUARTER:
                return f"{self.first.year}年第{'一二三四'[self.first.month // 3]}季度"
            case Precision.MONTH:
                return f"{self.first:%Y-%m}"
            case Precision.TENDAYS:
                return f"{self.first.year}年{self.first.month}月{'上中下'[min(self.first.day // 10, 2)]}旬"
        return f"{self.first:%Y-%m-%d}"

    @classmethod
    def day(cls, day: date) -> When:
        return cls(day, day)

    @classmethod
    def months(cls, year: int, first: int, last: int, precision: Precision) -> When:
        return cls(date(year, first, 1), date(year, last, monthrange(year, last)[1]), precision)


DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
YEAR = r"(?:(?P<y>(?:19|20)\d\d)(?:年度|年|[-./](?=\d))|(?P<rel>今年|本年|当年|明年|去年)?)"
DATE_RULES = tuple(
    (re.compile(pattern), kind)
    for kind, pattern in (
        (
            "day",
            YEAR + r"(?P<m>\d{1,2})(?:月|[-./])(?P<d>\d{1,2})(?:日|号)?(?:前|左右|开工|竣工|完工)?"
            r"(?: ?\d{1,2}:\d\d(?::\d\d)?)?",
        ),
        ("tendays", YEAR + r"(?P<m>\d{1,2})月?份?(?P<t>上|中|下)旬(?:前)?"),
        ("end", YEAR + r"(?P<m>\d{1,2})月份?(?:底|末|底前|末前)"),
        ("begin", YEAR + r"(?P<m>\d{1,2})月份?初"),
        ("month", YEAR + r"(?P<m>\d{1,2})(?:月份?)?(?:前|开工|竣工|完工|动工|投产)?"),
        ("quarter", YEAR + r"(?:第?(?P<q>[1-4一二三四])季度|[qQ](?P<q2>[1-4]))(?:末|底|前)?"),
        ("half", YEAR + r"(?P<h>上|下)半年"),
        ("yearend", YEAR + r"年?(?:底|末|底前|末前|内|年底前)"),
        ("year", r"(?P<y>(?:19|20)\d\d)(?:年度?)?(?:开工|竣工|完工|投产)?"),
    )
)
WORDS = ("上", "中", "下")
BETWEEN = re.compile(r"\s*(?:——|—|–|~|～|至|到|/|→)\s*")
HYPHEN_SPANS = (
    re.compile(r"((?:19|20)\d\d)年?-((?:19|20)\d\d)年?"),
    re.compile(r"((?:19|20)\d\d[./]\d{1,2})-((?:(?:19|20)\d\d[./])?\d{1,2})"),
    re.compile(r"((?:19|20)\d\d年\d{1,2}月(?:\d{1,2}日)?)-((?:(?:19|20)\d\d年)?\d{1,2}月(?:\d{1,2}日)?)"),
    re.compile(r"((?:19|20)\d\d-\d{1,2})-((?:19|20)\d\d-\d{1,2})"),
    re.compile(r"((?:19|20)\d\d年?)-((?:19|20)\d\d年\d{1,2}月)"),
)
MONTHS = re.compile(r"(?:((?:19|20)\d\d)年)?(1[0-2]|[1-9]|元)月?(?:-|~|—|至)(1[0-2]|[1-9])月份?")


def parse_date(value: Any, *, year: int | None = None, from_1904: bool = False) -> Reading:
    """A time as `When`: 2024.6, 2024年6月, 2017-2, 6月底, 2024年上半年, 二〇二四年六月, 45597 (Excel).

    *year* is what a date without one means; that it was added is said. A day number of Excel and a number like 2024.1,
    which may be January or October, are said too; *from_1904*: the workbook counts its days from there.
    """
    if (nothing := blank(value)) is not None:
        return nothing
    if isinstance(value, datetime):
        return Reading(When.day(value.date()))
    if isinstance(value, date):
        return Reading(When.day(value))
    if isinstance(value, bool):
        return unreadable(value, _("a date"))
    doubt = isinstance(value, float) and 1950 < value < 2101 and round(value % 1, 6) == 0.1
    text = tight(f"{value:.10g}" if isinstance(value, float) else value)
    if re.fullmatch(r"\d{5}", text) and int(text) in SERIALS:
        day = (date(1904, 1, 1) if from_1904 else date(1899, 12, 30)) + timedelta(days=int(text))
        return Reading(
            When.day(day), _("Day number of Excel: %(text)s is %(day)s.") % {"text": text, "day": day}, "info"
        )
    if found := re.fullmatch(r"((?:19|20)\d\d)(0[1-9]|1[0-2])(\d\d)?", text):
        text = "-".join(part for part in found.groups() if part)
    if "年" in text or "月" in text or "季" in text:
        text = _chinese_digits(text)
    when, added = _match_date(text.replace("年.", "年").rstrip("。.,;"), year)
    if when is None:
        return unreadable(value, _("a date"))
    if doubt:
        note = _("%(text)s as a number may be January or October; January taken.")
        return Reading(when, note % {"text": text}, "warning")
    if added:
        return Reading(
            when, _("No year in “%(text)s”: read as %(when)s.") % {"text": plain(value), "when": when}, "info"
        )
    return Reading(when)


def _chinese_digits(text: str) -> str:
    text = re.sub(r"[一二三四五六七八九〇○零]{4}(?=年)", lambda m: m[0].translate(DIGITS), text)
    text = re.sub(
        r"(?<![一-鿿])十([一二])?(?=月)|(?<=年)十([一二])?(?=月)",
        lambda m: "1" + (m[1] or m[2] or "〇").translate(DIGITS),
        text,
    )
    text = text.replace("元月", "1月")
    return re.sub(r"(?:(?<=年)|^)([一二三四五六七八九])(?=月)", lambda m: m[0].translate(DIGITS), text)


def _match_date(text: str, year: int | None) -> tuple[When | None, bool]:
    """The time and whether its year had to be added."""
    for pattern, kind in DATE_RULES:
        found = pattern.fullmatch(text)
        if not found:
            continue
        parts = found.groupdict()
        own = int(parts["y"]) if parts.get("y") else None
        if own is None and text.isdigit():
            return None, False
        which = own or (year + {"明年": 1, "去年": -1}.get(parts.get("rel") or "", 0) if year else None)
        if which is None or which not in YEARS:
            return None, False
        try:
            return _when(kind, which, parts), own is None
        except ValueError:
            return None, False
    return None, False


def _when(kind: str, year: int, parts: dict[str, str | None]) -> When:
    month = int(parts.get("m") or 0)
    match kind:
        case "day":
            return When.day(date(year, month, int(parts["d"] or 0)))
        case "tendays":
            return tendays(year, month, WORDS.index(parts["t"] or "上"))
        case "end":
            return When.day(date(year, month, monthrange(year, month)[1]))
        case "begin":
            return When.day(date(year, month, 1))
        case "month":
            return When.months(year, month, month, Precision.MONTH)
        case "quarter":
            number = int((parts["q"] or parts["q2"] or "").translate(DIGITS))
            return When.months(year, number * 3 - 2, number * 3, Precision.QUARTER)
        case "half":
            first = 1 if parts["h"] == "上" else 7
            return When.months(year, first, first + 5, Precision.HALF)
        case "yearend":
            return When.day(date(year, 12, 31))
    return When.months(year, 1, 12, Precision.YEAR)


def tendays(year: int, month: int, which: int) -> When:
    last = monthrange(year, month)[1] if which == 2 else which * 10 + 10
    return When(date(year, month, which * 10 + 1), date(year, month, last), Precision.TENDAYS)


def parse_span(value: Any, *, year: int | None = None, from_1904: bool = False) -> Reading:
    """A stretch as (When, When): 2019-2021, 2018年3月至2020年12月, 2018.3-2020.12, 2019/2021, 1-6月, 元-4月.

    One time alone is (When, None): a beginning whose end isn't written.
    """
    if (nothing := blank(value)) is not None:
        return nothing
    if not isinstance(value, str):
        reading = parse_date(value, year=year, from_1904=from_1904)
        return Reading((reading.value, None), reading.note, reading.level) if reading.value else reading
    text = tight(value)
    if (found := MONTHS.fullmatch(text)) and (which := int(found[1]) if found[1] else year):
        first, last = int(found[2].replace("元", "1")), int(found[3])
        if first <= last:
            return Reading(
                (When.months(which, first, first, Precision.MONTH), When.months(which, last, last, Precision.MONTH))
            )
    ends = next((m.groups() for p in HYPHEN_SPANS if (m := p.fullmatch(text))), None)
    if ends is None and len(parts := [part for part in BETWEEN.split(text) if part]) == 2:
        ends = (parts[0], parts[1])
    if ends is None:
        reading = parse_date(value, year=year, from_1904=from_1904)
        return Reading((reading.value, None), reading.note, reading.level) if reading.value else reading
    start = parse_date(ends[0], year=year)
    finish = parse_date(ends[1], year=start.value.first.year if start.value else year)
    if start.level == "error" or finish.level == "error" or not start.value:
        return unreadable(value, _("a stretch of time"))
    if finish.value and finish.value.last < start.value.first:
        return Reading(
            (start.value, finish.value), _("“%(text)s” ends before it begins.") % {"text": plain(value)}, "warning"
        )
    return Reading((start.value, finish.value))
