"""A replayed quarter says the same on each database: figures, order of rows, order of columns, text."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests.support.replayed import replayed

EXPECTED = Path(settings.BASE_DIR) / "tests/data/replayed_quarter.txt"


def expected() -> list[str]:
    return EXPECTED.read_text(encoding="utf-8").splitlines()


@pytest.mark.django_db
def test_a_replayed_quarter_publishes_what_is_on_file() -> None:
    assert replayed() == expected()


@pytest.fixture
def chinese() -> Iterator[str]:
    """The address of an empty PostgreSQL database that sorts as Chinese does."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no collation but its own")
    import psycopg
    from psycopg import sql

    about: dict[str, Any] = settings.DATABASES["default"]
    name = f"{about['NAME']}_zh"
    server = psycopg.conninfo.make_conninfo(
        host=about["HOST"] or None, port=about["PORT"] or None, user=about["USER"] or None,
        password=about["PASSWORD"] or None, dbname="postgres",
    )  # fmt: skip
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    made = sql.SQL("CREATE DATABASE {} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'zh-Hans-CN'")
    with psycopg.connect(server, autocommit=True) as postgres:
        postgres.execute(drop)
        postgres.execute(made.format(sql.Identifier(name)))
        yield os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
        postgres.execute(drop)


def test_another_collation_changes_nothing(chinese: str) -> None:
    here = {**os.environ, "DATABASE_URL": chinese}
    run = [sys.executable, "-m", "tests.support.replayed"]
    done = subprocess.run(run, env=here, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == expected()
