"""Leads in the browser: list with the seven modes, form, steps, landing, the part on a project's page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from investment.leads import services
from investment.models import Lead, LeadStage, Mode
from organization.people.models import User
from organization.units.models import Unit
from projects.models import Project
from tests.investment.leads.test_leads import ON, OPENING, advance, make_lead, make_signed
from tests.support.factories import NOW, make_project, unit_of
from tests.support.people import People
from tests.support.shown import send

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def form(county: Unit, **facts: Any) -> dict[str, Any]:
    given = {
        "name": "人参深加工", "investor": "某药业", "mode": "chain", "squad": unit_of(county, "gongxin").pk,
        "found_on": "2026-01-05", "investment": "5亿", "contact": "招商总监",
    }  # fmt: skip
    return given | facts


@pytest.mark.requirement("I01")
def test_a_lead_is_put_on_file_moved_and_landed_by_plain_forms(county: Unit, people: People, sign_in: SignIn) -> None:
    client = sign_in(people.investment)
    days = {"intent_on": "2026-02-01", "argued_on": "2026-03-01", "signed_on": "2026-04-01"}
    answer = client.post("/investment/new/", form(county, landing_unit=unit_of(county, "xicheng").pk, **days))
    lead = Lead.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/investment/{lead.pk}/")
    assert lead.investment == 500_000_000
    for version, stage in enumerate(("lead", "talks", "intent", "argued"), start=1):
        sent = {"expect": stage, "version": version, "on": "2026-05-01"}
        assert client.post(f"/investment/{lead.pk}/step/", sent).status_code == 303
    officer = sign_in(people.officer)
    for _click in range(2):
        answer = officer.post(f"/investment/{lead.pk}/land/", {"expect": "signed", "version": 5, "on": "2026-05-02"})
        assert answer.status_code == 303
    project = Project.objects.get()
    assert f"/projects/{project.pk}/" in officer.get(f"/investment/{lead.pk}/").content.decode()


@pytest.mark.requirement("I01", "P01")
def test_a_lead_that_seems_to_be_on_file_already_lands_with_a_reason_only(
    county: Unit, people: People, sign_in: SignIn
) -> None:
    lead = make_signed(county, people.investment, landing_unit="xicheng")
    kept = make_project(county, name=lead.name)
    client = sign_in(people.officer)
    sent = {"expect": "signed", "version": lead.version, "on": "2026-05-02"}
    answer = client.post(f"/investment/{lead.pk}/land/", sent)
    page = answer.content.decode()
    assert (answer.status_code, Project.objects.count()) == (422, 1)
    for shown in (f'<a href="/projects/{kept.pk}/">', f'name="seen" value="{kept.pk}"', 'name="reason"'):
        assert shown in page
    again = sent | {"reason": "二期", "seen": str(kept.pk)}
    assert client.post(f"/investment/{lead.pk}/land/", again).status_code == 303
    assert Project.objects.latest("pk").history.get().history_change_reason.endswith("二期")


@pytest.mark.requirement("I01")
def test_both_know_each_other(county: Unit, people: People, sign_in: SignIn) -> None:
    lead = make_signed(county, people.investment, landing_unit="xicheng")
    project = services.land(lead, by=people.officer, on=ON, now=NOW)
    client = sign_in(people.officer)
    part = client.get(f"/investment/projects/{project.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert f"/investment/{lead.pk}/" in part
    assert "<html" not in part
    other = make_project(county, name="别的")
    assert (
        "/investment/"
        not in client.get(f"/investment/projects/{other.pk}/", headers={"HX-Request": "true"}).content.decode()
    )
    assert sign_in(people.other_officer).get(f"/investment/projects/{project.pk}/").status_code == 404


@pytest.mark.requirement("I02")
def test_the_list_counts_by_the_seven_modes(county: Unit, people: People, sign_in: SignIn) -> None:
    make_lead(county, people.office, mode=Mode.CHAIN)
    make_signed(county, people.office, mode=Mode.CHAIN)
    make_lead(county, people.office, mode=Mode.FUND)
    lost = make_lead(county, people.office, mode=Mode.CONTEST)
    services.lose(lost, by=people.office, on=ON, now=NOW, reason="放弃")
    shown = sign_in(people.leader).get("/investment/").context["listing"].figures
    modes = {}
    for figure in shown:
        mode, active = re.findall(r"=(\w+)", figure.href)
        modes[mode] = (figure.value, int(re.sub(r"\D", "", figure.said)))
        opened = sign_in(people.leader).get("/investment/" + figure.href.partition("/investment/")[2])
        assert (active, opened.context["listing"].count) == ("active", figure.value)  # what is counted is what opens
    assert modes == {
        "chain": (2, 1), "squad": (0, 0), "enterprise": (0, 0), "platform": (0, 0), "fund": (1, 0),
        "enclave": (0, 0), "contest": (0, 0),
    }  # fmt: skip


def test_the_list_is_narrowed_and_exported_as_shown(county: Unit, people: People, sign_in: SignIn) -> None:
    make_lead(county, people.office, name="甲", squad=unit_of(county, "kaifaqu"))
    make_lead(county, people.office, name="乙", mode=Mode.FUND, investor="丁公司")
    client = sign_in(people.office)
    for query, names in {
        "mode=fund": {"乙"},
        f"squad={unit_of(county, 'kaifaqu').pk}": {"甲"},
        "q=丁公司": {"乙"},
        "state=lost": set(),
        "stage=lead": {"甲", "乙"},
    }.items():
        listing = client.get(f"/investment/?{query}").context["listing"]
        assert {row["name"] for row in (listing.rows() if listing.count else [])} == names
    answer: Any = client.get("/investment/export.xlsx?mode=fund")
    content = b"".join(answer.streaming_content)
    names = {row[1] for row in load_workbook(BytesIO(content)).active.iter_rows(values_only=True)}
    assert "乙" in names
    assert "甲" not in names


def test_a_blocked_step_and_a_wrong_form_keep_what_was_typed(county: Unit, people: People, sign_in: SignIn) -> None:
    client = sign_in(people.investment)
    answer = client.post("/investment/new/", form(county, investment="许多", remark="不要丢"))
    assert (answer.status_code, "不要丢" in answer.content.decode()) == (422, True)
    lead = make_lead(county, people.investment)
    assert (
        client.post(f"/investment/{lead.pk}/step/", {"expect": "lead", "version": 1, "on": "2026-05-01"}).status_code
        == 422
    )
    assert client.post(f"/investment/{lead.pk}/step/", {"expect": "lead", "version": 1, "on": ""}).status_code == 422
    lead.refresh_from_db()
    assert lead.stage == LeadStage.LEAD


def test_lost_and_taken_up_again_by_plain_forms(county: Unit, people: People, sign_in: SignIn) -> None:
    lead = make_lead(county, people.investment)
    client = sign_in(people.squad)
    assert send(client, f"/investment/{lead.pk}/lose/", {"on": "2026-05-01", "reason": ""}).status_code == 422
    assert send(client, f"/investment/{lead.pk}/lose/", {"on": "2026-05-01", "reason": "外迁"}).status_code == 303
    assert "外迁" in client.get(f"/investment/{lead.pk}/").content.decode()
    assert send(client, f"/investment/{lead.pk}/resume/", {"on": "2026-05-02", "reason": "又谈"}).status_code == 303


def test_rights_of_pages(county: Unit, people: People, sign_in: SignIn) -> None:
    lead = make_signed(county, people.investment)
    for path in (f"/investment/{lead.pk}/", f"/investment/{lead.pk}/edit/", f"/investment/{lead.pk}/lose/"):
        assert sign_in(people.other_officer).get(path).status_code == 404
    leader = sign_in(people.leader)
    assert leader.get(f"/investment/{lead.pk}/").status_code == 200
    assert leader.get(f"/investment/{lead.pk}/edit/").status_code == 403
    assert leader.get("/investment/new/").status_code == 403
    answer = sign_in(people.squad).post(
        f"/investment/{lead.pk}/land/", {"expect": "signed", "version": lead.version, "on": "2026-05-02"}
    )
    assert answer.status_code == 422
    assert not Project.objects.exists()


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_costs_the_same_for_many(
    county: Unit, people: People, sign_in: SignIn, count: int, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for number in range(count):
        make_lead(county, people.office, name=f"线索{number}", contact=OPENING["contact"])
    assert advance(Lead.objects.first(), LeadStage.TALKS, people.office, date(2026, 5, 1))
    client = sign_in(people.office)
    client.get("/investment/")
    with django_assert_max_num_queries(9):
        client.get("/investment/")
