"""Lights, rates and sums of projects as they stood: the county's rules from its profile, formulas of our own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from recount.facts.text import percent
from recount.facts.then import STARTED, Then, as_one

FLOOR = 5_000_000  # yuan: smaller projects are none of the statistics'
NEEDED = (
    "site", "filing", "land_planning", "works_planning", "environment", "energy", "tender", "construction",
)  # fmt: skip
COLOUR = {
    "package": "grey",
    "stopped": "stop", "completed": "green", "start_overdue": "red", "start_late": "amber", "no_start_date": "grey",
    "not_due": "grey", "no_plan": "grey", "behind": "red", "slow": "amber", "on_pace": "green",
}  # fmt: skip
GROUPS = {
    "behind": ("behind",), "start": ("start_overdue", "start_late"), "slow": ("slow",),
    "good": ("on_pace", "completed"), "grey": ("not_due", "no_start_date", "no_plan"), "stop": ("stopped",),
}  # fmt: skip
STATE = {"suspended": "暂停", "withdrawn": "已取消", "merged": "已并入其他项目", "split": "已拆分"}
STAGE = {
    "planned": "谋划", "reserve": "储备", "prework": "前期", "started": "开工", "entered": "入统", "completed": "竣工",
}  # fmt: skip
WORD = {
    "package": "打包项目",
    "stopped": "暂停", "completed": "竣工", "start_overdue": "应开未开", "start_late": "应开未开",
    "no_start_date": "开工未定", "not_due": "未到期", "no_plan": "无计划", "behind": "滞后", "slow": "偏慢",
    "on_pace": "正常",
}  # fmt: skip


def pace(month: str) -> Fraction:
    """Where the year should stand at the end of *month*, in percent."""
    return Fraction(100 * int(month[5:]), 12)


def rate(one: Then) -> Fraction | None:
    return percent(one.done or 0, one.plan)


def gap(one: Then) -> Fraction | None:
    """Points above the pace; None for what isn't due and can't be behind."""
    found = rate(one)
    return None if found is None else found - pace(one.month)


def light(one: Then, rules: Mapping[str, Any]) -> str:
    """The code of the light; *rules* are the profile's `[lights]`."""
    if one.packs:
        return "package"
    if one.state != "active":
        return "stopped"
    if one.completed_on is not None or one.stage == "completed":
        return "completed"
    if one.started_on is None and one.stage not in STARTED:
        due = one.first_start or one.planned_start  # a postponement doesn't lift it
        if due is None:
            return "no_start_date"
        late = (one.last - due).days
        if late > rules["start_red_days"]:
            return "start_overdue"
        return "start_late" if late > rules["start_amber_days"] else "not_due"
    points = gap(one)
    if points is None:
        return "no_plan"
    if points <= -rules["red_below"]:
        return "behind"
    return "slow" if points <= -rules["amber_below"] else "on_pace"


@dataclass
class Sum:
    """What some projects come to: how many have a plan, their total investment, quotients by key."""

    projects: int = 0
    total_investment: int = 0
    works: int = 0  # of all, with a plan or without
    parts: dict[str, tuple[int, int]] | None = None
    as_one: int = 0  # how many the projects are with a package as one

    def of(self, key: str) -> tuple[int, int]:
        return (self.parts or {}).get(key, (0, 0))

    @property
    def anything(self) -> bool:
        return bool(self.projects or self.works) or any(any(pair) for pair in (self.parts or {}).values())


def adds(one: Then, key: str) -> tuple[int, int]:
    """What a counted project adds to the rate *key*: done, and to be done."""
    year = one.last.year
    match key:
        case "investment_rate":
            return (one.done or 0, one.plan) if one.plan else (0, 0)
        case "start_rate":
            due = one.first_start is not None and one.first_start <= one.last
            return int(due and one.started_on is not None), int(due)
        case "entry_rate":
            before = one.started_on is not None and one.started_on < one.last.replace(day=1)
            due = before and (one.total_investment or 0) >= FLOOR
            return int(due and one.entered_on is not None), int(due)
        case "completion_rate":
            planned = one.planned_completion
            due = planned is not None and planned.year == year and planned <= one.last
            return int(due and one.completed_on is not None), int(due)
        case "approval_rate":
            if one.first_start is None:
                return 0, 0
            got = sum(on <= one.last for kind, on in one.project.obtained.items() if kind in NEEDED)
            return got, len(NEEDED)
    raise KeyError(key)


def sum_of(rows: Iterable[Then], keys: Iterable[str]) -> Sum:
    """The sum of the counted among *rows*."""
    counted = [one for one in rows if one.counted]
    planned = [one for one in counted if one.plan]
    parts = {}
    for key in keys:
        pairs = [adds(one, key) for one in counted]
        parts[key] = sum(a for a, _b in pairs), sum(b for _a, b in pairs)
    return Sum(
        len(planned),
        sum(one.total_investment or 0 for one in planned),
        sum(one.done or 0 for one in counted),
        parts,
        as_one(planned),
    )
