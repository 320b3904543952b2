"""The doors through which a record moves: put on file, changed, one stage on, sent back, put aside, taken up again.

Each is one short transaction: the row is locked first and read then, so that of two people at once the second sees
what the first did. Each bumps the version and leaves history; a step leaves its dated row too. *may* answers for the
person, asked of the record as it is under the lock; *on* is the day it happened, *now* the moment it is typed,
*version* and *expect* (a stage) what the page had shown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.amounts import figures
from core.flow.models import ADVANCED, CREATED, LONGEST, RESUMED, SENT_BACK, Change, Record, changes_of
from core.flow.way import Way
from core.records.history import differing, keep, tidy
from core.refusals import Closed, NeedsReason, NotAllowed, Stale, Wrong, require, unseen

R = TypeVar("R", bound=Record)
May = Callable[[Any], Any]


# the doors ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def create(record: R, way: Way, *, by: Any, now: datetime, on: date | None = None) -> R:
    """Puts *record* on file, its texts as people see them. Wrong with a sentence for each field that can't be."""
    tidy(record)
    sound(record, way, now)
    keep(record, by=by, now=now)
    tell(record, CREATED, "", by=by, on=on or timezone.localdate(now), now=now)
    return record


@transaction.atomic
def edit(
    record: R,
    way: Way,
    changes: Mapping[str, Any],
    *,
    by: Any,
    now: datetime,
    may: May,
    version: int | None = None,
    allowed: Callable[[R, Collection[str]], None] | None = None,
) -> R:
    """Changes facts; writes only what visibly differs. *allowed* may refuse what is changed. What the stage needs
    can't be emptied: Wrong."""
    fresh = locked(record, way, version=version)
    require(may(fresh))
    changed = differing(fresh, changes)
    if not changed:
        return fresh
    if allowed:
        allowed(fresh, changed)
    for name, value in changed.items():
        setattr(fresh, name, value)
    sound(fresh, way, now)
    if wrong := {gate.field: str(gate.label) for gate in way.ladder.undone(fresh) if gate.field in changed}:
        raise Wrong(wrong)
    return bump(fresh, changed, by=by, now=now)


@transaction.atomic
def advance(
    record: R,
    way: Way,
    *,
    to: str,
    by: Any,
    on: date,
    now: datetime,
    may: May,
    version: int | None = None,
    expect: str | None = None,
    reason: str = "",
    waive: Iterable[str] = (),
    may_waive: May | None = None,
) -> tuple[R, Change]:
    """Moves *record* to *to*; Closed with all gates that block it. *waive* are codes of gates passed by exception,
    with a *reason* and the right to it. Where the stage has a day of its own, *on* is that day if none is on file."""
    fresh = locked(record, way, version=version, expect=expect)
    require(may(fresh))
    under_way(fresh, way)
    if to not in way.ladder.targets(fresh):
        raise NotAllowed(_said(way.words.step, fresh, way, to))
    happened(on, now)
    waived = frozenset(waive)
    if waived:
        _may_waive(fresh, way, waived, reason, may_waive)
    changed = {}
    if day := way.ladder.told(fresh, to):
        changed[day] = on
        setattr(fresh, day, on)
    closed = way.ladder.blockers(fresh, to)
    if unpassed := [gate for gate in closed if gate.code not in waived]:
        raise Closed(unpassed)
    sound(fresh, way, now, *changed)
    seen = [{"code": gate.code, "met": gate not in closed} for gate in way.ladder.up_to(fresh, to)]
    changed["stage"] = way.ladder.after(fresh, to)
    used = [gate.code for gate in closed]
    return fresh, step(fresh, ADVANCED, changed, to=to, by=by, on=on, now=now, reason=reason, waived=used, gates=seen)


@transaction.atomic
def send_back(
    record: R,
    way: Way,
    *,
    to: str,
    by: Any,
    on: date,
    now: datetime,
    may: May,
    reason: str,
    version: int | None = None,
    expect: str | None = None,
    state: str = "",
    stays: bool = False,
) -> tuple[R, Change]:
    """Back to the earlier stage *to*, with a reason; facts stay as they are. With *state* it is put aside there;
    *stays* allows the stage in which it is."""
    fresh = locked(record, way, version=version, expect=expect)
    require(may(fresh))
    under_way(fresh, way)
    if to not in way.ladder.earlier(fresh.stage) and not (stays and to == fresh.stage):
        raise NotAllowed(_said(way.words.back, fresh, way, to))
    happened(on, now)
    reasoned(reason)
    changed = {"stage": to} | ({"state": state, way.why: reason.strip()[:LONGEST]} if state else {})
    return fresh, step(fresh, SENT_BACK, changed, by=by, on=on, now=now, reason=reason)


@transaction.atomic
def put_aside(
    record: R,
    way: Way,
    state: str,
    *,
    by: Any,
    on: date,
    now: datetime,
    may: May,
    reason: str,
    version: int | None = None,
    expect: str | None = None,
    since: Collection[str] = (),
) -> tuple[R, Change]:
    """Into *state* beside its stage, with a reason. From under way, or from one of the states *since* as well."""
    fresh = locked(record, way, version=version, expect=expect)
    require(may(fresh))
    if fresh.state not in since:
        under_way(fresh, way)
    happened(on, now)
    in_order(fresh, way, on)
    reasoned(reason)
    changed = {"state": state, way.why: reason.strip()[:LONGEST]}
    return fresh, step(fresh, state, changed, by=by, on=on, now=now, reason=reason)


