"""What came up on a visit or with a lead is raised from there: its words are carried over, both link to each other."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from dispatch.models import Problem
from investment.models import Lead, Mode
from projects.models import Visit
from projects.sponsorship.models import Kind, Side
from tests.support.factories import NOW, make_project, unit_of

pytestmark = [pytest.mark.requirement("D06"), pytest.mark.django_db]
NEW = "/dispatch/problems/new/"


@pytest.fixture
def visit(county, people) -> Visit:
    told: dict[str, Any] = {"side": Side.LEADER, "kind": Kind.VISIT, "by": people.leader, "at": NOW}
    return Visit.objects.create(
        project=make_project(county, name="粮库"), post=people.leader.current_posts[0], on=date(2026, 6, 2),
        settled="高压线迁改方案没有定。请电力部门一周内拿出方案", **told,
    )  # fmt: skip


@pytest.fixture
def lead(county) -> Lead:
    told: dict[str, Any] = {"name": "纤维厂", "investor": "某公司", "mode": Mode.CHAIN, "found_on": date(2026, 3, 1)}
    squad = unit_of(county, "gongxin")
    project = make_project(county, name="纤维厂一期")
    return Lead.objects.create(county=county, squad=squad, project=project, remark="厂房用电容量不够；要增容", **told)


@pytest.mark.parametrize("person", ["officer", "leader", "office"])
def test_the_words_of_a_visit_are_carried_over(visit, people, sign_in, person) -> None:
    client = sign_in(getattr(people, person))
    address = f"{NEW}?visit={visit.pk}"
    initial = client.get(address).context["form"].initial
    assert (initial["project"], initial["source"]) == (visit.project_id, "visit")
    assert (initial["title"], initial["detail"]) == ("高压线迁改方案没有定", visit.settled)
    client.post(address, initial | {"category": "utilities"})
    made = Problem.objects.get()
    assert (made.visit, made.source, made.detail) == (visit, "visit", visit.settled)
    page = client.get(reverse("dispatch:problem", args=[made.pk])).content.decode()
    assert f"#v{visit.pk}" in page
    there = client.get(reverse("projects:project_sponsorship", args=[visit.project_id])).content.decode()
    assert f"{reverse('dispatch:problem_list')}?visit={visit.pk}" in there
    listed = client.get(f"{reverse('dispatch:problem_list')}?visit={visit.pk}").content.decode()
    assert made.title in listed


def test_those_of_a_lead_too(lead, people, sign_in) -> None:
    client = sign_in(people.office)
    address = f"{NEW}?lead={lead.pk}"
    assert address in client.get(f"/investment/{lead.pk}/").content.decode()
    initial = client.get(address).context["form"].initial
    assert (initial["project"], initial["title"]) == (lead.project_id, "厂房用电容量不够")
    client.post(address, initial | {"category": "utilities"})
    made = Problem.objects.get()
    assert made.lead == lead
    assert f"/investment/{lead.pk}/" in client.get(reverse("dispatch:problem", args=[made.pk])).content.decode()
    assert f"?lead={lead.pk}" in client.get(f"/investment/{lead.pk}/").content.decode()


def test_what_one_does_not_see_or_was_withdrawn_says_nothing(visit, lead, people, sign_in) -> None:
    Visit.objects.filter(pk=visit.pk).update(withdrawn_at=NOW, withdrawn_why="误登", withdrawn_by=people.leader)
    assert "title" not in sign_in(people.office).get(f"{NEW}?visit={visit.pk}").context["form"].initial
    assert "title" not in sign_in(people.other_officer).get(f"{NEW}?lead={lead.pk}").context["form"].initial
    assert sign_in(people.office).get(f"{NEW}?visit=x&lead=99999999999999999999").status_code == 200
