"""The months' rows are in step after each act: every verb of the services that could touch them, by one table."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core.days.periods import Period
from investment.leads import services as leads
from organization.changes import services as changes
from organization.changes.models import Kind
from organization.units.models import Unit
from projects.choices import ReportStatus, Stage
from projects.entries import services as entries
from projects.entries.models import EntryProposal
from projects.ledger import services as ledgers
from projects.lifecycle import services as lifecycle
from projects.many import services as many
from projects.many.rows import versions
from projects.milestones import services as milestones
from projects.milestones.services import Typed
from projects.models import AnnualPlan, Approval, Milestone, MonthChange, MonthlyReport, Project, ProjectMonth
from projects.packages import services as packages
from projects.plans.services import set_plan, take_back_filled
from projects.registry import services as registry
from projects.registry import succession
from projects.registry.months import services as months
from projects.reports import services as reports
from projects.reports.closing import close_month
from projects.turn.services import prepare_turn, put_in_force, take_back_turn
from tests.investment.leads.test_leads import make_signed
from tests.support.factories import NOW, WAN, count, make_project, make_report
from tests.support.people import People
from tests.support.plans import agreed, in_force, plans_filled
from tests.test_verbs import verbs

pytestmark = [pytest.mark.django_db, pytest.mark.by_services]
ON, TODAY = date(2026, 6, 1), NOW.date()
MARCH, MAY = Period.month(2026, 3), Period.month(2026, 5)
LEDGER = (
    "序号,项目名称,责任单位,总投资（万元）,年度计划投资（万元）\n1,堤防加固,西城镇,3000,800\n2,粮库,东关乡,9000,900\n"
)
#: Whose verbs are asked, and functions that write without standing among services.
ASKED = ("projects.", "organization.changes.", "investment.")
BESIDE = ("projects.registry.succession", "projects.reports.closing", "projects.registry.months.drafts")

READS = "reads"
ASIDE = "none of the facts that a row shows"
NOT_COUNTED = "a report that isn't accepted counts in no row"
WITHIN = "within a verb that has its own line"
TOUCHES_NONE = {
    "projects.turn.services.decide_lines": "lines beside the projects: they change when it is put in force",
    "projects.turn.services.decide_lists": "as above",
    "projects.turn.services.send_round": "as above",
    "projects.turn.services.answer_turn": "as above",
    "projects.turn.services.ask_again": "as above",
    "projects.turn.services.hand_on_sponsor": "as above",
    "projects.turn.services.agree_turn": "as above",
    "projects.registry.services.classify": ASIDE,
    "projects.registry.services.recode": ASIDE,
    "projects.registry.services.set_sponsors": ASIDE,
    "projects.registry.services.in_codes": READS,
    "projects.registry.services.initials_of": READS,
    "projects.registry.services.unclassed": READS,
    "projects.registry.services.lock": READS,
    "projects.registry.succession.successors": READS,
    "projects.registry.succession.hand_on_sponsored": ASIDE,
    "projects.registry.succession.follow_portfolios": ASIDE,
    "projects.registry.months.services.demand_lived": READS,
    "projects.registry.months.services.count_from": "what bringing into a round calls, which has its own test",
    "projects.registry.months.services.follow": "what the others call",
    "projects.registry.months.services.forget": "what taking an import back calls, which has its own test",
    "projects.registry.months.services.bring_back": "what taking back calls: projects.many.services.take_back",
    "projects.registry.months.drafts.hold_plans": WITHIN,
    "projects.registry.months.drafts.release_plans": WITHIN,
    "projects.registry.months.drafts.drafted": READS,
    "projects.registry.months.services.former": READS,
    "projects.registry.months.services.dropped": READS,
    "projects.many.services.give_leader": ASIDE,
    "projects.registry.months.services.check": READS,
    "projects.registry.months.services.closed_months": READS,
    "projects.registry.months.services.first_day": READS,
    "projects.registry.months.services.horizon": READS,
    "projects.registry.months.services.seen_of": READS,
    "projects.registry.months.services.waiting": READS,
    "projects.entries.services.propose_entry": "nothing is entered before it is confirmed",
    "projects.entries.services.return_proposal": "as above",
    "projects.entries.services.reopen_proposal": "as above",
    "projects.entries.services.withdraw_proposal": "as above",
    "projects.entries.services.confirm_on_file": "who confirmed an entry whose day is on file",
    "projects.ledger.services.column_choices": READS,
    "projects.ledger.services.demand": READS,
    "projects.ledger.services.look_at": READS,
    "projects.ledger.services.keep_found": WITHIN,
    "projects.ledger.services.look": READS,
    "projects.ledger.services.look_again": "stores the upload only",
    "projects.ledger.services.options_of": READS,
    "projects.ledger.services.preview": "stores the upload only",
    "projects.reports.services.approve": NOT_COUNTED,
    "projects.reports.services.submit": NOT_COUNTED,
    "projects.reports.services.take_back": NOT_COUNTED,
    "projects.reports.services.copy_last": NOT_COUNTED,
    "projects.reports.services.carry_forward": WITHIN,
    "projects.effort.services.measure": ASIDE,
    "projects.gathering.services.gather": "stores the files only",
    "projects.gathering.services.take_over": NOT_COUNTED,
    "projects.gathering.services.give_back": NOT_COUNTED,
    "projects.gathering.services.put_aside": "stores what becomes of the file only",
    "projects.gathering.services.take_up_again": "as above",
    "projects.gathering.services.said_of": READS,
    "projects.reports.services.standing_in_the_way": READS,
    "projects.reports.services.waits_for_sponsor": READS,
    "projects.reports.closing.is_early": READS,
    "projects.reports.closing.lock_month": READS,
    "projects.reports.closing.close_month": "says from when later changes count; what stands, stands",
    "projects.reports.closing.reopen_month": "as above",
    "projects.codes.services.write_code": ASIDE,
    "projects.platform.services.keep_export": "stores the upload only",
    "projects.platform.services.rows_of": READS,
    "projects.platform.services.look": READS,
    "projects.platform.services.write_rows": ASIDE,
    "projects.platform.services.take_back": ASIDE,
    "projects.contacts.services.write_contact": ASIDE,
    "projects.contacts.services.look_at_contacts": READS,
    "projects.resumptions.services.record_resumption": "a row shows none: its own day says in which month it counts",
    "projects.resumptions.services.record_resumptions": "as above",
    "projects.resumptions.services.take_back": "as above",
    "projects.map.services.draw_outline": ASIDE,
    "projects.map.services.restore_outline": ASIDE,
    "projects.map.services.sketch_outline": ASIDE,
    "projects.map.services.place_project": ASIDE,
    "projects.rosters.services.make_roster": ASIDE,
    "projects.rosters.services.change_roster": ASIDE,
    "projects.rosters.services.close_roster": ASIDE,
    "projects.rosters.services.open_roster": ASIDE,
    "projects.rosters.services.put_on": ASIDE,
    "projects.rosters.services.take_off": ASIDE,
    "projects.rosters.services.take_back": ASIDE,
    "projects.rosters.services.stamps": READS,
    "projects.rosters.services.entry_refused": READS,
    "projects.rosters.services.exit_refused": READS,
    "projects.milestones.services.forecast": ASIDE,
    "projects.milestones.services.tell_late": READS,
    "projects.milestones.services.field": READS,
    "projects.sponsorship.services.appoint": ASIDE,
    "projects.sponsorship.services.dismiss": ASIDE,
    "projects.sponsorship.services.hand_on": ASIDE,
    "projects.sponsorship.services.record_visit": ASIDE,
    "projects.sponsorship.services.withdraw_visit": ASIDE,
    "projects.sponsorship.services.restore_visit": ASIDE,
    "projects.sponsorship.services.report_of": READS,
    "projects.sponsorship.services.write_remark": ASIDE,
    "projects.sponsorship.services.send_report": ASIDE,
    "projects.sponsorship.services.recall_report": ASIDE,
    "projects.photos.services.add_photo": ASIDE,
    "projects.photos.services.remove_photo": ASIDE,
    "projects.photos.services.restore_photo": ASIDE,
    "projects.photos.services.judge_anew": ASIDE,
    "projects.photos.services.judge_touched": ASIDE,
    "projects.supervision.services.answer_supervision": ASIDE,
    "projects.supervision.services.note_supervision": ASIDE,
    "projects.approvals.services.draw_up": ASIDE,
    "projects.approvals.services.draw_up_all": ASIDE,
    "projects.approvals.services.add_item": ASIDE,
    "projects.approvals.services.change_item": ASIDE,
    "projects.approvals.services.set_item": ASIDE,
    "projects.approvals.services.argue": ASIDE,
    "projects.approvals.services.answer_argument": ASIDE,
    "projects.approvals.services.obtain": "calls `record_approval`",
    "projects.approvals.services.work_item": "as above",
    "projects.approvals.services.warn": ASIDE,
    "projects.approvals.services.deadline": READS,
    "organization.changes.services.keep_valid": "a row keeps the unit that led",
    "organization.changes.services.seen_of": READS,
    "organization.changes.services.withdraw": "of a plan that isn't carried out",
    "organization.changes.services.plan_again": "of a plan that isn't carried out",
    "organization.changes.services.take_back_rename": "a row keeps the unit, not its name",
    "investment.leads.services.advance": "a lead is no project before it lands",
    "investment.leads.services.classify": "as above",
    "investment.leads.services.create_lead": "as above",
    "investment.leads.services.edit_lead": "as above",
    "investment.leads.services.hand_on": "as above",
    "investment.leads.services.lose": "as above",
    "investment.leads.services.resume": "as above",
}


@pytest.fixture
def about(county: Unit, people: People, settings: Any, tmp_path: Any) -> SimpleNamespace:
    """Projects of two units, with plans and reports of the year, April closed."""
    settings.MEDIA_ROOT = tmp_path
    one = make_project(county, name="堤防加固", stage=Stage.STARTED, plan=1_000 * WAN, total_investment=5_000 * WAN)
    other = make_project(county, name="粮库", lead_unit="dongguan", stage=Stage.ENTERED, plan=900 * WAN)
    for month in ("2026-03", "2026-04", "2026-05"):
        make_report(one, month, works=100 * WAN)
        make_report(other, month, works=50 * WAN)
    count([one, other])
    close_month(county, Period.month(2026, 4), by=None, now=NOW)
    assert not list(months.check(now=NOW))
    return SimpleNamespace(project=one, other=other, county=county, people=people)


def report(about: SimpleNamespace, status: str = ReportStatus.ACCEPTED, month: str = "2026-05") -> MonthlyReport:
    MonthlyReport.objects.filter(project=about.project, month=month).update(status=status)
    count([about.project])
    return MonthlyReport.objects.get(project=about.project, month=month)


def proposal(about: SimpleNamespace) -> EntryProposal:
    return entries.propose_entry(about.project, by=about.people.office, on=ON, now=NOW)


def suspended(about: SimpleNamespace) -> Project:
    lifecycle.suspend(about.project, by=about.people.office, on=date(2026, 3, 20), now=NOW, reason="资金")
    return Project.objects.get(pk=about.project.pk)


def unit_change(about: SimpleNamespace, kind: str, **more: Any) -> Any:
    unit = about.project.lead_unit
    told = {"kind": kind, "on": ON, "reason": "区划调整", "by": about.people.admin, "now": NOW}
    return changes.plan_change(unit, **(told | more))


def planned_merger(about: SimpleNamespace) -> Any:
    return unit_change(about, Kind.MERGE, into=about.other.lead_unit, on=TODAY + timedelta(days=5))


def waits(about: SimpleNamespace) -> Project:
    """Suspended in March, while April is closed: it counts from May on."""
    assert months.waiting(suspended(about))
    return about.project


def withdraw_many(about: SimpleNamespace) -> Any:
    version = versions([about.project.pk, about.other.pk])
    return many.withdraw(about.county, version=version, by=about.people.office, now=NOW, reason="不再实施")


def pack(about: SimpleNamespace) -> Any:
    package, version = make_project(about.county, name="打包项目"), versions([about.project.pk, about.other.pk])
    count([package])
    return packages.put_in(about.county, package=package, version=version, by=about.people.office, now=NOW)


def node(about: SimpleNamespace) -> Milestone:
    """A milestone of one's own, due on the first of June."""
    if not (found := Milestone.objects.filter(project=about.project).first()):
        milestones.add(about.project, label="交地", planned_on=ON, by=about.people.office, now=NOW)
        found = Milestone.objects.get(project=about.project)
    return found


