"""What a county's profile says of reports, lights and classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _

from core.days.periods import Period
from core.indicators import GapAs
from core.shapes import Say, between, once, one_of, tables, unknown
from organization.people.models import Role
from organization.profiles.rules import Profile, Section, rules_of
from organization.units.models import Unit
from projects import classes
from projects.choices import ApprovalKind
from projects.classes import ClassRules
from projects.procedures import Added, Procedure, Track, ring


@dataclass(frozen=True)
class RoundRules:
    """When a round opens and is due.

    Monthly: it opens on `open_day` of the month itself, it is due on `due_day` of the next month.
    Weekly: both are ISO weekdays of the week itself. A due day that is a rest day moves to the next working day.
    """

    open_day: int
    due_day: int
    due_time: time = time(18, 0)
    enabled: bool = True


@dataclass(frozen=True)
class MonthlyRules(RoundRules):
    open_day: Annotated[int, between(1, 31)]
    due_day: Annotated[int, between(1, 31)]


@dataclass(frozen=True)
class LightRules:
    """Where the lights change. `points`: percentage points below pace; amber and red from this many on."""

    measure: Literal["points"] = "points"
    gap: GapAs = "printed"  # the distance from the pace as printed: of the printed figures, or of the exact ones
    amber_below: Annotated[int, between(0, 100)] = 10
    red_below: Annotated[int, between(0, 100)] = 30
    start_amber_days: Annotated[int, between(0, 366)] = 0  # days after the planned start: amber beyond this
    start_red_days: Annotated[int, between(0, 366)] = 30  # red beyond this
    nodes: bool = False  # whether a milestone of the schedule (倒排工期) that isn't reached lights: working days late
    node_amber_days: Annotated[int, between(0, 366)] = 0  # amber beyond this
    node_red_days: Annotated[int, between(0, 366)] = 10  # red beyond this
    node_near_days: Annotated[int, between(0, 366)] = (
        10  # at risk: one before it is open, and it is due within so many
    )
    stale_days: Annotated[int, between(1, 366)] = 45


@dataclass(frozen=True)
class ReportRules:
    """When a figure asks for a word of explanation (it never blocks)."""

    jump_times: Annotated[int, between(1, 1000)] = 3  # above this many times the average of the earlier months
    jump_floor: Annotated[int, between(0, 10**13)] = 10_000_000  # yuan: smaller months are never called a jump


@dataclass(frozen=True)
class StepRules:
    """From how many days before its planned day a stage is offered as the next step; earlier the distance is said."""

    early_days: Annotated[int, between(0, 3660)] = 60


@dataclass(frozen=True)
class EntryRules:
    """Who says that a project is in the statistics: the holders of this role; the others propose it."""

    confirmed_by: Annotated[str, one_of((Role.STATISTICS, Role.OFFICE))] = Role.STATISTICS


def month_and_day(text: str) -> str:
    """Rule of a value: MM-DD, or nothing."""
    try:
        date.fromisoformat(f"2000-{text}" if text else "2000-01-01")
    except ValueError:
        return _("expected a month and a day such as 05-31, found “%(value)s”") % {"value": text}
    return ""


@dataclass(frozen=True)
class ApprovalRules:
    """Which unit gives an approval: kind → the unit's code. Its approver puts it on file, where the county says so.
    The catalogue says what follows what, the tracks which of it a project needs. What a county adds stands in both
    from then on: behind the others, in the tracks that it names."""

    authority: dict[str, str] = field(default_factory=dict)
    catalogue: tuple[Procedure, ...] = ()
    added: tuple[Added, ...] = ()
    tracks: tuple[Track, ...] = ()
    obtain_by: Annotated[str, month_and_day] = ""  # MM-DD of the year of the planned start, where all are to be there
    obtain_target: Annotated[int, between(0, 100)] = 0  # percent of the items by that day; 0: none is set
    joint_target: Annotated[int, between(0, 100)] = 0  # percent of the items for joint review
    warn_days: tuple[Annotated[int, between(1, 366)], ...] = (90, 30, 7)  # before a validity ends

    def __post_init__(self) -> None:
        there = {one.code for one in self.catalogue}
        more = tuple(one for one in self.added if one.code not in there)
        tracks = tuple(
            replace(track, steps=tuple(dict.fromkeys((*track.steps, *_of_track(track.code, self.added)))))
            for track in self.tracks
        )
        object.__setattr__(self, "catalogue", (*self.catalogue, *more))
        object.__setattr__(self, "tracks", tracks)

    @property
    def by_code(self) -> dict[str, Procedure]:
        return {one.code: one for one in self.catalogue}

    def name(self, kind: str) -> str:
        """What people call the approval *kind*."""
        found = self.by_code.get(kind)
        return str(found.name if found else dict(ApprovalKind.choices).get(kind, kind))


def _of_track(code: str, added: Iterable[Added]) -> list[str]:
    return [one.code for one in added if code in one.tracks]


def kind_name(county: Unit, kind: str) -> str:
    """What an approval is called, a county's own too."""
    standard = dict(ApprovalKind.choices)
    return str(standard[kind]) if kind in standard else rules_of(county)[ApprovalRules].name(kind)


