"""Bids in the browser: list with totals, form, steps, export, the part on a project's page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from funding.bids import services
from funding.models import Bid, BidStage
from organization.people.models import User
from organization.units.models import Unit
from tests.funding.bids.test_bids import OPENING, make_bid
from tests.support.factories import NOW, WAN, make_project, unit_of
from tests.support.people import People
from tests.support.shown import send

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def form(bid: Bid | None = None, county: Unit | None = None, **facts: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"name": "污水管网", "channel": "central_budget", "year": 2026, "asked": "5,000"}
    if bid is not None:
        given |= {"unit": bid.unit_id, "version": bid.version}
    if county is not None:
        given["unit"] = unit_of(county, "xicheng").pk
    return given | facts


@pytest.mark.requirement("F02")
def test_an_officer_puts_a_bid_on_file_and_moves_it(county: Unit, people: People, sign_in: SignIn) -> None:
    make_project(county, name="粮食烘干中心")
    client = sign_in(people.officer)
    answer = client.post("/funding/new/", form(county=county, project="粮食烘干"))
    bid = Bid.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/funding/{bid.pk}/")
    assert (bid.asked, bid.project.name, bid.unit.code) == (5000 * WAN, "粮食烘干中心", "xicheng")
    answer = client.post(f"/funding/{bid.pk}/step/", {"expect": "planned", "version": bid.version, "on": "2026-05-01"})
    assert answer.status_code == 303
    bid.refresh_from_db()
    assert (bid.stage, bid.proposal_on) == (BidStage.PROPOSAL, date(2026, 5, 1))
    page = client.get(f"/funding/{bid.pk}/").content.decode()
    assert "feasibility_number" in page  # what still blocks it leads to where it is mended
    assert "还差 2 项" in page
    assert "还缺：可研批复日期" in page


def test_a_blocked_step_says_all_that_is_missing(county: Unit, people: People, sign_in: SignIn) -> None:
    bid = make_bid(county, people, proposal_on=date(2026, 1, 1))
    services.advance(bid, to=BidStage.PROPOSAL, by=people.office, on=date(2026, 1, 1), now=NOW)
    answer = sign_in(people.officer).post(
        f"/funding/{bid.pk}/step/", {"expect": "proposal", "version": 2, "on": "2026-05-01"}
    )
    assert answer.status_code == 422
    bid.refresh_from_db()
    assert bid.stage == BidStage.PROPOSAL


def test_what_was_typed_is_never_lost(county: Unit, people: People, sign_in: SignIn) -> None:
    client = sign_in(people.officer)
    answer = client.post("/funding/new/", form(county=county, received="100", remark="不要丢"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "不要丢" in text
    assert not Bid.objects.exists()
    assert client.post("/funding/new/", form(county=county, asked="许多")).status_code == 422
    assert client.post("/funding/new/", form(county=county, name="长" * 300)).status_code == 422


def test_a_bid_is_edited_and_keeps_its_project(county: Unit, people: People, sign_in: SignIn) -> None:
    project = make_project(county, lead_unit="dongguan", name="别乡的项目")  # the officer doesn't see it in lists
    bid = make_bid(county, people, project=project)
    client = sign_in(people.officer)
    assert "别乡的项目" in client.get(f"/funding/{bid.pk}/edit/").content.decode()
    assert client.post(f"/funding/{bid.pk}/edit/", form(bid, project="别乡的项目", asked="12.5")).status_code == 303
    bid.refresh_from_db()
    assert (bid.project, bid.asked) == (project, 125_000)


def test_an_edit_against_an_older_version_is_told(county: Unit, people: People, sign_in: SignIn) -> None:
    bid = make_bid(county, people)
    services.edit_bid(bid, by=people.office, now=NOW, asked=7)
    answer = sign_in(people.officer).post(f"/funding/{bid.pk}/edit/", form(bid, version=1))
    assert answer.status_code == 422
    bid.refresh_from_db()
    assert bid.asked == 7


def test_sent_back_failed_and_resumed_as_plain_forms(county: Unit, people: People, sign_in: SignIn) -> None:
    bid = make_bid(county, people)
    client = sign_in(people.officer)
    for what in ("send-back", "fail", "resume"):
        assert client.get(f"/funding/{bid.pk}/{what}/").status_code == 200
    url = f"/funding/{bid.pk}/send-back/"
    assert send(client, url, {"on": "2026-05-01", "to": "planned", "reason": ""}).status_code == 422
    assert send(client, url, {"on": "2026-05-01", "to": "planned", "reason": "补正"}).status_code == 303
    assert send(client, f"/funding/{bid.pk}/resume/", {"on": "2026-05-02", "reason": "已补正"}).status_code == 303
    assert send(client, f"/funding/{bid.pk}/fail/", {"on": "2026-05-03", "reason": "未入选"}).status_code == 303
    bid.refresh_from_db()
    assert bid.state == "failed"
    assert "未入选" in client.get(f"/funding/{bid.pk}/").content.decode()


def test_rights_of_pages(county: Unit, people: People, sign_in: SignIn) -> None:
    bid = make_bid(county, people)
    for path in (f"/funding/{bid.pk}/", f"/funding/{bid.pk}/edit/", f"/funding/{bid.pk}/fail/"):
        assert sign_in(people.other_officer).get(path).status_code == 404
    assert sign_in(people.leader).get(f"/funding/{bid.pk}/").status_code == 200
    assert sign_in(people.leader).get(f"/funding/{bid.pk}/edit/").status_code == 403
    assert (
        sign_in(people.leader).post(f"/funding/{bid.pk}/fail/", {"on": "2026-05-03", "reason": "x"}).status_code == 403
    )
    assert sign_in(people.leader).get("/funding/new/").status_code == 403


@pytest.mark.requirement("F02")
def test_the_list_is_narrowed_summed_and_exported_as_shown(county: Unit, people: People, sign_in: SignIn) -> None:
    make_bid(county, people, name="甲", asked=1000 * WAN)
    make_bid(county, people, name="乙", asked=200 * WAN, channel="special_bond", year=2025)
    make_bid(county, people, name="丙", unit=unit_of(county, "dongguan"), **(OPENING | {"asked": 30 * WAN}))
    client = sign_in(people.finance)
    totals = client.get("/funding/").context["listing"].totals
    assert (totals["n"], totals["asked"]) == (3, 1230 * WAN)
    for query, names in {
        "channel=special_bond": {"乙"},
        "year=2026": {"甲", "丙"},
        f"unit={unit_of(county, 'dongguan').pk}": {"丙"},
        "stage=planned&q=甲": {"甲"},
        "state=failed": set(),
        "stage=nonsense": set(),
    }.items():
        listing = client.get(f"/funding/?{query}").context["listing"]
        assert {row["name"] for row in (listing.rows() if listing.count else [])} == names
    answer: Any = client.get("/funding/export.xlsx?year=2026")
    content = b"".join(answer.streaming_content)
    rows = list(load_workbook(BytesIO(content)).active.iter_rows(values_only=True))
    assert {row[1] for row in rows} >= {"甲", "丙"}
    assert "乙" not in {row[1] for row in rows}
    assert sign_in(people.other_officer).get("/funding/").context["listing"].count == 1


@pytest.mark.requirement("F02")
def test_a_projects_page_shows_its_bids(county: Unit, people: People, sign_in: SignIn) -> None:
    project = make_project(county)
    make_bid(county, people, name="甲", project=project)
    client = sign_in(people.officer)
    part = client.get(f"/funding/projects/{project.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "甲" in part
    assert "<html" not in part
    assert "<html" in client.get(f"/funding/projects/{project.pk}/").content.decode()
    assert sign_in(people.other_officer).get(f"/funding/projects/{project.pk}/").status_code == 404


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_costs_the_same_for_many(
    county: Unit, people: People, sign_in: SignIn, count: int, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for number in range(count):
        make_bid(county, people, name=f"申报{number}")
    client = sign_in(people.office)
    client.get("/funding/")
    with django_assert_max_num_queries(9):
        client.get("/funding/")
