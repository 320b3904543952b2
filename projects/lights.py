"""The light of a project: is it under way as planned? One table, read twice: as Python and as a database condition.

The first line of `LINES` that holds decides. `light` explains one project; `code_of` is the same table as an SQL
expression, so that a list of 10,000 can be filtered by it (a test compares the two on generated cases). Boundaries are
the county's (`LightRules`) and belong to the worse light. Differences are percentage points, from unrounded values.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import BigIntegerField, Case, CharField, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from core.amounts import figures
from core.days.periods import Period
from core.indicators import GapAs, pace, percent, shown_gap
from core.indicators import gap as from_pace
from core.shapes import said
from projects.choices import Stage, State
from projects.rules import LightRules

NODES = ("node_overdue", "node_late", "node_risk")
STARTED = (Stage.STARTED, Stage.ENTERED, Stage.COMPLETED)


@dataclass(frozen=True)
class Facts:
    """What a light is made of. `plan` and `done` are yuan of the year; `done` is to date, None if unreported."""

    stage: str = Stage.PLANNED
    state: str = State.ACTIVE
    plan: int | None = None
    done: int | None = None
    planned_start: date | None = None
    first_start: date | None = None
    started_on: date | None = None
    entered_on: date | None = None
    completed_on: date | None = None
    node_due: date | None = None
    node_late: int | None = None
    node_risk: date | None = None
    node_said: str | None = None
    done_month: str | None = None
    packs: bool = False

    @property
    def due_start(self) -> date | None:
        """When it should have started: by the year's first plan, which a postponement doesn't lift."""
        return self.first_start or self.planned_start

    @property
    def postponed(self) -> bool:
        return is_postponed(self.first_start, self.planned_start)

    @classmethod
    def of(cls, project: Any) -> Facts:
        """The facts of a month's row (or of any object or row with these names)."""
        told: dict[str, Any] = project if isinstance(project, dict) else vars(project)
        known: dict[str, Any] = {name: told.get(name) for name in cls.__dataclass_fields__}
        return cls(**known)


@dataclass(frozen=True)
class Light:
    """colour: green, amber, red, grey, stop. `code` is stable; label and reason are for people."""

    colour: str
    code: str
    label: str
    reason: str

    @property
    def opens(self) -> str:
        """The page of the project that the reason leads to, if there is one of its own."""
        return "projects:schedule" if self.code in NODES else ""


@dataclass(frozen=True)
class Scale:
    """The rules at one period, with what both readings of the table need worked out."""

    period: Period
    rules: LightRules

    @cached_property
    def on(self) -> date:
        """The day that the light is of: the last of the period, as all its figures are."""
        return self.period.last

    def day(self, days: int) -> date:
        return self.on - timedelta(days=days)

    def factors(self, points: int) -> tuple[int, int]:
        """(a, b) such that `done × a ≤ plan × b` says: *points* or more below pace. Exact, being whole numbers."""
        return _factors(self.period, points)


@lru_cache(maxsize=256)
def _factors(period: Period, points: int) -> tuple[int, int]:
    share = (pace(period) - points) / 100
    return share.denominator, share.numerator


@dataclass(frozen=True)
class Line:
    """One line of the table: `holds` in Python, `where` in the database (None: of no project); both after all lines
    above failed."""

    code: str
    colour: str
    label: str | Promise
    holds: Callable[[Facts, Scale], bool]
    where: Callable[[Scale], Any]


def _started(facts: Facts, scale: Scale) -> bool:
    """The day decides where it is known, so that a past month looks as it did; else the stage."""
    return facts.stage in STARTED if facts.started_on is None else facts.started_on <= scale.on


def _completed(facts: Facts, scale: Scale) -> bool:
    return facts.stage == Stage.COMPLETED if facts.completed_on is None else facts.completed_on <= scale.on


def _below(facts: Facts, scale: Scale, points: int) -> bool:
    a, b = scale.factors(points)
    return (facts.done or 0) * a <= (facts.plan or 0) * b


