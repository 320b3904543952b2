"""From what a ledger says to what the registry holds: facts of a row, held against what is on file. Writes nothing.

An empty cell never erases what is on file; a cell that couldn't be read leaves it alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from core import coded
from core.amounts.cells import tight
from core.amounts.figures import wan_said
from core.days.periods import Period
from core.days.reading import Precision, When
from core.records.history import differing, visible
from organization.people.models import Post
from organization.units.models import Unit
from projects.choices import Nature, ReportSource, ReportStatus, Stage, State
from projects.classes import LIST_OF
from projects.ledger import Column, Ledger, Problem, Row
from projects.ledger.on_file import Matching, OnFile
from projects.ledger.reading.decisions import COUNTY, unit_key
from projects.ledger.reading.fields import FIELDS
from projects.ledger.said import ROUNDED, known_before, label_of, shown, times, wanted_of
from projects.plans.models import AnnualPlan
from projects.registry.models import Project
from projects.reports.models import MonthlyReport

TEXTS = {  # what a ledger's word goes to, and how long it may be
    "code": ("code", 40),
    "owner": ("owner", 200),
    "site": ("site", 200),
    "sector": ("sector", 60),
    "cluster": ("cluster", 60),
    "category": ("category", 60),
    "remark": ("remark", 500),
}
AS_IS = {"scope": "scope", "total_investment": "total_investment", "level": "level", "nature": "nature",
         "investment_kind": "investment_kind"}  # fmt: skip
UNSTORED = frozenset({"done_before", "done_in_all", "percent", "group", "next_steps", "reported_on"})
BEFORE_START: tuple[str, ...] = (Stage.PLANNED, Stage.RESERVE, Stage.PREWORK)
FAR: tuple[str, ...] = (Stage.ENTERED, Stage.COMPLETED)
GONE: tuple[str, ...] = (State.MERGED, State.SPLIT)


class Difference(NamedTuple):
    """What a ledger of the past says of a month, or plan, that is the registry's own: compared, never written."""

    month: str
    name: str
    what: str
    on_file: str
    ledger: str


@dataclass
class Past:
    """Ledgers of past months are brought: of *begun* months, those that a round was ever opened for or that people
    reported on, nothing is written; facts only of projects that these ledgers *made*."""

    begun: frozenset[str]
    made: set[int] = field(default_factory=set)


@dataclass
class Planned:
    """What storing one row will do. `changes` of what is on file: {what: (old, new)} in words; the rest is for the
    writer."""

    row: Row
    outcome: str = "unchanged"  # created, updated, unchanged, left_out, rejected
    project: Project = None  # type: ignore[assignment]  # rows rejected or left out have none
    facts: dict[str, Any] = field(default_factory=dict)
    stage: str = ""
    state: str = ""
    plan: dict[str, Any] = field(default_factory=dict)
    sponsors: list[Post] | None = None
    cooperating: list[Unit] | None = None
    package: Project | None = None  # into which it goes (`projects.ledger.packing`)
    reports: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # month: what it is to hold
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    differs: list[Difference] = field(default_factory=list)  # of months that the past may not write
    problems: list[Problem] = field(default_factory=list)
    unsettled: set[str] = field(
        default_factory=set
    )  # fields that wait for what is decided of a unit, once for all rows

    @property
    def new(self) -> bool:
        return self.outcome == "created"