def _approvals(table: Any, profile: Profile, say: Say) -> None:
    for key in ("catalogue", "added", "tracks"):
        once(table, key, "code", ("approvals",), say)
    listed = [("catalogue", at, one) for at, one in tables(table, "catalogue")]
    added = [("added", at, one) for at, one in tables(table, "added")]
    known = [*ApprovalKind.values, *(str(one.get("code")) for _key, _at, one in (*listed, *added))]
    _authority(table, profile, say, known)
    _own(listed, added, say)
    named = [(key, at, one, name) for key, at, one in (*listed, *added) for name in ("after", "law")]
    named += [("tracks", at, one, "steps") for at, one in tables(table, "tracks")]
    for key, at, one, name in named:
        for n, code in enumerate(_codes(one, name)):
            if code not in known:
                say(("approvals", key, at, name, f"#{n}"), unknown(code, known))
    rows = [one for _key, _at, one in (*listed, *added)]
    ways = [Procedure(str(one.get("code")), after=_codes(one, "after"), law=_codes(one, "law")) for one in rows]
    if found := ring(ways):
        said = _("each waits for the next one, in a ring: %(codes)s") % {"codes": " → ".join([*found, found[0]])}
        own = {str(one.get("code")) for _key, _at, one in added}
        say(("approvals", "added" if own.intersection(found) else "catalogue"), said)


def _own(listed: Sequence[Any], added: Sequence[Any], say: Say) -> None:
    """What a county calls its own has a name, and isn't in the catalogue already."""
    there = {*ApprovalKind.values, *(str(one.get("code")) for _key, _at, one in listed)}
    for key, at, one in (*listed, *added):
        if str(one.get("code")) not in ApprovalKind.values and not one.get("label"):
            say(("approvals", key, at, "label"), _("an approval of the county's own needs a name"))
    for key, at, one in added:
        if (code := str(one.get("code"))) in there:
            say(("approvals", key, at, "code"), _("“%(code)s” is in the catalogue already") % {"code": code})


def _codes(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = table.get(key)
    return tuple(map(str, found)) if isinstance(found, list) else ()


def _authority(table: Any, profile: Profile, say: Say, known: Sequence[str]) -> None:
    units = [str(unit.get("code")) for _index, unit in tables(profile.data, "unit")]
    found = table.get("authority") if isinstance(table, Mapping) else None
    for kind, unit in found.items() if isinstance(found, Mapping) else ():
        if kind not in known:
            say(("approvals", "authority", kind), unknown(kind, known))
        elif isinstance(unit, str) and unit not in units:
            said = _("no unit has the code “%(code)s”") % {"code": unit}
            say(("approvals", "authority", kind), f"{said}; {unknown(unit, units)}" if units else said)


NODE_DAYS = ("node_amber_days", "node_red_days")


def _lights(table: Any, profile: Profile, say: Say) -> None:
    for milder, worse in (("amber_below", "red_below"), ("start_amber_days", "start_red_days"), NODE_DAYS):
        a, b = (table.get(key) if isinstance(table, Mapping) else None for key in (milder, worse))
        if isinstance(a, int) and isinstance(b, int) and a > b:
            say(
                ("lights", milder),
                _("“%(milder)s” (%(a)s) is above “%(worse)s” (%(b)s): amber comes before red")
                % {"milder": milder, "a": a, "worse": worse, "b": b},
            )
    near = table.get("node_near_days") if isinstance(table, Mapping) else None
    schedule = profile.data.get("schedule")
    most = schedule.get("near_days") if isinstance(schedule, Mapping) else None
    if isinstance(near, int) and isinstance(most, int) and near > most:
        say(
            ("lights", "node_near_days"),
            _("%(a)s is more than near_days of [schedule] (%(b)s): its page would not say what the light says")
            % {"a": near, "b": most},
        )


RULES = (
    Section("monthly", MonthlyRules),
    Section("lights", LightRules, check=_lights),
    Section("reports", ReportRules),
    Section("classes", ClassRules, check=classes.check),
    Section("steps", StepRules),
    Section("entry", EntryRules),
    Section("approvals", ApprovalRules, check=_approvals),
)


def current_period(on: date, rules: RoundRules) -> Period:
    """The month that is being reported on *on*: this one from its opening day, else the one before."""
    month = Period.of(on)
    return month if on.day >= min(rules.open_day, month.last.day) else month.previous()
