"""What a county's file says of campaigns, and what can't be of their days, phases and tasks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Annotated, Any

from django.utils.translation import gettext as _

from core.amounts import figures
from core.coded import short
from core.shapes import Say, between, once, tables, unknown
from dispatch.campaigns.models import Campaign, Phase, Task
from organization.profiles.rules import Profile, Section

DEEPEST = 3  # a task, its parts, and theirs
NAMES = 40  # characters of the name of a phase or of a line of work
DAY = re.compile(r"(\d{2})-(\d{2})")


@dataclass(frozen=True)
class OfferedPhase:
    name: str
    first: str  # 09-15
    last: str


@dataclass(frozen=True)
class OfferedTask:
    """A task as the document has it; `unit` and `helpers` are codes, without a unit the campaign's leading one."""

    title: str
    kind: str = ""  # the line of work: 谋、引、争、建、解
    detail: str = ""
    unit: str = ""
    helpers: tuple[str, ...] = ()
    due: str = ""  # 10-10; without, the last day
    target: int = 0
    measure: str = ""


@dataclass(frozen=True)
class Offered:
    """A campaign that the county's document names: opened with one press, in whichever year, and edited then."""

    code: Annotated[str, short(20)]
    name: str
    first: str
    last: str
    purpose: str = ""
    document: str = ""
    lead: str = ""  # the code of the leading unit
    squad: str = ""  # the code of the squad's unit
    phases: tuple[OfferedPhase, ...] = ()
    tasks: tuple[OfferedTask, ...] = ()


@dataclass(frozen=True)
class CampaignRules:
    near_days: Annotated[int, between(1, 60)] = 14  # before its day a task is among what is to be done
    offered: tuple[Offered, ...] = ()


def day_of(text: str, year: int) -> date:
    """09-15 in *year*; ValueError for what is no day. 02-29 is 02-28 where a year has none."""
    found = DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    month, day = map(int, found.groups())
    if (month, day) == (2, 29):
        try:
            return date(year, 2, 29)
        except ValueError:
            day = 28
    return date(year, month, day)


def _campaigns(table: Any, profile: Profile, say: Say) -> None:
    codes = [str(unit.get("code")) for _index, unit in tables(profile.data, "unit")]
    once(table, "offered", "code", ("campaigns",), say)
    for index, offered in tables(table, "offered"):
        here = ("campaigns", "offered", index)
        for name in ("lead", "squad"):
            _unit(offered.get(name), codes, (*here, name), say)
        first, last = (_day(offered.get(name), (*here, name), say) for name in ("first", "last"))
        if first and last and last < first:
            say((*here, "last"), _("the last day is before the first"))
        phases = []
        for at, phase in tables(offered, "phases"):
            days = [_day(phase.get(name), (*here, "phases", at, name), say) for name in ("first", "last")]
            if days[0] and days[1]:
                phases.append(Phase(str(phase.get("name")), days[0], days[1]))
        if first and last and (why := phases_wrong(phases, first, last)):
            say((*here, "phases"), why)
        for at, task in tables(offered, "tasks"):
            _unit(task.get("unit"), codes, (*here, "tasks", at, "unit"), say)
            helpers = task.get("helpers")
            for helper in helpers if isinstance(helpers, list | tuple) else ():
                _unit(helper, codes, (*here, "tasks", at, "helpers"), say)
            due = _day(task.get("due") or None, (*here, "tasks", at, "due"), say)
            if first and last and due and not first <= due <= last:
                say((*here, "tasks", at, "due"), _("the day lies outside the campaign"))


def _unit(code: Any, codes: Sequence[str], where: tuple[str, ...], say: Say) -> None:
    if isinstance(code, str) and code and code not in codes:
        said = _("no unit has the code “%(code)s”") % {"code": code}
        say(where, f"{said}; {unknown(code, codes)}" if codes else said)


def _day(text: Any, where: tuple[str, ...], say: Say) -> date | None:
    """Of a leap year, so that every day that can be is one."""
    if not isinstance(text, str):
        return None
    try:
        return day_of(text, 2024)
    except ValueError:
        say(where, _("“%(text)s” is no day of a year; expected such as 09-15") % {"text": text})
    return None


