"""A table of tasks as offices write it (任务分解表): its head is found, units, leaders and days are read as people
write them. What can't be read is a sentence with its place; nothing is written here."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _

from core.amounts.cells import clean, plain, split_units, tight, unit_name
from core.days.reading import parse_date
from dispatch.campaigns.models import Campaign
from dispatch.campaigns.rules import NAMES, said_day
from organization.people.models import Post, Role
from organization.units.models import ROOTS, Unit

#: What a column is by its head, half-width and without blanks.
HEADS: dict[str, tuple[str, ...]] = {
    "number": ("序号", "编号", "No.", "No"),
    "title": ("任务", "主要任务", "重点任务", "工作任务", "任务名称", "工作内容", "事项", "task"),
    "kind": ("类别", "工作线", "领域", "lineofwork"),
    "detail": ("要求", "具体要求", "工作要求", "目标要求", "任务内容", "具体措施", "whatistobedone"),
    "unit": ("责任单位", "牵头单位", "承办单位", "责任部门", "牵头部门", "responsibleunit"),
    "helpers": ("配合单位", "协办单位", "配合部门", "helpingunits"),
    "leader": ("责任领导", "牵头领导", "包保领导", "包联领导", "分管领导", "县级领导", "responsibleleader"),
    "due": ("完成时限", "时限要求", "时限", "完成时间", "办结时限", "dueon"),
    "target": ("目标", "目标值", "数量", "目标数", "target"),
    "measure": ("计量单位", "计量", "countedin"),
}
BY_HEAD = {name.casefold(): key for key, names in HEADS.items() for name in names}
NEEDED = ("title", "unit", "due")
LOOKED = 12  # rows in which the head may be
MOST = 500  # tasks of one table
ORDINAL = re.compile(r"^[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,3})(?:[)）]?[、.．]|[)）])\s*")
LED = re.compile(r"^(?:牵头单位|责任单位)[:：]")
HELPED = re.compile(r"[;；,，]?\s*配合单位[:：]")
SENTENCE = re.compile(r"^.+?[。；;\n]")


@dataclass(frozen=True)
class Trouble:
    """What is wrong in a cell: `row` counts from 1 as in the table that was sent, head included."""

    row: int
    column: str
    why: str

    def __str__(self) -> str:
        said = {"row": self.row, "column": self.column, "why": self.why}
        if not self.row:
            return self.why
        return (_("Row %(row)s, %(column)s: %(why)s") if self.column else _("Row %(row)s: %(why)s")) % said


@dataclass
class Found:
    """The tasks that were read, each as facts with the row that it stands in; and what is wrong."""

    tasks: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


def as_text(rows: Sequence[Sequence[Any]]) -> str:
    """A file's rows as Excel would copy them, so that what is wrong is put right on the page."""
    out = StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    for row in rows:
        if any(plain(cell) for cell in row):
            writer.writerow([str(cell)[:10] if hasattr(cell, "year") else clean(cell) for cell in row])
    return out.getvalue()


def read(rows: Sequence[Sequence[str]], campaign: Campaign) -> Found:
    """The tasks of *rows* for *campaign*: each unit, leader and day is looked up; a row in which nothing stands but a
    heading is the line of work of those below."""
    found = Found()
    at, columns, heads = _head(rows)
    if at < 0:
        found.troubles.append(
            Trouble(0, "", _("No head was found: the table begins with 序号, 任务, 责任单位, 责任领导, 完成时限"))
        )
        return found
    if missing := [HEADS[key][0] for key in NEEDED if key not in columns]:
        found.troubles.append(
            Trouble(at + 1, "", _("The head has no column %(columns)s") % {"columns": "、".join(missing)})
        )
        return found
    names = Names(campaign)
    kind = ""
    for number, row in enumerate(rows[at + 1 :], start=at + 2):
        given = {key: clean(row[place]) if place < len(row) else "" for key, place in columns.items()}
        filled = [value for value in map(plain, row) if value]
        if not filled:
            continue
        if len(filled) == 1 and not given["unit"] and not given["due"]:
            kind = ORDINAL.sub("", filled[0])[:NAMES]
            continue
        if len(found.tasks) == MOST:
            found.troubles.append(Trouble(number, "", _("More than %(n)s tasks: split the table") % {"n": MOST}))
            break
        found.tasks.append((number, _task(number, given, kind, heads, names, campaign, found.troubles)))
    if not found.tasks and not found.troubles:
        found.troubles.append(Trouble(0, "", _("Below the head stands no task")))
    return found


def _head(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int], dict[str, str]]:
    """The row of the head (−1: none), the place of each column, and how the table calls it."""
    for at, row in enumerate(rows[:LOOKED]):
        columns: dict[str, int] = {}
        heads: dict[str, str] = {}
        for place, cell in enumerate(row):
            key = BY_HEAD.get(re.sub(r"\([^()]*\)", "", tight(cell)).casefold())
            if key and key not in columns:
                columns[key], heads[key] = place, plain(cell)
        if len(columns) > 1:
            return at, columns, heads
    return -1, {}, {}


