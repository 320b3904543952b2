"""The rows of the month's grid: what stands in each, what it asks, and in which state it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _

from core.amounts import figures
from core.days.periods import Period
from core.records.history import differing
from core.refusals import Refused, Stale
from organization.people.models import Post, User
from projects.choices import ReportStatus
from projects.photos.pages import Tally, tallies
from projects.registry.models import Project
from projects.reports import services as reports
from projects.reports.forms import RowForm
from projects.reports.models import MonthlyReport
from projects.reports.months import EDITABLE, Standing, facts_of, standings
from projects.reports.questions import MEASURES, Question, month_name, questions
from projects.rules import ReportRules


class State(NamedTuple):
    """What the last column says. `tone` as a light's; `sign` an icon instead of one."""

    code: str
    word: str
    tone: str = ""
    sign: str = ""


@dataclass
class Row:
    """A project in the grid of a month."""

    project: Project
    period: Period
    standing: Standing
    rules: ReportRules
    report: MonthlyReport | None
    closed: bool = False
    form: RowForm | None = None  # as posted, while it couldn't be stored
    conflict: Stale | None = None
    refused: str = ""
    seen: int | None = None  # the version that the page showed, or that it has just written
    waits: bool = False  # at the desk: for a sponsor's word that is still to come
    sponsors: list[Post] = field(default_factory=list)  # at the desk: who they are
    mine: bool = False  # whether the reader may take it back while nobody has acted on it
    photos: Tally | None = None
    typed: int = 0  # cells that were just written
    handed_in: list[str] = field(default_factory=list)  # the rounds within the month that have a copy of it
    begins: str = ""  # the cell of it that typing begins in, on a page that has just come
    asked: list[Question] = field(init=False)

    def __post_init__(self) -> None:
        self.ask()

    def ask(self) -> None:
        self.asked = questions(facts_of(self.report, self.standing), self.rules) if self.report else []

    @property
    def prefix(self) -> str:
        return f"r-{self.project.pk}"

    @property
    def editable(self) -> bool:
        return not self.closed and (self.report is None or self.report.status in EDITABLE)

    @property
    def goes_back(self) -> bool:
        """Whether a button takes it back."""
        sent = self.report is not None and self.report.status == ReportStatus.SUBMITTED
        return self.mine and sent and not self.closed

    @property
    def version(self) -> int:
        """What a save must have seen; after a conflict the other's, so that saving again means “mine”."""
        if self.conflict:
            theirs: int = self.conflict.record.version
            return theirs
        return self.report.version if self.report else 0

    # what stands in the cells

    def _typed(self, name: str) -> str | None:
        return self.form.data.get(self.form.add_prefix(name)) if self.form else None

    @property
    def works(self) -> str:
        typed = self._typed("works")
        return typed if typed is not None else figures.wan_exact(self.report.works if self.report else None)

    @property
    def progress(self) -> str:
        typed = self._typed("progress")
        return typed if typed is not None else (self.report.progress if self.report else "")

    @property
    def problem(self) -> str:
        typed = self._typed("problem")
        return typed if typed is not None else (self.report.problem if self.report else "")

    @property
    def explanation(self) -> str:
        typed = self._typed("explanation")
        return typed if typed is not None else (self.report.explanation if self.report else "")

    @property
    def last_works(self) -> str:
        return figures.wan_exact(self.standing.last_works)

    @property
    def before(self) -> int:
        return self.report.works_before if self.report else self.standing.before

    @property
    def in_words(self) -> str:
        return in_words(self.project, self.report) if self.report else ""

    @property
    def total(self) -> int | None:
        return self.report.works_ytd if self.report else None

    @property
    def rate(self) -> Fraction | None:
        """Percent of the year's plan."""
        if self.total is None or not self.standing.plan:
            return None
        return Fraction(self.total * 100, self.standing.plan)

    @property
    def errors(self) -> list[str]:
        if self.refused:
            return [self.refused]
        return [str(error) for errors in self.form.errors.values() for error in errors] if self.form else []

    def is_bad(self, name: str) -> bool:
        return bool(self.form and name in self.form.errors)

    @property
    def works_bad(self) -> bool:
        return self.is_bad("works") or (bool(self.asked) and not self.explained and self.asked[0].tone == "red")

    @property
    def progress_bad(self) -> bool:
        return self.is_bad("progress")

    # in which state it is

    @property
    def explained(self) -> bool:
        return bool(self.report and self.report.explanation)

    @property
    def is_empty(self) -> bool:
        return self.report is None or (self.report.works is None and not self.report.progress)

    @property
    def is_filled(self) -> bool:
        return self.report is not None and self.report.works is not None and bool(self.report.progress)

    @property
    def is_ready(self) -> bool:
        """Whether it goes with the others; what was given back first has to be mended."""
        filled = self.editable and self.is_filled and not self.has_trouble and (self.explained or not self.asked)
        return filled and not self.is_returned

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do here: a phone shows it below the others."""
        return not self.editable or self.is_ready

    @property
    def has_trouble(self) -> bool:
        return bool(self.errors or self.conflict)

    @property
    def has_note(self) -> bool:
        return bool(self.has_trouble or self.returned or (self.asked and self.editable))

    @property
    def returned(self) -> str:
        """Why it was given back, until it goes up again."""
        return self.report.return_reason if self.report and self.editable else ""

    @property
    def is_returned(self) -> bool:
        return self.report is not None and self.report.status == ReportStatus.RETURNED

    @property
    def state(self) -> State:
        if self.conflict:
            return State("conflict", _("two versions"), "red")
        if self.errors:
            return State("error", _("to mend"), "red")
        if self.report and not self.editable and self.report.status not in EDITABLE:
            return State(self.report.status, STATUS[self.report.status](), sign="lock")
        if self.closed:
            return State("closed", _("closed"), sign="lock")
        if self.asked and not self.explained:
            red = any(question.tone == "red" for question in self.asked)
            return State("red", _("to mend"), "red") if red else State("amber", _("please explain"), "amber")
        return self._filling()

    def _filling(self) -> State:
        if self.report is None or self.is_empty:
            return State("empty", _("not filled in"))
        if self.is_returned:
            return State("returned", _("returned"), "red")
        if self.report.works is None:
            return State("part", _("works missing"))
        if not self.report.progress:
            return State("part", _("progress missing"))
        if self.report.unchanged:
            return State("same", _("no change"))
        return State("saved", _("saved"), sign="tick")


STATUS: dict[str, Callable[[], str]] = {
    ReportStatus.SUBMITTED: lambda: _("submitted"),
    ReportStatus.APPROVED: lambda: _("approved"),
    ReportStatus.ACCEPTED: lambda: _("accepted"),
}


def in_words(project: Project, report: MonthlyReport) -> str:
    """What is decided about, for whoever is asked once more: project, month, figures."""
    said = _("%(project)s, %(month)s: works %(works)s, year so far %(total)s (10k yuan); %(progress)s")
    return said % {
        "project": project,
        "month": month_name(Period.parse(report.month)),
        "works": figures.wan(report.works),
        "total": figures.wan(report.works_ytd),
        "progress": report.progress or figures.NONE,
    }


class Measure(NamedTuple):
    """One of the measures of the year so far: as last reported before the month, and in its report."""

    label: str
    last: int | None
    now: int | None


def measures_of(row: Row) -> list[Measure]:
    """Those beside the works: statistics, funds in, paid out."""
    labels = {"statistics_ytd": _("Statistics investment"), "funds_ytd": _("Funds in"), "paid_ytd": _("Paid out")}
    return [
        Measure(labels[name], row.standing.earlier.get(name), getattr(row.report, name, None)) for name in MEASURES
    ]


def rows_of(projects: Iterable[Project], period: Period, rules: ReportRules, closed: bool) -> list[Row]:
    """The rows of *projects* for a month: four queries, however many."""
    projects = list(projects)
    stands = standings([project.pk for project in projects], period)
    found = MonthlyReport.objects.filter(project__in=projects, month=str(period)).select_related("updated_by")
    stored = {report.project_id: report for report in found}
    for project in projects:
        if report := stored.get(project.pk):
            report.project = project
    photos = tallies(projects[0].county_id, period, stands) if projects else {}
    return [Row(p, period, stands[p.pk], rules, stored.get(p.pk), closed, photos=photos.get(p.pk)) for p in projects]


def begin(rows: Iterable[Row]) -> None:
    """Marks the cell that typing begins in: a wrong one, else the first open and empty one, else what is to mend."""
    open_rows = [row for row in rows if row.editable]
    for row in open_rows:
        if row.errors:
            row.begins = "progress" if row.progress_bad and not row.is_bad("works") else "works"
            return
    for row in open_rows:
        if not row.is_filled:
            row.begins = "progress" if row.report and row.report.works is not None else "works"
            return
    for row in open_rows:
        if not row.is_ready:
            row.begins = "works"
            return


def fill(row: Row, data: QueryDict, *, by: User, now: datetime) -> None:
    """Store what *data* has for the row; what can't be stored stays in the row as it was typed, with the reason."""
    if not row.editable or f"{row.prefix}-version" not in data:
        if f"{row.prefix}-version" in data and not row.editable:
            _too_late(row, data)
        return
    form = RowForm(data, prefix=row.prefix)
    if not form.is_valid():
        row.form = form
        return
    try:
        version, given = form.cleaned_data["version"], form.given()
        cells = {name: value for name, value in given.items() if name != "unchanged"}
        typed = len(differing(row.report or MonthlyReport(), cells))
        row.report = _save(row, by=by, now=now, version=version, **given)
        row.typed = typed
        row.seen = seen_of(row.report, version, now)
        row.ask()
    except Stale as conflict:
        row.form, row.conflict = form, conflict
    except Refused as refused:
        row.form, row.refused = form, refused.why


