"""Reports of the replayed county: officers fill in, some late; sponsors approve; the office checks and closes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from core.amounts.grammar import WAN
from core.days.periods import Period
from core.days.workdays import add_workdays, next_workday
from dispatch.models import Round
from dispatch.rounds import services as round_services
from dispatch.rounds.entering import may_bring_in
from dispatch.rounds.rows import services as rows_of_rounds
from jobs.heartbeat import tick
from organization.people.models import User
from projects.choices import ReportStatus
from projects.models import MonthlyReport, Project
from projects.reports import services as reports
from projects.reports.closing import close_month
from projects.reports.months import expected
from simulation import money, words
from simulation.publishing import publish_month
from simulation.seeds import PACE, Fate, ProjectSeed
from simulation.trades import TRADES, Trouble
from simulation.world import AT_ONCE, LEFT_LYING, World, moment

BEHIND = 0.25  # of the year's plan below its pace: then somebody asks why
AGAIN = 3  # months after which what still delays a start is raised again
DOUBTS = ("形象进度写得太简略，请写到具体部位", "本月完成投资与形象进度不相称，请核实", "请补充本月到位资金")


def weekly(world: World, day: date) -> None:
    due = Round.objects.exclude(kind=Round.Kind.MONTHLY).filter(county=world.county, closed_at=None, due_at__date=day)
    for opened in due:
        _fill_in(world, opened, day)


def _fill_in(world: World, opened: Round, day: date) -> None:
    for unit_pk, officer in world.officers.items():
        if world.habits[unit_pk] > 0 and world.random.random() < 0.6:
            continue  # this unit often forgets the week
        rows = opened.rows.filter(unit_id=unit_pk, submitted_at=None).select_related("project")
        entries = {
            row.pk: (_week_words(world, row.project, day), _problem_of_the_week(world, row.project, day))
            for row in rows
        }
        if entries:
            now = moment(day, 15, world.random.randrange(60))
            rows_of_rounds.fill_week(opened, entries, by=officer, now=now)


def _week_words(world: World, project: Project, day: date) -> str:
    one = world.seeds.get(project.pk)
    if one is None:
        return words.READY
    if not project.started_on or project.started_on > day:
        return words.before_start(one.papers, one.approved(day))
    return _said(world, one, int(one.course[day.month - 1] * min(one.pace, 1.0)), project.started_on, day)


def _said(world: World, one: ProjectSeed, ytd: int, started: date, day: date) -> str:
    """How far the works are when *ytd* yuan of the year are done: in the year's first months as they were left."""
    trade, new = TRADES[one.trade], started.year == day.year
    resting = words.rests(trade, day.month, frosty=world.frosty) and day.month < 12 and not new
    share = one.share(0 if resting else ytd)
    return words.progress(trade, share, day.month, frosty=world.frosty, new=new, dice=world.random)


def _problem_of_the_week(world: World, project: Project, day: date) -> str:
    one = world.seeds.get(project.pk)
    if world.random.random() > 0.03 or one is None or not project.started_on or project.started_on > day:
        return ""
    found = words.trouble(TRADES[one.trade], world.random)
    return f"{found.title}。{found.request}"


def monthly(world: World, day: date) -> None:
    """Each unit reports on its own day around the due day; what was given back is mended the next day."""
    for opened in Round.objects.filter(county=world.county, kind=Round.Kind.MONTHLY, closed_at=None):
        due = timezone.localdate(opened.due_at)
        period = Period.parse(opened.period)
        for place, (unit_pk, officer) in enumerate(world.officers.items()):
            if day == _own_day(world, opened, unit_pk, place):
                _bring_in(opened, unit_pk, officer, moment(day, 9, 30))
                _report(world, period, unit_pk, officer, moment(day, 10, world.random.randrange(60)))
        if day > due:
            _mend(world, period, moment(day, 9, 40))


def _bring_in(opened: Round, unit_pk: int, officer: User, now: datetime) -> None:
    """What came on file after the round had opened reports from this month on."""
    new = [project.pk for project in may_bring_in(opened, officer) if project.lead_unit_id == unit_pk]
    round_services.enter(opened, new, by=officer, now=now)


def _own_day(world: World, opened: Round, unit_pk: int, place: int) -> date | None:
    """When a unit reports; of the last month, before the replay ends, those alone who always do so at once."""
    began, due, habit = timezone.localdate(opened.opened_at), timezone.localdate(opened.due_at), world.habits[unit_pk]
    if opened.period == str(world.last_month):
        if habit != AT_ONCE and unit_pk != world.half:
            return None
        return add_workdays(max(began, add_workdays(world.end, -LEFT_LYING)), 1 + place % 4)
    if habit == AT_ONCE:
        return add_workdays(began, 1 + place % 4)
    return add_workdays(due, habit) if habit else next_workday(due)


