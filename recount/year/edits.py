"""What an office does to a year's data beside its routine: forty edits, in between and afterwards.

Each is told as a line and made through the services or the forms of the application, as a person would. One that falls
behind the replayed months is made in the days after them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from core.days.periods import Period
from core.refusals import Refused
from dispatch.bulletins import services as bulletins
from dispatch.models import Bulletin
from dispatch.standings.services import publish_ranking, ranking_version
from organization.changes import services as changes
from organization.changes.models import Kind
from organization.people.models import Role
from projects.lifecycle import services as lifecycle
from projects.models import MonthlyReport, Project
from projects.plans.services import set_plan
from projects.registry import services as registry
from projects.registry.months.services import correct
from projects.reports import services as reports
from recount.year.desk import WAN, Desk
from recount.year.packages import packed, unpacked
from simulation.publishing import publish_month


@dataclass(frozen=True)
class Act:
    """An edit, when in the year it is made: month and day."""

    month: int
    day: int
    what: str
    do: Callable[[Desk], str]


# plans ----------------------------------------------------------------------------------------------------------


def _plan(share: float | None) -> Callable[[Desk], str]:
    """The year's plan becomes *share* of what it was; None takes it away."""

    def do(desk: Desk) -> str:
        def act(one: Project) -> None:
            old = one.plans.get(year=desk.year).investment or 0
            new = None if share is None else round(old * share / WAN) * WAN
            set_plan(one, desk.year, investment=new, by=desk.office, now=desk.now, reason="县委常委会调整年度计划")

        return desk.first(act, desk.projects(_planned(desk)))

    return do


def _planned(desk: Desk) -> Callable[[Project], bool]:
    return lambda one: bool(one.plans.filter(year=desk.year, investment__gt=0).exists())


def _first_plan(desk: Desk) -> str:
    def act(one: Project) -> None:
        set_plan(one, desk.year, investment=1_230 * WAN, by=desk.office, now=desk.now, reason="补列年度计划")

    return desk.first(act, desk.projects(lambda one: not _planned(desk)(one)))


