"""What the home pages show. Reads, never writes; *now* is given.

Every figure comes from where its own page takes it (lights, standings, rounds, due items), so that the home page can
never say something else than the page behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q
from django.forms.models import model_to_dict
from django.utils import timezone

from core.days.periods import Period
from core.due import DueItem
from core.indicators import GapAs, Quotient, pace, shown_gap
from core.records.order import last
from dispatch.bulletins.models import Bulletin
from dispatch.home.reds import Reds, red_projects, rows_of
from dispatch.problems.models import Problem
from dispatch.rounds.models import Round, RoundRow
from dispatch.standings.ranking import Ranking, Survey, before, survey, tallies
from dispatch.standings.scope import EVERY
from dispatch.standings.tally import Tally
from organization.people.models import User
from organization.profiles.rules import rules_of
from organization.squads.models import Squad
from organization.units.models import Unit
from organization.units.tree import below_on
from projects.choices import ReportStatus
from projects.list.filters import LIGHTS
from projects.models import AnnualPlan, LedgerImport, MonthlyReport, Project, ProjectMonthQuerySet
from projects.registry.months.counts import Packages, aggregates, as_one, both, count_of, packages_in
from projects.reports.forms import ReportForm
from projects.reports.months import CELLS
from projects.rules import LightRules

RATE = "investment_rate"
COLOURS = {
    "behind": "red", "start": "red", "nodes": "red", "risk": "amber", "slow": "amber", "good": "green", "grey": "grey",
    "stop": "stop",
}  # fmt: skip


@dataclass(frozen=True)
class Investment:
    """Works of the year so far and the plan, in yuan; rate (of what has a plan) and pace in percent, gap in points."""

    quotient: Quotient
    period: Period
    done: int = 0
    how: GapAs = "printed"  # the county's rule of how the gap is
    projects: int = 0  # that it is of
    as_one: int = 0  # with a package as one

    @property
    def both(self) -> str:
        """The second count in words, where it is another one."""
        return as_one(self.as_one) if self.as_one != self.projects else ""

    @property
    def unplanned(self) -> int:
        """Works of projects without a plan: done, but no part of the rate."""
        return self.done - self.quotient.numerator

    @property
    def plan(self) -> int:
        return self.quotient.denominator

    @property
    def rate(self) -> Fraction | None:
        return self.quotient.value

    @property
    def pace(self) -> Fraction:
        return pace(self.period)

    @property
    def gap(self) -> Decimal | None:
        """As it is printed."""
        return shown_gap(self.quotient.value, self.period, how=self.how)

    @property
    def short(self) -> Decimal | None:
        """How far below the pace, as a positive figure; None if it isn't."""
        return -self.gap if self.gap is not None and self.gap < 0 else None


@dataclass(frozen=True)
class LightCount:
    """How many projects have a light; `key` is what the list of projects is filtered by.

    `change` is since the month before, None in January.
    """

    key: str
    colour: str
    label: Any
    count: int
    change: int | None = None
    one: int | None = None  # with a package as one; None: as many

    @property
    def both(self) -> str:
        """That in words."""
        return "" if self.one is None else as_one(self.one)


def led_by(county: Unit, units: Iterable[Unit], period: Period) -> Q:
    """The condition that one of *units*, or one below it, led the project at the end of *period*."""
    return Q(lead_unit__in=below_on(county, [unit.pk for unit in units], period.last))


def investment_of(county: Unit, period: Period, where: Q = EVERY) -> Investment:
    """The rate of the projects that meet *where* together, as the ranking counts it."""
    found = tallies(county, [period], [RATE], where=where)[period]
    return _investment(sum(found.values(), Tally()), period, rules_of(county)[LightRules].gap)


def _investment(total: Tally, period: Period, how: GapAs) -> Investment:
    return Investment(total.quotients.get(RATE, Quotient()), period, total.done, how, total.projects, total.as_one)


def light_counts(
    county: Unit, period: Period, rules: LightRules, where: Q = EVERY, *, changes: bool = False
) -> list[LightCount]:
    """How many that meet *where* have which light at the end of *period*, in the list's groups, the worst first."""
    now = _lights(rows_of(county, period, where), period, rules)
    past = before(period) if changes else None
    old = _lights(rows_of(county, past, where), past, rules) if past else None
    found = []
    for key, (label, codes) in LIGHTS.items():
        count, one = _together(now, codes)
        earlier = None if old is None else _together(old, codes)[0]
        if count or earlier:
            moved = None if earlier is None else count - earlier
            found.append(LightCount(key, COLOURS[key], label, count, moved, None if one == count else one))
    return found


