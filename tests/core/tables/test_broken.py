"""Whatever a person sends: rows or a sentence, and the next file is read."""

from __future__ import annotations

import pytest
from django.utils import translation

from core.fence.outside import Busy, Fell
from core.tables import reading
from core.tables.reading import TableError, read_grids
from tests.support.broken_tables import CASES, ONE, xlsx


@pytest.mark.requirement("P18")
@pytest.mark.parametrize("case", CASES)
def test_a_broken_file_gives_its_rows_or_a_sentence(case):
    make, comes = CASES[case]
    content = make()
    if isinstance(comes, str):
        with translation.override("en"), pytest.raises(TableError, match=comes):
            read_grids(content, "台账.xlsx")
    else:
        (grid,) = read_grids(content, "台账.xlsx")
        rows = grid.rows
        assert rows[len(rows) - len(comes) :] == comes


@pytest.mark.parametrize("error", [Busy(), Fell("SIGABRT")])
def test_what_the_fence_refuses_is_a_sentence_in_chinese(error, monkeypatch):
    def refuse(*_anything):
        raise error

    monkeypatch.setattr(reading, "fenced", refuse)
    with pytest.raises(TableError) as said:
        read_grids(xlsx(ONE))
    assert not str(said.value).isascii()