def laid(about: SimpleNamespace) -> Project:
    """A schedule of one milestone, which an approval ends."""
    milestones.lay_out(about.other, target=date(2027, 3, 31), template="start", by=about.people.office, now=NOW)
    Milestone.objects.filter(project=about.other).exclude(fact="feasibility").delete()
    months.follow([about.other], on=TODAY, now=NOW, by=None)
    return about.other


def obtained(about: SimpleNamespace) -> Approval:
    return registry.record_approval(laid(about), kind="feasibility", obtained_on=ON, by=about.people.office, now=NOW)


def lose_rows(about: SimpleNamespace) -> None:
    ProjectMonth.objects.filter(project=about.project, month__gte="2026-09").delete()


Act = Callable[[SimpleNamespace], Any]


def by_office(verb: Callable[..., Any], thing: str | Act = "project", who: str = "office", **more: Any) -> Act:
    def act(about: SimpleNamespace) -> Callable[[], Any]:
        row = getattr(about, thing) if isinstance(thing, str) else thing(about)
        return partial(verb, row, by=getattr(about.people, who), now=NOW, **more)

    return act


ACTS: dict[str, list[Act]] = {
    "projects.registry.services.register": [
        lambda a: partial(registry.register, county=a.county, by=a.people.office, now=NOW, name="水厂",
                          lead_unit=a.project.lead_unit, started_on=date(2026, 3, 3)),
    ],
    "projects.registry.services.edit": [
        by_office(registry.edit, total_investment=6_000 * WAN),
        by_office(registry.edit, planned_start=date(2026, 9, 1), reason="推迟"),
        by_office(registry.edit, planned_completion=date(2026, 12, 1)),
        by_office(registry.edit, started_on=date(2026, 5, 2), reason="笔误"),
        by_office(registry.edit, completed_on=date(2026, 6, 2)),
        lambda a: partial(registry.edit, a.project, by=a.people.office, now=NOW, lead_unit=a.other.lead_unit),
        lambda a: partial(registry.edit, a.project, by=a.people.office, now=NOW, competent_unit=a.other.lead_unit),
    ],
    "projects.registry.succession.hand_on": [
        lambda a: partial(succession.hand_on, a.project.lead_unit, a.other.lead_unit, by=None, on=ON, now=NOW,
                          reason="并镇"),
    ],
    "projects.registry.months.services.correct": [
        by_office(lambda project, **told: months.correct(project, MARCH, **told), waits, reason="补录"),
    ],
    "projects.registry.months.services.extend": [
        lambda a: (lose_rows(a), partial(months.extend, a.county, now=NOW))[1],
    ],
    "projects.registry.months.services.fill": [lambda a: (lose_rows(a), partial(months.fill, now=NOW))[1]],
    "projects.lifecycle.services.advance": [
        by_office(lifecycle.advance, "other", to=Stage.COMPLETED, on=date(2026, 5, 30)),
        by_office(lifecycle.advance, lambda a: make_project(a.county, name="桥", stage=Stage.PREWORK, plan=WAN),
                  to=Stage.STARTED, on=date(2026, 5, 4), waive=["approval", "construction"], reason="先行"),
    ],
    "projects.lifecycle.services.send_back": [
        by_office(lifecycle.send_back, to=Stage.PREWORK, on=date(2026, 4, 2), reason="未实质开工"),
    ],
    "projects.lifecycle.services.suspend": [
        by_office(lifecycle.suspend, on=ON, reason="资金"),
        by_office(lifecycle.suspend, on=date(2026, 3, 20), reason="资金"),
    ],
    "projects.lifecycle.services.resume": [by_office(lifecycle.resume, suspended, on=ON)],
    "projects.lifecycle.services.withdraw": [
        by_office(lifecycle.withdraw, on=ON, reason="撤销"),
        by_office(lifecycle.withdraw, suspended, on=ON, reason="撤销"),
    ],
    "projects.many.services.hand_over": [
        lambda a: partial(many.hand_over, a.county, unit=a.other.lead_unit, version=versions([a.project.pk]),
                          by=a.people.office, now=NOW, reason="统一牵头"),
    ],
    "projects.packages.services.put_in": [lambda a: partial(pack, a)],
    "projects.packages.services.take_out": [
        lambda a: (pack(a), partial(packages.take_out, a.county, version=versions([a.project.pk]),
                                    by=a.people.office, now=NOW, reason="单列"))[1],
    ],
    "projects.packages.services.take_back_packing": [
        lambda a: partial(packages.take_back_packing, pack(a), by=a.people.office, now=NOW, reason="撤回"),
    ],
    "projects.many.services.withdraw": [lambda a: partial(withdraw_many, a)],
    "projects.many.services.take_back": [
        lambda a: partial(many.take_back, withdraw_many(a), by=a.people.office, now=NOW, reason="撤回"),
    ],
    "projects.entries.services.confirm_entry": [by_office(entries.confirm_entry, who="statistics", on=ON)],
    "projects.entries.services.accept_proposal": [by_office(entries.accept_proposal, proposal, who="statistics")],
    "projects.entries.services.correct_day": [
        by_office(entries.correct_day, "other", who="statistics", entered_on=date(2026, 5, 2), reason="笔误"),
    ],
    "projects.plans.services.set_plan": [
        lambda a: partial(set_plan, a.project, 2026, investment=700 * WAN, by=a.people.office, now=NOW, reason="调整"),
        lambda a: (AnnualPlan.objects.filter(project=a.project).delete(), count([a.project]),
                   partial(set_plan, a.project, 2026, investment=WAN, by=a.people.office, now=NOW))[2],
    ],
    "projects.turn.services.prepare_turn": [by_office(prepare_turn, "county", year=2026)],
    "projects.turn.services.put_in_force": [lambda a: partial(
        put_in_force, agreed(a), on=ON, by=a.people.office, now=NOW)],
    "projects.turn.services.take_back_turn": [lambda a: partial(
        take_back_turn, in_force(a), by=a.people.office, now=NOW,
        reason="撤回")],
    "projects.milestones.services.lay_out": [
        by_office(milestones.lay_out, target=date(2027, 3, 31), template="start")],
    "projects.milestones.services.add": [by_office(milestones.add, label="交地", planned_on=ON)],
    "projects.milestones.services.move": [by_office(milestones.move, node, to=date(2026, 7, 1), reason="征迁")],
    "projects.milestones.services.set_days": [
        lambda a: partial(milestones.set_days, node(a).project, now=NOW, reason="征迁", by=a.people.office,
                          typed={node(a).pk: Typed(date(2026, 7, 1))})],
    "projects.milestones.services.finish": [by_office(milestones.finish, node, on=date(2026, 5, 4))],
    "projects.milestones.services.remove": [by_office(milestones.remove, node)],
    "projects.milestones.services.take_back": [by_office(milestones.take_back, lambda a: node(a).project.schedule)],
    "projects.registry.services.record_approval": [
        by_office(registry.record_approval, laid, kind="feasibility", obtained_on=ON)],
    "projects.registry.services.remove_approval": [
        by_office(registry.remove_approval, obtained, reason="笔误")],
    "projects.plans.services.take_back_filled": [
        lambda a: partial(take_back_filled, plans_filled(a), by=a.people.office, now=NOW, reason="撤回"),
    ],
    "projects.ledger.services.store": [
        lambda a: partial(ledgers.store, LEDGER.encode(), "台账.csv", county=a.county, by=a.people.office, now=NOW,
                          options=ledgers.Options(year=2026)),
        lambda a: partial(ledgers.store, LEDGER.replace("堤防", "新").encode(), "台账.csv", county=a.county, now=NOW,
                          by=None, options=ledgers.Options(year=2026, period="2026-05")),
    ],
    "projects.ledger.services.store_preview": [
        by_office(ledgers.store_preview, lambda a: ledgers.preview(
            LEDGER.encode(), "台账.csv", county=a.county, by=a.people.office, now=NOW,
            options=ledgers.Options(year=2026))),
    ],
    "projects.reports.services.save": [
        lambda a: partial(reports.save, a.project, MAY, by=None, now=NOW, works=7 * WAN, reason="更正"),
        lambda a: partial(reports.save, a.project, Period.month(2026, 3), by=None, now=NOW, works=7 * WAN,
                          reason="更正"),
    ],
    "projects.reports.services.accept": [
        by_office(reports.accept, lambda a: report(a, ReportStatus.SUBMITTED), reason="领导出差"),
        by_office(reports.accept, lambda a: report(a, ReportStatus.APPROVED, "2026-03")),
    ],
    "projects.reports.services.give_back": [by_office(reports.give_back, report, reason="写清楚")],
    "organization.changes.services.plan_change": [
        lambda a: partial(unit_change, a, Kind.MERGE, into=a.other.lead_unit),
        lambda a: partial(unit_change, a, Kind.CLOSE, into=a.other.lead_unit, on=date(2026, 3, 10)),
    ],
    "organization.changes.services.carry_out": [
        lambda a: partial(changes.carry_out, planned_merger(a), now=NOW + timedelta(days=6)),
    ],
    "organization.changes.services.carry_out_due": [
        lambda a: (planned_merger(a), partial(changes.carry_out_due, a.county, now=NOW + timedelta(days=6)))[1],
    ],
    "investment.leads.services.land": [
        lambda a: partial(leads.land, make_signed(a.county, a.people.investment), by=a.people.office, on=ON, now=NOW),
    ],
}  # fmt: skip


