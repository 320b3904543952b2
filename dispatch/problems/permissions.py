"""Who may do what in the office's rhythm."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dispatch.problems.models import Problem, ProblemStep
from dispatch.problems.recipients import holds_rung
from organization.people.models import ADMINISTRATION, Role, User
from organization.permissions import UNIT_ROLES, YES, Answer, works_for
from organization.units.models import UnitKind
from projects.models import Project

# Those who only look do not answer for a unit.
ANSWERING = frozenset(Role) - {Role.READER, Role.SUPERVISION, *ADMINISTRATION}


def can_raise(user: User, project: Project) -> Answer:
    """Anyone who sees a project may raise a problem on it (D06)."""
    if Project.objects.visible_to(user).filter(pk=project.pk).exists():
        return YES
    return Answer(False, _("You don't see this project."))


def on_raisers_side(user: User, problem: Problem) -> bool:
    """The person who raised it, or who fills in for the unit that did."""
    return user.pk == problem.raised_by_id or works_for(user, problem.raised_unit, *UNIT_ROLES)


def on_owners_side(user: User, problem: Problem) -> bool:
    return works_for(user, problem.owner_unit, *ANSWERING)


def _office(user: User, problem: Problem) -> bool:
    return user.is_office_of(problem.county_id)


def can_answer(user: User, problem: Problem) -> Answer:
    if problem.status != Problem.Status.OPEN:
        return Answer(False, _("This problem is “%(status)s”.") % {"status": problem.get_status_display()})
    if on_owners_side(user, problem) or _office(user, problem):
        return YES
    return Answer(False, _("Only %(unit)s or the office reports the result.") % {"unit": problem.owner_unit})


def can_note(user: User, problem: Problem) -> Answer:
    """Progress and instructions: the owner, the raiser's side, the office, leaders, the post it has climbed to."""
    if problem.status == Problem.Status.CLOSED:
        return Answer(False, _("This problem is closed."))
    leads = user.holds(Role.LEADER, at=problem.county_id)
    if leads or on_owners_side(user, problem) or on_raisers_side(user, problem) or _office(user, problem):
        return YES
    if holds_rung(user, problem):
        return YES
    return Answer(False, _("Only those who have to do with this problem write to it."))


def can_assign(user: User, problem: Problem) -> Answer:
    if problem.status != Problem.Status.OPEN:
        return Answer(False, _("This problem is “%(status)s”.") % {"status": problem.get_status_display()})
    return YES if _office(user, problem) else Answer(False, _("Only the office names the owner."))


def can_reject(user: User, problem: Problem) -> Answer:
    if problem.status != Problem.Status.ANSWERED:
        return Answer(False, _("No result has been reported yet."))
    if on_raisers_side(user, problem) or _office(user, problem):
        return YES
    return Answer(False, _("Only who raised it or the office decides whether it is solved."))


def can_reopen(user: User, problem: Problem) -> Answer:
    """Who closed it, and the office."""
    closed = problem.steps.filter(kind=ProblemStep.Kind.CLOSED).order_by("-pk").values_list("by", flat=True).first()
    if problem.status == Problem.Status.CLOSED and (closed == user.pk or _office(user, problem)):
        return YES
    return Answer(False, _("Only who closed it takes that back, or the office."))


def can_close(user: User, problem: Problem) -> Answer:
    """The raiser's side or the office strikes a problem off (HN, QS), and never who answers for it."""
    if problem.status == Problem.Status.CLOSED:
        return Answer(False, _("This problem is closed."))
    raiser = on_raisers_side(user, problem) and not is_own(problem)
    if not raiser and not _office(user, problem):
        return Answer(False, _("%(who)s closes it, not who answers for it.") % {"who": who_closes(problem)})
    if _has_answered(user, problem):
        said = _("You reported the result: somebody else of %(who)s closes it.")
        return Answer(False, said % {"who": who_closes(problem)})
    if on_owners_side(user, problem) and not is_own(problem):
        return Answer(False, _("Your unit answers for it: %(who)s closes it.") % {"who": who_closes(problem)})
    if on_owners_side(user, problem) and problem.status == Problem.Status.OPEN:  # its own: two people at least
        said = _("Your unit answers for it: report the result, then somebody else of %(who)s closes it.")
        return Answer(False, said % {"who": who_closes(problem)})
    return YES


def is_own(problem: Problem) -> bool:
    """Whether nobody but its owner raised it."""
    return problem.raised_unit is None or problem.raised_unit_id == problem.owner_unit_id


def who_closes(problem: Problem) -> str:
    """Those who may close *problem*, in words."""
    office = str(_("The command office"))
    if problem.raised_unit is None or is_own(problem):
        return office
    if problem.owner_unit.kind == UnitKind.OFFICE:
        return str(problem.raised_unit)
    return _("%(unit)s or the command office") % {"unit": problem.raised_unit}


def _has_answered(user: User, problem: Problem) -> bool:
    """Whether the result that stands there is theirs."""
    if problem.status != Problem.Status.ANSWERED:
        return False
    if "answered_by" in vars(problem):  # asked for many at once
        return bool(vars(problem)["answered_by"] == user.pk)
    last = problem.steps.filter(kind=ProblemStep.Kind.ANSWERED).order_by("-pk").first()
    return last is not None and last.by_id == user.pk
