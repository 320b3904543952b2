"""What happens in a county that people are told, and what settles it: the acts of `tests/outbox/test_settled.py`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from core.days.periods import Period
from core.models import Done
from core.told import tell
from dispatch.bulletins import services as bulletins
from dispatch.calendar import services as calendar
from dispatch.calendar.models import CalendarAct
from dispatch.campaigns.giving import services as giving
from dispatch.campaigns.handling import services as tasks
from dispatch.campaigns.models import Task
from dispatch.instructions import services as instructions
from dispatch.instructions.models import Instruction
from dispatch.models import Bulletin, Consultation, Problem, Round, Slip
from dispatch.problems import services as problems
from dispatch.problems.handling import services as handling
from dispatch.replies import services as replies
from dispatch.replies.models import Reply
from dispatch.rounds import services as rounds
from dispatch.rounds.rows import services as rows
from dispatch.slips import services as slips
from organization.absences import services as absences
from organization.changes import services as changes
from organization.handovers import services as handovers
from organization.people.models import Post
from outbox.models import Notice
from outbox.services import Draft, notify_all
from projects.approvals import services as approvals
from projects.approvals.models import ApprovalItem
from projects.entries import services as entries
from projects.milestones import services as milestones
from projects.milestones.models import Milestone
from projects.models import EntryProposal, LeaderReport, MonthlyReport, Project, Sponsor, Visit
from projects.reports import services as reports
from projects.sponsorship import services as sponsorship
from projects.supervision import services as supervision
from projects.supervision.models import SupervisionNote
from projects.turn import services as turns
from projects.turn.models import TurnAnswer, TurnOfYear
from tests.support import plans
from tests.support.campaigns import make_campaign, make_task
from tests.support.factories import NOW, WAN, make_report, make_schedule, unit_of

MAY = Period.month(2026, 5)
TODAY = NOW.date()
SOON = TODAY + timedelta(days=5)
SOONER = NOW + timedelta(minutes=5)
MORNING = NOW + timedelta(days=1)  # when the mail of NOW has gone
Act = Callable[[Any], object]


def of_office(w: Any, **more: Any) -> dict[str, Any]:
    return {"by": w.people.office, "now": SOONER, **more}


def report(w: Any) -> MonthlyReport:
    return w.project.reports.filter(month="2026-05").first() or make_report(
        w.project, "2026-05", works=WAN, status="draft", explanation="补报"
    )


def hand_in(w: Any) -> None:
    assert reports.submit([report(w)], by=w.people.officer, now=SOONER).sent


def come_back(w: Any) -> None:
    reports.submit([report(w)], by=w.people.officer, now=NOW)
    reports.give_back(report(w), by=w.people.office, now=NOW, reason="写清楚")


def remind(kind: str) -> Act:
    def act(w: Any) -> None:
        notify_all([Draft(w.people.officer, kind, f"round:{w.opened.pk}:+1:7", "月报", county=w.county)], now=NOW)

    return act


def chase(w: Any) -> None:
    rounds.chase(w.opened, [w.project.lead_unit_id], by=w.people.office, now=NOW)


def ask_days(w: Any) -> None:
    w.opened.refresh_from_db()
    rows.ask_more_days(w.opened, w.project.lead_unit, until=SOON, reason="下雨", by=w.people.officer, now=NOW)


def give_days(w: Any) -> None:
    rows.answer_more_days(w.opened.extensions.get(), until=SOON, by=w.people.office, now=SOONER)


def end_round(w: Any) -> None:
    Round.objects.update(closed_at=SOONER)


def problem(w: Any) -> Problem:
    return Problem.objects.first() or problems.raise_problem(
        w.project, title="缺水", by=w.people.office, on=TODAY, now=NOW, owner_unit=unit_of(w.county, "xicheng")
    )


def answer(w: Any, now: Any = NOW) -> None:
    problems.answer(problem(w), result="已通水", by=w.people.officer, on=TODAY, now=now)


def close(w: Any) -> None:
    problems.close(problem(w), note="核实", by=w.people.office, on=TODAY, now=SOONER)


def reject(w: Any) -> None:
    answer(w)
    problems.reject(problem(w), reason="没通", by=w.people.office, on=TODAY, now=NOW)


def collect(w: Any) -> None:
    make_report(w.project, "2026-04", works=1, problem="缺水。", status="submitted", submitted_by=w.people.officer)
    problems.collect(w.county, now=NOW)


def escalate(w: Any) -> None:
    Problem.objects.filter(pk=problem(w).pk).update(due_on=date(2026, 6, 1))
    assert problems.escalate(problem(w), now=NOW)


def unplaced(w: Any) -> None:
    problems.raise_problem(w.project, title="缺工", category="labour", by=w.people.officer, on=TODAY, now=NOW)


def place(w: Any, now: Any = NOW) -> None:
    handling.place(problem(w), owner_unit=unit_of(w.county, "xicheng"), by=w.people.office, on=TODAY, now=now)


def hand_up(w: Any) -> None:
    handling.hand_up(problem(w), reason="定不了", by=w.people.office, on=TODAY, now=NOW)


def hand_down(w: Any) -> None:
    hand_up(w)
    handling.hand_down(problem(w), level=0, reason="属部门职责", by=w.people.office, on=TODAY, now=NOW)


def issue_slip(w: Any) -> None:
    told: dict[str, Any] = {
        "kind": "supervision",
        "title": "用电没有接通",
        "matter": "已逾期",
        "ask": "一周内接通",
        "due_on": SOON,
    }
    slips.issue_slip(w.county, unit=w.project.lead_unit, by=w.people.office, now=NOW, **told)


def answer_slip(w: Any) -> None:
    slips.answer_slip(Slip.objects.get(), text="已接通", by=w.people.officer, now=SOONER)


def open_again(w: Any) -> None:
    problems.close(problem(w), note="核实", by=w.people.office, on=TODAY, now=NOW)
    handling.open_again(problem(w), reason="又停了", by=w.people.office, on=TODAY, now=NOW)


def consult(w: Any) -> None:
    handling.consult(
        problem(w), led_by=w.people.leader.main_post, held_on=TODAY, present="住建", result="定了",
        by=w.people.office, on=TODAY, now=NOW,
    )  # fmt: skip


def late_report(w: Any) -> None:
    consult(w)
    Consultation.objects.update(report_due=date(2026, 6, 1))
    Problem.objects.update(report_due=date(2026, 6, 1))
    assert handling.tell_late_reports(w.county, now=NOW) == 1


def report_up(w: Any) -> None:
    handling.report_up(problem(w), text="已办", by=w.people.officer, on=TODAY, now=SOONER)


def ask_more(w: Any) -> None:
    until = problem(w).due_on + timedelta(days=9)
    handling.ask_more(problem(w), until=until, reason="雨季", by=w.people.officer, on=TODAY, now=NOW)


def give_more(w: Any) -> None:
    handling.answer_more(problem(w), granted=True, by=w.people.office, on=TODAY, now=SOONER)


def draft(w: Any) -> Any:
    found = Bulletin.objects.first()
    return found or bulletins.draft_bulletin(w.county, "monthly", MAY, now=NOW, unfinished="会议急用")


def stands(w: Any, status: str, now: Any, told: str = "", **facts: Any) -> None:
    """The draft as the services of bulletins leave it, who have tests of their own."""
    Bulletin.objects.filter(pk=draft(w).pk).update(status=status, **facts)
    if told:
        tell(told, draft(w), by=w.people.office, now=now)


def send(w: Any, now: Any = NOW) -> None:
    about = {"submitted_by": w.people.office, "submitted_at": now, "signer": w.people.leader.current_posts[0]}
    stands(w, "signing", now, "bulletin_signing", **about)


def sign(w: Any) -> None:
    stands(w, "published", SOONER, signed_by=w.people.leader, signed_at=SOONER, published_at=SOONER)


def be_away(w: Any) -> None:
    post, deputy = w.people.leader.main_post, w.people.other_leader.main_post
    told: dict[str, Any] = {"since": TODAY, "until": SOON, "reason": "出差", "by": w.people.office, "now": NOW}
    w.away = absences.be_away(post, deputy=deputy, **told)


def send_to_who_is_away(w: Any) -> None:
    be_away(w)
    send(w)
    tell("bulletin_deputy", draft(w), by=w.people.office, now=NOW)


def sign_in_place(w: Any) -> None:
    post = w.people.leader.main_post
    about: dict[str, Any] = {"signed_at": SOONER, "published_at": SOONER}
    stands(w, "published", SOONER, signed_by=w.people.other_leader, signed_for=post, **about)


def be_back(w: Any) -> None:
    absences.come_back(w.away, on=TODAY, by=w.people.office, now=SOONER)


def kind_drafted(w: Any) -> None:
    tell("bulletin_kind_drafted", draft(w), by=None, now=NOW)


def publish(w: Any, told: str = "bulletin_published") -> None:
    stands(w, "published", NOW, signed_by=w.people.leader, signed_at=NOW, published_at=NOW)
    tell(told, draft(w), by=w.people.leader, now=NOW, to=[w.people.officer])


def read_it(w: Any) -> None:
    for notice in Notice.objects.filter(kind__in=("bulletin_published", "bulletin_unread")):
        bulletins.mark_read(draft(w), by=notice.person, now=SOONER)


def its_reply() -> Reply:
    return Reply.objects.select_related("bulletin").get()


def ask_reply(w: Any) -> None:
    publish(w)
    told = {"text": "报送赶工计划", "due_on": TODAY, "by": w.people.office, "now": NOW}
    replies.ask_replies(draft(w), [w.project.lead_unit], **told)


def give_reply(w: Any) -> None:
    replies.answer_reply(its_reply(), text="已报", by=w.people.officer, now=SOONER, version=1)


def another_signs(w: Any) -> None:
    stands(w, "signing", SOONER, signer=w.people.other_leader.current_posts[0])


def return_it(w: Any, now: Any = NOW) -> None:
    stands(w, "draft", now, "bulletin_returned", return_reason="改标题")


def drafted(w: Any) -> None:
    draft(w)
    key = f"bulletin:{w.opened.pk}:{w.people.office.pk}"
    notify_all([Draft(w.people.office, "bulletin_drafted", key, "草稿起好了", county=w.county)], now=NOW)


def propose(w: Any, now: Any = NOW) -> None:
    entries.propose_entry(w.project, by=w.people.officer, on=TODAY, now=now)


def proposal() -> EntryProposal:
    return EntryProposal.objects.order_by("-pk")[0]


def refuse(w: Any) -> None:
    propose(w)
    entries.return_proposal(proposal(), by=w.people.statistics, now=NOW, reason="缺合同")


def note(w: Any) -> None:
    supervision.note_supervision(w.project, text="停工", by=w.people.supervision, on=TODAY, now=NOW)


def due_told(who: str) -> Act:
    """A supervision note has to be answered, and *who* is reminded of it."""

    def act(w: Any) -> None:
        supervision.note_supervision(
            w.project, text="停工", by=w.people.supervision, on=TODAY, now=NOW, answer_by=TODAY + timedelta(days=1)
        )
        thing = f"supervision:{SupervisionNote.objects.get().pk}"
        step = f"{TODAY + timedelta(days=1)}:{who}-1:supervision_answer:{thing}"
        key = f"remind:{w.county.pk}:{step}:to{w.people.officer.pk}"
        notify_all([Draft(w.people.officer, f"remind_{who}", key, "答复督查", county=w.county)], now=NOW)

    return act


def refuse_approval(w: Any) -> None:
    item = ApprovalItem.objects.create(project=w.project, kind="site", track="file", needed_from=TODAY)
    approvals.set_item(item, state="refused", by=w.people.office, on=TODAY, now=NOW, reason="缺图纸")


def warn_of_the_end(w: Any) -> None:
    Project.objects.filter(pk=w.project.pk).update(stage="prework", started_on=None)  # works haven't begun
    told = {"by": w.people.office, "now": NOW, "obtained_on": TODAY, "reason": "补录"}
    approvals.obtain(w.project, kind="energy", valid_until=TODAY + timedelta(days=20), **told)
    approvals.warn(w.county, (90, 30, 7), now=NOW)


def prolong(w: Any) -> None:
    told = {"by": w.people.office, "now": SOONER, "obtained_on": TODAY, "reason": "延期"}
    approvals.obtain(w.project, kind="energy", valid_until=TODAY + timedelta(days=400), **told)


def turn_answered(w: Any) -> None:
    turn = TurnOfYear.objects.get()
    turns.answer_turn(turn, w.project.lead_unit, by=w.people.officer, now=SOONER, note="待批")


def turn_asked_again(w: Any) -> None:
    answer = TurnAnswer.objects.first() or plans.sent_back(w)
    turns.ask_again(answer, by=w.people.office, now=NOW, reason="漏报")


def turn_agreed(w: Any) -> None:
    turns.agree_turn(plans.asked_for(w), by=w.people.office, now=NOW, reason="待批")


def turn_in_force(w: Any) -> None:
    if not TurnOfYear.objects.exists():
        turn_agreed(w)
    turns.put_in_force(TurnOfYear.objects.get(), on=TODAY, by=w.people.office, now=NOW)


def turn_taken_back(w: Any) -> None:
    done = Done.objects.get(key="turn_in_force")
    turns.take_back_turn(done, by=w.people.office, now=SOONER, reason="撤回")


def visit(w: Any) -> None:
    Sponsor.objects.create(project=w.project, post=(post := w.people.leader.current_posts[0]))
    told: dict[str, Any] = {"kind": "visit", "settled": "本周送审", "on": TODAY, "now": NOW}
    sponsorship.record_visit(w.project, post=post, by=w.people.leader, **told)


def withdraw_it(w: Any) -> None:
    sponsorship.withdraw_visit(Visit.objects.get(), by=w.people.leader, now=SOONER, reason="误登记")


def report_to_leader(w: Any) -> None:
    sponsorship.send_report(w.people.leader.current_posts[0], MAY, facts={}, by=w.people.office, now=NOW)


def recall_it(w: Any) -> None:
    sponsorship.recall_report(LeaderReport.objects.get(), by=w.people.office, now=SOONER, reason="数有误")


def instruct(w: Any) -> None:
    instructions.instruct(w.project, text="何时复工", by=w.people.leader, on=TODAY, now=NOW)


def reply(w: Any, now: Any = NOW) -> None:
    instructions.answer_instruction(Instruction.objects.get(), text="已增派", by=w.people.officer, now=now)


def accept_it(w: Any) -> None:
    instructions.accept_answer(Instruction.objects.get(), by=w.people.leader, now=SOONER)


def ask_again(w: Any) -> None:
    instruct(w)
    reply(w)
    instructions.ask_again(Instruction.objects.get(), text="何时", by=w.people.leader, now=NOW)


def give_task(w: Any) -> None:
    make_task(make_campaign(w.county, w.people.office), w.people.office)


def change_task(w: Any) -> None:
    give_task(w)
    giving.change_task(Task.objects.get(), title="起底土地", by=w.people.office, now=NOW)


def finish_task(w: Any, now: Any = NOW) -> None:
    if not Task.objects.exists():
        give_task(w)
    tasks.finish_task(Task.objects.get(), text="完成", by=w.people.officer, now=now)


def return_task(w: Any, now: Any = NOW) -> None:
    if not Task.objects.filter(status="done").exists():
        finish_task(w)
    tasks.return_task(Task.objects.get(), reason="未完", by=w.people.office, now=now)


def ask_for_days(w: Any) -> None:
    give_task(w)
    tasks.ask_more_days(Task.objects.get(), until=date(2026, 7, 20), reason="下雨", by=w.people.officer, now=NOW)


def refuse_days(w: Any) -> None:
    tasks.answer_more_days(Task.objects.get(), granted=False, note="抓紧", by=w.people.office, now=SOONER)


def late(w: Any) -> None:
    instruct(w)
    key = f"instruction_late:{Instruction.objects.get().pk}:2026-06-12:7"
    notify_all([Draft(w.people.unit_head, "instruction_late", key, "逾期未答", county=w.county)], now=NOW)


def rename_unit(w: Any) -> None:
    about: dict[str, Any] = {"kind": "rename", "new_name": "新城镇", "on": SOON, "reason": "改制"}
    w.planned = changes.plan_change(w.project.lead_unit, by=w.people.admin, now=NOW, **about)


def rename_post(w: Any) -> None:
    about: dict[str, Any] = {"kind": "rename", "new_title": "县长", "on": SOON, "reason": "改称"}
    w.planned = handovers.plan_change(Post.objects.get(title="县领导01"), by=w.people.admin, now=NOW, **about)


def late_milestone(w: Any) -> None:
    made = make_schedule(w.project, w.people.office)
    Milestone.objects.filter(pk=made.pk).update(planned_on=date(2026, 6, 1))
    milestones.tell_late(w.county, now=NOW, late_days=0, days={})


def reach_it(w: Any) -> None:
    found = Milestone.objects.get(project=w.project, fact="")
    milestones.finish(found, on=date(2026, 6, 9), by=w.people.officer, now=SOONER)


# The kind that is told, what tells it, what settles it, and by what the notice says so.
def meeting(w: Any) -> None:
    act = CalendarAct.objects.create(
        county=w.county, rule="meeting", named_on=TODAY, day=TODAY, does="meeting", label="例会", at=NOW
    )
    tell("calendar_act", act, by=None, now=NOW, to=[w.people.office])


def held(w: Any) -> None:
    calendar.finish(CalendarAct.objects.get(), by=w.people.office, now=SOONER, note="", version=1)
