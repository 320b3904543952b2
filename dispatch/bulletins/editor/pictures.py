"""The pages of a bulletin as they print: pictures of what its PDF is made of, drawn by a worker after each change.

The newest change wins: what was asked for of an older text is passed over without drawing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.conf import settings

from dispatch.bulletins import files as bulletin_files
from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.papers import drawn
from jobs import asked
from jobs.asked import State
from jobs.models import JobRun
from paper.proofs.pictures import Packed, look, pack, picture_of

JOB, PAGES = "bulletin_pages", "pages"
SHORT = 16  # characters of a stamp in an address


@dataclass(frozen=True)
class Picture:
    """A page: its number, the address's part of what it is of, its size in points."""

    number: int
    stamp: str
    width: int
    height: int


@dataclass(frozen=True)
class Seen:
    """The pictures that are there, which may be of what the bulletin said before; `state` is that of the newest."""

    state: State
    pictures: tuple[Picture, ...]
    pages: int

    @property
    def old(self) -> bool:
        return self.state.kind != "ready"

    @property
    def left(self) -> int:
        """Pages that are in the PDF only."""
        return self.pages - len(self.pictures)

    @property
    def stamp(self) -> str:
        return self.pictures[0].stamp if self.pictures else ""


def request_pages(bulletin: Bulletin, *, now: datetime) -> None:
    """Have a worker draw the pages of what the bulletin says now. Asking twice is asking once."""
    stamp = bulletin_files.stamp(bulletin)
    if not bulletin_files.has(bulletin, PAGES, stamp):
        asked.ask(JOB, f"bulletin:{bulletin.pk}", now=now, stamp=stamp)


def make_pages(run: int, *, now: datetime) -> None:
    """The work behind `request_pages`: pages that say what they said before are taken over, the others drawn."""
    with asked.working(run, now=now) as row:
        if row is None:
            return
        bulletin = Bulletin.objects.select_related("county", "pdf", "pages").get(pk=row.about.partition(":")[2])
        of = bulletin_files.stamp(bulletin)
        if of == row.result.get("stamp"):
            packed = drawn(row, _packed, bulletin)
            row.result["kept"] = bulletin_files.keep_paper(bulletin, PAGES, packed, of=of, now=now)
        else:
            row.result["kept"] = False


def _packed(bulletin: Bulletin) -> bytes:
    """The pictures of its PDF where that is kept, else of the pages that the PDF will have."""
    if bulletin.pdf is not None and bulletin_files.has(bulletin, "pdf", bulletin_files.stamp(bulletin)):
        with bulletin.pdf.content.open() as kept:
            return pack(kept.read())
    from paper.proofs.draw import proof  # with all that sets type: a web process leaves it alone

    with _opened(bulletin) as before:
        return proof(bulletin_files.document(bulletin), settings.DOC_FONT_DIR, before)


def seen(bulletin: Bulletin, *, now: datetime) -> Seen:
    """What can be seen of the pages, and how far the newest are."""
    stamp = bulletin_files.stamp(bulletin)
    run = JobRun.objects.filter(job=JOB, about=f"bulletin:{bulletin.pk}").first()
    if bulletin_files.has(bulletin, PAGES, stamp):
        state = State("ready")
    elif run is None or run.status == JobRun.Status.DONE or run.result.get("stamp") != stamp:
        state = State("none")
    else:
        state = asked.state_of(run, now=now)
    held = Packed((), 0)
    with _opened(bulletin) as packed:
        if packed is not None:
            held = look(packed)
    kept = kept_of(bulletin)
    sizes = enumerate(held.sizes, start=1)
    return Seen(state, tuple(Picture(number, kept, *size) for number, size in sizes), held.pages)


def kept_of(bulletin: Bulletin) -> str:
    """The address's part of what the kept pictures are of; "" where none are."""
    return str(bulletin.stamps.get(PAGES, ""))[:SHORT]


def picture(bulletin: Bulletin, stamp: str, number: int) -> bytes | None:
    """The PNG of page *number* of what the bulletin said at *stamp*; None if it isn't kept any more."""
    if kept_of(bulletin) != stamp:
        return None
    with _opened(bulletin) as packed:
        return None if packed is None else picture_of(packed, number)


@contextmanager
def _opened(bulletin: Bulletin) -> Iterator[IO[bytes] | None]:
    """The packed pictures; None where there are none, or a restored backup has none."""
    if bulletin.pages is None:
        yield None
        return
    try:
        file = bulletin.pages.content.open()
    except OSError:
        yield None
        return
    with file:
        yield file
