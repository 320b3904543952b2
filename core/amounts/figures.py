"""How figures and days are written for people. Plain functions; `core.templatetags.ui` hands them to
templates.

Django's own grouping does not group in Chinese, so that numbers are written here. None is “—” (does not
apply),
0 is “0” and never “-0”. Rounding is half up, from the exact value, once.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.dateformat import format as date_text
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from core.amounts.grammar import WAN

Number = int | Decimal | Fraction | float | str
NONE = "—"
MINUS = "−"  # as wide as a plus sign; readers of our own tables accept it beside the hyphen


def rounded(value: Number, places: int = 0) -> Decimal:
    """*value* with *places* decimals, half up and away from zero, exact for fractions; never -0."""
    if isinstance(value, Fraction):
        upper, lower = value.as_integer_ratio()
        whole = (2 * abs(upper) * 10**places + lower) // (2 * lower)
        result = Decimal(whole if upper >= 0 else -whole).scaleb(-places)
    else:
        exact = value if isinstance(value, Decimal) else Decimal(str(value))
        result = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return result if result else abs(result)


def printed(number: int | Decimal) -> str:
    """A number as people read it, on pages and on paper: grouped, below zero with the one sign for that: “−12,345”.

    What is typed into a field, a number in a workbook and JSON keep the hyphen that machines read.
    """
    return (f"{number:,}" if isinstance(number, int) else f"{number:,f}").replace("-", MINUS)


def grouped(value: Number | None, places: int = 0) -> str:
    """12345.6 → “12,346”; with *places* decimals."""
    if value is None or value == "":
        return NONE
    return printed(value if type(value) is int and not places else rounded(value, places))


def wan(yuan: int | Decimal | None) -> str:
    """Yuan as 万元, grouped: 76,000,000 → “7,600”; one decimal only when it is needed."""
    if yuan is None or yuan == "":
        return NONE
    if type(yuan) is int:  # the common case, without Decimal: a list has 200 of these
        tenths, rest = divmod(abs(yuan), 1000)
        tenths += rest >= 500
        whole, tenth = divmod(tenths, 10)
        sign = MINUS if yuan < 0 and tenths else ""
        return f"{sign}{whole:,}.{tenth}" if tenth else f"{sign}{whole:,}"
    text = grouped(Fraction(yuan) / WAN, 1)
    return text.removesuffix(".0")


def wan_exact(yuan: int | None) -> str:
    """Yuan as 万元 without loss, for a field: 520,000,000 → “52,000”, 12,345 → “1.2345”; None → “”."""
    if yuan is None:
        return ""
    text = f"{Decimal(yuan).scaleb(-4):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def wan_said(yuan: int | None) -> str:
    """The same for a sentence: −12,345 yuan → “−1.2345”."""
    return wan_exact(yuan).replace("-", MINUS)


def yi(yuan: int | Decimal | None) -> str:
    """Yuan for a sentence: 7,778,850,000 → “77.8 亿元”; under one 亿, and in English always, in 万元."""
    if yuan is None or isinstance(yuan, str):
        return NONE
    if (get_language() or "").startswith("zh") and abs(Fraction(yuan)) >= 10**8:
        said = pgettext("hundred million", "%(n)s hundred million yuan")
        return said % {"n": trimmed(Fraction(yuan) / 10**8, 1)}
    return _("%(n)s 10k yuan") % {"n": wan(yuan)}


def trimmed(value: Number, places: int) -> str:
    """Grouped, with at most *places* decimals and no zeros at the end."""
    text = grouped(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def rate(percent: Number | None, places: int = 1) -> str:
    """A rate for a table column headed %: 33.65 → “33.7”."""
    return grouped(percent, places)


def pct(percent: Number | None, places: int = 1) -> str:
    """A rate for a sentence: 33.65 → “33.7%”."""
    return NONE if percent is None or percent == "" else f"{grouped(percent, places)}%"


def points(difference: Number | None, places: int = 1) -> str:
    """A difference of rates, signed: -16.3 → “−16.3”, 3.6 → “+3.6”, 0 → “0.0”."""
    if difference is None or difference == "":
        return NONE
    value = rounded(difference, places)
    return f"{'+' if value > 0 else ''}{printed(value)}"


# days ------------------------------------------------------------------------------------------------------


def local(moment: date | datetime) -> date:
    """The calendar day of *moment* here."""
    if isinstance(moment, datetime):
        return timezone.localtime(moment).date() if timezone.is_aware(moment) else moment.date()
    return moment


def day(value: date | datetime | None, on: date | None = None) -> str:
    """7月3日; with the year if it is not that of *on*, or if no *on* is known."""
    if not value:
        return NONE
    here = local(value)
    near = on is not None and here.year == on.year
    return date_text(here, pgettext("day of this year", "M j") if near else pgettext("day", "M j, Y"))


def moment(value: datetime | None, on: date | None = None) -> str:
    """7月3日 18:00."""
    return f"{day(value, on)} {_clock(value)}" if value else NONE


def _clock(value: datetime) -> str:
    return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%H:%M}"


def month(value: date | str | None, on: date | None = None) -> str:
    """A month as people say it: “2020-06” or a day in it → 6月; with the year if it is not that of *on*, or if no *on*
    is known."""
    if not value:
        return NONE
    try:
        first = date.fromisoformat(f"{value}-01") if isinstance(value, str) else local(value)
    except ValueError:
        return _half_or_year(str(value))
    near = on is not None and first.year == on.year
    return date_text(first, pgettext("month of this year", "F") if near else pgettext("month", "F Y"))


def _half_or_year(value: str) -> str:
    """“2026-H1” as 2026年上半年, “2026” as 2026年; what is neither as it stands."""
    year, half = value[:4], value[4:]
    if not (year.isdecimal() and half in ("", "-H1", "-H2")):
        return value
    said = {"": pgettext("year", "%(year)s"), "-H1": _("first half of %(year)s"), "-H2": _("second half of %(year)s")}[
        half
    ]
    return said % {"year": year}


def up_to(period: Any, on: date) -> str:
    """Up to when figures of *period* are: the end of its last month, or the day *on* where that isn't over."""
    if on < period.last:
        return day(on, on)
    return _("the end of %(month)s") % {"month": month(period.last, on)}


