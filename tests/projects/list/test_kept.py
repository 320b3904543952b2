"""Counts and totals of the list stay known, and are what a count of all would say after each kind of write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from core.coded import UNLISTED
from core.days.periods import Period
from core.lists.listing import Listing
from organization.changes import services as changes
from organization.changes.models import Kind
from organization.people.models import User
from organization.squads import services as squads
from organization.units.models import Unit
from projects.choices import ReportStatus, Stage
from projects.ledger import services as ledgers
from projects.lifecycle import services as lifecycle
from projects.list.lists import PROJECTS
from projects.models import MonthlyReport
from projects.plans.services import set_plan
from projects.registry import services as registry
from projects.reports import services as reports
from tests.support.factories import NOW, WAN, count, make_project, make_report
from tests.support.people import People, make_county, make_people

pytestmark = [pytest.mark.requirement("P01"), pytest.mark.django_db, pytest.mark.by_services]
Act = Callable[[SimpleNamespace], Any]
ON = date(2026, 6, 1)
LEDGER = "序号,项目名称,责任单位,总投资（万元）,年度计划投资（万元）\n2,粮库,西城镇,9000,900\n7,粮站,西城镇,300,80\n"


def make_about(county: Unit, people: People) -> SimpleNamespace:
    """Three projects as of May: one led by the officer's unit, one by another, one planned; a report waits."""
    led = make_project(county, name="堤防加固", stage=Stage.STARTED, plan=1_200 * WAN, total_investment=5_000 * WAN)
    other = make_project(county, name="粮库", lead_unit="dongguan", stage=Stage.ENTERED, plan=900 * WAN)
    planned = make_project(county, name="小桥", stage=Stage.PLANNED, plan=None)
    for project in (led, other):
        make_report(project, "2026-05", works=500 * WAN)
    waits = make_project(county, name="水厂", stage=Stage.STARTED)
    make_report(waits, "2026-05", works=WAN, status=ReportStatus.SUBMITTED)
    count([led, other, planned, waits])
    return SimpleNamespace(led=led, other=other, planned=planned, waits=waits, county=county, people=people)


@pytest.fixture
def about(county: Unit, people: People, settings: Any, tmp_path: Any) -> SimpleNamespace:
    settings.MEDIA_ROOT = tmp_path
    return make_about(county, people)


def waiting(about: SimpleNamespace) -> MonthlyReport:
    return MonthlyReport.objects.get(project=about.waits, status=ReportStatus.SUBMITTED)


def by_office(verb: Callable[..., Any], thing: str, **more: Any) -> Act:
    return lambda a: verb(getattr(a, thing), by=a.people.office, now=NOW, **more)