def _lights(rows: ProjectMonthQuerySet, period: Period, rules: LightRules) -> dict[str, tuple[int, tuple[int, ...]]]:
    """How many have which light, and the packages of those that are parts of one."""
    lights = rows.with_light(period, rules).order_by().values_list("light")
    found = lights.annotate(count=Count("pk"), packed=Packages())
    return {code: (count, packages_in(packed)) for code, count, packed in found}


def _together(found: Mapping[str, tuple[int, tuple[int, ...]]], codes: Iterable[str]) -> tuple[int, int]:
    """How many have one of the lights *codes*, and how many with a package as one."""
    counts, packages = zip(*(found.get(code, (0, ())) for code in codes), strict=True)
    every = [pk for parts in packages for pk in parts]
    number = sum(counts)
    return number, number - len(every) + len(set(every))


def of_leader(user: User, county: Unit, on: date) -> tuple[set[int], set[int]]:
    """The projects that *user* sponsors, and those of the own portfolio on the day *on*, each by pk: which of them are
    shown is a question of the month (`rows_of`)."""
    every = Project.objects.filter(county=county)
    sponsored, portfolio = (
        set(projects.values_list("pk", flat=True))
        for projects in (every.sponsored_by(user), every.in_portfolio_of(user, on))
    )
    return sponsored, portfolio


def numbers_of_leader(county: Unit, period: Period, sponsored: set[int], portfolio: set[int]) -> dict[str, Any]:
    """How many of a leader's projects were on file at the end of *period*, as the list of projects begins."""
    of = {"sponsored": Q(project__in=sponsored), "in_portfolio": Q(project__in=portfolio)}
    counts = {name: Count("pk", filter=where) for name, where in of.items()}
    rows = rows_of(county, period, Q(project__in=sponsored | portfolio))
    found = rows.order_by().aggregate(**aggregates(name="mine"), **counts)
    return {**found, "both": both(found, "mine").said}


def numbers_of(county: Unit, period: Period, where: Q) -> dict[str, Any]:
    """How many projects meet *where* at the end of *period*: each sub-project, and what is said of packages."""
    found = count_of(rows_of(county, period, where))
    return {"projects": found.each, "both": found.said}


@dataclass(frozen=True)
class OwnSquad:
    """A squad that the person belongs to: how many projects it has, and which of them are red."""

    squad: Squad
    number: int
    red: Reds
    both: str = ""  # how many with a package as one, in words


def squads_of(user: User, period: Period, rules: LightRules, on: date) -> list[OwnSquad]:
    """The squads of *user* on the day *on*; their projects are theirs to see, not to fill in."""
    found: list[OwnSquad] = []
    if (county := user.county) is None:
        return found
    for squad in Squad.objects.of_user(user, on=on).select_related("unit"):
        where = Q(project__in=Project.objects.of_squads(Squad.objects.filter(pk=squad.pk)).values("pk"))
        number = count_of(rows_of(county, period, where))
        found.append(OwnSquad(squad, number.each, red_projects(county, period, rules, where), number.said))
    return found


# rounds -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnitState:
    """How far a unit is with a round."""

    unit: Unit
    total: int
    missing: int

    @property
    def done(self) -> int:
        return self.total - self.missing

    @property
    def share(self) -> Fraction:
        """Handed in, in percent."""
        return Fraction(100 * self.done, self.total)


@dataclass(frozen=True)
class RoundState:
    """How far the units are with a round that is open, those that owe most first."""

    round: Round
    units: Sequence[UnitState]

    @property
    def total(self) -> int:
        return sum(state.total for state in self.units)

    @property
    def missing(self) -> int:
        return sum(state.missing for state in self.units)

    @property
    def done(self) -> int:
        return self.total - self.missing

    @property
    def owing(self) -> list[UnitState]:
        return [state for state in self.units if state.missing]

    @property
    def cells(self) -> int:
        """The cells that officers fill in this round."""
        return self.total * CELLS


def open_rounds(county: Unit, units: Iterable[Unit] | None = None) -> list[RoundState]:
    """The rounds of *county* that aren't closed, with how far each unit is; only *units* if given."""
    states = []
    for opened in Round.objects.still_open(county).order_by("due_at", "pk"):
        rows = RoundRow.objects.asked().filter(round=opened)
        if units is not None:
            rows = rows.filter(unit__in=list(units))
        total = dict(rows.order_by().values_list("unit").annotate(n=Count("pk")))
        missing = dict(rows.missing_in(opened).order_by().values_list("unit").annotate(n=Count("pk")))
        named = Unit.objects.filter(pk__in=total).order_by("position", "pk")
        found = [UnitState(unit, total[unit.pk], missing.get(unit.pk, 0)) for unit in named]
        states.append(RoundState(opened, sorted(found, key=lambda state: -state.missing)))
    return states


