"""The monthly report as rules: what it is made of, what asks for a word of explanation, when it is due.

Pure functions first; the few that read say so. Amounts are whole yuan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core import figures
from core.models import WorkdayOverride
from core.periods import Kind, Period
from core.workdays import next_workday
from organization.models import Unit
from projects.choices import ReportStatus, Stage, State
from projects.models import AnnualPlan, MonthlyReport, Project, ReportingMonth
from projects.rules import ReportRules, RoundRules

MEASURE_NAMES = {
    name: MonthlyReport._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    for name in ("statistics_ytd", "funds_ytd", "paid_ytd")
}
MEASURES = tuple(MEASURE_NAMES)
EDITABLE = (ReportStatus.DRAFT, ReportStatus.RETURNED)
WAITING = (ReportStatus.SUBMITTED, ReportStatus.APPROVED)
PROGRESS_LENGTH = 1000
CELLS = 2  # of a project in the grid: works of the month and image progress


# words -----------------------------------------------------------------------------------------------------


def month_name(period: Period) -> str:
    """6月; the page around it says the year."""
    return figures.month(period.first, period.first)


def months_name(period: Period) -> str:
    """January to this month: 1–6月."""
    if period.number == 1:
        return month_name(period)
    return pgettext("months of a year", "January–%(month)s") % {"month": month_name(period)}


def earlier_name(period: Period) -> str:
    """The months before in the year: 1–5月; nothing in January."""
    return months_name(period.previous()) if period.number > 1 else ""


# questions -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReportFacts:
    """What the questions about a report are asked of. `earlier`: the measures of the year as last known."""

    period: Period
    works: int | None
    before: int = 0
    plan: int | None = None
    statistics_ytd: int | None = None
    funds_ytd: int | None = None
    paid_ytd: int | None = None
    earlier: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """A figure that looks odd, as a sentence. `likely`: what the month was probably meant to be."""

    code: str
    text: str
    likely: int | None = None

    @property
    def tone(self) -> str:
        """Red where a slip is likely, amber where a word of explanation will do."""
        return "red" if self.likely is not None else "amber"

    @property
    def offered(self) -> str:
        """The likely figure as it is typed, in 万元."""
        return figures.wan_exact(self.likely)


def questions(facts: ReportFacts, rules: ReportRules) -> list[Question]:
    """What asks for a word of explanation: a figure that falls, exceeds the plan, or jumps. It never blocks.

    One question about the month's works at most, the gravest: the same figure is not asked about twice.
    """
    asked = [_about_works(facts, facts.works, rules)] if facts.works else []
    asked += [_about_fall(facts, name) for name in MEASURES]
    return [question for question in asked if question]


def _about_works(facts: ReportFacts, works: int, rules: ReportRules) -> Question | None:
    period, total = facts.period, facts.before + works
    said = {
        "month": month_name(period),
        "months": months_name(period),
        "works": figures.wan(works),
        "sum": figures.wan(total),
        "plan": figures.wan(facts.plan),
    }
    if works < 0:
        text = _("%(months)s is %(less)s less than it was a month ago.")
        return Question("falls", text % {**said, "less": figures.wan(-works)})
    if facts.plan and total > facts.plan:
        if facts.before <= 0:
            text = _("%(month)s has %(works)s, more than the year's plan of %(plan)s.")
            return Question("exceeds", text % said)
        text = _("%(month)s has %(works)s; with earlier months %(sum)s, more than the year's plan of %(plan)s.")
        text %= said
        if facts.before < works <= facts.plan:
            slip = _("Was the total of %(months)s typed as the month's?") % said
            joined = pgettext("two sentences", "%(first)s %(second)s") % {"first": text, "second": slip}
            return Question("exceeds", joined, likely=works - facts.before)
        return Question("exceeds", text)
    return _about_jump(facts, works, rules, said)


def _about_jump(facts: ReportFacts, works: int, rules: ReportRules, said: Mapping[str, str]) -> Question | None:
    count = facts.period.number - 1
    if count < 1 or facts.before <= 0 or works < rules.jump_floor:
        return None
    if works * count <= rules.jump_times * facts.before:
        return None
    if works > facts.before:
        more = figures.wan(works - facts.before)
        text = ngettext(
            "%(month)s is %(more)s more than the %(n)s month before.",
            "%(month)s is %(more)s more than the %(n)s earlier months together.",
            count,
        )
        return Question("jumps", text % {**said, "more": more, "n": count})
    times = figures.trimmed(Fraction(works * count, facts.before), 1)
    text = _("%(month)s is %(times)s times the average of the %(n)s earlier months.")
    return Question("jumps", text % {**said, "times": times, "n": count})


def _about_fall(facts: ReportFacts, name: str) -> Question | None:
    new, old = getattr(facts, name), facts.earlier.get(name)
    if new is None or old is None or new >= old:
        return None
    label = MEASURE_NAMES[name]
    text = _("%(measure)s: %(new)s, which is %(less)s less than a month ago.")
    values = {"measure": label, "new": figures.wan(new), "less": figures.wan(old - new)}
    return Question(f"{name}_falls", text % values)


def gaps(works: int | None, progress: str) -> list[str]:
    """What a report still lacks before it can go, as sentences."""
    found = []
    if works is None:
        found.append(_("The works of the month are not filled in; write 0 if there were none."))
    if not progress.strip():
        found.append(_("The image progress is not filled in."))
    return found


# the year to date ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Carried:
    """What a report's year to date must be."""

    report: MonthlyReport
    before: int
    total: int | None


