"""The slips as a paper: a page each, to be cut off and handed over."""

from __future__ import annotations

from html import escape

from django.conf import settings
from django.utils.translation import gettext as _

from organization.accounts.services import Slip, Slips

CSS = """
@page { size: A4; margin: 32mm 28mm }
@page :right { @bottom-right { content: none } }
@page :left { @bottom-left { content: none } }
section { break-after: page }
section:last-child { break-after: auto }
h1 { font-size: 22pt; line-height: 34pt; text-align: center; margin: 0 0 18mm; font-weight: 400 }
table { width: 100%; border-collapse: collapse; font-size: 16pt; line-height: 26pt }
th, td { border: .75pt solid #000; padding: 8pt 10pt; text-align: left; vertical-align: top; font-weight: 400 }
th { width: 34mm }
td { overflow-wrap: anywhere }
p { font-size: 14pt; line-height: 24pt; margin: 10mm 0 0 }
"""


def pdf_of(slips: Slips) -> bytes:
    """A page for each slip. Raises PdfUnavailable where the machine can't."""
    from paper.fonts import find_fonts
    from paper.html import font_css
    from paper.pdf import PdfUnavailable, html_to_pdf, pdf_available

    available, why = pdf_available(settings.DOC_FONT_DIR)
    if not available:
        raise PdfUnavailable(why)
    fonts = find_fonts(settings.DOC_FONT_DIR)
    pages = "".join(_page(slips, slip) for slip in slips.slips)
    head = f'<meta charset="utf-8"><title>{escape(slips.county)}</title><style>{font_css(fonts)}{CSS}</style>'
    return html_to_pdf(f"<!doctype html><html><head>{head}</head><body>{pages}</body></html>", fonts)


def _page(slips: Slips, slip: Slip) -> str:
    title = _("%(county)s: account for the project platform") % {"county": slips.county}
    rows = (
        (_("Unit"), slip.unit),
        (_("Post"), slip.post),
        (_("Address"), slips.site),
        (_("Account"), slip.username),
        (_("First password"), slip.password),
    )
    lines = "".join(f"<tr><th>{escape(label)}</th><td>{escape(value)}</td></tr>" for label, value in rows)
    note = _(
        "The first password lets you in once: you choose your own at once. Then this slip is worth nothing; until "
        "then show it to nobody."
    )
    return f'<section><h1 class="hei">{escape(title)}</h1><table>{lines}</table><p>{escape(note)}</p></section>'
