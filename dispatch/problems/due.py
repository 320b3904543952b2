"""Who must do what by when: the week's lines, problems to answer, to confirm and on one's level, signatures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.days.office import Days, at, calendar, local_day
from core.days.workdays import add_workdays
from core.due import Due, DueItem
from dispatch.problems.models import Problem
from dispatch.problems.permissions import can_close, is_own, on_owners_side, on_raisers_side
from dispatch.problems.recipients import holds_rung, level_name, of_level, rung
from dispatch.problems.rules import ProblemRules
from organization.people.models import Role, User
from organization.profiles.rules import rules_of
from organization.units.models import Unit, UnitKind

OPEN = Problem.Status.OPEN
END_OF_WORK = time(18, 0)
LEVEL = "problem_level"


def _problems(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    # The county twice: its projects are joined by index, and not all there are.
    found = Problem.objects.filter(county=county, project__county=county).open()
    found = found.select_related("project")
    rows = list(found.with_answerer() if person else found)
    # Units are few, come again with each problem, and are asked for once, those who raised and those who own.
    units = Unit.objects.in_bulk({pk for row in rows for pk in (row.owner_unit_id, row.raised_unit_id) if pk})
    days, rules = calendar(), rules_of(county)[ProblemRules]
    for problem in rows:
        problem.county, problem.owner_unit = county, units[problem.owner_unit_id]
        if problem.raised_unit_id:
            problem.raised_unit = units[problem.raised_unit_id]
        if problem.report_due and problem.status == OPEN and (person is None or _reports(person, problem)):
            yield _report(problem)
        if problem.asked_until and problem.status == OPEN and (person is None or person.is_office_of(county)):
            yield _more(problem)
        if problem.status == Problem.Status.ANSWERED:
            if person is None or _closes(person, problem):
                yield _item(problem, "problem_confirm", _("Confirm the result"), _("Look"), problem.result)
        elif problem.placed_on is None and (person is None or person.is_office_of(county)):
            yield _to_place(problem, days, rules)
        elif problem.placed_on is not None and (person is None or on_owners_side(person, problem)):
            yield _item(problem, "problem_answer", _("Report the result"), _("Report it"), problem.project.name)
        elif person is not None and problem.level and _decides(person, problem, local_day(now)):
            why = _("%(unit)s has not solved it") % {"unit": problem.owner_unit}
            yield _item(
                problem,
                LEVEL,
                _("Decide: raised to %(level)s") % {"level": level_name(problem)},
                _("Look"),
                why,
            )


def _to_place(problem: Problem, days: Days, rules: ProblemRules) -> DueItem:
    """The office's, within the county's working days; a category that nobody owns is said."""
    why = problem.project.name
    if problem.owner_unit.kind == UnitKind.OFFICE and problem.category in rules.labels:
        why = nobodys(problem, rules)
    item = _item(problem, "problem_place", _("Place it at its level and unit"), _("Place it"), why)
    return replace(item, due_at=at(add_workdays(problem.raised_on, rules.place_workdays, days), END_OF_WORK))


def nobodys(problem: Problem, rules: ProblemRules) -> str:
    """That the county names no unit for what *problem* is about."""
    return _("No unit is named for “%(category)s”") % {"category": rules.in_full(problem.category)}


def _more(problem: Problem) -> DueItem:
    item = _item(problem, "problem_more", _("Answer: more days are asked for"), _("Look"), problem.project.name)
    return replace(item, key=f"problem:more:{problem.pk}")


def _reports(person: User, problem: Problem) -> bool:
    """Who has to report to the level's leader: the owner; the office where the owner is the office."""
    return on_owners_side(person, problem)


def _report(problem: Problem) -> DueItem:
    title = _("Report what came of the consultation to the leader of its level")
    item = _item(problem, "problem_report", title, _("Report it"), level_name(problem))
    due = at(problem.report_due, END_OF_WORK) if problem.report_due else None
    return replace(item, key=f"problem:report:{problem.pk}", due_at=due)


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


KINDS = {
    "problem_answer": gettext_lazy("Results of problems"),
    "problem_place": gettext_lazy("Problems to place"),
    "problem_report": gettext_lazy("Reports on consultations"),
    "problem_more": gettext_lazy("More days asked for"),
    "problem_level": gettext_lazy("Problems raised to one's level"),
}
DUE = (Due("problems", _problems, KINDS),)
