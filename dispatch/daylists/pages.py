"""A frozen list as its page shows it. Reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.amounts import figures
from core.tables.writing import Format
from dispatch.daylists.models import DayList


@dataclass(frozen=True)
class Cell:
    text: str
    number: bool
    label: str


SHOW: Mapping[str, Callable[[Any], str]] = {
    Format.WAN: figures.wan,
    Format.PERCENT: lambda value: figures.pct(Decimal(value)) if value else figures.NONE,
    Format.DATE: lambda value: figures.day(date.fromisoformat(value)) if value else figures.NONE,
}
NUMBERS = (Format.WAN, Format.PERCENT)


def heads(one: DayList) -> list[Cell]:
    return [Cell(f"{words}（{unit}）" if unit else words, kind in NUMBERS, words) for words, kind, unit in one.columns]


def lines(one: DayList) -> list[list[Cell]]:
    """Its rows as words."""
    return [
        [Cell(SHOW.get(kind, _text)(value), kind in NUMBERS, words)
         for value, (words, kind, _unit) in zip(row, one.columns, strict=True)]
        for row in one.rows
    ]  # fmt: skip


def _text(value: Any) -> str:
    return str(value) if value not in (None, "") else figures.NONE
