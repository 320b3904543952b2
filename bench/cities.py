"""`script/bench cities`: the pages of one county alone, and of the same county among a hundred. PostgreSQL only.

    script/bench cities [--counties 100] [--projects 1000] [--rounds 9] [--worst 3]

Two databases: one with the county alone, a copy of it with all the others. Each page is asked of both in turn, with
nothing kept from before, so that what else the machine does falls on both. The second figure of a page is how many
blocks of 8 KB its queries touch, found by running each again under EXPLAIN (ANALYZE, BUFFERS): it hangs on no clock.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from bench import county, months
from bench.run import Result, clock, table
from bench.spread import look, name_of, rows, spread
from core.days.periods import Period
from organization.people.models import User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.models import Project
from projects.reports.months import latest_period
from projects.rules import MonthlyRules, current_period

CODE = "c0"
TIME, BLOCKS = 1.15, 1.3  # the most that a page among many may take of what it takes alone
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class Place:
    """A county in a database: what stands in the addresses of its pages."""

    code: str
    unit: Unit
    project: Project
    now: Period  # the month that is being reported on
    newest: Period  # the newest with figures

    @classmethod
    def of(cls, code: str) -> Place:
        found = Unit.objects.counties().get(code=code)
        on = timezone.localdate()
        return cls(
            code,
            Unit.objects.get(county=found, code="u01"),
            Project.objects.filter(county=found, stage="entered", state="active").order_by("pk")[0],
            current_period(on, rules_of(found)[MonthlyRules]),
            latest_period(found, on),
        )


#: Name, who looks (the account after the county's code), address.
PAGES: tuple[tuple[str, str, Callable[[Place], str]], ...] = (
    ("list of projects", "office", lambda at: "/projects/"),
    ("list, one unit", "office", lambda at: f"/projects/?unit={at.unit.pk}"),
    ("list of an officer", "officer01", lambda at: "/projects/"),
    ("list of a leader", "leader01", lambda at: "/projects/?sponsor=mine"),
    ("home of the office", "office", lambda at: "/"),
    ("home of a leader", "leader01", lambda at: "/"),
    ("home of an officer", "officer01", lambda at: "/"),
    ("project", "office", lambda at: f"/projects/{at.project.pk}/"),
    ("history of a project", "office", lambda at: f"/projects/{at.project.pk}/history/"),
    ("ranking", "office", lambda at: f"/dispatch/rankings/{at.newest}/"),
    ("review of reports", "office", lambda at: f"/projects/review/{at.now}/"),
    ("review of a leader", "leader01", lambda at: f"/projects/review/{at.now}/"),
    ("grid of a unit", "officer01", lambda at: f"/projects/reports/{at.now}/"),
    ("problems", "office", lambda at: "/dispatch/problems/"),
    ("list of problems", "office", lambda at: "/dispatch/problems/list/"),
    ("rounds", "office", lambda at: "/dispatch/rounds/"),
    ("week of a unit", "officer01", lambda at: "/dispatch/week/"),
    ("entries to confirm", "statistics", lambda at: "/projects/entries/"),
    ("people and posts", "office", lambda at: "/organization/people/"),
)


class Town:
    """A database with the county that is looked at, and who is signed in there."""

    def __init__(self, database: Any, code: str) -> None:
        self.database = database
        self.clients: dict[str, Client] = {}
        with self.open():
            self.place = Place.of(code)
            for who in {who for _name, who, _path in PAGES}:
                self.clients[who] = Client()
                self.clients[who].force_login(User.objects.get(username=f"{code}-{who}"), backend=BACKEND)

    @contextmanager
    def open(self) -> Iterator[None]:
        before, connections["default"] = connections["default"], self.database
        try:
            yield
        finally:
            connections["default"] = before

    def ask(self, who: str, path: Callable[[Place], str]) -> Callable[[], Any]:
        """The page, with nothing kept from before."""
        client, address = self.clients[who], path(self.place)

        def page() -> None:
            cache.clear()
            answer = client.get(address, follow=True)
            if answer.status_code != 200:
                raise RuntimeError(f"{address}: {answer.status_code}")

        return page

    def took(self, who: str, path: Callable[[Place], str]) -> float:
        with self.open():
            page = self.ask(who, path)
            gc.collect()
            return clock(page)

    def blocks(self, who: str, path: Callable[[Place], str]) -> list[tuple[str, int]]:
        """The page's queries, and how many blocks each touches."""
        with self.open():
            return [(sql, touched(sql, params)) for sql, params in queries(self.ask(who, path))]


