"""The one door through which a project changes its stage or its state.

What each does under its lock, and what it refuses with, says `core.flow.services`; *version* and *expect* (else the
stage of the object) are what the page showed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from core.flow import services as flow
from core.flow.models import Change
from core.refusals import NotAllowed, require
from organization.people.models import User
from organization.permissions import YES, Answer
from projects.choices import ChangeKind, State
from projects.lifecycle.gates import WAY
from projects.lifecycle.permissions import can_advance, can_send_back, can_suspend, can_waive, can_withdraw
from projects.registry.models import Project
from projects.registry.months.services import follow
from projects.registry.succession import successors


@transaction.atomic
def advance(
    project: Project,
    *,
    to: str,
    by: User,
    on: date,
    now: datetime,
    version: int | None = None,
    expect: str | None = None,
    reason: str = "",
    waive: Iterable[str] = (),
    waiver: User | None = None,
) -> Change:
    """Move *project* one stage on; *on* is the day it happened, *now* the moment it is typed.

    Closed with all closed gates at once; *waive* are codes of gates passed by exception, for which *by* needs the
    right (or *waiver* had it, who made the exception earlier) and *reason* must say why. Where the stage has a day of
    its own (start, entry, completion) *on* is that day if none is on file; a day on file stays.
    """
    fresh, change = flow.advance(
        project,
        WAY,
        to=to,
        by=by,
        on=on,
        now=now,
        may=lambda fresh: can_advance(by, fresh, to),
        version=version,
        expect=expect or project.stage,
        reason=reason,
        waive=waive,
        may_waive=(lambda fresh: YES) if waiver else partial(can_waive, by),
    )
    return _followed(fresh, change)


@transaction.atomic
def send_back(
    project: Project,
    *,
    to: str,
    by: User,
    on: date,
    now: datetime,
    reason: str,
    version: int | None = None,
    expect: str | None = None,
) -> Change:
    """Back to the earlier stage *to*, with a reason. Facts stay as they are: a start that happened, happened."""
    fresh, change = flow.send_back(
        project,
        WAY,
        to=to,
        by=by,
        on=on,
        now=now,
        may=partial(can_send_back, by),
        reason=reason,
        version=version,
        expect=expect or project.stage,
    )
    return _followed(fresh, change)


@transaction.atomic
def suspend(project: Project, *, by: User, on: date, now: datetime, reason: str, version: int | None = None) -> Change:
    """Stop pursuing it for a while; it keeps its stage and leaves the rounds. A reason is needed."""
    may = partial(can_suspend, by)
    fresh, change = flow.put_aside(
        project, WAY, State.SUSPENDED, by=by, on=on, now=now, may=may, reason=reason, version=version
    )
    return _followed(fresh, change)


@transaction.atomic
def withdraw(
    project: Project, *, by: User, on: date, now: datetime, reason: str, version: int | None = None
) -> Change:
    """Give the project up; it stays on file with the reason."""

    def may(fresh: Project) -> Answer:
        pursued = fresh.state in (State.ACTIVE, State.SUSPENDED)
        answer = can_withdraw(by, fresh)
        return answer if pursued or not answer else Answer(False, _("The project is not being pursued any more"))

    since = (State.SUSPENDED,)
    fresh, change = flow.put_aside(
        project, WAY, State.WITHDRAWN, by=by, on=on, now=now, may=may, reason=reason, version=version, since=since
    )
    return _followed(fresh, change)


@transaction.atomic
def resume(
    project: Project, *, by: User, on: date, now: datetime, reason: str = "", version: int | None = None
) -> Change:
    """Take up again what was suspended; what was withdrawn needs the office and a reason."""
    fresh = flow.locked(project, WAY, version=version, expect=project.stage)
    if fresh.state == State.WITHDRAWN:
        require(can_withdraw(by, fresh))
        flow.reasoned(reason)
    elif fresh.state == State.SUSPENDED:
        require(can_suspend(by, fresh))
    else:
        raise NotAllowed(_("Only a suspended or withdrawn project is taken up again"))
    flow.happened(on, now)
    flow.in_order(fresh, WAY, on)
    changed = {"state": State.ACTIVE, "state_reason": ""} | successors(fresh)
    return _followed(fresh, flow.step(fresh, ChangeKind.RESUMED, changed, by=by, on=on, now=now, reason=reason))


def _followed(project: Project, change: Change) -> Change:
    """The months' rows know of the step, from the day on which it happened."""
    follow([project], on=change.on, now=change.typed_at, by=change.by, reason=change.reason)
    return change
