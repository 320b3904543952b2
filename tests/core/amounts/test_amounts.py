"""The one table of amounts that fields, cells and the browser's grid (`tests/browser/test_grid.py`) are held to."""

from __future__ import annotations

import json

import pytest

from core.amounts import grammar as amounts
from core.amounts.cells import parse_amount
from core.amounts.fields import read_wan
from tests.support.paths import DATA

CASES = json.loads((DATA / "amount_cases.json").read_text())["cases"]


@pytest.mark.parametrize(("text", "yuan"), CASES)
def test_an_amount_is_read_alike_in_a_field_and_in_a_cell(text, yuan):
    cell = parse_amount(text)
    if yuan == "error":
        with pytest.raises(ValueError, match="“"):
            read_wan(text)
        assert (cell.value, cell.level) == (None, "error")
    else:
        assert (read_wan(text), cell.value) == (yuan, yuan)
        assert cell.level != "error"


def test_every_placeholder_stands_in_the_table_that_the_browser_is_held_to_as_well():
    assert {amounts.tidy(word) for word in amounts.NOTHING} <= {
        amounts.tidy(text).casefold() for text, yuan in CASES if yuan is None
    }


def test_a_unit_of_its_own_wins_over_the_columns():
    assert [amounts.read(text, "亿元").yuan for text in ("1.5", "300万")] == [150_000_000, 3_000_000]
