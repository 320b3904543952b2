"""Milestones: laid backwards from a target day, moved, forecast, reached, added, taken out, taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.amounts import figures
from core.days import workdays
from core.days.office import Days, calendar, local_day
from core.flow import services as flow
from core.records import bulk
from core.records.history import keep
from core.refusals import NeedsReason, NotAllowed, Refused, Stale, Wrong, require
from core.told import tell
from organization.people.models import User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.choices import State
from projects.milestones import rules
from projects.milestones.models import Milestone, MilestoneLate, Schedule
from projects.milestones.permissions import can_schedule
from projects.milestones.rules import Node, ScheduleRules
from projects.registry.models import Project
from projects.registry.months.services import follow

FIRST = date(2000, 1, 1)
KEPT = (
    "id", "code", "own", "label", "label_en", "stage", "fact", "days", "after", "position",
    "planned_on", "first_on", "forecast_on", "done_on",
)  # fmt: skip
DATES = ("planned_on", "first_on", "forecast_on", "done_on")


@dataclass(frozen=True)
class Typed:
    """The three days of a milestone as somebody typed them."""

    planned: date
    forecast: date | None = None
    done: date | None = None


def field(name: str, pk: int) -> str:
    """The field of a day in the form of all milestones: what is wrong with it is said there."""
    return f"{name}_{pk}"


# laid ---------------------------------------------------------------------------------------------------------------


@transaction.atomic
def lay_out(
    project: Project,
    *,
    target: date,
    template: str,
    by: User,
    now: datetime,
    reason: str = "",
    version: int | None = None,
) -> Schedule:
    """Lay the milestones of *template* backwards from *target*. Laid anew they keep what was reached and when they
    were first planned; those added by hand stay. A target that is put off needs a *reason*."""
    held = _hold(project, by, version)
    fresh, schedule = held.project, held.schedule
    found = rules_of(fresh.county)[ScheduleRules].named(template)
    if found is None:
        raise Wrong({"template": _("There is no such template: choose one of the list")})
    _target_is_sound(target, now)
    put_off = schedule.target_on is not None and target > schedule.target_on
    if schedule.target_on is not None and put_off:
        _reasoned(reason, schedule.target_on)
    old, own, days = {row.code: row for row in held.rows}, [row for row in held.rows if row.own], calendar()
    mine = {row.code for row in own}
    kept = {code: tuple(one for one in row.after if one in mine) for code, row in old.items()}
    nodes = [Node(step.code, step.days, (*step.after, *kept.get(step.code, ()))) for step in found.milestone]
    codes = {node.code for node in nodes} | mine
    nodes += [Node(row.code, row.days, tuple(code for code in row.after if code in codes)) for row in own]
    planned = _backwards(nodes, target, days)
    made = []
    for position, step in enumerate(found.milestone):
        row = old.get(step.code) or Milestone(county=fresh.county, project=fresh, code=step.code)
        row.label, row.label_en = _both(step.label)
        row.stage, row.fact, row.days, row.after = step.stage, step.ends, step.days, list(nodes[position].after)
        row.position, row.planned_on = position, planned[step.code]
        row.first_on = row.first_on or row.planned_on
        row.done_on = None if row.fact else row.done_on
        made.append(row)
    for position, (row, node) in enumerate(zip(own, nodes[len(found.milestone) :], strict=True), len(made)):
        row.position, row.planned_on, row.after = position, planned[row.code], list(node.after)
        made.append(row)
    schedule.target_on, schedule.template = target, template
    _write(held, made, by=by, now=now, reason=reason)
    if put_off:
        tell("schedule_put_off", schedule, by=by, now=now, why=reason.strip())
    return schedule


def _target_is_sound(target: date, now: datetime) -> None:
    today = timezone.localdate(now)
    if target < today:
        raise Wrong({"target": _("The target day is over: choose a day that is to come")})
    if target.year > today.year + rules.YEARS_AHEAD:
        said = _("The target day is more than %(n)s years off") % {"n": rules.YEARS_AHEAD}
        raise Wrong({"target": said})


def _backwards(nodes: Sequence[Node], target: date, days: Days) -> dict[str, date]:
    try:
        planned = rules.backwards(nodes, target, days)
    except rules.Ring as ring:
        raise Refused(_ring(ring, {})) from ring
    if min(planned.values()) < FIRST:
        raise Wrong({"target": _("The first milestone would lie before the year 2000")})
    return planned


def _ring(ring: rules.Ring, names: Mapping[str, str]) -> str:
    said = " → ".join(names.get(code, code) for code in ring.codes)
    return _("These milestones would wait for each other: %(ring)s") % {"ring": said}


def _both(label: Any) -> tuple[str, str]:
    """A label of the county's file in its own language and in English."""
    with translation.override(settings.LANGUAGE_CODE):
        own = str(label)
    with translation.override("en"):
        english = str(label)
    return own[:60], english[:80]


