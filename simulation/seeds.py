"""What the demonstration county's projects are and what will happen to them. Pure: same seed, same county."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from math import cos, pi, sin
from random import Random
from typing import Any

from core.amounts.grammar import WAN
from core.days.periods import Period
from core.days.workdays import next_workday
from core.geo.outlines import Ring
from core.geo.systems import Degrees
from projects.choices import ApprovalKind, InvestmentKind, Level, Nature, Stage
from simulation import money, papers, words
from simulation.rules import DemonstrationRules
from simulation.trades import TRADES, Trade
from simulation.works import NAMES, SECTORS, VILLAGES, Sector, Works

ORDINALS = ("", "（二期）", "（三期）", "（东片）", "（西片）", "（北片）", "（南片）")
LARGE = 100_000_000  # yuan: from there on totals are rounded to 500 万元
SMALLEST = 600  # 万元: what is smaller is none of the registry's
WHOLE = "座栋个套头户"  # of these there is no half
REBUILT = ("改造", "修缮", "加固", "提标", "整治", "改建", "更新")
SITES = 8  # projects of one township, at most
OWN = 5  # of the first one, at least, where there are enough


class Fate(StrEnum):
    """What must be seen in every demonstration, however few its projects: each happens to one project at least."""

    NONE = ""
    IDLE = "idle"  # due to start, and never started
    LEFT_OUT = "left_out"  # started long ago, never entered into statistics
    EXCEPTION = "exception"  # started by exception, before the permit
    SLOW = "slow"
    FAST = "fast"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


OPENING = {
    Fate.IDLE: Stage.PREWORK,
    Fate.LEFT_OUT: Stage.STARTED,
    Fate.EXCEPTION: Stage.PREWORK,
    Fate.WITHDRAWN: Stage.PLANNED,
    Fate.NONE: None,
}  # the others are under construction
PACE = {Fate.SLOW: 0.3, Fate.FAST: 1.3}
SLOW_IN = 10  # one in so many is behind
STARTS = {  # how many starts are planned for each month, where winters are frosty and elsewhere
    True: {3: 24, 4: 14, 5: 8, 6: 26, 7: 12, 8: 9, 9: 7},
    False: {1: 6, 2: 5, 3: 26, 4: 12, 5: 8, 6: 16, 7: 10, 8: 6, 9: 7, 10: 4},
}


@dataclass(frozen=True)
class Place:
    """A unit that leads projects, or a township where they are built."""

    code: str
    name: str
    kind: str

    @property
    def built_there(self) -> bool:
        """Whether its projects are built in the unit itself."""
        return self.kind in ("township", "zone")


@dataclass(frozen=True)
class ProjectSeed:
    """A project as it stands at the beginning, and the days on which things will really happen to it."""

    unit: str
    name: str
    scope: str
    sector: str
    department: str  # the word in the name of the department that is competent for it
    trade: str
    kind: InvestmentKind
    owner: str
    location: str  # code of the township; "": unknown
    point: tuple[Decimal, Decimal] | None  # longitude, latitude
    total: int  # yuan
    before: int  # yuan, done in earlier years
    plan: int  # yuan, this year; 0: none
    months: tuple[int, ...]  # the plan by month
    course: tuple[int, ...]  # yuan by the end of each month, if the works keep to their plan since their real start
    target: str
    nature: Nature
    level: str
    start_year: int
    end_year: int
    sponsors: tuple[int, ...]  # positions in the list of leaders' posts
    opening_stage: Stage
    planned_start: date | None
    planned_completion: date | None
    papers: tuple[ApprovalKind, ...]  # the approvals that it needs, in order
    approvals: dict[ApprovalKind, date]
    started_on: date | None
    entered_on: date | None
    completed_on: date | None
    pace: float  # 1.0 keeps to the plan
    fate: Fate = Fate.NONE
    problem_months: tuple[int, ...] = field(default=())

    def share(self, ytd: int) -> float:
        """The share of all its works that is done when *ytd* yuan of the year are."""
        return (self.before + ytd) / self.total

    def approved(self, day: date) -> set[ApprovalKind]:
        """The approvals that are on file by *day*."""
        return {kind for kind, on in self.approvals.items() if on <= day}


@dataclass(frozen=True)
class County:
    """What the projects of a county are made of."""

    rules: DemonstrationRules
    word: str  # 县 or 镇, before the name of a builder
    places: Sequence[Place]
    leaders: int  # posts that sponsor projects

    @property
    def curve(self) -> tuple[float, ...]:
        return tuple(percent / 100 for percent in self.rules.curve)

    @property
    def frosty(self) -> bool:
        return money.is_frosty(self.curve)


def make_seeds(
    county: County, units: Sequence[Place], *, count: int, start: date, random: Random
) -> list[ProjectSeed]:
    """*count* projects led by *units*, as they stand on *start*."""
    chosen = _leading(units, count, random)
    fates: list[Fate] = [fate for fate in Fate if fate][:count]
    fates += [Fate.SLOW] * (count // SLOW_IN - 1)
    fates = (fates + [Fate.NONE] * count)[:count]
    random.shuffle(fates)
    used: set[str] = set()
    return [_seed(unit, county, fate, start, used, random) for unit, fate in zip(chosen, fates, strict=True)]


def _leading(units: Sequence[Place], count: int, random: Random) -> list[Place]:
    """Who leads the projects: everybody one while there are enough, departments first; then townships several."""
    first_shares, shares = {"zone": 18, "department": 7}, {"zone": 14, "department": 6, "township": 9}
    weights = {unit: first_shares.get(unit.kind, 4) for unit in units}
    chosen = sorted(units, key=lambda unit: random.random() ** (1 / weights[unit]), reverse=True)[:count]
    rest = max(count - len(chosen), 0)
    first = next((unit for unit in units if unit.kind == "township"), None)
    if first and rest >= 2 * OWN:
        chosen += [first] * (OWN - 1)
        rest -= OWN - 1
    for _n in range(rest):
        free = [unit for unit in units if unit.kind != "township" or chosen.count(unit) < SITES] or units
        chosen += random.choices(free, [shares.get(unit.kind, 2) for unit in free])
    return sorted(chosen, key=units.index)


def _seed(unit: Place, county: County, fate: Fate, start: date, used: set[str], random: Random) -> ProjectSeed:
    rules, year = county.rules, start.year
    code = random.choice(rules.units.get(unit.code) or rules.kinds.get(unit.kind) or tuple(SECTORS))
    sector = SECTORS[code]
    place = unit if unit.built_there else _built_in(county, random)
    works, name = _works(place.name if place else "", _for(unit, sector, code, rules), rules.places, used, random)
    total = _total(works, rules.size, random)
    name = name.replace("{n}", _count(total / WAN / works.per, "")) if works.per else name
    trade = TRADES[works.trade]
    opening = random.choices(
        [Stage.ENTERED, Stage.STARTED, Stage.PREWORK, Stage.RESERVE, Stage.PLANNED], [48, 6, 34, 7, 5]
    )[0]
    opening = OPENING.get(fate, Stage.ENTERED) or opening
    continued = opening in (Stage.ENTERED, Stage.STARTED)
    kinds = papers.needed(trade, sector.kind, total, random)
    dates = _dates(opening, fate, start, _Works(trade, total, tuple(kinds), county.frosty), random)
    opening = _by_then(opening, start, dates)
    first, last = dates["planned_start"], dates["planned_completion"]
    busy = money.season(county.curve) if trade.outdoors else money.EVEN
    spent = money.shares(first, last, busy) if first else {}
    this = money.planned(total, spent, year)
    really = _really(dates, spent, busy)
    sponsors = random.sample(range(county.leaders), random.choice([1, 1, 1, 2])) if county.leaders > 1 else []
    said = bool(this.plan) and random.random() < 0.8
    owner = f"{unit.name}人民政府" if unit.kind == "township" and sector.kind == InvestmentKind.GOVERNMENT else ""
    return ProjectSeed(
        unit=unit.code,
        name=name,
        scope=_scope(works, total),
        sector=sector.label,
        department=sector.department,
        trade=works.trade,
        kind=sector.kind,
        owner=owner or sector.builder.format(county=county.word, name=random.choice(NAMES)),
        location=place.code if place else "",
        point=_point(rules.centre, random) if rules.centre and random.random() < 0.8 else None,
        total=total,
        before=this.before,
        plan=this.plan,
        months=this.months,
        course=money.course(total, really, year),
        target=_target(trade, first, (this.before + this.plan) / total, year) if said and first else "",
        nature=_nature(name, continued),
        level=_level(total, random),
        start_year=first.year if first else year + 1,
        end_year=last.year if last else year + 1,
        sponsors=tuple(sorted(sponsors)),
        opening_stage=opening,
        papers=tuple(kinds),
        pace=PACE.get(fate) or max(random.gauss(1.0, 0.1), 0.7),
        fate=fate,
        problem_months=tuple(month for month in range(2, 13) if random.random() < 0.09),
        **dates,
    )


def _target(trade: Trade, first: date, share: float, year: int) -> str:
    return words.target(trade, share, start=first.month if first.year == year else 0)


def _for(unit: Place, sector: Sector, code: str, rules: DemonstrationRules) -> list[Works]:
    """What *unit* builds in *sector*: a township what fits one, and what the county is known for."""
    low, high = sector.size
    own = [
        Works(work.trade or sector.trade, work.name, work.scope, low, high)
        for work in rules.works
        if work.sector == code
    ]
    if unit.kind == "township" and sector.town:
        small = [
            work._replace(low=SMALLEST, high=3_000) for work in own if TRADES[work.trade].family in ("farm", "green")
        ]
        return [*small, *sector.town]
    return [*own, *own, *sector.works]


def _total(works: Works, size: int, random: Random) -> int:
    """The total investment in yuan, as a design institute rounds it."""
    low, high = (max(wan * size / 100, SMALLEST) for wan in (works.low, works.high))
    wan = low * (max(high, 1.4 * low) / low) ** random.random()
    step = 10 if wan < 3_000 else 50 if wan * WAN < LARGE else 500
    return int(max(round(wan / step) * step, SMALLEST)) * WAN


def _scope(works: Works, total: int) -> str:
    """The content, with how much of it the total pays for."""
    before, found, after = works.scope.partition("{n}")
    if not found or not works.per:
        return works.scope
    return f"{before}{_count(total / WAN / works.per, after[:1])}{after}"


def _count(number: float, unit: str) -> str:
    """How many, to two digits; halves only of what can be halved."""
    if unit in WHOLE or number >= 10:
        return str(max(int(float(f"{number:.2g}")), 1))
    return f"{number:.1f}".removesuffix(".0")


def _nature(name: str, continued: bool) -> Nature:
    if continued:
        return Nature.CONTINUED
    if any(word in name for word in ("扩能", "改扩建", "续建")):
        return Nature.EXTENDED
    return Nature.REBUILT if any(word in name for word in REBUILT) else Nature.NEW


def _level(total: int, random: Random) -> str:
    """The larger, the higher: a village road is no province's project."""
    large = [0, 20, 45, 35] if total >= 20_000 * WAN else [15, 60, 22, 3] if total >= 5_000 * WAN else [55, 45, 0, 0]
    return str(random.choices(["", Level.COUNTY, Level.CITY, Level.PROVINCE], large)[0])


