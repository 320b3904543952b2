"""How months that are over change in the replayed year: starts are put off, and a month is opened again for a slip."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from core.amounts.grammar import WAN
from core.days.periods import Period
from core.habits import Day, Habit, Scene
from core.records.order import last
from organization.units.models import Unit
from projects.choices import ReportStatus, Stage
from projects.registry import services as registry
from projects.registry.models import Project
from projects.reports import services as reports
from projects.reports.closing import close_month, reopen_month
from projects.reports.models import MonthlyReport
from projects.reports.months import is_closed

PUT_OFF_AFTER = 22  # the day of a month from which a unit admits that it won't begin
SLIP_AFTER = 12  # the day of a month on which somebody finds a slip
WHYS = ("征地未完成，开工推迟", "施工许可未办结，开工推迟", "投资方资金未到位，开工推迟")


@dataclass
class Kept:
    put_off: set[str] = field(default_factory=set)  # months in which somebody put a start off
    corrected: bool = False


def begin(scene: Scene, dice: Random) -> Kept:
    return Kept()


def live(kept: Kept, scene: Scene, day: Day, dice: Random) -> None:
    """Once a month a late start is put off; once a year a closed month is opened again, mended and closed."""
    month = Period.of(day.on)
    if day.on.day >= PUT_OFF_AFTER and str(month) not in kept.put_off:
        kept.put_off.add(str(month))
        _put_off(scene, day, dice)
    if not kept.corrected and day.on.day >= SLIP_AFTER:
        kept.corrected = _correct(scene, day, month.previous().previous())


def _put_off(scene: Scene, day: Day, dice: Random) -> None:
    pks = [project.pk for project in scene.projects]
    late = Project.objects.active().filter(pk__in=pks, stage=Stage.PREWORK, started_on=None)
    late = late.filter(planned_start__gte=date(day.on.year, 1, 1), planned_start__lte=day.on)
    for project in late.order_by(last("planned_start"), "pk")[2:3]:  # the two latest of all stay as late as they are
        new = day.on + timedelta(days=dice.randint(40, 90))
        with scene.tries.step("put off"):
            registry.edit(
                project, by=scene.office, now=day.now, reason=dice.choice(WHYS),
                planned_start=new, planned_completion=max(project.planned_completion or new, new),
            )  # fmt: skip


def _correct(scene: Scene, day: Day, month: Period) -> bool:
    """The largest report of *month*, if that is closed, had a tenth too little."""
    county: Unit = scene.county
    if month.first < scene.start or not is_closed(county, month):
        return False
    accepted = MonthlyReport.objects.of_county(county, month, ReportStatus.ACCEPTED).filter(works__gt=0)
    report = accepted.select_related("project").order_by(last("-works_ytd"), "pk").first()
    if report is None or not report.works:
        return False
    why = "核对发票后更正，少报一笔"
    with scene.tries.step("correction"):
        reopen_month(county, month, by=scene.office, now=day.now, reason=why)
        works = report.works + report.works // 10 // WAN * WAN
        reports.save(report.project, month, by=scene.office, now=day.now, reason=why, works=works)
        close_month(county, month, by=scene.office, now=day.now)
    return True


HABITS = (Habit("corrections", 40, begin, live),)