def _report(world: World, period: Period, unit_pk: int, officer: User, now: datetime) -> None:
    filled = []
    for project in _to_report(world, period, unit_pk, officer):
        one = world.seeds[project.pk]
        filled.append(reports.save(project, period, by=officer, now=now, **_row(world, project, one, period)))
    held = reports.submit(filled, by=officer, now=now).held
    for item in held:
        report, one = item.report, world.seeds[item.report.project_id]
        why = words.much(TRADES[one.trade], period.number, over=(report.works_ytd or 0) > one.plan)
        reports.save(report.project, period, by=officer, now=now, explanation=why)
    reports.submit([item.report for item in held], by=officer, now=now)


def _to_report(world: World, period: Period, unit_pk: int, officer: User) -> list[Project]:
    """The unit's projects; of the last month one unit has reported half so far."""
    wanted = expected(world.county, period, officer.unit).select_related("lead_unit").order_by("pk")
    found = [project for project in wanted if project.pk in world.seeds and project.lead_unit_id == unit_pk]
    return found[::2] if unit_pk == world.half and period == world.last_month else found


def _row(world: World, project: Project, one: ProjectSeed, period: Period) -> dict[str, Any]:
    """What an officer fills in for *project*."""
    works, ytd = _works(world, project, one, period)
    row = {"works": works, "progress": _progress(world, project, one, period, ytd)}
    if found := _in_the_way(world, project, one, period, ytd):
        row |= {"problem": found.title, "request": found.request}
    if works and (
        world.thorough[project.lead_unit_id] == 2 or period.number % 3 == world.thorough[project.lead_unit_id] - 1
    ):
        row |= _measures(project, one, period, ytd - works, ytd)
    return row


def _progress(world: World, project: Project, one: ProjectSeed, period: Period, ytd: int) -> str:
    trade, started = TRADES[one.trade], project.started_on
    if started is None or started > period.last:
        return words.before_start(one.papers, one.approved(period.last))
    if project.completed_on and project.completed_on <= period.last:
        return words.ACCEPTED
    text = _said(world, one, ytd, started, period.last)
    if not _is_behind(one, period, ytd):
        return text
    late = started.year == period.year and one.fate is not Fate.SLOW
    return f"{text}；{words.begun(started.month) if late else words.behind(trade, Random(project.pk))}"


def _is_behind(one: ProjectSeed, period: Period, ytd: int) -> bool:
    """So far below the pace that somebody will ask why."""
    return bool(one.plan) and ytd / one.plan < period.number / 12 - BEHIND


def _in_the_way(world: World, project: Project, one: ProjectSeed, period: Period, ytd: int) -> Trouble | None:
    """The same each month of a project that isn't getting on; of the others something in a bad month."""
    started = project.started_on
    if started is None or started > period.last:
        late = _months_late(one, period)
        return words.in_the_way(one.papers, one.approved(period.last)) if late >= 0 and late % AGAIN == 0 else None
    if project.completed_on and project.completed_on <= period.last:
        return None
    if one.fate is Fate.SLOW and _is_behind(one, period, ytd):
        return words.trouble(TRADES[one.trade], Random(project.pk))
    return words.trouble(TRADES[one.trade], world.random) if period.number in one.problem_months else None


def _months_late(one: ProjectSeed, period: Period) -> int:
    """How many months its start is overdue at the end of *period*; below 0 where it isn't."""
    if one.planned_start is None:
        return -1
    return (period.year - one.planned_start.year) * 12 + period.number - one.planned_start.month