def _built_in(county: County, random: Random) -> Place | None:
    """Where a department's project is built: mostly in a township."""
    there = [place for place in county.places if place.kind == "township"]
    return random.choice(there) if there and random.random() < 0.7 else None


def _point(centre: tuple[float, ...], random: Random) -> tuple[Decimal, Decimal]:
    """Somewhere in the county."""
    longitude, latitude = (Decimal(str(round(at + random.uniform(-0.18, 0.18), 5))) for at in centre)
    return longitude, latitude


def around(centre: Sequence[float]) -> Ring:
    """A line around all that is drawn somewhere in the county."""
    longitude, latitude = centre
    reach = [0.27 + 0.02 * ((7 * at) % 5) / 4 + 0.025 * sin(at) for at in range(36)]
    points = [
        Degrees(round(longitude + 1.08 * far * cos(at * pi / 18), 5), round(latitude + far * sin(at * pi / 18), 5))
        for at, far in enumerate(reach)
    ]
    return (*points, points[0])


def _works(
    place: str, works: Sequence[Works], places: Sequence[str], used: set[str], random: Random
) -> tuple[Works, str]:
    """One of *works* and its name, which nobody else has."""
    for ordinal in ORDINALS:
        for _try in range(12):
            one = random.choice(works)
            where = place or random.choice(places or [""])
            name = one.name.format(place=where, village=random.choice(VILLAGES), n="{n}")
            name = (name if name.endswith(("项目", "工程")) else f"{name}项目") + ordinal
            if name not in used:
                used.add(name)
                return one, name
    raise ValueError("too many projects for the names there are")


