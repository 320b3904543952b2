"""Before a post is vacated one sees what hangs on it, on its holder, and on a unit where nobody else works."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.affected import affected
from dispatch.problems import services as problems
from dispatch.problems.rules import Level, ProblemRules
from funding.models import Bid, BidState, Channel
from investment.models import Lead, Mode
from organization.profiles.rules import default_rules
from organization.units.models import Unit
from projects.models import Project, Sponsor
from tests.support.factories import make_project, unit_of


@pytest.fixture
def busy(county, people, now) -> Unit:
    """A township with one of everything, and a leader who sponsors."""
    town = unit_of(county, "xicheng")
    project = make_project(county, name="粮库", lead_unit=town)
    make_project(county, name="厂房", lead_unit=unit_of(county, "dongguan")).cooperating_units.add(town)
    make_project(county, name="旧项目", lead_unit=town, state="withdrawn", state_reason="不建了")
    Sponsor.objects.create(project=project, post=people.leader.current_posts[0])
    problems.raise_problem(project, title="用地", owner_unit=town, by=people.office, on=now.date(), now=now)
    for state in (BidState.ACTIVE, BidState.FAILED):
        Bid.objects.create(county=county, unit=town, name="堤防", channel=Channel.SPECIAL_BOND, year=2026, state=state)
    Lead.objects.create(county=county, squad=town, name="冷链", investor="客商", mode=Mode.CHAIN, found_on=now.date())
    return town


def test_what_hangs_on_a_unit_a_post_and_a_person(busy, people, now, monkeypatch):
    def numbers(thing):
        return {str(one.label): one.number for one in affected(thing, now)}

    assert numbers(busy) == {
        "该单位牵头的项目": 1,
        "该单位配合的项目": 1,
        "该单位承办的在办问题": 1,
        "该单位正在申报的资金项目": 1,
        "该单位跟踪的招商线索": 1,
    }
    post = people.leader.current_posts[0]
    assert numbers(post) == {"该岗位包联的项目": 1}
    ladder = ProblemRules(ladder=(Level("a", "县政府", post=post.title),))
    rules = default_rules()
    monkeypatch.setattr(
        "dispatch.problems.affected.rules_of", lambda county: type(rules)("x", 1, {ProblemRules: ladder})
    )
    assert numbers(post) == {"该岗位包联的项目": 1, "问题提级只到该岗位的层级": 1}
    assert numbers(people.officer)["此人当前待办事项"] >= 1
    assert numbers(people.reader) == {}


def test_a_post_is_vacated_after_a_look_at_what_hangs_on_it(client, busy, people):
    client.force_login(people.admin, backend="django.contrib.auth.backends.ModelBackend")
    post = people.officer.current_posts[0]
    address = reverse("organization:vacate", args=[post.pk])
    assert "该单位牵头的项目" not in client.get(address).content.decode(), "the head of the township is still there"
    post.refresh_from_db()
    assert post.holder == people.officer
    people.unit_head.posts.update(holder=None)
    assert "该单位牵头的项目" in client.get(address).content.decode()
    client.post(address)
    post.refresh_from_db()
    assert post.holder is None
    assert Project.objects.filter(lead_unit=busy).exists()
