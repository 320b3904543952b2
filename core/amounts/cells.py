"""Amounts, percents, names and flags as people write them in tables (times: `core.times`). Pure: no database.

Every parser returns a `Reading`: the value, and in `note` what a person should know about how it was read.
A cell is never guessed silently: what can't be read has `level` "error" and no value.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from core.amounts import grammar as amounts
from core.amounts.figures import printed
from core.amounts.grammar import LIMIT, MINUS, NUMBER, UNITS

YUAN = UNITS
DEFAULT_UNIT = "万元"
EXCEL_ERRORS = ("#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#N/A", "#NUM!", "#NULL!", "#####")
LONGEST_BLANK = 30  # characters that a placeholder or an error may have, blanks included
BLANKS = "\u3000\xa0\u200b \t\r\n"


@dataclass(frozen=True)
class Reading:
    """`value` is None when the cell is empty, holds a placeholder or can't be read; `level` tells which: "" nothing to
    say, "info" tidied, "warning" read but to be looked at, "error" not read."""

    value: Any = None
    note: str = ""
    level: str = ""


EMPTY = Reading()


# --- text -----------------------------------------------------------------------------------------------------


UNTIDY = re.compile(r"[\t\r\xa0\u3000]|  |\n\s|\s\n|^\s|\s$")


def plain(value: Any) -> str:
    """The cell as half-width text on one line without blanks at the ends: to compare and to parse, not to show."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return " ".join(unicodedata.normalize("NFKC", str(value)).replace("\u200b", "").split())


def tight(value: Any) -> str:
    """As `plain`, without any blank: what two writings of one thing have in common."""
    return plain(value).replace(" ", "")


def clean(value: Any) -> str:
    """The text to keep: blanks at the ends of lines and empty lines gone, everything else as it was written."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return plain(value)
    if isinstance(value, str) and not UNTIDY.search(value):
        return value
    lines = (
        re.sub(r"[ \t\u3000\xa0]+", " ", line).strip() for line in str(value or "").replace("\r", "\n").split("\n")
    )
    return "\n".join(line for line in lines if line)


def is_placeholder(value: Any) -> bool:
    """Whether the cell says that there is nothing to say: ——, 待定, 无. Zero is not a placeholder."""
    if not isinstance(value, str) or len(value) > LONGEST_BLANK or not tight(value):
        return False
    return amounts.says_nothing(value)


def excel_error(value: Any) -> str:
    """#REF! and the like, or nothing."""
    text = tight(value).upper() if isinstance(value, str) and "#" in value and len(value) <= LONGEST_BLANK else ""
    return text if text.startswith("#") and text.startswith(EXCEL_ERRORS) else ""


def blank(value: Any) -> Reading | None:
    """What to say of a cell without a value: empty, placeholder or Excel error; None if there is something in it."""
    if value is None:
        return EMPTY
    if not isinstance(value, str):
        return None
    if not value.strip(BLANKS):
        return EMPTY
    if len(value) > LONGEST_BLANK:
        return None
    if error := excel_error(value):
        return Reading(None, _("The cell shows the error %(error)s: not taken.") % {"error": error}, "warning")
    if is_placeholder(value):
        return Reading(
            None, _("“%(text)s” is a placeholder: kept as unknown, not as zero.") % {"text": plain(value)}, "info"
        )
    return None


def unreadable(value: Any, what: str) -> Reading:
    return Reading(
        None, _("“%(text)s” is not %(what)s: not taken.") % {"text": plain(value)[:60], "what": what}, "error"
    )


# --- amounts --------------------------------------------------------------------------------------------------


def parse_amount(value: Any, unit: str = DEFAULT_UNIT) -> Reading:
    """An amount in whole yuan 元; *unit* is the column's (万元, 亿元, 元), a unit in the cell itself wins and is said.

    Halves of a yuan round up. "2000万件", "5万亩", "417.03/514.1" and foreign money are not amounts.
    """
    if (nothing := blank(value)) is not None:
        return nothing
    if isinstance(value, (bool, date, datetime, timedelta)):
        return unreadable(value, _("an amount"))
    if isinstance(value, (int, float, Decimal)):
        return _yuan(Decimal(f"{value:.15g}") if isinstance(value, float) else Decimal(value), unit, value)
    try:
        found = amounts.read(plain(value), unit)
    except ValueError:
        return unreadable(value, _("an amount"))
    if found is None:
        return EMPTY
    said = {"text": plain(value), "amount": format_amount(found.yuan, unit), "unit": unit}
    if found.about:
        note = _("“%(text)s” is only about: %(amount)s %(unit)s taken.")
        return Reading(found.yuan, note % said, "warning")
    if found.unit and YUAN[found.unit] != YUAN[unit]:
        note = _("The cell says its own unit: “%(text)s” read as %(amount)s %(unit)s.")
        return Reading(found.yuan, note % said, "warning")
    if found.worded:
        return Reading(found.yuan, _("“%(text)s” read as %(amount)s %(unit)s.") % said, "info")
    return Reading(found.yuan)


def _yuan(number: Decimal, unit: str, value: Any) -> Reading:
    if not number.is_finite() or abs(yuan := number * YUAN[unit]) > LIMIT:
        return unreadable(value, _("an amount"))
    return Reading(int(yuan.quantize(Decimal(1), ROUND_HALF_UP)))


