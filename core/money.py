"""Money as people type it in 万元. Stored as whole yuan."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

UNITS = {"": 10_000, "万": 10_000, "万元": 10_000, "亿": 100_000_000, "亿元": 100_000_000, "元": 1}
_AMOUNT = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,4}(?:,\d{4})+|\d+|)(?P<part>\.\d*)?(?P<unit>万元|亿元|万|亿|元|)"
)
_MINUS = str.maketrans("−–—‑﹣", "-----")
_LIMIT = 9_000_000_000_000_000  # yuan; what a big integer column holds, and ten times the country's product


def read_wan(text: str) -> int | None:
    """Whole yuan from what stands in a field headed 万元; None if nothing stands there.

    Understands `1,234.5`, full-width digits, the long minus, and a unit of its own (`1.2亿`, `300 元`).
    Anything else is
    a ValueError with a sentence; `static/js/grid.js` has the same rules in JavaScript and one table of
    cases tests both.
    """
    tidy = unicodedata.normalize("NFKC", text).translate(_MINUS).replace("、", ",")
    tidy = "".join(tidy.split()).lstrip("¥￥")
    if tidy in {"", "-", "--"}:
        return None
    found = _AMOUNT.fullmatch(tidy)
    if not found or not (found["whole"] or (found["part"] or "").strip(".")):
        raise ValueError(_("“%(text)s” is not an amount: write 1234.5") % {"text": text.strip()[:40]})
    number = Decimal(f"{found['whole'].replace(',', '') or '0'}{found['part'] or ''}".rstrip("."))
    large = number > _LIMIT  # beyond what a Decimal can round, too
    yuan = 0 if large else int((number * UNITS[found["unit"]]).quantize(Decimal(1), ROUND_HALF_UP))
    if large or yuan > _LIMIT:
        raise ValueError(_("“%(text)s” is too large to be an amount in 10k yuan") % {"text": text.strip()[:40]})
    return -yuan if found["sign"] == "-" else yuan
