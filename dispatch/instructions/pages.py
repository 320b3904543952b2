"""What pages show of leaders' instructions. Reads, never writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from dispatch.instructions.models import Instruction, InstructionQuerySet, InstructionStep, Status
from dispatch.instructions.permissions import leaders_posts
from dispatch.instructions.rules import InstructionRules
from dispatch.instructions.silent import silent
from organization.people.models import User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.lights import BY_CODE
from projects.reports.months import latest_period

SHOWN = 3  # that a part of a page still shows
SAID = 5  # of a leader's own


@dataclass(frozen=True)
class Owes:
    """Who owes an answer since when: to which line, due when, on the project or on a problem of it."""

    unit: Unit
    since: date
    due_on: date
    late: bool
    instruction: Instruction


def owed(county: Unit | int, projects: Iterable[int], on: date) -> dict[int, Owes]:
    """For each of *projects* (by pk) of which a leader waits for an answer on the day *on*: who owes it since when, of
    several the one that was asked first. One query; projects of which nobody owes anything are left out."""
    found: dict[int, Owes] = {}
    waiting = Instruction.objects.filter(county=county).about(projects).owed().with_subject()
    for one in waiting.order_by("asked_on", "pk"):
        said = Owes(one.unit, one.asked_on, one.due_on, one.is_late(on), one)
        found.setdefault(one.of_project.pk, said)
    return found


@dataclass(frozen=True)
class Shown:
    """One instruction on a page, with what was said in turn."""

    instruction: Instruction
    steps: Sequence[InstructionStep]
    late: bool

    @property
    def tone(self) -> str:
        """The colour of its state's mark."""
        return {Status.OPEN: "amber", Status.ANSWERED: "ac"}.get(Status(self.instruction.status), "")


def shown(found: Iterable[Instruction], on: date) -> list[Shown]:
    """*found* with all that was said; one query."""
    rows = list(found)
    steps: dict[int, list[InstructionStep]] = {}
    for step in InstructionStep.objects.filter(instruction__in=rows).select_related("by").order_by("pk"):
        steps.setdefault(step.instruction_id, []).append(step)
    return [Shown(one, steps.get(one.pk, []), one.is_late(on)) for one in rows]


def of_part(found: InstructionQuerySet, on: date) -> dict[str, Any]:
    """A part of the page of a project or a problem: all that stands, the newest that were settled, how many more."""
    rows = list(found.with_subject())
    standing = [one for one in rows if one.status in (Status.OPEN, Status.ANSWERED)]
    settled = [one for one in rows if one.status not in (Status.OPEN, Status.ANSWERED)]
    return {
        "shown": shown([*standing, *settled[:SHOWN]], on),
        "more": max(len(settled) - SHOWN, 0),
    }


def waiting_for(user: User, county: Unit, on: date) -> list[Shown]:
    """What the leader *user* waits for: own instructions without an answer, the longest due first."""
    posts = leaders_posts(user, county)
    if not posts:
        return []
    mine = Instruction.objects.filter(county=county, post__in=posts).owed().with_subject()
    return [Shown(one, (), one.is_late(on)) for one in mine.order_by("due_on", "pk")]


def said_by(user: User, county: Unit, on: date) -> list[Shown]:
    """What the leader *user* instructed last, with all that was said in turn; the newest first."""
    if not (posts := leaders_posts(user, county)):
        return []
    mine = Instruction.objects.filter(county=county, post__in=posts).with_subject()
    return shown(mine.order_by("-on", "-pk")[:SAID], on)


@dataclass(frozen=True)
class SilentUnit:
    """A unit and how many of its red projects nobody has explained."""

    unit: Unit
    names: Sequence[str]

    @property
    def count(self) -> int:
        return len(self.names)


def silent_units(county: Unit, on: date) -> list[SilentUnit]:
    """The units whose red projects nobody has explained, those with most first; none where the county has it off."""
    if not rules_of(county)[InstructionRules].silent_red:
        return []
    named: dict[int, list[str]] = {}  # by the unit's key: of thousands of rows no record is made
    rows = silent(county, latest_period(county, on)).order_by("lead_unit__position", "lead_unit", "project_id")
    for unit, name in rows.values_list("lead_unit", "project__name"):
        named.setdefault(unit, []).append(name)
    units = Unit.objects.in_bulk(named)
    return sorted((SilentUnit(units[unit], names) for unit, names in named.items()), key=lambda one: -one.count)


def light_label(code: str) -> str:
    return str(BY_CODE[code].label) if code in BY_CODE else code


def of_about(project: int | None = None, problem: int | None = None) -> Q:
    """The condition that an instruction is on the *project* (or a problem of it), or on the *problem*."""
    if problem is not None:
        return Q(problem=problem)
    return Q(project=project) | Q(problem__project=project)
