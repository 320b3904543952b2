"""Rows of a ledger that are no projects: totals, group titles, notes. Groups are kept for what they say. Pure."""
# ruff: noqa: E501 (tables: a line is a row)

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.amounts.cells import UNIT_ENDS, tight
from projects.ledger.reading.fields import LEVELS, MARKS, NATURES, code_of

TOTAL = re.compile(r"(?:[一-鿿]{0,8})(?:合计|总计|小计|共计|累计)[::]?(?:\(?共?\d*(?:个|项)?\)?)?|总计?|计")
NOTE = re.compile(
    r"(?:备?注|说明|附注)(?:[::]|\d[.、])|(?:填表|填报|制表|审核|审批|联系|单位负责|主要领导|分管领导|报送)(?:人|单位|日期|时间|电话|负责人)?[::]"
)
PART = re.compile(r"[(]?其中(?:[::,]|$|[一-鿿])")
CHINESE_NUMBER = r"[一二三四五六七八九十百]+"
GROUP = (  # (level, mark in front)
    (
        1,
        re.compile(
            rf"(?:{CHINESE_NUMBER}[、.,:]|第{CHINESE_NUMBER}[章节类部]|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]|(?:I|II|III|IV|V|VI|VII|VIII|IX|X)(?=[、. ]|[一-鿿])|【)"
        ),
    ),
    (2, re.compile(rf"\({CHINESE_NUMBER}\)")),
    (4, re.compile(r"(?:——|--|—)")),
)
NUMERIC = re.compile(r"-?[\d,.]+(?:个|项|亿元|万元|亿|%)?")
KIND = re.compile(
    r"(?:计划|拟|当年|本年)?(?:新开工|续建|新建|开工|竣工|投产|前期|预备|储备|谋划)类?(?:重点)?(?:建设)?(?:项目)?"
)
BARE = 5  # level of a group without a mark in front
COUNT = re.compile(r"\((?:共|合计)?(\d+)(?:(?:个|项)(?:项目)?(?:[,、].*)?)?\)$|(?<=[一-鿿])(\d+)(?:个|项)$")
STRIP = re.compile(
    rf"^(?:{CHINESE_NUMBER}[、.,:]|\({CHINESE_NUMBER}\)|第{CHINESE_NUMBER}[章节类部分]*|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩIVX]+[、.]?|-?\d+[、.]|——|--|—|【)"
)
LEGEND = re.compile(rf"[“\"]?([{MARKS}])[”\"]?号?(?:的|者)?(?:项目)?(?:为|是|表示|代表|:)([^,，。;；、\"“{MARKS}]*)")


@dataclass
class Group:
    """A title row and what stands beneath it. `level` 0 is the total of the whole table."""

    row: int
    text: str
    label: str
    level: int
    says: str  # nature, stage, lead_unit, sector
    code: str
    count: int | None = None
    amounts: dict[int, int] = field(default_factory=dict)  # declared, in yuan, by column
    read: int = 0
    sums: dict[int, int] = field(default_factory=dict)

    def add(self, amounts: dict[int, int]) -> None:
        self.read += 1
        for index, yuan in amounts.items():
            self.sums[index] = self.sums.get(index, 0) + yuan


def filled(cells: Sequence[Any]) -> list[tuple[int, str]]:
    return [(index, text) for index, cell in enumerate(cells) if cell not in ("", None) and (text := tight(cell))]


def is_total(cells: list[tuple[int, str]]) -> bool:
    """Whether one of *cells*, those that a row begins with or is called by, says 合计."""
    return any(TOTAL.fullmatch(text) for _index, text in cells)


def is_part(cells: list[tuple[int, str]]) -> bool:
    """Whether a row says of itself that it is contained in another one: 其中：省重点项目."""
    return any(PART.match(text) for _index, text in cells)


def is_note(cells: list[tuple[int, str]]) -> bool:
    return bool(NOTE.match(cells[0][1]))


def legend(text: str) -> dict[str, str]:
    """What the marks mean as a note under the table says it: {"★": "province"}; "" for a meaning that is no level."""
    return {mark: code_of(LEVELS, said) or "" for mark, said in LEGEND.findall(tight(text))}


def group_of(cells: list[tuple[int, str]], *, row: int, number: int | None, name: int, texts: frozenset[int]) -> Group | None:  # fmt: skip
    """The group that a row opens, or None if it is a project. *number*, *name* are columns; *texts* those that hold
    words in a project's row. A row with an Arabic number of its own, or with words beside the name, is a project."""
    own = dict(cells)
    figure = own.get(number, "") if number is not None else ""
    if re.fullmatch(r"\d+(?:\.0)?", figure):
        return None
    label = own.get(name, "") or (figure if len(cells) == 1 else "")
    distinct = {text for _index, text in cells}
    if not label and len(distinct) == 1 and cells[0][0] <= name and not NUMERIC.fullmatch(cells[0][1]):
        label = cells[0][1]
    marked = _level(figure, label)
    label = label or figure
    if not label:
        return None
    counts = COUNT.search(label)
    beside = next((int(t) for i, t in cells if i in texts and i not in (number, name) and re.fullmatch(r"\d{1,5}(?:个|项)?", t)
                   for t in [t.rstrip("个项")]), None)  # fmt: skip
    alone = len(distinct) == 1 and (
        number is not None or UNIT_ENDS.fullmatch(label[-1:]) or code_of(NATURES, label) is not None
    )
    wordless = all(NUMERIC.fullmatch(text) for index, text in cells if index not in (number, name) and text != label)
    kind = number is not None and not figure and KIND.fullmatch(STRIP.sub("", COUNT.sub("", label)))
    if not (
        alone
        or (wordless and kind)
        or (wordless and (marked or counts or (number is not None and beside is not None)))
    ):
        return None
    clean = STRIP.sub("", COUNT.sub("", label)).strip("】:()")
    if not clean:
        return None
    count = int(counts[1] or counts[2]) if counts else beside
    says, code = _says(clean)
    return Group(row, label, clean, marked or BARE, says, code, count)


def _level(figure: str, label: str) -> int:
    if re.fullmatch(CHINESE_NUMBER, figure):
        return 1
    if re.fullmatch(rf"\({CHINESE_NUMBER}\)", figure):
        return 2
    for level, mark in GROUP:
        if mark.match(figure) or mark.match(label):
            return level
    return 3 if re.match(r"-?\d+[、.](?!\d)", label) or re.match(r"-\d", figure) else 0


def _says(label: str) -> tuple[str, str]:
    if re.search(r"前期|预备|储备", label):
        return "stage", "reserve" if "储备" in label or "预备" in label else "prework"
    short = label.removesuffix("项目").removesuffix("类")
    if len(short) <= 8 and (code := code_of(NATURES, short)):
        return "nature", code
    if (
        (UNIT_ENDS.search(label) and UNIT_ENDS.search(label[-2:]))
        or re.fullmatch(r".{1,4}[市县区乡镇]", label)
        or label in ("市直", "县直", "区直")
    ):
        return "lead_unit", label
    return "sector", label


def open_group(stack: list[Group], group: Group) -> None:
    """*group* joins the open ones: those of its level and below are closed. Titles without a mark nest by what they say:
    a second nature closes the first, a unit within a nature nests."""
    if group.level < BARE:
        while stack and stack[-1].level >= group.level:
            stack.pop()
    else:
        same = next((i for i, other in enumerate(stack) if other.level == BARE and other.says == group.says), None)
        if same is not None:
            del stack[same:]
    stack.append(group)
