"""People act day by day: officers report (some late), sponsors approve, the office checks, closes, publishes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django.utils.translation import gettext as _

from core.amounts.grammar import WAN
from core.coded import coded
from core.days.periods import Period
from core.days.workdays import add_workdays, is_workday, next_workday
from core.habits import Day, Living, Scene, Tries
from dispatch.models import Round
from dispatch.rounds import services as round_services
from dispatch.rounds.entering import may_bring_in
from jobs.heartbeat import tick
from organization.people.demo import PASSWORD
from organization.people.models import Post, Role, User
from organization.people.services import open_account
from organization.permissions import works_for
from organization.portfolios.models import Coverage
from organization.profiles.rules import CountyRules, Rules, rules_of
from organization.units.models import Unit, UnitKind
from outbox.digest import deliver
from outbox.services import mark_read
from projects.choices import ReportStatus, Stage
from projects.classes import ClassRules
from projects.entries.services import propose_entry
from projects.lifecycle import services as lifecycle
from projects.models import MonthlyReport, Project
from projects.plans.services import set_plan
from projects.registry import services as registry
from projects.registry.permissions import authorities
from projects.reports import services as reports
from projects.reports.closing import close_month
from projects.reports.months import expected
from simulation import squads
from simulation.publishing import publish_month
from simulation.rules import DemonstrationRules
from simulation.seeds import PROBLEMS, County, Fate, Place, ProjectSeed, make_seeds, progress_words
from simulation.works import IDEAS

AT_ONCE = -99  # the habit of those who report as soon as a month opens
LEFT_LYING = 8  # working days: what came in during the last ones is on people's desks when the replay ends


@dataclass
class World:
    """The county with its people, what will happen to its projects, and the dice."""

    county: Unit
    rules: Rules
    random: Random
    office: User
    office_head: User
    end: date
    people: list[User] = field(default_factory=list)
    officers: dict[int, User] = field(default_factory=dict)  # by unit
    leaders: list[User] = field(default_factory=list)
    seeds: dict[int, ProjectSeed] = field(default_factory=dict)  # by project
    projects: dict[int, Project] = field(default_factory=dict)
    seen: dict[str, list[int]] = field(default_factory=dict)  # reports near the end, by what is to be done
    approvers: dict[str, User] = field(default_factory=dict)  # by kind of approval, where the county names its unit
    coverage: Coverage = field(init=False)  # which leader answers for what
    living: Living = field(init=False)  # what the apps' own people do
    habits: dict[int, int] = field(default_factory=dict)  # working days before (−) or after the due day, by unit

    @property
    def demonstration(self) -> DemonstrationRules:
        return self.rules[DemonstrationRules]

    @property
    def curve(self) -> tuple[float, ...]:
        """The share of a year's works done by the end of each month."""
        return tuple(percent / 100 for percent in self.demonstration.curve)

    def near_the_end(self, day: date) -> bool:
        """Whether what is to be done on *day* may be left for whoever looks at the county."""
        return day > add_workdays(self.end, -LEFT_LYING)

    def turn(self, what: str, report: MonthlyReport) -> int:
        """How many reports came before *report* to somebody who is about to do *what* near the end."""
        seen = self.seen.setdefault(what, [])
        if report.pk not in seen:
            seen.append(report.pk)
        return seen.index(report.pk)


def replay(
    county: Unit, *, start: date, end: date, count: int, seed: int, tries: Tries | None = None
) -> Iterator[date]:
    """Let *county* live from *start* to *end* with *count* projects; yields each month's first day as it passes.

    *tries* keeps what people tried and what stopped them.
    """
    world = settle(county, start=start, end=end, count=count, seed=seed, tries=tries)
    day = start
    while day <= end:
        if day.day == 1:
            yield day
        live(world, day)
        day += timedelta(days=1)


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


# The beginning -----------------------------------------------------------------------------------------------------


