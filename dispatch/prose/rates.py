"""The rates of a bulletin's tables, by key: those that the county ranks by, in its own order. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from core.amounts.figures import wan
from core.indicators import measure_of, percent

INVESTMENT = {"rate": "investment_rate", "gap": "investment_rate"}  # this rate has two columns in a wording
UNPLANNED = "另有无年度计划项目完成投资{}万元，计入完成投资，不计入完成率。"
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
        rates[one["key"]] = rates[one["key"]] or [{"key": one["key"], "label": _label(one), "share": SHARE}]
    return [*before, *(column for found in rates.values() for column in found), *after]


def _label(one: Column) -> str:
    sign = measure_of(one["key"]).sign
    return str(one["label"]) if sign == "%" else f"{one['label']}（{sign}）"


def quotients(row: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """What a row did of what it had to do, for each of its rates."""
    return {
        key: (value["numerator"], value["denominator"])
        for key, value in row.items()
        if isinstance(value, dict) and "numerator" in value
    }


def sums(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """The rates of all *rows* together."""
    found: dict[str, list[int]] = {}
    for row in rows:
        for key, (numerator, denominator) in (row["adds"] if "adds" in row else quotients(row)).items():
            if (total := found.get(key)) is None:
                found[key] = [numerator, denominator]
            else:
                total[0] += numerator
                total[1] += denominator
    return {
        key: {"numerator": numerator, "denominator": denominator} for key, (numerator, denominator) in found.items()
    }


def _rate_of(done: int | None, plan: int | None) -> Fraction | None:
    """In percent; None without a plan, and None where nothing was reported."""
    return None if done is None else percent(done, plan or 0)


def rate_in(row: Mapping[str, Any]) -> Fraction | None:
    """The investment rate of *row*: of a unit by what it did of what is planned, of a project done of its plan."""
    of_unit = row.get("investment_rate")
    if of_unit is None or row["done"] is None:
        return _rate_of(row["done"], row["plan"])
    return percent(of_unit["numerator"], of_unit["denominator"])


def planned(totals: Mapping[str, Any]) -> tuple[int, int]:
    """What was done of what is planned, in yuan: without the works of projects that have no plan."""
    done, plan = totals["quotients"].get("investment_rate", (totals["done"] or 0, totals["plan"]))
    return done, plan


def beside_the_rate(totals: Mapping[str, Any]) -> str:
    """What is said under the tables where works of projects without a plan are in the county's sum; else nothing."""
    unplanned = (totals["done"] or 0) - planned(totals)[0]
    return UNPLANNED.format(wan(unplanned)) if unplanned else ""
