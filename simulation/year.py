"""People act day by day: officers report (some late), sponsors approve, the office checks, closes, publishes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from core.coded import coded
from core.days.periods import Period
from core.days.workdays import add_workdays, is_workday
from core.habits import Day, Living, Scene, Tries
from jobs.heartbeat import tick
from organization.people.demo import PASSWORD
from organization.people.models import Post, Role, User
from organization.people.services import open_account
from organization.permissions import works_for
from organization.portfolios.models import Coverage
from organization.profiles.rules import CountyRules, rules_of
from organization.units.models import Unit, UnitKind
from outbox.digest import deliver
from outbox.services import mark_read
from projects.approvals.models import ApprovalItem, ItemState
from projects.approvals.services import obtain, set_item
from projects.choices import Stage
from projects.classes import ClassRules
from projects.entries.services import propose_entry
from projects.lifecycle import services as lifecycle
from projects.map.services import sketch_outline
from projects.models import Project
from projects.plans.services import set_plan
from projects.registry import services as registry
from projects.registry.permissions import authorities
from projects.reports.closing import close_month
from simulation import papers, reporting, squads
from simulation.seeds import County, Fate, Place, ProjectSeed, around, make_seeds, mood_of
from simulation.works import IDEAS
from simulation.world import AT_ONCE, World, moment


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
    _temper(world, units, Random(f"{seed}.moods"))
    places = [Place(unit.code, unit.short_name, unit.kind) for unit in units]
    word = "镇" if world.rules[CountyRules].kind == "town" else "县"
    made_of = County(world.demonstration, word, places, len(world.leaders))
    by_code = {unit.code: unit for unit in units}
    for one in make_seeds(made_of, places, count=count, start=start, random=random):
        project = _put_on_file(world, one, by_code, morning)
        world.seeds[project.pk], world.projects[project.pk] = one, project
    led = Counter(project.lead_unit_id for project in world.projects.values() if project.stage != Stage.PLANNED)
    early = max(6, led.total() // 3)  # reports that come as soon as a month opens
    world.half = next((unit.pk for unit in units if unit.kind == UnitKind.TOWNSHIP and led[unit.pk] > 3), 0)
    early -= led[world.half] // 2
    for unit_pk in random.sample(sorted(led), len(led)):
        if early > 0 and unit_pk != world.half:
            world.habits[unit_pk], early = AT_ONCE, early - led[unit_pk]
    squads.assign(county, world.projects.values(), by=world.office, now=morning, seed=seed)
    if world.demonstration.centre:
        sketch_outline(county, [around(world.demonstration.centre)], now=morning)
    close_month(county, Period.of(start).previous(), by=world.office, now=morning)  # before our time
    scene = Scene(
        county, start, end, tuple(world.projects.values()), world.officers, world.office, tries or Tries(),
        ideas=tuple((idea.name, idea.sector, idea.origin) for idea in world.demonstration.leads) or IDEAS,
    )  # fmt: skip
    world.living = Living(scene, seed)
    return world


def _temper(world: World, units: list[Unit], dice: Random) -> None:
    """How each unit is at its work: clearly not the same."""
    for place, unit in enumerate(dice.sample(units, len(units))):
        world.moods[unit.pk] = mood_of(dice, place, len(units))
        world.thorough[unit.pk] = dice.choice([0, 1, 2])


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
        code=_code(world, min(before)) if before and one.opening_stage != Stage.RESERVE else "",
    )
    for kind, day in one.approvals.items():
        if day < now.date():
            number = _document(world, day)
            why = "建库时按台账补录" if kind in world.approvers else ""
            registry.record_approval(
                project, kind=kind, obtained_on=day, by=by, now=now, document_number=number, reason=why
            )
    if one.plan:
        set_plan(project, now.year, investment=one.plan, months=one.months, target=one.target, by=by, now=now)
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


def _code(world: World, day: date) -> str:
    """The national project code, which came with the first approval."""
    digits = world.random.randrange(10**6)
    region = world.rules[CountyRules].region_code or "000000"
    return f"{day:%y%m}-{region}-04-01-{digits:06}"


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
    _not_needed(world, day)
    _life_goes_on(world, day)
    reporting.weekly(world, day)
    reporting.monthly(world, day)
    reporting.sponsors_approve(world, day)
    reporting.office_checks(world, day)
    _fated(world, day)
    world.living.live(Day(day, add_workdays(day, -1), moment(day, 15)))
    tick(moment(day, 18, 10))


def _not_needed(world: World, day: date) -> None:
    """Of new checklists, what the works don't need is left out by who would give it."""
    new = set(world.seeds) - world.listed
    items = ApprovalItem.objects.filter(project__in=new, state=ItemState.OPEN).select_related("project")
    for item in items.order_by("pk"):
        world.listed.add(item.project_id)
        if item.kind not in world.seeds[item.project_id].papers:
            by = world.approvers.get(item.kind, world.office)
            now, why = moment(day, 9), papers.NOT_NEEDED.get(item.kind, "按项目类型不涉及")
            set_item(item, state=ItemState.NOT_NEEDED, by=by, on=day, now=now, reason=why)


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
                obtain(project, kind=kind, obtained_on=obtained, by=giver, now=now, document_number=number)
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
