"""The approvals of a project in the order of the law, and when it obtains them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from core.days.workdays import is_workday
from projects.choices import ApprovalKind, InvestmentKind
from simulation.trades import Trade, Trouble

ENERGY_FROM = 100_000_000  # yuan: smaller works need no assessment of the energy they use


#: In their order: days that the next one takes at least and at most once it is there.
ORDER: dict[ApprovalKind, tuple[int, int]] = {
    ApprovalKind.PROPOSAL: (15, 40),
    ApprovalKind.FEASIBILITY: (6, 20),
    ApprovalKind.FILING: (12, 35),  # 立项: approval, verification or filing
    ApprovalKind.SITE: (10, 30),
    ApprovalKind.LAND_PLANNING: (8, 25),
    ApprovalKind.ENVIRONMENT: (6, 18),
    ApprovalKind.ENERGY: (6, 16),
    ApprovalKind.WORKS_PLANNING: (20, 35),
    ApprovalKind.TENDER: (8, 20),
    ApprovalKind.CONSTRUCTION: (4, 16),
}

#: While one is missing: what an officer writes, and what is in the way if it is late.
WAITING: dict[ApprovalKind, tuple[str, Trouble]] = {
    ApprovalKind.PROPOSAL: (
        "项目建议书编制中",
        Trouble("approval", "项目建议书批复前要补充论证", "请发改部门指导修改"),
    ),
    ApprovalKind.FEASIBILITY: (
        "项目建议书已批复，可研报告编制中",
        Trouble("approval", "可研评审意见没有改完，批复没有拿到", "请发改部门帮助预审"),
    ),
    ApprovalKind.FILING: (
        "立项材料已提交，正在办理",
        Trouble("approval", "建设内容有调整，备案信息需要变更", "请审批部门指导重新填报"),
    ),
    ApprovalKind.SITE: (
        "立项已完成，正在办理用地预审和选址",
        Trouble("land", "选址涉及少量耕地，用地预审没有通过", "请自然资源部门帮助优化选址"),
    ),
    ApprovalKind.LAND_PLANNING: (
        "选址意见书已取得，正在组卷报批用地",
        Trouble("land", "土地指标没有落实，用地批复下不来", "请自然资源部门调剂指标，月底前完成组卷"),
    ),
    ApprovalKind.ENVIRONMENT: (
        "环评报告编制完成，待批复",
        Trouble("approval", "环评报告公示期有异议，批复没有拿到", "请生态环境部门提前介入"),
    ),
    ApprovalKind.ENERGY: (
        "节能报告评审中",
        Trouble("energy", "能耗指标没有落实，节能审查没有通过", "请发改部门帮助协调指标"),
    ),
    ApprovalKind.WORKS_PLANNING: (
        "设计方案审查中，正在办理工程规划许可",
        Trouble("approval", "设计方案退回修改，规划审批没有通过", "请自然资源部门一次告知修改意见"),
    ),
    ApprovalKind.TENDER: (
        "施工图已完成，正在组织招标",
        Trouble("approval", "招标文件备案退回修改，开标推迟", "请审批部门指导修改"),
    ),
    ApprovalKind.CONSTRUCTION: (
        "施工单位已确定，正在办理施工许可",
        Trouble("approval", "施工图审查没有通过，施工许可办不下来", "请住建部门指导设计单位一次改齐"),
    ),
}

NOT_NEEDED: dict[str, str] = {  # why works don't need it
    ApprovalKind.SITE: "利用现有用地，不需重新选址",
    ApprovalKind.LAND_PLANNING: "不新增建设用地",
    ApprovalKind.WORKS_PLANNING: "不涉及新建建筑物",
    ApprovalKind.ENVIRONMENT: "属于环评豁免管理类别",
    ApprovalKind.ENERGY: "年综合能耗不足 1000 吨标准煤，不单独审查",
    ApprovalKind.TENDER: "企业自有资金项目，依法不必招标",
}


def needed(trade: Trade, kind: InvestmentKind, total: int, dice: Random) -> list[ApprovalKind]:
    """Which approvals works of *trade* need, in order; *total* in yuan. Every one has a filing and a permit."""
    public = kind == InvestmentKind.GOVERNMENT
    left_out = set()
    if not public:
        left_out |= {ApprovalKind.PROPOSAL, ApprovalKind.FEASIBILITY}
    if not public and dice.random() < 0.5:
        left_out.add(ApprovalKind.TENDER)
    if not trade.land:
        left_out |= {ApprovalKind.SITE, ApprovalKind.LAND_PLANNING, ApprovalKind.WORKS_PLANNING}
    if trade.family == "indoor":
        left_out.add(ApprovalKind.ENVIRONMENT)
    if not trade.power or total < ENERGY_FROM:
        left_out.add(ApprovalKind.ENERGY)
    return [one for one in ORDER if one not in left_out]


def obtained(kinds: Sequence[ApprovalKind], start: date, begin: date, dice: Random) -> dict[ApprovalKind, date]:
    """When each of *kinds* is obtained for works that start on *start*: on working days, one after the other. What is
    listed for a start on *begin* has its filing by then."""
    found = _back(kinds, start, dice)
    if found[ApprovalKind.FILING] >= begin:
        first = kinds[: kinds.index(ApprovalKind.FILING) + 1]
        found |= _back(first, begin - timedelta(days=dice.randint(1, 40)), dice)
    return {kind: found[kind] for kind in kinds}


def _back(kinds: Sequence[ApprovalKind], until: date, dice: Random) -> dict[ApprovalKind, date]:
    found = {}
    for kind in reversed(kinds):
        until -= timedelta(days=dice.randint(*ORDER[kind]))
        while not is_workday(until):
            until -= timedelta(days=1)
        found[kind] = until
    return found
