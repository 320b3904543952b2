"""A county as the services would leave it, made in bulk: units, people, projects, plans, reports, rounds, problems,
with the history that each act writes. `bench.spread` makes many of one.

Rows lie in the tables in the order in which people would have written them: a ledger at once, a month's reports unit
by unit. How many pages of the table a query has to read hangs on that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from core.days.periods import Kind, Period
from core.records import bulk
from dispatch.models import Problem, ProblemStep, Round, RoundRow
from organization.people.models import Post, Role, User
from organization.profiles.rules import rules_of
from organization.units.models import Unit, UnitKind
from projects.choices import ApprovalKind, ChangeKind, ReportStatus, Stage, State
from projects.models import (
    AnnualPlan,
    Approval,
    EntryRecord,
    MonthlyReport,
    Project,
    ReportingMonth,
    Sponsor,
    StageChange,
)
from projects.reports.months import due_at, owes_report
from projects.rules import MonthlyRules, current_period

WAN = 10_000
UNITS, LEADERS = 20, 20
WEEKS = 12  # weekly rounds that lie behind; the newest is open
PROBLEMS = 10  # projects for one open problem, and for two that are closed
LEFT = (State.SUSPENDED, State.WITHDRAWN)
#: Where the units are with the month that is being reported on, one after the other.
DEADLINE = (
    *[ReportStatus.ACCEPTED] * 4,
    *[ReportStatus.SUBMITTED] * 3,
    ReportStatus.APPROVED,
    ReportStatus.DRAFT,
    None,
)
#: What lies on the way of a report up to its status.
WAY = (ReportStatus.DRAFT, ReportStatus.SUBMITTED, ReportStatus.APPROVED, ReportStatus.ACCEPTED)


@dataclass(frozen=True)
class Size:
    """How much a county has: months of reports, the newest of which is under way (`open`), else untouched."""

    projects: int = 1_000
    months: int = 11
    units: int = UNITS
    open: bool = True
    weeks: int = WEEKS


def make(code: str, size: Size, *, now: datetime) -> Unit:
    """The county *code* as it stands at *now*, with people whose accounts begin with its code (`c0-office`)."""
    random = Random(7)
    county, units = _units(code, size)
    people = _people(county, units, code, now)
    projects = _projects(county, units, random, size, now)
    current = current_period(_day(now), rules_of(county)[MonthlyRules])
    months = [current]
    while len(months) < size.months:
        months.insert(0, months[0].previous())
    _beside(projects, people, sorted({month.year for month in months}), now)
    for month in months[:-1]:
        _month(county, projects, month, people, now)
    if size.open:
        _month_under_way(county, units, projects, current, people, now)
    _rounds(county, months, now)
    _weeks(county, people, now, size.weeks)
    _problems(county, projects, people, now)
    return county


def _day(now: datetime) -> date:
    return (now + timedelta(hours=8)).date()


def _moment(day: date, hour: int = 2) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)


@dataclass(frozen=True)
class People:
    """Who writes: the office, an officer for each unit, the leaders' posts."""

    office: User
    officers: dict[int, User]
    leaders: list[Post]


def _units(code: str, size: Size) -> tuple[Unit, list[Unit]]:
    county = Unit(code=code, name=f"基准县{code}", short_name=f"基准县{code}", kind=UnitKind.COUNTY)
    county.save()
    for name, kind in (("office", UnitKind.OFFICE), ("leaders", UnitKind.LEADERS), ("statistics", UnitKind.OTHER)):
        Unit(code=name, name=name, short_name=name, kind=kind, parent=county).save()
    units = []
    for n in range(size.units):
        kind = UnitKind.TOWNSHIP if n < size.units * 0.6 else UnitKind.DEPARTMENT
        unit = Unit(code=f"u{n:02}", name=f"第{n + 1}单位", short_name=f"单位{n + 1:02}", kind=kind, parent=county)
        unit.position = n
        unit.save()
        units.append(unit)
    return county, units