def _is_below(scale: Scale, points: int) -> LessThanOrEqual:
    a, b = scale.factors(points)
    done = Coalesce(F("done"), Value(0), output_field=BigIntegerField())
    return LessThanOrEqual(done * Value(a), F("plan") * Value(b))


def is_postponed(first: date | None, planned: date | None) -> bool:
    """Whether the start that was planned *first* in the year is now planned later, or not at all."""
    return first is not None and (planned is None or planned > first)


POSTPONED = Q(first_start__isnull=False) & (Q(planned_start=None) | Q(planned_start__gt=F("first_start")))


def _start_late(facts: Facts, scale: Scale, days: int) -> bool:
    return not _started(facts, scale) and facts.due_start is not None and facts.due_start < scale.day(days)


def _is_start_late(scale: Scale, days: int) -> Q:
    late = Q(first_start__lt=scale.day(days)) | Q(first_start=None, planned_start__lt=scale.day(days))
    return _is_not_started(scale) & late


def _is_not_started(scale: Scale) -> Q:
    return (Q(started_on=None) & ~Q(stage__in=STARTED)) | Q(started_on__gt=scale.on)


def _is_completed(scale: Scale) -> Q:
    return Q(completed_on=None, stage=Stage.COMPLETED) | Q(completed_on__lte=scale.on)


def _is_above(scale: Scale, points: int) -> Q:
    """Not under way yet, or less than *points* below pace: nothing is said of its money that would come first."""
    a, b = scale.factors(points)
    done = Coalesce(F("done"), Value(0), output_field=BigIntegerField())
    return _is_not_started(scale) | Q(plan=None) | Q(plan=0) | Q(GreaterThan(done * Value(a), F("plan") * Value(b)))


def _above(facts: Facts, scale: Scale, points: int) -> bool:
    return not (_started(facts, scale) and facts.plan and _below(facts, scale, points))


def _node_late(facts: Facts, scale: Scale, days: int) -> bool:
    """Of what is behind its plan that is said, not its milestone."""
    late = scale.rules.nodes and facts.node_late is not None and facts.node_late > days
    return late and _above(facts, scale, scale.rules.red_below)


def _is_node_late(scale: Scale, days: int) -> Q | None:
    return Q(node_late__gt=days) & _is_above(scale, scale.rules.red_below) if scale.rules.nodes else None


def _node_risk(facts: Facts, scale: Scale) -> bool:
    """Of what is slow or behind that is said, not what may come of its milestones."""
    near = scale.day(-scale.rules.node_near_days)
    risk = scale.rules.nodes and facts.node_risk is not None and facts.node_risk <= near
    return risk and _above(facts, scale, scale.rules.amber_below)


def _is_node_risk(scale: Scale) -> Q | None:
    near = scale.day(-scale.rules.node_near_days)
    return Q(node_risk__lte=near) & _is_above(scale, scale.rules.amber_below) if scale.rules.nodes else None


