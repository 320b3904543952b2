"""Who has to report on a month: the round's rows. What comes later comes in by a press, never into the closed."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import QueryDict

from core.days.periods import Period
from core.lists.listing import Listing
from core.refusals import NotAllowed, Refused
from dispatch.home.pages import open_rounds
from dispatch.models import Round
from dispatch.rounds import services as rounds
from dispatch.rounds.entering import may_bring_in, of_project
from dispatch.rounds.months import month_state
from organization.profiles.rules import rules_of
from projects.choices import Stage
from projects.ledger import services as ledgers
from projects.lifecycle import services as lifecycle
from projects.list.lists import PROJECTS
from projects.models import Project, ProjectMonth
from projects.registry import services as registry
from projects.reports.closing import close_month, reopen_month
from projects.reports.due import due_items
from projects.reports.months import owed
from projects.review.pages import missing
from tests.support.factories import WAN, count, make_project, make_report, unit_of
from tests.support.times import at

MAY = Period.month(2026, 5)
OPENED, NOW = at("2026-05-25 07:00"), at("2026-06-03 10:00")
LEDGER = "2026年重点项目台账\n序号,项目名称,责任单位,总投资（万元）,年度计划投资（万元）\n7,粮站,西城镇,3000,800\n"
pytestmark = [pytest.mark.django_db, pytest.mark.by_services, pytest.mark.requirement("D03")]


@pytest.fixture
def may(county, people, settings, tmp_path):
    """The month's round, opened with three projects of two units."""
    settings.MEDIA_ROOT = tmp_path
    for name, unit in (("粮库", "xicheng"), ("水厂", "xicheng"), ("厂房", "dongguan")):
        make_project(county, name=name, lead_unit=unit, stage=Stage.STARTED, plan=WAN, created_at=at("2026-03-01"))
    make_report(Project.objects.get(name="粮库"), "2026-04")  # the newest figures are of April
    made = Round.objects.create(county=county, kind="monthly", period="2026-05", opened_at=OPENED,
                                due_at=at("2026-06-05 18:00"))  # fmt: skip
    rounds.fill(made)
    count(Project.objects.all())
    return made


def register(county, people, name="新桥", unit="xicheng"):
    return registry.register(
        county=county, by=people.office, now=NOW, name=name, lead_unit=unit_of(county, unit),
        started_on=date(2026, 6, 1), total_investment=3_000 * WAN, stage=Stage.STARTED,
    )  # fmt: skip


def pursued(project):
    Project.objects.filter(pk=project.pk).update(stage=Stage.STARTED)
    return project


def who_owes(county, people):
    """Who has not reported on May, as each page says it."""
    home = next(state for state in open_rounds(county) if state.round.period == "2026-05")
    return {
        "list": Listing(PROJECTS, people.office, QueryDict("report=missing"), now=NOW).count,
        "tab": next(tab.count for tab in Listing(PROJECTS, people.office, QueryDict(""), now=NOW).tabs
                    if tab.href == "?report=missing"),
        "home": home.missing,
        "review": sum(line.projects for line in missing(county, MAY)),
        "to do": sum(item.count for item in due_items(county, NOW) if item.kind == "report_fill"),
        "round": home.round.rows.missing().count(),
        "count": owed(county, MAY).count(),
        "state": (state := month_state(county, MAY, now=NOW)).due - state.handed_in,
    }  # fmt: skip


def test_all_pages_count_the_rounds_rows(county, people, may):
    register(county, people)
    assert set(who_owes(county, people).values()) == {3}
    make_report(Project.objects.get(name="粮库"), "2026-05", status="submitted")
    assert set(who_owes(county, people).values()) == {2}
    lifecycle.suspend(Project.objects.get(name="水厂"), on=NOW.date(), reason="资金", by=people.office, now=NOW)
    assert set(who_owes(county, people).values()) == {1}
    assert may.rows.get(out="suspended").project.name == "水厂"
    lifecycle.resume(Project.objects.get(name="水厂"), on=NOW.date(), by=people.office, now=NOW)
    registry.edit(Project.objects.get(name="水厂"), lead_unit=unit_of(county, "dongguan"), reason="移交",
                  by=people.office, now=NOW)  # fmt: skip
    assert set(who_owes(county, people).values()) == {2}
    assert [state.unit.code for state in open_rounds(county)[0].owing] == ["dongguan"], "it owes what it leads now"