def _people(county: Unit, units: Sequence[Unit], code: str, now: datetime) -> People:
    by_code = {unit.code: unit for unit in Unit.objects.filter(county=county)}
    wanted = [("office", "office", "调度岗", Role.OFFICE), ("statistics", "statistics", "统计岗", Role.STATISTICS)]
    wanted += [(f"leader{n:02}", "leaders", f"县领导{n:02}", Role.LEADER) for n in range(LEADERS)]
    wanted += [(f"officer{n:02}", unit.code, "项目专员", Role.OFFICER) for n, unit in enumerate(units)]
    wanted += [(f"head{n:02}", unit.code, "负责人", Role.UNIT_HEAD) for n, unit in enumerate(units)]
    users = [User(username=f"{code}-{name}", name=title, password="!") for name, _unit, title, _role in wanted]
    bulk.insert(users, now=now)
    posts = [
        Post(unit=by_code[unit], title=title, role=role, holder=user, position=n)
        for n, (user, (_name, unit, title, role)) in enumerate(zip(users, wanted, strict=True))
    ]
    bulk.insert(posts, now=now)
    return People(
        office=users[0],
        officers={post.unit_id: user for user, post in zip(users, posts, strict=True) if post.role == Role.OFFICER},
        leaders=[post for post in posts if post.role == Role.LEADER],
    )