class Planner:
    """Holds the rows of one ledger against what is on file, one after the other."""

    def __init__(self, ledger: Ledger, on_file: OnFile, *, create_units: bool, past: Past | None = None) -> None:
        self.ledger, self.on_file, self.make = ledger, on_file, create_units
        self.by_field: dict[str, Column] = {c.field: c for c in ledger.columns if c.field}
        self.year = ledger.year
        self.month = f"{ledger.year}-{ledger.month:02}" if ledger.year and ledger.month else ""
        self.past = past
        self.unclassed: set[tuple[str, str]] = set()  # said once each
        self.meant = Matching(ledger, on_file, make=create_units).meant() if ledger.kind == "projects" else {}

    def say(self, planned: Planned, code: str, value: Any, message: str, severity: str) -> None:
        column = self.by_field.get(code)
        planned.problems.append(
            Problem(planned.row.number, column.header if column else "", str(value)[:200], message, severity,
                    number=str(planned.row.values.get("number", "")), field=code,
                    cell=f"{column.letter}{planned.row.number}" if column else "")
        )  # fmt: skip

    def plan(self, row: Row) -> Planned:
        planned = Planned(row, problems=list(row.problems))
        if row.rejected:
            planned.outcome = "rejected"
            return planned
        return self._report(planned) if self.ledger.kind == "reports" else self._project(planned)

    # --- a registry's row ---------------------------------------------------------------------------------------

    def _project(self, planned: Planned) -> Planned:
        values = planned.row.values
        project = self.meant.get(planned.row.number)
        if self.past is not None and project is not None and project.pk not in self.past.made:
            planned.project = project
            self._plan_of_year(planned)
            self._months(planned)
            planned.outcome = "updated" if planned.changes else "unchanged"
            return planned
        facts = self._facts(planned)
        lead = self._lead_unit(planned)
        self._doubt_mark(planned, project)
        self._doubt_code(planned, project, facts)
        if project is None or lead is not None:
            facts["lead_unit"] = lead or self.on_file.county
        if project is None and "lead_unit" not in values:
            message = _("No responsible unit: filed under the county until the unit is known.")
            self.say(planned, "lead_unit", "", message, "warning")
        if "competent_unit" in values:
            facts["competent_unit"] = self._named_unit(planned, "competent_unit", values["competent_unit"])
        if "handling_unit" in values:
            facts["agent_unit"] = self._named_unit(planned, "handling_unit", values["handling_unit"])
        facts = {name: value for name, value in facts.items() if value is not None}
        if project is None:
            project = Project(county=self.on_file.county, name=values["name"])
            planned.outcome = "created"
        planned.project = project
        self._compare(planned, facts)
        self._stage(planned)
        self._plan_of_year(planned)
        self._people(planned)
        self._months(planned)
        if planned.outcome == "unchanged" and planned.changes:
            planned.outcome = "updated"
        return planned

    def _facts(self, planned: Planned) -> dict[str, Any]:
        values = planned.row.values
        facts: dict[str, Any] = {"name": values["name"]}
        for code, (name, longest) in TEXTS.items():
            if text := values.get(code):
                if len(text) > longest:
                    message = _("Longer than %(limit)s characters: the rest is cut off.") % {"limit": longest}
                    self.say(planned, code, text, message, "warning")
                facts[name] = text[:longest]
        facts |= {name: values[code] for code, name in AS_IS.items() if code in values}
        facts |= times(values, started=bool(values.get("started")) or self._begun(values))
        self._classed(planned, facts)
        return facts

    def _classed(self, planned: Planned, facts: dict[str, Any]) -> None:
        """Words become codes of the county's classes; what no class is called stays as it is written, and is said."""
        classes, problems = self.on_file.classes, planned.problems
        for name in ("nature", "investment_kind"):  # read by words that all ledgers have: the county's own go first
            column = self.by_field.get(name)
            if column and (code := coded.match(classes.of(name), planned.row.raw.get(column.header, ""))):
                facts[name] = code
                problems[:] = [problem for problem in problems if problem.field != name]
        for name in ("sector", "cluster"):
            text = facts.get(name, "")
            if not text or not (entries := classes.of(name)):
                continue
            facts[name] = coded.coded(entries, text)
            if facts[name] == text and text not in coded.labels(entries) and (name, text) not in self.unclassed:
                self.unclassed.add((name, text))
                message = _("“%(text)s” is not in the county's class list: stored as it is written, here and below.")
                self.say(planned, name, text, message % {"text": text}, "info")

    def _lead_unit(self, planned: Planned) -> Unit | None:
        name = planned.row.values.get("lead_unit")
        return self._named_unit(planned, "lead_unit", name) if name else None

    def _named_unit(self, planned: Planned, code: str, name: str) -> Unit | None:
        unit = self.on_file.unit(name, make=self.make)
        asked = self.on_file.asked.get(unit_key(name))
        if asked is not None and code == "lead_unit":
            asked.rows, asked.yuan = asked.rows + 1, asked.yuan + (planned.row.values.get("total_investment") or 0)
        elif asked is not None:
            asked.beside += 1
        if asked is not None and not asked.decision:
            planned.unsettled.add(code)
        if unit is None and asked is not None and asked.decision == COUNTY:
            message = _("“%(name)s” is left open, as you decided: what it leads stands under the county.")
            self.say(planned, code, name, message % {"name": name}, "info")
        elif unit is None and code == "lead_unit":
            message = _(
                "The county has no unit “%(name)s” yet: undecided, the project is filed under the county. Decide on "
                "the page: make the unit, or say which one it is."
            )
            self.say(planned, code, name, message % {"name": name}, "warning")
        elif unit is None:
            message = _(
                "The county has no unit “%(name)s” yet: left open. Decide on the page: make it, or say which it is."
            )
            self.say(planned, code, name, message % {"name": name}, "warning")
        return unit

    def _doubt_mark(self, planned: Planned, project: Project | None) -> None:
        """Says where the mark of our own ledger means a project of another name, or none that is meant by it."""
        mark, name = planned.row.values.get("key", ""), planned.row.values["name"]
        if not mark:
            return
        pk = self.on_file.marks.get(mark)
        if pk is None:
            message = _("No project here has this mark: the row is known by its code, name and unit.")
            self.say(planned, "key", mark, message, "warning")
        elif project is None or project.pk != pk:
            message = _("The mark is that of “%(old)s”, which another row means: this row is another project.")
            self.say(planned, "key", mark, message % {"old": self.on_file.projects[pk].name}, "warning")
        elif tight(project.name) != tight(name):
            message = _("By its mark this is “%(old)s” on file: the name changes. Is it the same project?")
            self.say(planned, "key", mark, message % {"old": project.name}, "warning")

    def _doubt_code(self, planned: Planned, project: Project | None, facts: dict[str, Any]) -> None:
        """Says where a code meets a project of another name: it is renamed, or it isn't the one that is meant."""
        name, code = planned.row.values["name"], planned.row.values.get("code", "")
        others = [self.on_file.projects[pk] for pk in self.on_file.codes.get(code, ())]
        for word in self.on_file.said_of_code(code, project):
            self.say(planned, "code", code, word, "info")
        if project is not None and code in project.other_codes.split():
            del facts["code"]  # what was replaced doesn't come back by an old ledger
        if project is not None and project in others and tight(project.name) != tight(name):
            message = _("By its code this is “%(old)s” on file: the name changes. Is it the same project?")
            self.say(planned, "code", code, message % {"old": project.name}, "warning")
        elif project is None and others:
            message = _("%(names)s has this code on file: the row is put beside it. Check that it is another project.")
            self.say(planned, "code", code, message % {"names": "、".join(one.name for one in others)}, "warning")

    def _compare(self, planned: Planned, facts: Mapping[str, Any]) -> None:
        project = planned.project
        for name, value in facts.items():
            old = None if name == "lead_unit" and planned.new else getattr(project, name)
            if visible(old) != visible(value):
                planned.facts[name] = value
                if not planned.new:
                    planned.changes[label_of(Project, name)] = (self._shown(name, old), self._shown(name, value))

    def _shown(self, name: str, value: Any) -> str:
        if name in LIST_OF and value:
            return coded.label_of(self.on_file.classes.of(name), value)
        return shown(name, value)

    def _begun(self, values: Mapping[str, Any]) -> bool:
        """Whether a row that says neither stage nor start has begun: money was spent, and a start is dated before the
        ledger's end or it is a continued one."""
        if {"stage", "started"} & values.keys() or not any(
            values.get(c) for c in ("done", "done_month", "done_in_all")
        ):
            return False
        when, period = values.get("start"), month_of(self.ledger)
        if values.get("nature") == Nature.CONTINUED:
            return True
        if not isinstance(when, When) or when.precision is Precision.YEAR:
            return False
        return period is None or when.first <= period.last

    def _stage(self, planned: Planned) -> None:
        """Stage and state as the ledger says them; a registry that is further is not set back by a coarser word."""
        values, project = planned.row.values, planned.project
        said = values.get("stage")
        started = True if self._begun(values) else values.get("started")
        if said == "suspended":
            planned.state, said = State.SUSPENDED, None
        if values.get("entered") and said != Stage.COMPLETED:
            said = Stage.ENTERED
        if values.get("listed") is False:
            planned.state = State.WITHDRAWN
        elif values.get("listed") is True and not planned.state:
            planned.state = State.ACTIVE
        if said is None and started is not None:
            said = Stage.STARTED if started else Stage.PREWORK
            if not planned.new and (project.stage not in BEFORE_START) is started:
                said = project.stage
        if planned.new:
            planned.stage = said or Stage.PLANNED
            planned.state = planned.state or State.ACTIVE
            return
        if said and said != project.stage:
            order = [str(stage) for stage in Stage]
            if order.index(said) < order.index(project.stage) and project.stage in FAR:
                message = _("The registry is further (%(stage)s): the stage is left as it is.")
                self.say(planned, "stage" if "stage" in self.by_field else "started", Stage(said).label,
                         message % {"stage": project.get_stage_display()}, "warning")  # fmt: skip
            else:
                planned.stage = said
                planned.changes[str(_("stage"))] = (str(project.get_stage_display()), str(Stage(said).label))
        if planned.state == State.ACTIVE and project.state != State.WITHDRAWN:
            planned.state = ""  # on the list again is no reason to resume what was suspended
        if planned.state and planned.state != project.state and project.state not in GONE:
            planned.changes[str(_("state"))] = (str(project.get_state_display()), str(State(planned.state).label))
        else:
            planned.state = ""

    def _plan_of_year(self, planned: Planned) -> None:
        values = planned.row.values
        if self.year is None:
            return
        new: dict[str, Any] = {}
        if "year_plan" in values:
            new["investment"] = values["year_plan"]
        if "annual_task" in values:
            new["target"] = values["annual_task"]
        quarters = {
            str(n): {
                key: values[code]
                for key, code in (("text", f"q{n}_task"), ("investment", f"q{n}_plan"))
                if code in values
            }
            for n in range(1, 5)
        }
        quarters = {n: told for n, told in quarters.items() if told}
        old = self.on_file.plans.get(planned.project.pk) if planned.project.pk else None
        if quarters:
            stored = old.quarters if old else {}
            new["quarters"] = {**stored, **{n: {**stored.get(n, {}), **told} for n, told in quarters.items()}}
        for name, value in new.items():
            was = getattr(old, name) if old else None
            if visible(was) != visible(value):
                if self.past is not None and old is not None and planned.project.pk not in self.past.made:
                    self._differs(
                        planned, str(self.year), label_of(AnnualPlan, name), shown(name, was), shown(name, value)
                    )
                    continue
                planned.plan[name] = value
                if planned.new:
                    continue
                label = _("%(year)s: %(what)s") % {
                    "year": self.year,
                    "what": label_of(AnnualPlan, name),
                }
                planned.changes[label] = (shown(name, was), shown(name, value))

    def _people(self, planned: Planned) -> None:
        values, pk = planned.row.values, planned.project.pk
        if "leaders" in values:
            posts = []
            for title in values["leaders"]:
                post = self.on_file.post(title, make=self.make)
                if post is None:
                    message = _("There is no leader's post “%(name)s” in the county: not taken as a sponsor.")
                    self.say(planned, "leaders", title, message % {"name": title}, "warning")
                elif post not in posts:  # named by its title and by its holder
                    posts.append(post)
            old = self.on_file.sponsors.get(pk, []) if pk else []
            if posts and old != [post.pk for post in posts]:
                planned.sponsors = posts
            if planned.sponsors and not planned.new:
                names = {post.pk: post.title for post in self.on_file.posts.values()}
                was = "、".join(names.get(p, "") for p in old)
                planned.changes[str(FIELDS["leaders"].label)] = (was, "、".join(post.title for post in posts))
        if "cooperating_units" in values:
            units = [self._named_unit(planned, "cooperating_units", name) for name in values["cooperating_units"]]
            found = [unit for unit in units if unit is not None]
            old_units = self.on_file.cooperating.get(pk, set()) if pk else set()
            if found and old_units != {unit.pk for unit in found}:
                planned.cooperating = found
            if planned.cooperating and not planned.new:
                planned.changes[str(FIELDS["cooperating_units"].label)] = ("", "、".join(unit.name for unit in found))

    def _months(self, planned: Planned) -> None:
        """The reports of the months that the row speaks of: the ledger's own, and those that stand side by side."""
        if self.year is None:
            return
        values, pk = planned.row.values, planned.project.pk
        wanted = wanted_of(values, self.year, self.month)
        reports = self.on_file.reports.get(pk, {}) if pk else {}
        for month, what in wanted.items():
            if self.month and month > self.month:
                if what.get("works"):
                    message = _("%(month)s is after the month of the ledger, %(own)s: not taken.")
                    said = {"month": month, "own": self.month}
                    self.say(planned, "done_month", wan_said(what["works"]), message % said, "warning")
                continue
            self._fits(planned, month, what, known_before(month, wanted, reports))
            self._want(planned, month, what)

    def _differs(self, planned: Planned, month: str, what: str, on_file: str, ledger: str) -> None:
        planned.differs.append(Difference(month, planned.project.name, what, on_file, ledger))

    def _fits(self, planned: Planned, month: str, what: Mapping[str, Any], before: int | None) -> None:
        """Says where a year to date doesn't go on from the months before it."""
        if (to_date := what.get("works_ytd")) is None:
            return
        works = what.get("works", 0)
        if before is None:
            before = min(0, to_date - works)  # then all that is known is that nothing was done below zero
            fits = to_date >= works
        elif "works" in what:
            fits = abs(before + works - to_date) <= ROUNDED
        else:
            fits = to_date >= before
        if fits:
            return
        said = {"month": month, "before": wan_said(before), "works": wan_said(works), "to_date": wan_said(to_date)}
        if "works" in what:
            message = _(
                "To the month before %(before)s, in %(month)s %(works)s, to date %(to_date)s (10k yuan): these don't "
                "fit. Each is stored as it stands; check them."
            )
        else:
            message = _(
                "To date %(to_date)s in %(month)s is less than %(before)s at the end of the month before (10k yuan)."
            )
        self.say(planned, "done", wan_said(to_date), message % said, "warning")

    def _want(self, planned: Planned, month: str, wanted: Mapping[str, Any]) -> None:
        """Notes what the report of *month* is to hold, unless a person's own report or a closed month stands there."""
        pk = planned.project.pk
        old = self.on_file.reports.get(pk, {}).get(month) if pk else None
        changed = wanted if old is None else differing(old, wanted)
        if not changed:
            return
        if self.past is not None and month in self.past.begun:
            for name, value in changed.items():
                was = shown(name, getattr(old, name) if old else None)
                self._differs(planned, month, label_of(MonthlyReport, name), was, shown(name, value))
            return
        code = "done" if "works_ytd" in wanted else "done_month"
        if month in self.on_file.closed:
            message = _("%(month)s is closed: its report is left as it is. Reopen the month first.") % {"month": month}
            self.say(planned, code, "", message, "warning")
            return
        if old is not None and old.source == ReportSource.PERSON and not _untouched(old):
            if "works_ytd" in changed or "works" in changed:
                said = {"month": month, "own": wan_said(old.works_ytd) or "—"}
                message = (
                    _("The unit's own report of %(month)s says %(own)s (10k yuan): it is not overwritten.") % said
                )
                self.say(planned, code, wan_said(changed.get("works_ytd", changed.get("works"))), message, "warning")
            return
        planned.reports[month] = wanted
        if planned.new:
            return
        for name, value in changed.items():
            label = _("%(month)s: %(what)s") % {
                "month": month,
                "what": label_of(MonthlyReport, name),
            }
            planned.changes[label] = (shown(name, getattr(old, name) if old else None), shown(name, value))

    # --- a report's row -----------------------------------------------------------------------------------------

    def _report(self, planned: Planned) -> Planned:
        values = planned.row.values
        same = self.on_file.names.get(tight(values["name"]), [])
        if len(same) != 1:
            planned.outcome = "rejected"
            if same:
                message = _("%(count)s projects on file have this name: which one is meant?") % {"count": len(same)}
            else:
                message = _("No project on file has this name. Import the registry first.")
            self.say(planned, "name", values["name"], message, "error")
            return planned
        planned.project = self.on_file.projects[same[0][0]]
        wanted = {
            "works": values.get("done_month"),
            "works_ytd": values.get("done"),
            "progress": values.get("progress"),
            "problem": values.get("issues"),
        }
        self._want(planned, values["month"], {name: value for name, value in wanted.items() if value is not None})
        if planned.reports:
            there = values["month"] in self.on_file.reports.get(planned.project.pk, {})
            planned.outcome = "updated" if there else "created"
        return planned


def _untouched(report: MonthlyReport) -> bool:
    """A draft that was opened for the month and that nobody has written in."""
    return report.status == ReportStatus.DRAFT and report.works is None and not report.progress and not report.problem


def month_of(ledger: Ledger) -> Period | None:
    return Period.month(ledger.year, ledger.month) if ledger.year and ledger.month else None