START_LATE = gettext_lazy("Start overdue")
NODE_LATE = gettext_lazy("Milestone overdue")
LINES: tuple[Line, ...] = (
    Line("package", "grey", gettext_lazy("Package"), lambda f, s: f.packs, lambda s: Q(packs=True)),
    Line(
        "stopped",
        "stop",
        gettext_lazy("Suspended"),
        lambda f, s: f.state != State.ACTIVE,
        lambda s: ~Q(state=State.ACTIVE),
    ),
    Line(
        "completed",
        "green",
        gettext_lazy("Completed"),
        _completed,
        _is_completed,
    ),
    Line(
        "start_overdue",
        "red",
        START_LATE,
        lambda f, s: _start_late(f, s, s.rules.start_red_days),
        lambda s: _is_start_late(s, s.rules.start_red_days),
    ),
    Line(
        "start_late",
        "amber",
        START_LATE,
        lambda f, s: _start_late(f, s, s.rules.start_amber_days),
        lambda s: _is_start_late(s, s.rules.start_amber_days),
    ),
    Line(
        "node_overdue",
        "red",
        NODE_LATE,
        lambda f, s: _node_late(f, s, s.rules.node_red_days),
        lambda s: _is_node_late(s, s.rules.node_red_days),
    ),
    Line(
        "node_late",
        "amber",
        NODE_LATE,
        lambda f, s: _node_late(f, s, s.rules.node_amber_days),
        lambda s: _is_node_late(s, s.rules.node_amber_days),
    ),
    Line("node_risk", "amber", gettext_lazy("Milestone at risk"), _node_risk, _is_node_risk),
    Line(
        "no_start_date",
        "grey",
        gettext_lazy("Start not set"),
        lambda f, s: not _started(f, s) and f.due_start is None,
        lambda s: _is_not_started(s) & Q(planned_start=None, first_start=None),
    ),
    Line("not_due", "grey", gettext_lazy("Not due"), lambda f, s: not _started(f, s), _is_not_started),
    Line(
        "no_plan",
        "grey",
        gettext_lazy("No plan"),
        lambda f, s: not f.plan,
        lambda s: Q(plan=None) | Q(plan=0),
    ),
    Line(
        "behind",
        "red",
        gettext_lazy("Behind"),
        lambda f, s: _below(f, s, s.rules.red_below),
        lambda s: _is_below(s, s.rules.red_below),
    ),
    Line(
        "slow",
        "amber",
        gettext_lazy("Slow"),
        lambda f, s: _below(f, s, s.rules.amber_below),
        lambda s: _is_below(s, s.rules.amber_below),
    ),
    Line("on_pace", "green", gettext_lazy("On pace"), lambda f, s: True, lambda s: Q(pk__isnull=False)),
)
BY_CODE = {line.code: line for line in LINES}
COLOURS = {
    "red": gettext_lazy("Behind or overdue"),
    "amber": gettext_lazy("Slow"),
    "green": gettext_lazy("On pace"),
    "grey": gettext_lazy("Not due"),
    "stop": gettext_lazy("Suspended"),
}


def codes(*colours: str) -> list[str]:
    """The codes whose light has one of *colours*."""
    return [line.code for line in LINES if line.colour in colours]


def verdict(facts: Facts, period: Period, rules: LightRules) -> Line:
    """The line that decides, without the reason in words: for a table with many rows."""
    return first(facts, Scale(period, rules))


def first(facts: Facts, scale: Scale) -> Line:
    """The first line of the table that holds."""
    return next(line for line in LINES if line.holds(facts, scale))


@lru_cache(maxsize=64)
def code_of(period: Period, rules: LightRules) -> Case:
    """The code of the light as a database expression over the months' rows at the end of *period*."""
    scale = Scale(period, rules)
    lines = [(where, line.code) for line in LINES if (where := line.where(scale)) is not None]
    return Case(*(When(where, then=Value(code)) for where, code in lines), output_field=CharField())


def rate(facts: Facts) -> Fraction | None:
    """Done of the year's plan in percent; None without a plan."""
    return percent(facts.done or 0, facts.plan or 0)


def gap(facts: Facts, period: Period) -> Fraction | None:
    """Percentage points above (+) or below (−) pace; None without a plan."""
    return from_pace(rate(facts), period)


def label_of(line: Line, facts: Facts) -> str:
    """The word of the light; what is not pursued is called by its state."""
    return str(State(facts.state).label) if line.code == "stopped" else str(line.label)


def light(facts: Facts, period: Period, rules: LightRules) -> Light:
    """The light of a project at the end of *period*, with its reason in words."""
    line = verdict(facts, period, rules)
    return Light(line.colour, line.code, label_of(line, facts), reason_of(line.code, facts, period, rules.gap))


