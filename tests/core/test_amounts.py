"""The table of amounts that the server's parser and the browser's are both held to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.money import read_wan

CASES = json.loads((Path(__file__).parent.parent / "data" / "amount_cases.json").read_text())["cases"]


@pytest.mark.parametrize(("text", "yuan"), CASES)
def test_an_amount_is_read_as_people_write_it(text, yuan):
    if yuan == "error":
        with pytest.raises(ValueError, match="“"):
            read_wan(text)
    else:
        assert read_wan(text) == yuan