def settle(county: Unit, *, start: date, end: date, count: int, seed: int, tries: Tries | None = None) -> World:
    """Accounts for all posts, and the projects as they stand on *start*, put on file by the office."""
    random = Random(seed)
    morning = moment(start, 9)
    squads.staff(county)
    people = _accounts(county, morning)
    offices = [user for user in people if user.is_office_of(county)]
    office = [user for user in offices if user.unit == offices[0].unit][-1]
    world = World(county, rules_of(county), random, office, offices[0], end, people)
    world.coverage = Coverage(county, start)
    world.leaders = [user for user in people if user.holds(Role.LEADER, at=county)]
    world.officers = {user.unit.pk: user for user in people if user.unit and user.holds(Role.OFFICER, at=county)}
    for kind, giver in authorities(county).items():
        world.approvers[kind] = next(user for user in people if works_for(user, giver, Role.APPROVER))
    units = list(Unit.objects.filter(pk__in=world.officers).order_by("position", "pk"))
    world.habits = {unit.pk: random.choices([-3, -2, -1, 0, 1, 2], [20, 30, 25, 15, 6, 4])[0] for unit in units}
    places = [Place(unit.code, unit.short_name, unit.kind) for unit in units]
    word = "镇" if world.rules[CountyRules].kind == "town" else "县"
    made_of = County(world.demonstration, word, places, len(world.leaders))
    by_code = {unit.code: unit for unit in units}
    for one in make_seeds(made_of, places, count=count, start=start, random=random):
        project = _put_on_file(world, one, by_code, morning)
        world.seeds[project.pk], world.projects[project.pk] = one, project
    led = Counter(project.lead_unit_id for project in world.projects.values() if project.stage != Stage.PLANNED)
    early = max(6, led.total() // 3)  # reports that come as soon as a month opens
    for unit_pk in random.sample(sorted(led), len(led)):
        if early > 0:
            world.habits[unit_pk], early = AT_ONCE, early - led[unit_pk]
    squads.assign(county, world.projects.values(), by=world.office, now=morning, seed=seed)
    close_month(county, Period.of(start).previous(), by=world.office, now=morning)  # before our time
    scene = Scene(
        county, start, end, tuple(world.projects.values()), world.officers, world.office, tries or Tries(),
        ideas=tuple((idea.name, idea.sector, idea.origin) for idea in world.demonstration.leads) or IDEAS,
    )  # fmt: skip
    world.living = Living(scene, seed)
    return world


def _accounts(county: Unit, now: datetime) -> list[User]:
    """Everybody who holds a post; who has no account yet gets one for the demonstration."""
    people: dict[int, User] = {}
    numbers: dict[str, int] = {}
    one_hash = make_password(PASSWORD)  # hashing is slow on purpose; once is enough for a demonstration
    for post in Post.objects.filter(unit__county=county, active=True).select_related("unit", "holder").order_by("pk"):
        code = post.unit.code
        numbers[code] = numbers.get(code, 0) + 1
        user = post.holder
        if user is None:
            name = f"{code}{numbers[code]:02}"
            if User.objects.filter(username=name).exists():  # another county is shown beside it
                name = f"{county.code}-{name}"
            mail = f"{name}@{county.code}.example"
            user = open_account(post, username=name, password=None, now=now, must_change=False, demo=True, email=mail)
            user.password = one_hash
            user.save(update_fields=["password"])
        people[user.pk] = user
    return list(people.values())


def _put_on_file(world: World, one: ProjectSeed, units: Mapping[str, Unit], now: datetime) -> Project:
    by, unit = world.office, units[one.unit]
    before = [day for day in one.approvals.values() if day < now.date()]
    started = one.started_on if one.opening_stage in (Stage.STARTED, Stage.ENTERED) else None
    project = registry.register(
        county=world.county,
        by=by,
        now=now,
        stage=one.opening_stage,
        reason=_("Put on file at the beginning of the year"),
        name=one.name,
        scope=one.scope,
        sector=coded(world.rules[ClassRules].of("sector"), one.sector),
        investment_kind=one.kind,
        owner=one.owner,
        lead_unit=unit,
        competent_unit=_competent(world, one.department) if one.level else None,  # some have none yet
        location=units.get(one.location),
        longitude=one.point[0] if one.point else None,
        latitude=one.point[1] if one.point else None,
        total_investment=one.total,
        nature=one.nature,
        level=one.level,
        start_year=one.start_year,
        end_year=one.end_year,
        planned_start=one.planned_start,
        planned_completion=one.planned_completion,
        started_on=started,
        entered_on=one.entered_on if one.opening_stage is Stage.ENTERED else None,
        responsible=_("Project officer"),
        code=_code(world) if before and one.opening_stage != Stage.RESERVE else "",
    )
    for kind, day in one.approvals.items():
        if day < now.date():
            number = _document(world, day)
            why = "建库时按台账补录" if kind in world.approvers else ""
            registry.record_approval(
                project, kind=kind, obtained_on=day, by=by, now=now, document_number=number, reason=why
            )
    if one.plan:
        steps = [after - before for before, after in zip((0.0, *world.curve), world.curve, strict=False)]
        months = [round(one.plan * step / WAN) * WAN for step in steps]
        months[-1] += one.plan - sum(months)
        set_plan(project, now.year, investment=one.plan, months=months, target=one.target, by=by, now=now)
    if one.sponsors:
        posts = [world.leaders[n].current_posts[0] for n in one.sponsors]
        answering = world.coverage.leaders(sector=project.sector, unit=unit)[:1]  # whose portfolio it is comes first
        posts = list(dict.fromkeys([*answering, *posts[len(answering) :]]))
        registry.set_sponsors(project, posts, by=world.office_head, now=now, by_portfolio=answering)
    return project


def _competent(world: World, word: str) -> Unit | None:
    """The department that answers for the whole sector, where the county has one."""
    named = Unit.objects.filter(county=world.county, kind=UnitKind.DEPARTMENT, active=True)
    return named.filter(name__contains=word).order_by("position", "pk").first()


def _document(world: World, day: date) -> str:
    return world.demonstration.approval_number.format(year=day.year, number=world.random.randrange(1, 200))


def _code(world: World) -> str:
    digits = world.random.randrange(10**6)
    region = world.rules[CountyRules].region_code or "000000"
    return f"{(world.end.year - 1) % 100:02}{world.random.randrange(1, 13):02}-{region}-04-01-{digits:06}"


# A day -------------------------------------------------------------------------------------------------------------


def live(world: World, day: date) -> None:
    """One day: the system's heartbeat in the morning, then people's work if it is a working day."""
    tick(moment(day, 8, 30))
    deliver(now=moment(day, 8, 35))
    if not is_workday(day):
        return
    if day.weekday() == 0:
        for person in world.people:
            mark_read(person, now=moment(day, 8, 50))
    _life_goes_on(world, day)
    _weekly(world, day)
    _monthly(world, day)
    _sponsors_approve(world, day)
    _office_checks(world, day)
    _fated(world, day)
    world.living.live(Day(day, add_workdays(day, -1), moment(day, 15)))
    tick(moment(day, 18, 10))


def _life_goes_on(world: World, day: date) -> None:
    """What happened to the projects since the last working day is typed in: approvals, starts, entries, ends."""
    now = moment(day, 9, 30)
    since = add_workdays(day, -1)
    for pk, one in world.seeds.items():
        project = world.projects[pk]
        officer = world.officers[project.lead_unit_id]
        for kind, obtained in one.approvals.items():
            if since < obtained <= day:
                number = _document(world, obtained)
                giver = world.approvers.get(kind, officer)  # the unit that gives it puts it on file
                registry.record_approval(
                    project, kind=kind, obtained_on=obtained, by=giver, now=now, document_number=number
                )
        steps = ((Stage.STARTED, one.started_on), (Stage.ENTERED, one.entered_on), (Stage.COMPLETED, one.completed_on))
        for to, on in steps:
            if on and since < on <= day:
                _advance(world, project, to, on, now)


def _advance(world: World, project: Project, to: Stage, on: date, now: datetime) -> None:
    project.refresh_from_db()
    by = world.office if to is Stage.COMPLETED else world.officers[project.lead_unit_id]
    exception: dict[str, Any] = {}
    if to is Stage.STARTED and world.seeds[project.pk].fate is Fate.EXCEPTION:
        by = world.office
        exception = {"waive": ["construction"], "reason": "施工许可已受理，容缺先行开工，一个月内补齐"}
    with world.living.scene.tries.step(f"{project._meta.verbose_name}: {to.label}"):
        if to is Stage.ENTERED:  # the statistics side answers in its own time: its habits
            propose_entry(project, by=by, on=on, now=now, note="资料齐全，申请入库")
        else:
            lifecycle.advance(project, to=to, by=by, on=on, now=now, **exception)
    project.refresh_from_db()


def _fated(world: World, day: date) -> None:
    """Some weeks before the end one project is suspended and one given up."""
    for fate, act, before, reason in (
        (Fate.SUSPENDED, lifecycle.suspend, 18, "业主资金链紧张，暂缓建设"),
        (Fate.WITHDRAWN, lifecycle.withdraw, 12, "投资方调整布局，项目不再实施"),
    ):
        if day == add_workdays(world.end, -before):
            for pk in [pk for pk, one in world.seeds.items() if one.fate is fate]:
                project = Project.objects.get(pk=pk)
                act(project, by=world.office, on=day, now=moment(day, 14), reason=reason)


# Reports -----------------------------------------------------------------------------------------------------------


def _weekly(world: World, day: date) -> None:
    opened = Round.objects.filter(
        county=world.county, kind=Round.Kind.WEEKLY, closed_at=None, due_at__date=day
    ).first()
    if opened is None:
        return
    for unit_pk, officer in world.officers.items():
        if world.habits[unit_pk] > 0 and world.random.random() < 0.6:
            continue  # this unit often forgets the week
        rows = opened.rows.filter(unit_id=unit_pk, submitted_at=None).select_related("project")
        entries = {row.pk: (_week_words(world, row.project, day), _problem_of_the_week(world)) for row in rows}
        if entries:
            now = moment(day, 15, world.random.randrange(60))
            round_services.fill_week(opened, entries, by=officer, now=now)


def _week_words(world: World, project: Project, day: date) -> str:
    one = world.seeds.get(project.pk)
    if one is None or not project.started_on or project.started_on > day:
        return "办理前期手续"
    return progress_words(min(world.curve[day.month - 1] * one.pace, 1.0))


def _problem_of_the_week(world: World) -> str:
    if world.random.random() > 0.03:
        return ""
    _category, title, request = world.random.choice(PROBLEMS)
    return f"{title}。{request}"


def _monthly(world: World, day: date) -> None:
    """Each unit reports on its own day around the due day; what was given back is mended the next day."""
    for opened in Round.objects.filter(county=world.county, kind=Round.Kind.MONTHLY, closed_at=None):
        due = timezone.localdate(opened.due_at)
        period = Period.parse(opened.period)
        for place, (unit_pk, officer) in enumerate(world.officers.items()):
            own_day = next_workday(due) if not world.habits[unit_pk] else add_workdays(due, world.habits[unit_pk])
            if world.habits[unit_pk] == AT_ONCE:
                own_day = add_workdays(timezone.localdate(opened.opened_at), 1 + place % 4)
            if day == own_day:
                _bring_in(opened, unit_pk, officer, moment(day, 9, 30))
                _report(world, period, unit_pk, officer, moment(day, 10, world.random.randrange(60)))
        if day > due:
            _mend(world, period, moment(day, 9, 40))


def _bring_in(opened: Round, unit_pk: int, officer: User, now: datetime) -> None:
    """What came on file after the round had opened reports from this month on."""
    new = [project.pk for project in may_bring_in(opened, officer) if project.lead_unit_id == unit_pk]
    round_services.enter(opened, new, by=officer, now=now)


def _report(world: World, period: Period, unit_pk: int, officer: User, now: datetime) -> None:
    filled = []
    for project in expected(world.county, period, officer.unit).select_related("lead_unit").order_by("pk"):
        one = world.seeds.get(project.pk)
        if one is None or project.lead_unit_id != unit_pk:
            continue
        works, done = _works(world, project, one, period)
        text = progress_words(done) if project.started_on else "办理前期手续"
        problem = request = ""
        if period.number in one.problem_months:
            _category, problem, request = world.random.choice(PROBLEMS)
        filled.append(
            reports.save(
                project, period, by=officer, now=now, works=works, progress=text, problem=problem, request=request
            )
        )
    held = reports.submit(filled, by=officer, now=now).held
    for item in held:
        report = item.report
        reports.save(report.project, period, by=officer, now=now, explanation="设备到货集中付款，本月量大")
    reports.submit([item.report for item in held], by=officer, now=now)


def _works(world: World, project: Project, one: ProjectSeed, period: Period) -> tuple[int, float]:
    """The month's works in yuan and the share of the year's plan done by then."""
    last = project.reports.filter(month__lt=str(period), month__gte=f"{period.year}-01").order_by("-month").first()
    before = (last.works_ytd or 0) if last else 0
    started = project.started_on
    if (
        not one.plan
        or started is None
        or started > period.last
        or (project.completed_on or period.last) < period.first
    ):
        return 0, before / one.plan if one.plan else 0.0
    first = started.month - 1 if started.year == period.year else 0
    begun = world.curve[first - 1] if first else 0.0
    share = (world.curve[period.number - 1] - begun) / (1 - begun) * one.pace
    if project.completed_on and project.completed_on <= period.last:
        share = max(share, 0.97)
    goal = min(share, 1.15) * one.plan * world.random.uniform(0.93, 1.05)
    works = max(round((goal - before) / WAN / 10) * 10 * WAN, 0)
    return works, (before + works) / one.plan


def _mend(world: World, period: Period, now: datetime) -> None:
    returned = MonthlyReport.objects.filter(
        project__county=world.county, month=str(period), status=ReportStatus.RETURNED
    ).select_related("project__lead_unit")
    for report in returned:
        if world.near_the_end(timezone.localdate(now)):
            continue
        officer = world.officers[report.project.lead_unit_id]
        saved = reports.save(report.project, period, by=officer, now=now, progress=f"{report.progress}，现场已核对")
        reports.submit([saved], by=officer, now=now)


def _waiting(world: World, *statuses: str) -> list[MonthlyReport]:
    found = MonthlyReport.objects.filter(project__county=world.county, status__in=statuses)
    return list(found.select_related("project").prefetch_related("project__sponsors__post").order_by("pk"))


def _sponsors_approve(world: World, day: date) -> None:
    """After a day or two; near the end every other report is left lying."""
    leaders, near = {leader.pk: leader for leader in world.leaders}, world.near_the_end(day)
    for report in _waiting(world, ReportStatus.SUBMITTED):
        sponsors = [leaders[s.post.holder_id] for s in report.project.sponsors.all() if s.post.holder_id in leaders]
        if not sponsors or timezone.localdate(report.submitted_at) >= day or world.random.random() > 0.85:
            continue
        if not near or world.turn("approve", report) % 2 == 0:
            reports.approve(report, by=sponsors[0], now=moment(day, 11, 20))


def _office_checks(world: World, day: date) -> None:
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
        doubted = turn == 1 or (not (late or near) and world.random.random() < 0.03)
        if doubted and not report.return_reason:
            reports.give_back(report, by=world.office, now=now, reason="形象进度写得太简略，请写到具体部位")
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