def axis_month(number: int) -> str:
    """1月, as it stands under a chart; Jan in English."""
    return date_text(date(2000, number, 1), pgettext("month under a chart", "M"))


def due(value: date | datetime | None, now: date | datetime) -> tuple[str, str]:
    """When something is due, as words and a tone: (“逾期 2 天”, “late”), (“今天”, “late”), (“明天 18:00”,
    “soon”), (“7月6日”, “”).
    """
    if not value:
        return NONE, ""
    here = local(value)
    days = (here - local(now)).days
    hour = f" {_clock(value)}" if isinstance(value, datetime) else ""
    if days < 0:
        return ngettext("%(n)s day late", "%(n)s days late", -days) % {"n": -days}, "late"
    if days == 0 and isinstance(value, datetime) and isinstance(now, datetime) and value < now:
        return _("late since %(hour)s") % {"hour": hour.strip()}, "late"
    if days == 0:
        return _("today") + hour, "late"
    if days == 1:
        return _("tomorrow") + hour, "soon"
    return day(value, local(now)), ""


def ago(value: date | datetime | None, now: date | datetime) -> str:
    """When something was: 今天 10:24, 昨天 16:20, 3 天前, else the day."""
    if not value:
        return NONE
    here = local(value)
    days = (local(now) - here).days
    hour = f" {_clock(value)}" if isinstance(value, datetime) else ""
    if days == 0:
        return _("today") + hour
    if days == 1:
        return _("yesterday") + hour
    if 1 < days < 7:
        return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}
    return day(value, local(now))


def weekday(value: date | datetime) -> str:
    """周四."""
    names = (
        pgettext("weekday", "Mon"),
        pgettext("weekday", "Tue"),
        pgettext("weekday", "Wed"),
        pgettext("weekday", "Thu"),
        pgettext("weekday", "Fri"),
        pgettext("weekday", "Sat"),
        pgettext("weekday", "Sun"),
    )
    return names[local(value).weekday()]