def to_chase(rounds: Iterable[RoundState], now: datetime) -> RoundState | None:
    """The round that most is owed of, among those past their moment."""
    late = [state for state in rounds if state.missing and state.round.due_at < now]
    return max(late, key=lambda state: state.missing, default=None)


# to-do --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mend:
    """A report that was given back, with the form in which it is mended on the spot."""

    report: MonthlyReport
    plan: int | None
    form: ReportForm

    @property
    def hidden(self) -> list[Any]:
        """The fields that aren't asked about here: they go back as they are."""
        return [field.as_hidden() for field in self.form if field.name not in ("works", "progress")]


@dataclass(frozen=True)
class ToDo:
    """A person's items in order, and how many are late or due today."""

    items: Sequence[DueItem]
    late: int
    today: int
    mends: Mapping[str, Mend] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.items)

    @property
    def lines(self) -> list[tuple[DueItem, Mend | None]]:
        return [(item, self.mends.get(item.key)) for item in self.items]


def to_do(items: Iterable[DueItem], now: datetime) -> ToDo:
    """*items* with what is late first; of one day, what was given back first."""
    day = timezone.localdate(now)
    ordered = sorted(
        items,
        key=lambda item: (item.due_at is None, item.due_at or now, item.kind != "report_returned", item.title),
    )
    late = sum(item.due_at is not None and timezone.localdate(item.due_at) < day for item in ordered)
    today = sum(item.due_at is not None and timezone.localdate(item.due_at) == day for item in ordered)
    return ToDo(ordered, late, today)


def with_mends(todo: ToDo, on: date, limit: int = 3) -> ToDo:
    """*todo* with a form for each of the first reports that were given back. Two queries."""
    keys = [item.key for item in todo.items if item.kind == "report_returned"][:limit]
    reports = MonthlyReport.objects.filter(pk__in=[int(key.split(":")[1]) for key in keys]).select_related("project")
    plans = {
        (plan.project_id, plan.year): plan.investment
        for plan in AnnualPlan.objects.in_force(on).filter(project__reports__in=reports)
    }
    mends = {}
    for report in reports:
        form = ReportForm(
            initial=model_to_dict(report) | {"version": report.version}, own_unit=True, auto_id=f"mend-{report.pk}-%s"
        )
        plan = plans.get((report.project_id, int(report.month[:4])))
        mends[f"report_returned:{report.pk}"] = Mend(report, plan, form)
    return replace(todo, mends=mends)


def just_done(user: User, limit: int = 5) -> list[MonthlyReport]:
    """The reports that moved last among those that *user* fills in."""
    mine = Project.objects.editable_by(user).values("pk")
    moved = MonthlyReport.objects.filter(project__in=mine, submitted_at__isnull=False, updated_at__isnull=False)
    moved = moved.exclude(status=ReportStatus.RETURNED)
    return list(moved.select_related("project").order_by(last("-updated_at"), "-pk")[:limit])


# the county ---------------------------------------------------------------------------------------------------


def unit_rates(found: Survey) -> Ranking:
    """All units by what the county ranks by, the best first."""
    return found.ranking("", "", [member.kind for member in found.members])


def county_of(county: Unit, period: Period) -> tuple[Survey, Investment, Investment | None]:
    """The county's figures at the end of *period* as counted now, and those of the month before: as published,
    else counted now."""
    found = survey(county, period, keys=[RATE])
    past = before(period)
    old = None
    how = found.rules[LightRules].gap
    if past and found.total_before is not None:
        told = found.published.totals if found.published else {}
        rate = told.get("quotients", {}).get(RATE)
        old = Investment(Quotient(*rate), past, told["done"]) if rate else _investment(found.total_before, past, how)
    return found, _investment(found.total, period, how), old


def climbing(county: Unit, on: date, limit: int = 6) -> list[Problem]:
    """Open problems whose result was due by *on*: they climb the next working morning."""
    waiting = Problem.objects.filter(county=county, status=Problem.Status.OPEN, due_on__lte=on)
    return list(waiting.select_related("project", "owner_unit").order_by("due_on", "-level", "pk")[:limit])


def unfinished_imports(county: Unit, limit: int = 3) -> list[LedgerImport]:
    """Ledgers that were looked at and not stored."""
    return list(
        LedgerImport.objects.filter(county=county, status=LedgerImport.Status.PREVIEW).select_related("file")[:limit]
    )


def draft_bulletins(county: Unit) -> list[Bulletin]:
    return list(
        Bulletin.objects.standing().filter(county=county).exclude(status=Bulletin.Status.PUBLISHED).listed()[:3]
    )
