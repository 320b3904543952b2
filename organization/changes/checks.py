"""What can't be done to a unit, in words: asked before a change is shown, planned and carried out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from core.affected import affected
from core.refusals import Wrong
from organization.changes.models import Kind, UnitChange
from organization.people.models import Post
from organization.units.models import Unit, is_within

LONGEST = 200  # of a path


def check(change: UnitChange, *, now: datetime) -> None:
    """Wrong with a sentence by field if *change* can't be carried out as things stand."""
    unit, wrong = change.unit, dict[str, str]()
    if unit.is_county:
        raise Wrong({"kind": _("The whole place stands in its file: it is changed there")})
    if not unit.active:
        raise Wrong({"kind": _("%(unit)s isn't there any more") % {"unit": unit.name}})
    if unit.since and change.on <= unit.since:
        wrong["on"] = _("The unit is there since %(day)s: write a later day") % {"day": unit.since}
    if not change.reason.strip():
        wrong["reason"] = _("Write why: it stays with the unit")
    match change.kind:
        case Kind.RENAME:
            wrong |= _rename(change)
        case Kind.MOVE:
            wrong |= _move(change)
        case Kind.MERGE:
            wrong |= _into(change, change.into) if change.into else {"into": _("Say which unit it is merged into")}
        case Kind.CLOSE:
            wrong |= _into(change, change.into) if change.into else _alone(unit, now)
    if wrong:
        raise Wrong(wrong)


def _rename(change: UnitChange) -> dict[str, str]:
    unit = change.unit
    if not change.new_name:
        return {"new_name": _("Write the new name")}
    if (change.new_name, change.new_short_name) == (unit.name, unit.short_name):
        return {"new_name": _("It is called so already")}
    wrong = {}
    others = Unit.objects.filter(county=unit.county_id).exclude(pk=unit.pk)
    for field, name in (("new_name", change.new_name), ("new_short_name", change.new_short_name)):
        called = Q(name=name) | Q(short_name=name)
        if (other := others.filter(called).first()) or (other := _by_alias(others, name)):
            wrong[field] = _("%(unit)s is called “%(name)s”") % {"unit": other.name, "name": name}
    return wrong


def _by_alias(units: Iterable[Unit], name: str) -> Unit | None:
    return next((unit for unit in units if name in unit.aliases), None)


def _move(change: UnitChange) -> dict[str, str]:
    unit, place = change.unit, change.new_parent
    if place is None:
        return {"new_parent": _("Say below which unit it stands from then on")}
    said = ""
    if place.county_id != unit.county_id:
        said = _("%(unit)s is another county's") % {"unit": place.name}
    elif is_within(place.path, [unit]):
        said = _("A unit can't stand below itself or a unit of its own")
    elif place.pk == unit.parent_id:
        said = _("It stands there already")
    elif not place.active:
        said = _("%(unit)s isn't there any more") % {"unit": place.name}
    elif any(len(path) > LONGEST for path in paths_below(unit, place).values()):
        said = _("There are too many units above it")
    return {"new_parent": said} if said else {}


def _into(change: UnitChange, into: Unit) -> dict[str, str]:
    unit, said = change.unit, ""
    if into == unit:
        said = _("A unit can't be merged into itself")
    elif into.county_id != unit.county_id:
        said = _("%(unit)s is another county's") % {"unit": into.name}
    elif is_within(into.path, [unit]):
        said = _("%(unit)s stands below it: move it first") % {"unit": into.name}
    elif into.is_county:
        said = _("The whole place does no unit's work: name a unit")
    elif not into.active:
        said = _("%(unit)s isn't there any more") % {"unit": into.name}
    elif UnitChange.objects.planned().filter(unit=into, kind__in=[Kind.MERGE, Kind.CLOSE], on__lte=change.on).exists():
        said = _("%(unit)s is to end by then itself") % {"unit": into.name}
    elif any(len(path) > LONGEST for path in paths_below(unit, into).values()):
        said = _("There are too many units above it")
    return {"into": said} if said else {}


def _alone(unit: Unit, now: datetime) -> dict[str, str]:
    """A unit ends without a successor only if nothing hangs on it, or on its posts, which end with it."""
    found = Counter[str]()
    for thing in (unit, *Post.objects.filter(unit=unit, active=True).select_related("unit__county")):
        found.update({str(one.label): one.number for one in affected(thing, now)})
    things = [f"{label} {number}" for label, number in found.items()]
    if below := Unit.objects.filter(parent=unit, active=True).count():
        things.append(_("units below it %(n)s") % {"n": below})
    if not things:
        return {}
    return {"into": _("This hangs on it: %(things)s. Say who does it from then on") % {"things": _(", ").join(things)}}


def paths_below(unit: Unit, place: Unit) -> dict[int, str]:
    """The new paths of *unit* and of all below it, if it stands below *place*, by pk."""
    start = f"{place.path}{unit.code}/"
    below = Unit.objects.within(unit).values_list("pk", "path")
    return {pk: start + path.removeprefix(unit.path) for pk, path in below}


def posts_of(unit: Unit) -> int:
    return Post.objects.filter(unit=unit, active=True).count()


def last_day(on: date) -> date:
    """The last day of what ends when something else holds from *on*."""
    return date.fromordinal(on.toordinal() - 1)
