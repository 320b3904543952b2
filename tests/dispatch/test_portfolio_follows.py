"""Dispatch, sponsorships and a leader's home follow the portfolio on the day that it passes to another post."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.db.models import F

from core.due import due_items
from dispatch.home.reds import as_what
from dispatch.problems import services as problems
from dispatch.problems.recipients import of_level
from dispatch.problems.rules import Level
from jobs.heartbeat import tick
from organization.people.models import Post, Role
from organization.portfolios import services as portfolios
from outbox.models import Notice
from projects.models import Project, Sponsor
from projects.page.history import of_sponsors
from projects.registry import services as registry
from projects.registry import succession
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of
from tests.support.times import at

pytestmark = pytest.mark.django_db
TODAY, THE_14TH, THE_15TH = date(2026, 6, 10), date(2026, 6, 14), date(2026, 6, 15)
RUNG = Level(code="leader", label="分管县领导", role=Role.LEADER)


def give(post: Post, by, *, county, units=(), sectors=(), on=date(2026, 1, 1), now=NOW, alone=True):
    places = [unit_of(county, code) for code in units]
    told = {"by": by, "now": now, "reason": "分工调整", "alone": alone}
    return portfolios.change_portfolio(post, sectors=sectors, units=places, on=on, **told)


@pytest.fixture
def posts(county, people):
    """Leader 01 has 县住建局 and industry, and 02 has them from the 15th on."""
    one, two = Post.objects.get(title="县领导01"), Post.objects.get(title="县领导02")
    give(one, people.office, county=county, units=["zhujian"], sectors=["industry"])
    give(two, people.office, county=county, units=["zhujian"], sectors=["industry"], on=THE_15TH)
    return one, two


def raised(project, owner, county, people, title="用地没有批下来"):
    return problems.raise_problem(
        project, title=title, category="land", owner_unit=unit_of(county, owner), by=people.officer, on=TODAY, now=NOW
    )


def test_the_leaders_rung_is_who_answers_for_the_owner_else_the_sector_on_that_day(county, people, posts):
    plain, industry = make_project(county), make_project(county, name="纤维厂", sector="industry")
    by_owner = raised(plain, "zhujian", county, people)
    by_sector = raised(industry, "dongguan", county, people)
    nobodys = raised(plain, "dongguan", county, people, "道路不通")
    for problem in (by_owner, by_sector):
        assert of_level(RUNG, problem, THE_14TH) == [people.leader]
        assert of_level(RUNG, problem, THE_15TH) == [people.other_leader]
    assert of_level(RUNG, nobodys, THE_15TH) == [people.leader, people.other_leader], "nobody's: all leaders"
    Sponsor.objects.create(project=plain, post=posts[0])
    assert of_level(RUNG, by_owner, THE_15TH) == [people.leader], "who sponsors the project comes first"
    Sponsor.objects.all().delete()
    Post.objects.filter(title="县领导02").update(holder=None)
    assert of_level(RUNG, by_owner, THE_15TH) == [people.leader], "a vacant post leaves it to all leaders"


def test_a_problem_that_climbs_is_told_to_and_due_of_the_leader_of_that_day(county, people, posts):
    problem = raised(make_project(county), "zhujian", county, people)
    now = at("2026-07-06 09:00")
    tick(now)
    problem.refresh_from_db()
    assert problem.level == 2
    told = Notice.objects.filter(kind="problem_escalated", person__in=[people.leader, people.other_leader])
    assert set(told.values_list("person__username", flat=True)) == {"other_leader"}

    def asked(person, moment):
        return [item.kind for item in due_items(county, moment, person=person) if item.kind == "problem_level"]

    assert (asked(people.leader, now), asked(people.other_leader, now)) == ([], ["problem_level"])
    before = at("2026-06-14 09:00")
    assert (asked(people.leader, before), asked(people.other_leader, before)) == (["problem_level"], [])


def test_sponsorships_by_portfolio_follow_on_the_fifteenth_and_those_set_by_hand_stay(county, people, posts):
    one, two = posts
    ours = make_project(county, name="管网", lead_unit="zhujian")
    by_hand = make_project(county, name="小学", lead_unit="zhujian")
    elsewhere = make_project(county, name="粮库", lead_unit="dongguan")
    finished = make_project(county, name="旧路", lead_unit="zhujian", state="withdrawn", state_reason="撤销")
    both = make_project(county, name="公园", lead_unit="zhujian")
    for project in (ours, elsewhere, finished):
        registry.set_sponsors(project, [one], by=people.office, now=NOW, by_portfolio=[one])
    registry.set_sponsors(by_hand, [one], by=people.office, now=NOW)
    registry.set_sponsors(both, [one, two], by=people.office, now=NOW, by_portfolio=[one])

    def sponsors():
        return {p.name: list(p.sponsors.values_list("post__title", flat=True)) for p in Project.objects.all()}

    before = sponsors()
    tick(at("2026-06-14 23:50"))
    assert sponsors() == before
    signed = make_report(by_hand, "2026-05", status="approved")
    morning = at("2026-06-15 00:10")
    assert not tick(morning).failures
    moved = {"管网": ["县领导02"], "公园": ["县领导02"]}
    assert sponsors() == before | moved, "set by hand, nobody's and withdrawn ones stay"
    row = ours.sponsors.get().history.order_by("-history_id").first()
    assert (row.history_user, row.history_date) == (None, morning)
    words = [r.text for r in of_sponsors(list(Sponsor.history.filter(project=ours.pk).order_by("-history_id")), {
        ("post", one.pk): "县领导01", ("post", two.pk): "县领导02"})]  # fmt: skip
    assert words[0].index("县领导01") < words[0].index("县领导02")
    notice = Notice.objects.get(kind="sponsorships_came")
    assert (notice.person, "管网" in notice.body, "小学" in notice.body) == (people.other_leader, True, False)
    rows = Sponsor.history.count()
    tick(morning + timedelta(minutes=5))
    assert Sponsor.history.count() == rows, "again does nothing"
    signed.refresh_from_db()
    assert signed.status == "approved"


def test_a_project_that_changes_hands_follows_too(county, people, posts):
    project = make_project(county, lead_unit="dongguan", sector="industry")
    registry.set_sponsors(project, [posts[0]], by=people.office, now=NOW, by_portfolio=[posts[0]])
    Project.objects.filter(pk=project.pk).update(sector="water")
    assert succession.follow_portfolios(county, now=at("2026-06-20 09:00")) == 0, "nobody answers for it: it stays"
    Project.objects.filter(pk=project.pk).update(sector="industry")
    assert succession.follow_portfolios(county, now=at("2026-06-14 09:00")) == 0
    assert succession.follow_portfolios(county, now=at("2026-06-20 09:00")) == 1


def test_the_projects_of_a_portfolio_are_what_its_leader_answers_for(county, people, posts):
    unit = make_project(county, name="管网", lead_unit="zhujian")
    sector = make_project(county, name="纤维厂", lead_unit="dongguan", sector="industry")
    make_project(county, name="粮库", lead_unit="dongguan")
    give(posts[1], people.office, county=county, units=["zhujian", "kaifaqu"], sectors=["industry"], on=THE_15TH)
    special = make_project(county, name="园区厂房", lead_unit="kaifaqu", sector="industry")

    def mine(person, on):
        return set(Project.objects.in_portfolio_of(person, on))

    assert mine(people.leader, THE_14TH) == {unit, sector, special}
    assert mine(people.other_leader, THE_14TH) == mine(people.leader, THE_15TH) == set()
    assert mine(people.other_leader, THE_15TH) == {unit, sector, special}
    give(posts[0], people.office, county=county, units=["kaifaqu"], on=THE_15TH)
    assert mine(people.leader, THE_15TH) == {special}, "a unit's leader comes before the sector's"
    assert mine(people.other_leader, THE_15TH) == {unit, sector}
    assert mine(people.officer, THE_15TH) == set()


@pytest.mark.parametrize(("day", "who"), [("2026-06-14", "leader"), ("2026-06-15", "other_leader")])
def test_home_and_list_show_sponsored_and_portfolio_apart(county, people, posts, sign_in, day, who):
    person = getattr(people, who)
    own = Post.objects.get(holder=person)
    for name, unit, sponsor in (("管网", "zhujian", None), ("粮库", "dongguan", own), ("公园", "zhujian", own)):
        project = make_project(
            county, name=name, lead_unit=unit, plan=10_000 * WAN, stage="started", sponsor=sponsor
        )  # fmt: skip
        make_report(project, "2026-04", works=WAN)
    with time_machine.travel(at(f"{day} 10:00"), tick=False):
        page = sign_in(person).get("/")
        lines = {one.project.name: one.as_what for one in page.context["red"].shown}
        assert lines == {"管网": "分管", "粮库": "包联", "公园": "包联、分管"}
        assert (page.context["mine"], page.context["in_portfolio"], page.context["sponsored"]) == (3, 2, 2)
        assert "分管 2" in page.text
        client = sign_in(person)
        named = {
            query: {name for name in ("管网", "粮库", "公园") if name in client.get(f"/projects/?{query}").text}
            for query in ("portfolio=mine", "sponsor=mine", "answers=mine", f"beside={own.pk}")
        }
    assert named == {
        "portfolio=mine": {"管网", "公园"},
        "sponsor=mine": {"粮库", "公园"},
        "answers=mine": {"管网", "粮库", "公园"},
        f"beside={own.pk}": {"粮库"},
    }
    assert as_what(False, False) == ""


def test_the_page_of_a_project_offers_who_answers_for_it(county, people, posts, sign_in):
    project = make_project(county, lead_unit="zhujian")
    client, address = sign_in(people.office), f"/projects/{project.pk}/sponsors/"
    with time_machine.travel(NOW, tick=False):
        form = client.get(address).context["form"]
        assert (form.initial["first"], form.initial["follows"]) == (posts[0].pk, True)
        client.post(address, {"first": posts[0].pk, "others": [posts[1].pk], "follows": "on", "version": 0})
        rows = set(project.sponsors.values_list("post__title", "by_portfolio"))
        assert rows == {("县领导01", True), ("县领导02", False)}
        assert "按分管" in client.get(f"/projects/{project.pk}/").text
        seen = client.get(address).context["form"]["version"].value()
        client.post(address, {"first": posts[0].pk, "others": [posts[1].pk], "version": seen})
    assert not project.sponsors.filter(by_portfolio=True).exists(), "set by hand from now on"
    assert project.sponsors.order_by(F("position")).first().post == posts[0]


def test_what_follows_is_counted_before_it_is_done(county, people, posts, sign_in):
    make_project(county, name="小学", lead_unit="zhujian")
    ours = make_project(county, name="管网", lead_unit="zhujian")
    registry.set_sponsors(ours, [posts[0]], by=people.office, now=NOW, by_portfolio=[posts[0]])
    raised(make_project(county, name="粮库", lead_unit="dongguan"), "zhujian", county, people)
    with time_machine.travel(at("2026-06-16 10:00"), tick=False):
        shown = sign_in(people.admin).post(
            f"/organization/portfolios/{posts[1].pk}/change/",
            {"version": portfolios.seen_of(posts[1]), "units": [unit_of(county, "zhujian").pk],
             "alone": "on", "on": "2026-06-20", "reason": "分工"},
        ).context["preview"]  # fmt: skip
    counts = {str(one.label): one.number for one in shown.hanging}
    assert counts == {"分管范围内的项目": 2, "其中还没有包联领导的": 1, "随分管转来的包联": 1}
