"""Who acts on a page that is older than what stands there is told so, and nothing is done: every form of a record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import pytest
from django.contrib.messages import get_messages
from django.db import transaction

from core.days.periods import Period
from dispatch.instructions import services as instructions
from dispatch.models import Bulletin, Instruction, PaperNumber, Problem, Reply, Round, RoundRow
from dispatch.numbers.services import enter_paper
from dispatch.problems import services as problems
from dispatch.replies import services as replies
from dispatch.rounds.rows import services as of_rows
from funding.bids.services import create_bid, edit_bid
from funding.models import Bid, Channel
from investment.leads.services import create_lead, edit_lead
from investment.models import Lead, Mode
from organization.squads import services as squads
from organization.units.models import Unit
from projects.approvals import services as approvals
from projects.approvals.models import ApprovalItem
from projects.choices import ApprovalKind, ReportStatus, Stage
from projects.entries import services as entries
from projects.lifecycle import services as lifecycle
from projects.many.rows import versions
from projects.milestones import services as milestones
from projects.models import MonthlyReport, Project
from projects.packages.services import put_in
from projects.photos import services as photos
from projects.plans.services import set_plan
from projects.registry import services as registry
from projects.reports import services as reports
from projects.reports.closing import close_month
from projects.rosters.services import change_roster, make_roster
from projects.supervision.models import SupervisionNote
from projects.supervision.services import note_supervision
from projects.turn import services as turns
from tests.support.factories import NOW, make_project, make_report, make_schedule, unit_of
from tests.support.people import People
from tests.support.pictures import on_file
from tests.support.shown import shown
from tests.support.squads import make_squad

ON = date(2026, 6, 1)
TOLD = {"on": "2026-06-01", "reason": "理由"}
pytestmark = pytest.mark.django_db


class World:
    """One record of each kind, and what somebody else does to it meanwhile."""

    def __init__(self, county: Unit, people: People) -> None:
        self.county, self.people = county, people
        self.project = make_project(county, stage=Stage.PREWORK, plan=100, sponsor="县领导01")
        self.report = make_report(self.project, "2026-05", works=1, progress="一层", status=ReportStatus.SUBMITTED)
        self.draft = make_report(
            make_project(county, name="新路", plan=100), "2026-05", works=1, progress="一层", status=ReportStatus.DRAFT
        )
        about: dict[str, Any] = {"county": county, "by": people.office, "now": NOW, "name": "管网"}
        unit = unit_of(county, "xicheng")
        self.bid: Bid = create_bid(**about, unit=unit, channel=Channel.CENTRAL_BUDGET, year=2026)
        self.lead: Lead = create_lead(
            **about, investor="某公司", mode=Mode.CHAIN, squad=unit, found_on=date(2026, 1, 1), contact="投资部"
        )
        self.problem: Problem = problems.raise_problem(
            self.project, title="缺水", by=people.office, on=ON, now=NOW, owner_unit=unit_of(county, "zhujian")
        )
        self.started = make_project(county, name="厂房", stage=Stage.STARTED, plan=100)
        self.proposal = entries.propose_entry(
            make_project(county, name="管廊", stage=Stage.STARTED, plan=100), by=people.officer, on=ON, now=NOW
        )
        self.old = make_project(county, name="旧厂", stage=Stage.STARTED, started_on=date(2025, 4, 1), plan=100)
        self.entered = make_project(county, name="粮库", stage=Stage.ENTERED)
        self.part, whole = make_project(county, name="一标段"), make_project(county, name="小区改造")
        put_in(county, package=whole, version=versions([self.part.pk]), by=people.office, now=NOW)
        self.milestone = make_schedule(self.project, people.office)
        self.note = note_supervision(self.project, text="停工", by=people.supervision, on=ON, now=NOW)
        self.photo = on_file(self.project, people.officer)
        told: dict[str, Any] = {"on": NOW.date(), "now": NOW}
        self.asked = instructions.instruct(self.project, text="为何落后", by=people.leader, **told)
        week = Round.objects.create(county=county, kind="weekly", period="2026-W23", opened_at=NOW, due_at=NOW)
        self.row = RoundRow.objects.create(round=week, unit=unit, project=self.project)

        self.number = enter_paper(county, word="项目办通", number=1, title="通知", on=ON, by=people.office, now=NOW)
        bulletin = Bulletin.objects.create(
            county=county, period="2026-05", title="5月通报", year=2026, status="published", drafted_at=NOW,
            published_at=NOW,
        )  # fmt: skip
        wanted: dict[str, Any] = {"text": "报送赶工计划", "due_on": NOW.date(), "by": people.office, "now": NOW}
        self.reply: Reply = replies.ask_replies(bulletin, [unit], **wanted)[0]
        self.roster = make_roster(county, year=2026, name="重点项目", by=people.office, now=NOW)
        self.squad = make_squad(county, people)
        self.turn = turns.prepare_turn(county, 2027, by=people.office, now=NOW.replace(month=12, day=2))
        self.late = make_project(county, name="桥梁", stage=Stage.STARTED, plan=100)
        self.item = ApprovalItem.objects.create(project=self.project, kind="energy", track="file", needed_from=ON)
        close_month(county, Period.month(2026, 1), by=None, now=NOW)
        lifecycle.suspend(self.late, by=people.office, on=date(2026, 1, 20), now=NOW, reason="资金")

    def rename_the_list(self) -> None:
        change_roster(self.roster, name="别的名称", by=self.people.office, now=NOW)

    def decide_otherwise(self) -> None:
        """Somebody else has the same grid open, and saves first."""
        told: dict[str, Any] = {"by": self.people.office, "now": NOW}
        turns.decide_lines(self.turn, {self.old.pk: ("withdrawn", "另记")}, **told)

    def change_the_squad(self) -> None:
        squads.change_squad(self.squad, by=self.people.admin, now=NOW, duties=["另记"])

    def lay_it_anew(self) -> None:
        told: dict[str, Any] = {"target": date(2027, 6, 29), "template": "start", "by": self.people.office, "now": NOW}
        milestones.lay_out(self.project, **told)

    def take_the_photo(self) -> None:
        gone = photos.remove_photo(self.photo, by=self.people.office, now=NOW, reason="另记")
        photos.restore_photo(gone, by=self.people.office, now=NOW)

    def edit_project(self) -> None:
        registry.edit(self.project, by=self.people.office, now=NOW, remark="另记")

    def set_plan(self) -> None:
        set_plan(self.project, 2026, investment=200, reason="调整", by=self.people.office, now=NOW)

    def register(self, kind: str) -> None:
        told: dict[str, Any] = {"obtained_on": ON, "document_number": "另号", "by": self.people.office, "now": NOW}
        registry.record_approval(self.project, kind=kind, **told)

    def register_site(self) -> None:
        self.register(ApprovalKind.SITE)

    def register_filing(self) -> None:
        self.register(ApprovalKind.FILING)

    def leave_the_sponsor(self) -> None:
        registry.set_sponsors(self.project, [], by=self.people.office, now=NOW)

    def give_the_proposal_back(self) -> None:
        entries.return_proposal(self.proposal, by=self.people.statistics, now=NOW, reason="缺合同")

    def correct_the_note(self) -> None:
        SupervisionNote.objects.filter(pk=self.note.pk).update(version=2, text="已停工三天")

    def change_the_item(self) -> None:
        approvals.change_item(self.item, handler="另记", by=self.people.office, now=NOW)

    def change_the_project(self) -> None:
        registry.edit(self.late, remark="另记", by=self.people.office, now=NOW)

    def ask_otherwise(self) -> None:
        Instruction.objects.filter(pk=self.asked.pk).update(version=2, text="何时追上")

    def change_the_number(self) -> None:
        PaperNumber.objects.filter(pk=self.number.pk).update(version=2, title="另一份通知")

    def ask_for_something_else(self) -> None:
        Reply.objects.filter(pk=self.reply.pk).update(version=2, text="报送清单")

    def resume_in_the_closed_month(self) -> None:
        late = Project.objects.get(pk=self.late.pk)
        lifecycle.resume(late, by=self.people.office, on=date(2026, 1, 25), now=NOW, reason="已落实")

    def edit_part(self) -> None:
        registry.edit(self.part, by=self.people.office, now=NOW, remark="另记")

    def edit_old(self) -> None:
        registry.edit(self.old, by=self.people.office, now=NOW, remark="另记")

    def edit_entered(self) -> None:
        registry.edit(self.entered, by=self.people.office, now=NOW, remark="另记")

    def edit_started(self) -> None:
        registry.edit(self.started, by=self.people.office, now=NOW, remark="另记")

    def edit_bid(self) -> None:
        edit_bid(self.bid, by=self.people.office, now=NOW, remark="另记")

    def edit_lead(self) -> None:
        edit_lead(self.lead, by=self.people.office, now=NOW, remark="另记")

    def hand_the_problem_on(self) -> None:
        problems.assign(
            self.problem, owner_unit=unit_of(self.county, "gongxin"), by=self.people.office, on=ON, now=NOW
        )

    def write_the_week(self) -> None:
        of_rows.fill_week(self.row.round, {self.row.pk: ("另写", "")}, by=self.people.office, now=NOW)

    def correct_the_report(self) -> None:
        MonthlyReport.objects.filter(pk=self.report.pk).update(version=2, works=2, works_ytd=2)

    def correct_the_draft(self) -> None:
        reports.save(self.draft.project, Period.month(2026, 5), by=self.people.office, now=NOW, problem="另记")


class Case(NamedTuple):
    name: str
    who: str
    page: Callable[[World], str]
    typed: dict[str, Any]
    meanwhile: Callable[[World], None]
    address: Callable[[World], str] | None = None  # where the form goes, if not to its own page
    named: bool = True  # whether its form names that address itself, not a button of it
    fresh: bool = True  # whether the same would change something on a page that is not old


def p(path: str) -> Callable[[World], str]:
    return lambda world: f"/projects/{world.project.pk}/{path}"


def s(path: str) -> Callable[[World], str]:
    return lambda world: f"/projects/{world.started.pk}/{path}"


def e(path: str) -> Callable[[World], str]:
    return lambda world: f"/projects/entries/{world.proposal.pk}/{path}"


def o(path: str) -> Callable[[World], str]:
    return lambda world: f"/projects/{world.old.pk}/{path}"


def n(path: str) -> Callable[[World], str]:
    return lambda world: f"/projects/{world.entered.pk}/{path}"


def v(path: str) -> Callable[[World], str]:
    return lambda world: f"/projects/supervision/{world.note.pk}/{path}"


def g(path: str) -> Callable[[World], str]:
    return lambda world: f"/dispatch/instructions/{world.asked.pk}/{path}"


def b(path: str) -> Callable[[World], str]:
    return lambda world: f"/funding/{world.bid.pk}/{path}"


def i(path: str) -> Callable[[World], str]:
    return lambda world: f"/investment/{world.lead.pk}/{path}"


def d(path: str) -> Callable[[World], str]:
    return lambda world: f"/dispatch/problems/{world.problem.pk}/{path}"


def q(path: str) -> Callable[[World], str]:
    return lambda world: f"/organization/squads/{world.squad.pk}/{path}"


def a(path: str) -> Callable[[World], str]:
    return lambda world: f"/projects/approvals/item/{world.item.pk}/{path}"


def c(path: str) -> Callable[[World], str]:
    return lambda world: f"/projects/{world.late.pk}/checklist/{path}"


REVIEW = "/projects/review/2026-05/"
FILING = {"kind": "filing", "document_number": "3号", "obtained_on": "2026-01-01"}
SITE = FILING | {"kind": "site"}
NOT_NEEDED = {"state-state": "not_needed", "state-on": "2026-06-01", "state-reason": "不涉及"}
DAY = {"entered_on": "2026-05-02", "reason": "笔误"}
CASES = [
    Case("days of a schedule", "officer", p("schedule/"), {}, World.lay_it_anew, fresh=False),
    Case(
        "schedule laid",
        "officer",
        p("schedule/new/"),
        {"target": "2027-09-30", "template": "start", "reason": "报批"},
        World.lay_it_anew,
    ),
    Case(
        "milestone added",
        "officer",
        p("schedule/add/"),
        {"label": "图审", "planned_on": "2027-06-30"},
        World.lay_it_anew,
    ),
    Case(
        "milestone taken out",
        "officer",
        p("schedule/"),
        {},
        World.lay_it_anew,
        lambda w: f"/projects/schedule/milestones/{w.milestone.pk}/remove/",
        named=False,
    ),
    Case("move", "office", p("move/started/"), TOLD | {"waive": ["construction"]}, World.edit_project),
    Case("back", "office", p("back/"), TOLD | {"to": "reserve"}, World.edit_project),
    Case(
        "correct months",
        "office",
        lambda w: f"/projects/{w.late.pk}/months/correct/",
        TOLD | {"since": "2026-01"},
        World.resume_in_the_closed_month,
    ),
    Case("suspend", "office", p("suspend/"), TOLD, World.edit_project),
    Case("withdraw", "office", p("withdraw/"), TOLD, World.edit_project),
    Case("propose", "officer", s("move/entered/"), TOLD, World.edit_started),
    Case("enter", "statistics", s("move/entered/"), TOLD, World.edit_started),
    Case("confirm", "statistics", e("confirm/"), {"on": "2026-06-01"}, World.give_the_proposal_back),
    Case("return", "statistics", e("return/"), {"reason": "缺合同"}, World.give_the_proposal_back),
    Case("day of entry", "statistics", n("entry/day/"), DAY, World.edit_entered),
    Case(
        "photo", "office", lambda w: f"/projects/photos/{w.photo.pk}/remove/", {"reason": "模糊"}, World.take_the_photo
    ),
    Case("list", "office", lambda w: f"/projects/lists/{w.roster.pk}/edit/", {"name": "另名"}, World.rename_the_list),
    Case(
        "list closed",
        "office",
        lambda w: f"/projects/lists/{w.roster.pk}/close/",
        {"reason": "停"},
        World.rename_the_list,
    ),
    Case(
        "turn of the year",
        "office",
        lambda w: "/projects/turn/2027/",
        {"do": "decide"},
        World.decide_otherwise,
        fresh=False,
    ),
    Case("note of supervision", "officer", v("answer/"), {"text": "已整改"}, World.correct_the_note),
    Case("leader answered", "officer", g(""), {"answer-text": "在办"}, World.ask_otherwise, g("answer/")),
    Case("taken back", "leader", g(""), {"withdraw-text": ""}, World.ask_otherwise, g("withdraw/")),
    Case(
        "item",
        "officer",
        a(""),
        {"facts-handler": "项目岗", "facts-level": "county"},
        World.change_the_item,
        a("facts/"),
    ),
    Case("item's state", "office", a(""), NOT_NEEDED, World.change_the_item, a("state/")),
    Case(
        "item argued",
        "officer",
        a(""),
        {"argue-level": "province", "argue-on": "2026-06-01"},
        World.change_the_item,
        a("argue/"),
    ),
    Case("checklist", "office", c("draw/"), {"track": "file"}, World.change_the_project),
    Case("more on it", "office", c("add/"), {"kind": "site", "reason": "理由"}, World.change_the_project),
    Case("plan", "office", p("plan/2026/"), {"investment": "9", "reason": "理由"}, World.set_plan),
    Case("contact", "office", o("contacts/new/"), {"post": "联系人", "telephone": "1"}, World.edit_old),
    Case("package", "office", o("package/put/"), {"package": "粮库"}, World.edit_old),
    Case(
        "out of its package",
        "office",
        lambda w: f"/projects/{w.part.pk}/package/out/",
        {"reason": "单列"},
        World.edit_part,
    ),
    Case("resumption", "office", o("resumptions/2026/"), {"resumed_on": "2026-03-02"}, World.edit_old),
    Case(
        "code",
        "office",
        p("codes/new/"),
        {"text": "2506-220523-04-01-654321", "state": "replaced"},
        World.edit_project,
    ),
    Case("approval", "office", p("approvals/?kind=filing"), FILING, World.register_filing),
    Case("another approval", "office", p("approvals/?kind=filing"), SITE, World.register_site, fresh=False),
    Case("sponsors", "office", p("sponsors/"), {}, World.leave_the_sponsor, fresh=False),
    Case("bid's step", "officer", b(""), TOLD, World.edit_bid, b("step/")),
    Case("bid sent back", "officer", b("send-back/"), TOLD | {"to": "planned"}, World.edit_bid),
    Case("bid failed", "officer", b("fail/"), TOLD, World.edit_bid),
    Case("lead's step", "office", i(""), TOLD, World.edit_lead, i("step/")),
    Case("lead lost", "office", i("lose/"), TOLD, World.edit_lead),
    Case("answer", "office", d(""), {"answer-result": "好了"}, World.hand_the_problem_on, d("answer/")),
    Case("close", "office", d(""), {"close-note": "已通水"}, World.hand_the_problem_on, d("close/")),
    Case("handed up", "office", d(""), {"hand_up-reason": "定不了"}, World.hand_the_problem_on, d("hand_up/")),
    Case("squad", "office", q("edit/"), {"duties": "周调度"}, World.change_the_squad),
    Case("squad's end", "office", q("end/"), {"on": "2026-05-01"}, World.change_the_squad),
    Case("note", "office", d(""), {"note-text": "在办"}, World.hand_the_problem_on, d("note/")),
    Case("approve", "leader", lambda w: REVIEW, {}, World.correct_the_report, p("reports/2026-05/approve/")),
    Case("approve all", "leader", lambda w: REVIEW, {}, World.correct_the_report, lambda w: REVIEW),
    Case("give back", "leader", p("reports/2026-05/return/?version=1"), TOLD, World.correct_the_report),
    Case("accept", "office", p("reports/2026-05/accept/?version=1"), TOLD, World.correct_the_report),
    Case(
        "take back",
        "officer",
        p("reports/2026-05/"),
        {},
        World.correct_the_report,
    ),
    Case(
        "number void",
        "office",
        lambda w: f"/dispatch/numbers/{w.number.pk}/void/?version=1",
        {"reason": "印错"},
        World.change_the_number,
    ),
    Case(
        "reply",
        "officer",
        lambda w: f"/dispatch/replies/{w.reply.pk}/",
        {"answer-text": "已报"},
        World.ask_for_something_else,
        lambda w: f"/dispatch/replies/{w.reply.pk}/answer/",
    ),
    Case(
        "submit",
        "officer",
        lambda w: f"/projects/{w.draft.project_id}/reports/2026-05/",
        {"works": "0.0001", "progress": "一层", "problem": "另记", "do": "submit"},
        World.correct_the_draft,
    ),
]


def everything(world: World) -> list[Any]:
    """All that a stale act could have changed."""
    kept: list[Any] = [world.project, world.report, world.draft, world.bid, world.lead, world.problem, world.row]
    kept += [world.squad, world.roster, world.milestone, world.milestone.project.schedule, world.item, world.photo]
    kept += [
        world.number,
        world.reply,
        world.proposal,
        world.started,
        world.entered,
        world.note,
        world.asked,
        world.old,
        world.part,
    ]
    facts = [type(one).objects.filter(pk=one.pk).values().first() for one in kept]
    beside = [list(found.order_by("pk").values()) for found in (
        world.project.plans, world.project.approvals, world.project.sponsors, world.problem.steps,
        world.project.milestones, world.started.entry_proposals, world.late.former_facts, world.late.approval_items,
        world.item.arguments, world.turn.lines,
    )]  # fmt: skip
    return [*facts, *beside]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_stale_act_is_refused(case: Case, county: Unit, people: People, sign_in: Any) -> None:
    world = World(county, people)
    client = sign_in(getattr(people, case.who))
    page = case.page(world)
    address = case.address(world) if case.address else page
    sent = shown(client, page, address if case.address and case.named else "") | case.typed
    before = everything(world)
    if case.fresh:  # it is the page's age that is refused, and nothing else
        with transaction.atomic():
            assert client.post(address, sent).status_code in (204, 302, 303)
            assert everything(world) != before
            transaction.set_rollback(True)
    case.meanwhile(world)
    before = everything(world)
    answer = client.post(address, sent)
    told = any(message.level_tag == "error" for message in get_messages(answer.wsgi_request))
    assert answer.status_code in (409, 422) or told
    assert everything(world) == before


def test_a_week_that_somebody_else_wrote_stays_and_is_shown(county: Unit, people: People, sign_in: Any) -> None:
    world = World(county, people)
    client = sign_in(people.officer)
    address = "/dispatch/week/2026-W23/?unit=xicheng"
    unseen = shown(client, address, "?unit=xicheng")
    world.write_the_week()
    answer = client.post(address, unseen | {f"note_{world.row.pk}": "我写的", f"problem_{world.row.pk}": ""})
    assert (answer.status_code, RoundRow.objects.get().note) == (422, "另写")
    for text in ("另写", "我写的"):
        assert text in answer.content.decode()