# moved --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_days(
    project: Project,
    *,
    typed: Mapping[int, Typed],
    by: User,
    now: datetime,
    along: bool = False,
    reason: str = "",
    version: int | None = None,
) -> Schedule:
    """Write the days of the milestones *typed*, by key. With *along*, what hangs on one that moves moves by as many
    working days; without it, an order that doesn't fit is refused. Past the target day it needs a *reason*."""
    held = _hold(project, by, version)
    schedule, rows = held.schedule, held.rows
    if not rows or typed.keys() - {row.pk for row in rows}:
        raise Stale(schedule)
    days = calendar()
    _sound(rows, typed, days, now)
    planned = {row.code: row.planned_on for row in rows}
    moved = {row.code: typed[row.pk].planned for row in rows if row.pk in typed}
    moved = {code: day for code, day in moved.items() if day != planned[code]}
    nodes = [Node(row.code, row.days, tuple(row.after)) for row in rows]
    new = rules.along(nodes, planned, moved, days) if along and moved else planned | moved
    reached = _reached(held.project) if moved else set()
    new |= {code: planned[code] for code in reached - moved.keys()}
    _order(rows, [node for node in nodes if node.code not in reached], planned, new, moved)
    before = max(planned.values())
    limit = max(before, schedule.target_on or before)
    put_off = bool(moved) and max(new.values()) > limit
    if put_off:
        _reasoned(reason, limit)
    changed = [row for row in rows if _put(row, typed.get(row.pk), new[row.code])]
    if changed:
        schedule.target_on = max(new.values()) if put_off else schedule.target_on
        _write(held, rows, by=by, now=now, reason=reason)
    if put_off:
        tell("schedule_put_off", schedule, by=by, now=now, why=reason.strip())
    return schedule


def move(
    milestone: Milestone,
    *,
    to: date,
    by: User,
    now: datetime,
    along: bool = False,
    reason: str = "",
    version: int | None = None,
) -> Schedule:
    """Plan *milestone* for another day."""
    typed = {milestone.pk: Typed(to, milestone.forecast_on, milestone.done_on)}
    return set_days(
        Project(pk=milestone.project_id), typed=typed, by=by, now=now, along=along, reason=reason, version=version
    )


def forecast(
    milestone: Milestone, *, expected: date | None, by: User, now: datetime, version: int | None = None
) -> Schedule:
    """Say when *milestone* is really expected; None: as planned."""
    typed = {milestone.pk: Typed(milestone.planned_on, expected, milestone.done_on)}
    return set_days(Project(pk=milestone.project_id), typed=typed, by=by, now=now, version=version)


def finish(milestone: Milestone, *, on: date | None, by: User, now: datetime, version: int | None = None) -> Schedule:
    """Say that *milestone* was reached *on* a day; None: not reached after all."""
    typed = {milestone.pk: Typed(milestone.planned_on, milestone.forecast_on, on)}
    return set_days(Project(pk=milestone.project_id), typed=typed, by=by, now=now, version=version)


def _reached(project: Project) -> set[str]:
    """The codes of those that are reached: they wait for nothing, and nothing waits for their planned day."""
    rows = Milestone.objects.filter(project=project).with_actual().exclude(actual_on=None)
    return set(rows.values_list("code", flat=True))


def _put(row: Milestone, typed: Typed | None, planned: date) -> bool:
    """Whether *row* changes by it."""
    was = row.planned_on, row.forecast_on, row.done_on
    row.planned_on = planned
    if typed is not None:
        row.forecast_on, row.done_on = typed.forecast, typed.done
    return was != (row.planned_on, row.forecast_on, row.done_on)


def _sound(rows: Sequence[Milestone], typed: Mapping[int, Typed], days: Days, now: datetime) -> None:
    """Wrong with a sentence for each day that can't be."""
    wrong: dict[str, str] = {}
    for row in rows:
        if row.pk in typed:
            found = _wrong(row, typed[row.pk], days, timezone.localdate(now))
            wrong |= {field(name, row.pk): why for name, why in found.items()}
    if wrong:
        raise Wrong(wrong)


def _wrong(row: Milestone, one: Typed, days: Days, today: date) -> dict[str, str]:
    """What is wrong with the days of *row*, by name."""
    wrong = {name: why for name, day in vars(one).items() if day is not None and (why := _far(day, today))}
    if one.done is not None and row.fact:
        wrong["done"] = _("Its day is that of “%(what)s”: it is put on file there") % {"what": row.ended_by}
    elif one.done is not None and one.done > today:
        wrong["done"] = _("The day lies in the future: write the day on which it happened")
    if "planned" not in wrong and one.planned != row.planned_on and (why := _rest_day(one.planned, days)):
        wrong["planned"] = why
    return wrong