def _projects(county: Unit, units: Sequence[Unit], random: Random, size: Size, now: datetime) -> list[Project]:
    """As a ledger brought them, unit by unit; then moved on, some of them put aside."""
    stages, on = list(Stage), _day(now)
    begun = on - timedelta(days=max(330, 31 * (size.months - 1)))
    projects = []
    for n in range(size.projects):
        stage = stages[min(n % 7, 5)]
        reached = stages.index(stage)
        put_aside = LEFT[n // 40 % 2] if n % 40 == 39 else State.ACTIVE
        start = on.replace(day=1) - timedelta(days=30 * (n % 12) - 60)
        projects.append(
            Project(
                county=county,
                number=n + 1,
                name=f"{random.choice('东西南北')}片区{n + 1}号产业园基础设施建设",
                initials=f"pq{n}",
                code=f"2601-220523-04-01-{n + 1:06}",
                lead_unit=units[n * len(units) // size.projects],
                competent_unit=units[-1 - n % max(len(units) * 2 // 5, 1)] if n % 3 == 0 else None,
                sector=("industry", "transport", "municipal", "agriculture")[n % 4],
                scope="新建标准化厂房及配套道路、给排水、供电等基础设施" * 2,
                total_investment=random.randrange(500, 90_000) * WAN,
                stage=stage,
                state=put_aside,
                state_reason="用地未落实" if put_aside != State.ACTIVE else "",
                nature="new",
                level=("", "county", "city")[n % 3],
                investment_kind="government" if n % 2 else "enterprise",
                planned_start=start,
                planned_completion=start + timedelta(days=500),
                started_on=begun + timedelta(days=40 + n % 90) if reached >= 3 else None,
                entered_on=begun + timedelta(days=140 + n % 60) if reached >= 4 else None,
                completed_on=begun + timedelta(days=230 + n % 60) if reached >= 5 else None,
                created_at=_moment(begun),
            )
        )
    bulk.insert(projects, now=_moment(begun))
    for step in range(2):  # the registry was touched twice since: a stage, a fact
        moment = _moment(begun + timedelta(days=120 * (step + 1)))
        bulk.copy_to_history(Project, [p.pk for p in projects], "~", now=moment)
    through = Project.cooperating_units.through
    through.objects.bulk_create(
        [through(project=p, unit=units[(n + 3) % len(units)]) for n, p in enumerate(projects) if n % 10 == 0]
    )
    return projects


def _beside(projects: list[Project], people: People, years: list[int], now: datetime) -> None:
    """Plans, leaders, approvals, steps of the lifecycle, entries into the statistics."""
    moment = projects[0].created_at or now
    plans = [
        AnnualPlan(project=p, year=year, investment=(p.total_investment or 0) // 3, target="完成主体施工")
        for year in years
        for n, p in enumerate(projects)
        if n % 20
    ]
    bulk.insert(plans, now=moment)
    leaders = people.leaders
    bulk.insert([Sponsor(project=p, post=leaders[n % len(leaders)]) for n, p in enumerate(projects)], now=moment)
    kinds = (ApprovalKind.FILING, ApprovalKind.LAND_PLANNING, ApprovalKind.CONSTRUCTION)
    approvals = [
        Approval(project=p, kind=kind, obtained_on=_day(moment) + timedelta(days=20 * (k + 1)))
        for p in projects
        for k, kind in enumerate(kinds)
        if list(Stage).index(Stage(p.stage)) > k
    ]
    bulk.insert(approvals, now=moment)
    steps = []
    for p in projects:
        steps.append(_step(p, ChangeKind.CREATED, Stage.PLANNED, Stage.PLANNED, _day(moment), people))
        days = {Stage.STARTED: p.started_on, Stage.ENTERED: p.entered_on, Stage.COMPLETED: p.completed_on}
        old = Stage.PLANNED
        for n, stage in enumerate(list(Stage)[1 : list(Stage).index(Stage(p.stage)) + 1]):
            on = days.get(stage) or _day(moment) + timedelta(days=10 * n)
            steps.append(_step(p, ChangeKind.ADVANCED, old, stage, on, people))
            old = stage
        if p.state != State.ACTIVE:
            steps.append(_step(p, ChangeKind(p.state), old, old, _day(moment) + timedelta(days=250), people, p.state))
    StageChange.objects.bulk_create(sorted(steps, key=lambda step: step.on), batch_size=1000)
    entered = [
        EntryRecord(county_id=p.county_id, project=p, source=EntryRecord.Source.LEDGER, confirmed_at=now)
        for p in projects
        if p.entered_on
    ]
    bulk.insert(entered, now=now)


def _step(
    project: Project, kind: str, old: str, new: str, on: date, people: People, state: str = State.ACTIVE
) -> StageChange:
    gates = [{"code": code, "met": True} for code in ("code", "planned_start", "filing")]
    return StageChange(
        project=project, kind=kind, old=old, new=new, on=on, typed_at=_moment(on, 6), by=people.office, state=state,
        gates=gates, reason="" if state == State.ACTIVE else "用地未落实",
    )  # fmt: skip


# months -------------------------------------------------------------------------------------------------------------


def _report(project: Project, month: Period, people: People) -> MonthlyReport:
    works = (project.total_investment or 0) // 3 // 14
    return MonthlyReport(
        county_id=project.county_id,
        project=project,
        month=str(month),
        works=works,
        works_before=works * (month.number - 1),
        works_ytd=works * month.number,
        statistics_ytd=works * month.number * 9 // 10,
        progress="主体施工完成八成，配套道路路基完成，正在铺设管网",
        updated_by=people.officers[project.lead_unit_id],
        version=1,
    )


def _reporting(projects: Sequence[Project]) -> list[Project]:
    return [p for p in projects if p.state == State.ACTIVE and p.stage != Stage.PLANNED]


def _month(county: Unit, projects: Sequence[Project], month: Period, people: People, now: datetime) -> None:
    """A month that is over: written, submitted, accepted, closed; each act leaves its row of history."""
    bulk_reports(_reporting(projects), month, WAY[-1], people)
    closed = ReportingMonth(county=county, month=str(month), closed_at=_moment(month.next().first, 9))
    closed.closed_by = people.office
    bulk.insert([closed], by=people.office, now=closed.closed_at or now)


def bulk_reports(projects: Sequence[Project], month: Period, status: str, people: People) -> None:
    """The reports of *month*, each brought up to *status* step by step."""
    rows, first = [_report(p, month, people) for p in projects], month.next().first
    bulk.insert(rows, now=_moment(first - timedelta(days=3)))
    pks = [row.pk for row in rows]
    officer = next(iter(people.officers.values()))
    for n, step in enumerate(WAY[1 : WAY.index(ReportStatus(status)) + 1], start=1):
        moment = _moment(first + timedelta(days=n - 3), 2 + n)
        values: dict[str, Any] = {"status": step, "version": n + 1, "updated_at": moment}
        if step == ReportStatus.SUBMITTED:
            values |= {"submitted_at": moment, "submitted_by": officer}
        if step == ReportStatus.APPROVED:
            values |= {"approved_at": moment, "approved_by": people.leaders[0].holder}
        if step == ReportStatus.ACCEPTED:
            values |= {"accepted_at": moment, "accepted_by": people.office, "updated_by": people.office}
        MonthlyReport.objects.filter(pk__in=pks).update(**values)
        bulk.copy_to_history(MonthlyReport, pks, "~", by=people.office, now=moment)


def _month_under_way(
    county: Unit, units: Sequence[Unit], projects: Sequence[Project], month: Period, people: People, now: datetime
) -> None:
    """The days of the deadline: some units are through, some wait for the office, some have written, one nothing."""
    for n, unit in enumerate(units):
        mine = [p for p in _reporting(projects) if p.lead_unit_id == unit.pk]
        if mine and (status := DEADLINE[n % len(DEADLINE)]):
            bulk_reports(mine, month, status, people)
    MonthlyReport.objects.filter(
        project__county=county, month=str(month), status=ReportStatus.DRAFT, project__number__endswith="7"
    ).update(status=ReportStatus.RETURNED, return_reason="与统计数不一致")


def _rounds(county: Unit, months: Sequence[Period], now: datetime) -> None:
    """A round a month with a row for each project; all but the newest are closed."""
    rules = rules_of(county)[MonthlyRules]
    for month in months:
        closed = None if month is months[-1] else _moment(month.next().first, 9)
        made = Round.objects.create(
            county=county, kind="monthly", period=str(month), opened_at=_moment(month.first + timedelta(days=19)),
            due_at=due_at(month, rules), closed_at=closed,
        )  # fmt: skip
        reports = MonthlyReport.objects.filter(project__county=county, month=str(month), submitted_at__isnull=False)
        stored = {report.project_id: report for report in reports}
        rows = []
        owing = Project.objects.filter(county=county).filter(owes_report(month))
        for pk, unit in owing.order_by("pk").values_list("pk", "lead_unit"):
            row, report = RoundRow(round=made, project_id=pk, unit_id=unit), stored.get(pk)
            if report:
                row.report, row.submitted_at, row.submitted_by_id = report, report.submitted_at, report.submitted_by_id
            rows.append(row)
        RoundRow.objects.bulk_create(rows, batch_size=1000)


def _weeks(county: Unit, people: People, now: datetime, number: int) -> None:
    week = Period.of(_day(now), Kind.WEEK)
    built = list(
        Project.objects.filter(county=county, state=State.ACTIVE, stage__in=[Stage.STARTED, Stage.ENTERED])
        .order_by("pk")
        .values_list("pk", "lead_unit")
    )
    weeks = [week]
    while len(weeks) < number:
        weeks.insert(0, weeks[0].previous())
    for one in weeks:
        closed = None if one is week else _moment(one.last + timedelta(days=2))
        made = Round.objects.create(
            county=county, kind="weekly", period=str(one), opened_at=_moment(one.first),
            due_at=_moment(one.first + timedelta(days=4), 10), closed_at=closed,
        )  # fmt: skip
        rows = []
        for n, (pk, unit) in enumerate(built):
            row = RoundRow(round=made, project_id=pk, unit_id=unit)
            if closed or n % 3 == 0:
                row.note, row.submitted_at = "进场施工", _moment(one.first + timedelta(days=3))
            rows.append(row)
        RoundRow.objects.bulk_create(rows, batch_size=1000)


def _problems(county: Unit, projects: Sequence[Project], people: People, now: datetime) -> None:
    """One open problem for every tenth project, two that are closed."""
    on, found = _day(now), []
    for n, p in enumerate(projects[::PROBLEMS]):
        for k in range(3):
            raised = on - timedelta(days=4 + n % 5 if k == 0 else 60 * k + n % 30)
            status = (
                (Problem.Status.ANSWERED if n % 4 == 3 else Problem.Status.OPEN) if k == 0 else Problem.Status.CLOSED
            )
            found.append(
                Problem(
                    county=county, project=p, key=f"{county.code}:{n}:{k}", title="用地批复尚未取得", category="land",
                    source="report", raised_by=people.officers[p.lead_unit_id], raised_unit=p.lead_unit,
                    raised_on=raised, owner_unit=p.lead_unit, level=n % 3 if k == 0 else 0,
                    due_on=raised + timedelta(days=7), status=status, result="" if k == 0 else "已取得批复",
                    closed_on=raised + timedelta(days=6) if k else None,
                )
            )  # fmt: skip
    found.sort(key=lambda problem: problem.raised_on)
    bulk.insert(found, by=people.office, now=now)
    steps = []
    for problem in found:
        steps.append(ProblemStep(problem=problem, kind="raised", level=0, on=problem.raised_on, typed_at=now))
        if problem.closed_on:
            steps.append(ProblemStep(problem=problem, kind="closed", level=0, on=problem.closed_on, typed_at=now))
    ProblemStep.objects.bulk_create(steps, batch_size=1000)
