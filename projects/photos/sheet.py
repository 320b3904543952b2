"""Photos on sheets of A4: project by project, two beside each other, each with what is known of it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from html import escape
from itertools import groupby

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.amounts import figures
from paper.document import Block, Chart, Document, Heading, plain
from paper.pdf import PHOTO, write_pdf
from projects.photos.models import Photo
from projects.photos.pages import odd, taken

MOST = 300  # photos of a sheet: some 15 MB
WIDE, HIGH, GAP, LINE = 76.0, 57.0, 4.0, 5.5  # millimetres


def write_sheet(photos: Sequence[Photo], title: str, *, of: int, on: date, now: datetime) -> bytes:
    """The PDF of *photos*, which are ordered by project; *of* is how many there are in all. PdfUnavailable."""
    document = Document(masthead="", number="", title=title, blocks=tuple(_blocks(photos, of, on)), made=now)
    return write_pdf(document, settings.DOC_FONT_DIR)


def _blocks(photos: Sequence[Photo], of: int, on: date) -> Iterator[Block]:
    said = ngettext("%(n)s photo as of %(day)s.", "%(n)s photos as of %(day)s.", of)
    yield plain(said % {"n": of, "day": figures.day(on)})
    if of > len(photos):
        yield plain(_("Only the first %(n)s are on these sheets.") % {"n": len(photos)})
    for project, found in groupby(photos, key=lambda photo: photo.project):
        yield Heading(2, f"{project.name}（{project.lead_unit.short_name}）")
        own = list(found)
        for pair in (own[at : at + 2] for at in range(0, len(own), 2)):
            lines = [_lines(photo, on) for photo in pair]
            high = HIGH + LINE * max(map(len, lines)) + 1
            drawn = "".join(
                _drawn(photo, said, at * (WIDE + GAP))
                for at, (photo, said) in enumerate(zip(pair, lines, strict=True))
            )
            name = escape(_("Photos of %(project)s") % {"project": project})
            wide = 2 * WIDE + GAP
            svg = f'<svg viewBox="0 0 {wide} {high}"><title>{name}</title>{drawn}</svg>'
            yield Chart("", svg, wide, high)


def _lines(photo: Photo, on: date) -> list[str]:
    return [text for text in (photo.caption, taken(photo, on), *(one.text for one in odd(photo, on))) if text]


def _drawn(photo: Photo, lines: Sequence[str], left: float) -> str:
    with photo.thumb.content.open("rb") as file:
        data = b64encode(file.read()).decode()
    words = "".join(
        f'<text x="{left}" y="{HIGH + LINE * number - 0.8:.1f}" font-size="3.7">{escape(_short(line))}</text>'
        for number, line in enumerate(lines, 1)
    )
    size = f'x="{left}" y="0" width="{WIDE}" height="{HIGH}"'
    return f'<image {size} preserveAspectRatio="xMidYMid meet" href="{PHOTO}{data}"/>{words}'


def _short(text: str) -> str:
    return text if len(text) <= 34 else f"{text[:33]}…"
