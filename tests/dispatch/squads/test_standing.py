"""What is a squad's and what of it is late: its figures, their lists, its rounds."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from core.lists.listing import Listing
from core.lists.spec import all_lists
from dispatch.models import Round, RoundRow
from dispatch.problems import services as problems
from dispatch.squads.pages import Standing, standing_of
from organization.squads.models import Squad
from organization.units.models import Unit
from projects.models import Project
from projects.registry.months.services import follow
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of
from tests.support.people import People
from tests.support.squads import make_squad
from tests.support.times import at

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D02")]


@pytest.fixture
def squad(county: Unit, people: People) -> Squad:
    return make_squad(county, people)


@pytest.fixture
def theirs(county: Unit, people: People, squad: Squad) -> list[Project]:
    """Two that it helps with, one in time and one behind with a late problem; one that isn't its own, late as well."""
    made = []
    for name, works in (("赶上", 900), ("落后", 10), ("别人的", 10)):
        project = make_project(county, name=name, stage="started", plan=1_000 * WAN)
        if name != "别人的":
            project.cooperating_units.add(squad.unit)
        make_report(project, "2026-05", works=works * WAN)
        made.append(project)
    follow(made, on=date(2026, 5, 31), now=NOW, by=None)
    for project in made[1:]:
        when = at("2026-04-07 10:00")
        facts: dict[str, Any] = {"title": "卡住", "category": "land", "owner_unit": unit_of(county, "zhujian")}
        problems.raise_problem(project, by=people.office, on=when.date(), now=when, **facts)
    when = at("2026-05-25 08:00")
    for period, due, rows in (("2026-05", "2026-06-05 18:00", made), ("2026-06", "2026-07-06 18:00", made[1:])):
        one = Round.objects.create(county=county, kind="monthly", period=period, opened_at=when, due_at=at(due))
        RoundRow.objects.bulk_create([RoundRow(round=one, unit=each.lead_unit, project=each) for each in rows])
    return made


def test_it_says_what_is_theirs_and_what_is_late(people: People, squad: Squad, theirs: list[Project]) -> None:
    found = standing_of(squad, people.office, NOW)
    assert (found.projects, found.total, found.plan) == (2, 40_000 * WAN, 2_000 * WAN)
    assert (found.done.numerator, found.done.denominator) == (910 * WAN, 2_000 * WAN)
    assert [one.number for one in found.late] == [1, 0, 1, 0]
    assert [(str(one.period), one.asked, one.missing, one.late) for one in found.rounds] == [
        ("2026-06", 1, 1, False),
        ("2026-05", 2, 0, False),
    ]


@pytest.mark.parametrize("who", ["office", "squad", "officer", "other_officer"])
def test_each_figure_opens_its_rows(people: People, squad: Squad, theirs: list[Project], who: str) -> None:
    user = getattr(people, who)
    found: Standing = standing_of(squad, user, NOW)
    by_url = {
        reverse(spec.url): spec
        for spec in all_lists().values()
        if spec.key in ("projects", "problems", "instructions")
    }
    for href, number in ((found.href, found.projects), *((one.href, one.number) for one in found.late)):
        parts = urlsplit(href)
        assert Listing(by_url[parts.path], user, QueryDict(parts.query), now=NOW).found().count() == number, href
    assert found.projects == {"office": 2, "squad": 2, "officer": 2, "other_officer": 0}[who]


def test_what_is_missing_after_the_round_is_due_is_late(people: People, squad: Squad, theirs: list[Project]) -> None:
    theirs[1].reports.all().delete()
    found = standing_of(squad, people.office, NOW)
    assert [(str(one.period), one.missing, one.late) for one in found.rounds][1] == ("2026-05", 1, True)
    assert found.late[1].number == 1


def test_its_page_costs_the_same_with_more_projects(
    client: Client,
    county: Unit,
    people: People,
    squad: Squad,
    theirs: list[Project],
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(8):
        make_project(county, name=f"多{number}", lead_unit=squad.unit, stage="started")
    client.force_login(people.office)
    address = reverse("dispatch:squad_standing", args=[squad.pk])
    client.get(address)
    with django_assert_max_num_queries(45):
        page = client.get(address).content.decode()
    assert f"squad={squad.pk}&amp;late=yes" in page
    assert address in client.get(reverse("organization:squad", args=[squad.pk])).content.decode()
