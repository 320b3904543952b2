"""What the page of a project shows, put together: stages and gates, what blocks it, figures, plan, history.

Reads are bounded: the number of queries doesn't grow with the reports, approvals or changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import accumulate
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from core.amounts import figures
from core.charts import Chart, year_line
from core.days.periods import Period
from core.refusals import Refused
from core.web.keys import keys_of
from organization.people.models import Post, User
from organization.permissions import Answer
from organization.portfolios.models import leaders_of
from organization.profiles.rules import Rules, rules_of
from organization.units.models import Unit
from projects import lights
from projects.choices import ReportStatus, Stage, State
from projects.classes import ClassRules, class_names
from projects.entries.models import EntryProposal, EntryRecord
from projects.entries.permissions import can_propose_entry
from projects.lifecycle import gates as lifecycle
from projects.lifecycle.permissions import can_advance, can_send_back, can_suspend, can_withdraw
from projects.lights import Facts, Light
from projects.page import history as records
from projects.page.history import Record
from projects.plans.models import AnnualPlan
from projects.registry.models import Approval, Project, Sponsor, StageChange
from projects.registry.services import OnFileAlready
from projects.reports.models import MonthlyReport
from projects.rules import LightRules
from projects.supervision.models import SupervisionNote

REPORTS = 12  # on the page; the others in the history


LATEST = 6  # lines of the history on the page


RECENT = 40  # rows of history that are looked through for them


@dataclass(frozen=True)
class Deed:
    """Something that can be done to the project from the page."""

    name: str
    label: str
    href: str


def deeds(user: User, project: Project) -> list[Deed]:
    """The steps that are possible from here; one that the person may not take isn't offered."""
    found: list[Deed] = []

    def offer(name: str, label: str, answer: Answer, *args: Any) -> None:
        if answer:
            found.append(Deed(name, label, reverse(f"projects:{name}", args=[project.pk, *args])))

    if project.state == State.ACTIVE:
        for stage in lifecycle.targets(project):
            label = _("Move on into “%(stage)s”") % {"stage": stage.label}
            may = can_advance(user, project, stage)
            if stage == Stage.ENTERED and not may:
                waits = project.entry_proposals.waiting().exists()
                may = Answer(not waits and can_propose_entry(user, project).ok)
                label = _("Propose it for the statistics")
            offer("move", label, may, stage.value)
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


def like_it(user: User, refusal: Refused) -> list[dict[str, Any]]:
    """The projects on file because of which *refusal* asks for a reason, with a link where *user* may see one."""
    twins = refusal.twins if isinstance(refusal, OnFileAlready) else []
    visible = Project.objects.visible_to(user).filter(pk__in=[twin.pk for twin in twins])
    seen = set(visible.values_list("pk", flat=True))
    return [
        {"project": twin, "href": reverse("projects:page", args=[twin.pk]) if twin.pk in seen else ""}
        for twin in twins
    ]


def shown_as_like_it(data: QueryDict) -> list[int]:
    """The keys of the projects that the person had been shown as being like it."""
    return keys_of(data.getlist("seen"))


@dataclass(frozen=True)
class Money:
    """The year's figures of the page: plan, done, chart, the light, the four measures."""

    period: Period
    plan: AnnualPlan | None
    done: int | None
    done_month: str | None
    light: Light
    chart: Chart | None
    title: str
    measures: list[tuple[str, int | None]]
    rate: Fraction | None
    gap: Fraction | None


def _newest(reports: Sequence[MonthlyReport], measure: str) -> int | None:
    """The year to date of *measure* by the last of *reports* (in order) that knows it, in yuan."""
    return next((known for report in reversed(reports) if (known := getattr(report, measure)) is not None), None)


