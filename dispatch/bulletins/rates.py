"""The rates of a bulletin's tables, by key: those that the county ranks by, in its own order. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

INVESTMENT = {"rate": "investment_rate", "gap": "investment_rate"}  # this rate has two columns in a wording
SHARE = 0.85  # how wide a column is that the wording doesn't know

Column = Mapping[str, Any]


def columns(wording: Sequence[Column], figures: Mapping[str, Any]) -> list[Column]:
    """*wording*'s columns, with the rates that the county ranks by, in its order, where the wording has its rates.

    A rate that the wording doesn't know has its own label; one that the county doesn't rank by is left out.
    """
    rates: dict[str, list[Column]] = {one["key"]: [] for one in figures["columns"]}
    before: list[Column] = []
    after: list[Column] = []
    place = before
    for column in wording:
        key = INVESTMENT.get(column["key"], column["key"])
        if key in rates:
            rates[key].append(column)
        if key in rates or key in figures["rules"]:
            place = after
        else:
            place.append(column)
    for one in figures["columns"]:
        rates[one["key"]] = rates[one["key"]] or [{"key": one["key"], "label": one["label"], "share": SHARE}]
    return [*before, *(column for found in rates.values() for column in found), *after]


def quotients(row: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """What a row did of what it had to do, for each of its rates."""
    return {
        key: (value["numerator"], value["denominator"])
        for key, value in row.items()
        if isinstance(value, Mapping) and "numerator" in value
    }


def sums(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """The rates of all *rows* together."""
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        for key, (numerator, denominator) in quotients(row).items():
            total = found.setdefault(key, {"numerator": 0, "denominator": 0})
            total["numerator"] += numerator
            total["denominator"] += denominator
    return found
