"""What the page of a project shows, put together: stages and gates, what blocks it, figures, plan, history.

Reads are bounded: the number of queries doesn't grow with the reports, approvals or changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import accumulate
from typing import Any

from django.db.models import Prefetch
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import figures
from core.charts import Chart, year_line
from core.flow.gates import Gate
from core.flow.page import Block, colour
from core.periods import Period
from core.refusals import Refused
from organization.models import Post, Unit, User
from organization.permissions import Answer
from organization.rules import Rules
from projects import lifecycle, lights, permissions, records
from projects.choices import ApprovalKind, ReportStatus, Stage, State
from projects.lifecycle import DAY_OF
from projects.lights import Facts, Light
from projects.models import AnnualPlan, Approval, MonthlyReport, Project, ProjectQuerySet, Sponsor, StageChange
from projects.records import Record
from projects.rules import LightRules
from projects.services.registry import OnFileAlready

REPORTS = 12  # on the page; the others in the history
LATEST = 6  # lines of the history on the page
RECENT = 40  # rows of history that are looked through for them
# An approval that opens the gate, for the link to the form.
APPROVAL_OF = {"approval": "", "construction": ApprovalKind.CONSTRUCTION, "decision": ApprovalKind.FILING}


def of_page(projects: ProjectQuerySet) -> ProjectQuerySet:
    """With everything that the page reads of the project itself: six queries."""
    return projects.select_related(
        "county", "lead_unit", "agent_unit", "location", "source_row__ledger__file", "merged_into"
    ).prefetch_related(
        "approvals",
        "plans",
        "cooperating_units",
        Prefetch("sponsors", Sponsor.objects.select_related("post")),
        Prefetch("stage_changes", StageChange.objects.select_related("by")),
    )


@dataclass(frozen=True)
class Deed:
    """Something that can be done to the project from the page."""

    name: str
    label: str
    href: str


# stages and gates ---------------------------------------------------------------------------------------------------


def steps(project: Project, on: date) -> list[dict[str, Any]]:
    """The six stages for the tag `stages`: when, how many gates are open, exceptions (they stay visible for ever)."""
    at = lifecycle.rank(project.stage)
    following = lifecycle.next_stage(project)
    found = []
    for number, stage in enumerate(lifecycle.ORDER):
        own = [gate for gate in lifecycle.GATES if gate.stage == stage and gate.when(project)]
        skipped = stage == Stage.ENTERED and project.stage == Stage.COMPLETED and project.entered_on is None
        state = "next" if skipped else "done" if number < at else "now" if number == at else "far"
        if stage == following:
            state = "next"
        if state in ("done", "now"):
            note = _gates_met(own, project, stage)
        else:
            closed = len(closed_before(project, stage))
            note = ngettext("%(n)s to go", "%(n)s to go", closed) % {"n": closed} if closed else _("ready")
        found.append(
            {
                "name": str(stage.label),
                "state": state,
                "on": _when(project, stage, state, on),
                "gate": bool(own),
                "note": note if own else "",
                "tone": "soon" if state == "next" and note != _("ready") else "",
            }
        )
    return found


def _gates_met(own: list[Gate], project: Project, stage: Stage) -> str:
    met = sum(gate.met(project) for gate in own)
    passed = {code for change in project.stage_changes.all() if change.new == stage for code in change.waived}
    text = _("gates %(met)s/%(all)s") % {"met": met, "all": len(own)}
    if passed:
        return _("%(gates)s, %(n)s by exception") % {"gates": text, "n": len(passed)}
    return text


def _when(project: Project, stage: Stage, state: str, on: date) -> str:
    day = getattr(project, DAY_OF[stage]) if stage in DAY_OF else None
    if state in ("done", "now"):
        changes = (change.on for change in project.stage_changes.all() if change.new == stage)
        day = day or next(changes, None)
        if day is None:
            return ""
        return f"{day:%m-%d}" if day.year == on.year else f"{day:%Y-%m}"
    planned = {Stage.STARTED: project.planned_start, Stage.COMPLETED: project.planned_completion}.get(stage)
    return _("planned %(month)s") % {"month": figures.month(planned, on)} if planned else ""


def closed_before(project: Project, to: str) -> list[Gate]:
    """The closed gates on the way to *to*, without the day that the step itself asks for."""
    return lifecycle.to_mend(project, to)


def blocks(project: Project, to: str, year: int, *, may_edit: bool) -> list[Block]:
    """What still blocks the way to *to*, and where it is mended."""
    ladder = lifecycle.LADDER
    return [
        Block(gate, mend(project, gate, year) if may_edit else "", _mend_word(gate), colour(gate, project, ladder))
        for gate in closed_before(project, to)
    ]


def mend(project: Project, gate: Gate, year: int) -> str:
    match gate.form:
        case "approval":
            kind = APPROVAL_OF.get(gate.code, "")
            return reverse("projects:approval", args=[project.pk]) + (f"?kind={kind}" if kind else "")
        case "plan":
            return reverse("projects:plan", args=[project.pk, year])
    return f"{reverse('projects:edit', args=[project.pk])}#id_{gate.field}"


def _mend_word(gate: Gate) -> str:
    return {"approval": _("Register it"), "plan": _("Set the plan")}.get(gate.form, _("Fill it in"))


def deeds(user: User, project: Project) -> list[Deed]:
    """The steps that are possible from here; one that the person may not take isn't offered."""
    found: list[Deed] = []

    def offer(name: str, label: str, answer: Answer, *args: Any) -> None:
        if answer:
            found.append(Deed(name, label, reverse(f"projects:{name}", args=[project.pk, *args])))

    if project.state == State.ACTIVE:
        for stage in lifecycle.targets(project):
            label = _("Move on into “%(stage)s”") % {"stage": stage.label}
            offer("move", label, permissions.can_advance(user, project, stage), stage.value)
        if lifecycle.earlier(project):
            offer("back", _("Move back"), permissions.can_send_back(user, project))
        offer("suspend", _("Suspend"), permissions.can_suspend(user, project))
        offer("withdraw", _("Withdraw"), permissions.can_withdraw(user, project))
    elif project.state == State.SUSPENDED:
        offer("resume", _("Take up again"), permissions.can_suspend(user, project))
        offer("withdraw", _("Withdraw"), permissions.can_withdraw(user, project))
    elif project.state == State.WITHDRAWN:
        offer("resume", _("Take up again"), permissions.can_withdraw(user, project))
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
    return [int(key) for key in data.getlist("seen") if key.isdecimal()]


