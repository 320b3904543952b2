"""Units renamed, moved, merged, closed: planned for a day, carried out on its morning, once.

All refuse as `core.refusals` says. Closed months, accepted reports, published rankings and bulletins stay as they
are; what a unit has to do from the day on goes to its successor, each kind through its own service (`AFFECTED`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.affected import hand_on
from core.noted import note
from core.records.history import keep, newest_version
from core.records.order import last
from core.refusals import NotAllowed, Stale, Wrong, require
from core.told import tell
from organization.changes.checks import check, last_day
from organization.changes.models import Kind, UnitChange
from organization.changes.permissions import can_change_units
from organization.changes.words import in_words
from organization.people import recipients
from organization.people import services as people
from organization.people.models import Post, Role, User
from organization.units.models import Unit


def seen_of(unit: Unit) -> int:
    """What a page has seen of *unit*: the number of its newest row of history."""
    return newest_version(Unit, id=unit.pk)


@transaction.atomic
def plan_change(
    unit: Unit,
    *,
    kind: str,
    on: date,
    by: User,
    now: datetime,
    reason: str,
    new_name: str = "",
    new_short_name: str = "",
    new_parent: Unit | None = None,
    into: Unit | None = None,
    version: int | None = None,
) -> UnitChange:
    """Puts a change of *unit* on file, which holds from the day *on*; one of today or earlier is carried out at once.

    *version* is what the page had shown (`seen_of`). Wrong with a sentence by field; the administrator's.
    """
    require(can_change_units(by, unit.county_id))
    fresh = _locked(unit)
    if version is not None and version != seen_of(fresh):
        raise Stale(fresh)
    change = UnitChange(
        county=fresh.county or fresh,
        unit=fresh,
        kind=kind,
        on=on,
        new_name=new_name.strip(),
        new_short_name=new_short_name.strip() or new_name.strip(),
        new_parent=new_parent if kind == Kind.MOVE else None,
        into=into if kind in (Kind.MERGE, Kind.CLOSE) else None,
        reason=reason.strip()[:300],
        planned_by=by,
        planned_at=now,
    )
    check(change, now=now)
    if UnitChange.objects.planned().filter(unit=fresh, kind=kind).exists():
        raise Wrong({"kind": _("Such a change is planned already: withdraw that one first")})
    change.save()
    if on <= timezone.localdate(now):
        return carry_out(change, now=now, by=by)
    tell("unit_change_planned", change, by=by, now=now, to=_people(change))
    return change


@transaction.atomic
def carry_out(change: UnitChange, *, now: datetime, by: User | None = None) -> UnitChange:
    """Does what is planned, once: of two at the same moment the second finds it done. *by* is nobody where the day
    has come by itself. Wrong if it can't be done as things stand by now."""
    unit = _locked(change.unit)
    fresh = UnitChange.objects.select_for_update().get(pk=change.pk)
    if not fresh.planned:
        return fresh
    fresh.unit = unit
    check(fresh, now=now)
    fresh.old_name, fresh.old_short_name, fresh.old_parent = unit.name, unit.short_name, unit.parent
    told = _people(fresh)
    if fresh.kind == Kind.RENAME:
        _rename(fresh, by, now)
    elif fresh.new_parent:
        _remember(unit, fresh)
        _place(unit, fresh.new_parent, by, now, fresh.reason)
    else:
        _end(fresh, by, now)
    fresh.done_at = now
    fresh.save()
    detail = {"reason": fresh.reason, "planned_by": fresh.planned_by and fresh.planned_by.username}
    note("unit_changed", unit, by=by, now=now, words=in_words(fresh), detail=detail)
    tell("unit_changed", fresh, by=by, now=now, to=told)
    return fresh


def carry_out_due(county: Unit, *, now: datetime) -> int:
    """Carries out all that holds by now in *county*, in the order of their days; how many.

    One that can't be done any more is withdrawn with the reason, and the administrators are told.
    """
    return people.carry_out_all(
        UnitChange.objects.filter(county=county).select_related("unit"),
        act=lambda change: carry_out(change, now=now),
        give_up=lambda change, why: _give_up(change, why, now),
        now=now,
    )


def keep_valid(county: Unit, *, now: datetime) -> int:
    """Units whose first day has come are valid, those whose last day is over aren't any more; how many changed."""
    today = timezone.localdate(now)
    units = Unit.objects.filter(county=county, merged_into=None)
    begun = units.filter(active=False, since__lte=today).exclude(until__lt=today)
    ended = units.filter(active=True, until__lt=today)
    changed = [unit for unit in (*begun, *ended) if unit.active or not _closed(unit)]
    for unit in changed:
        unit.active = not unit.active
        keep(unit, by=None, now=now, reason=_("By the days that the county's file says"), fields=["active"])
    return len(changed)


@transaction.atomic
def withdraw(change: UnitChange, *, by: User, now: datetime) -> UnitChange:
    """Takes a planned change back before its day; twice changes nothing. Stale for one that is carried out."""
    require(can_change_units(by, change.county_id))
    fresh = UnitChange.objects.select_for_update().get(pk=change.pk)
    if fresh.done_at:
        raise Stale(fresh, _("It is carried out by now"))
    if fresh.planned:
        people.take_off_plan(fresh, by=by, now=now)
    return fresh


