"""A report and an entry are of their project's county: asked of what each test leaves behind, whoever wrote it.

A constraint of the database can't ask another table, and one of another county is missed by every count.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.models import F

DATABASES = ("transactional_db", "db")


@pytest.fixture(autouse=True)
def _in_their_county(request: pytest.FixtureRequest) -> Iterator[None]:
    mark = request.node.get_closest_marker("django_db")
    wanted = [name for name in DATABASES if name in request.fixturenames]
    if mark and not wanted:
        wanted = [DATABASES[0] if mark.kwargs.get("transaction") else DATABASES[1]]
    if not wanted:
        yield
        return
    request.getfixturevalue(wanted[0])  # taken back after the question
    yield
    if not connection.needs_rollback:
        from projects.models import EntryRecord, MonthlyReport

        for model in (MonthlyReport, EntryRecord):
            astray = model._default_manager.exclude(county=F("project__county"))
            assert not list(astray.values_list("pk", "county", "project__county"))
