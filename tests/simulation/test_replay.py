"""A replayed quarter says the same on each database: figures, order of rows, order of columns, text."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.support.databases import empty_database
from tests.support.replayed import replayed

EXPECTED = Path(settings.BASE_DIR) / "tests/data/replayed_quarter.txt"


def expected() -> list[str]:
    return EXPECTED.read_text(encoding="utf-8").splitlines()


@pytest.mark.django_db
def test_a_replayed_quarter_publishes_what_is_on_file() -> None:
    assert replayed() == expected()


@pytest.fixture
def chinese(db: None, tmp_path: Path) -> Iterator[str]:
    """The address of an empty PostgreSQL database that sorts as Chinese does."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no collation but its own")
    made = "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'zh-Hans-CN'"
    with empty_database("zh", tmp_path, made) as address:
        yield address


def test_another_collation_changes_nothing(chinese: str) -> None:
    here = {**os.environ, "DATABASE_URL": chinese}
    run = [sys.executable, "-m", "tests.support.replayed"]
    done = subprocess.run(run, env=here, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == expected()