def _works(world: World, project: Project, one: ProjectSeed, period: Period) -> tuple[int, int]:
    """The month's works and those of the year so far, in yuan."""
    last = project.reports.filter(month__lt=str(period), month__gte=f"{period.year}-01").order_by("-month").first()
    before = (last.works_ytd or 0) if last else 0
    started, completed = project.started_on, project.completed_on
    if not one.plan or started is None or started > period.last or (completed or period.last) < period.first:
        return 0, before
    ends = completed is not None and completed <= period.last
    pace = _pace(one, world.moods[project.lead_unit_id][period.number - 1], period, ends=ends)
    goal = one.course[period.number - 1] * pace * world.random.uniform(0.97, 1.03)
    most = min(one.total - one.before, int(one.plan * money.MOST)) - before
    if not before and not one.before:
        most = min(most, int(one.total * money.FIRST))
    works = max(min(money.typed(goal - before, world.random), most // WAN * WAN), 0)
    return works, before + works


def _pace(one: ProjectSeed, mood: float, period: Period, *, ends: bool) -> float:
    """How the works keep to their plan: as the unit does, if not their own way; the year's end hurries."""
    if one.fate in PACE:
        return one.pace
    pace = min(one.pace * mood, 1.15)
    if ends or (period.number == 12 and pace > 0.8):
        return max(pace, 0.98)
    return pace


def _measures(project: Project, one: ProjectSeed, period: Period, before: int, ytd: int) -> dict[str, int]:
    """The other three figures of the year: money comes in ahead of the works and is paid out behind them."""
    dice = Random(project.pk)
    part, lead = dice.uniform(0.6, 0.9), dice.uniform(0.0, 0.15)
    came = money.funds(ytd, one.plan, lead)
    found = {"funds_ytd": came, "paid_ytd": min(money.paid(before, part), came)}
    if project.entered_on and project.entered_on <= period.last:
        found["statistics_ytd"] = money.paid(ytd, 0.95)
    return found


def _mend(world: World, period: Period, now: datetime) -> None:
    returned = MonthlyReport.objects.filter(
        project__county=world.county, month=str(period), status=ReportStatus.RETURNED
    ).select_related("project__lead_unit")
    for report in returned:
        if world.near_the_end(timezone.localdate(now)):
            continue
        officer = world.officers[report.project.lead_unit_id]
        saved = reports.save(
            report.project, period, by=officer, now=now, progress=f"{report.progress}（已到现场核实）"
        )
        reports.submit([saved], by=officer, now=now)


def _waiting(world: World, *statuses: str) -> list[MonthlyReport]:
    found = MonthlyReport.objects.filter(project__county=world.county, status__in=statuses)
    return list(found.select_related("project").prefetch_related("project__sponsors__post").order_by("pk"))


def sponsors_approve(world: World, day: date) -> None:
    """After a day or two; near the end every other report is left lying."""
    leaders, near = {leader.pk: leader for leader in world.leaders}, world.near_the_end(day)
    for report in _waiting(world, ReportStatus.SUBMITTED):
        sponsors = [leaders[s.post.holder_id] for s in report.project.sponsors.all() if s.post.holder_id in leaders]
        if not sponsors or timezone.localdate(report.submitted_at) >= day or world.random.random() > 0.85:
            continue
        if not near or world.turn("approve", report) % 2 == 0:
            reports.approve(report, by=sponsors[0], now=moment(day, 11, 20))


def office_checks(world: World, day: date) -> None:
    """Accept what is ready, give a few back, close the month four working days after the due day, publish."""
    months = list(Round.objects.filter(county=world.county, kind=Round.Kind.MONTHLY, closed_at=None))
    if not months:
        return
    now = moment(day, 16)
    late = any(day >= add_workdays(timezone.localdate(opened.due_at), 3) for opened in months)
    near = world.near_the_end(day)
    for report in _waiting(world, ReportStatus.APPROVED, ReportStatus.SUBMITTED):
        if report.status == ReportStatus.SUBMITTED and reports.waits_for_sponsor(report) and not late:
            continue
        turn = world.turn("accept", report) if near else -1
        own = near and report.project.lead_unit_id == world.half and world.turn("half", report) == 0
        doubted = own or turn in (1, 5) or (not (late or near) and world.random.random() < 0.03)
        if doubted and not report.return_reason:
            reports.give_back(report, by=world.office, now=now, reason=DOUBTS[report.pk % len(DOUBTS)])
        elif not near or turn % 3:
            reports.accept(report, by=world.office, now=now, reason="包联领导出差，已电话同意" if late else "")
    for opened in months:
        if day >= add_workdays(timezone.localdate(opened.due_at), 4) and not near:
            _close(world, Period.parse(opened.period), moment(day, 17))


def _close(world: World, period: Period, now: datetime) -> None:
    """Close the month, publish its ranking, and bring its bulletin out."""
    close_month(world.county, period, by=world.office, now=now)
    opened = Round.objects.select_related("county").get(
        county=world.county, kind=Round.Kind.MONTHLY, period=str(period)
    )
    round_services.leave_out(opened, by=world.office, now=now, reason="关账时仍未报齐，本月不计，下月补报")
    tick(now + timedelta(minutes=5))
    publish_month(world.county, period, office=world.office, head=world.office_head, now=now + timedelta(minutes=30))
