from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.amounts import figures
from core.flow.gates import Gate
from core.flow.page import Block, asks, colour
from organization.units.models import Unit
from projects.choices import ApprovalKind, Stage
from projects.lifecycle import gates as lifecycle
from projects.lifecycle.gates import DAY_OF, PLANNED_FOR
from projects.registry.models import Project, ProjectQuerySet, Sponsor, StageChange

# An approval that opens the gate, for the link to the form.
APPROVAL_OF = {"approval": "", "construction": ApprovalKind.CONSTRUCTION, "decision": ApprovalKind.FILING}


def of_page(projects: ProjectQuerySet) -> ProjectQuerySet:
    """With everything that the page reads of the project itself: six queries."""
    plans: Any = Project._meta.get_field("plans").related_model
    return projects.select_related(
        "county", "lead_unit", "agent_unit", "competent_unit", "location", "source_row__ledger__file", "merged_into"
    ).prefetch_related(
        "approvals",
        Prefetch("plans", plans.objects.with_drafts()),
        Prefetch("cooperating_units", Unit.objects.select_related("squad")),
        Prefetch("sponsors", Sponsor.objects.select_related("post")),
        Prefetch("stage_changes", StageChange.objects.select_related("by")),
    )


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
            closed = len(lifecycle.blockers(project, stage))
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
    planned = getattr(project, PLANNED_FOR[stage]) if stage in PLANNED_FOR else None
    return _("planned %(month)s") % {"month": figures.month(planned, on)} if planned else ""


def closed_before(project: Project, to: str) -> list[Gate]:
    """The closed gates on the way to *to*, without the day that the step itself asks for."""
    return lifecycle.to_mend(project, to)


@dataclass(frozen=True)
class Ahead:
    """The stage that comes next: what is still missing for it, and how far off it is planned, if that is far."""

    stage: Stage
    blocks: list[Block]
    asks: list[Any]  # what the step itself asks and nobody knows yet
    distance: str = ""

    @property
    def missing(self) -> int:
        return len(self.blocks) + len(self.asks)


def ahead(project: Project, on: date, days: int, *, may_edit: bool) -> Ahead | None:
    """What stands before the next stage of a *project* that is pursued; *days* is the county's `early_days`."""
    stage = lifecycle.next_stage(project) if lifecycle.is_pursued(project) else None
    if stage is None:
        return None
    return Ahead(
        stage,
        blocks(project, stage, on.year, may_edit=may_edit),
        asks(project, lifecycle.LADDER, stage),
        distance(project, stage, on, days),
    )


def distance(project: Project, stage: Stage, on: date, days: int) -> str:
    """“开工计划在2027年6月，还有210天”, where that is more than *days* away; nothing otherwise."""
    left = lifecycle.early(project, stage, on, days)
    if left is None:
        return ""
    planned = getattr(project, PLANNED_FOR[stage])
    said = {"stage": stage.label, "month": figures.month(planned, on), "n": figures.grouped(left)}
    return _("“%(stage)s” is planned for %(month)s, in %(n)s days") % said


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
