"""What takes long with bulletins, as work for a worker with a visible state: the draft of a month, the papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from core.days.periods import Period
from core.models import StoredFile
from core.refusals import NotAllowed
from dispatch.bulletins import files as bulletin_files
from dispatch.bulletins import services as bulletins
from dispatch.bulletins.editor.progress import DRAFT, about_of
from dispatch.bulletins.letter import demand_period, next_serial, wording_of
from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.permissions import can_draft_bulletin
from dispatch.rounds.months import demand_ready, month_state
from jobs import asked
from jobs.asked import State
from jobs.models import JobRun
from organization.people.models import User
from organization.units.models import Unit

Record = TypeVar("Record")
STAND_IN = "Noto"  # fonts without 仿宋 and 小标宋: the page says so


@dataclass(frozen=True)
class Paper:
    """A kind of paper that a worker makes and that is kept: `job` is its key in `JOBS`, `name` what people call it."""

    suffix: str
    job: str
    name: str | Promise
    inline: bool = False  # a browser can show it


PAPERS = {
    paper.suffix: paper
    for paper in (
        Paper("pdf", "bulletin_pdf", "PDF", inline=True),
        Paper("docx", "bulletin_docx", "Word"),
        Paper("xlsx", "bulletin_xlsx", "Excel"),
        Paper("zip", "bulletin_zip", gettext_lazy("all files")),
        Paper("corrected", "bulletin_copy", gettext_lazy("PDF marked as corrected"), inline=True),
    )
}


def request_draft(county: Unit, kind: str, period: Period, *, by: User, now: datetime, unfinished: str = "") -> JobRun:
    """Have a worker draft the bulletin of *period*. Asking twice is asking once.

    Raises NotAllowed, Refused for what is no month of the county's life or is to come, NeedsReason for one that
    isn't finished without *unfinished*.
    """
    if not (answer := can_draft_bulletin(by, county)):
        raise NotAllowed(answer.why)
    demand_period(county, wording_of(county, kind), period)
    about = f"{county.pk}:{kind}:{period}:{next_serial(county, kind, period)}"
    reason = demand_ready(month_state(county, period, now=now), unfinished)
    return asked.ask(DRAFT, about, now=now, unfinished=reason)


def make_draft(run: int, *, now: datetime) -> None:
    """The work behind `request_draft`. It can be done again."""
    with asked.working(run, now=now) as row:
        if row is None:
            return
        county, kind, period, serial = about_of(row)
        reason = row.result.get("unfinished", "")

        unit = Unit.objects.get(pk=county)
        bulletin = bulletins.draft_bulletin(
            unit, kind, Period.parse(period), now=now, unfinished=reason, serial=serial
        )
        row.result = {"bulletin": bulletin.pk}


def papers_of(bulletin: Bulletin) -> list[Paper]:
    """Those that there can be of it: a copy marked as corrected of one that was corrected."""
    corrected = bulletin_files.corrected_by(bulletin)
    return [paper for paper in PAPERS.values() if paper.suffix != "corrected" or corrected]


def request_paper(bulletin: Bulletin, paper: Paper, *, now: datetime) -> JobRun | None:
    """Have a worker make the *paper* of what the bulletin says now. Asking twice is asking once; none if it is
    there."""
    stamp = bulletin_files.stamp(bulletin, paper.suffix)
    if bulletin_files.has(bulletin, paper.suffix, stamp) or paper not in papers_of(bulletin):
        return None
    return asked.ask(paper.job, f"bulletin:{bulletin.pk}", now=now, stamp=stamp)


def request_papers(bulletin: Bulletin, *, now: datetime) -> None:
    """Have all papers made that aren't there; of a correction the marked copy of what it corrects, too."""
    for paper in papers_of(bulletin):
        request_paper(bulletin, paper, now=now)
    if bulletin.corrects is not None:
        request_paper(bulletin.corrects, PAPERS["corrected"], now=now)


def make_paper(run: int, *, now: datetime) -> None:
    """The work behind `request_paper`. A bulletin changed meanwhile keeps no paper of its old text."""
    with asked.working(run, now=now) as row:
        if row is None:
            return
        bulletin = Bulletin.objects.select_related("county").get(pk=row.about.partition(":")[2])
        [paper] = (paper for paper in PAPERS.values() if paper.job == row.job)
        row.result = {"stamp": (of := bulletin_files.stamp(bulletin, paper.suffix))}
        writers = bulletin_files.WRITERS | bulletin_files.COPIES
        data = drawn(row, writers[paper.suffix], bulletin)
        if paper.inline:
            from paper.pdf import pdf_available

            row.result["fonts"] = pdf_available(settings.DOC_FONT_DIR)[1]
        row.result["kept"] = bulletin_files.keep_paper(bulletin, paper.suffix, data, of=of, now=now)


def drawn(row: JobRun, write: Callable[[Record], bytes], record: Record) -> bytes:
    """The bytes of the paper; that this machine can't is written down for the page."""
    from paper.pdf import PdfUnavailable

    try:
        return write(record)
    except PdfUnavailable as error:
        row.result["unavailable"] = str(error)
        raise


def paper_of(bulletin: Bulletin, paper: Paper) -> StoredFile | None:
    """The *paper* of what the bulletin says now, if it is made."""
    if not bulletin_files.has(bulletin, paper.suffix, bulletin_files.stamp(bulletin, paper.suffix)):
        return None
    found: StoredFile = getattr(bulletin, paper.suffix)
    return found


def paper_state(bulletin: Bulletin, paper: Paper, *, now: datetime) -> State:
    """Where one *paper* of the bulletin stands."""
    return paper_states(bulletin, now=now, of=(paper,))[0][1]


def paper_states(bulletin: Bulletin, *, now: datetime, of: Sequence[Paper] | None = None) -> list[tuple[Paper, State]]:
    """The papers of the bulletin (those *of*), and where each stands."""
    of = papers_of(bulletin) if of is None else of
    jobs = {paper.job for paper in of}
    runs: dict[str, JobRun] = {}
    for run in JobRun.objects.filter(job__in=jobs, about=f"bulletin:{bulletin.pk}"):
        runs.setdefault(run.job, run)  # the newest comes first
    stamps = {paper: bulletin_files.stamp(bulletin, paper.suffix) for paper in of}
    return [(paper, _state(bulletin, paper, runs.get(paper.job), stamps[paper], now)) for paper in of]


def _state(bulletin: Bulletin, paper: Paper, run: JobRun | None, stamp: str, now: datetime) -> State:
    return state_by(run, bulletin_files.has(bulletin, paper.suffix, stamp), stamp, now=now)


def state_by(run: JobRun | None, there: bool, stamp: str, *, now: datetime) -> State:
    """Where a paper of *stamp* stands that is *there* or not, by the newest *run* that was to make it."""
    if there:
        fonts = run.result.get("fonts", "") if run else ""
        return State("ready", fonts if STAND_IN in fonts else "")
    if run is None or run.status == JobRun.Status.DONE or run.result.get("stamp") != stamp:
        return State("none")
    return asked.state_of(run, now=now)
