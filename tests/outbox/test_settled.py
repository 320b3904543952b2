"""What is settled before it is sent isn't sent: the notice says by what, and isn't counted as unread."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.utils import translation

from core.settled import settled
from dispatch.models import Round, RoundRow
from dispatch.replies import services as replies
from organization.changes import services as changes
from organization.handovers import services as handovers
from outbox.digest import deliver
from outbox.models import Delivery, Notice
from outbox.runs import unread
from outbox.services import Draft, notify_all
from outbox.settling import settle, settle_recent
from projects.approvals import services as approvals
from projects.approvals.models import ApprovalItem
from projects.entries import services as entries
from projects.models import MonthlyReport, SupervisionNote
from projects.reports import services as reports
from projects.reports.closing import close_month
from projects.supervision import services as supervision
from tests.support import plans
from tests.support import settling as acts
from tests.support.factories import NOW, WAN, make_project, make_report
from tests.support.settling import MAY, MORNING, SOONER, TODAY, Act

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D04")]


@pytest.fixture
def w(county, people) -> SimpleNamespace:
    project = make_project(county, name="粮库", stage="started", plan=100 * WAN)
    opened = Round.objects.create(county=county, kind="monthly", period="2026-05", opened_at=NOW, due_at=NOW)
    RoundRow.objects.create(round=opened, unit=project.lead_unit, project=project)
    return SimpleNamespace(county=county, people=people, project=project, opened=opened)


CASES: list[tuple[str, Act, Act, str]] = [
    ("report_returned", acts.come_back, acts.hand_in, "已由项目专员于6月10日 10:05重新上报"),
    (
        "report_returned",
        acts.come_back,
        lambda w: close_month(w.county, MAY, **acts.of_office(w)),
        "该月已于6月10日 10:05关账",
    ),
    ("report_open", acts.remind("report_open"), acts.hand_in, "最后一项由项目专员于6月10日 10:05上报"),
    ("report_due", acts.remind("report_due"), acts.hand_in, "最后一项由项目专员于6月10日 10:05上报"),
    ("report_overdue", acts.remind("report_overdue"), acts.end_round, "本轮填报已于6月10日 10:05结束"),
    ("report_chased", acts.chase, acts.hand_in, "最后一项由项目专员于6月10日 10:05上报"),
    ("report_chased", acts.chase, acts.end_round, "本轮填报已于6月10日 10:05结束"),
    ("more_days_asked", acts.ask_days, acts.give_days, "已由综合岗于6月10日 10:05答复"),
    ("more_days_asked", acts.ask_days, acts.end_round, "本轮填报已于6月10日 10:05结束"),
    ("calendar_act", acts.meeting, acts.held, "已由综合岗于6月10日 10:05办结"),
    ("problem_assigned", acts.problem, lambda w: acts.answer(w, SOONER), "已由项目专员于6月10日 10:05上报办理结果"),
    ("problem_collected", acts.collect, lambda w: acts.answer(w, SOONER), "上报办理结果"),
    ("problem_escalated", acts.escalate, lambda w: acts.answer(w, SOONER), "上报办理结果"),
    ("problem_answered", acts.answer, acts.close, "已由综合岗于6月10日 10:05办结"),
    ("problem_rejected", acts.reject, lambda w: acts.answer(w, SOONER), "上报办理结果"),
    ("problem_unplaced", acts.unplaced, lambda w: acts.place(w, SOONER), "已由综合岗于6月10日 10:05研判交办"),
    ("problem_placed", lambda w: (acts.unplaced(w), acts.place(w)), lambda w: acts.answer(w, SOONER), "上报办理结果"),
    ("problem_handed_up", acts.hand_up, lambda w: acts.answer(w, SOONER), "上报办理结果"),
    ("problem_handed_down", acts.hand_down, lambda w: acts.answer(w, SOONER), "上报办理结果"),
    ("slip_issued", acts.issue_slip, acts.answer_slip, "已由项目专员于6月10日 10:05答复"),
    ("problem_reopened", acts.open_again, lambda w: acts.answer(w, SOONER), "上报办理结果"),
    ("problem_consulted", acts.consult, acts.report_up, "已由项目专员于6月10日 10:05向领导报结果"),
    ("problem_report_late", acts.late_report, acts.report_up, "向领导报结果"),
    ("problem_more_asked", acts.ask_more, acts.give_more, "同意延期"),
    ("bulletin_drafted", acts.drafted, lambda w: acts.send(w, SOONER), "已由综合岗于6月10日 10:05送签"),
    ("bulletin_kind_drafted", acts.kind_drafted, lambda w: acts.send(w, SOONER), "已由综合岗于6月10日 10:05送签"),
    ("bulletin_signing", acts.send, acts.sign, "已由县领导01于6月10日 10:05签发"),
    ("bulletin_signing", acts.send, lambda w: acts.return_it(w, SOONER), "已退回办公室修改"),
    ("bulletin_signing", acts.send, acts.another_signs, "县领导02现在负责签发"),
    ("bulletin_deputy", acts.send_to_who_is_away, acts.sign_in_place, "由县领导02代县领导01签发"),
    ("bulletin_deputy", acts.send_to_who_is_away, acts.be_back, "县领导01现在负责签发"),
    ("absence_recorded", acts.be_away, acts.be_back, "县领导01已返岗"),
    ("bulletin_returned", lambda w: (acts.send(w), acts.return_it(w)), lambda w: acts.send(w, SOONER), "送签"),
    ("bulletin_published", acts.publish, acts.read_it, "已阅，6月10日 10:05"),
    ("bulletin_unread", lambda w: acts.publish(w, "bulletin_unread"), acts.read_it, "已阅，6月10日 10:05"),
    ("reply_asked", acts.ask_reply, acts.give_reply, "已由项目专员于6月10日 10:05答复"),
    (
        "reply_asked",
        acts.ask_reply,
        lambda w: replies.withdraw_reply(acts.its_reply(), text="不必", by=w.people.office, now=SOONER, version=1),
        "不再要求",
    ),
    (
        "reply_given",
        lambda w: (acts.ask_reply(w), acts.give_reply(w)),
        lambda w: replies.accept_reply(acts.its_reply(), by=w.people.office, now=SOONER, version=2),
        "办结",
    ),
    (
        "entry_proposed",
        acts.propose,
        lambda w: entries.accept_proposal(acts.proposal(), by=w.people.statistics, now=SOONER),
        "已由投资统计岗于6月10日 10:05确认",
    ),
    (
        "entry_proposed",
        acts.propose,
        lambda w: entries.withdraw_proposal(acts.proposal(), by=w.people.officer, now=SOONER),
        "申请已撤回",
    ),
    ("entry_returned", acts.refuse, lambda w: acts.propose(w, SOONER), "已由项目专员于6月10日 10:05重新提出"),
    (
        "entry_returned",
        acts.refuse,
        lambda w: entries.reopen_proposal(acts.proposal(), by=w.people.statistics, now=SOONER),
        "继续等待确认",
    ),
    ("milestone_late", acts.late_milestone, acts.reach_it, "已于6月9日完成"),
    (
        "approval_item_refused",
        acts.refuse_approval,
        lambda w: approvals.set_item(
            ApprovalItem.objects.get(), state="resubmitted", by=w.people.officer, on=TODAY, now=SOONER
        ),
        "重新申报",
    ),
    ("approval_ending", acts.warn_of_the_end, acts.prolong, "有效期已更新"),
    (
        "supervision_noted",
        acts.note,
        lambda w: supervision.answer_supervision(
            SupervisionNote.objects.get(), text="已复工", by=w.people.officer, now=SOONER
        ),
        "已由项目专员于6月10日 10:05答复",
    ),
    *(
        (
            f"remind_{who}",
            acts.due_told(who),
            lambda w: supervision.answer_supervision(
                SupervisionNote.objects.get(), text="已复工", by=w.people.officer, now=SOONER
            ),
            "已办完或不再要求",
        )
        for who in ("own", "head", "leader")
    ),
    ("turn_sent", plans.asked_for, acts.turn_answered, "数字已经报回"),
    ("turn_answered", plans.sent_back, acts.turn_asked_again, "已要求重报"),
    ("turn_again", acts.turn_asked_again, acts.turn_answered, "数字已经报回"),
    ("turn_agreed", acts.turn_agreed, acts.turn_in_force, "计划已生效"),
    ("turn_in_force", acts.turn_in_force, acts.turn_taken_back, "计划没有生效"),
    ("visit_settled", acts.visit, acts.withdraw_it, "县领导01于6月10日 10:05撤销了这次登记"),
    ("leader_report", acts.report_to_leader, acts.recall_it, "汇报已收回"),
    (
        "campaign_task_given",
        acts.give_task,
        lambda w: acts.finish_task(w, SOONER),
        "已由项目专员于6月10日 10:05报完成",
    ),
    (
        "campaign_task_changed",
        acts.change_task,
        lambda w: acts.finish_task(w, SOONER),
        "已由项目专员于6月10日 10:05报完成",
    ),
    (
        "campaign_task_done",
        acts.finish_task,
        lambda w: acts.return_task(w, SOONER),
        "已由综合岗于6月10日 10:05退回",
    ),
    (
        "campaign_task_returned",
        acts.return_task,
        lambda w: acts.finish_task(w, SOONER),
        "已由项目专员于6月10日 10:05报完成",
    ),
    (
        "campaign_more_asked",
        acts.ask_for_days,
        acts.refuse_days,
        "综合岗于6月10日 10:05不同意延期",
    ),
    ("instruction_given", acts.instruct, lambda w: acts.reply(w, SOONER), "已由项目专员于6月10日 10:05答复"),
    ("instruction_late", acts.late, lambda w: acts.reply(w, SOONER), "已由项目专员于6月10日 10:05答复"),
    ("instruction_answered", lambda w: (acts.instruct(w), acts.reply(w)), acts.accept_it, "办结，6月10日"),
    ("instruction_asked_again", acts.ask_again, lambda w: acts.reply(w, SOONER), "已由项目专员于6月10日 10:05答复"),
    (
        "unit_change_planned",
        acts.rename_unit,
        lambda w: changes.withdraw(w.planned, by=w.people.admin, now=SOONER),
        "已于6月10日 10:05撤销",
    ),
    (
        "post_change_planned",
        acts.rename_post,
        lambda w: handovers.withdraw(w.planned, by=w.people.admin, now=SOONER),
        "已于6月10日 10:05撤销",
    ),
]


def test_every_kind_is_tried() -> None:
    assert {kind for kind, *_rest in CASES} == set(settled())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}")
def test_settled_before_it_is_sent_it_is_not_sent_and_says_by_what(w, mailoutbox, case) -> None:
    kind, happen, act, words = case
    happen(w)
    mine = Notice.objects.filter(kind=kind)
    settle(mine.all())
    assert mine.count() == mine.unread().count() > 0, "it waits as long as nothing was done"
    act(w)
    deliver(now=MORNING)
    assert {words in one for one in mine.values_list("settled", flat=True)} == {True}
    with translation.override("en"):
        assert all(re.search("[a-z]{3}", one.settled_by) and not one.settled_lang for one in mine)
        assert Notice(settled="已由别人办结").settled_lang == "zh-Hans"  # of before English was kept
    subjects = set(mine.values_list("subject", flat=True))
    theirs = {one.person.email for one in mine.select_related("person")}
    mails = [mail for mail in mailoutbox if theirs & set(mail.to)]
    assert not any(subject in mail.body for mail in mails for subject in subjects)
    assert set(Delivery.objects.filter(notice__in=mine).values_list("status", flat=True)) == {"settled"}
    assert not mine.unread()


def test_a_plan_that_was_carried_out_says_so(w) -> None:
    acts.rename_post(w)
    handovers.carry_out(w.planned, by=w.people.admin, now=SOONER)
    settle_recent(w.county, now=SOONER)
    told = Notice.objects.filter(kind="post_change_planned")
    assert {notice.settled for notice in told} == {"已于6月10日 10:05执行"}


def test_a_mail_of_two_things_goes_with_the_one_that_is_left(w, mailoutbox) -> None:
    acts.come_back(w)
    acts.problem(w)
    acts.hand_in(w)
    deliver(now=MORNING)
    (own,) = [mail for mail in mailoutbox if mail.to == [w.people.officer.email]]
    assert "缺水" in own.body
    assert "退回" not in own.body


def test_taken_back_the_matter_is_open_again(w) -> None:
    acts.come_back(w)
    acts.hand_in(w)
    settle_recent(w.county, now=SOONER)
    assert unread(w.people.officer.pk) == 0
    reports.take_back(acts.report(w), by=w.people.officer, now=SOONER)
    settle_recent(w.county, now=SOONER)
    assert unread(w.people.officer.pk) == 1


def test_who_still_owes_elsewhere_is_still_reminded(w) -> None:
    """A unit's people are asked for all that its posts answer for, not for one project of it."""
    other = make_project(w.county, name="堤防", stage="started")
    RoundRow.objects.create(round=w.opened, unit=other.lead_unit, project=other)
    acts.remind("report_due")(w)
    acts.hand_in(w)
    settle_recent(w.county, now=SOONER)
    assert unread(w.people.officer.pk) == 1


def test_the_page_says_it_without_waiting_for_the_heartbeat(w, sign_in) -> None:
    acts.come_back(w)
    acts.hand_in(w)
    page = sign_in(w.people.officer).get("/outbox/notices/").content.decode()
    assert "无需再办：" in page
    assert "已由项目专员于6月10日 10:05重新上报" in page
    assert "提醒都看过了" in page


def test_asking_costs_the_same_however_many_there_are(w, django_assert_max_num_queries) -> None:
    acts.come_back(w)
    for n in range(30):
        one = make_report(make_project(w.county, name=f"项目{n}"), "2026-05", works=1, status="returned")
        key = f"report_returned:{one.pk}:x:{n}"
        notify_all([Draft(w.people.officer, "report_returned", key, "月报", county=w.county)], now=NOW)
        acts.remind("report_due")(w)
    MonthlyReport.objects.update(status="submitted")
    with django_assert_max_num_queries(14):
        assert settle_recent(w.county, now=SOONER) == 32