def _by_then(opening: Stage, start: date, dates: dict[str, Any]) -> Stage:
    """The stage of a project whose year began before *start*: what happened by then is on file."""
    if dates["completed_on"] and dates["completed_on"] < start:
        dates["completed_on"] = None
    if not dates["started_on"] or dates["started_on"] >= start or opening is Stage.ENTERED:
        return opening
    return Stage.ENTERED if dates["entered_on"] and dates["entered_on"] < start else Stage.STARTED


# Days --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Works:
    """What the days of a project depend on."""

    trade: Trade
    total: int
    papers: tuple[ApprovalKind, ...]
    frosty: bool

    @property
    def rests(self) -> bool:
        return self.frosty and self.trade.outdoors

    def completion(self, first: date) -> date:
        """When works that start on *first* are planned to be complete: the end of a month in which people work."""
        month = Period.of(first)
        months = money.length(self.total)
        for _n in range(max(months, 4) - 1):
            month = month.next()
        if self.rests and month.year == first.year and month.number == 12:
            month = month.previous()  # before the frost
        elif self.rests and month.year > first.year and month.number not in range(6, 12):
            for _n in range(6 - month.number % 12 + self.total // WAN // 10 % 4):  # a winter lies in between
                month = month.next()
        return month.last


def _really(dates: dict[str, Any], spent: dict[Period, float], busy: Sequence[float]) -> dict[Period, float]:
    """The shares of the months since the real start: as planned if it was in time."""
    first, real = dates["planned_start"], dates["started_on"]
    if real is None:
        return {}
    if Period.of(real) == Period.of(first) and not dates["completed_on"]:
        return spent
    last = dates["completed_on"] or dates["planned_completion"] + (real - first)
    return money.shares(real, last, busy)


def _dates(opening: Stage, fate: Fate, start: date, works: _Works, random: Random) -> dict[str, Any]:
    """When things were planned and when they will really happen; None is never within sight."""
    found: dict[str, Any] = dict.fromkeys(
        ("planned_start", "planned_completion", "started_on", "entered_on", "completed_on")
    )
    found["approvals"] = {}
    if opening in (Stage.ENTERED, Stage.STARTED):
        found |= _continued(opening, start, works, random)
    elif opening is Stage.PREWORK:
        found |= _new(start, works, random)
    elif opening is Stage.RESERVE:
        found["approvals"] = {
            works.papers[0]: next_workday(date(start.year, 1, 1) - timedelta(random.randint(20, 90)))
        }
    return _fated(fate, start, works, found, random)


def _continued(opening: Stage, start: date, works: _Works, random: Random) -> dict[str, Any]:
    """Begun in an earlier year, and not at its end when the year begins."""
    new_year = date(start.year, 1, 1)
    for _try in range(12):
        started = next_workday(
            new_year - timedelta(days=random.randint(60, 30 * max(money.length(works.total) - 3, 5)))
        )
        if not (works.rests and started.month in (11, 12, 1, 2)):
            break
    else:
        started = next_workday(date(start.year - 1, 9, random.randint(5, 25)))
    last = works.completion(started)
    while last < date(start.year, 5, 1):
        last = Period.of(last).next().last
    entered = None
    if opening is Stage.ENTERED:
        entered = started + timedelta(days=random.randint(20, 50))
    elif random.random() < 0.7:
        entered = new_year + timedelta(days=random.randint(20, 150))
    return {
        "planned_start": started,
        "started_on": started,
        "planned_completion": last,
        "entered_on": next_workday(entered) if entered else None,
        "completed_on": _completed(last, random) if opening is Stage.ENTERED else None,
        "approvals": papers.obtained(works.papers, started, started, random),
    }


def _new(start: date, works: _Works, random: Random) -> dict[str, Any]:
    """Planned to start this year: most do in time, some late, some not at all."""
    months = STARTS[works.rests]
    month = random.choices(list(months), list(months.values()))[0]
    planned = next_workday(date(start.year, month, random.randint(5, 26)))
    delay = random.choices([0, 20, 60, 130, None], [70, 15, 7, 3, 5])[0]
    approvals = papers.obtained(works.papers, planned + timedelta(days=delay or 0), start, random)
    found: dict[str, Any] = {
        "planned_start": planned,
        "planned_completion": works.completion(planned),
        "approvals": approvals,
    }
    if delay is None:
        return found | {"approvals": _stuck(works.papers, approvals, random)}
    started = next_workday(max(planned + timedelta(days=delay + random.randint(-4, 8)), *approvals.values()))
    found |= {"started_on": started}
    if random.random() < 0.86:
        found |= {"entered_on": next_workday(started + timedelta(days=random.randint(15, 55)))}
        found |= {"completed_on": _completed(found["planned_completion"] + (started - planned), random)}
    return found


def _completed(last: date, random: Random) -> date | None:
    """Most are completed around the day that was planned."""
    return next_workday(last + timedelta(days=random.randint(-20, 15))) if random.random() < 0.7 else None


def _stuck(
    kinds: Sequence[ApprovalKind], approvals: dict[ApprovalKind, date], random: Random
) -> dict[ApprovalKind, date]:
    """*approvals* up to one that doesn't come, and none after it."""
    there = random.randint(kinds.index(ApprovalKind.FILING) + 1, len(kinds) - 1)
    return {kind: approvals[kind] for kind in kinds[:there]}


def _fated(fate: Fate, start: date, works: _Works, dates: dict[str, Any], random: Random) -> dict[str, Any]:
    """*dates* as *fate* wants them."""
    if fate in (Fate.IDLE, Fate.EXCEPTION):
        on = next_workday(start + timedelta(days=12 if fate is Fate.IDLE else 24))
        approvals = papers.obtained(works.papers, on, start, random)
        dates |= {"planned_start": on, "planned_completion": works.completion(on), "entered_on": None}
        if fate is Fate.IDLE:
            return dates | {
                "started_on": None,
                "completed_on": None,
                "approvals": _stuck(works.papers, approvals, random),
            }
        approvals[ApprovalKind.CONSTRUCTION] = next_workday(on + timedelta(days=26))
        dates |= {"started_on": on, "approvals": approvals}
    elif fate is Fate.LEFT_OUT:
        dates |= {"entered_on": None}
    if fate:
        dates |= {"completed_on": None}
    return dates


def mood_of(random: Random, place: int, places: int) -> tuple[float, ...]:
    """How a unit keeps to its plans in each month: each another level, some better and some worse as months pass."""
    level = 0.82 + 0.5 * (place + 0.5) / places
    trend = random.choice([-0.28, -0.12, 0.0, 0.12, 0.28])
    return tuple(max(level + trend * n / 11 + random.uniform(-0.02, 0.02), 0.45) for n in range(12))
