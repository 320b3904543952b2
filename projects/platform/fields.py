"""What the columns of the national platform's export can be and what its words for a state mean. Pure.

The platform has no fixed layout: provinces and desks export other columns under other names. A header fits if it is
one of the spellings, blanks and brackets taken off. Source of the words: GB/T 40058-2021 and headers of such exports.
"""
# ruff: noqa: E501 (tables: a line is a row)

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.amounts.cells import tight

LABELS: Mapping[str, Any] = {
    "code": _("national project code"),
    "name": _("project name"),
    "owner": _("owner"),
    "item": pgettext_lazy("platform", "Item"),
    "unit": pgettext_lazy("platform", "Department"),
    "state": pgettext_lazy("platform", "State"),
    "result": pgettext_lazy("platform", "Result"),
    "accepted": pgettext_lazy("platform", "Accepted on"),
    "done": pgettext_lazy("platform", "Closed on"),
    "number": _("document number"),
    "approved": pgettext_lazy("platform", "Day of the document"),
    "until": _("valid until"),
}
SPELLINGS: Mapping[str, str] = {
    "code": "项目代码 项目统一代码 投资项目代码 投资项目统一代码 国家代码 国家编码 项目编码 项目编号 项目唯一代码 国家统一代码 "
    "全国统一代码 在线平台代码 统一项目代码 平台代码 项目赋码",
    "name": "项目名称 投资项目名称 工程名称 工程项目名称 项目名",
    "owner": "项目单位 项目法人 项目法人单位 项目单位名称 项目单位法人 建设单位 建设单位名称 申报单位 申请单位 申请人 企业名称 单位名称",
    "item": "审批事项 审批事项名称 事项名称 办理事项 事项 审批监管事项 审批监管事项名称 审批核准备案事项 政务服务事项 服务事项 办件名称 "
    "审批类型 许可事项",
    "unit": "办理部门 审批部门 实施部门 实施机关 办理机关 审批机关 受理部门 受理机关 部门名称 实施主体 办理单位 审批单位 部门 批准机关",
    "state": "办理状态 状态 审批状态 事项状态 办件状态 当前状态 办理环节 当前环节 办理情况 审批情况",
    "result": "办理结果 审批结果 办结结果 审批意见 办结意见 结果",
    "accepted": "受理时间 受理日期 受理日 收件时间 申报时间 申报日期 申请时间",
    "done": "办结时间 办结日期 完成时间 完成日期 办理完成时间 实际办结时间 办结日",
    "number": "批复文号 批准文号 文号 批文号 批文文号 批复文件文号 文件号 证书编号 证照编号 许可证号 证号 批复编号 备案号 备案证号 批文编号",
    "approved": "批复时间 批复日期 批准时间 批准日期 发文日期 批文日期 批文时间 发证日期 发证时间 备案时间 备案日期 核准日期 出证日期",
    "until": "有效期至 有效期截止 有效期限 有效截止日期 批文有效期 有效期",
}
FIELD_OF = {spelling: field for field, found in SPELLINGS.items() for spelling in found.split()}
NEEDED = ("code", "item")
DAYS = ("accepted", "done", "approved", "until")

OBTAINED, REFUSED, UNDER_WAY, NOT_BEGUN, WITHDRAWN = "obtained", "refused", "under_way", "not_begun", "withdrawn"
STATES: Mapping[str, Any] = {
    OBTAINED: _("Obtained"),
    REFUSED: _("Refused"),
    UNDER_WAY: pgettext_lazy("platform", "Under way"),
    NOT_BEGUN: pgettext_lazy("platform", "Not begun"),
    WITHDRAWN: pgettext_lazy("platform", "Withdrawn"),
}
# The first that is found decides: 不予受理 is no 受理, 未办结 no 办结, 撤销备案 no 备案.
WORDS: Sequence[tuple[str, re.Pattern[str]]] = (
    (WITHDRAWN, re.compile("撤销|撤回|撤件|撤办|作废|注销|终止|失效")),
    (REFUSED, re.compile("不予|不通过|未通过|不同意|不批准|驳回|退件|退回|否决|未批准|不合格")),
    (NOT_BEGUN, re.compile("未受理|未申报|未办理|未开始|未启动|待申报|未申请|^无$")),
    (UNDER_WAY, re.compile("^[未待正在]|中$|中[(]|补正|补齐|补充材料|挂起|暂停|特别程序")),
    (OBTAINED, re.compile("办结|批复|批准|准予|通过|同意|已?备案|已?核准|完成|发证|办毕|已办|合格|许可")),
    (UNDER_WAY, re.compile("受理|收件|办理|审查|审核|审批|评审|公示|在办|承办|申报|申请|流转")),
)
MARKS = re.compile(r"[()（）\[\]【】〔〕、/·:：*＊“”\"]")


def field_of(header: Any) -> str:
    """The field that a column headed so is; empty if it is none of ours."""
    text = MARKS.sub("", tight(header))
    return FIELD_OF.get(text, "") or FIELD_OF.get(text.removesuffix("必填"), "")


def state_of(text: str) -> str:
    """What the platform's words for a state mean; empty if nobody knows."""
    plain = tight(text)
    return next((state for state, words in WORDS if plain and words.search(plain)), "")
