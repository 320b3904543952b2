"""What the menu counts and the to-do list reads on every page is found by index from the county, however many others
there are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from core.collect import gather
from core.due import due_items
from organization.people.models import User
from tests.support.factories import NOW

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="no plans of that kind: of PostgreSQL's asks tests/test_counties.py"
    ),
]

#: Tables that hold the rows of all counties and grow with the years.
LARGE = {
    "projects_monthlyreport", "projects_project", "projects_annualplan", "projects_approval",
    "projects_supervisionnote", "dispatch_problem", "dispatch_instruction", "dispatch_roundrow", "outbox_notice",
    "projects_photo",
}  # fmt: skip
COUNTS: dict[str, Callable[[User], Any]] = {e.code: e.count for e in gather("navigation") if e.count}
ASKED = {**COUNTS, "to-do": lambda user: due_items(user.county, NOW, person=user)}
PEOPLE = ("office", "officer", "leader", "statistics", "supervision")


@pytest.mark.parametrize("asked", ASKED)
def test_no_count_and_no_list_of_what_is_due_reads_a_table_of_all_counties(people, asked: str) -> None:
    queries: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        queries.append((sql, params))
        return execute(sql, params, many, context)

    for name in PEOPLE:
        person = User.objects.get(pk=getattr(people, name).pk)
        with connection.execute_wrapper(note):
            ASKED[asked](person)
    assert {table: sql for sql, params in queries for table in read_whole(sql, params)} == {}


def test_what_reads_every_county_is_found() -> None:
    for sql, params in (
        ("SELECT count(*) FROM projects_monthlyreport WHERE works > %s", [0]),
        ("SELECT works FROM projects_monthlyreport WHERE month = %s", ["2026-05"]),
    ):
        assert list(read_whole(sql, params)) == ["projects_monthlyreport"]


def read_whole(sql: str, params: Any) -> Iterator[str]:
    """The large tables that a query reads whole, or by the month alone."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        found = cursor.fetchall()
    named = {alias: table for table, alias in re.findall(r'"(\w+)" ([A-Z]\d+)\b', sql)}
    for *_numbers, said in found:
        if part := re.match(r"(SCAN|SEARCH) (\w+)(.*)", said):
            how, table, by = part.groups()
            table = named.get(table, table)
            if table in LARGE and (how == "SCAN" or re.search(r"\(month=\?( AND status=\?)?\)", by)):
                yield table
