"""A text for a chat group as a picture: set as a page that is as long as it needs, drawn as pages of papers are."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from paper.fonts import FontSet, find_fonts
from paper.html import font_css
from paper.pdf import PdfUnavailable, html_to_pdf, pdf_available
from paper.proofs.pictures import drawn_to_its_end, pages_of

WIDE = 110  # mm; a phone shows it across
HIGH = (60, 90, 140, 210, 320, 480, 720, 1080, 1600, 2400)  # mm: the first that holds it all
DPI = 160
LANGUAGE = "zh-Hans"


def write_card(title: str, lines: Sequence[str], below: Sequence[str], folder: Path | str) -> bytes:
    """The PNG of *title*, *lines* and what stands *below* them. Raises PdfUnavailable."""
    available, why = pdf_available(folder)
    if not available:
        raise PdfUnavailable(why)
    fonts = find_fonts(folder)
    for high in HIGH:
        pdf = html_to_pdf(card_html(title, lines, below, fonts, high), fonts)
        if pages_of(pdf) == 1:
            break
    return drawn_to_its_end(pdf, dpi=DPI)


def card_html(title: str, lines: Sequence[str], below: Sequence[str], fonts: FontSet, high: int) -> str:
    said = "".join(f"<p>{escape(line)}</p>" for line in lines)
    foot = "".join(f'<p class="foot">{escape(line)}</p>' for line in below)
    return (
        f'<!doctype html>\n<html lang="{LANGUAGE}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{font_css(fonts)}{_css(high)}</style></head><body>"
        f"<h1>{escape(title)}</h1>{said}{foot}</body></html>"
    )


def _css(high: int) -> str:
    return f"""
@page {{ size: {WIDE}mm {high}mm; margin: 8mm }}
@page :left {{ @bottom-left {{ content: none }} }}
@page :right {{ @bottom-right {{ content: none }} }}
html {{ color: #1f2933 }}
body {{ margin: 0; font-size: 11pt; line-height: 1.5 }}
h1 {{ margin: 0 0 3mm; font-size: 13pt; font-weight: 400; line-height: 1.4; text-align: left; bookmark-level: none }}
p {{ margin: 0 0 1.5mm; padding-left: 14pt; text-indent: -14pt; overflow-wrap: anywhere }}
.foot {{ margin-top: 2mm; padding-left: 0; text-indent: 0 }}
"""
