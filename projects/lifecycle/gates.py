"""The lifecycle as data: six stages in order, and what must hold before each. Pure: no writes, no request, no clock.

The gates feed everything: the refusal of `services.lifecycle.advance`, the panel of what still blocks a project,
the labels of the form (needed now, at the next stage), counts. Sources: QS (a project in reserve has at least one
approval, one in planning has none), domain Appendix B, 4c (what may enter the statistics).
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from core.flow.gates import Gate
from core.flow.ladder import Ladder
from core.flow.way import Way, Words
from projects.choices import FLOOR, ApprovalKind, Stage, State
from projects.registry.models import STALE, Project

ORDER: tuple[Stage, ...] = tuple(Stage)

# Any of these says that the project was approved, verified or filed.
DECISIONS: frozenset[str] = frozenset({ApprovalKind.FILING, ApprovalKind.FEASIBILITY, ApprovalKind.PROPOSAL})

# The day that a step itself tells: typed once, when the project moves.
DAY_OF: dict[Stage, str] = {
    Stage.STARTED: "started_on",
    Stage.ENTERED: "entered_on",
    Stage.COMPLETED: "completed_on",
}

# The day for which a stage is planned.
PLANNED_FOR: dict[Stage, str] = {
    Stage.STARTED: "planned_start",
    Stage.COMPLETED: "planned_completion",
}


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
        _("The total investment is below 500 10k yuan"),
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


def targets(project: Project) -> tuple[Stage, ...]:
    """The stages that one step can reach: the next; completion also from the works; entry also after completion."""
    match project.stage:
        case Stage.STARTED:
            return (Stage.ENTERED, Stage.COMPLETED)
        case Stage.COMPLETED:
            return (Stage.ENTERED,) if project.entered_on is None else ()
    following = LADDER.next(project.stage)
    return (following,) if following else ()


LADDER = Ladder(
    ORDER,
    GATES,
    DAY_OF,
    # Completion doesn't wait for the statistics: entry and completion come in either order in real life.
    spares={Stage.COMPLETED: {Stage.ENTERED}},
    ways=targets,
)
WAY = Way(
    LADDER,
    Words(
        aside=_("The project is “%(state)s”: take it up again first"),
        step=_("From “%(old)s” a project doesn't move straight to “%(new)s”"),
        back=_("“%(new)s” is not before “%(old)s”"),
        stale=STALE,
    ),
)
BY_CODE = LADDER.by_code
rank, gates, blockers, to_mend = LADDER.rank, LADDER.up_to, LADDER.blockers, LADDER.to_mend
needs = LADDER.needs


def early(project: Project, stage: str, on: date, days: int) -> int | None:
    """How many days before its planned day it is on *on*, where that is more than *days* (`StepRules.early_days`)."""
    planned = getattr(project, PLANNED_FOR[Stage(stage)]) if stage in PLANNED_FOR else None
    left = (planned - on).days if planned else 0
    return left if left > days else None


def next_stage(project: Project) -> Stage | None:
    """The stage after the present one; None at the end."""
    following: Stage | None = LADDER.next(project.stage)
    return following


def earlier(project: Project) -> tuple[Stage, ...]:
    """The stages that the project can be sent back to."""
    return LADDER.earlier(project.stage)


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
