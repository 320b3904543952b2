"""What people of the demonstration write: of works by their trade, how far they are and the month. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from random import Random

from projects.choices import ApprovalKind
from simulation.papers import WAITING
from simulation.trades import FAMILIES, Trade, Trouble

WINTER, THAW, RAINS = (12, 1, 2), 3, (6, 7, 8)
FINISHED = "工程全部完工，整理资料，准备竣工验收"
ACCEPTED = "已通过竣工验收，正在办理结算和移交"
READY = "手续已办齐，施工队伍准备进场"
RESTING = ("冬季停工，组织备料；停工前{step}", "冬季停工，工地留人看护；停工前{step}")
BEGUN_IN_WINTER = "已进场，{step}，待开春全面施工"
RAIN = "；近期降雨多，有效施工天数不足"
OVER_PLAN = "进度快于年初计划，拟按程序调增年度计划"
YEAR_END = "年底集中结算工程款，本月量大"
END_OF = {
    "plant": "建成试生产",
    "power": "建成并网投运",
    "road": "建成通车",
    "pipe": "建成投用",
    "water": "完工并通过完工验收",
}


def step(trade: Trade, share: float) -> str:
    """What is being done when *share* of the works are done."""
    place = int(share * len(trade.steps))
    return trade.steps[max(min(place, len(trade.steps) - 1), 0)]


def rests(trade: Trade, month: int, *, frosty: bool) -> bool:
    """Whether nobody works on the site in *month*; *frosty*: in a county with hard winters."""
    return frosty and trade.outdoors and month in WINTER


def progress(trade: Trade, share: float, month: int, *, frosty: bool, new: bool, dice: Random) -> str:
    """What an officer writes in *month* when *share* of the works are done; *new*: they began this year."""
    if share >= 0.985:
        return FINISHED
    now = step(trade, share)
    if rests(trade, month, frosty=frosty):
        return (BEGUN_IN_WINTER if new and month < THAW else dice.choice(RESTING)).format(step=now)
    if frosty and trade.outdoors and month == THAW and not new:
        now = f"已复工，{now}"
    if share >= 0.05 and dice.random() < 0.5:
        now += f"，约完成总工程量的{int(share * 100)}%"
    if trade.outdoors and month in RAINS and dice.random() < 0.25:
        now += RAIN
    return now


def before_start(kinds: Sequence[ApprovalKind], there: Collection[ApprovalKind]) -> str:
    """What an officer writes before the start, when of *kinds* those *there* are on file."""
    missing = [kind for kind in kinds if kind not in there]
    return WAITING[missing[0]][0] if missing else READY


def in_the_way(kinds: Sequence[ApprovalKind], there: Collection[ApprovalKind]) -> Trouble | None:
    """Why it has not started: the first approval that isn't there."""
    missing = [kind for kind in kinds if kind not in there]
    return WAITING[missing[0]][1] if missing else None


def trouble(trade: Trade, dice: Random) -> Trouble:
    """Something in the way of works of *trade*."""
    return dice.choice(FAMILIES[trade.family].troubles)


def behind(trade: Trade, dice: Random) -> str:
    """Why works of *trade* are behind."""
    return dice.choice(FAMILIES[trade.family].behind)


def begun(month: int) -> str:
    """Why a project that began in *month* is behind the year's pace."""
    return f"{month}月才开工，前几个月没有形成投资"


def much(trade: Trade, month: int, *, over: bool) -> str:
    """Why so much was done in *month*; *over*: more than the year's plan by now."""
    if over:
        return OVER_PLAN
    return YEAR_END if month == 12 else FAMILIES[trade.family].bulk


def target(trade: Trade, share: float, *, start: int) -> str:
    """What the year's plan promises, when *share* of the works will be done at its end; begun in the month *start*, or
    earlier than this year (0)."""
    begin = f"{start}月底前办齐手续并开工，" if start else ""
    if share >= 0.985:
        return f"{begin}年底前{END_OF.get(trade.family, '完工并通过竣工验收')}"
    return f"{begin}年底前{step(trade, share)}"
