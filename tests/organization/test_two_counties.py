"""Who holds posts in two counties has in each the rights of the posts there, and of no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from core.days.periods import Period
from core.due import due_items
from core.refusals import Refused
from dispatch.bulletins import permissions as bulletin_permissions
from dispatch.bulletins.services import draft_bulletin
from dispatch.models import Bulletin, Problem, RankingSnapshot
from dispatch.problems import permissions
from dispatch.problems.services import raise_problem
from dispatch.rounds.permissions import can_close_round, can_fill_week
from dispatch.standings.permissions import can_publish_ranking
from dispatch.standings.services import correct_ranking, publish_ranking, ranking_version
from funding.bids import permissions as funding
from funding.bids.services import create_bid, edit_bid
from funding.models import Bid, Channel
from investment.leads import permissions as investment
from investment.leads.services import create_lead, edit_lead
from investment.models import Lead, Mode
from jobs.permissions import can_see_jobs
from organization import permissions as organization
from organization.people import recipients
from organization.people.models import Post, Role, User
from organization.permissions import can_share_view
from organization.units.models import Unit
from projects.ledger.permissions import can_import
from projects.lifecycle import services as lifecycle
from projects.lifecycle.permissions import can_advance, can_send_back, can_suspend, can_waive
from projects.models import Project
from projects.plans.services import set_plan
from projects.registry import permissions as registry
from projects.registry import services as registering
from projects.reports import permissions as reporting
from projects.reports import services as reports
from projects.reports.closing import close_month
from tests.support.factories import NOW, make_project, make_report, unit_of
from tests.support.people import make_county, make_people

pytestmark = pytest.mark.django_db
MAY, APRIL, TODAY = Period.month(2026, 5), Period.month(2026, 4), date(2026, 6, 10)
EVERYTHING = (Role.OFFICE, Role.LEADER, Role.STATISTICS, Role.FINANCE, Role.INVESTMENT, Role.ADMIN, Role.UNIT_HEAD)


def published(at: SimpleNamespace, who: User | None) -> RankingSnapshot:
    seen = ranking_version(at.county, MAY)
    return publish_ranking(at.county, MAY, by=who, now=NOW, version=seen, unfinished="没有开轮次")


def things(county: Unit, prefix: str) -> SimpleNamespace:
    """What there is in *county*, all of it the unit Xicheng's."""
    people = make_people(county, prefix)
    project = make_project(county, stage="started", plan=30_000_000, name=f"{county}的项目", sponsor="县领导01")
    unit = project.lead_unit
    bulletin = draft_bulletin(county, "monthly", MAY, now=NOW, unfinished="两个县")
    bulletin.status, bulletin.submitted_by = Bulletin.Status.SIGNING, people.office
    bulletin.save()
    shared = {"county": county, "project": project, "raised_on": TODAY, "owner_unit": unit, "due_on": TODAY}
    shared |= {"raised_by": people.officer, "raised_unit": unit, "category": "land", "title": "用地"}
    return SimpleNamespace(
        county=county,
        people=people,
        unit=unit,
        project=project,
        report=make_report(project, "2026-05", works=1_000_000, status="submitted"),
        accepted=make_report(project, "2026-04", works=1_000_000),
        bulletin=bulletin,
        published=Bulletin(county=county, status=Bulletin.Status.PUBLISHED, period="2026-04"),
        problem=Problem.objects.create(**shared, key=f"{prefix}1", placed_on=TODAY),
        answered=Problem.objects.create(**shared, key=f"{prefix}2", status=Problem.Status.ANSWERED),
        bid=Bid.objects.create(county=county, unit=unit, name="水厂", channel=Channel.SPECIAL_BOND, year=2026),
        lead=Lead.objects.create(
            county=county, name="纤维厂", investor="某公司", mode=Mode.CHAIN, squad=unit, landing_unit=unit,
            found_on=TODAY,
        ),
    )  # fmt: skip


@pytest.fixture
def here(county: Unit) -> SimpleNamespace:
    return things(county, "")


@pytest.fixture
def there() -> SimpleNamespace:
    return things(make_county("linxian", "邻县"), "there-")