def seen_of(report: MonthlyReport | None, version: int, now: datetime) -> int:
    """What the person has seen of *report* after saving it: what was written now, else what the page showed (equal
    values are taken whatever the version)."""
    return report.version if report and report.updated_at == now else version


def _save(row: Row, *, by: User, now: datetime, version: int, **values: Any) -> MonthlyReport | None:
    report = reports.save(row.project, row.period, by=by, now=now, version=version, **values)
    return report if report.pk else None


def _too_late(row: Row, data: QueryDict) -> None:
    """The row went up or was closed while somebody was typing: say so if what was typed differs."""
    form = RowForm(data, prefix=row.prefix)
    report = row.report
    if not form.is_valid():
        row.form = form
    elif report is None or any(getattr(report, n) != v for n, v in form.given().items() if n != "unchanged"):
        typed = "; ".join(str(form.data[form.add_prefix(n)]) for n in form.given() if n != "unchanged")
        text = _("It was submitted or closed in the meantime. Not stored: %(typed)s")
        row.refused = text % {"typed": typed}


def take_back(row: Row, *, by: User, now: datetime, version: int) -> bool:
    """It is the unit's again; whether it is, else the row says why not."""
    try:
        row.report = reports.take_back(row.report, by=by, now=now, version=version) if row.report else None
    except Refused as refused:
        row.refused = refused.why
    return not row.refused