def carried(reports: Iterable[MonthlyReport]) -> list[Carried]:
    """The year to date of a project's *reports* of one year, in order of the months.

    An accepted report adds up accepted months only: a figure that counts never moves by a draft. Any other
    adds up all earlier months. Counting goes on from a report that gives only the year to date (import).
    """
    counted = latest = 0
    result = []
    for report in sorted(reports, key=lambda r: r.month):
        accepted = report.status == ReportStatus.ACCEPTED
        before = counted if accepted else latest
        if report.works is None:
            result.append(Carried(report, before, report.works_ytd))
            if report.works_ytd is not None:
                latest = report.works_ytd
                counted = report.works_ytd if accepted else counted
            continue
        total = before + report.works
        result.append(Carried(report, before, total))
        latest += report.works
        counted += report.works if accepted else 0
    return result


@dataclass(frozen=True)
class Standing:
    """What a month's report stands on: the year's plan, what was reported before, the newest words."""

    plan: int | None = None
    before: int = 0
    earlier: Mapping[str, int] = field(default_factory=dict)
    last: MonthlyReport | None = None  # the newest earlier one with words, from December on

    @property
    def last_progress(self) -> str:
        return self.last.progress if self.last else ""

    @property
    def last_works(self) -> int | None:
        return self.last.works if self.last else None


def standings(projects: Iterable[int], period: Period) -> dict[int, Standing]:
    """For each project (by id) what its report of *period* stands on. Two queries, however many projects."""
    ids = list(projects)
    of_year = AnnualPlan.objects.filter(project__in=ids, year=period.year)
    plans = dict(of_year.values_list("project", "investment"))
    earlier = MonthlyReport.objects.filter(
        project__in=ids, month__gte=f"{period.year - 1}-12", month__lt=str(period)
    ).order_by("month")
    by_project: dict[int, list[MonthlyReport]] = {}
    for report in earlier:
        by_project.setdefault(report.project_id, []).append(report)
    return {pk: _standing(plans.get(pk), by_project.get(pk, []), period) for pk in ids}


def _standing(plan: int | None, reports: Sequence[MonthlyReport], period: Period) -> Standing:
    of_year = [report for report in reports if report.month >= f"{period.year}-01"]
    before = 0
    for step in carried(of_year):
        if step.report.works is not None:
            before += step.report.works
        elif step.total is not None:
            before = step.total
    known = ((name, getattr(report, name)) for report in of_year for name in MEASURES)
    measures = {name: value for name, value in known if value is not None}
    last = next((report for report in reversed(reports) if report.progress), None)
    return Standing(plan, before, measures, last)