# figures ------------------------------------------------------------------------------------------------------------


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


def money(project: Project, reports: Sequence[MonthlyReport], period: Period, rules: Rules) -> Money:
    """*reports* are the newest of the project; those of the period's year up to it that were accepted count."""
    plan = next((plan for plan in project.plans.all() if plan.year == period.year), None)
    counted = [
        report
        for report in reports
        if report.status == ReportStatus.ACCEPTED and f"{period.year}-01" <= report.month <= period.months()[-1]
    ]
    last = max(counted, key=lambda report: report.month, default=None)
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
        (_("Works done"), last.works_ytd if last else None),
        (_("Statistics investment"), last.statistics_ytd if last else None),
        (_("Funds in"), last.funds_ytd if last else None),
        (_("Paid out"), last.paid_ytd if last else None),
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


# history ------------------------------------------------------------------------------------------------------------


def names_for(rows: Sequence[Any]) -> dict[tuple[str, int], str]:
    """The names of the units and posts that rows of history speak of; no query where there is none."""
    wanted = records.wanted_names(rows)
    found: dict[tuple[str, int], str] = {}
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


def latest(project: Project) -> list[Record]:
    """The newest lines for the page: steps, facts, plans. Two queries beside what the page has read."""
    facts, plans = _rows(Project, RECENT, id=project.pk), _rows(AnnualPlan, RECENT, project=project.pk)
    names = known_names(project)
    if any(pk not in [key[1] for key in names] for pk in records.wanted_names(facts)["unit"]):
        names |= names_for(facts)  # a unit that the project has left
    return records.merged(
        records.of_steps(project.stage_changes.all()),
        records.of_project(facts, names),
        records.of_plans(plans, names),
    )[:LATEST]


def whole_history(project: Project) -> list[Record]:
    """Everything: facts, plans, approvals, sponsors, reports, steps. Seven queries and two for names."""
    facts = _rows(Project, 2000, id=project.pk)
    own = {"project": project.pk}
    sponsors = _rows(Sponsor, 500, **own)
    names = names_for([*facts, *sponsors])
    steps = StageChange.objects.filter(project=project).select_related("by")
    return records.merged(
        records.of_steps(steps),
        records.of_project(facts, names),
        records.of_plans(_rows(AnnualPlan, 500, **own), names),
        records.of_approvals(_rows(Approval, 500, **own), names),
        records.of_sponsors(sponsors, names),
        records.of_reports(_rows(MonthlyReport, 2000, **own), names),
    )


def known_names(project: Project) -> dict[tuple[str, int], str]:
    """The names that the page has read anyway."""
    units = [project.lead_unit, project.agent_unit, project.location]
    return {("unit", unit.pk): unit.short_name for unit in units if unit}
