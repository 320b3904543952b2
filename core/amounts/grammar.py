"""The one grammar of amounts: what people write in a cell, in a field, in the grid, and what it means in whole yuan.

Cells (`core.values`) and fields (`core.money`) read through `read`; `static/js/grid.js` has the same grammar for what
is typed in the browser. `tests/data/amount_cases.json` is one table of cases that all three are held to.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

UNITS = {"元": 1, "千元": 1_000, "万": 10_000, "万元": 10_000, "百万": 1_000_000, "百万元": 1_000_000,
         "千万": 10_000_000, "千万元": 10_000_000, "亿": 100_000_000, "亿元": 100_000_000}  # fmt: skip
WAN = UNITS["万元"]  # yuan in the unit of forms, tables and files
LIMIT = 9_000_000_000_000_000  # yuan; what a big integer column holds, and ten times the country's product
# What stands where there is nothing to say. Zero is not among them.
NOTHING = frozenset(
    """
    - -- --- — —— ——— — － / \\ . ... 无 暂无 没有 待定 待议 待确定 未定 待填 待报 待补 不详
    未知 暂缺 暂未公布 未公布 暂不公布 另行确定 见备注 详见备注 空 n/a na null none tbd ×× xx
    """.split()  # noqa: SIM905 (a list of words reads better on a line)
)
MINUS = str.maketrans("−–—‑﹣", "-----")
UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
WHOLE = r"(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d{1,4}(?:,\d{4})+(?![\d,])|\d+)"  # 1,234 or 12,3456, never a mixture
NUMBER = rf"(?:{WHOLE}(?:\.\d*)?|\.\d+)"
PART = re.compile(rf"({NUMBER})({UNIT})?", re.ASCII)
AMOUNT = re.compile(
    r"(?P<label>[一-鿿]{1,12}:)?(?P<about>大约|约为|约|近|预计|超过|超)?¥?(?P<sign>[-+]?)¥?"
    rf"(?P<sum>(?:{WHOLE}(?:{UNIT}))*{NUMBER}(?:{UNIT})?)(?:人民币)?(?P<tail>左右|以上|整|\([^()\d]*\))?",
    re.ASCII,
)
IN_BRACKETS = re.compile(r"\(([^()]+)\)")  # (300): below zero, as accountants write


class TooLarge(ValueError):
    """A number, and none that an amount can be."""


@dataclass(frozen=True)
class Amount:
    """What was read: whole yuan, the unit that stood with it ("" if none), and whether it is only about right or has
    words around it."""

    yuan: int
    unit: str = ""
    about: bool = False
    worded: bool = False


def tidy(text: str) -> str:
    """*text* half-width, without any blank, with one kind of minus and of comma: to parse, not to show."""
    plain = unicodedata.normalize("NFKC", text).replace("\u200b", "").translate(MINUS).replace("、", ",")
    return "".join(plain.split())


def says_nothing(text: str) -> bool:
    """Whether *text* is empty or a placeholder: ——, 待定, 无."""
    plain = tidy(text)
    return not plain or plain.casefold() in NOTHING


def read(text: str, unit: str = "万元") -> Amount | None:
    """The amount that *text* says; a number without a unit counts in *unit*. None if it says nothing.

    `1,234.5`, `12,3456`, `.5`, `１２３４．５`, `−5`, `(300)` (below zero), `1.2亿`, `3千万元`, `1亿2000万`, `约300`,
    `总投资:300万元`, `¥12`. Halves of a yuan round away from zero. Anything else (`2000万件`, `5万亿`, `1/2`,
    `200万美元`) is a ValueError; what is beyond LIMIT is TooLarge.
    """
    if says_nothing(text):
        return None
    plain = tidy(text)
    if bracketed := IN_BRACKETS.fullmatch(plain):
        plain = f"-{bracketed[1]}"
    found = AMOUNT.fullmatch(plain)
    if not found:
        raise ValueError(text)
    parts = PART.findall(found["sum"])
    total, below = Decimal(0), None  # *below*: what a part after another one must stay under
    for number, own in parts:
        yuan = Decimal(number.replace(",", "").rstrip(".")) * UNITS[own or unit]
        if (below is not None and yuan >= below) or (len(parts) > 1 and not own):
            raise ValueError(text)
        total, below = total + yuan, Decimal(UNITS[own or unit])
    if total > LIMIT:
        raise TooLarge(text)
    whole = int(total.quantize(Decimal(1), ROUND_HALF_UP))
    about = bool(found["about"]) or found["tail"] in ("左右", "以上")
    worded = bool(found["label"] or found["tail"])
    return Amount(-whole if found["sign"] == "-" else whole, parts[0][1], about, worded)
