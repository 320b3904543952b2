"""A leader asks or instructs, the unit answers, the leader accepts the answer or asks again."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.days.office import Days, calendar, local_day
from core.days.workdays import add_workdays
from core.flow import services as flow
from core.records.history import keep
from core.refusals import NotAllowed, Stale, Wrong, require, unseen
from core.told import tell
from dispatch.instructions.models import Instruction, InstructionStep, Kind, Status
from dispatch.instructions.permissions import (
    can_answer_instruction,
    can_instruct,
    can_settle,
    can_withdraw_instruction,
    leaders_posts,
)
from dispatch.instructions.rules import LONGEST, InstructionRules
from dispatch.instructions.silent import red_light
from dispatch.problems.models import Problem
from organization.people.models import Post, Role, User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.models import Project

Step = InstructionStep.Kind
LINE = 300  # characters of what a leader writes


@transaction.atomic
def instruct(
    about: Project | Problem,
    *,
    text: str,
    by: User,
    on: date,
    now: datetime,
    kind: str = Kind.INQUIRY,
    post: Post | None = None,
    light: str = "",
    workdays: int | None = None,
) -> Instruction:
    """A leader's line on a project, on its red *light* (by code), or on a problem; the unit is told at once.

    The answer is due in that many working days (without: the county's), the day after *now* is the first. *post* is
    the leader's for whom the office enters it, with *on*, the day on which it was given; else it is one's own.
    """
    about = type(about).objects.select_for_update().get(pk=about.pk)
    today, project = local_day(now), about if isinstance(about, Project) else about.project
    require(can_instruct(by, about, on=today))
    flow.happened(on, now)
    days = calendar()
    count = rules_of(project.county)[InstructionRules].answer_workdays if workdays is None else workdays
    made = Instruction(
        county=project.county,
        **{"project" if isinstance(about, Project) else "problem": about},
        kind=Kind(kind),
        text=_line(text, _("Write what you ask or instruct, in one line"), LINE),
        post=_post_for(by, post, project.county_id),
        by=by,
        on=on,
        asked_on=today,
        due_on=_due(today, count, days),
    )
    made.by_office = made.post not in leaders_posts(by, project.county_id)
    if not made.by_office and on != today:
        raise Wrong({"on": _("Your own is written today; the office enters what was given earlier")})
    if light:
        made.light, made.light_words = light, _light_words(project, light, today)
    keep(made, by=by, now=now)
    _step(made, Step.GIVEN, by=by, now=now, text=made.text)
    tell("instruction_given", made, by=by, now=now, days=days, why=_why(made, made.text))
    return made


@transaction.atomic
def answer_instruction(
    instruction: Instruction, *, text: str, by: User, now: datetime, version: int | None = None
) -> Instruction:
    """The unit's answer in words: the leader is asked whether that settles it."""
    found = _lock(instruction, version)
    require(can_answer_instruction(by, found))
    found.answer = _line(text, _("Write the answer: how it stands, what is done by when"))
    found.answered_by, found.answered_at, found.status = by, now, Status.ANSWERED
    _save(found, by, now)
    _step(found, Step.ANSWERED, by=by, now=now, text=found.answer)
    tell("instruction_answered", found, by=by, now=now, why=_why(found, found.answer))
    return found


@transaction.atomic
def accept_answer(
    instruction: Instruction, *, by: User, now: datetime, text: str = "", version: int | None = None
) -> Instruction:
    """The answer settles it; a word may go along."""
    found = _lock(instruction, version)
    require(can_settle(by, found))
    found.status, found.closed_on = Status.ACCEPTED, local_day(now)
    _save(found, by, now)
    _step(found, Step.ACCEPTED, by=by, now=now, text=text.strip())
    tell("instruction_accepted", found, by=by, now=now, why=_why(found, text.strip()))
    return found


@transaction.atomic
def ask_again(
    instruction: Instruction,
    *,
    text: str,
    by: User,
    now: datetime,
    workdays: int | None = None,
    version: int | None = None,
) -> Instruction:
    """The answer doesn't settle it: what is still asked, due in that many working days (without: the county's)."""
    found = _lock(instruction, version)
    require(can_settle(by, found))
    days, today = calendar(), local_day(now)
    count = rules_of(found.county)[InstructionRules].answer_workdays if workdays is None else workdays
    said = _line(text, _("Write what is still missing: the unit has to know"))
    found.status, found.asked_on, found.due_on = Status.OPEN, today, _due(today, count, days)
    _save(found, by, now)
    _step(found, Step.ASKED, by=by, now=now, text=said)
    tell("instruction_asked_again", found, by=by, now=now, days=days, why=_why(found, said))
    return found


@transaction.atomic
def withdraw_instruction(
    instruction: Instruction, *, by: User, now: datetime, text: str = "", version: int | None = None
) -> Instruction:
    """The leader takes it back before anybody has answered; it stays on file as that."""
    found = _lock(instruction, version)
    require(can_withdraw_instruction(by, found))
    found.status, found.closed_on = Status.WITHDRAWN, local_day(now)
    _save(found, by, now)
    _step(found, Step.WITHDRAWN, by=by, now=now, text=text.strip())
    tell("instruction_withdrawn", found, by=by, now=now, why=_why(found, text.strip()))
    return found


def remind_late(county: Unit, *, now: datetime, days: Days) -> int:
    """Tell the heads of units of what is overdue in *county*, once for each day on which it was due; how many."""
    today = local_day(now)
    late = Instruction.objects.filter(county=county, due_on__lt=today).owed().not_told_late()
    return sum(_remind(instruction, now, days) for instruction in late.order_by("pk"))


def _remind(instruction: Instruction, now: datetime, days: Days) -> int:
    try:
        with transaction.atomic():
            found = Instruction.objects.select_for_update().get(pk=instruction.pk)
            if not found.is_late(local_day(now)):
                return 0
            _step(found, Step.LATE, by=None, now=now)
            tell("instruction_late", found, by=None, now=now, days=days, why=_why(found, found.text))
            return 1
    except IntegrityError:  # another tick was quicker
        return 0


@transaction.atomic
def hand_on(post: Post, to: Post, *, by: User | None, now: datetime, reason: str) -> int:
    """What stands of *post* is that of *to*, since *post* goes; how many."""
    rows = Instruction.objects.select_for_update().standing().filter(post=post).order_by("pk")
    found = list(rows)
    for instruction in found:
        instruction.post = to
        instruction.version += 1
        keep(instruction, by=by, now=now, reason=reason)
    return len(found)


# helpers ------------------------------------------------------------------------------------------------------------


def _lock(instruction: Instruction, version: int | None) -> Instruction:
    found = Instruction.objects.select_for_update().get(pk=instruction.pk)
    unseen(found, version, _("Somebody wrote to this a moment ago: read it again before you go on."))
    return found


def _save(instruction: Instruction, by: User, now: datetime) -> None:
    instruction.version += 1
    keep(instruction, by=by, now=now)


def _step(instruction: Instruction, kind: str, *, by: User | None, now: datetime, text: str = "") -> None:
    due = instruction.due_on if kind in (Step.GIVEN, Step.ASKED, Step.LATE) else None
    on = instruction.on if kind == Step.GIVEN else local_day(now)
    InstructionStep.objects.create(instruction=instruction, kind=kind, on=on, at=now, by=by, text=text, due_on=due)


def _line(text: str, missing: str, longest: int = 2000) -> str:
    if not text.strip():
        raise Wrong({"text": missing})
    if len(text.strip()) > longest:
        raise Wrong({"text": _("At most %(n)s characters") % {"n": longest}})
    return text.strip()


def _due(on: date, count: int, days: Days) -> date:
    if not 1 <= count <= LONGEST:
        raise Wrong({"workdays": _("Choose 1 to {n} working days").format(n=LONGEST)})
    return add_workdays(on, count, days)


def _post_for(by: User, post: Post | None, county: int) -> Post:
    """The leader's post it is of: one's own, or that for which the office writes."""
    own = leaders_posts(by, county)
    if post is None and own:
        return own[0]
    if post is None:
        raise Wrong({"post": _("Choose the leader who gave it")})
    if post not in own and not by.is_office_of(county):
        raise NotAllowed(_("Leaders write their own; the command office enters what others gave."))
    if post.role != Role.LEADER or post.unit.county_id != county or not post.active:
        raise Wrong({"post": _("Choose a leader of this county")})
    return post


def _light_words(project: Project, code: str, on: date) -> str:
    """How the red light *code* is explained on the day *on*, in the county's language."""
    with translation.override(settings.LANGUAGE_CODE):
        found = red_light(project, on)
        words = f"{found.label}：{found.reason}" if found else ""
    if found is None or found.code != code:
        raise Stale(project, _("The project has another light by now: look at it once more."))
    return words[:200]


def _why(instruction: Instruction, text: str) -> str:
    """What the notice says under its subject: the light it is about, then the words."""
    return "\n".join(filter(None, [instruction.light_words, text]))
