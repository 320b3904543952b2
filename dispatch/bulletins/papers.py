"""What takes long with bulletins, as work for a worker with a visible state: the draft of a month, the PDF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.conf import settings

from core.days.periods import Period
from core.refusals import NotAllowed
from dispatch.bulletins import files as bulletin_files
from dispatch.bulletins import services as bulletins
from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.permissions import can_draft_bulletin
from dispatch.rounds.months import demand_month, demand_ready, month_state
from jobs import asked
from jobs.models import JobRun
from organization.people.models import User
from organization.units.models import Unit

DRAFT, PDF = "bulletin_draft", "bulletin_pdf"
STAND_IN = "Noto"  # fonts without 仿宋 and 小标宋: the page says so


@dataclass(frozen=True)
class PaperState:
    """How far a paper is. `why` is what a failure said, or the stand-in fonts a PDF is set in.

    `none` has never been asked for, or is of an older text.
    """

    kind: Literal["none", "waiting", "running", "ready", "failed", "unavailable"]
    why: str = ""

    @property
    def busy(self) -> bool:
        return self.kind in ("waiting", "running")


def request_draft(county: Unit, kind: str, period: Period, *, by: User, now: datetime, unfinished: str = "") -> JobRun:
    """Have a worker draft the bulletin of *period*. Asking twice is asking once.

    Raises NotAllowed, Refused for what is no month of the county's life or is to come, NeedsReason for one that
    isn't finished without *unfinished*.
    """
    if not (answer := can_draft_bulletin(by, county)):
        raise NotAllowed(answer.why)
    demand_month(county, period)
    about = f"{county.pk}:{kind}:{period}"
    reason = demand_ready(month_state(county, period, now=now), unfinished)
    return asked.ask(DRAFT, about, now=now, unfinished=reason)


def make_draft(run: int, *, now: datetime) -> None:
    """The work behind `request_draft`. It can be done again."""
    with asked.working(run, now=now) as row:
        if row is None:
            return
        county, kind, period = row.about.split(":")
        reason = row.result.get("unfinished", "")
        bulletin = bulletins.draft_bulletin(
            Unit.objects.get(pk=county), kind, Period.parse(period), now=now, unfinished=reason
        )
        row.result = {"bulletin": bulletin.pk}


def request_pdf(bulletin: Bulletin, *, now: datetime) -> JobRun:
    """Have a worker make the PDF of what the bulletin says now. Asking twice is asking once."""
    return asked.ask(PDF, f"bulletin:{bulletin.pk}", now=now, stamp=bulletin_files.stamp(bulletin))


def make_pdf(run: int, *, now: datetime) -> None:
    """The work behind `request_pdf`. A bulletin changed meanwhile keeps no PDF of its old text."""
    from paper.pdf import PdfUnavailable, pdf_available

    with asked.working(run, now=now) as row:
        if row is None:
            return
        bulletin = Bulletin.objects.select_related("county").get(pk=row.about.partition(":")[2])
        row.result = {"stamp": (of := bulletin_files.stamp(bulletin))}
        try:
            data = bulletin_files.pdf(bulletin)
        except PdfUnavailable as error:
            row.result["unavailable"] = str(error)
            raise
        row.result["fonts"] = pdf_available(settings.DOC_FONT_DIR)[1]
        row.result["kept"] = bulletin_files.keep_pdf(bulletin, data, of=of, now=now)


def pdf_state(bulletin: Bulletin, *, now: datetime) -> PaperState:
    """Where the PDF of *bulletin* stands."""
    run = JobRun.objects.filter(job=PDF, about=f"bulletin:{bulletin.pk}").first()
    if bulletin.pdf_id is not None:
        fonts = run.result.get("fonts", "") if run else ""
        return PaperState("ready", fonts if STAND_IN in fonts else "")
    if run is None or run.status == JobRun.Status.DONE or run.result.get("stamp") != bulletin_files.stamp(bulletin):
        return PaperState("none")
    return _state(run, now)


def draft_state(county: Unit, *, now: datetime) -> tuple[str, PaperState] | None:
    """(period, state) of the newest draft that was asked for and isn't there."""
    run = JobRun.objects.filter(job=DRAFT, about__startswith=f"{county.pk}:").first()
    if run is None or run.status == JobRun.Status.DONE:
        return None
    _county, kind, period = run.about.split(":")
    if Bulletin.objects.standing().filter(county=county, kind=kind, period=period).exists():
        return None
    return period, _state(run, now)


def _state(run: JobRun, now: datetime) -> PaperState:
    if run.result.get("unavailable"):
        return PaperState("unavailable", run.result["unavailable"])
    if run.status == JobRun.Status.FAILED:
        return PaperState("failed", run.error)
    if asked.lost(run, now):
        return PaperState("failed")
    return PaperState("waiting" if run.status == JobRun.Status.WAITING else "running")