def test_what_comes_later_comes_in_by_the_units_own_press(county, people, may):
    new = pursued(register(county, people))
    rounds.keep_in_step(county, now=NOW)
    assert not may.rows.filter(project=new).exists()
    assert [project.name for project in may_bring_in(may, people.officer)] == ["新桥"]
    assert may_bring_in(may, people.other_officer) == []
    with pytest.raises(NotAllowed, match="西城镇"):
        rounds.enter(may, [new.pk], by=people.other_officer, now=NOW)
    assert rounds.enter(may, [new.pk], by=people.officer, now=NOW) == 1
    assert rounds.enter(may, [new.pk], by=people.officer, now=NOW) == 0
    row = may.rows.get(project=new)
    assert (row.unit.code, row.since, row.added_by) == ("xicheng", NOW, people.officer)
    assert ProjectMonth.objects.filter(project=new, month="2026-05").exists(), "it counts from the month on"
    assert set(who_owes(county, people).values()) == {4}
    (line,) = of_project(new, people.officer).lines
    assert (line.row, line.wanted) == (row, False)


def test_a_ledger_brings_nothing_into_the_round_either(county, people, may):
    ledgers.store(LEDGER.encode(), "台账.csv", county=county, options=ledgers.Options(), by=people.office, now=NOW)
    rounds.keep_in_step(county, now=NOW)
    assert [project.name for project in may_bring_in(may, people.office)] == ["粮站"]
    assert set(who_owes(county, people).values()) == {3}


def test_nothing_comes_into_what_is_closed_nor_falls_out_of_it(county, people, may):
    new = pursued(register(county, people))
    close_month(county, MAY, by=people.office, now=NOW)
    stands = month_state(county, MAY, now=NOW)
    assert may_bring_in(may, people.office) == [new]  # the page doesn't offer it, the verb refuses it
    with pytest.raises(Refused, match="下一轮"):
        rounds.enter(may, [new.pk], by=people.office, now=NOW)
    lifecycle.withdraw(Project.objects.get(name="水厂"), on=NOW.date(), reason="撤销", by=people.office, now=NOW)
    registry.edit(Project.objects.get(name="粮库"), lead_unit=unit_of(county, "dongguan"), reason="移交",
                  by=people.office, now=NOW)  # fmt: skip
    rounds.keep_in_step(county, now=NOW)
    assert month_state(county, MAY, now=NOW) == stands
    assert sorted(may.rows.values_list("unit__code", "out")) == [("dongguan", ""), ("xicheng", ""), ("xicheng", "")]
    rounds.close_due(county, now=NOW, rules=rules_of(county), days={})
    reopen_month(county, MAY, by=people.office, now=NOW, reason="更正")
    with pytest.raises(Refused, match="下一轮"):
        rounds.enter(may, [new.pk], by=people.office, now=NOW)


def test_what_was_completed_in_the_month_reports_and_before_it_not(county, people, may):
    for name, day in (("粮库", date(2026, 5, 20)), ("水厂", date(2026, 4, 30))):
        registry.edit(Project.objects.get(name=name), completed_on=day, reason="核实", by=people.office, now=NOW)
    assert may.rows.get(out="completed").project.name == "水厂"
    assert set(who_owes(county, people).values()) == {2}


def test_who_must_report_is_asked_of_the_round_and_not_of_how_things_stand_now(county, people, may):
    Project.objects.filter(name="粮库").update(stage=Stage.RESERVE)
    assert owed(county, MAY).filter(name="粮库").exists()
    Round.objects.all().delete()
    assert owed(county, MAY).filter(name="粮库").exists(), "it has a plan for the year"
    Project.objects.get(name="粮库").plans.all().delete()
    assert not owed(county, MAY).filter(name="粮库").exists()


def test_the_press_on_the_pages(county, people, may, sign_in):
    new = pursued(register(county, people))
    officer = sign_in(people.officer)
    part = officer.get(f"/dispatch/projects/{new.pk}/rounds/", headers={"HX-Request": "true"}).content.decode()
    assert "后来入库，没有纳入" in part
    assert "从本月起报" in part
    outside = officer.get("/dispatch/rounds/outside/2026-05/", {"unit": new.lead_unit_id}).content.decode()
    assert "新桥" in outside
    answer = officer.post(f"/dispatch/rounds/{may.pk}/enter/", {"project": new.pk, "back": "project"})
    assert (answer.status_code, answer["Location"]) == (303, f"/projects/{new.pk}/")
    page = officer.get(f"/dispatch/rounds/{may.pk}/").content.decode()
    assert 'id="moved"' in page
    assert people.officer.name in page
    assert 'id="outside"' not in page
