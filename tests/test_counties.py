"""Among many counties every query of a page goes straight to its own: by an index that names the county, its projects
or its units. Asked of PostgreSQL, of the queries that the pages really ask, with scans of whole tables forbidden: what
is left without such an index would read the rows of all counties.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from django.db import connection, transaction
from django.utils import timezone

from bench import county as maker
from bench import months
from bench.cities import PAGES, Place, queries, short
from bench.spread import TABLES, count_on, name_of, spread
from core import navigation
from core.due import due_items
from dispatch.home.pages import open_rounds
from dispatch.models import Round, RoundRow
from dispatch.rounds.months import month_state
from dispatch.standings.ranking import survey
from organization.people.models import User
from organization.units.models import Unit
from projects.entries.models import unconfirmed
from projects.models import MonthlyReport, Project
from projects.reports.months import latest_period, owed

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.by_services,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="no plans of that kind: runs on PostgreSQL"),
]
COUNTIES, PROJECTS, UNITS = 48, 50, 5
ORGANIZATION = {"organization_unit", "organization_user", "organization_post"}
#: What pays only while tables are small: reading all of one, or keeping all of it in memory beside the query.
LARGE = {
    "enable_seqscan": "off",
    "enable_mergejoin": "off",
    "enable_hashjoin": "off",
    "work_mem": "64",
    "hash_mem_multiplier": "1",
    "cpu_tuple_cost": "0.1",  # ten times the usual: a row too many weighs as where there are many
}
GROWING = {model._meta.db_table for model, _order in TABLES} - ORGANIZATION
FILLED: set[str] = set()  # of an empty table PostgreSQL takes any index: nothing can be seen there
#: What belongs to one county alone.
OWN = (
    "county_id", "project_id", "lead_unit_id", "competent_unit_id", "unit_id", "owner_unit_id", "post_id", "round_id",
    "report_id", "problem_id", "id",
)  # fmt: skip


@pytest.fixture(scope="module")
def _counties(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Twenty counties for all tests of this file; nothing is left of them."""
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                size = maker.Size(projects=PROJECTS, units=UNITS, months=4)
                now = timezone.now()
                months.fill(maker.make("c0", size, now=now), now=now)
                spread("c0", COUNTIES - 1)
                FILLED.update(model._meta.db_table for model, _order in TABLES if model._base_manager.exists())
                yield
                transaction.set_rollback(True)
        finally:
            count_on()


@pytest.fixture
def place(_counties: None, db: None) -> Place:
    return Place.of(name_of("c0", COUNTIES // 2))


class Person(NamedTuple):
    user: User
    place: Place

    @property
    def county(self) -> Unit:
        found = self.place.unit.county
        assert found
        return found


class Scan(NamedTuple):
    """A part of a plan that reads a table: by which index, with which condition."""

    table: str
    how: str
    by: str
    condition: str

    @property
    def goes_straight(self) -> bool:
        """Whether the condition of the index names something of one county."""
        return any(f"{name} =" in self.condition for name in OWN)


def scans(sql: str, params: Any) -> Iterator[Scan]:
    """What a query reads of the tables that grow with the counties."""
    with connection.cursor() as cursor:
        for name, value in LARGE.items():
            cursor.execute(f"SET LOCAL {name} = {value}")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        found = cursor.fetchone()[0]
        for name in LARGE:
            cursor.execute(f"SET LOCAL {name} = DEFAULT")
    yield from _scans((json.loads(found) if isinstance(found, str) else found)[0]["Plan"], "")


def _scans(node: dict[str, Any], above: str) -> Iterator[Scan]:
    table, kind = node.get("Relation Name", above), node["Node Type"]
    if table in GROWING & FILLED and "Scan" in kind and not kind.startswith("Bitmap Heap"):
        yield Scan(table, kind, node.get("Index Name", ""), node.get("Index Cond", ""))
    for child in node.get("Plans", []):
        yield from _scans(child, table if kind.startswith("Bitmap") else "")


def strays(act: Callable[[], Any]) -> list[str]:
    """What *act* reads beyond its own county, in lines to read."""
    found = []
    for sql, params in queries(act):
        for scan in scans(sql, params):
            if not scan.goes_straight:
                found.append(f"{scan.how} of {scan.table} {scan.by} {scan.condition} in: {short(sql)}")
    return found


def _period(who: Person) -> Any:
    return latest_period(who.county, timezone.localdate())


def _owed(who: Person) -> Any:
    return list(owed(who.county, who.place.now).values_list("pk", flat=True))


def _missing(who: Person) -> Any:
    """What is still owed in each round, month's and week's."""
    for opened in Round.objects.filter(county=who.county):
        list(RoundRow.objects.missing_in(opened))


READS: dict[str, tuple[str, Callable[[Person], Any]]] = {
    "newest month": ("office", _period),
    "tallies of the ranking": ("office", lambda who: survey(who.county, who.place.newest)),
    "rounds": ("office", lambda who: open_rounds(who.county)),
    "rows that are missing in rounds": ("office", _missing),
    "states of months": ("office", lambda who: month_state(who.county, who.place.newest, now=timezone.now())),
    "reports that are owed": ("office", _owed),
    "reports that wait": ("office", lambda who: list(MonthlyReport.objects.waiting(who.county))),
    "entries to confirm": ("statistics", lambda who: list(unconfirmed(Project.objects.all(), who.county))),
    "reports of a month": ("office", lambda who: list(MonthlyReport.objects.of_county(who.county, who.place.now))),
    **{
        f"due items of {who}": (who, lambda who: due_items(who.county, timezone.now(), person=who.user))
        for who in ("office", "officer01", "leader01", "statistics")
    },
    **{
        f"menu counts of {who}": (who, lambda who: navigation.lines_for(who.user))
        for who in ("office", "officer01", "leader01", "statistics")
    },
}


@pytest.mark.parametrize("what", READS)
def test_what_pages_count_is_read_straight_from_the_county(what: str, place: Place) -> None:
    name, act = READS[what]
    who = Person(User.objects.get(username=f"{place.code}-{name}"), place)
    assert strays(lambda: act(who)) == []


@pytest.mark.parametrize(("who", "path"), [page[1:] for page in PAGES], ids=[page[0] for page in PAGES])
def test_a_page_reads_its_own_county(
    who: str, path: Callable[[Place], str], place: Place, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its menu, of which the test above speaks."""
    monkeypatch.setattr(navigation, "counts", lambda user, wanted: {})
    client, answers = sign_in(User.objects.get(username=f"{place.code}-{who}")), []
    found = strays(lambda: answers.append(client.get(path(place), follow=True)))
    assert answers[0].status_code == 200
    assert found == []
