"""Who opens campaigns, gives tasks, splits them, says how they stand, and says that they are done."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from dispatch.campaigns.models import Campaign, Status, Task, TaskStep
from dispatch.campaigns.rules import DEEPEST
from organization.people.models import Post, User
from organization.people.recipients import WORKING
from organization.permissions import UNIT_ROLES, YES, Answer, units_of, works_for
from organization.units.models import Unit


def can_manage_campaigns(user: User, county: Unit | int | None) -> Answer:
    """Open, change and end campaigns: the command office."""
    if county is not None and user.is_office_of(county):
        return YES
    return Answer(False, _("Only the command office opens and changes campaigns."))


def goes_on(campaign: Campaign) -> Answer:
    if campaign.closed_on is None:
        return YES
    return Answer(False, _("The campaign was ended: nothing is written to it any more."))


def can_change_campaign(user: User, campaign: Campaign) -> Answer:
    return can_manage_campaigns(user, campaign.county_id) and goes_on(campaign)


def can_reopen_campaign(user: User, campaign: Campaign) -> Answer:
    """Take back what was done to it last: the command office."""
    return can_manage_campaigns(user, campaign.county_id)


def _unit_works(user: User, task: Task) -> bool:
    return works_for(user, task.unit, *WORKING)


def _person_works(user: User, task: Task) -> bool:
    return task.post is not None and task.post.holder_id == user.pk


def checks(user: User, task: Task) -> bool:
    """Whether *user* says that it is done: the office of its own tasks, of a part the unit whose task it is a part
    of, and the office."""
    if user.is_office_of(task.county_id):
        return True
    return task.parent is not None and works_for(user, task.parent.unit, *UNIT_ROLES)


def _open(task: Task) -> Answer:
    if not (answer := goes_on(task.campaign)):
        return answer
    if task.status == Status.OPEN:
        return YES
    return Answer(False, _("This task is “%(status)s”.") % {"status": task.get_status_display()})


def can_report(user: User, task: Task) -> Answer:
    """Say how it stands: the responsible unit, the person whose part it is, and the office for them."""
    if not (answer := _open(task)):
        return answer
    if _unit_works(user, task) or _person_works(user, task) or user.is_office_of(task.county_id):
        return YES
    return Answer(False, _("Only %(who)s or the office says how it stands.") % {"who": task.whose})


def can_split(user: User, task: Task) -> Answer:
    """Make parts of it: the responsible unit, two levels deep at most."""
    if not (answer := _open(task)):
        return answer
    if len(list(task.above())) + 2 > DEEPEST:
        return Answer(False, _("A part of a part isn't split again"))
    if works_for(user, task.unit, *UNIT_ROLES) or user.is_office_of(task.county_id):
        return YES
    return Answer(False, _("Only %(unit)s splits its task.") % {"unit": task.unit})


def can_confirm(user: User, task: Task) -> Answer:
    """Say that it is done, or not yet; never who stated it."""
    if not (answer := goes_on(task.campaign)):
        return answer
    if task.status != Status.DONE:
        return Answer(False, _("Nobody has stated that it is done."))
    if not checks(user, task):
        who = task.parent.unit if task.parent else _("The command office")
        return Answer(False, _("%(who)s says whether it is done.") % {"who": who})
    stated = last_of(task, TaskStep.Kind.DONE)
    if stated is not None and stated.by_id == user.pk:
        return Answer(False, _("You stated it: somebody else says whether it is done."))
    return YES


def can_change_task(user: User, task: Task) -> Answer:
    """Change or take off: who gave it: the office, of a part its whole's unit."""
    if not (answer := _open(task)):
        return answer
    if checks(user, task):
        return YES
    return Answer(False, _("Only who gave it changes it."))


def can_ask_more(user: User, task: Task, *, on: date) -> Answer:
    """A later day is asked for before the day has passed, and once."""
    if not (answer := can_report(user, task)):
        return answer
    if task.due_on < on:
        return Answer(False, _("Its day has passed: more days are asked for before."))
    if task.asked_until:
        return Answer(False, _("More days are asked for already: who gave it answers first."))
    return YES


def can_answer_more(user: User, task: Task) -> Answer:
    if not task.asked_until:
        return Answer(False, _("Nobody asks for more days."))
    return can_change_task(user, task)


def last_of(task: Task, *kinds: str) -> TaskStep | None:
    """The newest step that stands, of *kinds* if any are named."""
    steps = task.steps.filter(withdrawn=False).exclude(kind=TaskStep.Kind.BACK)
    return (steps.filter(kind__in=kinds) if kinds else steps).order_by("-pk").first()


def can_take_back(user: User, task: Task) -> Answer:
    """Take back what was done to it last: who did it, or the office."""
    if not (answer := goes_on(task.campaign)):
        return answer
    step = last_of(task)
    if step is None or step.kind == TaskStep.Kind.MOVED:
        return Answer(False, _("Nothing can be taken back here."))
    if step.kind in (TaskStep.Kind.GIVEN, TaskStep.Kind.SPLIT) and task.parts.exists():
        return Answer(False, _("It has parts: take those back first."))
    if step.by_id == user.pk or user.is_office_of(task.county_id):
        return YES
    return Answer(False, _("Only who did it takes it back, or the office."))


def may_do_part(task: Task, on: date) -> tuple[list[Unit], list[Post]]:
    """To whom a part of *task* can be given: units below its own and those that help with it; its own persons."""
    below = Unit.objects.within(task.unit).exclude(pk=task.unit_id)
    helping = Unit.objects.filter(pk__in=task.helpers.values("pk"))
    units = [unit for unit in (below | helping).distinct().order_by("position", "pk") if unit.valid_on(on)]
    posts = Post.objects.filter(unit=task.unit, active=True, role__in=WORKING).select_related("unit")
    return units, list(posts.order_by("position", "pk"))


def own_tasks(user: User) -> Q:
    """The condition of the tasks that are to be done by *user*: of the own units, or as a person."""
    units = units_of(user, *WORKING, county=user.county)
    own = Unit.objects.below(units).values("pk")
    return Q(unit__in=own) | Q(post__in=[post.pk for post in user.current_posts])
