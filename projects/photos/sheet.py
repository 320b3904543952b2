"""Photos on sheets of A4: project by project, two beside each other, each with what is known of it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import date
from html import escape
from itertools import groupby

from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.amounts import figures
from paper.fonts import find_fonts
from paper.html import font_css
from paper.pdf import PHOTO, PdfUnavailable, html_to_pdf, pdf_available
from projects.photos.models import Photo
from projects.photos.pages import odd, taken

MOST = 300  # photos of a sheet: some 15 MB
CSS = """
@page { size: A4; margin: 20mm 18mm 22mm }
body { margin: 0; font-size: 10pt; line-height: 1.4 }
h1 { font-size: 18pt; font-weight: normal; line-height: 1.3; text-align: center; margin: 0 0 3mm }
h2 { font-size: 12pt; font-weight: normal; margin: 6mm 0 2mm; break-after: avoid }
p { margin: 0; text-align: center }
.pair { display: flex; gap: 4mm; margin-bottom: 4mm; break-inside: avoid }
figure { margin: 0; width: 85mm }
img { width: 85mm; height: 64mm; object-fit: contain; background: #f0f0f0 }
figcaption { font-size: 9pt }
.odd { font-family: inherit; color: #8a4b00 }
"""


def write_sheet(photos: Sequence[Photo], title: str, *, of: int, on: date) -> bytes:
    """The PDF of *photos*, which are ordered by project; *of* is how many there are in all. PdfUnavailable."""
    available, why = pdf_available(settings.DOC_FONT_DIR)
    if not available:
        raise PdfUnavailable(why)
    fonts = find_fonts(settings.DOC_FONT_DIR)
    language = "zh-Hans" if (get_language() or "").startswith("zh") else "en"
    return html_to_pdf(
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{font_css(fonts)}{CSS}</style></head><body>{''.join(_body(photos, title, of, on))}</body></html>",
        fonts,
    )


def _body(photos: Sequence[Photo], title: str, of: int, on: date) -> Iterator[str]:
    said = ngettext("%(n)s photo as of %(day)s.", "%(n)s photos as of %(day)s.", of)
    yield f'<h1 class="hei">{escape(title)}</h1><p>{escape(said % {"n": of, "day": figures.day(on)})}</p>'
    if of > len(photos):
        yield f"<p>{escape(_('Only the first %(n)s are on these sheets.') % {'n': len(photos)})}</p>"
    for project, found in groupby(photos, key=lambda photo: photo.project):
        own = [_figure(photo, on) for photo in found]
        yield f'<h2 class="hei">{escape(project.name)}（{escape(project.lead_unit.short_name)}）</h2>'
        for at in range(0, len(own), 2):
            yield f'<div class="pair">{"".join(own[at : at + 2])}</div>'


def _figure(photo: Photo, on: date) -> str:
    with photo.thumb.content.open("rb") as file:
        data = b64encode(file.read()).decode()
    alt = photo.caption or _("Photo of %(project)s") % {"project": photo.project}
    lines = [escape(text) for text in (photo.caption, taken(photo, on)) if text]
    lines += [f'<span class="odd">{escape(one.text)}</span>' for one in odd(photo, on)]
    words = "<br>".join(lines)
    return f'<figure><img src="{PHOTO}{data}" alt="{escape(alt)}"><figcaption>{words}</figcaption></figure>'
