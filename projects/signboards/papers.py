"""Signboards as papers: made by a worker, kept as long as they say what is on file."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.models import StoredFile
from core.records.files import keep, throw_away
from jobs import asked
from jobs.asked import State
from jobs.models import JobRun
from paper.setting.board import Board
from projects.registry.models import Project
from projects.signboards import pages
from projects.signboards.models import Shape, Signboard

JOB = "signboard"


def _about(project: Project, shape: Shape) -> str:
    return f"{project.pk}:{shape.value}"


def request_board(project: Project, shape: Shape, board: Board, *, now: datetime) -> JobRun | None:
    """Have a worker make the *board*. Asking twice is asking once; none if it is there."""
    if board_of(project, shape, board) is not None:
        return None
    return asked.ask(JOB, _about(project, shape), now=now, stamp=pages.stamp(board))


def make_board(run: int, *, now: datetime) -> None:
    """The work behind `request_board`: of what is on file when it is made."""
    with asked.working(run, now=now) as row:
        if row is None:
            return
        from paper.pdf import PdfUnavailable
        from paper.setting.board import write_board

        pk, code = row.about.split(":")
        shape = Shape(code)
        project = Project.objects.select_related("county", "lead_unit", "location").get(pk=pk)
        board = pages.said(project, timezone.localdate(now)).board
        row.result = {"stamp": (of := pages.stamp(board))}
        try:
            data = write_board(board, shape.size, settings.DOC_FONT_DIR, press=shape.press)
        except PdfUnavailable as error:
            row.result["unavailable"] = str(error)
            raise
        keep_board(project, shape, data, of=of, now=now)


@transaction.atomic
def keep_board(project: Project, shape: Shape, data: bytes, *, of: str, now: datetime) -> None:
    """Keeps *data* as the board of the stamp *of*, in place of an older one."""
    Project.objects.select_for_update().get(pk=project.pk)
    row = Signboard.objects.filter(project=project, shape=shape).first() or Signboard(project=project, shape=shape)
    old = row.file if row.pk else None
    row.file = keep(data, f"signboard-{project.pk}-{shape.value}.pdf", "application/pdf", now=now)
    row.stamp, row.made_at = of, now
    row.save()
    if old is not None:
        throw_away(old)


def board_of(project: Project, shape: Shape, board: Board) -> StoredFile | None:
    """The paper of what is on file now, if it is made."""
    row = Signboard.objects.filter(project=project, shape=shape).select_related("file").first()
    return row.file if row is not None and row.stamp == pages.stamp(board) else None


def state_of(project: Project, shape: Shape, board: Board, *, now: datetime) -> State:
    """Where the paper stands."""
    if board_of(project, shape, board) is not None:
        return State("ready")
    run = JobRun.objects.filter(job=JOB, about=_about(project, shape)).first()  # the newest comes first
    if run is None or run.status == JobRun.Status.DONE or run.result.get("stamp") != pages.stamp(board):
        return State("none")
    return asked.state_of(run, now=now)