def _far(day: date, today: date) -> str:
    if day < FIRST:
        return _("A day before the year 2000 can't be")
    if day.year > today.year + rules.YEARS_AHEAD:
        return _("This day is more than %(n)s years off") % {"n": rules.YEARS_AHEAD}
    return ""


def _rest_day(day: date, days: Days) -> str:
    if workdays.is_workday(day, days):
        return ""
    said = {"day": figures.day(day), "next": figures.day(workdays.next_workday(day, days))}
    return _("%(day)s is a rest day; the next working day is %(next)s") % said


def _order(
    rows: Sequence[Milestone],
    nodes: Sequence[Node],
    planned: Mapping[str, date],
    new: Mapping[str, date],
    moved: Mapping[str, date],
) -> None:
    """Wrong at what was moved, if a milestone would lie before one that it waits for."""
    by_code, wrong = {row.code: row for row in rows}, {}
    stood, open_ones = set(rules.out_of_order(nodes, planned)), {node.code for node in nodes}
    for before, after in rules.out_of_order(nodes, new):
        if before not in open_ones:
            continue  # reached, whatever was planned
        if (before, after) in stood and before not in moved and after not in moved:
            continue  # it stood so before
        said = {"before": by_code[before].name, "day": figures.day(new[before]), "after": by_code[after].name}
        row = by_code[after] if after in moved else by_code[before]
        wrong[field("planned", row.pk)] = (
            _("“%(before)s”, planned for %(day)s, comes before “%(after)s”: move it as well, or let it move along")
            % said
        )
    if wrong:
        raise Wrong(wrong)


def _reasoned(reason: str, limit: date) -> None:
    if not reason.strip():
        said = _("The target day %(day)s is put off by it: write why") % {"day": figures.day(limit)}
        raise NeedsReason(said)


# added, taken out ---------------------------------------------------------------------------------------------------


@transaction.atomic
def add(
    project: Project,
    *,
    label: str,
    planned_on: date,
    after: Milestone | None = None,
    until: Milestone | None = None,
    by: User,
    now: datetime,
    version: int | None = None,
) -> Schedule:
    """Put a milestone of one's own into the schedule, behind *after* and before *until*."""
    held = _hold(project, by, version)
    fresh, schedule, rows, days = held.project, held.schedule, held.rows, calendar()
    if not label.strip():
        raise Wrong({"label": _("Write what is reached")})
    if len(label.strip()) > 60:
        raise Wrong({"label": _("At most %(n)s characters") % {"n": 60}})
    if len(rows) >= rules.MOST:
        raise Refused(_("A schedule has at most %(n)s milestones") % {"n": rules.MOST})
    if why := _far(planned_on, timezone.localdate(now)) or _rest_day(planned_on, days):
        raise Wrong({"planned_on": why})
    by_code = {row.code: row for row in rows}
    code = _free(by_code)
    row = Milestone(
        county=fresh.county, project=fresh, code=code, own=True, label=label.strip(), planned_on=planned_on,
        first_on=planned_on, stage=_stage_of(fresh, after, until, rows), after=[after.code] if after else [],
        days=max(0, workdays.workdays_between(after.planned_on, planned_on, days)) if after else 0,
        position=_behind(after, until, rows),
    )  # fmt: skip
    if until is not None and (follower := by_code.get(until.code)):
        follower.after = [*follower.after, code]
    every = [*rows, row]
    nodes = [Node(one.code, one.days, tuple(one.after)) for one in every]
    try:
        rules.in_order(nodes)
    except rules.Ring as ring:
        names = {one.code: one.name for one in every}
        raise Wrong({"until": _ring(ring, names)}) from ring
    for before, behind in rules.out_of_order(nodes, {one.code: one.planned_on for one in every}):
        if code in (before, behind):
            said = {"before": (by_code.get(before) or row).name, "after": (by_code.get(behind) or row).name}
            raise Wrong({"planned_on": _("“%(before)s” comes before “%(after)s”: choose another day") % said})
    for one in rows:
        if one.position >= row.position:
            one.position += 1
    schedule.target_on = schedule.target_on or planned_on
    return _write(held, every, by=by, now=now)


def _stage_of(project: Project, after: Milestone | None, until: Milestone | None, rows: Sequence[Milestone]) -> str:
    """The stage among whose milestones a new one stands."""
    beside = after or until or (rows[-1] if rows else None)
    return str(beside.stage if beside else project.stage)


def _behind(after: Milestone | None, until: Milestone | None, rows: Sequence[Milestone]) -> int:
    if after is not None:
        return int(after.position) + 1
    if until is not None:
        return int(until.position)
    return int(rows[-1].position) + 1 if rows else 0


