"""What people type or paste into the year's grid: stored as meant, or said what is wrong, and never lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from projects.plans.grid import fill, rows_of
from tests.support.factories import NOW, WAN, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P05")]
LONG = "字" * 300
# the field, what is typed, what is stored (None: it is refused, with what was typed still there)
TYPED: list[tuple[str, str, Any]] = [
    ("investment", "1.2亿", 12_000 * WAN),
    ("investment", " 8,000 ", 8_000 * WAN),
    ("investment", "２０２４", 2_024 * WAN),
    ("investment", "2024.6", 20_246_000),
    ("investment", "-5", None),
    ("investment", "八万", None),
    ("investment", "9" * 40, None),
    ("target", LONG, LONG),
    ("target", "\u3000主体封顶 \t", "主体封顶"),
    ("responsible", LONG, None),
    ("measures", LONG, LONG),
    ("starts_on", "2026-03-05", date(2026, 3, 5)),
    ("starts_on", "2024.6", None),
    ("starts_on", "2025-12-31", None),  # another year's
    ("completes_on", "2026-02-31", None),
    ("completes_on", "月底", None),
]


@pytest.mark.parametrize(("name", "typed", "stored"), TYPED, ids=[f"{name} {typed[:8]}" for name, typed, _s in TYPED])
def test_what_is_typed_is_stored_as_meant_or_stands_there_refused(
    county: Any, people: Any, name: str, typed: str, stored: Any
) -> None:
    project = make_project(county)
    row = rows_of([project], 2026, ())[0]
    fill(row, {f"{row.prefix}-version": "0", f"{row.prefix}-{name}": typed}, by=people.officer, now=NOW)
    plan = project.plans.first()
    if stored is not None:
        assert (row.errors, getattr(plan, name)) == ([], stored)
        return
    assert (plan, bool(row.errors), name in row.bad) == (None, True, True)
    assert next(cell.value for cell in row.cells() if cell.name == name) == typed