def rows() -> list[tuple[Any, ...]]:
    return list(ProjectMonth.objects.order_by("project", "month").values_list())


@pytest.mark.parametrize(("verb", "n"), [(verb, n) for verb, acts in ACTS.items() for n in range(len(acts))])
def test_the_rows_are_as_the_facts_say_after_each_act(about: SimpleNamespace, verb: str, n: int) -> None:
    act = ACTS[verb][n](about)
    before = rows()
    act()
    assert rows() != before, "an act that touches no row guards nothing here"
    assert not [f"{one.month}: {one}" for one in months.check(now=NOW)]


def test_units_that_are_renamed_or_moved_leave_the_rows_as_they_are(about: SimpleNamespace) -> None:
    before = rows()
    unit_change(about, Kind.RENAME, new_name="西城街道", new_short_name="西城街道")
    unit_change(about, Kind.MOVE, new_parent=about.other.lead_unit)
    assert rows() == before
    assert not list(months.check(now=NOW))


def test_every_verb_has_a_line() -> None:
    found = {name for name, _verb in verbs() if name.startswith(ASKED)}
    for module in map(importlib.import_module, BESIDE):
        functions = inspect.getmembers(module, inspect.isfunction)
        found |= {f"{module.__name__}.{name}" for name, function in functions
                  if function.__module__ == module.__name__ and not name.startswith("_")}  # fmt: skip
    assert found == {*ACTS, *TOUCHES_NONE}
    assert not ACTS.keys() & TOUCHES_NONE.keys()


