"""The lifecycle as data: six stages in order, and what must hold before each. Pure: no writes, no request, no clock.

The gates feed everything: the refusal of `services.lifecycle.advance`, the panel of what still blocks a project,
the labels of the form (needed now, at the next stage), counts. Sources: QS (a project in reserve has at least one
approval, one in planning has none), domain Appendix B, 4c (what may enter the statistics).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from projects.choices import FLOOR, ApprovalKind, Stage, State
from projects.models import Project

ORDER: tuple[Stage, ...] = tuple(Stage)

# Any of these says that the project was approved, verified or filed.
DECISIONS: frozenset[str] = frozenset({ApprovalKind.FILING, ApprovalKind.FEASIBILITY, ApprovalKind.PROPOSAL})

# The day that a step itself tells: typed once, when the project moves.
DAY_OF: dict[Stage, str] = {
    Stage.STARTED: "started_on",
    Stage.ENTERED: "entered_on",
    Stage.COMPLETED: "completed_on",
}


def always(project: Project) -> bool:
    return True


@dataclass(frozen=True)
class Gate:
    """Something that must hold before a project is in *stage*, and from then on.

    `label` is what people read while it is closed, `why` the rule or what to do. `field` is where it is mended: a
    field of the form named by `form` (facts, approval, plan). A `waivable` gate may be passed by exception, with a
    reason.
    """

    code: str  # stable, never shown: tests, stage changes, exceptions
    stage: Stage
    label: Any
    met: Callable[[Project], bool]
    when: Callable[[Project], bool] = always
    field: str = ""
    form: str = "facts"
    why: Any = ""
    waivable: bool = False

    @property
    def told_by_step(self) -> bool:
        """Whether the step into the stage answers it: the day on which it happened."""
        return DAY_OF.get(self.stage) == self.field


GATES: tuple[Gate, ...] = (
    Gate(
        "total_investment",
        Stage.RESERVE,
        _("The total investment is not filled in"),
        lambda p: bool(p.total_investment),
        field="total_investment",
        why=_("As estimated in the proposal or the feasibility study, in 10k yuan"),
    ),
    Gate(
        "lead_unit",
        Stage.RESERVE,
        _("No unit leads it"),
        lambda p: p.lead_unit_id is not None,
        field="lead_unit",
        why=_("The unit that answers for the project and reports on it"),
    ),
    Gate(
        "approval",
        Stage.RESERVE,
        _("No pre-work approval has been obtained"),
        lambda p: bool(p.approval_kinds),
        field="kind",
        form="approval",
        why=_("A project is in reserve once at least one pre-work document has been obtained"),
        waivable=True,
    ),
    Gate(
        "code",
        Stage.PREWORK,
        _("It has neither a national project code nor a filing"),
        lambda p: bool(p.code) or ApprovalKind.FILING in p.approval_kinds,
        field="code",
        why=_("The code comes with approval or filing on the online platform"),
        waivable=True,
    ),
    Gate(
        "planned_start",
        Stage.PREWORK,
        _("The planned start is not filled in"),
        lambda p: p.planned_start is not None,
        field="planned_start",
        why=_("Pre-work is for projects that are listed for a start"),
    ),
    Gate(
        "responsible",
        Stage.PREWORK,
        _("Nobody is named who answers for it"),
        lambda p: bool(p.responsible) or bool(p.planned_years),
        field="responsible",
        why=_("The post of the responsible person, or an annual plan"),
        waivable=True,
    ),
    Gate(
        "construction",
        Stage.STARTED,
        _("The construction permit has not been obtained"),
        lambda p: ApprovalKind.CONSTRUCTION in p.approval_kinds,
        field="kind",
        form="approval",
        why=_("Register its number and day; without it the works start by exception only"),
        waivable=True,
    ),
    Gate(
        "plan",
        Stage.STARTED,
        _("There is no annual plan"),
        lambda p: bool(p.planned_years),
        field="investment",
        form="plan",
        why=_("Planned investment of the year and by month"),
        waivable=True,
    ),
    Gate(
        "started_on",
        Stage.STARTED,
        _("The day of the substantial start is not filled in"),
        lambda p: p.started_on is not None,
        field="started_on",
        why=_("Piling or foundation; a ceremony or levelling the site doesn't count"),
    ),
    Gate(
        "decision",
        Stage.ENTERED,
        _("No approval or filing document is on file"),
        lambda p: not p.approval_kinds.isdisjoint(DECISIONS),
        field="kind",
        form="approval",
        why=_("The statistics library wants the approval, the verification or the filing of the project"),
        waivable=True,
    ),
    Gate(
        "large_enough",
        Stage.ENTERED,
        _("The total investment is below 5 million yuan"),
        lambda p: (p.total_investment or 0) >= FLOOR,
        when=lambda p: bool(p.total_investment),
        field="total_investment",
        why=_("Smaller projects don't enter the statistics"),
    ),
    Gate(
        "entered_on",
        Stage.ENTERED,
        _("The day of entry into statistics is not filled in"),
        lambda p: p.entered_on is not None,
        field="entered_on",
        why=_("The day on which the statistics library admitted it"),
    ),
    Gate(
        "completed_on",
        Stage.COMPLETED,
        _("The day of completion is not filled in"),
        lambda p: p.completed_on is not None,
        field="completed_on",
        why=_("The day of the acceptance record"),
    ),
)
BY_CODE = {gate.code: gate for gate in GATES}


def rank(stage: str) -> int:
    return ORDER.index(Stage(stage))


def gates(project: Project, to: str) -> list[Gate]:
    """The gates that apply to *project* on its way to *to*, those of all earlier stages included.

    Completion doesn't wait for the statistics: entry and completion come in either order in real life.
    """
    reach = rank(to)
    return [
        gate
        for gate in GATES
        if rank(gate.stage) <= reach
        and not (to == Stage.COMPLETED and gate.stage == Stage.ENTERED)
        and gate.when(project)
    ]


def blockers(project: Project, to: str | None = None) -> list[Gate]:
    """Every gate still closed between the beginning and *to* (default: the next stage), never the first only.

    Cumulative: a gate of an earlier stage that came undone blocks again. Nothing blocks where there is no next stage.
    """
    target = to or next_stage(project)
    return [gate for gate in gates(project, target) if not gate.met(project)] if target else []


def next_stage(project: Project) -> Stage | None:
    """The stage after the present one; None at the end."""
    at = rank(project.stage)
    return ORDER[at + 1] if at + 1 < len(ORDER) else None


def targets(project: Project) -> tuple[Stage, ...]:
    """The stages that one step can reach: the next; completion also from the works; entry also after completion."""
    match project.stage:
        case Stage.STARTED:
            return (Stage.ENTERED, Stage.COMPLETED)
        case Stage.COMPLETED:
            return (Stage.ENTERED,) if project.entered_on is None else ()
    following = next_stage(project)
    return (following,) if following else ()


def stage_after(project: Project, to: str) -> Stage:
    """The stage after the step to *to*: the furthest reached, so that a late entry doesn't undo a completion."""
    return max(Stage(project.stage), Stage(to), key=rank)


def earlier(project: Project) -> tuple[Stage, ...]:
    """The stages that the project can be sent back to."""
    return ORDER[: rank(project.stage)]


def needs(field: str, stage: str) -> str:
    """When the form's *field* is needed for a project in *stage*: "now", "next" or ""."""
    ranks = [rank(gate.stage) for gate in GATES if gate.form == "facts" and gate.field == field]
    if not ranks:
        return ""
    first = min(ranks)
    return "now" if first <= rank(stage) else "next" if first == rank(stage) + 1 else ""


def oddities(project: Project) -> list[str]:
    """What is possible and yet odd: codes for the lists of things to look at."""
    found = []
    if project.completed_on and not project.entered_on:
        found.append("completed_never_entered")
    if project.started_on and project.completed_on and project.completed_on < project.started_on:
        found.append("completed_before_start")
    if project.entered_on and not project.started_on:
        found.append("entered_without_start")
    if project.stage == Stage.PLANNED and is_pursued(project) and project.approval_kinds:
        found.append("planned_with_approval")
    return found


def is_pursued(project: Project) -> bool:
    return project.state == State.ACTIVE
