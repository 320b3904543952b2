"""Rates, paces and ranks as they were published, and what our checking finds where the publisher was wrong."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.amounts.figures import rounded
from core.days.periods import Period
from core.indicators import (
    Quotient,
    Ties,
    check_gap,
    check_rate,
    check_total,
    gap,
    pace,
    percent,
    ranks,
    shown_gap,
    text,
)
from tests.support.paths import DATA


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"published_{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def label(row: dict[str, str]) -> str:
    return "-".join(row[key] for key in ("table", "name", "month", "rate") if key in row)


def tables(name: str) -> dict[str, list[dict[str, str]]]:
    found = defaultdict(list)
    for row in rows(name):
        found[row["table"]].append(row)
    return found


@pytest.mark.requirement("D12")
@pytest.mark.parametrize("row", [r for r in rows("rates") if r["reproducible"] == "yes"], ids=label)
def test_a_published_rate_is_a_sum_over_a_sum_rounded_half_up(row: dict[str, str]) -> None:
    assert check_rate(row["rate"], Decimal(row["numerator"]), Decimal(row["denominator"])) is None


@pytest.mark.requirement("D12")
@pytest.mark.parametrize("row", [r for r in rows("rates") if r["reproducible"] == "no" and r["rate"]], ids=label)
def test_a_published_rate_that_its_quotient_does_not_give_is_found(row: dict[str, str]) -> None:
    found = check_rate(row["rate"], Decimal(row["numerator"]), Decimal(row["denominator"]))
    assert found is not None
    assert found.published == Decimal(row["rate"])
    assert found.computed != found.published


@pytest.mark.requirement("D12")
@pytest.mark.parametrize("row", rows("gaps"), ids=label)
def test_the_distance_from_the_pace_is_in_points_and_wrong_ones_are_found(row: dict[str, str]) -> None:
    month = Period.month(2024, int(row["month"]))
    found = check_gap(row["gap"], row["rate"], month, int(row["target"]))
    assert (found is None) == (row["reproducible"] == "yes"), found


@pytest.mark.requirement("D12")
@pytest.mark.parametrize(
    ("name", "table"), tables("ranks").items(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_published_ranks(name: str, table: list[dict[str, str]]) -> None:
    values = [Decimal(row["value"]) for row in table]
    ties: Any = table[0]["ties"]
    given = ranks(values, ties, int(table[0]["places"]))
    assert given == [int(row["rank"]) for row in table]


@pytest.mark.requirement("D12")
@pytest.mark.parametrize("name", ["guizhou", "xiangxi"])
def test_ranks_by_what_we_compute_equal_the_published_ones(name: str) -> None:
    published = {row["name"]: int(row["rank"]) for row in tables("ranks")[name]}
    computed = [row for row in tables("rates")[name] if row["name"] in published]
    values = [percent(Decimal(row["numerator"]), Decimal(row["denominator"])) for row in computed]
    assert ranks(values, "competition", 1) == [published[row["name"]] for row in computed]


@pytest.mark.requirement("D12")
def test_ranks_by_the_inputs_differ_where_the_publisher_rounded_wrongly() -> None:
    computed = tables("rates")["shangqiu"]
    values = [percent(Decimal(row["numerator"]), Decimal(row["denominator"])) for row in computed]
    given = dict(zip((row["name"] for row in computed), ranks(values, "dense", 1), strict=True))
    published = {row["name"]: int(row["rank"]) for row in tables("ranks")["shangqiu"]}
    assert {name for name, rank in published.items() if given[name] != rank} == {
        "夏邑县",
        "梁园区",
        "柘城县",
        "示范区",
    }


@pytest.mark.requirement("D12")
@pytest.mark.parametrize(
    ("name", "table"), tables("totals").items(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_total_that_is_not_the_sum_of_its_parts_is_found(name: str, table: list[dict[str, str]]) -> None:
    total = next(row for row in table if row["row"] == "total")
    parts = [row["value"] for row in table if row["row"] == "part"]
    found = check_total(total["value"], parts, exact=total["exact"] == "yes")
    assert (found is None) == (total["agrees"] == "yes"), found


def test_a_total_may_miss_its_parts_by_their_rounding_alone() -> None:
    assert check_total("958.8", ["500.14", "458.62"]) is None
    assert check_total("958.8", ["500.14", "458.32"]) is not None
    assert check_total("3", ["1", "1"], exact=True) is not None


@pytest.mark.parametrize(
    ("ties", "expected"),
    [("competition", [1, 2, 3, 3, 5]), ("dense", [1, 2, 3, 3, 4]), ("strict", [1, 2, 4, 3, 5])],
)
def test_equal_as_displayed_is_a_tie(ties: Ties, expected: list[int]) -> None:
    values = [Fraction(90), Fraction(80), Fraction(7004, 100), Fraction("70.049"), Fraction(-5)]
    assert ranks(values, ties, 1) == expected  # 70.04 and 70.049 both show 70.0


def test_rounding_decides_at_the_half() -> None:
    assert ranks([Fraction("70.05"), Fraction("70.0499")], "competition", 1) == [1, 2]
    assert ranks([Fraction("70.05"), Fraction("70.1499")], "competition", 1) == [1, 1]


def test_no_task_is_no_rank_and_zero_is_one() -> None:
    assert ranks([None, Fraction(0), Fraction(50), None], "competition", 1) == [None, 2, 1, None]
    assert Quotient(5, 0).value is None
    assert Quotient(0, 5).value == 0


def test_less_can_be_better() -> None:
    assert ranks([Fraction(3), Fraction(1), Fraction(2)], "competition", 0, direction=-1) == [3, 1, 2]


def test_rates_stay_exact_until_they_are_shown() -> None:
    rate = percent(83_100, 426_011)
    assert text(rate) == "19.50653856"
    assert text(gap(rate, Period.month(2020, 6))) == "-30.49346144"
    assert text(pace(Period.month(2020, 8))) == "66.66666667"
    assert text(percent(1, 3), 0) == "33"
    assert text(None) is None
    assert gap(None, Period.month(2020, 6)) is None


def test_a_quotient_of_many_is_a_sum_over_a_sum() -> None:
    assert (Quotient(1, 2) + Quotient(0, 8)).value == 10


def by_fractions(values: list[Quotient], ties: Ties, places: int, direction: int) -> list[int | None]:
    """The ranks as the rule says them, one value after the other: what `ranks` does in whole numbers."""
    exact = [one.value for one in values]
    shown = [None if value is None else rounded(value, places) * -direction for value in exact]
    there = [one for one in shown if one is not None]
    if ties == "dense":
        there = list(set(there))
    if ties != "strict":
        return [None if one is None else 1 + sum(other < one for other in there) for one in shown]
    order = sorted((-direction * value, n) for n, value in enumerate(exact) if value is not None)
    return [next((place for place, (_v, n) in enumerate(order, 1) if n == m), None) for m in range(len(values))]


AMOUNTS = st.integers(-30, 30) | st.integers(-(10**12), 10**12)
QUOTIENTS = st.builds(Quotient, AMOUNTS, st.integers(0, 40) | st.integers(0, 10**12))


@given(
    st.lists(QUOTIENTS, max_size=9),
    st.sampled_from(["competition", "dense", "strict"]),
    st.integers(0, 3),
    st.booleans(),
)
def test_ranks_in_whole_numbers_are_those_of_fractions(
    values: list[Quotient], ties: Ties, places: int, less: bool
) -> None:
    expected = by_fractions(values, ties, places, -1 if less else 1)
    assert ranks(values, ties, places, -1 if less else 1) == expected
    assert ranks([one.value for one in values], ties, places, -1 if less else 1) == expected


GAPS = {  # done of a plan of 10,000 in April: printed, exact
    3004: ("-3.3", "-3.3"), 3996: ("6.7", "6.6"), 3328: ("0.0", "-0.1"), 3333: ("0.0", "0.0"), 3328.5: ("0.0", "0.0"),
}  # fmt: skip


@pytest.mark.requirement("D12")
@pytest.mark.parametrize("done", GAPS)
def test_the_gap_as_printed_is_that_of_the_printed_figures_unless_the_county_says_exact(done: float) -> None:
    april, value = Period.parse("2024-04"), percent(Decimal(str(done)), 10_000)
    shown = [str(shown_gap(value, april, 1, how)) for how in ("printed", "exact")]
    assert tuple(shown) == GAPS[done]
    assert shown_gap(None, april) is None
