"""Writes a ledger that was looked at: a fixed number of statements, however many rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import progress
from core.days.periods import Period
from core.records import bulk
from organization.people.models import User
from organization.units.models import Unit, UnitKind
from projects.choices import ChangeKind, ReportSource, ReportStatus, Stage, State
from projects.entries.models import EntryRecord
from projects.ledger.models import ColumnMemory, LedgerImport, LedgerRow
from projects.ledger.planning.planner import Planned, month_of
from projects.ledger.reading.decisions import pk_of
from projects.ledger.said import fill
from projects.packages.services import _set
from projects.plans.models import AnnualPlan
from projects.registry.codes import arrange
from projects.registry.models import Project, Sponsor, StageChange
from projects.registry.months.services import closed_months, first_day, follow
from projects.registry.places import as_place
from projects.registry.services import HAPPENED, initials_of
from projects.reports.models import MonthlyReport
from projects.reports.months import carried

if TYPE_CHECKING:
    from projects.ledger.services import Looked, Options

KIND_OF_STATE = {
    State.SUSPENDED: ChangeKind.SUSPENDED,
    State.WITHDRAWN: ChangeKind.WITHDRAWN,
    State.ACTIVE: ChangeKind.RESUMED,
}

READ, STEPS = 2, 7  # steps of storing: two before anything is written, as `Writer.write` names them
ALIASES = "aliases_learned"  # in the result: names by unit on file
COOPERATING = "cooperating_before"  # in the result: units by project, which have no history
WRITTEN = ("works", "works_before", "works_ytd", "stated", "progress", "problem", "status", "source", "accepted_at",
           "accepted_by", "version", "updated_at", "updated_by")  # fmt: skip


class Writer:
    """Writes one looked-at ledger: a fixed number of statements, however many rows."""

    def __init__(self, ledger: LedgerImport, looked: Looked, options: Options, by: User | None, now: datetime) -> None:
        self.ledger, self.looked, self.options = ledger, looked, options
        self.by, self.now = by, now
        self.on_file = looked.on_file
        self.reason = _("Imported from %(file)s") % {"file": ledger.file.name}
        self.rows = [row for row in looked.rows if row.outcome in ("created", "updated")]
        self.on = self._day()
        self.flags: list[int] = []  # packages that began or ended
        closed = closed_months(looked.on_file.county.pk)
        self._first_day = cache(partial(first_day, looked.on_file.county.pk, self.on, closed=closed))  # of few days

    def _day(self) -> date:
        """The day from which what the ledger says is counted: the end of its month, or today if that is earlier."""
        today = timezone.localdate(self.now)
        period = month_of(self.looked.ledger)
        return min(period.last, today) if period else today

    def write(self) -> None:
        self.ledger.status = LedgerImport.Status.STORED
        self.ledger.result[COOPERATING] = {
            str(row.project.pk): sorted(self.on_file.cooperating.get(row.project.pk, ()))
            for row in self.rows
            if row.cooperating is not None and row.outcome == "updated"
        }
        self.ledger.result[ALIASES] = self._known()
        self.ledger.save()
        steps: tuple[tuple[str, tuple[Callable[[], None], ...]], ...] = (
            (gettext_noop("writing units and posts"), (self._units, self._posts)),
            (gettext_noop("writing projects"), (self._projects, self._packages, self._stages, self._entries)),
            (gettext_noop("writing plans and who answers"), (self._plans, self._sponsors, self._cooperating)),
            (gettext_noop("writing monthly reports"), (self._reports,)),
            (gettext_noop("counting the months"), (self._months, self._remember)),
        )
        for n, (name, parts) in enumerate(steps, READ + 1):
            progress.step(n, STEPS, name)
            for part in parts:
                part()

    def _months(self) -> None:
        """The months' rows of all projects of the ledger, in step with what it says."""
        since = {row.project.pk: Period.parse(min(row.reports)) for row in self.rows if row.reports}
        projects: list[Project | int] = [row.project for row in self.rows]
        reports = self.looked.ledger.kind == "reports"  # of projects that are there
        fresh = set() if reports else {row.project.pk for row in self.rows if row.new}
        told: dict[str, Any] = {"on": self.on, "now": self.now, "by": self.by, "reason": self.reason}
        follow([*projects, *self.flags], since=since, fresh=fresh, **told)

    def _many(self, rows: list[Any]) -> None:
        bulk.insert(rows, by=self.by, now=self.now, reason=self.reason)

    def _change(self, rows: list[Any], fields: Iterable[str]) -> None:
        bulk.update(rows, fields, by=self.by, now=self.now, reason=self.reason)

    def _units(self) -> None:
        county, units = self.on_file.county, self.on_file.new_units
        if not units:
            return
        taken = set(Unit.objects.filter(county=county).values_list("code", flat=True))
        for position, unit in enumerate(units, start=len(taken)):
            unit.code = _free_code(unit.name, taken)
            unit.path, unit.position = f"{county.path}{unit.code}/", position
        self._many(units)

    def _posts(self) -> None:
        posts = self.on_file.new_posts
        if not posts:
            return
        found = Unit.objects.filter(county=self.on_file.county, kind=UnitKind.LEADERS).order_by("-active", "position")
        home = found[0].standing if found else None
        if home is None:
            name, county = _("County leaders"), self.on_file.county
            home = Unit(code="leaders", name=name, short_name=name, kind=UnitKind.LEADERS, parent=county)
            home.save()
        for position, post in enumerate(posts, start=100):
            post.unit, post.position = home, position
        self._many(posts)

    def _ledger_rows(self) -> dict[int, LedgerRow]:
        reports = self.looked.ledger.kind == "reports"
        rows = [
            LedgerRow(ledger=self.ledger, number=planned.row.number, raw=planned.row.raw, outcome=planned.outcome,
                      project=planned.project if reports or planned.outcome == "updated" else None,
                      changes=planned.changes)
            for planned in self.looked.rows
            if planned.outcome != "unchanged"
        ]  # fmt: skip
        self._many(rows)
        return {row.number: row for row in rows}

    def _projects(self) -> None:
        kept = self._ledger_rows()
        if self.looked.ledger.kind == "reports":
            return
        created, updated, names = [], [], set()
        was = {row.project.pk: row.project.code for row in self.rows if not row.new and "code" in row.facts}
        number = self.on_file.last_number
        for planned in self.rows:
            project = planned.project
            for name, value in planned.facts.items():
                setattr(project, name, value)
            project.source_row = kept[planned.row.number]
            if planned.outcome == "created":
                number += 1
                project.number, project.created_at = number, self.now
                project.counts_from = self._counts_from(planned)
                project.stage = planned.stage
                self._set_state(planned)
                project.initials = initials_of(project.name)
                created.append(project)
                continue
            if "name" in planned.facts:
                project.initials = initials_of(project.name)
            project.version += 1
            names |= {*planned.facts, "source_row", "version", "initials"}
            updated.append(project)
        self._stage_steps(updated, names)
        codes = arrange([*(one for one in created if one.code), *(one for one in updated if one.pk in was)], was)
        self._many(created)
        self._change(updated, names | ({"other_codes"} if was else set()))
        codes.write(by=self.by, now=self.now, reason=self.reason)
        same_row = Project.objects.filter(source_row=OuterRef("pk")).values("pk")[:1]
        self.ledger.rows.filter(project=None, outcome="created").update(project=Subquery(same_row))

    def _packages(self) -> None:
        """Which package the rows are parts of; `_months` follows for the packages too."""
        packed = [row for row in self.rows if row.package is not None]
        if packed:
            to = {row.project.pk: row.package.pk for row in packed if row.package is not None}
            projects = [row.project for row in packed]
            self.flags = _set(projects, to, by=self.by, now=self.now, reason=self.reason)

    def _counts_from(self, planned: Planned) -> date:
        days = [getattr(planned.project, name) for name in HAPPENED]
        reported = [Period.parse(min(planned.reports)).first] if planned.reports else []
        return self._first_day(*days, *reported)

    def _set_state(self, planned: Planned) -> None:
        planned.project.state = planned.state
        if planned.state != State.ACTIVE:
            planned.project.state_reason = _("So the ledger says: %(file)s") % {"file": self.ledger.file.name[:200]}

    def _stage_steps(self, updated: list[Project], names: set[str]) -> None:
        """Notes old stages before they change; `_stages` writes the steps."""
        self.steps: list[StageChange] = []
        order = list(Stage)
        for planned in self.rows:
            if planned.outcome != "updated":
                continue
            project = planned.project
            if planned.stage:
                on = order.index(Stage(planned.stage)) > order.index(Stage(project.stage))
                kind = ChangeKind.ADVANCED if on else ChangeKind.SENT_BACK
                self.steps.append(self._step(project, kind, project.stage, planned.stage))
                project.stage = planned.stage
                names.add("stage")
            if planned.state:
                self.steps.append(
                    self._step(project, KIND_OF_STATE[State(planned.state)], project.stage, project.stage)
                )
                self._set_state(planned)
                names |= {"state", "state_reason"}

    def _step(self, project: Project, kind: str, old: str, new: str) -> StageChange:
        return StageChange(
            project=project,
            kind=kind,
            old=old,
            new=new,
            on=self.on,
            typed_at=self.now,
            by=self.by,
            reason=self.reason[:300],
        )

    def _stages(self) -> None:
        if self.looked.ledger.kind == "reports":
            return
        created = [row.project for row in self.rows if row.outcome == "created"]
        self._many([self._step(project, ChangeKind.CREATED, "", project.stage) for project in created] + self.steps)

    def _entries(self) -> None:
        """That a project is in the statistics because the ledger says so, which the statistics side may confirm."""
        if self.looked.ledger.kind == "reports":
            return
        said = [row for row in self.rows if row.stage == Stage.ENTERED or row.facts.get("entered_on")]
        entered = [row.project for row in said]
        known = set(EntryRecord.objects.filter(project__in=entered).values_list("project", flat=True))
        new = [one for one in entered if one.pk not in known]
        source, county = EntryRecord.Source.LEDGER, self.on_file.county
        self._many([EntryRecord(county=county, project=one, source=source) for one in new])

    def _plans(self) -> None:
        created, updated, names = [], [], set()
        year = self.looked.ledger.year or 0  # the planner makes no plan without a year
        for planned in self.rows:
            if not planned.plan:
                continue
            plan = self.on_file.plans.get(planned.project.pk)
            if plan is None:
                created.append(AnnualPlan(project=planned.project, year=year, **planned.plan))
                continue
            for name, value in planned.plan.items():
                setattr(plan, name, value)
            plan.change_reason = self.reason[:300]
            names |= {*planned.plan, "change_reason"}
            updated.append(plan)
        self._many(created)
        self._change(updated, names)

    def _sponsors(self) -> None:
        changed = [planned for planned in self.rows if planned.sponsors is not None]
        old = [planned.project.pk for planned in changed if planned.project.pk in self.on_file.sponsors]
        since: dict[tuple[int, int], date | None] = {}
        if old:
            there = list(Sponsor.objects.filter(project__in=old))
            since = {(one.project_id, one.post_id): one.since for one in there}
            bulk.delete(there, by=self.by, now=self.now, reason=self.reason)

        def first_day(project: Project, post: Any) -> date | None:
            if (project.pk, post.pk) in since or project.pk not in self.on_file.sponsors:
                return since.get((project.pk, post.pk))
            return Sponsor.first_day(project, self.now)

        self._many(
            [
                Sponsor(project=planned.project, post=post, position=position, since=first_day(planned.project, post))
                for planned in changed
                for position, post in enumerate(dict.fromkeys(planned.sponsors or ()))
            ]
        )

    def _cooperating(self) -> None:
        through = Project.cooperating_units.through
        changed = [planned for planned in self.rows if planned.cooperating is not None]
        old = [planned.project.pk for planned in changed if planned.project.pk in self.on_file.cooperating]
        if old:
            through.objects.filter(project__in=old).delete()
        through.objects.bulk_create(
            [
                through(project=planned.project, unit=unit)
                for planned in changed
                for unit in dict.fromkeys(planned.cooperating or ())
            ]
        )

    def _reports(self) -> None:
        """The reports that the ledger gives, and all others of the year that follow from them."""
        wanted: dict[int, dict[str, Mapping[str, Any]]] = defaultdict(dict)
        projects: dict[int, Project] = {}
        for planned in self.rows:
            if planned.reports:
                projects[planned.project.pk] = planned.project
                wanted[planned.project.pk].update(planned.reports)
        created, updated = [], []
        for pk, months in wanted.items():
            reports = self.on_file.reports.setdefault(pk, {})
            for month, values in sorted(months.items()):
                report = reports.get(month)
                if report is None:
                    report = MonthlyReport(county=self.on_file.county, project=projects[pk], month=month)
                    reports[month] = report
                self._fill(report, values, reports)
                if len(months) > 1:
                    _settled(reports, set())  # the next month stands on this one
            touched = _settled(reports, set(months))
            created += [report for report in touched if report.pk is None]
            updated += [report for report in touched if report.pk is not None]
        for report in updated:
            report.version += 1
        self._many(created)
        self._change(updated, WRITTEN)

    def _fill(self, report: MonthlyReport, values: Mapping[str, Any], reports: Mapping[str, MonthlyReport]) -> None:
        for name in ("progress", "problem"):
            if name in values:
                setattr(report, name, values[name])
        fill(report, values, reports)
        report.source = ReportSource.IMPORT
        report.updated_at, report.updated_by = self.now, self.by
        if report.works is not None or report.works_ytd is not None:
            report.status = ReportStatus.ACCEPTED
            report.accepted_at, report.accepted_by = self.now, self.by

    def _known(self) -> dict[str, list[str]]:
        """{unit on file: the names that it has in this ledger}, as the office decided."""
        known: dict[str, list[str]] = {}
        for key, asked in self.on_file.asked.items():
            if pk_of(asked.decision) and key in self.on_file.units:
                known.setdefault(str(self.on_file.units[key].pk), []).append(asked.name)
        return known

    def _remember(self) -> None:
        """What the office corrected by hand is known next time: columns, and which unit a strange name means."""
        units = {unit.pk: unit for unit in self.on_file.units.values()}
        for pk, names in self._known().items():
            units[int(pk)].aliases = [*units[int(pk)].aliases, *names]
        self._change([units[int(pk)] for pk in self._known()], ["aliases"])
        if self.options.mapping:
            ColumnMemory.objects.bulk_create(
                [ColumnMemory(county=self.on_file.county, header=header[:200], field=code[:40])
                 for header, code in self.options.mapping.items()],
                update_conflicts=True, unique_fields=["county", "header"], update_fields=["field"],
            )  # fmt: skip


def _free_code(name: str, taken: set[str]) -> str:
    """A code from the name's pinyin that no unit of the county has."""
    from pypinyin import lazy_pinyin  # loads its dictionary: only where a unit is made

    base = slugify("".join(lazy_pinyin(as_place(name))))[:34] or "unit"
    code, number = base, 2
    while code in taken:
        code, number = f"{base}-{number}", number + 1
    taken.add(code)
    return code


def _settled(reports: Mapping[str, MonthlyReport], months: set[str]) -> list[MonthlyReport]:
    """Brings the year to date in step after *months* were filled; the reports that are to be written."""
    by_year: dict[str, list[MonthlyReport]] = defaultdict(list)
    for report in reports.values():
        by_year[report.month[:4]].append(report)
    touched = []
    for of_year in by_year.values():
        for step in carried(of_year):
            report = step.report
            if (report.works_before, report.works_ytd) != (step.before, step.total) or report.month in months:
                report.works_before, report.works_ytd = step.before, step.total
                touched.append(report)
    return touched
