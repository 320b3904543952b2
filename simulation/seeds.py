"""What the demonstration county's projects are and what will happen to them. Pure: same seed, same county."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from core.amounts.grammar import WAN
from projects.choices import ApprovalKind, InvestmentKind, Level, Nature, Stage

# What works are there of each kind: name, content, from–to in 万元. `{place}` is the unit's place.
KINDS: dict[str, tuple[InvestmentKind, str, tuple[tuple[str, str], ...], tuple[int, int]]] = {
    "工业": (
        InvestmentKind.ENTERPRISE,
        "投资公司",
        (
            ("{place}中药饮片精深加工", "新建饮片车间、提取车间和成品库，购置炮制、检测设备"),
            ("{place}玄武岩纤维生产线", "新建拉丝车间两座，配套原料库和变电所"),
            ("{place}矿泉水灌装线扩能", "改造水源井两眼，新增灌装线两条"),
            ("{place}鲜食玉米加工", "新建冷库、加工车间和烘干线"),
            ("{place}蛤蟆油深加工", "新建净化车间和冻干线"),
            ("{place}人参皂苷提取", "新建提取车间、质检中心和仓库"),
            ("{place}石墨导热材料", "新建压延车间，购置石墨化炉"),
            ("{place}装配式构件厂", "新建构件车间、堆场和搅拌站"),
            ("{place}农机配件铸造", "新建铸造车间，配套环保设施"),
            ("{place}生物质颗粒燃料", "新建制粒车间和秸秆收储场"),
            ("{place}医用包材", "新建洁净车间，购置吹塑、印刷设备"),
            ("{place}山核桃乳饮料", "新建调配、灌装车间和原料冷库"),
            ("{place}标准化厂房二期", "建设标准化厂房和园区道路、管网"),
        ),
        (6_000, 65_000),
    ),
    "市政": (
        InvestmentKind.GOVERNMENT,
        "城市建设投资公司",
        (
            ("{place}污水处理厂提标改造", "改造生化池、增设深度处理单元和在线监测"),
            ("{place}老旧小区改造", "屋面防水、外墙保温、管网和道路改造"),
            ("{place}供水管网改造", "更换供水主管道，建设加压泵站"),
            ("{place}供热管网改造", "更换一次网、二次网，改造换热站"),
            ("{place}燃气管网更新", "更新中压、低压管网和调压设施"),
            ("{place}排水防涝工程", "新建雨水干管，改造泵站"),
            ("{place}棚户区改造", "征收安置，建设安置房和配套设施"),
            ("{place}垃圾中转站", "建设中转站，购置转运车辆"),
        ),
        (2_500, 45_000),
    ),
    "交通": (
        InvestmentKind.GOVERNMENT,
        "交通投资公司",
        (
            ("{place}农村公路改造", "路基路面改造，完善排水和安全设施"),
            ("{place}客运站", "建设站房、停车场和充电设施"),
            ("{place}危桥改造", "拆除重建桥梁，引道顺接"),
            ("{place}旅游公路", "新建二级公路，设置驿站和标识"),
            ("{place}物流园区道路", "新建园区主次干路和照明"),
        ),
        (1_500, 38_000),
    ),
    "水利": (
        InvestmentKind.GOVERNMENT,
        "水务投资公司",
        (
            ("{place}河道治理", "清淤疏浚、护岸、堤防加固"),
            ("{place}水库除险加固", "坝体防渗、溢洪道改造、监测设施"),
            ("{place}灌区续建配套", "渠道衬砌、渠系建筑物改造"),
            ("{place}农村供水保障", "新建水厂，铺设输配水管网"),
            ("{place}山洪沟治理", "护岸、谷坊、预警设施"),
        ),
        (1_200, 26_000),
    ),
    "农业": (
        InvestmentKind.GOVERNMENT,
        "农业发展公司",
        (
            ("{place}高标准农田", "土地平整、灌排工程、田间道路"),
            ("{place}肉牛标准化养殖", "建设牛舍、青贮窖和粪污处理设施"),
            ("{place}林下参种植基地", "建设种植基地、作业道和监测设施"),
            ("{place}粮食烘干中心", "建设烘干塔、仓库和地磅房"),
            ("{place}冷链仓储", "建设冷库、分拣车间，购置冷藏车"),
            ("{place}棚膜蔬菜园区", "建设日光温室、育苗中心"),
        ),
        (1_000, 16_000),
    ),
    "教育": (
        InvestmentKind.GOVERNMENT,
        "教育局项目办",
        (
            ("{place}九年制学校教学楼", "建设教学楼、风雨操场"),
            ("{place}职业教育中心实训楼", "建设实训楼，购置实训设备"),
            ("{place}公办幼儿园", "建设园舍、室外场地"),
        ),
        (1_200, 12_000),
    ),
    "卫生": (
        InvestmentKind.GOVERNMENT,
        "卫健局项目办",
        (
            ("{place}中心卫生院改扩建", "扩建综合楼，购置设备"),
            ("{place}县医院急救中心", "建设急救综合楼和停机坪"),
            ("{place}养老服务中心", "建设护理楼、康复中心"),
            ("{place}托育服务中心", "建设托育用房，配套设备"),
        ),
        (900, 22_000),
    ),
    "文旅": (
        InvestmentKind.ENTERPRISE,
        "文旅公司",
        (
            ("{place}温泉康养度假区", "建设康养中心、温泉馆和配套设施"),
            ("{place}冰雪大世界", "建设雪道、造雪系统和游客中心"),
            ("{place}民俗村改造", "改造民居、建设游客服务站"),
        ),
        (3_000, 52_000),
    ),
}
# Which kinds a unit leads: by its code, else by its kind.
OF_UNIT = {
    "kaifaqu": ("工业",),
    "zhujian": ("市政",),
    "jiaotong": ("交通",),
    "shuili": ("水利",),
    "nongye": ("农业",),
    "jiaoyu": ("教育",),
    "weijian": ("卫生",),
}
OF_TOWNSHIP = ("农业", "工业", "水利", "文旅", "市政")
COMPETENT = {  # the word in a department's name by which it is competent for a kind, wherever the county has one
    "工业": "工业",
    "市政": "建设局",
    "交通": "交通",
    "水利": "水利",
    "农业": "农业",
    "教育": "教育",
    "卫生": "卫生",
    "文旅": "旅游",
}
PLACES = ("城区", "城西", "城东", "城南", "城北", "开发区", "新区", "老城")
ORDINALS = ("", "二期", "三期", "（东区）", "（西区）", "（北片）", "（南片）")

# The share of a year's works done by the end of each month; the north builds from April to November.
CURVE = (0.03, 0.06, 0.13, 0.24, 0.36, 0.48, 0.59, 0.70, 0.80, 0.90, 0.96, 1.0)

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


@dataclass(frozen=True)
class ProjectSeed:
    """A project as it stands at the beginning, and the days on which things will really happen to it."""

    unit: str
    name: str
    scope: str
    sector: str
    kind: InvestmentKind
    owner: str
    total: int  # yuan
    plan: int  # yuan, this year; 0: none
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
    problem_months: tuple[int, ...] = field(default=())


def progress_words(share: float) -> str:
    """What an officer writes when *share* of the year's plan is done."""
    return next(words for limit, words in PROGRESS if share <= limit)