def _free(taken: Mapping[str, Any]) -> str:
    number = 1
    while f"own_{number}" in taken:
        number += 1
    return f"own_{number}"


@transaction.atomic
def remove(milestone: Milestone, *, by: User, now: datetime, version: int | None = None) -> Schedule:
    """Take *milestone* out; what waited for it waits for what came before it."""
    held = _hold(Project(pk=milestone.project_id), by, version)
    gone = next((row for row in held.rows if row.pk == milestone.pk), None)
    if gone is None:
        raise Stale(held.schedule)
    for row in held.rows:
        if gone.code in row.after:
            row.after = list(dict.fromkeys([*(code for code in row.after if code != gone.code), *gone.after]))
    return _write(held, [row for row in held.rows if row is not gone], by=by, now=now)


# taken back ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def take_back(
    schedule: Schedule, *, by: User, now: datetime, reason: str = "", version: int | None = None
) -> Schedule:
    """Undo the last act on *schedule*: the milestones stand as they stood before it."""
    held = _hold(Project(pk=schedule.project_id), by, version)
    before = held.schedule.before
    if not before:
        raise NotAllowed(_("There is nothing to take back"))
    held.schedule.target_on = date.fromisoformat(before["target_on"]) if before["target_on"] else None
    held.schedule.template = before["template"]
    return _write(held, [_row(held, told) for told in before["rows"]], by=by, now=now, reason=reason, last=True)


# late ---------------------------------------------------------------------------------------------------------------


def tell_late(county: Unit, *, now: datetime, late_days: int, days: Days) -> int:
    """Tell the units what passed its planned day in *county*, once for each day planned; how many milestones."""
    last = local_day(now) - timedelta(days=late_days)
    rows = Milestone.objects.filter(county=county, project__county=county, project__state=State.ACTIVE)
    late = rows.filter(planned_on__lt=last).not_told().open().select_related("project__lead_unit")
    return sum(_tell_late(row, now, days) for row in late.order_by("pk"))


def _tell_late(row: Milestone, now: datetime, days: Days) -> int:
    try:
        with transaction.atomic():
            MilestoneLate.objects.create(milestone=row, planned_on=row.planned_on, at=now)
            tell("milestone_late", row, by=None, now=now, days=days)
            return 1
    except IntegrityError:  # another tick was quicker
        return 0


# helpers ------------------------------------------------------------------------------------------------------------


@dataclass
class Held:
    """A schedule and its milestones, locked, and how they stood."""

    project: Project
    schedule: Schedule
    rows: list[Milestone]
    stood: dict[str, Any]


def _hold(project: Project, by: User, version: int | None) -> Held:
    """The schedule of *project* (a new one, if it has none); its version is 0 as long as nothing was laid. Of the
    project that comes in only the key is taken: what stands on file is read under the lock."""
    fresh = flow.locked(project)
    require(can_schedule(by, fresh))
    schedule = Schedule.objects.select_for_update().filter(project=fresh).first()
    if version is not None and version != (schedule.version if schedule else 0):
        raise Stale(schedule)
    schedule = schedule or Schedule(project=fresh, version=0)
    rows = list(Milestone.objects.select_for_update().filter(project=fresh).order_by("position", "pk"))
    target = schedule.target_on.isoformat() if schedule.target_on else None
    stood = {"rows": [_told(row) for row in rows], "target_on": target, "template": schedule.template}
    return Held(fresh, schedule, rows, stood)


def _write(
    held: Held, rows: Sequence[Milestone], *, by: User, now: datetime, reason: str = "", last: bool = False
) -> Schedule:
    """The milestones are *rows* from now on; *last*: it can't be taken back itself."""
    stood = {told["id"]: told for told in held.stood["rows"]}
    told: dict[str, Any] = {"by": by, "now": now, "reason": reason.strip()}
    there = {row.pk for row in rows}
    bulk.delete([row for row in held.rows if row.pk not in there], **told)
    fields = [name for name in KEPT if name != "id"]
    bulk.update([row for row in rows if row.pk in stood and _told(row) != stood[row.pk]], fields, **told)
    bulk.insert([row for row in rows if row.pk not in stood], **told)
    schedule = held.schedule
    schedule.before = {} if last else held.stood
    schedule.version += 1
    keep(schedule, **told)
    follow([held.project], on=timezone.localdate(now), now=now, by=by, reason=reason)
    return schedule


def _told(row: Milestone) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in KEPT}
    return {
        name: value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, list) else value
        for name, value in found.items()
    }


def _row(held: Held, told: Mapping[str, Any]) -> Milestone:
    days = {name: date.fromisoformat(told[name]) if told[name] else None for name in DATES}
    values: dict[str, Any] = {**told, **days}
    return Milestone(county_id=held.project.county_id, project_id=held.project.pk, **values)