def _plan_by_form(desk: Desk) -> str:
    def act(one: Project) -> None:
        old = one.plans.get(year=desk.year).investment or 0
        typed = {"investment": str((old + 500 * WAN) // WAN), "reason": "按批复概算调整"}
        empty = {f"m{month}": "" for month in range(1, 13)}
        desk.send(f"/projects/{one.pk}/plan/{desk.year}/", typed | empty)

    return desk.first(act, desk.projects(_planned(desk)))


# facts ----------------------------------------------------------------------------------------------------------


def _edit(
    test: Callable[[Project], bool], new: Callable[[Project, Desk], dict[str, Any]], reason: str
) -> Callable[[Desk], str]:
    def do(desk: Desk) -> str:
        def act(one: Project) -> None:
            registry.edit(one, by=desk.office, now=desk.now, reason=reason, **new(one, desk))

        return desk.first(act, desk.projects(test))

    return do


def _waiting(one: Project) -> bool:
    """Planned to start, and not started."""
    return one.planned_start is not None and one.started_on is None


def _later(days: int) -> Callable[[Project, Desk], dict[str, Any]]:
    return lambda one, desk: {"planned_start": _moved(one, days), "planned_completion": None}


def _moved(one: Project, days: int) -> date:
    return _known(one.planned_start) + timedelta(days=days)


def _known(day: date | None) -> date:
    """*day* of a project that was chosen because it has one."""
    if day is None:
        raise ValueError("chosen without its day")
    return day


def _next_year(one: Project, desk: Desk) -> dict[str, Any]:
    return {"planned_start": date(desk.year + 1, 4, 1), "planned_completion": None}


def _postponed_by_form(desk: Desk) -> str:
    def act(one: Project) -> None:
        typed = {"planned_start": f"{_moved(one, 75)}", "planned_completion": "", "reason": "用地批复推迟"}
        desk.send(f"/projects/{one.pk}/edit/", typed)

    return desk.first(act, desk.projects(_waiting))


def _hand_over(desk: Desk) -> str:
    def act(one: Project) -> None:
        to = next(unit for unit in desk.leading() if unit.pk != one.lead_unit_id)
        registry.edit(one, by=desk.office, now=desk.now, reason="按职责调整责任单位", lead_unit=to)

    return desk.first(act, desk.projects(_planned(desk)))


def _hand_over_and_back(desk: Desk) -> str:
    """On the first day to another unit; on the second back, which takes the first away."""
    for one in desk.projects(_planned(desk)):
        first = one.lead_unit
        to = next(unit for unit in desk.leading() if unit.pk != first.pk)
        registry.edit(one, by=desk.office, now=desk.now, reason="误划", lead_unit=to)
        registry.edit(one, by=desk.office, now=desk.now, reason="划回", lead_unit=first)
        desk.play.touched.update([one.pk])
        return str(one)
    raise Refused("nobody fits")


def _competent(one: Project, desk: Desk) -> dict[str, Any]:
    return {"competent_unit": next(unit for unit in desk.leading() if unit.pk != one.competent_unit_id)}


def _small(one: Project, desk: Desk) -> dict[str, Any]:
    return {"total_investment": 420 * WAN}


def _dearer(one: Project, desk: Desk) -> dict[str, Any]:
    return {"total_investment": (one.total_investment or 0) + 3_000 * WAN}


def _started_earlier(one: Project, desk: Desk) -> dict[str, Any]:
    return {"started_on": _known(one.started_on) - timedelta(days=40)}


def _completion_moved(one: Project, desk: Desk) -> dict[str, Any]:
    middle = date(desk.year, 6, 30)
    return {"planned_completion": middle if (one.planned_start or date.min) < middle else None}


def _register(desk: Desk) -> str:
    """A project that comes on file late, started in a month that is long closed."""
    started = desk.month(3).first
    unit = desk.leading()[0]
    one = registry.register(
        county=desk.play.county, by=desk.office, now=desk.now, stage="started", reason="补录",
        name="补录项目一期工程", lead_unit=unit, total_investment=8_800 * WAN, planned_start=started,
        started_on=started, investment_kind="government", sector="municipal", nature="new",
    )  # fmt: skip
    set_plan(one, desk.year, investment=2_000 * WAN, by=desk.office, now=desk.now, reason="补录")
    desk.play.touched.update([one.pk])
    return str(one)


# reports --------------------------------------------------------------------------------------------------------


def _corrected(back: int) -> Callable[[Desk], str]:
    """An accepted report of that many months ago is corrected by the office, its month opened for it if it must."""

    def do(desk: Desk) -> str:
        period = max(desk.month(back), Period.month(desk.year, 1))
        report = desk.accepted(period)
        with desk.opened(period):
            works = (report.works or 0) + 330 * WAN
            reports.save(report.project, period, by=desk.office, now=desk.now, works=works, reason="核对工程量后更正")
        return f"{report.project} {period}"

    return do


def _given_back(back: int) -> Callable[[Desk], str]:
    def do(desk: Desk) -> str:
        period = desk.month(back)
        report = desk.accepted(period)
        with desk.opened(period):
            reports.give_back(report, by=desk.office, now=desk.now, reason="完成投资与支付凭证不符，请核对")
        return f"{report.project} {period}"

    return do


def _late(back: int) -> Callable[[Desk], str]:
    """A report that was never accepted comes in after its month was closed."""

    def do(desk: Desk) -> str:
        period = desk.month(back)
        for one in desk.projects(lambda one: bool(one.started_on and one.started_on <= period.last)):
            report = MonthlyReport.objects.filter(project=one, month=str(period)).first()
            if report is not None and report.status == "accepted":
                with desk.opened(period):
                    reports.give_back(report, by=desk.office, now=desk.now, reason="退回重报")
                    _report_again(desk, one, period)
            else:
                with desk.opened(period):
                    _report_again(desk, one, period)
            desk.play.touched.update([one.pk])
            return f"{one} {period}"
        raise Refused("nobody fits")

    return do


def _report_again(desk: Desk, one: Project, period: Period) -> None:
    words: dict[str, Any] = {"progress": "补报：主体工程施工", "explanation": "上月漏报，本次一并补报"}
    saved = reports.save(one, period, by=desk.office, now=desk.now, works=470 * WAN, **words)
    reports.submit([saved], by=desk.office, now=desk.now)
    fresh = MonthlyReport.objects.get(pk=saved.pk)
    reports.accept(fresh, by=desk.office, now=desk.now, reason="包联领导出差，已电话同意")


def _measures(desk: Desk) -> str:
    """The other three measures are filled in: funds in, paid out, and by the statistics side its own."""
    period = desk.month(1)
    report = desk.accepted(period)
    with desk.opened(period):
        told: dict[str, Any] = {"funds_ytd": 2_340 * WAN, "paid_ytd": 1_760 * WAN, "statistics_ytd": 1_990 * WAN}
        reports.save(report.project, period, by=None, now=desk.now, reason="补填到位、支付、统计", **told)
    return f"{report.project} {period}"


def _emptied(desk: Desk) -> str:
    """The works of a month are taken out: the year so far is that of the months before."""
    period = desk.month(1)
    report = desk.accepted(period)
    with desk.opened(period):
        reports.save(report.project, period, by=desk.office, now=desk.now, works=None, reason="数据有误，先清空")
    return f"{report.project} {period}"


def _reopened(desk: Desk) -> str:
    """A month is opened and closed again, and nothing else."""
    period = desk.month(2)
    with desk.opened(period):
        pass
    return str(period)


# stages and states ----------------------------------------------------------------------------------------------


def _suspended(days: int) -> Callable[[Desk], str]:
    """Suspended that many days ago."""

    def do(desk: Desk) -> str:
        on = desk.today - timedelta(days=days)

        def act(one: Project) -> None:
            lifecycle.suspend(one, by=desk.office, on=on, now=desk.now, reason="业主资金链紧张，暂缓建设")

        return desk.first(act, desk.projects(_planned(desk)))

    return do


def _suspended_by_form(desk: Desk) -> str:
    def act(one: Project) -> None:
        desk.send(f"/projects/{one.pk}/suspend/", {"on": f"{desk.today}", "reason": "征地未完成，暂停"})

    return desk.first(act, desk.projects(_planned(desk)))


def _resumed(days: int) -> Callable[[Desk], str]:
    """What was suspended first is taken up again, that many days ago."""

    def do(desk: Desk) -> str:
        on = desk.today - timedelta(days=days)
        found = Project.objects.filter(county=desk.play.county, state="suspended", pk__in=desk.play.touched)
        for one in found.order_by("pk"):
            try:
                lifecycle.resume(one, by=desk.office, on=on, now=desk.now, reason="资金到位，恢复建设")
            except Refused:
                continue
            return str(one)
        raise Refused("nobody is suspended")

    return do


def _withdrawn(days: int) -> Callable[[Desk], str]:
    def do(desk: Desk) -> str:
        on = desk.today - timedelta(days=days)

        def act(one: Project) -> None:
            lifecycle.withdraw(one, by=desk.office, on=on, now=desk.now, reason="投资方调整布局，不再实施")

        return desk.first(act, desk.projects(_planned(desk)))

    return do


def _taken_up(desk: Desk) -> str:
    """One that was withdrawn is pursued again after all."""
    one = Project.objects.filter(county=desk.play.county, state="withdrawn").order_by("pk").first()
    if one is None:
        raise Refused("nobody was withdrawn")
    lifecycle.resume(one, by=desk.office, on=desk.today, now=desk.now, reason="新投资方接手，重新推进")
    return str(one)


def _completed(on: Callable[[Desk], date]) -> Callable[[Desk], str]:
    def do(desk: Desk) -> str:
        day = on(desk)

        def act(one: Project) -> None:
            lifecycle.advance(one, to="completed", by=desk.office, on=day, now=desk.now, reason="已通过竣工验收")

        def test(one: Project) -> bool:
            return one.entered_on is not None and one.entered_on < day

        return desk.first(act, desk.projects(test, stage="entered"))

    return do


def _sent_back(desk: Desk) -> str:
    def act(one: Project) -> None:
        lifecycle.send_back(one, to="started", by=desk.office, on=desk.today, now=desk.now, reason="入统材料不全")

    return desk.first(act, desk.projects(stage="entered"))


def _correct(desk: Desk) -> str:
    """What was dated into closed months counts there after all, with a reason."""
    found = Project.objects.filter(county=desk.play.county, pk__in=desk.play.touched).select_related("county")
    for one in found.order_by("pk"):
        if correct(one, Period.month(desk.year, 1), by=desk.office, now=desk.now, reason="经查属实，更正已关月份"):
            desk.play.corrected.add(one.pk)
            return str(one)
    raise Refused("nothing was dated into a closed month")


# units ----------------------------------------------------------------------------------------------------------


def _unit(kind: Kind, place: int, *, ahead: int = 0, **more: Any) -> Callable[[Desk], str]:
    """A change of the unit at *place* among the leading ones, from today or *ahead* days from now."""

    def do(desk: Desk) -> str:
        units = desk.leading()
        unit, other = units[place % len(units)], units[0]
        if unit == other:
            raise Refused("too few units lead anything")
        told: dict[str, Any] = dict(more)
        if kind is Kind.MOVE:
            told["new_parent"] = other
        elif kind in (Kind.MERGE, Kind.CLOSE):
            told["into"] = other
        else:
            told = {"new_name": f"{unit.name}（新）", "new_short_name": f"{unit.short_name}新"}
        on = desk.today + timedelta(days=ahead)
        by = desk.person(Role.ADMIN)
        changes.plan_change(unit, kind=kind, on=on, by=by, now=desk.now, reason="机构改革", **told)
        desk.play.moved |= {unit.pk, *([other.pk] if kind is not Kind.RENAME else [])}
        return f"{unit} → {other}" if kind is not Kind.RENAME else str(unit)

    return do


# publishing -----------------------------------------------------------------------------------------------------


def _again(desk: Desk) -> str:
    """The newest bulletin and its ranking are withdrawn and brought out again, with the figures of that day."""
    one = Bulletin.objects.standing().filter(county=desk.play.county, status="published").order_by("-period").first()
    if one is None:
        raise Refused("nothing was published")
    bulletins.withdraw_bulletin(one, by=desk.head, now=desk.now, reason="数据更正，重新印发", version=one.version)
    period = Period.parse(one.period)
    publish_month(desk.play.county, period, office=desk.office, head=desk.head, now=desk.now)
    return str(period)


def _unfinished(desk: Desk) -> str:
    """The ranking of a month that isn't over is published by itself, with a reason."""
    period = desk.month(0)
    publish_ranking(
        desk.play.county, period, by=desk.office, now=desk.now, unfinished="现场会要用",
        version=ranking_version(desk.play.county, period),
    )  # fmt: skip
    return str(period)


def _before_the_end(desk: Desk) -> date:
    return date(desk.year, desk.play.months, 26)


def _earlier(days: int) -> Callable[[Desk], date]:
    return lambda desk: desk.today - timedelta(days=days)


def _started(one: Project) -> bool:
    return one.started_on is not None


ACTS: tuple[Act, ...] = (
    Act(1, 20, "plan raised", _plan(1.4)),
    Act(1, 22, "plan lowered", _plan(0.6)),
    Act(2, 10, "plan taken away", _plan(None)),
    Act(2, 11, "first plan of a project without one", _first_plan),
    Act(2, 12, "plan changed by its form", _plan_by_form),
    Act(2, 24, "planned start postponed", _edit(_waiting, _later(60), "施工图审查延期")),
    Act(2, 25, "planned start cleared", _edit(_waiting, lambda one, desk: {"planned_start": None}, "暂不确定")),
    Act(2, 26, "planned start put off by the form", _postponed_by_form),
    Act(2, 27, "suspended some days ago", _suspended(4)),
    Act(3, 2, "suspended on a day of the month before", _suspended(3)),
    Act(3, 4, "suspended by its form", _suspended_by_form),
    Act(3, 9, "accepted report corrected", _corrected(1)),
    Act(3, 10, "accepted report given back", _given_back(1)),
    Act(3, 18, "accepted report of a closed month corrected", _corrected(1)),
    Act(3, 19, "published again", _again),
    Act(3, 23, "handed to another unit", _hand_over),
    Act(3, 24, "unit renamed", _unit(Kind.RENAME, 1)),
    Act(3, 25, "taken up again", _resumed(0)),
    Act(3, 26, "a package on file, with two parts", packed),
    Act(4, 8, "suspended on a day of a closed month", _suspended(50)),
    Act(4, 15, "report comes after the closing", _late(1)),
    Act(4, 16, "handed over and back", _hand_over_and_back),
    Act(4, 17, "competent department changed", _edit(lambda one: True, _competent, "")),
    Act(4, 20, "unit put under another", _unit(Kind.MOVE, 2)),
    Act(4, 22, "unit renamed, from a day to come", _unit(Kind.RENAME, 3, ahead=9)),
    Act(5, 11, "total investment below the floor", _edit(_started, _small, "核减投资")),
    Act(5, 12, "total investment raised", _edit(_started, _dearer, "概算调整")),
    Act(5, 13, "withdrawn", _withdrawn(0)),
    Act(5, 20, "start corrected to an earlier day", _edit(_started, _started_earlier, "按施工日志更正")),
    Act(6, 15, "units merged", _unit(Kind.MERGE, -1)),
    Act(6, 16, "taken up again on an earlier day", _resumed(6)),
    Act(6, 17, "month opened and closed", _reopened),
    Act(6, 18, "other measures filled in", _measures),
    Act(7, 14, "what is dated into closed months counts there", _correct),
    Act(7, 15, "planned start put into next year", _edit(_waiting, _next_year, "调整到明年开工")),
    Act(7, 16, "planned completion changed", _edit(_started, _completion_moved, "工期调整")),
    Act(8, 12, "withdrawn, dated into a closed month", _withdrawn(70)),
    Act(8, 13, "withdrawn one taken up again", _taken_up),
    Act(8, 26, "put on file late", _register),
    Act(8, 27, "a part taken out of its package", unpacked),
    Act(9, 15, "unit closed, its work goes over", _unit(Kind.CLOSE, -1)),
    Act(9, 16, "works of a month emptied", _emptied),
    Act(9, 17, "completed last month", _completed(_earlier(25))),
    Act(10, 20, "sent back a stage", _sent_back),
    Act(10, 21, "published again", _again),
    Act(10, 28, "report of a month long closed corrected", _corrected(4)),
    Act(11, 18, "completed on a day of a closed month", _completed(_earlier(60))),
    Act(11, 27, "ranking published before the month is over", _unfinished),
    Act(13, 8, "completed, dated before the end", _completed(_before_the_end)),
    Act(13, 9, "plan of the year raised after its end", _plan(1.1)),
    Act(13, 10, "handed over after the end", _hand_over),
    Act(13, 11, "accepted report corrected after the end", _corrected(2)),
)  # fmt: skip


def days_of(start: date, end: date) -> Iterator[tuple[date, Act]]:
    """When each act is made: on its day, else on the days after the end, three a day."""
    late = 0
    for act in ACTS:
        if act.month <= 12 and (on := date(start.year, act.month, act.day)) <= end:
            yield on, act
        else:
            yield end + timedelta(days=8 + late // 3), act
            late += 1
