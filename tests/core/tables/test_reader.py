"""What goes over the fence: every kind of value as it was read, and nothing that a reader should not tell."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
from django.conf import settings

from core.fence.outside import Fell
from core.tables import reader, reading
from core.tables.reading import Grid, TableError, read_grids
from tests.support.broken_tables import ledger

VALUES = [
    ["文字", "a\nb\t\"'\\", "😀", "\\ud800", "", 0, 1.5, -0.0, 1e300, 123456789012345678, True, False],
    [date(2024, 2, 29), datetime(2024, 5, 31, 23, 59, 59, 500), time(8, 30), timedelta(days=3, seconds=5), "", "尾"],
]


def typed(rows: list[list[Any]]) -> list[list[tuple[type, str]]]:
    return [[(type(cell), repr(cell)) for cell in row] for row in rows]


def test_every_kind_of_value_comes_back_as_it_was(monkeypatch):
    told = {"name": "表", "rows": VALUES, "merged": [[0, 0, 1, 2]], "formulas": [[3, 4]], "errors": [[5, 6, "#REF!"]]}
    monkeypatch.setattr(
        reader,
        "read",
        lambda _content: [
            {**told, **NOTHING_HIDDEN, "hidden": True, "hidden_rows": [1]},
            {**told, **NOTHING_HIDDEN, "name": "", "hidden": False},
        ],
    )
    first, second = reading._grids(b"".join(reader.answer(b"")), "目录/五月.csv")
    assert typed(first.rows) == typed(VALUES)
    assert first == Grid("表", VALUES, ((0, 0, 1, 2),), frozenset({(3, 4)}), {(5, 6): "#REF!"}, True, frozenset({1}))
    assert (second.name, second.hidden) == ("五月", False)


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_ledger_is_the_same_behind_the_fence_and_before_it(kind):
    grids = read_grids(ledger(kind))
    assert any(grid.merged for grid in grids)
    for grid, told in zip(grids, reader.read(ledger(kind)), strict=True):
        assert typed(grid.rows) == typed(told["rows"])
        assert (grid.name, list(map(list, grid.merged))) == (told["name"], told["merged"])


def test_what_a_workbook_holds_has_the_type_that_it_has_there():
    book = openpyxl.Workbook()
    book.active.append(["甲", 1, 2.5, True, date(2024, 5, 1), datetime(2024, 5, 1, 8, 30), timedelta(hours=30)])
    file = io.BytesIO()
    book.save(file)
    (grid,) = read_grids(file.getvalue())
    kinds = [str, float, float, bool, date, datetime, timedelta]
    assert [type(cell) for cell in grid.rows[0]] == kinds
    assert grid.rows[0][4:6] == [date(2024, 5, 1), datetime(2024, 5, 1, 8, 30)]


NOTHING_HIDDEN: dict[str, Any] = {"hidden_rows": [], "hidden_columns": [], "from_1904": False}
GRID = {"name": "a", "rows": [["x"]], "merged": [], "formulas": [], "errors": [], "hidden": False, **NOTHING_HIDDEN}
NOT_TOLD = {
    "nothing": b"",
    "half": b'{"grids": [',
    "a list": b"[]",
    "a number": b"1",
    "no text": b"\xff\xfe",
    "very deep": b"[" * 200_000,
    "no rows": {**GRID, "rows": None},
    "a row of text": {**GRID, "rows": ["abc"]},
    "nobody": {**GRID, "rows": [[None]]},
    "a list in a cell": {**GRID, "rows": [[[1]]]},
    "an unknown kind": {**GRID, "rows": [[{"eval": "1"}]]},
    "two kinds": {**GRID, "rows": [[{"date": "2024-05-01", "time": "08:00"}]]},
    "no day": {**GRID, "rows": [[{"date": "2024-02-30"}]]},
    "no time": {**GRID, "rows": [[{"timedelta": [10**12]}]]},
    "half a character": {**GRID, "rows": [["\ud800"]]},
    "NUL": {**GRID, "rows": [["\\\0"]]},
    "a name that is none": {**GRID, "name": 1},
    "a number of 5,000 digits": b'{"grids": [{"name": "a", "rows": [[' + b"9" * 5_000 + b"]]}]}",
    "three corners": {**GRID, "merged": [[0, 0, 1]]},
    "a corner in between": {**GRID, "merged": [[0, 0, 1, 1.5]]},
    "a formula nowhere": {**GRID, "formulas": [["A", 1]]},
    "an error without words": {**GRID, "errors": [[0, 0, None]]},
    "hidden or not": {**GRID, "hidden": 1},
    "a hidden row between two": {**GRID, "hidden_rows": [1.5]},
    "hidden columns that are a number": {**GRID, "hidden_columns": 3},
    "from some year": {**GRID, "from_1904": 1904},
    "a refusal without a sentence": b'{"refused": "because"}',
    "a refusal that is a list": b'{"refused": ["bomb"]}',
    "a sentence without its number": b'{"refused": "too_merged"}',
    "a sentence with words for a number": b'{"refused": "too_merged", "limit": "<b>"}',
    "no kind of file": b'{"refused": "other_kind", "kind": "x"}',
}


@pytest.mark.parametrize("case", NOT_TOLD)
def test_an_answer_that_no_reader_gives_is_taken_for_none(case, monkeypatch):
    told = NOT_TOLD[case]
    answer = told if isinstance(told, bytes) else json.dumps({"grids": [told]}).encode()
    with pytest.raises(Fell):
        reading._grids(answer, "a.csv")
    monkeypatch.setattr(reading, "fenced", lambda *_anything: answer)
    with pytest.raises(TableError):
        read_grids(b"a,b")


def brought(code: str, **env: str) -> set[str]:
    """The modules that *code* brings."""
    told = [sys.executable, "-c", f"import sys; {code}; print(*sys.modules)"]
    return set(
        subprocess.run(told, cwd=settings.BASE_DIR, env=env, capture_output=True, check=True).stdout.decode().split()
    )


def test_the_reader_starts_without_django():
    """Its imports are what every file waits for."""
    names = brought("import core.tables.reader")
    assert "python_calamine" in names
    assert not {"django", "openpyxl", "zipfile", "dataclasses", "config"} & names


def test_the_house_itself_opens_no_workbook():
    env = {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": "sqlite:///:memory:", "SECRET_KEY": "x"}
    names = brought("import django; django.setup(); import config.urls, projects.ledger", **env)
    assert "core.tables.reading" in names
    assert not {"python_calamine", "core.tables.reader"} & names