def leave_unchanged(row: Row, *, by: User, now: datetime) -> None:
    """Nothing changed this month."""
    try:
        row.report = reports.copy_last(row.project, row.period, by=by, now=now, version=row.version)
        row.seen = row.report.version
        row.ask()
    except Stale as conflict:
        row.conflict = conflict
    except Refused as refused:
        row.refused = refused.why


@dataclass(frozen=True)
class Total:
    """The foot: sums of the rows shown, and their share of the plans in percent."""

    plan: int
    before: int
    works: int

    @property
    def sum(self) -> int:
        return self.before + self.works

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.sum * 100, self.plan) if self.plan else None


def total(rows: Iterable[Row]) -> Total:
    rows = list(rows)
    works = sum(row.report.works or 0 for row in rows if row.report)
    return Total(sum(row.standing.plan or 0 for row in rows), sum(row.before for row in rows), works)


@dataclass(frozen=True)
class Count:
    """What the bar at the foot says. `filled`: both cells are, whatever became of the row since."""

    rows: int
    filled: int
    ready: int
    empty: int
    red: int
    amber: int


def count(rows: Iterable[Row]) -> Count:
    rows = list(rows)
    states = [row.state.code for row in rows]
    return Count(
        rows=len(rows),
        filled=sum(row.is_filled for row in rows),
        ready=sum(row.is_ready for row in rows),
        empty=sum(row.editable and row.is_empty and not row.has_trouble for row in rows),
        red=sum(code in {"error", "conflict", "red", "returned"} for code in states),
        amber=states.count("amber"),
    )
