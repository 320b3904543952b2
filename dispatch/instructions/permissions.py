"""Who asks and instructs, who answers, who settles."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from dispatch.instructions.models import Instruction, Status
from dispatch.instructions.rules import InstructionRules
from dispatch.problems.models import Problem
from organization.people.models import Post, Role, User
from organization.people.recipients import WORKING
from organization.permissions import YES, Answer, works_for
from organization.portfolios.models import leaders_of
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.choices import State
from projects.models import Project


def may_ask(user: User, county: Unit) -> bool:
    """Whether *user* is one of those who write instructions in *county* at all: a leader, or the office for one."""
    return rules_of(county)[InstructionRules].enabled and user.holds(Role.LEADER, Role.OFFICE, at=county)


def leaders_posts(user: User, county: Unit | int) -> list[Post]:
    """The leader's posts that *user* holds in *county*."""
    place = county if isinstance(county, int) else county.pk
    return [post for post in user.current_posts if post.role == Role.LEADER and post.unit.county_id == place]


def can_instruct(user: User, about: Project | Problem, *, on: date | None = None) -> Answer:
    """Write on a project or a problem: a leader of its county, or only who sponsors the project or has it in the
    portfolio on the day *on*, where the county says so; the office on behalf of one."""
    project = about if isinstance(about, Project) else about.project
    rules = rules_of(project.county)[InstructionRules]
    if not rules.enabled:
        return Answer(False, _("This county keeps no instructions of leaders here."))
    if not user.holds(Role.LEADER, Role.OFFICE, at=project.county_id):
        return Answer(False, _("Only leaders write instructions, and the command office for them."))
    if project.state not in (State.ACTIVE, State.SUSPENDED):
        return Answer(
            False, _("The project is not being pursued: %(state)s.") % {"state": project.get_state_display()}
        )
    if rules.by == "leaders" or user.is_office_of(project.county_id):
        return YES
    posts = leaders_posts(user, project.county_id)
    answering = leaders_of(project.county_id, sector=project.sector, unit=project.lead_unit, on=on) if on else ()
    if project.sponsors.filter(post__in=posts).exists() or any(post in answering for post in posts):
        return YES
    return Answer(False, _("Only the leaders who sponsor the project, or have it in their portfolio, write on it."))


def can_answer_instruction(user: User, instruction: Instruction) -> Answer:
    """Answer: who works for the unit that leads the project, or owns the problem."""
    if instruction.status != Status.OPEN:
        return Answer(False, _("No answer is asked for: “%(status)s”.") % {"status": instruction.get_status_display()})
    if works_for(user, instruction.unit, *WORKING):
        return YES
    return Answer(False, _("Only %(unit)s answers it.") % {"unit": instruction.unit})


def is_the_leaders(user: User, instruction: Instruction) -> bool:
    """Whether *user* speaks for the leader: holds the post, or is of the office where that entered it."""
    if instruction.by_office and user.is_office_of(instruction.county_id):
        return True
    return instruction.post in leaders_posts(user, instruction.county_id)


def can_settle(user: User, instruction: Instruction) -> Answer:
    """Accept the answer, or ask again: the leader who wrote it or has that post now, or the office that entered it."""
    if instruction.status != Status.ANSWERED:
        return Answer(False, _("There is no answer to be accepted."))
    if is_the_leaders(user, instruction):
        return YES
    return Answer(False, _("Only %(leader)s says whether it is settled.") % {"leader": instruction.post.in_full})


def can_withdraw_instruction(user: User, instruction: Instruction) -> Answer:
    """Take it back: the leader, as long as nobody has answered."""
    if instruction.status != Status.OPEN or instruction.answered_at is not None:
        return Answer(False, _("It has been answered: it stays on file."))
    if is_the_leaders(user, instruction):
        return YES
    return Answer(False, _("Only %(leader)s takes it back.") % {"leader": instruction.post.in_full})


def can_see_instructions(user: User, county: Unit) -> Answer:
    """The list, where the county keeps them; its rows are those that the person may see."""
    if user.county == county and rules_of(county)[InstructionRules].enabled:
        return YES
    return Answer(False, _("This county keeps no instructions of leaders here."))


def can_see_silent(user: User, county: Unit) -> Answer:
    """The list of red projects that nobody has explained, where the county asks for it."""
    if user.county == county and rules_of(county)[InstructionRules].silent_red:
        return YES
    return Answer(False, _("This county doesn't ask why a project is red."))
