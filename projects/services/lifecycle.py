"""The one door through which a project changes its stage or its state."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import keep
from organization.models import User
from organization.permissions import Answer
from projects import lifecycle, permissions
from projects.choices import ChangeKind, Stage, State
from projects.errors import Blocked, NeedsReason, NotAllowed, StaleProject
from projects.lifecycle import DAY_OF
from projects.models import Project, StageChange


@transaction.atomic
def advance(
    project: Project,
    *,
    to: str,
    by: User,
    on: date,
    now: datetime,
    expect: str | None = None,
    reason: str = "",
    waive: Iterable[str] = (),
) -> StageChange:
    """Move *project* one stage on; *on* is the day it happened, *now* the moment it is typed.

    *expect* is the stage that the page showed (else that of the object): StaleProject if somebody was faster.
    Blocked with all closed gates at once; *waive* are codes of gates passed by exception, for which *by* needs the
    right and *reason* must say why. Where the stage has a day of its own (start, entry, completion) *on* is that
    day if none is on file; a day on file stays.
    """
    fresh = _locked(project, expect)
    _may(permissions.can_advance(by, fresh, to))
    _pursued(fresh)
    if to not in lifecycle.targets(fresh):
        raise NotAllowed(
            _("From “%(old)s” a project doesn't move straight to “%(new)s”")
            % {"old": fresh.get_stage_display(), "new": Stage(to).label}
        )
    _past(on, now)
    waived = sorted(set(waive))
    if waived:
        _may_waive(by, fresh, waived, reason)
    changed = ["stage", "version"]
    day = DAY_OF.get(Stage(to))
    if day and getattr(fresh, day) is None:
        setattr(fresh, day, on)
        changed.append(day)
    closed = lifecycle.blockers(fresh, to)
    if unpassed := [gate for gate in closed if gate.code not in waived]:
        raise Blocked(unpassed)
    seen = [{"code": gate.code, "met": gate not in closed} for gate in lifecycle.gates(fresh, to)]
    used = [gate.code for gate in closed]
    return _step(fresh, ChangeKind.ADVANCED, to, by, on, now, reason, changed, waived=used, gates=seen)


@transaction.atomic
def send_back(
    project: Project, *, to: str, by: User, on: date, now: datetime, reason: str, expect: str | None = None
) -> StageChange:
    """Back to the earlier stage *to*, with a reason. Facts stay as they are: a start that happened, happened."""
    fresh = _locked(project, expect)
    _may(permissions.can_send_back(by, fresh))
    _pursued(fresh)
    if to not in lifecycle.earlier(fresh):
        raise NotAllowed(
            _("“%(new)s” is not before “%(old)s”") % {"old": fresh.get_stage_display(), "new": Stage(to).label}
        )
    _past(on, now)
    _reasoned(reason)
    old, fresh.stage = fresh.stage, to
    return _record(fresh, ChangeKind.SENT_BACK, old, by, on, now, reason, ["stage", "version"])


@transaction.atomic
def suspend(project: Project, *, by: User, on: date, now: datetime, reason: str) -> StageChange:
    """Stop pursuing it for a while; it keeps its stage and leaves the rounds. A reason is needed."""
    fresh = _locked(project)
    _may(permissions.can_suspend(by, fresh))
    _pursued(fresh)
    return _to_state(fresh, State.SUSPENDED, ChangeKind.SUSPENDED, by, on, now, reason)


@transaction.atomic
def resume(project: Project, *, by: User, on: date, now: datetime, reason: str = "") -> StageChange:
    """Take up again what was suspended; what was withdrawn needs the office and a reason."""
    fresh = _locked(project)
    if fresh.state == State.WITHDRAWN:
        _may(permissions.can_withdraw(by, fresh))
        _reasoned(reason)
    elif fresh.state == State.SUSPENDED:
        _may(permissions.can_suspend(by, fresh))
    else:
        raise NotAllowed(_("Only a suspended or withdrawn project is taken up again"))
    _past(on, now)
    fresh.state, fresh.state_reason = State.ACTIVE, ""
    changed = ["state", "state_reason", "version"]
    return _record(fresh, ChangeKind.RESUMED, fresh.stage, by, on, now, reason, changed)


@transaction.atomic
def withdraw(project: Project, *, by: User, on: date, now: datetime, reason: str) -> StageChange:
    """Give the project up; it stays on file with the reason."""
    fresh = _locked(project)
    _may(permissions.can_withdraw(by, fresh))
    if fresh.state not in (State.ACTIVE, State.SUSPENDED):
        raise NotAllowed(_("The project is not being pursued any more"))
    return _to_state(fresh, State.WITHDRAWN, ChangeKind.WITHDRAWN, by, on, now, reason)


# --------------------------------------------------------------------------------------------------------------------


def _locked(project: Project, expect: str | None = None) -> Project:
    """The project as it is now, locked until the transaction ends; StaleProject if its stage isn't *expect*.

    On PostgreSQL the row lock makes the second of two wait here; on SQLite IMMEDIATE transactions do.
    """
    fresh = Project.objects.select_for_update().get(pk=project.pk)
    if fresh.stage != (expect or project.stage):
        raise StaleProject(fresh)
    return fresh


def _may(answer: Answer) -> None:
    if not answer:
        raise NotAllowed(answer.why)


def _pursued(project: Project) -> None:
    if not lifecycle.is_pursued(project):
        raise NotAllowed(
            _("The project is “%(state)s”: take it up again first") % {"state": project.get_state_display()}
        )


def _past(on: date, now: datetime) -> None:
    if on > timezone.localdate(now):
        raise NotAllowed(_("The day lies in the future: write the day on which it happened"))


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise NeedsReason(_("Write why: it stays with the record"), ["reason"])


def _may_waive(by: User, project: Project, codes: list[str], reason: str) -> None:
    if unknown := [code for code in codes if code not in lifecycle.BY_CODE]:
        raise NotAllowed(_("There is no gate “%(code)s”") % {"code": unknown[0]})
    for code in codes:
        if not lifecycle.BY_CODE[code].waivable:
            raise NotAllowed(_("No exception is made here: %(gate)s") % {"gate": lifecycle.BY_CODE[code].label})
    _may(permissions.can_waive(by, project))
    if not reason.strip():
        raise NeedsReason(_("An exception needs a reason: it stays visible"), ["reason"])


def _to_state(
    project: Project, state: State, kind: ChangeKind, by: User, on: date, now: datetime, reason: str
) -> StageChange:
    _past(on, now)
    _reasoned(reason)
    project.state, project.state_reason = state, reason.strip()
    return _record(project, kind, project.stage, by, on, now, reason, ["state", "state_reason", "version"])


def _step(
    project: Project,
    kind: ChangeKind,
    to: str,
    by: User,
    on: date,
    now: datetime,
    reason: str,
    changed: list[str],
    *,
    waived: list[str],
    gates: list[dict[str, object]],
) -> StageChange:
    old, project.stage = project.stage, lifecycle.stage_after(project, to)
    return _record(project, kind, old, by, on, now, reason, changed, new=to, waived=waived, gates=gates)


def _record(
    project: Project,
    kind: ChangeKind,
    old: str,
    by: User,
    on: date,
    now: datetime,
    reason: str,
    changed: list[str],
    *,
    new: str = "",
    waived: list[str] | None = None,
    gates: list[dict[str, object]] | None = None,
) -> StageChange:
    """Save with history and leave the row of the step: who, when it happened, when typed, why, what the gates saw."""
    project.version += 1
    keep(project, by=by, now=now, reason=reason, fields=changed)
    return StageChange.objects.create(
        project=project,
        kind=kind,
        old=old,
        new=new or project.stage,
        on=on,
        typed_at=now,
        by=by,
        reason=reason.strip()[:300],
        waived=waived or [],
        gates=gates or [],
    )
