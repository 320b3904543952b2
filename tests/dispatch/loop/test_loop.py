"""The closed loop of seven nodes: what stands where, how long, what is late; every number opens exactly its rows."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from core.lists.listing import Listing
from core.navigation import lines_for
from dispatch.loop.exports import open_loop
from dispatch.loop.nodes import NODES
from dispatch.loop.pages import Loop, loop
from dispatch.loop.rules import LoopRules
from dispatch.problems import services as problems
from organization.people.models import User
from organization.units.models import Unit
from projects.choices import ApprovalKind, State
from projects.list.listing import ask
from projects.list.lists import PROJECTS
from projects.milestones import services as milestones
from projects.models import Approval, ApprovalItem, Project
from projects.rules import LightRules
from tests.support.factories import NOW, WAN, count, make_project, make_report, unit_of
from tests.support.people import People
from tests.support.times import at, fixed_rules, with_sections

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D16")]


def item(project: Project, kind: str, **facts: Any) -> None:
    ApprovalItem.objects.create(project=project, kind=kind, track="", needed_from=date(2025, 1, 1), **facts)


def obtained(project: Project, kind: str, on: date) -> None:
    Approval.objects.create(project=project, kind=kind, obtained_on=on)


@pytest.fixture
def loops(county: Unit, people: People) -> dict[str, Project]:
    """One or two projects of each kind, by what is odd about each."""
    july, known, march = date(2026, 7, 1), date(2026, 1, 1), date(2026, 3, 1)
    made = {
        "idea": make_project(county, name="谋划", counts_from=known),
        "idea_late": make_project(county, name="该开未批", planned_start=march, counts_from=date(2026, 2, 1)),
        "filed": make_project(county, name="已备案", stage="reserve", planned_start=july),
        "overdue": make_project(county, name="手续超期", stage="prework", planned_start=july, lead_unit="dongguan"),
        "ready": make_project(county, name="手续齐", stage="prework", planned_start=july, plan=900 * WAN),
        "ready_late": make_project(county, name="手续齐未开", stage="prework", planned_start=march),
        "works": make_project(county, name="在建", stage="started", plan=1_000 * WAN),
        "works_late": make_project(county, name="慢", stage="entered", plan=1_000 * WAN, lead_unit="dongguan"),
        "undated": make_project(county, name="无开工日", stage="started", plan=WAN, started_on=None),
        "done": make_project(county, name="竣工", stage="completed", planned_completion=date(2026, 6, 1)),
        "done_late": make_project(county, name="晚竣工", stage="completed", planned_completion=date(2026, 5, 1)),
        "gone": make_project(county, name="停", stage="started", state=State.SUSPENDED, state_reason="资金"),
        "over": make_project(county, name="早竣工", stage="completed", completed_on=date(2025, 11, 1)),
    }
    item(made["overdue"], "filing")
    item(made["overdue"], "energy", deadline=date(2026, 5, 20))
    item(made["ready"], "filing")
    item(made["ready"], "environment")
    item(made["ready"], "construction", state="not_needed", left_out_on=date(2025, 2, 1))
    obtained(made["ready"], ApprovalKind.ENVIRONMENT, date(2026, 5, 10))
    obtained(made["ready_late"], ApprovalKind.CONSTRUCTION, date(2026, 2, 20))
    for name, works in (("works", 900), ("works_late", 1), ("undated", 1)):
        make_report(made[name], "2026-05", works=works * WAN)
    count(made.values())
    return made


def raised(project: Project, people: People, on: str) -> Any:
    when = at(f"{on} 10:00")
    owner = unit_of(project.county, "zhujian")
    facts: dict[str, Any] = {"title": "卡住", "category": "land", "owner_unit": owner}
    return problems.raise_problem(project, by=people.office, on=when.date(), now=when, **facts)


@pytest.fixture
def troubles(loops: dict[str, Project], people: People) -> None:
    """Three with problems: late in June, answered in time, closed in May."""
    raised(loops["works"], people, "2026-04-07")
    answered = raised(loops["filed"], people, "2026-06-02")
    problems.answer(answered, result="办了", by=people.office, on=date(2026, 6, 3), now=at("2026-06-03 10:00"))
    closed = raised(loops["done"], people, "2026-04-01")
    when = at("2026-05-12 10:00")
    problems.close(closed, by=people.office, on=when.date(), now=when, note="通了")
    raised(loops["gone"], people, "2026-04-01")  # it doesn't count


def seen(user: User, county: Unit, period: str = "2026-06") -> Loop:
    return loop(ask(user, county, QueryDict(f"period={period}"), NOW))


def names(found: Loop) -> dict[str, list[str]]:
    return {one.node.code: [project.name for project in one.projects] for one in found.stands}


@pytest.mark.parametrize("nodes", [False, True])
def test_each_counted_project_stands_where_its_facts_put_it(
    county: Unit, people: People, loops: dict[str, Project], troubles: None, monkeypatch: Any, nodes: bool
) -> None:
    """A milestone that is late lights a project, and puts it nowhere else."""
    if nodes:
        rules = with_sections(fixed_rules(), LightRules(nodes=True))
        monkeypatch.setattr("organization.profiles.rules.default_rules", lambda: rules)
        milestones.add(loops["filed"], label="交地", planned_on=date(2026, 4, 1), by=people.office, now=NOW)
    found = seen(people.office, county)
    assert names(found) == {
        "filing": ["谋划", "该开未批"],
        "papers": ["已备案", "手续超期"],
        "factors": [],
        "start": ["手续齐", "手续齐未开"],
        "works": ["在建", "慢", "无开工日"],
        "problems": ["已备案", "在建"],
        "completed": ["竣工", "晚竣工"],
    }
    assert found.number == 11
    assert {one.node.code: [p.name for p in one.projects if p.late] for one in found.stands} == {
        "filing": ["该开未批"],
        "papers": ["手续超期"],
        "factors": [],
        "start": ["手续齐未开"],
        "works": ["慢"],
        "problems": ["在建"],
        "completed": ["晚竣工"],
    }


LAIN = {  # by name: days on 10 June, counted by hand
    "谋划": 160,
    "该开未批": 129,
    "已备案": 146,
    "手续齐": 31,
    "手续齐未开": 110,
    "在建": 92,
    "无开工日": None,
    "竣工": 21,
}


def test_days_are_counted_from_what_brought_it_there(
    county: Unit, people: People, loops: dict[str, Project], troubles: None
) -> None:
    found = seen(people.office, county)
    days = {p.name: p.days for one in found.stands for p in one.projects if one.node.code != "problems"}
    assert {name: days[name] for name in LAIN} == LAIN
    by_code = {one.node.code: one for one in found.stands}
    assert (by_code["filing"].median, by_code["filing"].longest.name) == (145, "谋划")  # 144.5
    assert (by_code["works"].median, by_code["works"].undated) == (92, 1)
    assert [one.days for one in by_code["problems"].projects] == [8, 64]
    assert (by_code["factors"].median, by_code["factors"].longest) == (None, None)


PASTS = {  # in which node each stood at the end of an earlier month
    "2026-01": {"在建": "papers", "竣工": "papers", "手续齐": "papers", "手续齐未开": "papers"},
    "2026-02": {"在建": "start", "竣工": "start", "手续齐": "papers", "手续齐未开": "start"},
    "2026-04": {"在建": "works", "竣工": "works", "手续齐": "papers", "手续齐未开": "start"},
    "2026-05": {"在建": "works", "竣工": "completed", "手续齐": "start", "手续齐未开": "start"},
}


@pytest.mark.parametrize("period", PASTS)
def test_a_past_month_stands_as_it_stood(
    county: Unit, people: People, loops: dict[str, Project], troubles: None, period: str
) -> None:
    found = seen(people.office, county, period)
    where = {p.name: one.node.code for one in found.stands if one.node.code != "problems" for p in one.projects}
    assert PASTS[period].items() <= where.items()
    with_problems = {"2026-04": ["在建", "竣工"], "2026-05": ["在建"]}.get(period, [])
    assert names(found)["problems"] == with_problems


@pytest.mark.parametrize(
    ("who", "period"),
    [
        ("office", "2026-02"),
        ("office", "2026-04"),
        ("office", "2026-06"),
        ("officer", "2026-05"),
        ("leader", "2026-06"),
    ],
)
def test_every_number_opens_exactly_its_rows(
    county: Unit, people: People, loops: dict[str, Project], troubles: None, who: str, period: str
) -> None:
    user: User = getattr(people, who)
    found = seen(user, county, period)

    def summed(amounts: list[int | None]) -> int | None:
        known = [amount for amount in amounts if amount is not None]
        return sum(known) if known else None  # no plan on file is none, not a plan of nothing

    def opened(href: str) -> tuple[list[str], int | None, int | None]:
        listing = Listing(PROJECTS, user, QueryDict(urlsplit(href).query), now=NOW)
        rows = listing.found().values_list("project__name", "total_investment", "plan")
        return sorted(row[0] for row in rows), summed([row[1] for row in rows]), summed([row[2] for row in rows])

    for one in found.stands:
        if not one.node.kept:
            continue
        assert opened(one.href) == (sorted(p.name for p in one.projects), one.total, one.plan), one.node.code
        assert opened(one.late_href)[0] == sorted(p.name for p in one.projects if p.late), one.node.code
        assert opened(one.undated_href)[0] == sorted(p.name for p in one.projects if p.days is None), one.node.code
    assert len(opened(found.href)[0]) == found.number


def test_it_is_as_many_queries_however_many_projects_there_are(
    county: Unit, people: People, loops: dict[str, Project], troubles: None, django_assert_max_num_queries: Any
) -> None:
    seen(people.office, county)
    for number in range(12):
        raised(make_project(county, name=f"多{number}", stage="started"), people, "2026-06-02")
    asked = ask(people.office, county, QueryDict("period=2026-06"), NOW)
    with django_assert_max_num_queries(4):
        assert loop(asked).number == 23


def test_the_page_says_what_is_not_kept_and_opens_the_rest(
    client: Client, county: Unit, people: People, loops: dict[str, Project], django_assert_max_num_queries: Any
) -> None:
    client.force_login(people.office)
    client.get(reverse("dispatch:loop"), {"period": "2026-05"})
    with django_assert_max_num_queries(16):
        page = client.get(reverse("dispatch:loop"), {"period": "2026-05"}).content.decode()
    assert "period=2026-05&amp;node=works.late" in page
    assert "node=factors" not in page
    for node in NODES:
        assert str(node.label) in page


def test_the_workbook_has_the_nodes_and_their_projects(
    county: Unit, people: People, loops: dict[str, Project], troubles: None
) -> None:
    sheet = open_loop(people.office, QueryDict("period=2026-06"), NOW)
    book = load_workbook(BytesIO(b"".join(sheet.chunks())))
    nodes, projects = book.worksheets
    assert sheet.rows() == 11
    found = [[cell.value for cell in row] for row in nodes.iter_rows()]
    assert [row[1] for row in found if row[0] in {str(node.label) for node in NODES}][2] not in (0, None)
    assert sum(row[1] in loops_names(loops) for row in projects.iter_rows(values_only=True)) == 13  # two stand twice


def loops_names(loops: dict[str, Project]) -> set[str]:
    return {one.name for one in loops.values()}


def test_a_county_that_switched_it_off_has_no_page_and_no_line(
    client: Client, county: Unit, people: People, monkeypatch: Any
) -> None:
    def lines() -> list[str]:
        return [line.entry.code for line in lines_for(people.office)]

    assert "loop" in lines()
    rules = with_sections(fixed_rules(), LoopRules(enabled=False))
    monkeypatch.setattr("organization.profiles.rules.default_rules", lambda: rules)
    client.force_login(people.office)
    assert client.get(reverse("dispatch:loop")).status_code == 403
    with pytest.raises(PermissionDenied):
        open_loop(people.office, QueryDict(), NOW)
    assert "loop" not in lines()
