"""What a slip says before anybody has changed it: drawn from a problem, or from what a unit is late with. Reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from core.days.office import Days, calendar, local_day
from core.days.workdays import add_workdays, workdays_between
from core.due import DueItem, due_items
from dispatch.problems.models import Problem, ProblemStep, rung_posts
from dispatch.problems.recipients import level_name, rung
from dispatch.slips.form import day
from dispatch.slips.models import Slip
from dispatch.slips.rules import PLACES, SlipKind, SlipRules
from organization.people.models import Post, Role
from organization.profiles.rules import CountyRules, rules_of
from organization.units.models import Unit

LISTED = 12  # of what a unit is late with, that are named on a slip


@dataclass(frozen=True)
class Draft:
    """What stands in the form at first."""

    unit: Unit | None = None
    post: Post | None = None
    title: str = ""
    matter: str = ""
    ask: str = ""
    due_on: date | None = None


@dataclass(frozen=True)
class Owing:
    """A unit that is late: with what, since when at the longest, and the newest slip that it was sent for it."""

    unit: Unit
    items: Sequence[DueItem]
    since: date | None
    slip: Slip | None


def issuer_of(county: Unit) -> str:
    """Whose slips they are: the command office by its full name."""
    return rules_of(county)[CountyRules].office or str(county)


def filled(words: str, said: Mapping[str, str]) -> str:
    """*words* with what they name in braces; what isn't known is left empty."""
    return words.format(**{name: said.get(name, "") for name in PLACES}).strip()


def of_problem(kind: SlipKind, problem: Problem, *, now: datetime) -> Draft:
    """The slip of *kind* on *problem*, as its facts and the county's words say it."""
    days, today = calendar(), local_day(now)
    due = _answer_by(kind, today, days)
    with translation.override(settings.LANGUAGE_CODE):  # the paper's language, whoever draws it up
        said = {
            "county": str(problem.county),
            "issuer": issuer_of(problem.county),
            "project": problem.project.name,
            "problem": problem.title,
            "detail": problem.detail if problem.detail != problem.title else "",
            "unit": str(problem.owner_unit),
            "level": level_name(problem),
            "raised": day(problem.raised_on),
            "due": day(due) if due else "",
            "state": _state(problem, today, days),
        }
    return Draft(
        unit=problem.owner_unit if kind.to == "owner" else None,
        post=_leader(problem) if kind.to == "leader" else None,
        title=problem.title,
        matter=filled(kind.matter, said) or problem.detail or problem.title,
        ask=filled(kind.ask, said),
        due_on=due,
    )


def _state(problem: Problem, today: date, days: Days) -> str:
    """已提级至县政府，办理期限为2026年6月10日，已逾期3个工作日: in the paper's words."""
    if problem.steps.filter(kind=ProblemStep.Kind.ESCALATED).exists():
        return f"逾期已提级至{level_name(problem)}，现{_until(problem, today, days)}"
    return _until(problem, today, days)


def _until(problem: Problem, today: date, days: Days) -> str:
    if problem.status == Problem.Status.ANSWERED:
        return "已报办理结果，待核实"
    if today > problem.due_on:
        late = max(workdays_between(problem.due_on, today, days), 1)
        return f"办理期限为{day(problem.due_on)}，已逾期{late}个工作日"
    return f"办理期限为{day(problem.due_on)}，尚未办结"


def _leader(problem: Problem) -> Post | None:
    """Whom a report goes to: the post of the problem's level, or the leader who sponsors its project."""
    level = rung(problem)
    posts = rung_posts(level, problem.county) if level and level.post else []
    if not posts:
        sponsored = Post.objects.filter(sponsored__project=problem.project, role=Role.LEADER, active=True)
        posts = list(sponsored.order_by("position", "pk")[:1])
    return next(iter(posts), None)


def _answer_by(kind: SlipKind, today: date, days: Days) -> date | None:
    return add_workdays(today, kind.answer_workdays, days) if kind.answer_workdays else None


def of_overdue(kind: SlipKind, unit: Unit, items: Sequence[DueItem], *, now: datetime) -> Draft:
    """The slip of *kind* to *unit* for what it is late with."""
    county = unit.county or unit
    due = _answer_by(kind, local_day(now), calendar())
    said = {
        "county": str(county),
        "issuer": issuer_of(county),
        "unit": str(unit),
        "count": str(len(items)),
        "due": day(due) if due else "",
    }
    first = filled(rules_of(county)[SlipRules].overdue, said)
    lines = [_line(number, item, now) for number, item in enumerate(items[:LISTED], start=1)]
    more = [f"等共{len(items)}项。"] if len(items) > LISTED else []
    return Draft(
        unit=unit,
        title=f"逾期未办事项{len(items)}项",
        matter="\n".join(filter(None, [first, *lines, *more])),
        ask=filled(kind.ask, said),
        due_on=due,
    )


def _line(number: int, item: DueItem, now: datetime) -> str:
    about = f"（{item.about}）" if item.about else ""
    until = f"，应于{day(local_day(item.due_at))}前完成" if item.due_at else ""
    return f"{number}. {item.title}{about}{until}；"


def late_items(county: Unit, *, now: datetime) -> dict[int, list[DueItem]]:
    """What each unit (by pk) is late with at *now*, what waits longest first."""
    found: dict[int, list[DueItem]] = defaultdict(list)
    for item in due_items(county, now):
        if item.due_at is not None and item.due_at < now:
            found[item.unit_id].append(item)
    return found


def printed_items(county: Unit, unit: Unit, *, now: datetime) -> list[DueItem]:
    """What *unit* is late with, in the paper's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return late_items(county, now=now).get(unit.pk, [])


def owing(county: Unit, *, now: datetime) -> list[Owing]:
    """The units that are late, those with most first, each with the newest slip that names something of it."""
    late = late_items(county, now=now)
    units = Unit.objects.filter(county=county, active=True).in_bulk(late)
    sent: dict[int, list[Slip]] = defaultdict(list)
    standing = Slip.objects.filter(county=county, unit__in=units).exclude(status=Slip.Status.WITHDRAWN)
    for slip in standing.exclude(items=[]).select_related("entry").order_by("-pk"):
        sent[slip.unit_id].append(slip)
    rows = [
        Owing(units[pk], items, local_day(items[0].due_at) if items[0].due_at else None, _naming(sent[pk], items))
        for pk, items in late.items()
        if pk in units
    ]
    return sorted(rows, key=lambda row: (-len(row.items), row.unit.position, row.unit.pk))


def _naming(slips: Collection[Slip], items: Sequence[DueItem]) -> Slip | None:
    keys = {item.key for item in items}
    return next((slip for slip in slips if keys.intersection(slip.items)), None)


def initial_of(draft: Draft) -> dict[str, Any]:
    """As a form has it."""
    return {
        "unit": draft.unit.pk if draft.unit else None,
        "post": draft.post.pk if draft.post else None,
        "title": draft.title,
        "matter": draft.matter,
        "ask": draft.ask,
        "due_on": draft.due_on,
    }