def make_seeds(
    units: list[tuple[str, str, str]], *, count: int, year: int, leaders: int, random: Random
) -> list[ProjectSeed]:
    """*count* projects over *units* (code, short name, kind), with *leaders* posts to sponsor them."""
    shares = {"zone": 18, "department": 7, "township": 4}
    weights = [shares.get(kind, 3) for _code, _name, kind in units]
    chosen = units[:count]
    chosen += random.choices(units, weights, k=max(count - len(chosen), 0))
    chosen.sort(key=units.index)
    used: set[str] = set()
    return [_seed(unit, year, leaders, used, random) for unit in chosen]


def _seed(unit: tuple[str, str, str], year: int, leaders: int, used: set[str], random: Random) -> ProjectSeed:
    code, short_name, unit_kind = unit
    sector = random.choice(OF_UNIT.get(code, OF_TOWNSHIP))
    kind, owner, works, (low, high) = KINDS[sector]
    name, scope = _name(short_name if unit_kind == "township" else "", works, used, random)
    total = round(low * (high / low) ** random.random() / 50) * 50 * WAN
    opening = random.choices(
        [Stage.ENTERED, Stage.STARTED, Stage.PREWORK, Stage.RESERVE, Stage.PLANNED], [26, 6, 50, 10, 8]
    )[0]
    continued = opening in (Stage.ENTERED, Stage.STARTED)
    years = 2 if total > 12_000 * WAN else 1
    begin = year - (random.randint(1, 2) if continued else 0)
    dates = _dates(opening, year, years, random)
    planned = opening != Stage.PLANNED and (continued or dates["planned_start"] is not None)
    share = random.uniform(0.3, 0.6) if years > 1 else random.uniform(0.6, 0.95)
    return ProjectSeed(
        unit=code,
        name=name,
        scope=scope,
        sector=sector,
        kind=kind,
        owner=f"{short_name}{owner}" if unit_kind == "township" else f"县{owner}",
        total=total,
        plan=round(total * share / WAN / 10) * 10 * WAN if planned else 0,
        nature=Nature.CONTINUED if continued else Nature.NEW,
        level=random.choices(["", Level.COUNTY, Level.CITY, Level.PROVINCE], [30, 50, 14, 6])[0],
        start_year=begin,
        end_year=max(begin + years, year),
        sponsors=tuple(sorted(random.sample(range(leaders), random.choice([1, 1, 1, 2])))) if leaders > 1 else (),
        opening_stage=opening,
        pace=max(random.gauss(1.08, 0.2), 0.3),
        problem_months=tuple(month for month in range(2, 13) if random.random() < 0.09),
        **dates,
    )


def _name(place: str, works: tuple[tuple[str, str], ...], used: set[str], random: Random) -> tuple[str, str]:
    for ordinal in ORDINALS:
        for _try in range(12):
            pattern, scope = random.choice(works)
            name = pattern.format(place=place or random.choice(PLACES)) + ordinal
            if name not in used:
                used.add(name)
                return name, scope
    raise ValueError("too many projects for the names there are")


def _dates(opening: Stage, year: int, years: int, random: Random) -> dict[str, Any]:
    """When things were planned and when they will really happen; None is never within sight."""
    new_year = date(year, 1, 1)

    def day(low: int, high: int) -> date:
        return new_year + timedelta(days=random.randint(low, high))

    approvals: dict[ApprovalKind, date] = {}
    planned_start = started = entered = completed = None
    if opening in (Stage.ENTERED, Stage.STARTED):
        planned_start = started = new_year - timedelta(days=random.randint(60, 400))
        approvals = dict.fromkeys(
            (ApprovalKind.FILING, ApprovalKind.WORKS_PLANNING, ApprovalKind.CONSTRUCTION), started
        )
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
