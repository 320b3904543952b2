"""What happens to people and their projects is told to them, in the transaction in which it happens."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from core.days.periods import Period
from core.told import tell, told
from dispatch.campaigns.giving import services as giving
from dispatch.campaigns.handling import services as tasks
from dispatch.instructions import services as instructions
from dispatch.models import Bulletin, CalendarAct, Round, RoundRow
from dispatch.replies import services as replies
from dispatch.rounds import services as rounds
from organization.absences import services as absences
from organization.changes import services as changes
from organization.handovers import services as handovers
from organization.handovers.models import PostChange
from organization.people import services as accounts
from organization.people.models import Post, Role
from organization.portfolios import services as portfolios
from organization.sign_in import services as second_factor
from organization.units.models import Unit
from outbox.models import Delivery, Notice
from projects.approvals import services as approvals
from projects.approvals.models import ApprovalItem
from projects.choices import ReportStatus
from projects.entries import services as entries
from projects.many import services as many
from projects.many.rows import stamps, versions
from projects.milestones import services as milestones
from projects.models import Approval, Sponsor
from projects.registry import services as registry
from projects.registry import succession
from projects.reports import services as reports
from projects.sponsorship.services import record_visit, send_report
from projects.supervision.services import answer_supervision, note_supervision
from projects.turn.services import agree_turn, ask_again, put_in_force
from tests.support import plans as turns
from tests.support.campaigns import make_campaign, make_task
from tests.support.factories import NOW, make_project, make_report, make_schedule, unit_of, with_authority

pytestmark = pytest.mark.django_db
# Told where the whole of it is tested: steps of problems, of bulletins, of rows of a round.
ELSEWHERE = {f"problem_{what}" for what in ("assigned", "collected", "answered", "rejected", "escalated", "closed")}
ELSEWHERE |= {
    f"problem_{what}" for what in ("unplaced", "placed", "handed_up", "waits", "more_asked", "more_answered")
}
ELSEWHERE |= {"slip_issued", "slip_answered", "slip_withdrawn"}
ELSEWHERE |= {"round_row_returned", "more_days_asked", "more_days_answered"}
ELSEWHERE |= {f"problem_{what}" for what in ("merged", "reopened", "consulted", "reported", "report_late")}
ELSEWHERE |= {"problem_handed_down"}
ELSEWHERE |= {
    f"bulletin_{what}"
    for what in (
        "drafted",
        "signing",
        "deputy",
        "returned",
        "published",
        "withdrawn",
        "unread",
        "kind_drafted",
        "undrafted",
    )
}


@pytest.fixture
def world(county, people) -> SimpleNamespace:
    project = make_project(county, name="粮库", sponsor=None)
    return SimpleNamespace(county=county, people=people, project=project, by=people.office, post=_vacant(county))


def _vacant(county: Any) -> Post:
    return Post.objects.create(unit=unit_of(county, "xicheng"), title="副镇长", role=Role.OFFICER)


def _open(world: Any) -> None:
    accounts.open_account(world.post, username="new", password="Mima-0001-x", by=world.by, now=NOW)


def _return(world: Any) -> None:
    report = make_report(world.project, "2026-05", works=1, progress="一层", status=ReportStatus.SUBMITTED)
    reports.give_back(report, by=world.by, now=NOW, reason="写清楚")


def _hand_over(world: Any) -> None:
    registry.edit(world.project, by=world.by, now=NOW, lead_unit=unit_of(world.county, "dongguan"))


def _sponsor(world: Any) -> None:
    registry.set_sponsors(world.project, [Post.objects.get(title="县领导01")], by=world.by, now=NOW)


def _many(world: Any) -> dict[str, Any]:
    return {"by": world.by, "now": NOW, "reason": "统一调整"}


def _hand_over_many(world: Any) -> Any:
    unit, version = unit_of(world.county, "dongguan"), versions([world.project.pk])
    return many.hand_over(world.county, unit=unit, version=version, **_many(world))


def _sponsor_many(world: Any) -> Any:
    leader, version = Post.objects.get(title="县领导01"), stamps([world.project.pk])
    return many.give_leader(world.county, leader=leader, version=version, **_many(world))


def _back(done: Any, world: Any) -> None:
    many.take_back(done, **_many(world))


def _portfolio(world: Any, title: str, alone: bool) -> None:
    told: dict[str, Any] = {"by": world.by, "now": NOW, "reason": "分工", "on": NOW.date(), "alone": alone}
    units = [world.project.lead_unit]
    portfolios.change_portfolio(Post.objects.get(title=title), sectors=[], units=units, **told)


def _give_portfolio(world: Any) -> None:
    _portfolio(world, "县领导01", False)


def _pass_on(world: Any) -> None:
    _give_portfolio(world)
    post = Post.objects.get(title="县领导01")
    registry.set_sponsors(world.project, [post], by=world.by, now=NOW, by_portfolio=[post])
    _portfolio(world, "县领导02", True)
    succession.follow_portfolios(world.county, now=NOW)


def _rename(world: Any, on: date) -> None:
    unit = unit_of(world.county, "xicheng")
    changes.plan_change(unit, kind="rename", new_name="新城镇", on=on, by=world.people.admin, now=NOW, reason="改制")


def _end_a_unit_that_is_to_be_renamed(world: Any) -> None:
    _rename(world, NOW.date() + timedelta(days=5))
    Notice.objects.all().delete()
    unit = unit_of(world.county, "xicheng")
    Unit.objects.filter(pk=unit.pk).update(active=False)
    changes.carry_out_due(world.county, now=NOW + timedelta(days=5))


def _plan_for_the_head(world: Any, on: date) -> PostChange:
    post = Post.objects.get(title="县领导01")
    by = world.people.admin
    return handovers.plan_change(post, kind="rename", new_title="县长", on=on, by=by, now=NOW, reason="改称")


def _withdraw_the_plan(world: Any) -> None:
    handovers.withdraw(_plan_for_the_head(world, NOW.date() + timedelta(days=5)), by=world.people.admin, now=NOW)


def _end_a_post_that_is_to_be_renamed(world: Any) -> None:
    _plan_for_the_head(world, NOW.date() + timedelta(days=5))
    Post.objects.filter(title="县领导01").update(active=False)
    handovers.carry_out_due(world.county, now=NOW + timedelta(days=5))


CONCERNED = {"leader", "office", "office_head"}
UNIT = {"officer", "unit_head", "office", "office_head"}


def _started(world: Any) -> Any:
    return make_project(world.county, name="粮库二期", stage="started", plan=1)


def _propose(world: Any) -> Any:
    return entries.propose_entry(_started(world), by=world.by, on=NOW.date(), now=NOW)


def _return_entry(world: Any) -> None:
    entries.return_proposal(_propose(world), by=world.people.statistics, now=NOW, reason="缺合同")


def _confirm_entry(world: Any) -> None:
    entries.accept_proposal(_propose(world), by=world.people.statistics, now=NOW)


def _approve(world: Any) -> None:
    with_authority(world.county, site="zhujian")
    told = {"kind": "site", "obtained_on": NOW.date(), "by": world.people.approver, "now": NOW}
    registry.record_approval(world.project, **told)


def _refuse_approval(world: Any) -> None:
    with_authority(world.county, site="zhujian")
    item = ApprovalItem.objects.create(project=world.project, kind="site", track="file", needed_from=NOW.date())
    told = {"by": world.people.approver, "on": NOW.date(), "now": NOW}
    approvals.set_item(item, state="refused", reason="缺图纸", **told)


def _warn_of_the_end(world: Any) -> None:
    until = NOW.date() + timedelta(days=20)
    Approval.objects.update_or_create(
        project=world.project, kind="site", defaults={"obtained_on": NOW.date(), "valid_until": until}
    )
    approvals.warn(world.county, (90, 30, 7), now=NOW)


def _supervise(world: Any) -> Any:
    return note_supervision(world.project, text="停工", by=world.people.supervision, on=NOW.date(), now=NOW)


def _late_milestone(world: Any) -> None:
    make_schedule(world.project, world.by)
    milestones.tell_late(world.county, now=NOW + timedelta(days=500), late_days=0, days={})


def _put_off(world: Any) -> None:
    make_schedule(world.project, world.by)
    told: dict[str, Any] = {"target": date(2027, 9, 30), "template": "start", "now": NOW, "reason": "报批延后"}
    milestones.lay_out(world.project, by=world.people.officer, **told)


def _turn_sent(world: Any) -> Any:
    return turns.asked_for(world)


def _turn_answered(world: Any) -> Any:
    return turns.sent_back(world)


def _turn_again(world: Any) -> Any:
    return ask_again(turns.sent_back(world), by=world.by, now=NOW, reason="漏报")


def _turn_agreed(world: Any) -> Any:
    return agree_turn(turns.asked_for(world), reason="待批", by=world.by, now=NOW)


def _turn_in_force(world: Any) -> Any:
    return put_in_force(_turn_agreed(world), on=NOW.date(), by=world.by, now=NOW)


def _visit(world: Any) -> Any:
    Sponsor.objects.create(project=world.project, post=(post := world.people.leader.current_posts[0]))
    told: dict[str, Any] = {"on": NOW.date(), "now": NOW, "settled": "本周送审"}
    return record_visit(world.project, post=post, kind="visit", by=world.people.leader, **told)


def _report_to_leader(world: Any) -> None:
    post = world.people.leader.current_posts[0]
    send_report(post, Period.month(2026, 5), facts={}, by=world.people.office, now=NOW)


def _answer_supervision(world: Any) -> None:
    answer_supervision(_supervise(world), text="已复工", by=world.people.officer, now=NOW)


def _chase(world: Any) -> None:
    due = NOW.replace(day=5)
    opened = Round.objects.create(county=world.county, kind="monthly", period="2026-05", opened_at=NOW, due_at=due)
    RoundRow.objects.create(round=opened, unit=world.project.lead_unit, project=world.project)
    rounds.chase(opened, [world.project.lead_unit_id], by=world.people.office, now=NOW)


def _calendar(world: Any) -> None:
    day = NOW.date()
    act = CalendarAct.objects.create(
        county=world.county, rule="meeting", named_on=day, day=day, does="meeting", label="例会", at=NOW
    )
    tell("calendar_act", act, by=None, now=NOW, to=[world.people.office])


def _instruct(world: Any, **more: Any) -> Any:
    told: dict[str, Any] = {"text": "为何落后", "by": world.people.leader, "on": NOW.date(), "now": NOW}
    return instructions.instruct(world.project, **(told | more))


def _answer_leader(world: Any, **more: Any) -> Any:
    return instructions.answer_instruction(_instruct(world, **more), text="已增派", by=world.people.officer, now=NOW)


def _answer_what_the_office_entered(world: Any) -> None:
    _answer_leader(world, by=world.people.office, post=world.people.leader.current_posts[0])


def _task(world: Any) -> Any:
    return make_task(make_campaign(world.county, world.people.office), world.people.office)


def _give_tasks(world: Any) -> None:
    campaign = make_campaign(world.county, world.people.office)
    rows = [{"title": "起底", "unit": unit_of(world.county, "xicheng"), "due_on": campaign.last_on}]
    giving.give_tasks(campaign, rows, by=world.people.office, now=NOW)


def _finish(world: Any) -> Any:
    return tasks.finish_task(_task(world), text="完成", by=world.people.officer, now=NOW)


def _ask_more(world: Any) -> Any:
    told: dict[str, Any] = {"reason": "下雨", "by": world.people.officer, "now": NOW}
    return tasks.ask_more_days(_task(world), until=NOW.date() + timedelta(days=40), **told)


def _let_it_pass(world: Any) -> None:
    _instruct(world, workdays=1)
    instructions.remind_late(world.county, now=NOW + timedelta(days=2), days={})


def _be_away(world: Any) -> Any:
    post, deputy = world.people.leader.main_post, world.people.other_leader.main_post
    told: dict[str, Any] = {"since": NOW.date(), "until": None, "reason": "出差", "by": world.by, "now": NOW}
    return absences.be_away(post, deputy=deputy, **told)


def _ask_reply(world: Any) -> Any:
    bulletin = Bulletin.objects.create(
        county=world.county, period="2026-05", title="5月通报", year=2026, status="published", drafted_at=NOW,
        published_at=NOW,
    )  # fmt: skip
    told = {"text": "报送赶工计划", "due_on": NOW.date(), "by": world.by, "now": NOW}
    return replies.ask_replies(bulletin, [unit_of(world.county, "xicheng")], **told)[0]


Act = Callable[[Any], object]
CASES: dict[str, tuple[Act, set[str], str]] = {
    "account_opened": (_open, {"new"}, "new"),
    "password_reset": (
        lambda w: accounts.reset_password(w.people.officer, password="Mima-0001-x", by=w.by, now=NOW),
        {"officer"},
        "",
    ),
    "sign_rests": (
        lambda w: accounts.reset_password(w.people.other_leader, password="Mima-0001-x", by=w.by, now=NOW),
        {"leader", "other_leader"},
        "县领导02",
    ),
    "second_factor_reset": (
        lambda w: second_factor.reset_second_factor(w.people.officer, by=w.people.admin, now=NOW),
        {"officer"},
        "",
    ),
    "post_given": (lambda w: accounts.appoint(w.people.officer, w.post, by=w.by, now=NOW), {"officer"}, "副镇长"),
    "post_taken": (
        lambda w: accounts.vacate(w.people.officer.current_posts[0], by=w.by, now=NOW),
        {"officer"},
        "西城镇",
    ),
    "report_chased": (_chase, {"officer"}, "5月"),
    "report_returned": (_return, {"officer"}, "粮库"),
    "unit_change_planned": (lambda w: _rename(w, NOW.date() + timedelta(days=5)), UNIT, "新城镇"),
    "unit_changed": (lambda w: _rename(w, NOW.date()), UNIT, "新城镇"),
    "unit_change_failed": (_end_a_unit_that_is_to_be_renamed, {"admin"}, "新城镇"),
    "post_change_planned": (lambda w: _plan_for_the_head(w, NOW.date() + timedelta(days=5)), CONCERNED, "县长"),
    "post_changed": (lambda w: _plan_for_the_head(w, NOW.date()), CONCERNED, "县长"),
    "post_change_withdrawn": (_withdraw_the_plan, CONCERNED, "县长"),
    "post_change_failed": (_end_a_post_that_is_to_be_renamed, {"admin", "office", "office_head"}, "县长"),
    "project_handed": (_hand_over, {"other_officer"}, "粮库"),
    "entry_proposed": (_propose, {"statistics"}, "粮库二期"),
    "entry_returned": (_return_entry, {"office", "officer"}, "粮库二期"),
    "entry_confirmed": (_confirm_entry, {"office", "officer"}, "粮库二期"),
    "approval_recorded": (_approve, {"officer"}, "粮库"),
    "milestone_late": (_late_milestone, {"officer", "unit_head"}, "粮库"),
    "schedule_put_off": (_put_off, {"office", "office_head"}, "粮库"),
    "approval_item_refused": (_refuse_approval, {"officer"}, "粮库"),
    "approval_ending": (_warn_of_the_end, {"officer"}, "粮库"),
    "supervision_noted": (_supervise, {"officer", "unit_head"}, "粮库"),
    "turn_sent": (_turn_sent, {"officer", "unit_head"}, "2026年"),
    "turn_answered": (_turn_answered, {"office", "office_head"}, "西城镇"),
    "turn_again": (_turn_again, {"officer", "unit_head"}, "重报"),
    "turn_agreed": (_turn_agreed, {"officer", "unit_head"}, "审定"),
    "turn_in_force": (_turn_in_force, {"officer", "unit_head", "leader", "other_leader"}, "生效"),
    "visit_settled": (_visit, {"officer", "unit_head"}, "粮库"),
    "leader_report": (_report_to_leader, {"leader"}, "5月"),
    "supervision_answered": (_answer_supervision, {"supervision"}, "粮库"),
    "instruction_given": (_instruct, {"officer", "unit_head"}, "粮库"),
    "instruction_answered": (_answer_what_the_office_entered, {"leader", "office"}, "粮库"),
    "instruction_asked_again": (
        lambda w: instructions.ask_again(_answer_leader(w), text="何时", by=w.people.leader, now=NOW),
        {"officer", "unit_head"},
        "粮库",
    ),
    "instruction_accepted": (
        lambda w: instructions.accept_answer(_answer_leader(w), by=w.people.leader, now=NOW),
        {"officer", "unit_head"},
        "粮库",
    ),
    "instruction_withdrawn": (
        lambda w: instructions.withdraw_instruction(_instruct(w), by=w.people.leader, now=NOW),
        {"officer", "unit_head"},
        "粮库",
    ),
    "instruction_late": (_let_it_pass, {"unit_head"}, "粮库"),
    "absence_recorded": (_be_away, {"leader", "other_leader", "office_head"}, "县领导02"),
    "absence_ended": (
        lambda w: absences.come_back(_be_away(w), on=NOW.date(), by=w.people.leader, now=NOW),
        {"office", "office_head", "other_leader"},
        "县领导02",
    ),
    "reply_asked": (_ask_reply, {"officer", "unit_head"}, "5月"),
    "reply_given": (
        lambda w: replies.answer_reply(_ask_reply(w), text="已报", by=w.people.officer, now=NOW, version=1),
        {"office"},
        "西城镇",
    ),
    "calendar_act": (_calendar, {"office"}, "例会"),
    "campaign_tasks_given": (_give_tasks, {"officer", "unit_head"}, "百日攻坚"),
    "campaign_task_given": (_task, {"officer", "unit_head"}, "百日攻坚"),
    "campaign_task_changed": (
        lambda w: giving.drop_task(_task(w), reason="并入", by=w.people.office, now=NOW),
        {"officer", "unit_head"},
        "起底",
    ),
    "campaign_task_done": (_finish, {"office", "office_head"}, "西城镇"),
    "campaign_task_confirmed": (
        lambda w: tasks.confirm_task(_finish(w), by=w.people.office, now=NOW),
        {"officer", "unit_head"},
        "起底",
    ),
    "campaign_task_returned": (
        lambda w: tasks.return_task(_finish(w), reason="未完", by=w.people.office, now=NOW),
        {"officer", "unit_head"},
        "起底",
    ),
    "campaign_more_asked": (_ask_more, {"office", "office_head"}, "西城镇"),
    "campaign_more_answered": (
        lambda w: tasks.answer_more_days(_ask_more(w), granted=True, by=w.people.office, now=NOW),
        {"officer", "unit_head"},
        "起底",
    ),
    "portfolio_changed": (_give_portfolio, {"leader"}, "县领导01"),
    "sponsorships_came": (_pass_on, {"other_leader"}, "县领导02"),
    "project_sponsored": (_sponsor, {"leader"}, "粮库"),
    "projects_handed": (_hand_over_many, {"other_officer"}, "东关乡"),
    "projects_handed_back": (lambda w: _back(_hand_over_many(w), w), {"other_officer"}, "东关乡"),
    "projects_sponsored": (_sponsor_many, {"leader"}, "县领导01"),
    "projects_sponsored_back": (lambda w: _back(_sponsor_many(w), w), {"leader"}, "县领导01"),
}


def test_every_fact_is_tried() -> None:
    assert set(told()) == set(CASES) | ELSEWHERE


ENGLISH = re.compile(r"[a-z]{2,}.*[a-z]{2,}")


@pytest.mark.parametrize("key", CASES)
def test_who_it_concerns_is_told(world: Any, key: str) -> None:
    act, people, about = CASES[key]
    act(world)
    notices = Notice.objects.filter(kind=key).select_related("person")
    assert {notice.person.username for notice in notices} == people
    for notice in notices:
        assert about in notice.subject
        assert notice.link.startswith("/")
        assert notice.county == world.county
        assert "Mima-0001-x" not in notice.subject + notice.body, "a password is never in it"
        with translation.override("en"):
            assert ENGLISH.search(notice.words[0]), "an English page says it in English"


def test_the_reason_goes_along(world: Any) -> None:
    _return(world)
    assert Notice.objects.get(kind="report_returned").body == "写清楚"


def test_the_holder_before_is_told_too(world: Any) -> None:
    accounts.appoint(world.people.other_officer, world.people.officer.current_posts[0], now=NOW)
    told_to = dict(Notice.objects.values_list("kind", "person__username"))
    assert told_to == {"post_given": "other_officer", "post_taken": "officer"}


def test_who_loses_the_last_post_still_gets_the_mail(world: Any) -> None:
    world.people.officer.email = "officer@example.org"
    world.people.officer.save()
    accounts.vacate(world.people.officer.current_posts[0], by=world.by, now=NOW)
    assert Delivery.objects.filter(notice__kind="post_taken").count() == 1


def test_what_did_not_happen_is_not_told(world: Any) -> None:
    with transaction.atomic():
        tell("password_reset", world.people.officer, by=None, now=NOW)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


def test_a_fact_that_no_app_declares_is_an_error(world: Any) -> None:
    with pytest.raises(KeyError):
        tell("weather_changed", world.project, by=None, now=NOW)