RULES = (Section("campaigns", CampaignRules, check=_campaigns),)


# what can't be ------------------------------------------------------------------------------------------------------


def said_day(day: date) -> str:
    return figures.day(day)


def phases_wrong(phases: Sequence[Phase], first: date, last: date) -> str:
    """Why *phases* can't be those of a campaign from *first* to *last*; empty where they can."""
    for phase in phases:
        days = {"phase": phase.name, "first": said_day(phase.first), "last": said_day(phase.last)}
        if phase.last < phase.first:
            return _("“%(phase)s” ends on %(last)s, before it begins on %(first)s") % days
        if phase.first < first or phase.last > last:
            days |= {"begins": said_day(first), "ends": said_day(last)}
            return _("“%(phase)s” (%(first)s to %(last)s) lies outside the campaign, %(begins)s to %(ends)s") % days
    for one, other in pairwise(sorted(phases, key=lambda phase: (phase.first, phase.last))):
        if other.first <= one.last:
            said = {"one": one.name, "other": other.name, "day": said_day(other.first)}
            return _("“%(one)s” and “%(other)s” overlap on %(day)s") % said
    names = [phase.name for phase in phases]
    if double := next((name for name in names if names.count(name) > 1), ""):
        return _("Two phases are called “%(phase)s”") % {"phase": double}
    return ""


def campaign_wrong(
    facts: Mapping[str, Any], phases: Sequence[Phase], dues: Sequence[tuple[str, date]]
) -> dict[str, str]:
    """What is wrong with a campaign's *facts*, by field; *dues* are its tasks and their days."""
    found: dict[str, str] = {}
    if not facts["name"].strip():
        found["name"] = _("Give the campaign a name")
    first, last = facts["first_on"], facts["last_on"]
    if last < first:
        found["last_on"] = _("The last day lies before the first")
        return found
    if why := phases_wrong(phases, first, last):
        found["phases"] = why
    for title, due in dues:
        if not first <= due <= last:
            said = {"task": title, "day": said_day(due)}
            found["last_on" if due > last else "first_on"] = (
                _("“%(task)s” is due on %(day)s: change that task's day first") % said
            )
    return found


def task_wrong(
    facts: Mapping[str, Any], campaign: Campaign, parent: Task | None, parts: Sequence[Task], on: date
) -> dict[str, str]:
    """What is wrong with a task's *facts*, by field: of a part of *parent*, with *parts* of its own."""
    found: dict[str, str] = {}
    if not facts["title"].strip():
        found["title"] = _("Write what is to be done")
    unit, due = facts.get("unit"), facts.get("due_on")
    if unit is None:
        found["unit"] = _("Say which unit is responsible")
    elif not unit.valid_on(on):
        found["unit"] = _("%(unit)s is no unit any more: choose who has its work now") % {"unit": unit}
    if due is None:
        found["due_on"] = _("Say by which day")
    elif not campaign.first_on <= due <= campaign.last_on:
        said = {"day": said_day(due), "first": said_day(campaign.first_on), "last": said_day(campaign.last_on)}
        found["due_on"] = _("%(day)s lies outside the campaign, which is from %(first)s to %(last)s") % said
    elif parent is not None and due > parent.due_on:
        said = {"day": said_day(due), "whole": said_day(parent.due_on)}
        found["due_on"] = _("%(day)s is later than the whole task's day, %(whole)s") % said
    elif later := next((part for part in parts if part.due_on > due), None):
        said = {"part": later.title, "day": said_day(later.due_on)}
        found["due_on"] = _("Its part “%(part)s” is due on %(day)s: that can't be later than the whole") % said
    target, measure = facts.get("target"), facts.get("measure", "").strip()
    if target is not None and target <= 0:
        found["target"] = _("A target is more than nothing")
    elif target is not None and not measure:
        found["measure"] = _("Say what the target is counted in, such as 个")
    elif measure and target is None:
        found["target"] = _("Say how many")
    if parent is not None and len(list(parent.above())) + 2 > DEEPEST:
        found["title"] = _("A part of a part isn't split again")
    return found