@transaction.atomic
def resume(
    record: R, way: Way, *, by: Any, on: date, now: datetime, may: May, reason: str = "", version: int | None = None
) -> tuple[R, Change | None]:
    """Takes up again what was put aside, in the stage where it stood; a second click changes nothing."""
    fresh = locked(record, way, version=version)
    require(may(fresh))
    if fresh.state == way.active:
        return fresh, None
    happened(on, now)
    in_order(fresh, way, on)
    changed = {"state": way.active, way.why: ""}
    return fresh, step(fresh, RESUMED, changed, by=by, on=on, now=now, reason=reason)


# what they are made of ----------------------------------------------------------------------------------------------


def locked(record: R, way: Way | None = None, *, version: int | None = None, expect: str | None = None) -> R:
    """The row as it is now, held until the transaction ends; Stale if it isn't what the page had shown.

    Without joins: what PostgreSQL joins to a row that it had to wait for is older than that row. On SQLite the
    IMMEDIATE transaction is the lock.
    """
    fresh = type(record)._base_manager.select_for_update().get(pk=record.pk)
    why = _said(way.words.stale, fresh, way) if way and way.words.stale else ""
    unseen(fresh, version, why)
    if expect is not None and fresh.stage != expect:
        raise Stale(fresh, why)
    return fresh


def under_way(record: Any, way: Way) -> None:
    if record.state != way.active:
        raise NotAllowed(_said(way.words.aside, record, way))


def happened(on: date, now: datetime) -> None:
    if on > timezone.localdate(now):
        raise Wrong({"on": _("The day lies in the future: write the day on which it happened")})


def in_order(record: Any, way: Way, on: date) -> None:
    """Wrong if *record* was put aside or taken up again after *on*: counted by their days, the two would change
    places."""
    beside = changes_of(record).filter(~Q(kind__in=(CREATED, ADVANCED, SENT_BACK)) | ~Q(state=way.active))
    before = beside.order_by("-on", "-pk").values_list("on", flat=True).first()
    if before is not None and on < before:
        said = _("It was put aside or taken up again on %(day)s: the day can't be before that")
        raise Wrong({"on": said % {"day": figures.day(before)}})


def reasoned(reason: str) -> None:
    if not reason.strip():
        raise NeedsReason


def sound(record: Any, way: Way, now: datetime, *told: str) -> None:
    """Wrong with a sentence for each field that can't be; what is wrong with the days *told* by a step is said of the
    step's own day."""
    wrong = dict(way.impossible(record))
    for name in way.days:
        if (day := getattr(record, name)) is not None and day > timezone.localdate(now):
            wrong[name] = _("The day lies in the future: write the day on which it happened")
    if wrong:
        raise Wrong({"on" if name in told else name: why for name, why in wrong.items()})


def bump(record: R, changed: Iterable[str], *, by: Any, now: datetime, reason: str = "") -> R:
    """Saves the fields *changed* as the next version, with history."""
    record.version += 1
    keep(record, by=by, now=now, reason=reason.strip(), fields=[*changed, "version"])
    return record


def step(
    record: Any,
    kind: str,
    changed: Mapping[str, Any],
    *,
    by: Any,
    on: date,
    now: datetime,
    reason: str = "",
    to: str = "",
    waived: Iterable[str] = (),
    gates: Iterable[dict[str, object]] = (),
) -> Change:
    """Writes *changed* as the next version, and the dated row that says what happened."""
    old = record.stage
    for name, value in changed.items():
        setattr(record, name, value)
    bump(record, changed, by=by, now=now, reason=reason)
    return tell(record, kind, old, to=to, by=by, on=on, now=now, reason=reason, waived=waived, gates=gates)


def tell(
    record: Any,
    kind: str,
    old: str,
    *,
    by: Any,
    on: date,
    now: datetime,
    reason: str = "",
    to: str = "",
    waived: Iterable[str] = (),
    gates: Iterable[dict[str, object]] = (),
) -> Change:
    """The dated row of a step: who, when it happened, when typed, why, what the gates saw."""
    return changes_of(record).create(
        kind=kind,
        old=old,
        new=to or record.stage,
        state=record.state,
        on=on,
        typed_at=now,
        by=by,
        reason=reason.strip()[:LONGEST],
        waived=list(waived),
        gates=list(gates),
    )


def _may_waive(record: Any, way: Way, codes: Collection[str], reason: str, may: May | None) -> None:
    known = way.ladder.by_code
    for code in sorted(codes):
        if code not in known:
            raise NotAllowed(_("There is no gate “%(code)s”") % {"code": code})
        if may is None or not known[code].waivable:
            raise NotAllowed(_("No exception is made here: %(gate)s") % {"gate": known[code].label})
    if may is not None:
        require(may(record))
    if not reason.strip():
        raise NeedsReason(_("An exception needs a reason: it stays visible"))


def _said(words: Any, record: Any, way: Way, to: str = "") -> str:
    names = {"old": way.ladder.label(record.stage), "new": way.ladder.label(to) if to else ""}
    return str(words) % (names | {"stage": names["old"], "state": record.get_state_display()})