def format_amount(yuan: int, unit: str = DEFAULT_UNIT) -> str:
    """Whole yuan in *unit*, exact, thousands apart: 12,000 or 0.0001."""
    number = Decimal(yuan) / YUAN[unit]
    whole, _point, digits = printed(number).partition(".")
    return f"{whole}.{digits.rstrip('0')}".rstrip(".")


def parse_percent(value: Any, *, fraction: bool = False) -> Reading:
    """A percentage in percent as Decimal: "78.9%" is 78.9. A number is in percent unless *fraction* (a cell formatted
    as percent holds 0.789). A remark in brackets after it is kept in the note."""
    if (nothing := blank(value)) is not None:
        return nothing
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        number = Decimal(f"{value:.15g}") if isinstance(value, float) else Decimal(value)
        return Reading(number * 100 if fraction else number)
    found = re.fullmatch(rf"([-+]?{NUMBER})\s*([%‰]?)\s*(\(.*)?", plain(value).translate(MINUS))
    if not found:
        return unreadable(value, _("a percentage"))
    number = Decimal(found[1].replace(",", ""))
    if found[2] == "‰":
        number /= 10
    elif not found[2] and fraction:
        number *= 100
    if found[3]:
        return Reading(number, _("Remark beside the percentage: %(text)s") % {"text": found[3].strip("()")}, "info")
    if abs(number) > 1000:
        doubt = _("%(number)s%% is hardly possible; a point may be missing.") % {"number": printed(number)}
        return Reading(number, doubt, "warning")
    return Reading(number)


def format_percent(number: Decimal) -> str:
    return f"{printed(number)}%"


def parse_count(value: Any) -> Reading:
    """A whole number of things, with or without 个, 项, 家."""
    if (nothing := blank(value)) is not None:
        return nothing
    found = re.fullmatch(r"(\d{1,18})(个|项|家|处|户|人)?", tight(value).replace(",", ""))
    return Reading(int(found[1])) if found else unreadable(value, _("a number"))


# --- names ----------------------------------------------------------------------------------------------------

ONE_CHARACTER = re.compile(r"[一-鿿·]")
UNIT_ENDS = re.compile(
    r"(?:局|委|办|办公室|镇|乡|街道|街办|中心|公司|集团|指挥部|领导小组|政府|管委会|开发区|园区|协会|医院|学校|大队|支队|总队|站|所|院|部)(?:\([^()]*\))?"
)


@lru_cache(maxsize=2000)
def split_people(value: Any) -> tuple[str, ...]:
    """The people in one cell, parted by line breaks, commas or blanks; a two-character name with a blank inside
    ("某 甲") is one. Remarks in brackets are dropped."""
    if blank(value) is not None:
        return ()
    text = re.sub(r"[(（][^()（）]*[)）]", " ", str(value).replace("\u3000", " ").replace("\xa0", " "))
    people: list[str] = []
    for part in re.split(r"[\n\r、,，;；/／|&]+", text):
        words = part.split()
        while words:
            word = words.pop(0)
            if (words and ONE_CHARACTER.fullmatch(word) and ONE_CHARACTER.fullmatch(words[0])) or (
                words and words[0].isdigit() and not word[-1].isdigit()
            ):
                word += words.pop(0)
            people.append(unicodedata.normalize("NFKC", word))
    return tuple(dict.fromkeys(people))


def unit_name(value: Any) -> str:
    """A unit's name in one writing: no blanks or line breaks inside, letters and digits half-width, brackets full."""
    return tight(value).replace("(", "（").replace(")", "）")


@lru_cache(maxsize=2000)
def split_units(value: Any) -> tuple[str, ...]:
    """The units in one cell. A line break inside a name (区水利⏎湖泊局) doesn't part it; after a whole one it does."""
    if blank(value) is not None:
        return ()
    units: list[str] = []
    for part in re.split(r"[、,，;；/／]+(?![^（(]*[）)])", str(value)):
        pieces = [unit_name(piece) for piece in re.split(r"[\n\r]+|\s{2,}", part) if piece.strip()]
        name = ""
        for piece in pieces:
            whole = UNIT_ENDS.search(unicodedata.normalize("NFKC", name)[-1:]) or (name.endswith("）") and name)
            if (
                name
                and whole
                and len(name) > 2
                and len(piece) > 2
                and UNIT_ENDS.search(unicodedata.normalize("NFKC", piece))
            ):
                units.append(name)
                name = ""
            name += piece
        if name:
            units.append(name)
    return tuple(dict.fromkeys(units))


# --- flags ----------------------------------------------------------------------------------------------------

YES = frozenset(
    """
    是 有 √ ✓ ✔ ☑ y yes true 1 已 对 已开工 开工 在建 已完成 完成 已办理 已办结 已入统 入统 在册
    """.split()  # noqa: SIM905 (a list of words reads better on a line)
)
NO = frozenset(
    """
    否 无 没有 × ✗ ✘ x n no false 0 未 未开工 不是 未完成 未办理 未入统 下线
    """.split()  # noqa: SIM905 (a list of words reads better on a line)
)


def parse_flag(value: Any) -> Reading:
    """Yes or no: 是, 否, √, ×, 已开工, 未开工, 1, 0."""
    text = tight(value).casefold()
    if isinstance(value, bool):
        return Reading(value)
    if text in YES or text in NO:
        return Reading(text in YES)
    if (nothing := blank(value)) is not None:
        return nothing
    return unreadable(value, _("a yes or a no"))
