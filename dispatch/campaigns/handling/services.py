"""How a task stands: reported on, stated as done, confirmed or given back, more days; the last act is taken back."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core.days.office import local_day
from core.records.history import remove
from core.refusals import NeedsReason, Refused, Wrong, require
from core.told import tell
from dispatch.campaigns.handling.writing import (
    FACTS,
    Kind,
    follow,
    is_read_from_parts,
    lock,
    roll,
    said,
    save,
    step,
    write,
)
from dispatch.campaigns.models import Status, Task
from dispatch.campaigns.permissions import (
    can_answer_more,
    can_ask_more,
    can_confirm,
    can_report,
    can_take_back,
    last_of,
)
from dispatch.campaigns.progress import WHOLE
from dispatch.campaigns.rules import said_day
from organization.people.models import User

MOVING = ("status", "asked_until", "done_on", "confirmed_on")


# how it stands ------------------------------------------------------------------------------------------------------


@transaction.atomic
def report_task(
    task: Task,
    *,
    text: str,
    by: User,
    now: datetime,
    number: Decimal | None = None,
    percent: int | None = None,
    version: int | None = None,
) -> Task:
    """How it stands, in words, with what is reached so far: *number* in its measure, or *percent* where it has no
    target. What is read from its parts is not stated."""
    found = lock(task, version, Status.OPEN)
    require(can_report(by, found))
    _state(found, Kind.REPORTED, text, number, percent, by=by, now=now)
    return found


@transaction.atomic
def finish_task(
    task: Task,
    *,
    text: str,
    by: User,
    now: datetime,
    number: Decimal | None = None,
    version: int | None = None,
) -> Task:
    """Its unit states that it is done, with the result in words; who gave it confirms it or gives it back."""
    found = lock(task, version, Status.OPEN)
    require(can_report(by, found))
    if waits := found.parts.filter(status=Status.OPEN).first():
        raise Refused(_("Its part “%(part)s” isn't done yet") % {"part": waits.title})
    found.status, found.done_on, found.asked_until = Status.DONE, local_day(now), None
    _state(found, Kind.DONE, text, number, None if found.target else WHOLE, by=by, now=now)
    tell("campaign_task_done", found, by=by, now=now, why=text)
    return found


def _state(
    task: Task, kind: str, text: str, number: Decimal | None, percent: int | None, *, by: User, now: datetime
) -> None:
    if is_read_from_parts(task):
        number = percent = None
    elif task.target is None:
        number = None
        if percent is not None and not 0 <= percent <= WHOLE:
            raise Wrong({"percent": _("Between 0 and 100 percent")})
    else:
        percent = None
        if number is not None and number < 0:
            raise Wrong({"number": _("What is reached isn't below nothing")})
        if number is None and last_of(task, Kind.REPORTED, Kind.DONE) is None:
            raise Wrong({"number": _("Say how much is reached so far, 0 too")})
    save(task, by, now)
    step(task, kind, by=by, now=now, text=said(text, "text"), number=number, percent=percent)
    follow(task)


@transaction.atomic
def confirm_task(task: Task, *, by: User, now: datetime, note: str = "", version: int | None = None) -> Task:
    """It is done: the office says so of its own tasks, a unit of the parts that it made."""
    found = lock(task, version)
    require(can_confirm(by, found))
    found.status, found.confirmed_on = Status.CONFIRMED, local_day(now)
    save(found, by, now)
    step(found, Kind.CONFIRMED, by=by, now=now, text=note)
    tell("campaign_task_confirmed", found, by=by, now=now, why=note)
    return found


@transaction.atomic
def return_task(
    task: Task, *, reason: str, by: User, now: datetime, due_on: date | None = None, version: int | None = None
) -> Task:
    """It isn't done yet: the reason goes back with it, and a new day if one is given."""
    found = lock(task, version)
    require(can_confirm(by, found))
    if due_on is not None and due_on < local_day(now):
        raise Wrong({"due_on": _("That day has passed")})
    found.status, found.done_on = Status.OPEN, None
    changes = {"due_on": due_on} if due_on else {}
    why = said(reason, "reason")
    if not write(found, changes, by=by, now=now, reason=reason):
        save(found, by, now)
    step(found, Kind.RETURNED, by=by, now=now, text=why)
    follow(found)
    tell("campaign_task_returned", found, by=by, now=now, why=reason)
    return found


# more days ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_more_days(
    task: Task, *, until: date, reason: str, by: User, now: datetime, version: int | None = None
) -> Task:
    """Its unit asks for a later day, before the day has passed; who gave it answers."""
    found = lock(task, version, Status.OPEN)
    require(can_ask_more(by, found, on=local_day(now)))
    if until <= found.due_on:
        raise Wrong({"until": _("It has to be later than its day, %(day)s") % {"day": said_day(found.due_on)}})
    latest = found.parent.due_on if found.parent else found.campaign.last_on
    if until > latest:
        raise Wrong({"until": _("It can't be later than %(day)s") % {"day": said_day(latest)}})
    found.asked_until = until
    save(found, by, now)
    step(found, Kind.ASKED, by=by, now=now, text=said(reason, "reason"), due_on=until)
    tell("campaign_more_asked", found, by=by, now=now, why=reason)
    return found


@transaction.atomic
def answer_more_days(
    task: Task, *, granted: bool, by: User, now: datetime, note: str = "", version: int | None = None
) -> Task:
    """The days that were asked for are given, or why not."""
    found = lock(task, version, Status.OPEN)
    require(can_answer_more(by, found))
    if not granted and not note.strip():
        raise NeedsReason(_("Write why not: the unit has to know"), ["note"])
    until, found.asked_until = found.asked_until, None
    if not granted or until is None or not write(found, {"due_on": until}, by=by, now=now, reason=note):
        save(found, by, now)
    step(found, Kind.EXTENDED if granted else Kind.REFUSED, by=by, now=now, text=note)
    tell("campaign_more_answered", found, by=by, now=now, why=note)
    return found


# back ---------------------------------------------------------------------------------------------------------------


@transaction.atomic
def take_back_task(
    task: Task, *, by: User, now: datetime, reason: str = "", version: int | None = None
) -> Task | None:
    """What was done to it last is undone: the step stays and says so, the task is as it stood before; one that was
    just given is gone. None for that."""
    found = lock(task, version)
    require(can_take_back(by, found))
    newest = last_of(found)
    if newest is None:
        raise Refused(_("Nothing can be taken back here."))
    if newest.kind in (Kind.GIVEN, Kind.SPLIT):
        above = found.parent
        remove(found, by=by, now=now, reason=reason)
        if above is not None:
            roll(above)
        return None
    before = found.history.get(history_id=newest.before)
    newest.withdrawn = True
    newest.save(update_fields=["withdrawn"])
    facts = {name: getattr(before, name) for name in FACTS if name != "helpers"}
    facts["helpers"] = [row.unit for row in before.helpers.select_related("unit")]
    for name in MOVING:
        setattr(found, name, getattr(before, name))
    if not write(found, facts, by=by, now=now, reason=reason, asked=False):
        save(found, by, now, reason)
    step(found, Kind.BACK, by=by, now=now, text=reason or str(newest.get_kind_display()))
    follow(found)
    return found
