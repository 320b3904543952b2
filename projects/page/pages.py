"""What the page of a project shows, put together: stages and gates, what blocks it, figures, plan, history.

Reads are bounded: the number of queries doesn't grow with the reports, approvals or changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

from django.db.models import F
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from core.amounts import figures
from core.charts import Chart, year_line
from core.collect import gather
from core.days.periods import Period
from core.web import asked
from organization.people.models import Post, User
from organization.permissions import Answer
from organization.portfolios.models import leaders_of
from organization.profiles.rules import Rules, rules_of
from organization.units.models import Unit
from projects import lights
from projects.approvals.models import ApprovalItem, Argument
from projects.choices import ReportStatus, Stage, State
from projects.classes import ClassRules, class_names
from projects.entries.models import EntryProposal, EntryRecord
from projects.entries.permissions import can_propose_entry
from projects.lifecycle import gates as lifecycle
from projects.lifecycle.pages import distance
from projects.lifecycle.permissions import can_advance, can_send_back, can_suspend, can_withdraw
from projects.lights import Facts, Light
from projects.page import history as records
from projects.page.history import Names, Record
from projects.photos.models import Photo
from projects.plans.models import AnnualPlan
from projects.registry.models import Approval, Project, ProjectCode, Sponsor, StageChange
from projects.registry.months import pages as months
from projects.registry.months import words
from projects.registry.months.models import FormerFact, MonthChange, ProjectMonth
from projects.reports.models import MonthlyReport
from projects.resumptions.models import Resumption
from projects.rules import ApprovalRules, LightRules, kind_name
from projects.supervision.models import SupervisionNote

REPORTS = 12  # on the page; the others in the history


LATEST = 6  # lines of the history on the page


RECENT = 40  # rows of history that are looked through for them


@dataclass(frozen=True)
class Deed:
    """Something that can be done to the project from the page. `early`: how far off it is planned, if that is far."""

    name: str
    label: str
    href: str
    early: str = ""


def deeds(user: User, project: Project, on: date, days: int) -> list[Deed]:
    """The steps that are possible from here on the day *on*; one that the person may not take isn't offered. *days* is
    the county's `early_days`."""
    found: list[Deed] = []

    def offer(name: str, label: str, answer: Answer, *args: Any, early: str = "") -> None:
        if answer:
            found.append(Deed(name, label, reverse(f"projects:{name}", args=[project.pk, *args]), early))

    if project.state == State.ACTIVE:
        for stage in lifecycle.targets(project):
            label = _("Move on into “%(stage)s”") % {"stage": stage.label}
            may = can_advance(user, project, stage)
            if stage == Stage.ENTERED and not may:
                waits = project.entry_proposals.waiting().exists()
                may = Answer(not waits and can_propose_entry(user, project).ok)
                label = _("Propose it for the statistics")
            offer("move", label, may, stage.value, early=distance(project, stage, on, days))
        if lifecycle.earlier(project):
            offer("back", _("Move back"), can_send_back(user, project))
        offer("suspend", _("Suspend"), can_suspend(user, project))
        offer("withdraw", _("Withdraw"), can_withdraw(user, project))
    elif project.state == State.SUSPENDED:
        offer("resume", _("Take up again"), can_suspend(user, project))
        offer("withdraw", _("Withdraw"), can_withdraw(user, project))
    elif project.state == State.WITHDRAWN:
        offer("resume", _("Take up again"), can_withdraw(user, project))
    return found


def shown_as_like_it(data: QueryDict) -> list[int]:
    """The keys of the projects that the person had been shown as being like it."""
    return asked.keys(data.getlist("seen"))


@dataclass(frozen=True)
class Money:
    """The year's figures of the page: plan, done, chart, the light, the four measures."""

    period: Period
    plan: int | None
    light: Light
    chart: Chart | None
    title: str
    measures: list[tuple[str, int | None]]
    measured: str  # as of when pace and light are, where that is still to come


def month_of(text: str | None, on: date) -> Period | None:
    """The month up to that of *on* that an address names as *text*; None if it names none."""
    found = asked.month(text)
    return found if found and found <= Period.of(on) else None


def before(project: Project, period: Period) -> Period | None:
    """The month before *period*, if *project* counted by then."""
    return period.previous() if project.counts_from and project.counts_from < period.first else None


