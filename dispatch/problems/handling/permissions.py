"""Who places a problem, hands it up, lets it wait, gives it more days, merges it, opens it again."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from dispatch.problems.models import Problem, ProblemStep
from dispatch.problems.permissions import is_own, on_owners_side, on_raisers_side, who_closes
from dispatch.problems.recipients import holds_rung
from dispatch.problems.rules import ProblemRules
from organization.people.models import User
from organization.permissions import YES, Answer
from organization.profiles.rules import rules_of

Status = Problem.Status


def _open(problem: Problem) -> Answer:
    if problem.status == Status.OPEN:
        return YES
    return Answer(False, _("This problem is “%(status)s”.") % {"status": problem.get_status_display()})


def _office(user: User, problem: Problem, why: str) -> Answer:
    return YES if user.is_office_of(problem.county_id) else Answer(False, why)


def can_place(user: User, problem: Problem) -> Answer:
    if not (answer := _open(problem)):
        return answer
    if problem.placed_on:
        return Answer(False, _("It is placed already: it is handed up or given to another unit from there."))
    return _office(user, problem, _("The office places a problem at its level and unit."))


def can_hand_up(user: User, problem: Problem) -> Answer:
    """Who answers for it at its level: its unit, who holds the post of the level, the office."""
    if not (answer := _open(problem)):
        return answer
    if problem.level >= len(rules_of(problem.county)[ProblemRules].ladder) - 1:
        return Answer(False, _("There is no level above."))
    if on_owners_side(user, problem) or holds_rung(user, problem) or user.is_office_of(problem.county_id):
        return YES
    return Answer(False, _("Who answers for it at its level hands it up."))


def can_hand_down(user: User, problem: Problem) -> Answer:
    """Who holds the post of its level, or the office."""
    if not (answer := _open(problem)):
        return answer
    if problem.level == 0:
        return Answer(False, _("There is no level below."))
    if holds_rung(user, problem):
        return YES
    return _office(user, problem, _("The post of its level hands it back down, or the office."))


def can_unmerge(user: User, problem: Problem) -> Answer:
    if problem.merged_into_id is None:
        return Answer(False, _("It is merged with no other."))
    return _office(user, problem, _("The office merges doubles."))


def can_let_wait(user: User, problem: Problem, *, on: date) -> Answer:
    """The office or the post of the level, and not what is late already."""
    if not (answer := _open(problem)):
        return answer
    if on > problem.due_on:
        return Answer(False, _("The day has passed: it can't be put off any more."))
    if holds_rung(user, problem):
        return YES
    return _office(user, problem, _("The office decides whether a problem may wait."))


def can_ask_more(user: User, problem: Problem, *, on: date) -> Answer:
    if not (answer := _open(problem)):
        return answer
    if on > problem.due_on:
        return Answer(False, _("The day has passed: it can't be put off any more."))
    if problem.asked_until:
        return Answer(False, _("More days are asked for already."))
    if problem.placed_on and on_owners_side(user, problem):
        return YES
    return Answer(False, _("Only the unit that has to solve it asks for more days."))


def can_answer_more(user: User, problem: Problem) -> Answer:
    """The office, but not who asked."""
    if not (answer := _open(problem)):
        return answer
    if problem.asked_until is None:
        return Answer(False, _("Nobody has asked for more days."))
    asked = problem.steps.filter(kind=ProblemStep.Kind.ASKED).order_by("-pk").values_list("by", flat=True).first()
    if asked == user.pk:
        return Answer(False, _("You asked yourself: somebody else of the office answers."))
    return _office(user, problem, _("The office answers who asks for more days."))


def can_consult(user: User, problem: Problem) -> Answer:
    """Write a consultation down: who answers at its level, its unit, the office."""
    if not (answer := _open(problem)):
        return answer
    if on_owners_side(user, problem) or holds_rung(user, problem) or user.is_office_of(problem.county_id):
        return YES
    return Answer(False, _("Who answers for it at its level writes a consultation down, or the office."))


def can_report_up(user: User, problem: Problem) -> Answer:
    if not (answer := _open(problem)):
        return answer
    if problem.report_due is None:
        return Answer(False, _("No report on a consultation is due."))
    if on_owners_side(user, problem) or user.is_office_of(problem.county_id):
        return YES
    return Answer(False, _("Its unit reports to the leader, or the office."))


def can_merge(user: User, problem: Problem) -> Answer:
    if problem.status == Status.CLOSED:
        return Answer(False, _("This problem is closed."))
    return _office(user, problem, _("The office merges doubles."))


def can_open_again(user: User, problem: Problem) -> Answer:
    """The raiser's side or the office, as for closing."""
    if problem.status != Status.CLOSED:
        return Answer(False, _("It is not closed."))
    if on_raisers_side(user, problem) and not is_own(problem):
        return YES
    return _office(user, problem, _("%(who)s opens it again.") % {"who": who_closes(problem)})
