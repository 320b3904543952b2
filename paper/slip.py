"""A form of one sheet with ruled fields, as the one on which a paper is signed (发文稿纸) or something is asked for
(督办单), as PDF. WeasyPrint is imported inside functions: it needs system libraries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any, Literal

from paper.fonts import FontSet, find_fonts
from paper.html import RED, font_css
from paper.pdf import PdfUnavailable, html_to_pdf, only_fonts, pdf_available

SIZES = (16.0, 14.0, 12.0, 10.5, 9.0, 7.5, 6.0)  # points of what is filled in: the largest that leaves it on one sheet
ACROSS = 166  # mm between the edges of the ruled field
PT = 25.4 / 72
Look = Literal["red", "plain"]  # rules and labels in red as offices have them printed, or all in black
INKS: dict[Look, str] = {"red": RED, "plain": "#000"}


@dataclass(frozen=True)
class Field:
    """What is asked, what is filled in line by line, and what stands small below; empty ones are for a pen."""

    label: str
    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """Fields beside each other, at least *high* mm; what is filled in one alone begins beside its label."""

    fields: tuple[Field, ...]
    high: float = 11.0


@dataclass(frozen=True)
class Slip:
    """The form: its title, what stands over the ruled field, the rows."""

    title: str
    above: tuple[Field, ...]
    rows: tuple[Row, ...]
    made: datetime | None = None
    author: str = ""
    language: str = "zh-Hans"
    look: Look = "red"


def write_slip(slip: Slip, folder: Path | str) -> bytes:
    """The PDF of *slip*: one sheet of A4, set in the fonts of *folder* or of the machine. Raises PdfUnavailable."""
    available, why = pdf_available(folder)
    if not available:
        raise PdfUnavailable(why)
    fonts = find_fonts(folder)
    found = next((html for size in SIZES if _pages(html := slip_html(slip, fonts, size), fonts) == 1), "")
    return html_to_pdf(found or slip_html(slip, fonts, SIZES[-1]), fonts)


def _pages(html: str, fonts: FontSet) -> int:
    from weasyprint import HTML

    document: Any = HTML(string=html, url_fetcher=only_fonts(fonts)).render()
    return len(document.pages)


def slip_html(slip: Slip, fonts: FontSet, size: float) -> str:
    """The form as HTML, what is filled in set in *size* points."""
    made = slip.made.isoformat(timespec="seconds") if slip.made else ""
    dates = "".join(f'<meta name="dcterms.{name}" content="{made}">' for name in ("created", "modified") if made)
    widest = min(22.0, ACROSS / PT / max(len(slip.title), 1))
    columns = max((len(row.fields) for row in slip.rows), default=1)
    rows = "".join(_row(row, columns, size / SIZES[0]) for row in slip.rows)
    above = "".join(f"<span>{escape(one.label)}{escape(''.join(one.lines))}</span>" for one in slip.above)
    return (
        f'<!doctype html>\n<html lang="{escape(slip.language)}"><head><meta charset="utf-8">'
        f"<title>{escape(slip.title)}</title>"
        f'<meta name="author" content="{escape(slip.author)}">{dates}'
        f"<style>{font_css(fonts)}{_css(fonts, size, widest, INKS[slip.look])}</style></head><body>"
        f'<h1 class="title">{escape(slip.title)}</h1><p class="above">{above}</p>'
        f"<table><tbody>{rows}</tbody></table></body></html>"
    )


def _row(row: Row, columns: int, scale: float) -> str:
    """*scale* makes what is left for a pen lower where much is filled in."""
    alone = len(row.fields) == 1
    span = f' colspan="{columns}"' if alone and columns > 1 else ""
    cells = []
    for field in row.fields:
        label = f'<span class="label">{escape(field.label)}</span>'
        lines = [escape(line) for line in field.lines]
        first = lines.pop(0) if alone and lines else ""
        said = "".join(f'<p class="said">{line}</p>' for line in lines)
        notes = "".join(f'<p class="note">{escape(note)}</p>' for note in field.notes)
        cells.append(
            f'<td{span}{" class=alone" if alone else ""}><p class="first">{label}{first}</p>{said}{notes}</td>'
        )
    return f'<tr style="height: {row.high * scale:.1f}mm">{"".join(cells)}</tr>'


def _css(fonts: FontSet, size: float, widest: float, ink: str) -> str:
    rare = f", '{fonts.rare.family}'" if fonts.rare else ""
    small, label = min(size, 9.0), min(12.0, 1.2 * size)
    return f"""
@page {{ size: A4; margin: 20mm 22mm 16mm }}
@page :left {{ @bottom-left {{ content: none }} }}
@page :right {{ @bottom-right {{ content: none }} }}
html {{ font-kerning: none; font-variant-ligatures: none; color: #000 }}
body {{ margin: 0; font-size: {size}pt; line-height: 1.35 }}
p {{ margin: 0 }}
h1 {{ margin: 0 0 6mm; color: {ink}; font-size: {widest:.2f}pt; font-weight: 400; line-height: 1.2; text-align: center;
  white-space: nowrap; bookmark-level: 1; bookmark-label: content() }}
.above {{ display: flex; justify-content: space-between; margin: 0 1mm 1.5mm; color: {ink}; font-size: 12pt }}
table {{ width: 100%; table-layout: fixed; border-collapse: collapse; border: .7mm solid {ink} }}
td {{ padding: {size / 10:.2f}mm 2mm; border: .25mm solid {ink}; vertical-align: top; overflow-wrap: anywhere }}
.label {{ color: {ink}; font-size: {label:.1f}pt; font-family: '{fonts.kai.family}'{rare} }}
.said, .note {{ padding-left: 12pt }}
.alone .first {{ padding-left: 36pt; text-indent: -36pt }}
.alone .said, .alone .note {{ padding-left: 36pt }}
.note {{ font-size: {small}pt }}
"""
