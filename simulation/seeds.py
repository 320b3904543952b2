"""What the demonstration county's projects are and what will happen to them. Pure: same seed, same county."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from random import Random
from typing import Any

from core.amounts.grammar import WAN
from projects.choices import ApprovalKind, InvestmentKind, Level, Nature, Stage
from simulation.rules import DemonstrationRules
from simulation.works import SECTORS

ORDINALS = ("", "二期", "三期", "（东区）", "（西区）", "（北片）", "（南片）")

BEFORE_START = (  # in the order in which they are obtained
    ApprovalKind.SITE,
    ApprovalKind.FILING,
    ApprovalKind.LAND_PLANNING,
    ApprovalKind.ENVIRONMENT,
    ApprovalKind.WORKS_PLANNING,
    ApprovalKind.TENDER,
    ApprovalKind.CONSTRUCTION,
)

PROBLEMS = (  # category, title, what is asked for
    ("land", "用地指标没有落实", "请自然资源部门调剂指标，月底前完成组卷"),
    ("land", "临时用地手续没有批下来", "请自然资源部门加快办理"),
    ("money", "二期资金没有到位", "请财政部门按合同拨付进度款"),
    ("money", "银行放款条件没有谈妥", "请财政部门组织银企对接"),
    ("approval", "施工图审查没有通过", "请住建部门指导设计单位一次改齐"),
    ("approval", "环评批复没有拿到", "请生态环境部门提前介入"),
    ("demolition", "两户没有签征收协议", "请属地乡镇三日内上门做工作"),
    ("demolition", "管线迁改影响施工", "请电力、通信单位明确迁改时间"),
    ("utilities", "施工用电容量不够", "请供电部门增容"),
    ("utilities", "进场道路没有修通", "请属地乡镇先修临时便道"),
    ("labour", "钢筋工、木工不够", "请人社部门组织专场招聘"),
    ("services", "材料运输车辆进城受限", "请交管部门核发通行证"),
)
PROGRESS = (  # by the share of the year's plan done
    (0.02, "场地平整，临时设施搭建"),
    (0.12, "基础开挖，材料进场"),
    (0.25, "基础施工"),
    (0.40, "基础完成，主体施工到一层"),
    (0.55, "主体施工过半"),
    (0.70, "主体封顶，开始二次结构"),
    (0.85, "设备安装、外墙施工"),
    (0.97, "室内装修、管网接驳"),
    (9.99, "收尾，准备验收"),
)


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
PACE = {Fate.SLOW: 0.35, Fate.FAST: 1.35}

TARGETS = {  # what the year's plan says of progress
    True: (
        "主体完工，设备安装过半",
        "主体封顶，室外工程开工",
        "完成全部工程量",
        "完成设备调试，具备投产条件",
    ),
    False: ("完成前期手续，开工建设，基础完成", "年内开工，主体施工过半", "完成场平和基础，主体出地面"),
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
    kind: InvestmentKind
    owner: str
    location: str  # code of the township; "": unknown
    point: tuple[Decimal, Decimal] | None  # longitude, latitude
    total: int  # yuan
    plan: int  # yuan, this year; 0: none
    target: str
    nature: Nature
    level: str
    start_year: int
    end_year: int
    sponsors: tuple[int, ...]  # positions in the list of leaders' posts
    opening_stage: Stage
    planned_start: date | None
    planned_completion: date | None
    approvals: dict[ApprovalKind, date]
    started_on: date | None
    entered_on: date | None
    completed_on: date | None
    pace: float  # 1.0 keeps to the plan
    fate: Fate = Fate.NONE
    problem_months: tuple[int, ...] = field(default=())


@dataclass(frozen=True)
class County:
    """What the projects of a county are made of."""

    rules: DemonstrationRules
    word: str  # 县 or 镇, before the name of a builder
    places: Sequence[Place]
    leaders: int  # posts that sponsor projects


def progress_words(share: float) -> str:
    """What an officer writes when *share* of the year's plan is done."""
    return next(words for limit, words in PROGRESS if share <= limit)