@pytest.fixture
def both(here: SimpleNamespace, there: SimpleNamespace) -> User:
    """An officer of another unit *here*, whose second posts are all there are *there*."""
    user = User.objects.create(username="both", name="两县任职")
    Post.objects.create(unit=unit_of(here.county, "dongguan"), title="兼职专员", role=Role.OFFICER, holder=user)
    for role in EVERYTHING:
        Post.objects.create(unit=there.unit, title=f"兼{role.label}", role=role, holder=user, position=9)
    post = Post.objects.get(unit=there.unit, role=Role.LEADER, holder=user)
    there.project.sponsors.create(post=post, position=2)
    assert user.county == here.county
    return user


PERMISSIONS: dict[str, Callable[[User, SimpleNamespace], Any]] = {
    "manage people": lambda who, at: organization.can_manage_people(who, at.county),
    "reset a password": lambda who, at: organization.can_reset_password(who, at.people.reader),
    "see the whole county": lambda who, at: organization.sees_whole_county(who, at.county),
    "be the office": lambda who, at: who.is_office_of(at.county) and who.is_office_of(at.county.pk),
    "edit a project": lambda who, at: registry.can_edit_project(who, at.project),
    "let pass": lambda who, at: can_waive(who, at.project),
    "send back": lambda who, at: can_send_back(who, at.project),
    "suspend": lambda who, at: can_suspend(who, at.project),
    "set sponsors": lambda who, at: registry.can_set_sponsors(who, at.project),
    "hand to another unit": lambda who, at: registry.can_change_lead_unit(who, at.project),
    "enter into statistics": lambda who, at: can_advance(who, at.project, "entered"),
    "share a view": lambda who, at: can_share_view(who, at.county),
    "import": lambda who, at: can_import(who, at.county),
    "fill a report": lambda who, at: reporting.can_fill_report(who, at.project),
    "fill statistics": lambda who, at: reporting.can_fill_statistics(who, at.project),
    "fill the grid": lambda who, at: reporting.can_fill_for(who, at.unit),
    "approve": lambda who, at: reporting.can_approve_report(who, at.report),
    "accept": lambda who, at: reporting.can_review_report(who, at.report),
    "give a report back": lambda who, at: reporting.can_return_report(who, at.report),
    "close a month": lambda who, at: reporting.can_close_month(who, at.county),
    "reopen a month": lambda who, at: reporting.can_reopen_month(who, at.county),
    "draft a bulletin": lambda who, at: bulletin_permissions.can_draft_bulletin(who, at.county),
    "sign a bulletin": lambda who, at: bulletin_permissions.can_sign_bulletin(who, at.bulletin, on=NOW.date()),
    "correct a bulletin": lambda who, at: bulletin_permissions.can_correct_bulletin(who, at.published),
    "see drafts": lambda who, at: bulletin_permissions.can_see_drafts(who, at.county),
    "answer a problem": lambda who, at: permissions.can_answer(who, at.problem),
    "note on a problem": lambda who, at: permissions.can_note(who, at.problem),
    "assign a problem": lambda who, at: permissions.can_assign(who, at.problem),
    "reject a result": lambda who, at: permissions.can_reject(who, at.answered),
    "close a problem": lambda who, at: permissions.can_close(who, at.answered),
    "fill the week": lambda who, at: can_fill_week(who, at.unit),
    "close a round": lambda who, at: can_close_round(who, at.county),
    "see jobs": lambda who, at: can_see_jobs(who, at.county),
    "publish a ranking": lambda who, at: can_publish_ranking(who, at.county),
    "add a bid": lambda who, at: funding.can_add_bid(who, at.county, at.unit),
    "edit a bid": lambda who, at: funding.can_edit_bid(who, at.bid),
    "add a lead": lambda who, at: investment.can_add_lead(who, at.county, at.unit),
    "edit a lead": lambda who, at: investment.can_edit_lead(who, at.lead),
    "land a lead": lambda who, at: investment.can_land(who, at.lead),
}


