"""What happens to squads: formed, changed, ended; on and off work on their days. Each writes history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.records.history import differing, keep
from core.refusals import NotAllowed, Wrong, require, unseen
from organization.people.models import Post, User
from organization.squads.models import Squad
from organization.squads.permissions import can_manage_squads
from organization.units.models import Unit, UnitKind

SINGLE = ("lead", "duties", "since", "until")
SEVERAL = ("members", "heads")
FACTS = (*SINGLE, *SEVERAL)


@transaction.atomic
def form_squad(county: Unit, *, name: str, by: User, now: datetime, **facts: Any) -> Squad:
    """A squad of *county*: the unit of kind squad that has that *name* and no squad yet, or a new one.

    *facts* are those of FACTS. Wrong with a sentence for each that can't be; NotAllowed.
    """
    require(can_manage_squads(by, county))
    Unit.objects.select_for_update(no_key=True).get(pk=county.pk)  # two at once can't make one name twice
    unit = _unit_for(county, name.strip(), by, now)
    return write_squad(Squad(unit=unit), facts, by=by, now=now)


@transaction.atomic
def change_squad(
    squad: Squad, *, by: User, now: datetime, version: int | None = None, reason: str = "", **changes: Any
) -> Squad:
    """Changes facts of FACTS; writes only what differs. Without its last day an ended squad works again."""
    fresh = _locked(squad)
    require(can_manage_squads(by, fresh.unit.county_id))
    unseen(fresh, version)
    return write_squad(fresh, changes, by=by, now=now, reason=reason)


@transaction.atomic
def end_squad(
    squad: Squad, *, on: date, by: User, now: datetime, version: int | None = None, reason: str = ""
) -> Squad:
    """*on* is its last day, past or to come. The unit, its posts and what the projects say of it stay."""
    fresh = _locked(squad)
    require(can_manage_squads(by, fresh.unit.county_id))
    unseen(fresh, version)
    if fresh.until is not None and fresh.until < timezone.localdate(now):
        raise NotAllowed(_("The squad has ended already"))
    return write_squad(fresh, {"until": on}, by=by, now=now, reason=reason)


@transaction.atomic
def keep_in_step(county: Unit, *, now: datetime) -> int:
    """On the day: squads whose first day has come work, those whose last day is over don't. How many changed."""
    on, changed = timezone.localdate(now), 0
    for squad in Squad.objects.select_for_update(of=("self",)).filter(unit__county=county).order_by("pk"):
        if squad.active != squad.works(on):
            squad.active = not squad.active
            keep(squad, by=None, now=now, fields=["active"])
            changed += 1
    return changed


@transaction.atomic
def replace_unit(unit: Unit, to: Unit, *, by: User | None, now: datetime) -> int:
    """*to* takes the place of *unit* in the squads that it leads or is a member of. How many."""
    touched = (Squad.objects.filter(lead=unit) | Squad.objects.filter(members=unit)).values_list("pk", flat=True)
    return _each(set(touched), lambda squad: _with(squad, unit, to), by=by, now=now)


@transaction.atomic
def end_with_unit(unit: Unit, *, by: User | None, now: datetime, reason: str) -> int:
    """The squad of *unit*, which goes, has its last day before today, if it isn't over. How many."""
    last = timezone.localdate(now) - timedelta(days=1)
    rows = list(Squad._base_manager.select_for_update().filter(unit=unit).exclude(until__lt=last + timedelta(days=1)))
    for squad in rows:
        first = min(squad.since, last) if squad.since else None
        write_squad(squad, {"since": first, "until": last}, by=by, now=now, reason=reason)
    return len(rows)


@transaction.atomic
def replace_head(post: Post, to: Post, *, by: User | None, now: datetime) -> int:
    """*to* heads the squads that *post* heads. How many."""
    touched = set(Squad.objects.filter(heads=post).values_list("pk", flat=True))
    return _each(touched, lambda squad: {"heads": _instead(squad.heads.all(), post, to)}, by=by, now=now)