WRITES: dict[str, Act] = {
    "a report accepted": lambda a: reports.accept(waiting(a), by=a.people.office, now=NOW, reason="领导出差"),
    "a report given back": lambda a: reports.give_back(waiting(a), by=a.people.office, now=NOW, reason="写清楚"),
    "a report corrected": lambda a: reports.save(
        a.led, Period.month(2026, 5), by=None, now=NOW, works=WAN, reason="更正"),
    "a step": by_office(lifecycle.send_back, "led", to=Stage.PREWORK, on=ON, reason="未实质开工"),
    "put aside": by_office(lifecycle.suspend, "led", on=ON, reason="资金"),
    "put aside in a month that is over": by_office(
        lifecycle.suspend, "led", on=date(2026, 4, 15), reason="资金"),
    "withdrawn": by_office(lifecycle.withdraw, "led", on=ON, reason="撤销"),
    "a plan": lambda a: set_plan(a.led, 2026, investment=WAN, by=a.people.office, now=NOW, reason="调整"),
    "a plan without an amount": lambda a: set_plan(a.planned, 2026, investment=None, by=a.people.office, now=NOW),
    "a level": by_office(registry.edit, "led", level="city"),
    "a sector": by_office(registry.edit, "led", sector="没有的行业"),
    "a name": by_office(registry.edit, "other", name="小堤防"),
    "a sponsor": lambda a: registry.set_sponsors(
        a.led, [a.people.leader.main_post], by=a.people.office, now=NOW),
    "an approval": by_office(
        registry.record_approval, "planned", kind="filing", obtained_on=ON, reason="代录"),
    "handed over": lambda a: registry.edit(
        a.other, by=a.people.office, now=NOW, lead_unit=a.led.lead_unit),
    "a unit that helps": lambda a: registry.edit(
        a.other, by=a.people.office, now=NOW, cooperating_units=[a.led.lead_unit]),
    "a project registered": lambda a: registry.register(
        county=a.county, by=a.people.office, now=NOW, name="粮站", lead_unit=a.led.lead_unit),
    "a squad": lambda a: squads.form_squad(
        a.county, name="专班一", by=a.people.office, now=NOW, lead=a.led.lead_unit),
    "a squad's project": lambda a: (
        WRITES["a squad"](a),
        registry.edit(a.other, by=a.people.office, now=NOW, cooperating_units=[unit_called(a.county, "专班一")])),
    "a unit merged": lambda a: changes.plan_change(
        a.other.lead_unit, kind=Kind.MERGE, into=a.led.lead_unit, on=ON, reason="并镇", by=a.people.admin, now=NOW),
    "a unit renamed": lambda a: changes.plan_change(
        a.other.lead_unit, kind=Kind.RENAME, new_name="堤防镇", new_short_name="堤防镇", on=ON, reason="更名",
        by=a.people.admin, now=NOW),
    "a unit moved": lambda a: changes.plan_change(
        a.other.lead_unit, kind=Kind.MOVE, new_parent=a.led.lead_unit, on=ON, reason="代管", by=a.people.admin,
        now=NOW),
    "a ledger": lambda a: ledgers.store(
        LEDGER.encode(), "台账.csv", county=a.county, by=a.people.office, now=NOW,
        options=ledgers.Options(year=2026)),
}  # fmt: skip
ASKED = (
    ("office", ""), ("office", "q=堤防"), ("office", f"sector={UNLISTED}"), ("officer", "unit=mine&light=good"),
    ("leader", "sponsor=mine"), ("squad", "squad=mine"), ("office", "period=2026-04"),
)  # fmt: skip
SQUADS_OWN_PAGE = "a squad"  # by itself it changes no figure: nobody gave it a project


def unit_called(county: Unit, name: str) -> Unit:
    return Unit.objects.get(county=county, name=name)


def listed(user: User, query: str) -> Listing:
    return Listing(PROJECTS, User.objects.get(pk=user.pk), QueryDict(f"period=2026-06&{query}"), now=NOW)


def told(about: SimpleNamespace) -> list[Any]:
    """What the lists of these people say: totals, counts of the views, what came or changed after the month."""
    lists = [listed(getattr(about.people, who), query) for who, query in ASKED]
    return [(shown.totals, [tab.count for tab in shown.tabs], shown.remarks) for shown in lists]


@pytest.mark.parametrize("write", WRITES)
def test_what_is_known_is_what_a_count_would_say_after_each_write(about: SimpleNamespace, write: str) -> None:
    before = told(about)
    WRITES[write](about)
    known = told(about)
    cache.clear()
    assert known == told(about)
    assert (known == before) == (write == SQUADS_OWN_PAGE)


def counted(user: User) -> list[str]:
    """The statements that add the list up or count a view of it."""
    with CaptureQueriesContext(connection) as seen:
        assert listed(user, "").totals["n"]
    return [one["sql"] for one in seen if 'AS "sum_done"' in one["sql"] or 'AS "view_' in one["sql"]]


@pytest.mark.parametrize("write", ["a report accepted", "a plan", "a project registered", "a ledger"])
def test_what_another_county_writes_leaves_everything_known(about: SimpleNamespace, write: str) -> None:
    other = make_county("linxian", "邻县")
    there = make_about(other, make_people(other, prefix="linxian_"))
    for user in (about.people.office, about.people.officer, there.people.officer):
        assert counted(user)
        assert not counted(user)
    WRITES[write](there)
    assert not counted(about.people.officer)
    assert counted(there.people.officer)