def test_a_post_gives_rights_in_its_own_county_only(both: User, here: SimpleNamespace, there: SimpleNamespace) -> None:
    for name, may in PERMISSIONS.items():
        assert (bool(may(both, here)), bool(may(both, there))) == (False, True), name


def suspended(project: Project) -> Project:
    project.state, project.state_reason = "suspended", "停工"
    project.save()
    return project


SERVICES: dict[str, Callable[[User, SimpleNamespace], Any]] = {
    "register at a later stage": lambda who, at: registering.register(
        county=at.county, by=who, now=NOW, stage="reserve", name="新项目", lead_unit=unit_of(at.county, "dongguan")
    ),
    "edit": lambda who, at: registering.edit(at.project, by=who, now=NOW, name="改名"),
    "plan": lambda who, at: set_plan(at.project, 2027, by=who, now=NOW, investment=1),
    "sponsors": lambda who, at: registering.set_sponsors(at.project, [], by=who, now=NOW),
    "suspend": lambda who, at: lifecycle.suspend(at.project, by=who, on=TODAY, now=NOW, reason="停工"),
    "take up again": lambda who, at: lifecycle.resume(suspended(at.project), by=who, on=TODAY, now=NOW),
    "correct an accepted report": lambda who, at: reports.save(
        at.project, APRIL, by=who, now=NOW, reason="更正", progress="更正"
    ),
    "accept": lambda who, at: reports.accept(at.report, by=who, now=NOW, reason="已电话确认"),
    "approve": lambda who, at: reports.approve(at.report, by=who, now=NOW),
    "give back": lambda who, at: reports.give_back(at.report, by=who, now=NOW, reason="补充"),
    "close a month": lambda who, at: close_month(at.county, MAY, by=who, now=NOW),
    "publish a ranking": lambda who, at: published(at, who),
    "correct a ranking": lambda who, at: correct_ranking(
        published(at, None), by=who, now=NOW, note="更正", version=published(at, None).version
    ),
    "add a bid": lambda who, at: create_bid(
        county=at.county, by=who, now=NOW, name="管网", unit=at.unit, channel=Channel.SPECIAL_BOND, year=2026
    ),
    "edit a bid": lambda who, at: edit_bid(at.bid, by=who, now=NOW, name="改名"),
    "add a lead": lambda who, at: create_lead(
        county=at.county, by=who, now=NOW, name="药厂", investor="某公司", mode=Mode.CHAIN, squad=at.unit,
        found_on=TODAY,
    ),
    "edit a lead": lambda who, at: edit_lead(at.lead, by=who, now=NOW, name="改名"),
}  # fmt: skip


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_asks_for_the_role_of_its_county(
    name: str, both: User, here: SimpleNamespace, there: SimpleNamespace
) -> None:
    with pytest.raises(Refused):
        SERVICES[name](both, here)
    SERVICES[name](both, there)


def test_what_is_seen_due_and_in_the_menu_is_that_of_the_posts_here(
    both: User, here: SimpleNamespace, there: SimpleNamespace
) -> None:
    for model in (Project, Problem, Bid, Lead, Bulletin):
        assert not model.objects.visible_to(both).exists(), model
    assert not Project.objects.editable_by(both).exists()
    assert both.role_codes == {Role.OFFICER}
    assert not {item.kind for item in due_items(here.county, NOW, person=both)}
    kinds = {item.kind for item in due_items(there.county, NOW, person=both)}
    assert {"report_review", "report_approve", "bulletin_sign", "problem_answer", "problem_confirm"} <= kinds
    assert both not in recipients.office(here.county)
    assert both in recipients.office(there.county)


def test_a_problem_is_raised_for_ones_unit_in_the_projects_county(both: User, there: SimpleNamespace) -> None:
    problem = raise_problem(there.project, title="用电", by=both, on=TODAY, now=NOW)
    assert problem.raised_unit == there.unit


def test_a_project_has_its_lead_unit_in_its_own_county(here: SimpleNamespace, there: SimpleNamespace) -> None:
    with pytest.raises(Refused) as refused:
        registering.register(county=here.county, by=here.people.office, now=NOW, name="新", lead_unit=there.unit)
    assert "lead_unit" in str(vars(refused.value))