def test_a_corrected_report_changes_the_months_behind_it_and_each_says_its_own(about: SimpleNamespace) -> None:
    before = dict(ProjectMonth.objects.filter(project=about.project).values_list("month", "done"))
    later = NOW + timedelta(days=62)  # 11 August
    reports.save(about.project, MAY, by=about.people.office, now=later, works=300 * WAN, reason="漏报")
    after = dict(ProjectMonth.objects.filter(project=about.project).values_list("month", "done"))
    assert {month for month in after if after[month] != before[month]} == {f"2026-{n:02}" for n in range(5, 13)}
    noted = MonthChange.objects.filter(project=about.project).order_by("month")  # July is being reported on
    assert list(noted.values_list("month", "done", "reason")) == [(f"2026-0{n}", 200 * WAN, "漏报") for n in (5, 6)]


def test_the_command_says_nothing_where_all_is_well_and_ends_with_1_where_a_row_was_spoiled(
    about: SimpleNamespace, monkeypatch: Any
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    out = StringIO()

    def said(*args: str) -> str:
        out.truncate(out.seek(0))
        call_command("check_months", *args, stdout=out)
        return out.getvalue()

    assert "all rows are as their facts say" in said()
    spoiled = ProjectMonth.objects.filter(project=about.project, month="2026-05")
    spoiled.update(done=1, lead_unit=about.other.lead_unit)
    ProjectMonth.objects.filter(project=about.other, month="2026-02").delete()
    with pytest.raises(CommandError) as found:
        said()
    assert found.value.returncode == 1
    assert "2 rows differ" in str(found.value)
    assert f"{about.project.pk} 2026-05: lead_unit_id" in out.getvalue()
    assert "2 rows mended" in said("--mend")
    assert "all rows are as their facts say" in said("--county", about.county.code)
    assert spoiled.get().done == 300 * WAN
    with pytest.raises(CommandError):
        said("--county", "nowhere")