def money(project: Project, reports: Sequence[MonthlyReport], period: Period, rules: Rules) -> Money:
    """*reports* are the newest of the project; those of the period's year up to it that were accepted count."""
    plan = next((plan for plan in project.plans.all() if plan.year == period.year), None)
    counted = [
        report
        for report in reports
        if report.status == ReportStatus.ACCEPTED and f"{period.year}-01" <= report.month <= period.months()[-1]
    ]
    counted.sort(key=lambda report: report.month)
    last = next((report for report in reversed(counted) if report.works_ytd is not None), None)
    facts = Facts(
        stage=project.stage,
        state=project.state,
        plan=plan.investment if plan else None,
        done=last.works_ytd if last else None,
        planned_start=project.planned_start,
        started_on=project.started_on,
        entered_on=project.entered_on,
        completed_on=project.completed_on,
        done_month=last.month if last else None,
    )
    measures = [
        (_("Works done"), _newest(counted, "works_ytd")),
        (_("Statistics investment"), _newest(counted, "statistics_ytd")),
        (_("Funds in"), _newest(counted, "funds_ytd")),
        (_("Paid out"), _newest(counted, "paid_ytd")),
    ]
    by_month = {int(report.month[5:]): report.works_ytd for report in counted}
    title = _title(facts, plan, period)
    chart = None
    if facts.plan or by_month:
        months = list(accumulate(month or 0 for month in plan.months)) if plan and plan.months else []
        done = [by_month.get(month) for month in range(1, max(by_month, default=0) + 1)]
        chart = year_line(title=title, plan=months, done=done, target=facts.plan)
    return Money(
        period,
        plan,
        facts.done,
        facts.done_month,
        lights.light(facts, period, rules[LightRules]),
        chart,
        title,
        measures,
        lights.rate(facts),
        lights.gap(facts, period),
    )


def _title(facts: Facts, plan: AnnualPlan | None, period: Period) -> str:
    """The finding as a heading: how much by when, against the plan by month if there is one."""
    if facts.done is None:
        return _("Investment: nothing accepted in %(year)s yet") % {"year": period.year}
    last = Period.parse(facts.done_month) if facts.done_month else period
    said = {"month": figures.month(last.first, period.first), "done": figures.wan(facts.done)}
    if plan and plan.months:
        planned = sum(month or 0 for month in plan.months[: last.number])
        said["n"] = figures.wan(abs(planned - facts.done))
        if planned > facts.done:
            return _("Investment: %(done)s ten thousand yuan by the end of %(month)s, %(n)s less than planned") % said
        return _("Investment: %(done)s ten thousand yuan by the end of %(month)s, %(n)s more than planned") % said
    return _("Investment: %(done)s ten thousand yuan by the end of %(month)s") % said


def names_for(rows: Sequence[Any]) -> dict[tuple[str, Any], str]:
    """The names of the units and posts that rows of history speak of; no query where there is none."""
    wanted = records.wanted_names(rows)
    found: dict[tuple[str, Any], str] = {}
    if wanted["unit"]:
        units = Unit.objects.filter(pk__in=wanted["unit"]).values_list("pk", "short_name")
        found |= {("unit", pk): name for pk, name in units}
    if wanted["post"]:
        posts = Post.objects.filter(pk__in=wanted["post"]).values_list("pk", "title")
        found |= {("post", pk): name for pk, name in posts}
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
    if any(pk not in [key[1] for key in names] for pk in records.wanted_names(facts)["unit"]):
        names |= names_for(facts)  # a unit that the project has left
    return records.merged(
        records.of_steps(project.stage_changes.all()),
        records.of_project(facts, names),
        records.of_plans(plans, names),
    )[:LATEST]


def whole_history(project: Project) -> list[Record]:
    """All: facts, plans, approvals, sponsors, reports, entries, supervision, steps. Nine queries, two for names."""
    facts = _rows(Project, 2000, id=project.pk)
    own = {"project": project.pk}
    sponsors = _rows(Sponsor, 500, **own)
    names = names_for([*facts, *sponsors]) | class_names(rules_of(project.county)[ClassRules])
    steps = StageChange.objects.filter(project=project).select_related("by")
    return records.merged(
        records.of_entries(_rows(EntryProposal, 200, **own)),
        records.of_entry_records(_rows(EntryRecord, 50, **own)),
        records.of_supervision(_rows(SupervisionNote, 200, **own)),
        records.of_steps(steps),
        records.of_project(facts, names),
        records.of_plans(_rows(AnnualPlan, 500, **own), names),
        records.of_approvals(_rows(Approval, 500, **own), names),
        records.of_sponsors(sponsors, names),
        records.of_reports(_rows(MonthlyReport, 2000, **own), names),
    )


def known_names(project: Project) -> dict[tuple[str, Any], str]:
    """The names that the page has read anyway."""
    units = [project.lead_unit, project.agent_unit, project.competent_unit, project.location]
    return {("unit", unit.pk): unit.short_name for unit in units if unit}
