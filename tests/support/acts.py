"""What is done to a county's projects, units, months and rankings, each act through its service: drawn by a property
test, which picks of what there is by numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from unittest.mock import patch

from core.days.periods import Period
from core.tables.reading import Grid
from dispatch.models import Round
from dispatch.rounds import services as rounds
from dispatch.standings import services as rankings
from organization.changes import services as changes
from organization.units.models import Unit
from projects.ledger import services as ledgers
from projects.lifecycle import services as lifecycle
from projects.models import MonthlyReport, Project
from projects.plans.services import set_plan
from projects.registry import services as registry
from projects.registry.months import services as months
from projects.reports import services as reports
from projects.reports.closing import close_month, reopen_month
from tests.support.factories import WAN, unit_of
from tests.support.months import publish_ranking
from tests.support.people import People

MARCH, APRIL, MAY = SHOWN = [Period.month(2026, number) for number in (3, 4, 5)]
UNITS = ("xicheng", "dongguan", "kaifaqu", "zhujian", "gongxin", "zhan")


@dataclass
class Act:
    """What is done on a day: `which` picks a project, a unit or a month of those that it fits, `n` a value."""

    county: Unit
    people: People
    now: datetime
    which: int
    n: int

    @property
    def today(self) -> date:
        return self.now.date()

    @cached_property
    def project(self) -> Project:
        projects = Project.objects.filter(county=self.county).order_by("pk")
        return projects[self.which % projects.count()]

    @cached_property
    def month(self) -> Period:
        return SHOWN[self.n % len(SHOWN)]

    @property
    def ago(self) -> date:
        """A day of the year, often in a month that is over."""
        return self.today - timedelta(days=(self.n * 17) % 90)

    def unit(self, number: int) -> Unit:
        return unit_of(self.county, UNITS[number % len(UNITS)])

    def told(self, who: str = "office", **more: Any) -> dict[str, Any]:
        return {"by": getattr(self.people, who), "now": self.now, **more}


def report(act: Act) -> None:
    """Handed in and accepted, if need be long after the month; an accepted one is corrected."""
    one = reports.save(
        act.project, act.month, works=(act.n * 37 % 400) * WAN, progress="施工", **act.told(reason="更正")
    )
    if one.status != "accepted":
        reports.submit([one], **act.told())
        one.refresh_from_db()
        reports.accept(one, reason="领导出差", **act.told())


def give_back(act: Act) -> None:
    one = MonthlyReport.objects.filter(project=act.project, month=str(act.month)).first()
    if one is not None:
        reports.give_back(one, reason="写清楚", **act.told())


def hand_on(act: Act) -> None:
    registry.edit(act.project, lead_unit=act.unit(act.n), **act.told(reason="移交"))


def suspend(act: Act) -> None:
    lifecycle.suspend(act.project, on=act.ago, reason="资金", **act.told())


def resume(act: Act) -> None:
    lifecycle.resume(act.project, on=act.ago, reason="复工", **act.told())


def withdraw(act: Act) -> None:
    lifecycle.withdraw(act.project, on=act.ago, reason="撤销", **act.told())


def plan(act: Act) -> None:
    amount = (None, 0, 300 * WAN, 2_000 * WAN, 5_000 * WAN)[act.n % 5]
    set_plan(act.project, 2026, investment=amount, reason="调整", **act.told())


def postpone(act: Act) -> None:
    planned = (None, date(2026, 3, 1), date(2026, 5, 20), date(2026, 9, 1), date(2027, 3, 1))[act.n % 5]
    registry.edit(act.project, planned_start=planned, **act.told(reason="推迟"))


def start(act: Act) -> None:
    registry.edit(act.project, started_on=act.ago, **act.told(reason="核实"))


def complete(act: Act) -> None:
    """Into last year, or on a day of this one."""
    day = date(2025, 12, 20) if act.n % 2 else act.ago
    registry.edit(act.project, started_on=date(2025, 3, 1), completed_on=day, **act.told(reason="核实"))


def correct(act: Act) -> None:
    months.correct(act.project, MARCH, **act.told(reason="核对后更正"))


def change_unit(act: Act, kind: str, **more: Any) -> None:
    changes.plan_change(act.unit(act.which), kind=kind, on=act.ago, reason="机构改革", **act.told("admin", **more))


def merge(act: Act) -> None:
    change_unit(act, "merge", into=act.unit(act.n))


def close(act: Act) -> None:
    change_unit(act, "close", into=act.unit(act.n))


def rename(act: Act) -> None:
    change_unit(act, "rename", new_name=f"新名{act.n}号局", new_short_name=f"新名{act.n}")


def put_below(act: Act) -> None:
    change_unit(act, "move", new_parent=act.unit(act.n) if act.n % 3 else act.county)


def close_a_month(act: Act) -> None:
    close_month(act.county, act.month, by=None, now=act.now)


def reopen(act: Act) -> None:
    reopen_month(act.county, act.month, by=None, now=act.now, reason="补报")


def publish(act: Act) -> None:
    publish_ranking(act.county, act.month, **act.told())


def unpublish(act: Act) -> None:
    done = rankings.published(act.county, act.month)
    if done is not None:
        rankings.withdraw_ranking(done, reason="数据有误", version=done.version, **act.told())


def register(act: Act) -> None:
    """A project that comes later, by hand."""
    registry.register(
        county=act.county, name=f"新项目{Project.objects.count()}", lead_unit=act.unit(act.n), started_on=act.ago,
        total_investment=3_000 * WAN, by=act.people.office, now=act.now,
    )  # fmt: skip


def bring_a_ledger(act: Act) -> None:
    """A project that comes later, by a ledger, and what it says of one on file."""
    head: list[Any] = ["序号", "项目名称", "责任单位", "总投资（万元）", "年度计划投资（万元）"]
    lines: list[list[Any]] = [["2026年重点项目台账"], head,
             [act.project.number, act.project.name, act.project.lead_unit.name, 900 + act.n, act.n * 30],
             [900 + act.n, f"台账项目{act.n}", "西城镇", 3000, 800]]  # fmt: skip
    with patch.object(ledgers, "sheets_of", lambda *_file: [Grid("台账", lines)]):  # no process for each example
        ledgers.store(b"", "台账.csv", county=act.county, options=ledgers.Options(), **act.told())


def bring_in(act: Act) -> None:
    """Into the round of a month, what came after it had opened."""
    opened = Round.objects.get(county=act.county, period=str(act.month))
    rounds.enter(opened, rounds.outside(opened).values_list("pk", flat=True), **act.told())


ACTS = (
    report, give_back, hand_on, suspend, resume, withdraw, plan, postpone, start, complete, correct,
    merge, close, rename, put_below, close_a_month, reopen, publish, unpublish, register, bring_a_ledger, bring_in,
)  # fmt: skip
#: Every act once at least, in an order in which none of them is refused.
ALL = (
    (register, 0, 1), (bring_in, 0, 1),
    (report, 0, 3), (publish, 0, 0), (give_back, 2, 0), (close_a_month, 0, 0), (hand_on, 7, 0), (suspend, 0, 1),
    (resume, 0, 0), (plan, 4, 3), (postpone, 1, 3), (start, 5, 1), (withdraw, 1, 0), (complete, 6, 1),
    (correct, 1, 0), (merge, 1, 2), (rename, 0, 4), (put_below, 5, 16), (publish, 0, 1), (close, 2, 3),
    (reopen, 0, 0), (unpublish, 0, 0), (close_a_month, 0, 1), (report, 7, 2),
    (bring_a_ledger, 4, 4), (bring_in, 0, 2),
)  # fmt: skip
