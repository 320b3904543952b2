"""A summary of one page as PDF: a heading, a few sentences, a table, remarks. What doesn't fit is left out of the
table from below and counted, so that it is one page whatever it is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from pathlib import Path

from paper.document import Table, cleaned
from paper.fonts import FontSet, find_fonts
from paper.pdf import PdfUnavailable, html_to_pdf, pdf_available
from paper.proofs.pictures import pages_of
from paper.setting.board import css

CSS = """
@page { size: A4; margin: 18mm 16mm 15mm }
body { font-size: 12pt; line-height: 1.55 }
h1 { font-size: 20pt; line-height: 1.35; text-align: center }
.sub { text-align: center; font-size: 10.5pt; color: #444; margin: 1.5mm 0 3mm; padding-bottom: 3mm;
  border-bottom: .5mm solid #c8102e }
.text { text-indent: 2em; margin-bottom: 2mm; text-align: justify }
.caption { font-size: 12pt; margin: 2mm 0 1mm }
table { width: 100%; border-collapse: collapse; table-layout: fixed; font-size: 9pt; line-height: 1.35 }
th, td { border: .2mm solid #8a97a6; padding: .7mm 1.2mm; vertical-align: middle; font-weight: 400; text-align: left;
  overflow-wrap: anywhere }
thead th { background: #eef3f9; text-align: center }
.center { text-align: center }
.right { text-align: right }
.strong td, .strong th { color: #b5121b }
.unit { font-size: 9pt; text-align: right; color: #444 }
.more { font-size: 9pt; color: #444; margin-top: 1mm }
.end { text-align: right; margin-top: 4mm }
"""


@dataclass(frozen=True)
class Summary:
    """*sub* stands under the title, *text* before the table, *after* behind it; *more* says how many rows were left
    out, with `%(n)s` in it. *strong* rows of the table are red."""

    title: str
    sub: str
    text: tuple[str, ...]
    table: Table
    after: tuple[str, ...] = ()
    end: str = ""
    more: str = ""
    made: datetime | None = None
    language: str = "zh-Hans"


def write_summary(summary: Summary, folder: Path | str) -> bytes:
    """The PDF of *summary*, one page. Raises PdfUnavailable."""
    available, why = pdf_available(folder)
    if not available:
        raise PdfUnavailable(why)
    fonts = find_fonts(folder)
    summary = cleaned(summary)
    low, high = 0, len(summary.table.rows)
    best = html_to_pdf(summary_html(summary, fonts, high), fonts)
    if pages_of(best) <= 1:
        return best
    while low < high:  # the most rows with which it is one page; with none at all it is what it is
        middle = (low + high) // 2
        made = html_to_pdf(summary_html(summary, fonts, middle), fonts)
        if pages_of(made) <= 1:
            best, low = made, middle + 1
        else:
            high = middle
    return best


def summary_html(summary: Summary, fonts: FontSet, rows: int) -> str:
    """The page with the first *rows* of its table."""
    left = len(summary.table.rows) - rows
    table = replace(summary.table, rows=summary.table.rows[:rows])
    made = summary.made.isoformat(timespec="seconds") if summary.made else ""
    dates = "".join(f'<meta name="dcterms.{name}" content="{made}">' for name in ("created", "modified") if made)
    more = f'<p class="more hei">{escape(summary.more % {"n": left})}</p>' if left else ""
    return "\n".join(
        (
            "<!doctype html>",
            f'<html lang="{escape(summary.language)}"><head><meta charset="utf-8">',
            f"<title>{escape(summary.title)}</title>{dates}<style>{css(fonts)}{CSS}</style></head><body class='fang'>",
            f'<h1 class="title">{escape(summary.title)}</h1><p class="sub fang">{escape(summary.sub)}</p>',
            *_texts(summary.text),
            *_table(table),
            more,
            *_texts(summary.after),
            f'<p class="end fang">{escape(summary.end)}</p>' if summary.end else "",
            "</body></html>",
        )
    )


def _texts(texts: Sequence[str]) -> list[str]:
    return [f'<p class="text fang">{escape(line)}</p>' for text in texts for line in text.split("\n") if line.strip()]


def _table(table: Table) -> list[str]:
    if not table.rows:
        return []
    whole = sum(column.share for column in table.columns)
    widths = "".join(f'<col style="width:{column.share / whole:.2%}">' for column in table.columns)
    heads = "".join(f'<th scope="col">{escape(column.label)}</th>' for column in table.columns)
    rows = [
        f"<tr{' class=strong' if strong else ''}>"
        + "".join(f'<td class="{align}">{escape(text)}</td>' for align, text in cells)
        + "</tr>"
        for strong, cells in table.printed()
    ]
    return [
        f'<p class="caption hei">{escape(table.title)}</p>' if table.title else "",
        f'<p class="unit hei">{escape(table.unit)}</p>' if table.unit else "",
        f'<table class="hei"><colgroup>{widths}</colgroup><thead><tr>{heads}</tr></thead><tbody>',
        *rows,
        "</tbody></table>",
    ]