def facts_of(report: MonthlyReport, standing: Standing) -> ReportFacts:
    """The facts that the questions about *report* are asked of."""
    return ReportFacts(
        period=Period.parse(report.month),
        works=report.works,
        before=report.works_before,
        plan=standing.plan,
        statistics_ytd=report.statistics_ytd,
        funds_ytd=report.funds_ytd,
        paid_ytd=report.paid_ytd,
        earlier=standing.earlier,
    )


# months and days -------------------------------------------------------------------------------------------


def due_at(period: Period, rules: RoundRules, overrides: Mapping[date, bool] | None = None) -> datetime:
    """When the report of a month is due: the profile's day of the next month, moved to a working day."""
    following = period.next()
    day = date(following.year, following.first.month, min(rules.due_day, following.last.day))
    moved = next_workday(day, overrides)
    return datetime.combine(moved, rules.due_time, tzinfo=timezone.get_default_timezone())


def current_period(on: date, rules: RoundRules) -> Period:
    """The month that is being reported on *on*: this one from its opening day, else the one before."""
    month = Period.of(on)
    return month if on.day >= min(rules.open_day, month.last.day) else month.previous()


def workday_overrides() -> dict[date, bool]:
    """The office's own corrections of the calendar. Reads."""
    return dict(WorkdayOverride.objects.values_list("day", "is_workday"))


def latest_period(county: Unit, on: date) -> Period:
    """The newest month up to *on* that has counted reports, else the month before *on*. Reads."""
    newest = (
        MonthlyReport.objects.counted()
        .filter(project__county=county, month__lte=str(Period.of(on)))
        .order_by("-month")
        .values_list("month", flat=True)
        .first()
    )
    return Period.parse(newest) if newest else Period.of(on).previous()


def open_periods(county: Unit, on: date, rules: RoundRules) -> list[Period]:
    """The months whose reports are wanted on *on*, oldest first: the current one, and the one before while it
    isn't closed and somebody has begun it. Reads."""
    current = current_period(on, rules)
    pair = [current.previous(), current]
    names = [str(period) for period in pair]
    months = dict(ReportingMonth.objects.filter(county=county, month__in=names).values_list("month", "closed_at"))
    begun = (
        str(pair[0]) in months
        or MonthlyReport.objects.filter(
            project__county=county, month=names[0], status__in=(*EDITABLE, *WAITING)
        ).exists()
    )
    return [
        period
        for period, wanted in zip(pair, (begun, True), strict=True)
        if wanted and months.get(str(period)) is None
    ]


def is_closed(county: Unit, period: Period) -> bool:
    """Reads."""
    return ReportingMonth.objects.filter(county=county, month=str(period), closed_at__isnull=False).exists()


def expected(county: Unit, period: Period, unit: Unit | None = None) -> QuerySet[Project]:
    """The projects that report on *period*: pursued ones in pre-work or works, those completed that year, any
    with a plan for the year, and whatever has a report of the month already."""
    of_year = AnnualPlan.objects.filter(project=OuterRef("pk"), year=period.year)
    reported = MonthlyReport.objects.filter(project=OuterRef("pk"), month=str(period))
    under_way = Q(stage__in=(Stage.PREWORK, Stage.STARTED, Stage.ENTERED))
    finished = Q(stage=Stage.COMPLETED, completed_on__year=period.year)
    wanted = Q(state=State.ACTIVE) & (under_way | finished | Exists(of_year))
    scope = Project.objects.filter(county=county).filter(wanted | Exists(reported))
    return scope.led_by(unit) if unit else scope


def cells_to_fill(unit: Unit, period: Period) -> int:
    """How many cells the officers of *unit* fill for *period*, a figure on the office's page. Reads."""
    if unit.county is None:
        return 0
    return expected(unit.county, period, unit).count() * CELLS


def is_month(text: str) -> Period | None:
    """The month written as *text*, or nothing."""
    try:
        period = Period.parse(text)
    except ValueError:
        return None
    return period if period.kind is Kind.MONTH else None