def of_year(newest: list[MonthlyReport], project: Project, period: Period) -> list[MonthlyReport]:
    """The reports of the year of *period*: among the *newest*, unless the page looks further back."""
    if len(newest) < REPORTS or newest[-1].month <= f"{period.year}-01":
        return newest
    return list(project.reports.filter(month__startswith=f"{period.year}-"))


def months_to_correct(late: Sequence[FormerFact]) -> list[tuple[str, str]]:
    """The months from which on *late* can count: from the first day that one of them changed to before they do."""
    if not late:
        return []
    month, last = Period.of(min(one.on for one in late)), Period.of(max(one.until for one in late)).previous()
    month = max(month, Period.month(last.year - 1, 1))
    found = []
    while month <= last:
        found.append((str(month), figures.month(month.first)))
        month = month.next()
    return found


def money(
    project: Project,
    row: ProjectMonth | None,
    reports: Sequence[MonthlyReport],
    period: Period,
    rules: Rules,
    *,
    on: date,
) -> Money:
    """The figures of *row*, how the project stood at the end of *period*; of *reports*, the project's, those of the
    year up to it that were accepted are drawn."""
    facts = Facts() if row is None else Facts.of(row)
    plan = next((plan for plan in project.plans.all() if plan.year == period.year), None)
    if plan is not None and plan.investment != facts.plan:
        plan = None  # it was another one then, and by which months nobody knows any more
    counted = [
        report
        for report in reports
        if report.status == ReportStatus.ACCEPTED and f"{period.year}-01" <= report.month <= period.months()[-1]
    ]
    counted.sort(key=lambda report: report.month)
    measures: list[tuple[str, int | None]] = [
        (_("Works done"), facts.done),
        (_("Statistics investment"), row.statistics_ytd if row else None),
        (_("Funds in"), row.funds_ytd if row else None),
        (_("Paid out"), row.paid_ytd if row else None),
    ]
    by_month = {int(report.month[5:]): report.works_ytd for report in counted}
    title = _title(facts, plan, period, on)
    chart = None
    if facts.plan or by_month:
        months = list(accumulate(month or 0 for month in plan.months)) if plan and plan.months else []
        done = [by_month.get(month) for month in range(1, max(by_month, default=0) + 1)]
        chart = year_line(title=title, plan=months, done=done, target=facts.plan)
    light = lights.light(facts, period, rules[LightRules])
    return Money(period, facts.plan, light, chart, title, measures, lights.measured(period, on))


def planned_start(row: ProjectMonth | None, project: Project) -> str:
    """When the start is planned, and from when it was put off; empty if none was ever planned. Of a project that has
    started, only that it was put off."""
    facts = Facts() if row is None else Facts.of(row)
    if facts.first_start and facts.postponed:
        said = {"first": figures.day(facts.first_start), "day": figures.day(facts.planned_start)}
        if facts.planned_start is None:
            return _("first planned for %(first)s, no new start is planned") % said
        return _("first planned for %(first)s, put off to %(day)s") % said
    return figures.day(project.planned_start) if project.planned_start and not project.started_on else ""


def _title(facts: Facts, plan: AnnualPlan | None, period: Period, on: date) -> str:
    """The finding as a heading: how much by when, against the plan by month if there is one."""
    if facts.done is None:
        return _("Investment: nothing accepted in %(year)s yet") % {"year": period.year}
    last = Period.parse(facts.done_month) if facts.done_month else period
    said = {"end": figures.up_to(last, on), "done": figures.wan(facts.done)}
    if plan and plan.months:
        planned = sum(month or 0 for month in plan.months[: last.number])
        said["n"] = figures.wan(abs(planned - facts.done))
        if planned > facts.done:
            return _("Investment: %(done)s 10k yuan by %(end)s, %(n)s less than planned") % said
        return _("Investment: %(done)s 10k yuan by %(end)s, %(n)s more than planned") % said
    return _("Investment: %(done)s 10k yuan by %(end)s") % said


def names_for(rows: Sequence[Any]) -> dict[tuple[str, Any], str]:
    """The names of the units, posts and packages that rows of history speak of; no query where there is none."""
    wanted = records.wanted_names(rows)
    found: dict[tuple[str, Any], str] = {}
    if wanted["unit"]:
        units = Unit.objects.filter(pk__in=wanted["unit"]).values_list("pk", "short_name")
        found |= {("unit", pk): name for pk, name in units}
    if wanted["post"]:
        posts = Post.objects.filter(pk__in=wanted["post"]).values_list("pk", "title")
        found |= {("post", pk): name for pk, name in posts}
    if wanted["project"]:
        packages = Project.objects.filter(pk__in=wanted["project"]).values_list("pk", "name")
        found |= {("project", pk): name for pk, name in packages}
    return found