def queries(act: Callable[[], Any]) -> list[tuple[str, Any]]:
    """The queries that *act* asks, without those that write."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip("( ").upper().startswith(("SELECT", "WITH")) and "FOR UPDATE" not in sql:
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        act()
    return asked


def touched(sql: str, params: Any) -> int:
    """The blocks that a query touches, in memory or on disk."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql}", params)
        found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


def compare(alone: Town, among: Town, rounds: int, worst: int) -> Iterator[tuple[Result, Result]]:
    """Each page: its time and its blocks among many against alone; where too many, which queries are the *worst*."""
    for name, who, path in PAGES:
        for town in (alone, among):
            town.took(who, path)
        pairs = []
        for n in range(rounds):
            both = [town.took(who, path) for town in ((alone, among) if n % 2 else (among, alone))]
            pairs.append(both if n % 2 else both[::-1])
        ratio = statistics.median(many / one for one, many in pairs)
        one, many = (statistics.median(side) for side in zip(*pairs, strict=True))
        here, there = alone.blocks(who, path), among.blocks(who, path)
        few, more = (sum(touches for _sql, touches in asked) for asked in (here, there))
        blocks = Result(f"  blocks, {len(there)} queries", more, few, more / max(few, 1), BLOCKS, unit="bl")
        if not blocks.met:
            blocks.note = _worst(here, there, worst)
        yield Result(name, many, one, ratio, TIME), blocks


def _worst(here: list[tuple[str, int]], there: list[tuple[str, int]], number: int) -> str:
    """The queries that read more among many than alone, in a line each."""
    pairs = [(more - few, few, more, sql) for (sql, few), (_sql, more) in zip(here, there, strict=False)]
    pairs = sorted((pair for pair in pairs if pair[0] > 0), reverse=True)[:number]
    return "\n    ".join(f"{few} → {more}: {short(sql)}" for _much, few, more, sql in pairs)


def short(sql: str) -> str:
    """What a query is about: its tables and conditions, without the list of columns."""
    text = " ".join(sql.replace('"', "").split())
    start = text.find(" FROM ")
    return (text[:40] + " …" if start > 40 else "") + text[max(start, 0) : max(start, 0) + 300]


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="script/bench cities")
    parser.add_argument("--counties", type=int, default=100, help="how many there are in the second database (100)")
    parser.add_argument("--projects", type=int, default=1_000, help="how many each has (1,000)")
    parser.add_argument("--rounds", type=int, default=9, help="how often each page is asked (9)")
    parser.add_argument("--worst", type=int, default=0, help="so many queries of a page that reads too much are shown")
    return parser


def main(arguments: list[str]) -> None:
    asked = options().parse_args(arguments)
    if connection.vendor != "postgresql":
        raise SystemExit("script/bench cities: many counties are PostgreSQL's; set DATABASE_URL")
    usual = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    many = connection.copy()
    many.settings_dict["NAME"] += "_many"
    try:
        _make(many, asked)
        alone, among = Town(connections["default"], CODE), Town(many, name_of(CODE, asked.counties // 2))
        results: list[Result] = []
        for pair in compare(alone, among, asked.rounds, asked.worst):
            results += pair
        said = f"{asked.projects:,} projects each, {asked.rounds} rounds"
        print(f"\na county alone (floor) and among {asked.counties} (ours); {said}\n")
        print(table(results), flush=True)
    finally:
        many.close()
        _drop(many.settings_dict["NAME"])
        connection.creation.destroy_test_db(usual, verbosity=0)


def _make(many: Any, asked: argparse.Namespace) -> None:
    began = time.monotonic()
    now = timezone.now()
    months.fill(county.make(CODE, county.Size(projects=asked.projects), now=now), now=now)
    look()
    print(f"one county: {rows():,} rows, {time.monotonic() - began:.0f} s", flush=True)
    name = many.settings_dict["NAME"]
    template = connection.settings_dict["NAME"]
    connection.close()
    _drop(name)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    before, connections["default"] = connections["default"], many
    try:
        began = time.monotonic()
        spread(CODE, asked.counties - 1)
        print(f"{asked.counties} counties: {rows():,} rows, {time.monotonic() - began:.0f} s", flush=True)
    finally:
        connections["default"] = before


def _drop(name: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