def make_seeds(
    county: County, units: Sequence[Place], *, count: int, start: date, random: Random
) -> list[ProjectSeed]:
    """*count* projects led by *units*, as they stand on *start*."""
    shares = {"zone": 18, "department": 7, "township": 4}
    weights = {unit: shares.get(unit.kind, 3) for unit in units}
    chosen = sorted(units, key=lambda unit: random.random() ** (1 / weights[unit]), reverse=True)[:count]
    chosen += random.choices(units, list(weights.values()), k=max(count - len(chosen), 0))
    chosen.sort(key=units.index)
    fates: list[Fate] = [fate for fate in Fate if fate][:count]
    fates += [Fate.NONE] * (count - len(fates))
    random.shuffle(fates)
    used: set[str] = set()
    return [_seed(unit, county, fate, start, used, random) for unit, fate in zip(chosen, fates, strict=True)]


def _seed(unit: Place, county: County, fate: Fate, start: date, used: set[str], random: Random) -> ProjectSeed:
    rules, year = county.rules, start.year
    code = random.choice(rules.units.get(unit.code) or rules.kinds.get(unit.kind) or tuple(SECTORS))
    sector = SECTORS[code]
    place = unit if unit.built_there else _built_in(county, random)
    own = [(work.name, work.scope) for work in rules.works if work.sector == code]
    name, scope = _name(place.name if place else "", rules.places, [*own, *sector.works], used, random)
    low, high = (max(round(wan * rules.size / 100), 600) for wan in sector.size)
    total = round(low * (high / low) ** random.random() / 50) * 50 * WAN
    opening = random.choices(
        [Stage.ENTERED, Stage.STARTED, Stage.PREWORK, Stage.RESERVE, Stage.PLANNED], [26, 6, 50, 10, 8]
    )[0]
    opening = OPENING.get(fate, Stage.ENTERED) or opening
    continued = opening in (Stage.ENTERED, Stage.STARTED)
    years = 2 if total > 12_000 * WAN else 1
    begin = year - (random.randint(1, 2) if continued else 0)
    dates = _fated(fate, start, _dates(opening, year, years, random))
    opening = _by_then(opening, start, dates)
    planned = opening != Stage.PLANNED and (continued or dates["planned_start"] is not None)
    share = random.uniform(0.3, 0.6) if years > 1 else random.uniform(0.6, 0.95)
    sponsors = random.sample(range(county.leaders), random.choice([1, 1, 1, 2])) if county.leaders > 1 else []
    return ProjectSeed(
        unit=unit.code,
        name=name,
        scope=scope,
        sector=sector.label,
        department=sector.department,
        kind=sector.kind,
        owner=f"{unit.name if unit.kind == 'township' else county.word}{sector.builder}",
        location=place.code if place else "",
        point=_point(rules.centre, random) if rules.centre and random.random() < 0.8 else None,
        total=total,
        plan=round(total * share / WAN / 10) * 10 * WAN if planned else 0,
        target=random.choice(TARGETS[continued]) if planned and random.random() < 0.8 else "",
        nature=Nature.CONTINUED if continued else Nature.NEW,
        level=random.choices(["", Level.COUNTY, Level.CITY, Level.PROVINCE], [30, 50, 14, 6])[0],
        start_year=begin,
        end_year=max(begin + years, year),
        sponsors=tuple(sorted(sponsors)),
        opening_stage=opening,
        pace=PACE.get(fate) or max(random.gauss(1.08, 0.2), 0.3),
        fate=fate,
        problem_months=tuple(month for month in range(2, 13) if random.random() < 0.09),
        **dates,
    )


def _built_in(county: County, random: Random) -> Place | None:
    """Where a department's project is built: mostly in a township."""
    there = [place for place in county.places if place.kind == "township"]
    return random.choice(there) if there and random.random() < 0.7 else None


def _point(centre: tuple[float, ...], random: Random) -> tuple[Decimal, Decimal]:
    """Somewhere in the county."""
    longitude, latitude = (Decimal(str(round(at + random.uniform(-0.18, 0.18), 5))) for at in centre)
    return longitude, latitude