def _rows(model: Any, limit: int, **which: Any) -> list[Any]:
    rows = model.history.filter(**which).select_related("history_user").order_by("-history_id")
    return list(rows[:limit])


def leaders(project: Project, on: date) -> list[Post]:
    """The leaders' posts that answer by portfolio, on the day *on*, for a *project* that has no sponsor yet."""
    if project.sponsors.all():
        return []
    return leaders_of(project.county_id, sector=project.sector, unit=project.lead_unit, on=on)


def latest(project: Project, rules: Rules) -> list[Record]:
    """The newest lines for the page: steps, facts, plans. Two queries beside what the page has read."""
    facts, plans = _rows(Project, RECENT, id=project.pk), _rows(AnnualPlan, RECENT, project=project.pk)
    names = known_names(project) | class_names(rules[ClassRules])
    wanted = records.wanted_names(facts)
    if wanted["project"] or any(pk not in [key[1] for key in names] for pk in wanted["unit"]):
        names |= names_for(facts)  # a unit that the project has left, a package
    return records.merged(
        records.of_steps(project.stage_changes.all()),
        records.of_project(facts, names),
        records.of_plans(plans, names),
    )[:LATEST]


def whole_history(project: Project) -> list[Record]:
    """All: facts, plans, approvals, sponsors, codes, reports, entries, supervision, photos, steps, and what other apps
    bring. Twelve queries, two for names, and theirs."""
    facts = _rows(Project, 2000, id=project.pk)
    own = {"project": project.pk}
    sponsors, approvals = _rows(Sponsor, 500, **own), _rows(Approval, 500, **own)
    named = {("approval", row.kind): kind_name(project.county, row.kind) for row in approvals}
    names = names_for([*facts, *sponsors]) | class_names(rules_of(project.county)[ClassRules])
    steps = StageChange.objects.filter(project=project).select_related("by")
    return records.merged(
        records.of_entries(_rows(EntryProposal, 200, **own)),
        records.of_entry_records(_rows(EntryRecord, 50, **own)),
        records.of_supervision(_rows(SupervisionNote, 200, **own)),
        records.of_photos(_rows(Photo, 500, **own)),
        records.of_steps(steps),
        records.of_project(facts, names),
        records.of_plans(_rows(AnnualPlan, 500, **own), names),
        records.of_resumptions(_rows(Resumption, 100, **own), names),
        records.of_codes(_rows(ProjectCode, 200, **own), names),
        records.of_approvals(approvals, dict(names) | named),
        *_of_checklist(project, names),
        records.of_sponsors(sponsors, names),
        records.of_reports(_rows(MonthlyReport, 2000, **own), names),
        *_of_months(project, names),
        *(one.records(project) for one in gather("happened")),
    )


def _of_checklist(project: Project, names: Names) -> Iterator[list[Record]]:
    """The checklist of approvals, and what was argued at a higher level."""
    rules, items = rules_of(project.county)[ApprovalRules], _rows(ApprovalItem, 1000, project=project.pk)
    named = {("approval", row.kind): rules.name(row.kind) for row in items}
    named |= {("item", row.id): rules.name(row.kind) for row in items}
    rounds = _rows(Argument, 200, item__in=[row.id for row in items]) if items else []
    yield records.of_items(items, rounds, dict(names) | named)


def _of_months(project: Project, names: Names) -> Iterator[list[Record]]:
    """What counts in other months than it was typed in, and what changed months that were over."""
    late = FormerFact.objects.filter(project=project, until__gt=F("on")).select_related("by").order_by("pk")
    yield records.of_late(late, months.late_of(project, list(late)))
    changes = list(MonthChange.objects.filter(project=project).select_related("by").order_by("at", "month")[:2000])
    wanted = words.units_in(change.fields for change in changes)
    units = {key[1]: name for key, name in names.items() if key[0] == "unit"}
    units |= dict(Unit.objects.filter(pk__in=wanted - units.keys()).values_list("pk", "short_name"))
    packages = months.packages_of(change.fields for change in changes)
    yield records.of_months(changes, words.Names(units, packages))


def known_names(project: Project) -> dict[tuple[str, Any], str]:
    """The names that the page has read anyway."""
    units = [project.lead_unit, project.agent_unit, project.competent_unit, project.location]
    return {("unit", unit.pk): unit.short_name for unit in units if unit}