@transaction.atomic
def plan_again(change: UnitChange, *, by: User, now: datetime) -> UnitChange:
    """A plan that was withdrawn stands again, while its day is to come."""
    require(can_change_units(by, change.county_id))
    return people.put_back_on_plan(UnitChange.objects.select_for_update().get(pk=change.pk), now=now)


@transaction.atomic
def take_back_rename(unit: Unit, *, by: User, now: datetime, reason: str) -> Unit:
    """The unit is called as before, if nothing else was done to it since; it stays on file that it was renamed."""
    require(can_change_units(by, unit.county_id))
    fresh = _locked(unit)
    newest = UnitChange.objects.filter(unit=fresh).exclude(done_at=None).order_by(last("-done_at"), "-pk").first()
    if newest is None or newest.kind != Kind.RENAME or newest.withdrawn_at or newest.new_name != fresh.name:
        raise NotAllowed(_("Something else was done to it since: rename it anew"))
    fresh.name, fresh.short_name = newest.old_name, newest.old_short_name
    before = fresh.former.pop()
    fresh.aliases = before["aliases"]
    keep(fresh, by=by, now=now, reason=reason, fields=["name", "short_name", "former", "aliases"])
    people.take_off_plan(newest, by=by, now=now, why=reason)
    return fresh


# the acts -----------------------------------------------------------------------------------------------------------


def _rename(change: UnitChange, by: User | None, now: datetime) -> None:
    unit = change.unit
    _remember(unit, change)
    wanted = {change.new_name, change.new_short_name}
    old = [name for name in (unit.name, unit.short_name) if name not in wanted]
    unit.aliases = [name for name in dict.fromkeys([*unit.aliases, *old]) if name not in wanted]
    unit.name, unit.short_name = change.new_name, change.new_short_name
    keep(unit, by=by, now=now, reason=change.reason, fields=["name", "short_name", "aliases", "former"])


def _end(change: UnitChange, by: User | None, now: datetime) -> None:
    """Merged or closed: what hangs on it goes over, then it is there no more."""
    unit, into = change.unit, change.into
    _remember(unit, change, ended=True)
    unit.until = last_day(change.on)  # what is handed on passes on the day after
    if into is None:
        people.end_posts(unit, on=change.on, now=now, by=by, reason=change.reason)
    else:
        said = _("%(unit)s: %(kind)s") % {"unit": unit.name, "kind": change.get_kind_display()}
        reason = _("; ").join([said, change.reason])
        for child in Unit.objects.filter(parent=unit, active=True).order_by("pk"):
            _place(child, into, by, now, reason)
        hand_on(unit, into, by=by, now=now, reason=reason)
        people.move_posts(unit, into, now=now, by=by, reason=reason)
    unit.active = False
    unit.merged_into = into
    keep(unit, by=by, now=now, reason=change.reason, fields=["active", "until", "merged_into", "former"])
    for other in UnitChange.objects.planned().filter(unit=unit).exclude(pk=change.pk):
        _give_up(other, _("%(unit)s isn't there any more") % {"unit": unit.name}, now)


def _place(unit: Unit, place: Unit, by: User | None, now: datetime, reason: str) -> None:
    """*unit* below *place*, and all paths below it; parents first, since a path is made of the parent's."""
    below = list(Unit.objects.within(unit).exclude(pk=unit.pk))
    unit.parent = place
    keep(unit, by=by, now=now, reason=reason)
    moved = {unit.pk: unit}
    for one in sorted(below, key=lambda one: one.path.count("/")):
        one.parent = moved[one.parent_id or 0]
        keep(one, by=by, now=now, reason=reason)
        moved[one.pk] = one


def _remember(unit: Unit, change: UnitChange, *, ended: bool = False) -> None:
    """What *unit* was up to the day before the change."""
    before = {
        "until": last_day(change.on).isoformat(),
        "name": unit.name,
        "short_name": unit.short_name,
        "parent": unit.parent.code if unit.parent else "",
        "aliases": list(unit.aliases),
    }
    unit.former = [*unit.former, before | ({"ended": True} if ended else {})]


# helpers ------------------------------------------------------------------------------------------------------------


def _locked(unit: Unit) -> Unit:
    """*unit* as it is now, under the lock of its county: changes of units of one county follow each other."""
    county = unit.county or unit
    Unit.objects.select_for_update(no_key=True).get(pk=county.pk)
    return Unit.objects.get(pk=unit.pk)


def _closed(unit: Unit) -> bool:
    return any(one.get("ended") for one in unit.former)


def _people(change: UnitChange) -> list[User]:
    """Those who work in the unit, or in the other one that it concerns, and the command office."""
    units = [unit for unit in (change.unit, change.into, change.new_parent) if unit and not unit.is_county]
    posts = Post.objects.filter(unit__in=units, active=True, holder__is_active=True).select_related("holder")
    found: Iterable[User | None] = [*(post.holder for post in posts), *recipients.office(change.county)]
    return list({person.pk: person for person in found if person and person != change.planned_by}.values())


def _give_up(change: UnitChange, why: str, now: datetime) -> None:
    people.take_off_plan(change, by=None, now=now, why=why)
    admins = recipients.holders(change.county, Role.ADMIN)
    tell("unit_change_failed", change, by=None, now=now, why=why, to=admins)