def _name(
    place: str, places: Sequence[str], works: Sequence[tuple[str, str]], used: set[str], random: Random
) -> tuple[str, str]:
    for ordinal in ORDINALS:
        for _try in range(12):
            pattern, scope = random.choice(works)
            name = pattern.format(place=place or random.choice(places or [""])) + ordinal
            if name not in used:
                used.add(name)
                return name, scope
    raise ValueError("too many projects for the names there are")


def _by_then(opening: Stage, start: date, dates: dict[str, Any]) -> Stage:
    """The stage of a project whose year began before *start*: what happened by then is on file."""
    if dates["completed_on"] and dates["completed_on"] < start:
        dates["completed_on"] = None
    if not dates["started_on"] or dates["started_on"] >= start or opening is Stage.ENTERED:
        return opening
    return Stage.ENTERED if dates["entered_on"] and dates["entered_on"] < start else Stage.STARTED


def _fated(fate: Fate, start: date, dates: dict[str, Any]) -> dict[str, Any]:
    """*dates* as *fate* wants them."""
    if fate is Fate.IDLE:
        dates |= {"planned_start": start + timedelta(days=12), "started_on": None, "entered_on": None}
        dates["approvals"].pop(ApprovalKind.CONSTRUCTION, None)
    elif fate is Fate.EXCEPTION:
        on = start + timedelta(days=24)
        dates |= {"planned_start": on, "started_on": on, "entered_on": None}
        dates["approvals"].pop(ApprovalKind.CONSTRUCTION, None)
    elif fate is Fate.LEFT_OUT:
        dates |= {"entered_on": None}
    if fate:
        dates |= {"completed_on": None}
    return dates


def _dates(opening: Stage, year: int, years: int, random: Random) -> dict[str, Any]:
    """When things were planned and when they will really happen; None is never within sight."""
    new_year = date(year, 1, 1)

    def day(low: int, high: int) -> date:
        return new_year + timedelta(days=random.randint(low, high))

    approvals: dict[ApprovalKind, date] = {}
    planned_start = started = entered = completed = None
    if opening in (Stage.ENTERED, Stage.STARTED):
        planned_start = started = new_year - timedelta(days=random.randint(60, 400))
        approvals = {kind: started - timedelta(days=8 * n) for n, kind in enumerate(reversed(BEFORE_START), start=1)}
        if random.random() < 0.15:  # one is still to be handed in
            del approvals[ApprovalKind.ENVIRONMENT]
        if opening is Stage.ENTERED:
            entered = started + timedelta(days=random.randint(20, 50))
        elif random.random() < 0.7:
            entered = day(20, 150)
        if random.random() < 0.35:
            completed = day(170, 350)
    elif opening is Stage.PREWORK:
        planned_start = day(60, 290)
        delay = random.choices([0, 20, 60, 130, None], [68, 16, 8, 4, 4])[0]
        approvals[ApprovalKind.FILING] = new_year - timedelta(days=random.randint(10, 120))
        approvals[ApprovalKind.LAND_PLANNING] = day(5, 60)
        if delay is not None:
            started = planned_start + timedelta(days=delay and delay + random.randint(-8, 12))
            for n, approval in enumerate(reversed(BEFORE_START), start=1):
                approvals.setdefault(approval, started - timedelta(days=8 * n + random.randint(-4, 4)))
            if random.random() < 0.86:
                entered = started + timedelta(days=random.randint(15, 55))
            if years == 1 and random.random() < 0.3:
                completed = started + timedelta(days=random.randint(120, 190))
    elif opening is Stage.RESERVE:
        approvals[ApprovalKind.PROPOSAL] = new_year - timedelta(days=random.randint(10, 90))
    planned_completion = completed or (
        date(year + years - 1, random.choice([10, 11, 12]), 30) if planned_start else None
    )
    return {
        "planned_start": planned_start,
        "planned_completion": planned_completion,
        "approvals": approvals,
        "started_on": started,
        "entered_on": entered,
        "completed_on": completed,
    }