def measured(period: Period, on: date) -> str:
    """That pace and lights of a month that isn't over on *on* are of its end; empty once it is over."""
    if period.last <= on:
        return ""
    return _("pace and lights are of the month's end, %(day)s") % {"day": figures.day(period.last)}


def _postponement(facts: Facts, period: Period) -> list[str]:
    if not facts.postponed:
        return []
    if facts.planned_start is None:
        return [_("no new start is planned")]
    return [_("the start was put off to %(day)s") % {"day": figures.day(facts.planned_start, period.last)}]


def reason_of(code: str, facts: Facts, period: Period, how: GapAs = "printed") -> str:
    """Why the line *code* holds, in words; *how* a distance from the pace is printed."""
    match code:
        case "package":
            return _("A package has no light: its sub-projects have one each")
        case "stopped":
            return _("It is not being pursued at present")
        case "completed":
            return _("The works are completed")
        case "start_overdue" | "start_late":
            days = (period.last - (facts.due_start or period.last)).days
            said = ngettext(
                "it should have started on %(day)s, %(n)s day ago",
                "it should have started on %(day)s, %(n)s days ago",
                days,
            )
            why = said % {"day": figures.day(facts.due_start, period.last), "n": days}
            return pgettext("between two facts", ", ").join([why, *_postponement(facts, period)])
        case "node_overdue" | "node_late":
            return _of_late_node(facts, period)
        case "node_risk":
            return _of_node_at_risk(facts, period)
        case "no_start_date":
            return _("No planned start is on file")
        case "not_due":
            if facts.postponed:
                return _postponement(facts, period)[0]
            return _("The start is planned for %(day)s") % {"day": figures.day(facts.planned_start, period.last)}
        case "no_plan":
            return _("There is no plan for %(year)s, so there is no pace") % {"year": period.year}
    return reason_of_pace(None if facts.done is None else rate(facts), period, how)


def _of_late_node(facts: Facts, period: Period) -> str:
    days, name = facts.node_late or 0, _names(facts).get("due")
    known = {"day": figures.day(facts.node_due, period.last), "n": days, "name": said(*name) if name else ""}
    if not name:  # a month that was closed before names were kept
        return ngettext(
            "a milestone of the schedule was due on %(day)s and isn't reached, %(n)s working day late",
            "a milestone of the schedule was due on %(day)s and isn't reached, %(n)s working days late",
            days,
        ) % {"day": known["day"], "n": days}
    return (
        ngettext(
            "“%(name)s” was due on %(day)s and isn't reached, %(n)s working day late",
            "“%(name)s” was due on %(day)s and isn't reached, %(n)s working days late",
            days,
        )
        % known
    )


def _of_node_at_risk(facts: Facts, period: Period) -> str:
    told = _names(facts)["risk"]
    known = {"name": said(*told["name"]), "day": figures.day(date.fromisoformat(told["planned"]), period.last)}
    if told["forecast"]:
        known["forecast"] = figures.day(date.fromisoformat(told["forecast"]), period.last)
        return _("“%(name)s” is planned for %(day)s and forecast for %(forecast)s") % known
    known["before"] = said(*told["before"])
    return _("“%(name)s” is planned for %(day)s, and “%(before)s” before it isn't reached") % known


def _names(facts: Facts) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(facts.node_said) if facts.node_said else {}
    return found


def reason_of_pace(done: Fraction | None, period: Period, how: GapAs) -> str:
    """How far *done* of the plan, in percent, is from the pace, in words; None where nothing is accepted."""
    difference = shown_gap(done, period, how=how)
    if done is None or difference is None:
        return _("Nothing accepted this year; by now %(pace)s of the plan is due") % {
            "pace": figures.pct(pace(period))
        }
    amounts = {"rate": figures.pct(done), "points": abs(difference)}
    if difference < 0:
        return _("%(rate)s of the plan done, %(points)s points below pace") % amounts
    return _("%(rate)s of the plan done, %(points)s points above pace") % amounts
