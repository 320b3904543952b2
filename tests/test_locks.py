"""Who decides on a row locks it first and reads it then: whoever comes second waits and sees what the first one did.

One line a verb. What two people at once would really do to each other is tried in the tests of races, on PostgreSQL;
here each verb says in which order it asks, on both databases.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from inspect import signature
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Model

from core.days.periods import Period
from core.models import Done
from dispatch.bulletins import files as bulletin_files
from dispatch.bulletins import services as bulletins
from dispatch.bulletins.editor import services as editing
from dispatch.calendar import services as calendar
from dispatch.calendar.models import CalendarAct
from dispatch.corrections.services import draft_correction
from dispatch.instructions import services as instructions
from dispatch.models import Bulletin, Instruction, PaperNumber, Problem, RankingSnapshot, Reply, Round, RoundRow
from dispatch.numbers import services as numbers
from dispatch.problems import services as problems
from dispatch.problems.handling import services as handling
from dispatch.readers.services import remind_readers
from dispatch.replies import services as replies
from dispatch.rounds import services as rounds
from dispatch.rounds.models import Extension
from dispatch.rounds.rows import services as rows
from dispatch.standings import services as rankings
from funding.bids import services as funding
from funding.models import Bid
from investment.leads import services as investment
from investment.models import Lead
from organization.absences import services as absences
from organization.absences.models import Absence
from organization.changes import services as changes
from organization.changes.models import UnitChange
from organization.handovers import services as handovers
from organization.handovers.models import PostChange
from organization.portfolios import services as portfolios
from organization.portfolios.models import Portfolio
from organization.squads import services as squads
from organization.squads.models import Squad
from organization.units.models import Unit
from projects.approvals import services as approvals
from projects.approvals.models import ApprovalItem
from projects.codes.services import write_code
from projects.contacts.services import write_contact
from projects.effort.models import Effort
from projects.effort.services import measure
from projects.entries import services as entries
from projects.gathering import services as gathering
from projects.gathering.models import GatheredFile
from projects.ledger import services as imports
from projects.lifecycle import services as lifecycle
from projects.many import services as many
from projects.many.rows import stamps, versions
from projects.milestones import services as milestones
from projects.models import (
    AnnualPlan,
    EntryProposal,
    LedgerImport,
    MonthlyReport,
    Photo,
    PlatformImport,
    Project,
    ReportingMonth,
    SupervisionNote,
)
from projects.packages.services import put_in, take_back_packing, take_out
from projects.photos import services as photos
from projects.plans.services import set_plan, take_back_filled
from projects.platform import services as platform
from projects.registry import services as registry
from projects.registry import succession
from projects.registry.months import services as months
from projects.reports import services as reports
from projects.reports.closing import close_month, reopen_month
from projects.resumptions.services import record_resumption
from projects.rosters import services as rosters
from projects.rosters.models import Roster
from projects.sponsorship.models import Member, Visit
from projects.sponsorship.services import dismiss, restore_visit, withdraw_visit
from projects.sponsorship.services import hand_on as hand_on_team
from projects.supervision.services import answer_supervision
from projects.turn import services as turns
from projects.turn.models import TurnLine, TurnOfYear
from tests.support.factories import NOW, make_project, make_report
from tests.support.lock_lines import OF_CAMPAIGNS, OF_SLIPS
from tests.support.locks import statements
from tests.support.plans import agreed, asked_for, in_force, plans_filled, prepared, sent_back, sent_round, to_sponsor
from tests.support.rights_world import world

ON = NOW.date()
MAY = Period.month(2026, 5)


@pytest.fixture
def about(county, people) -> SimpleNamespace:
    """One of each thing, and who works on it."""
    about = world(county, people)
    about.people, about.county = people, county
    return about


def signing(about: SimpleNamespace) -> Bulletin:
    Bulletin.objects.filter(pk=about.bulletin.pk).update(status=Bulletin.Status.SIGNING)
    about.bulletin.refresh_from_db()
    return about.bulletin


def signed(about: SimpleNamespace) -> Bulletin:
    row = signing(about)
    return bulletins.sign_bulletin(row, by=about.people.leader, now=NOW, version=row.version, unfinished="试发")


def reply_in(status: str) -> Callable[[SimpleNamespace], Reply]:
    def found(about: SimpleNamespace) -> Reply:
        signed(about)
        Reply.objects.filter(pk=about.reply.pk).update(status=status)
        about.reply.refresh_from_db()
        row: Reply = about.reply
        return row

    return found


def deleted(about: SimpleNamespace) -> Bulletin:
    row = about.bulletin
    return bulletins.delete_draft(row, by=about.people.office, now=NOW, version=row.version)


def removed(about: SimpleNamespace) -> Photo:
    return photos.remove_photo(
        about.photo, by=about.people.office, now=NOW, reason="模糊", version=about.photo.version
    )


def answered(about: SimpleNamespace) -> Instruction:
    row = about.instruction
    return instructions.answer_instruction(row, text="在办", by=about.people.officer, now=NOW)


def unplaced(about: SimpleNamespace) -> Problem:
    Problem.objects.filter(pk=about.problem.pk).update(placed_on=None)
    about.problem.refresh_from_db()
    row: Problem = about.problem
    return row


def not_late(about: SimpleNamespace) -> Problem:
    Problem.objects.filter(pk=about.problem.pk).update(due_on=ON + timedelta(days=3))
    about.problem.refresh_from_db()
    row: Problem = about.problem
    return row


def argued(about: SimpleNamespace) -> ApprovalItem:
    item: ApprovalItem = about.item
    approvals.argue(item, level="province", by=about.people.office, on=ON, now=NOW)
    item.refresh_from_db()
    return item


def seen(verb: Callable[..., Any], row: Any) -> dict[str, Any]:
    """The version that the page showed, for verbs that ask for it."""
    return {"version": row.version} if "version" in signature(verb).parameters else {}


def does(verb: Callable[..., Any], thing: str | Callable[[Any], Any], who: str = "office", **more: Any) -> Any:
    """An act of *who* on one of the things of the world, with what the verb asks besides; ready to be done."""

    def ready(about: SimpleNamespace) -> Callable[[], Any]:
        row = getattr(about, thing) if isinstance(thing, str) else thing(about)
        known = {"on": ON} if "on" in signature(verb).parameters else {}
        return partial(verb, row, by=getattr(about.people, who), now=NOW, **known, **seen(verb, row), **more)

    return ready


def week(about: SimpleNamespace) -> Callable[[], Any]:
    entries = {about.round.rows.get().pk: ("主体封顶", "")}
    return partial(rows.fill_week, about.round, entries, by=about.people.officer, now=NOW)


def other_round(about: SimpleNamespace) -> Round:
    """One in which nobody has asked for more days."""
    about.more_days.delete()
    Round.objects.filter(pk=about.round.pk).update(due_at=NOW + timedelta(hours=3))
    return Round.objects.get(pk=about.round.pk)


def drafted(about: SimpleNamespace) -> GatheredFile:
    """A file of a month in which nothing is reported yet."""
    MonthlyReport.objects.filter(project=about.project, month="2026-05").delete()
    row: GatheredFile = about.gathered
    return row


def withdrawn_together(about: SimpleNamespace) -> Callable[[], Any]:
    told = {"by": about.people.office, "now": NOW, "reason": "不再实施"}
    return partial(many.withdraw, about.county, version=versions([about.project.pk]), **told)


def put_on_list(about: SimpleNamespace, verb: Callable[..., Any] = rosters.put_on) -> Callable[[], Any]:
    told = {"by": about.people.office, "now": NOW, "reason": "列入"}
    version = rosters.stamps([about.project.pk])
    return partial(verb, about.county, roster=about.roster, on=ON, version=version, **told)


def packed(about: SimpleNamespace) -> Callable[[], Any]:
    package, version = make_project(about.county, name="打包项目"), versions([about.project.pk])
    return partial(put_in, about.county, package=package, version=version, by=about.people.office, now=NOW)


VERBS: dict[str, tuple[type[Model], Any]] = {
    "a project's facts": (Project, does(registry.edit, "project", scope="二期")),
    "a project's stage": (Project, does(lifecycle.suspend, "project", reason="资金")),
    "an entry proposed": (Project, does(entries.propose_entry, lambda a: make_project(
        a.county, stage="started", plan=1), "officer")),
    "an entry confirmed": (Project, does(entries.confirm_entry, "project", "statistics")),
    "a day of entry": (Project, does(entries.correct_day, lambda a: make_project(
        a.county, name="粮库", stage="entered"), "statistics", entered_on=ON, reason="笔误")),
    "a proposal confirmed": (EntryProposal, does(entries.accept_proposal, "proposal", "statistics")),
    "a proposal returned": (EntryProposal, does(entries.return_proposal, "proposal", "statistics", reason="缺合同")),
    "a proposal taken back": (EntryProposal, does(entries.withdraw_proposal, "proposal", "officer")),
    "a schedule laid": (Project, does(
        milestones.lay_out, "project", "officer", target=date(2027, 6, 30), template="start")),
    "milestones moved": (Project, lambda a: partial(
        milestones.finish, a.milestone, by=a.people.officer, on=ON, now=NOW)),
    "a milestone planned otherwise": (Project, lambda a: partial(
        milestones.move, a.milestone, by=a.people.officer, to=a.milestone.planned_on, now=NOW)),
    "a milestone forecast": (Project, lambda a: partial(
        milestones.forecast, a.milestone, by=a.people.officer, expected=ON, now=NOW)),
    "a milestone added": (Project, does(
        milestones.add, "project", "officer", label="图审", planned_on=date(2027, 6, 30))),
    "a milestone taken out": (Project, lambda a: partial(
        milestones.remove, a.milestone, by=a.people.officer, now=NOW)),
    "a schedule taken back": (Project, lambda a: partial(
        milestones.take_back, a.milestone.project.schedule, by=a.people.officer, now=NOW)),
    "a checklist drawn up": (Project, does(approvals.draw_up, "project")),
    "a checklist added to": (Project, does(approvals.add_item, "project", kind="tender", reason="增列")),
    "an approval's item": (Project, does(approvals.change_item, "item", handler="项目岗")),
    "how an item stands": (Project, does(approvals.set_item, "item", state="refused", reason="缺图纸")),
    "an item argued": (Project, does(approvals.argue, "item", level="province")),
    "an argument answered": (Project, does(approvals.answer_argument, argued, passed=True, feedback="")),
    "an item obtained": (Project, lambda a: partial(
        approvals.obtain, a.project, kind="energy", obtained_on=ON, by=a.people.office, now=NOW)),
    "a row of the desk": (Project, does(approvals.work_item, "item", state="refused", day=None, text="缺图纸")),
    "a photo removed": (Photo, does(photos.remove_photo, "photo", reason="模糊")),
    "a photo brought back": (Photo, does(photos.restore_photo, removed)),
    "a note answered": (SupervisionNote, does(answer_supervision, "note", "officer", text="已整改")),
    "a visit withdrawn": (Visit, does(withdraw_visit, "visit", reason="误登记")),
    "a visit brought back": (Visit, does(restore_visit, lambda a: withdraw_visit(
        a.visit, by=a.people.office, now=NOW, reason="误登记"))),
    "somebody leaves a team": (Member, does(dismiss, "member", reason="调整")),
    "a team's post handed on": (Member, lambda a: partial(hand_on_team, a.member.post, a.post, by=None, now=NOW)),
    "projects packed": (Project, packed),
    "projects taken out": (Project, lambda a: packed(a)() and partial(
        take_out, a.county, version=versions([a.project.pk]), by=a.people.office, now=NOW, reason="单列")),
    "packing taken back": (Project, lambda a: partial(
        take_back_packing, packed(a)(), by=a.people.office, now=NOW, reason="撤回")),
    "an export of the platform written": (PlatformImport, lambda a: partial(
        platform.write_rows, a.platform, looked=platform.look(a.platform, a.people.office, ON).looked, theirs=[3],
        by=a.people.office, now=NOW)),
    "an export's rows taken back": (Done, lambda a: partial(
        platform.take_back, platform.write_rows(
            a.platform, looked=platform.look(a.platform, a.people.office, ON).looked, theirs=[3],
            by=a.people.office, now=NOW), by=a.people.office, now=NOW, reason="撤回")),
    "a resumption": (Project, lambda a: partial(
        record_resumption, make_project(a.county, name="旧厂", stage="started", started_on=date(2025, 4, 1)), 2026,
        resumed_on=date(2026, 3, 2), by=a.people.office, now=NOW)),
    "a contact": (Project, does(write_contact, "project", post="联系人", telephone="1")),
    "another code": (Project, does(write_code, "project", text="2506-220523-04-01-654321")),
    "an instruction on a project": (Project, does(instructions.instruct, "project", "leader", text="为何落后")),
    "an instruction on a problem": (Problem, does(instructions.instruct, "problem", "leader", text="何时解决")),
    "an instruction answered": (Instruction, does(
        instructions.answer_instruction, "instruction", "officer", text="在办")),
    "an answer accepted": (Instruction, does(instructions.accept_answer, answered, "leader")),
    "an instruction asked again": (Instruction, does(instructions.ask_again, answered, "leader", text="何时")),
    "an instruction taken back": (Instruction, does(instructions.withdraw_instruction, "instruction", "leader")),
    "a leader's instructions handed on": (Instruction, lambda a: partial(
        instructions.hand_on, a.leader, a.post, by=None, now=NOW, reason="分工")),
    "closed months corrected": (Project, lambda a: partial(
        months.correct, a.project, MAY, by=a.people.office, now=NOW, reason="补录")),
    "projects handed on together": (Project, lambda a: partial(
        many.hand_over, a.county, unit=a.unit_change.unit, version=versions([a.project.pk]), by=a.people.office,
        now=NOW, reason="统一牵头")),
    "projects given a leader together": (Project, lambda a: partial(
        many.give_leader, a.county, leader=a.leader, version=stamps([a.project.pk]), by=a.people.office, now=NOW,
        reason="分工")),
    "projects withdrawn together": (Project, withdrawn_together),
    "what was done together taken back": (Project, lambda a: partial(
        many.take_back, withdrawn_together(a)(), by=a.people.office, now=NOW, reason="撤回")),
    "a list changed": (Roster, does(rosters.change_roster, "roster", name="另名")),
    "a list closed": (Roster, does(rosters.close_roster, "roster", reason="不再使用")),
    "a list opened again": (Roster, lambda a: partial(
        rosters.open_roster, rosters.close_roster(a.roster, reason="停", by=a.people.office, now=NOW),
        by=a.people.office, now=NOW)),
    "projects put on a list": (Roster, put_on_list),
    "projects taken off a list": (Roster, lambda a: put_on_list(a)() and put_on_list(a, rosters.take_off)),
    "putting on a list taken back": (Roster, lambda a: partial(
        rosters.take_back, put_on_list(a)(), by=a.people.office, now=NOW, reason="撤回")),
    "a plan": (AnnualPlan, lambda a: partial(
        set_plan, a.project, 2026, investment=5, months=(), reason="调整", by=a.people.office, now=NOW)),
    "plans filled in taken back": (Project, lambda a: partial(
        take_back_filled, plans_filled(a), by=a.people.office, now=NOW, reason="撤回")),
    "what becomes of a project": (TurnOfYear, lambda a: partial(
        turns.decide_lines, prepared(a), {}, by=a.people.office, now=NOW)),
    "which lists go on": (TurnOfYear, lambda a: partial(
        turns.decide_lists, prepared(a), [], by=a.people.office, now=NOW)),
    "a unit's figures sent back": (TurnOfYear, lambda a: partial(
        turns.answer_turn, asked_for(a), a.project.lead_unit, by=a.people.officer, now=NOW, note="待批")),
    "a unit asked again": (TurnOfYear, lambda a: partial(
        turns.ask_again, sent_back(a), by=a.people.office, now=NOW, reason="漏报")),
    "a sponsor to be handed on": (TurnLine, lambda a: partial(
        turns.hand_on_sponsor, to_sponsor(a), to_sponsor(a), by=a.people.office, now=NOW)),
    "a turn sent round": (TurnOfYear, lambda a: partial(
        turns.send_round, prepared(a), fill_by=NOW.date(), by=a.people.office, now=NOW)),
    "a turn agreed": (TurnOfYear, lambda a: partial(
        turns.agree_turn, sent_round(a), reason="待补", by=a.people.office, now=NOW)),
    "plans put in force": (TurnOfYear, lambda a: partial(
        turns.put_in_force, agreed(a), on=NOW.date(), by=a.people.office, now=NOW)),
    "plans not in force any more": (TurnOfYear, lambda a: partial(
        turns.take_back_turn, in_force(a),
        by=a.people.office, now=NOW, reason="撤回")),
    "a report written": (Project, lambda a: partial(
        reports.save, a.project, Period.month(2026, 4), by=None, now=NOW, works=1)),
    "a report approved": (Project, does(reports.approve, "report", "leader")),
    "a report accepted": (Project, does(reports.accept, "report", reason="领导出差")),
    "a report given back": (Project, does(reports.give_back, "report", reason="写清楚")),
    "a report taken back": (Project, does(reports.take_back, "report", "officer")),
    "reports submitted": (Project, lambda a: partial(reports.submit, [a.report], by=None, now=NOW)),
    "a ledger stored": (LedgerImport, does(imports.store_preview, "ledger")),
    "a unit's change carried out": (UnitChange, lambda a: partial(changes.carry_out, a.unit_change, now=NOW)),
    "a unit's change withdrawn": (UnitChange, does(changes.withdraw, "unit_change", "admin")),
    "a unit's projects handed on": (Project, lambda a: partial(
        succession.hand_on, a.project.lead_unit, a.unit_change.unit, by=None, on=NOW.date(), now=NOW,
        reason="并镇")),
    "a unit's problems handed on": (Problem, lambda a: partial(
        problems.hand_on, a.project.lead_unit, a.unit_change.unit, by=None, now=NOW, reason="并镇")),
    "a unit's bids handed on": (Bid, lambda a: partial(
        funding.hand_on, a.bid.unit, a.unit_change.unit, by=None, now=NOW, reason="并镇")),
    "a unit's leads handed on": (Lead, lambda a: partial(
        investment.hand_on, a.lead.squad, a.unit_change.unit, by=None, now=NOW, reason="并镇")),
    "a bid": (Bid, does(funding.fail, "bid", reason="未入库")),
    "a lead": (Lead, does(investment.lose, "lead", reason="选了别处")),
    **OF_CAMPAIGNS,
    **OF_SLIPS,
    "a squad changed": (Squad, does(squads.change_squad, "squad", duties=["周调度"])),
    "a squad ended": (Squad, does(squads.end_squad, "squad")),
    "a squad on its day": (Squad, lambda a: partial(squads.keep_in_step, a.county, now=NOW)),
    "a problem answered": (Problem, does(problems.answer, "problem", "officer", result="已接通")),
    "a problem placed": (Problem, lambda a: partial(
        handling.place, unplaced(a), owner_unit=a.project.lead_unit, by=a.people.office, on=ON, now=NOW)),
    "a problem handed up": (Problem, does(handling.hand_up, "problem", reason="定不了")),
    "a problem that waits": (Problem, does(
        handling.let_wait, not_late, until=ON + timedelta(days=9), reason="等批复")),
    "a problem merged": (Problem, lambda a: partial(handling.merge, a.problem, into=problems.raise_problem(
        a.project, title="另一件", by=None, on=ON, now=NOW), by=a.people.office, on=ON, now=NOW)),
    "a consultation on a problem": (Problem, lambda a: partial(
        handling.consult, a.problem, led_by=a.leader, held_on=ON, present="住建", result="定了",
        by=a.people.office, on=ON, now=NOW)),
    "a problem that climbs": (Problem, lambda a: partial(problems.escalate, a.problem, now=NOW)),
    "a weekly report": (RoundRow, week),
    "rows not needed": (Round, lambda a: partial(
        rows.spare, a.round, [a.round.rows.get().pk], by=a.people.office, now=NOW, reason="停工")),
    "rows needed after all": (Round, lambda a: partial(
        rows.need, a.round, [a.round.rows.get().pk], by=a.people.office, now=NOW)),
    "rows given back": (Round, lambda a: partial(
        rows.return_rows, a.round, [a.round.rows.get().pk], by=a.people.office, now=NOW, reason="写细")),
    "more days asked for": (Round, lambda a: partial(
        rows.ask_more_days, other_round(a), a.project.lead_unit, until=ON + timedelta(days=9), reason="下雨",
        by=a.people.officer, now=NOW)),
    "more days given": (Extension, lambda a: partial(
        rows.answer_more_days, a.more_days, until=ON + timedelta(days=9), by=a.people.office, now=NOW)),
    "copies handed in": (RoundRow, lambda a: partial(
        rows.hand_in_copies, a.round, [a.project.pk], by=a.people.officer, now=NOW)),
    "a file taken over": (GatheredFile, lambda a: partial(
        gathering.take_over, drafted(a), seen={a.project.pk: 0}, by=a.people.office, now=NOW, send=False)),
    "a file put aside": (GatheredFile, does(gathering.put_aside, "gathered")),
    "a file taken up again": (GatheredFile, does(gathering.take_up_again, "gathered")),
    "what filling in takes": (Effort, lambda a: partial(
        measure, a.project.lead_unit, "week", 1, by=a.people.officer, now=NOW)),
    "an act of the calendar": (CalendarAct, does(calendar.finish, "act", note="已开")),
    "a project brought into a round": (Project, lambda a: partial(
        rounds.enter, a.round, [make_project(a.county, stage="started").pk], by=a.people.office, now=NOW)),
    "the round that it is brought into": (Round, lambda a: partial(
        rounds.enter, a.round, [make_project(a.county, stage="started").pk], by=a.people.office, now=NOW)),
    "a post that changes": (PostChange, lambda a: partial(handovers.carry_out, a.post_change, now=NOW)),
    "a plan for a post withdrawn": (PostChange, does(handovers.withdraw, "post_change")),
    "an absence ended": (Absence, does(absences.come_back, "absence", "reader")),
    "an absence that holds again": (Absence, does(absences.away_again, lambda a: absences.come_back(
        a.absence, on=ON, by=a.people.reader, now=NOW), "reader")),
    "an absence whose deputy goes": (Absence, lambda a: partial(
        absences.hand_on, a.absence.deputy, a.leader, by=None, now=NOW, reason="撤并")),
    "a bulletin's figures": (Bulletin, does(bulletins.refresh_bulletin, "bulletin")),
    "a bulletin given back": (Bulletin, does(bulletins.give_back, signing, "leader", reason="太长")),
    "a bulletin taken back": (Bulletin, does(bulletins.recall_bulletin, signing)),
    "a bulletin for somebody else to sign": (Bulletin, lambda a: partial(
        bulletins.redirect_bulletin, (row := signing(a)), version=row.version, by=a.people.office, now=NOW,
        signer=a.people.leader.main_post, reason="外出")),
    "a bulletin's make": (Bulletin, does(
        editing.reshape_bulletin, "bulletin", shape={"letter": {"addressee": "各乡镇："}})),
    "a bulletin's editor": (Bulletin, does(editing.take_over, "bulletin")),
    "a bulletin that is edited": (Bulletin, does(editing.keep_turn, "bulletin")),
    "a draft deleted": (Bulletin, does(bulletins.delete_draft, "bulletin")),
    "a draft brought back": (Bulletin, does(bulletins.bring_back, deleted)),
    "a bulletin withdrawn": (Bulletin, does(bulletins.withdraw_bulletin, signed, "leader", reason="有误")),
    **{f"a reply {name}": (Reply, does(verb, reply_in(state), who, **more)) for name, verb, state, who, more in (
        ("given", replies.answer_reply, "open", "officer", {"text": "已办"}),
        ("accepted", replies.accept_reply, "answered", "office", {}),
        ("asked again", replies.ask_again, "answered", "office", {"text": "何时", "due_on": ON}),
        ("taken back", replies.withdraw_reply, "open", "office", {"text": "不必再报"}),
    )},
    "readers reminded": (Bulletin, does(remind_readers, signed)),
    "a number made void": (PaperNumber, lambda a: partial(
        numbers.void_number, a.number, by=a.people.office, now=NOW, reason="作废", version=1)),
    "a correction": (Bulletin, lambda a: partial(
        draft_correction, (row := signed(a)), stood=row.title, right="新标题", why="有误", by=a.people.office, now=NOW,
        version=row.version)),
    "a bulletin's paper": (Bulletin, lambda a: partial(
        bulletin_files.keep_paper, a.bulletin, "docx", b"", of="", now=NOW)),
}  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_locks_before_it_reads(about, verb):
    model, ready = VERBS[verb]
    act = ready(about)
    with statements() as log:
        act()
    assert not log.read_before_lock(model), [(one.model.__name__, one.locks) for one in log.asked]


def test_portfolios_of_a_county_change_one_after_the_other(about):
    one, two = about.people.leader.current_posts[0], about.people.other_leader.current_posts[0]
    office, place = about.people.office, about.project.lead_unit
    registry.set_sponsors(about.project, [one], by=office, now=NOW, by_portfolio=[one])
    told: dict[str, Any] = {"by": office, "now": NOW, "reason": "分工", "on": ON, "units": [place], "sectors": []}
    with statements() as log:
        portfolios.change_portfolio(two, **told)
    models = [found.model for found in log.asked]
    assert log.asked[models.index(Unit)].locks
    assert models.index(Unit) < models.index(Portfolio)
    with statements() as log:
        assert succession.follow_portfolios(about.county, now=NOW) == 1
    assert not log.read_before_lock(Project)


def test_a_correction_of_a_ranking_locks_it(about):
    counted = rankings.ranking_version(about.county, MAY)
    made = rankings.publish_ranking(about.county, MAY, by=None, now=NOW, version=counted, unfinished="试排")
    with statements() as log:
        rankings.correct_ranking(made, by=about.people.office, now=NOW, note="更正", version=made.version)
    assert not log.read_before_lock(RankingSnapshot)
    made.refresh_from_db()
    with statements() as log:
        rankings.withdraw_ranking(made, by=about.people.office, now=NOW, reason="有误", version=made.version)
    assert not log.read_before_lock(RankingSnapshot)


def test_a_month_is_closed_and_reopened_under_its_own_lock(about):
    for act in (close_month, lambda *month, **who: reopen_month(*month, **who, reason="补报")):
        with statements() as log:
            act(about.county, MAY, by=about.people.office, now=NOW)
        assert ReportingMonth in log.locked()


def test_numbers_of_a_county_are_given_under_the_lock_of_the_county(about):
    """Two bulletins signed in one moment: without this lock both read the same last number."""
    row = signing(about)
    with statements() as log:
        bulletins.sign_bulletin(row, by=about.people.leader, now=NOW, version=row.version, unfinished="试发")
    assert log.locked()[:2] == [Unit, Bulletin]
    assert not log.read_before_lock(Bulletin)


def test_many_reports_are_locked_in_one_order_whatever_order_they_come_in(about):
    """Two people who submit the same reports from differently sorted pages would else wait for each other for ever."""
    others = [make_project(about.county, name=f"工程{n}", stage="started") for n in range(2)]
    drafts = [make_report(project, "2026-05", works=1, status="draft") for project in others]
    for given in (drafts, drafts[::-1]):
        with statements() as log:
            reports.submit(given, by=None, now=NOW)
        assert log.order_of_lock(Project) == ("pk",)
        assert not log.read_before_lock(Project)
        assert log.asked.index(next(one for one in log.asked if one.model is MonthlyReport)) > 0