def write_squad(squad: Squad, facts: Mapping[str, Any], *, by: User | None, now: datetime, reason: str = "") -> Squad:
    """Writes those of *facts* that differ, as the next version with one row of history; the caller holds the lock."""
    if unknown := set(facts) - set(FACTS):
        raise TypeError(f"no facts of a squad: {sorted(unknown)}")
    facts = dict(facts)
    if "duties" in facts:
        facts["duties"] = [line.strip() for line in facts["duties"] if line.strip()]
    several = {name: list(facts.pop(name)) for name in SEVERAL if name in facts}
    changed = facts if squad.pk is None else differing(squad, facts)
    for name, value in changed.items():
        setattr(squad, name, value)
    if squad.pk is not None:
        several = {name: rows for name, rows in several.items() if set(getattr(squad, name).all()) != set(rows)}
    _sound(squad, several)
    if squad.pk is not None and not changed and not several:
        return squad
    squad.active = squad.works(timezone.localdate(now))
    marked: Any = squad
    marked.skip_history_when_saving = True  # one row of history for the whole act: that of `keep` below
    if squad.pk is None:
        squad.save()
    else:
        squad.version += 1
    for name, rows in several.items():
        getattr(squad, name).set(rows)
    del marked.skip_history_when_saving
    keep(squad, by=by, now=now, reason=reason.strip())
    return squad


def _locked(squad: Squad) -> Squad:
    return Squad._base_manager.select_for_update().get(pk=squad.pk)


def _each(touched: Iterable[int], facts: Any, *, by: User | None, now: datetime) -> int:
    """Writes *facts* of each of *touched*, locked in one order."""
    rows = list(Squad._base_manager.select_for_update().filter(pk__in=list(touched)).order_by("pk"))
    for squad in rows:
        write_squad(squad, facts(squad), by=by, now=now)
    return len(rows)


def _with(squad: Squad, unit: Unit, to: Unit) -> dict[str, Any]:
    own = to.pk == squad.unit_id  # nobody leads or joins himself
    members = [one for one in _instead(squad.members.all(), unit, to) if one.pk != squad.unit_id]
    facts: dict[str, Any] = {"members": members}
    return facts | ({"lead": None if own else to} if squad.lead_id == unit.pk else {})


def _instead(rows: Iterable[Any], old: Any, new: Any) -> list[Any]:
    return list(dict.fromkeys(new if row == old else row for row in rows))


def _unit_for(county: Unit, name: str, by: User, now: datetime) -> Unit:
    if not name:
        raise Wrong({"name": _("Not filled in yet")})
    there = Unit.objects.filter(county=county, name=name).first()
    if there is not None:
        if there.kind != UnitKind.SQUAD or Squad.objects.filter(unit=there).exists():
            raise Wrong({"name": _("The county has a unit of that name already")})
        return there
    codes = set(Unit.objects.filter(county=county).values_list("code", flat=True))
    number = next(n for n in range(1, len(codes) + 2) if f"zhuanban{n}" not in codes)
    last = Unit.objects.filter(county=county).order_by("-position").values_list("position", flat=True).first() or 0
    unit = Unit(
        code=f"zhuanban{number}",
        name=name,
        short_name=name,
        kind=UnitKind.SQUAD,
        parent=county,
        position=last + 1,
    )
    keep(unit, by=by, now=now)
    return unit


def _sound(squad: Squad, several: Mapping[str, list[Any]]) -> None:
    """Wrong with a sentence for each fact that can't be."""
    wrong: dict[str, str] = {}
    county = squad.unit.county_id
    if squad.since and squad.until and squad.until < squad.since:
        wrong["until"] = _("the last day is before the first")
    if squad.lead is not None and (squad.lead.county_id != county or squad.lead_id == squad.unit_id):
        wrong["lead"] = _("The lead unit is another unit of the county")
    if any(unit.county_id != county or unit.pk == squad.unit_id for unit in several.get("members", ())):
        wrong["members"] = _("Members are other units of the county")
    if any(post.unit.county_id != county for post in several.get("heads", ())):
        wrong["heads"] = _("Heads hold posts of the county")
    if wrong:
        raise Wrong(wrong)
