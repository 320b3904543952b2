"""How far a task is: read from its parts where they have numbers, else as it was stated (D01)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.campaigns.progress import Part, Stands, share, stands

pytestmark = pytest.mark.requirement("D01")

CASES: dict[str, tuple[Any, ...]] = {
    "nothing yet": (10, "个", [], Stands(), (None, 0)),
    "stated": (10, "个", [], Stands(Decimal(7)), (7, 70)),
    "stated in percent": (None, "", [], Stands(None, 40), (None, 40)),
    "rounded down": (3, "个", [], Stands(Decimal(2)), (2, 66)),
    "more than the target": (3, "个", [], Stands(Decimal(5)), (5, 100)),
    "from its parts": (10, "个", [(4, "个", 4), (6, "个", 2)], Stands(Decimal(9)), (6, 60)),
    "a part without a number adds none": (10, "个", [(4, "个", None), (None, "", None)], Stands(Decimal(9)), (0, 0)),
    "parts in another measure are not read": (10, "个", [(4, "亩", 4)], Stands(Decimal(9)), (9, 90)),
    "parts without numbers are not read": (None, "", [(None, "", None)], Stands(None, 30), (None, 30)),
    "parts of one measure, the whole without": (None, "", [(4, "亩", 4), (4, "亩", 0)], Stands(None, 90), (4, 50)),
    "parts of two measures, the whole without": (None, "", [(4, "亩", 4), (4, "个", 0)], Stands(None, 90), (None, 90)),
}


@pytest.mark.parametrize("case", CASES)
def test_how_far_it_is(case: str) -> None:
    target, measure, parts, stated, (reached, percent) = CASES[case]

    def number(value: int | None) -> Decimal | None:
        return None if value is None else Decimal(value)

    rows = [Part(number(whole), unit, number(done)) for whole, unit, done in parts]
    assert stands(number(target), measure, rows, stated) == (number(reached), percent)


AMOUNTS = st.decimals(0, 10**6, places=2)


@given(st.decimals("0.01", 10**6, places=2), AMOUNTS, AMOUNTS)
def test_a_share_is_a_whole_percent_that_grows_and_is_full_only_at_the_target(
    target: Decimal, one: Decimal, other: Decimal
) -> None:
    less, more = sorted((one, other))
    assert 0 <= share(less, target) <= share(more, target) <= 100
    assert (share(more, target) == 100) == (more >= target)
