"""What the menu counts and the to-do list reads on every page is found by index from the county, however many others
there are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from core.collect import gather
from core.due import due_items
from organization.people.models import User
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db

#: Tables that hold the rows of all counties and grow with the years.
LARGE = {
    "projects_monthlyreport", "projects_project", "projects_annualplan", "projects_approval",
    "projects_supervisionnote", "dispatch_problem", "dispatch_roundrow", "outbox_notice",
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
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            named = {alias: table for table, alias in re.findall(r'"(\w+)" ([A-Z]\d+)\b', sql)}
            for *_numbers, said in cursor.fetchall():
                if found := re.match(r"(SCAN|SEARCH) (\w+)(.*)", said):
                    how, table, by = found.groups()
                    table = named.get(table, table)
                    if table in LARGE and (how == "SCAN" or re.search(r"\(month=\?( AND status=\?)?\)", by)):
                        yield table
            return
        cursor.execute("SET LOCAL enable_seqscan = off")  # a small table is read whole whatever indexes it has
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0]
    yield from _nodes((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])


def _nodes(node: dict[str, Any]) -> Iterator[str]:
    by = node.get("Index Cond", "")
    table = node.get("Relation Name", "")
    whole = not by and node["Node Type"] in ("Seq Scan", "Index Scan", "Index Only Scan")
    if table in LARGE and (whole or re.fullmatch(r"\(\(?month\)?::text = [^()]*\)", by)):
        yield table
    for below in node.get("Plans", ()):
        yield from _nodes(below)