class Names:
    """The county's units and leaders by every way to write them."""

    def __init__(self, campaign: Campaign) -> None:
        self.units: dict[str, Unit] = {}
        self.posts: dict[str, Post] = {}
        for unit in Unit.objects.filter(county=campaign.county_id).select_related("merged_into").order_by("-active"):
            if unit.kind in ROOTS:
                continue
            for name in (unit.name, unit.short_name, *unit.aliases):
                self.units.setdefault(unit_name(name).casefold(), unit.standing)
        leads = Post.objects.filter(
            unit__county=campaign.county_id, role__in=(Role.LEADER, Role.UNIT_HEAD), active=True
        )
        for post in leads.select_related("unit", "holder").order_by("unit__position", "position", "pk"):
            for name in (post.title, post.in_full, post.holder.name if post.holder else ""):
                if name:
                    self.posts.setdefault(tight(name), post)

    def unit(self, name: str) -> Unit | None:
        key = unit_name(name).casefold()
        return self.units.get(key) or self.units.get(key.removeprefix("县")) or self.units.get(f"县{key}")


def _task(
    number: int,
    given: Mapping[str, str],
    kind: str,
    heads: Mapping[str, str],
    names: Names,
    campaign: Campaign,
    troubles: list[Trouble],
) -> dict[str, Any]:
    def say(key: str, why: str) -> None:
        troubles.append(Trouble(number, heads.get(key, ""), why))

    unit, helpers = _units(given, names, say)
    title, detail = _title(ORDINAL.sub("", given["title"]), given.get("detail", ""))
    if not title:
        say("title", _("Write what is to be done"))
    due = _due(given["due"], campaign, say)
    target, measure = _target(given, say)
    leader = None
    if said := tight(given.get("leader", "")):
        leader = names.posts.get(said)
        if leader is None:
            say("leader", _("The county has no leader “%(name)s”") % {"name": said[:40]})
    return {
        "title": title,
        "detail": detail,
        "kind": given.get("kind", "")[:NAMES] or kind,
        "unit": unit,
        "helpers": helpers,
        "leader": leader,
        "due_on": due,
        "target": target,
        "measure": measure,
    }


def _units(given: Mapping[str, str], names: Names, say: Any) -> tuple[Unit | None, list[Unit]]:
    """Who is responsible, and who helps: of several in one cell the first is responsible."""
    leads, _colon, helped = LED.sub("", given["unit"]), "", given.get("helpers", "")
    parts = HELPED.split(leads, maxsplit=1)
    leads, helped = parts[0], "、".join(filter(None, [*parts[1:], helped]))
    named = split_units(leads)
    if not named:
        say("unit", _("Say which unit is responsible"))
        return None, []
    known: list[Unit] = []
    for key, name in (*(("unit", one) for one in named), *(("helpers", one) for one in split_units(helped))):
        if unit := names.unit(name):
            known.append(unit)
        else:
            say(key, _("The county has no unit “%(name)s”") % {"name": name[:40]})
    first = names.unit(named[0])
    return first, [unit for unit in dict.fromkeys(known) if unit != first]


def _title(text: str, detail: str) -> tuple[str, str]:
    """A long task has its first sentence as its name, and all of it as what is to be done."""
    if len(text) <= 120 and "\n" not in text:
        return text, detail
    found = SENTENCE.match(text)
    short = (found[0] if found else text).strip("。；;\n ")[:120]
    return short, "\n".join(filter(None, [text, detail]))


def _due(text: str, campaign: Campaign, say: Any) -> Any:
    """The last day of what is written: 9月底前, 10月10日前; without a year in the campaign's."""
    if not text:
        say("due", _("Say by which day"))
        return None
    reading = parse_date(text.removesuffix("以前"), year=campaign.first_on.year)
    when = reading.value
    if when is None:
        say("due", _("“%(text)s” is no day: write such as 10月10日 or 2026-10-10") % {"text": text[:40]})
        return None
    if when.last < campaign.first_on and str(when.last.year) not in text:  # a campaign over the turn of the year
        later = parse_date(text.removesuffix("以前"), year=campaign.last_on.year).value
        when = later or when
    if not campaign.first_on <= when.last <= campaign.last_on:
        said = {"day": said_day(when.last), "first": said_day(campaign.first_on), "last": said_day(campaign.last_on)}
        say("due", _("%(day)s lies outside the campaign, which is from %(first)s to %(last)s") % said)
        return None
    return when.last


NUMBER = re.compile(r"^(?:≥|不少于|至少)?([\d,]+(?:\.\d+)?)\s*(\D{0,6}?)(?:以上|左右)?$")


def _target(given: Mapping[str, str], say: Any) -> tuple[Decimal | None, str]:
    """A number and what it is counted in: 50个, 30 in a column beside 个."""
    text, measure = tight(given.get("target", "")), tight(given.get("measure", ""))[:12]
    if not text:
        return None, ""
    found = NUMBER.match(text)
    try:
        number = Decimal(found[1].replace(",", "")) if found else None
    except InvalidOperation:
        number = None
    if number is None or found is None or number <= 0 or number >= 10**12 or number != round(number, 2):
        say("target", _("“%(text)s” is no number: write such as 50个") % {"text": text[:40]})
        return None, ""
    measure = measure or found[2]
    if not measure:
        say("target", _("Say what the target is counted in, such as 50个"))
    return number, measure
