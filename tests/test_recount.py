"""A quarter of a small county with an office's edits, counted a second time: all figures are what the facts give."""

from __future__ import annotations

import random
from datetime import date

import pytest

from recount.run import recount


@pytest.mark.slow
@pytest.mark.django_db
def test_every_figure_is_what_the_facts_give(settings) -> None:
    random.seed(1)
    said: list[str] = []
    tally = recount("huinan", start=date(2026, 1, 1), months=3, count=18, seed=1, small=True, say=said.append)
    assert not tally.differences, "\n".join(map(str, tally.differences[:20]))
    assert tally.total >= 2000
    assert not [line for line in said if line.startswith("refused")]
