"""The table of a campaign's tasks as a paper (任务分解表; of one unit its 责任清单). Pure: the paper's language is
Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from dispatch.campaigns.models import Campaign, Task
from dispatch.campaigns.words import amount
from organization.units.models import Unit
from paper.document import Annex, Cell, Column, Document, Paragraph, Run, Table
from paper.tables import ACROSS, fitted


def title_of(campaign: Campaign, unit: Unit | None) -> str:
    return f"{campaign.name}任务分解表" if unit is None else f"{unit.short_name}{campaign.name}责任清单"


def document(campaign: Campaign, tasks: Sequence[Task], unit: Unit | None, *, made: datetime | None) -> Document:
    """*tasks* with their parts right below them, on sheets that lie across; a line of work is a row of its own."""
    name = title_of(campaign, unit)
    first, last = campaign.first_on, campaign.last_on
    year = f"{last.year}年" if last.year != first.year else ""
    days = f"{first.year}年{_day(first)}至{year}{_day(last)}"
    above = [days, *(f"{one.name}：{_day(one.first)}至{_day(one.last)}" for one in campaign.stretches)]
    rows = tuple(_rows(tasks))
    heads = frozenset(at for at, row in enumerate(rows) if not row[0].text)
    table = fitted(Table("", COLUMNS, rows, note=campaign.document, strong=heads), ACROSS)
    return Document(
        masthead="",
        number="",
        title=name,
        blocks=(),
        head="annex",
        signature=str(campaign.lead or ""),
        annexes=(Annex("附件", name, (Paragraph((Run("；".join(above)),)), table), wide=True),),
        made=made,
    )


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


COLUMNS = (
    Column("序号", 4, "center"),
    Column("任务", 22),
    Column("要求", 26),
    Column("目标", 8, "center"),
    Column("责任单位", 11),
    Column("配合单位", 14),
    Column("责任领导", 10),
    Column("完成时限", 10, "center"),
)


def _rows(tasks: Sequence[Task]) -> list[tuple[Cell, ...]]:
    """Numbered as they stand; parts 1.1, 1.2 below theirs."""
    below: dict[int | None, list[Task]] = {}
    for task in tasks:
        below.setdefault(task.parent_id, []).append(task)
    shown = {task.pk for task in tasks}
    tops = [task for task in tasks if task.parent_id not in shown]
    rows: list[tuple[Cell, ...]] = []

    def put(task: Task, number: str) -> None:
        rows.append(tuple(map(Cell, _texts(task, number))))
        for at, part in enumerate(below.get(task.pk, ()), start=1):
            put(part, f"{number}.{at}")

    kind = ""
    for at, task in enumerate(tops, start=1):
        if task.kind and task.kind != kind:
            kind = task.kind
            rows.append((Cell(""), Cell(kind), *[Cell("")] * (len(COLUMNS) - 2)))
        put(task, str(at))
    return rows


def _texts(task: Task, number: str) -> Sequence[str]:
    helpers = "、".join(str(unit) for unit in task.helpers.all())
    target = amount(task.target, task.measure) if task.target is not None else ""
    who = f"{task.unit} {task.post.title}" if task.post else str(task.unit)
    leader = task.leader.title if task.leader else ""
    due = f"{task.due_on.year}.{task.due_on.month}.{task.due_on.day}"
    return number, task.title, task.detail, target, who, helpers, leader, due
