"""Who must do what by when: the week's lines, problems to answer, to confirm and on one's level, signatures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from django.urls import reverse
from django.utils.translation import gettext as _

from core.days.office import at, local_day
from core.due import Due, DueItem
from dispatch.problems.models import Problem
from dispatch.problems.permissions import can_close, is_own, on_owners_side, on_raisers_side
from dispatch.problems.recipients import holds_rung, level_name, of_level, rung
from organization.people.models import Role, User
from organization.units.models import Unit

END_OF_WORK = time(18, 0)
LEVEL = "problem_level"


def _problems(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    # The county twice: its projects are joined by index, and not all there are.
    found = Problem.objects.filter(county=county, project__county=county).open()
    # Units are few and come again with each problem.
    found = found.select_related("project").prefetch_related("owner_unit", "raised_unit")
    for problem in found.with_answerer() if person else found:
        problem.county = county
        if problem.status == Problem.Status.ANSWERED:
            if person is None or _closes(person, problem):
                yield _item(problem, "problem_confirm", _("Confirm the result"), _("Look"), problem.result)
        elif person is None or on_owners_side(person, problem):
            yield _item(problem, "problem_answer", _("Report the result"), _("Report it"), problem.project.name)
        elif problem.level and _decides(person, problem, local_day(now)):
            why = _("%(unit)s has not solved it in time") % {"unit": problem.owner_unit}
            yield _item(
                problem,
                LEVEL,
                _("Decide: raised to %(level)s") % {"level": level_name(problem)},
                _("Look"),
                why,
            )


def climbed_to(person: User, county: Unit, now: datetime) -> list[int]:
    """The keys of the open problems that wait for the person's decision, as their to-do has them."""
    items = _problems(county, now, person)
    return [int(item.key.rpartition(":")[2]) for item in items if item.kind == LEVEL]


def _closes(person: User, problem: Problem) -> bool:
    """Who raised it confirms the result; the office what nobody in particular raised, or its owner alone."""
    offices = (problem.raised_by_id is None or is_own(problem)) and person.is_office_of(problem.county_id)
    return (offices or on_raisers_side(person, problem)) and can_close(person, problem).ok


def _decides(person: User, problem: Problem, on: date) -> bool:
    """Whether it has climbed to them: a leader, or the holder of the post that the rung names."""
    level = rung(problem)
    if level is None or level.post:
        return holds_rung(person, problem)
    leads = level.role == Role.LEADER and person.holds(Role.LEADER, at=problem.county_id)
    return leads and person in of_level(level, problem, on)


def _item(problem: Problem, kind: str, title: str, action: str, why: str) -> DueItem:
    return DueItem(
        kind=kind,
        key=f"problem:{problem.pk}",
        unit_id=problem.owner_unit_id,
        title=title,
        about=problem.title,
        why=why,
        due_at=at(problem.due_on, END_OF_WORK) if kind != "problem_confirm" else None,
        link=reverse("dispatch:problem", args=[problem.pk]),
        action=action,
        project_id=problem.project_id,
    )


DUE = (Due("problems", _problems),)
