"""Where a draft stands that a worker makes, and what to do where it failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy

from dispatch.bulletins.models import Bulletin
from jobs import asked
from jobs.asked import State
from jobs.models import JobRun
from organization.units.models import Unit

DRAFT = "bulletin_draft"
#: By the kind of failure, which its error begins with: what helps.
HELP = {
    "NotDraftable": gettext_lazy(
        "The county's profile has no words for this kind of bulletin: the administrator adds them, then ask again."
    ),
    "WordingError": gettext_lazy(
        "A sentence of the county's profile can't be read ({why}): the administrator puts it right, then ask again."
    ),
    "NeedsReason": gettext_lazy("The month isn't finished any more: ask again and write why it is drafted already."),
    "Refused": gettext_lazy("{why} Put that right, then ask again."),
    "OperationalError": gettext_lazy("The database was busy: ask again in a minute."),
}
OTHERWISE = gettext_lazy("Ask again; if it fails once more, tell the administrator what stands here: {why}")
NOBODY = gettext_lazy(
    "No worker took it up: the administrator looks at the page of jobs and sees to it that one runs, then ask again."
)


@dataclass(frozen=True)
class Drafting:
    """The newest draft that was asked for and isn't there. *help* says what to do."""

    period: str
    state: State
    help: str = ""


def about_of(run: JobRun) -> tuple[str, str, str, int]:
    """(county, kind, period, which one of it) of a draft that was asked for; older rows don't say which one."""
    county, kind, period, *serial = run.about.split(":")
    return county, kind, period, int(serial[0]) if serial else 1


def drafting(county: Unit, *, now: datetime) -> Drafting | None:
    """How far the newest draft is that was asked for in *county*; None where it is there."""
    run = JobRun.objects.filter(job=DRAFT, about__startswith=f"{county.pk}:").first()
    if run is None or run.status == JobRun.Status.DONE:
        return None
    _county, kind, period, serial = about_of(run)
    there = Bulletin.objects.standing().filter(county=county, kind=kind, period=period, serial=serial, corrects=None)
    if there.exists():
        return None
    state = asked.state_of(run, now=now)
    if not state.busy:
        return Drafting(period, state, help=what_helps(state.why))
    return Drafting(period, state)


def what_helps(error: str) -> str:
    """What to do about *error*, as the row of its run has it; nothing is what a worker that never came leaves."""
    if not error:
        return str(NOBODY)
    kind, _colon, why = error.partition(": ")
    return str(HELP.get(kind, OTHERWISE)).replace("{why}", (why if kind in HELP else error)[:300])
