"""A bar chart as a drawing of its own: one bar a line, the pace as a dashed line. Black on white, for any printer."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from html import escape
from pathlib import Path

from paper.document import Block, Chart, Document, Table
from paper.fonts import FontSet

# Millimetres: as wide as the type area; names left, what a bar says right of it.
WIDTH, NAMES, VALUES = 156.0, 46.0, 18.0
TOP, LINE, THICK, LETTER, LEGEND = 7.0, 6.0, 3.6, 3.7, 6.0
REACHED, BELOW = "#404040", "#a6a6a6"
SAID = "序时进度{}%"
KEY = (("达到序时进度", REACHED), ("低于序时进度", BELOW))
DPI = 220  # of the picture that Word has
MOST = 30  # bars of one drawing: it has to fit on a page


@dataclass(frozen=True)
class Bar:
    """*value* is in percent, None where nothing is known; *text* is what is printed of it."""

    name: str
    value: Fraction | None
    text: str


def bar_charts(title: str, bars: Sequence[Bar], pace: Fraction, shown: str, table: Table) -> Iterable[Chart]:
    """The drawing of *bars*, in several parts where they are too many for a page; the first has the *table* that it
    is drawn from. *shown* is the pace as it is printed."""
    parts = [bars[at : at + MOST] for at in range(0, len(bars), MOST)]
    top = max([Fraction(100), pace, *(bar.value for bar in bars if bar.value is not None)])
    for number, part in enumerate(parts, start=1):
        called = f"{title}（{number}/{len(parts)}）" if len(parts) > 1 else title
        high = TOP + LINE * len(part) + LEGEND
        svg = _drawn(called, part, pace, shown, top, high)
        yield Chart(called, svg, WIDTH, high, table if number == 1 else None)


def _drawn(title: str, bars: Sequence[Bar], pace: Fraction, shown: str, top: Fraction, high: float) -> str:
    room = WIDTH - NAMES - VALUES

    def across(value: Fraction) -> float:
        return float(max(value, Fraction(0)) / top) * room

    said = f"条形图：{title}。{SAID.format(shown)}；{'；'.join(f'{bar.name}{bar.text}' for bar in bars)}。"
    at, bottom = NAMES + across(pace), TOP + LINE * len(bars)
    parts = [
        f'<svg viewBox="0 0 {WIDTH:g} {high:g}"><title>{escape(said)}</title>',
        _text(min(max(at, NAMES + 14), WIDTH - 14), TOP - 2.5, SAID.format(shown), "middle"),
        f'<path d="M{at:.2f} {TOP - 1:g}V{bottom:g}" stroke="#000" stroke-width="0.25" stroke-dasharray="1 0.8"/>',
        f'<path d="M{NAMES:g} {TOP - 1:g}V{bottom:g}" stroke="#000" stroke-width="0.3"/>',
    ]
    for number, bar in enumerate(bars):
        y = TOP + LINE * number
        base, long = y + LINE / 2 + LETTER * 0.36, 0.0
        parts.append(_text(NAMES - 2, base, bar.name, "end", min(LETTER, (NAMES - 3) / max(len(bar.name), 1))))
        if bar.value is not None:
            long = across(bar.value)
            fill = REACHED if bar.value >= pace else BELOW
            box = f'x="{NAMES:g}" y="{y + (LINE - THICK) / 2:.2f}" width="{long:.2f}" height="{THICK:g}"'
            parts.append(f'<rect {box} fill="{fill}"/>')
        parts.append(_text(NAMES + long + 1.5, base, bar.text, "start"))
    for number, (words, fill) in enumerate(KEY):
        x, y = NAMES + 34 * number, bottom + 2
        parts.append(f'<rect x="{x:g}" y="{y:g}" width="{THICK:g}" height="{THICK * 0.8:.2f}" fill="{fill}"/>')
        parts.append(_text(x + THICK + 1.2, y + THICK * 0.8, words, "start"))
    return "".join((*parts, "</svg>"))


def _text(x: float, y: float, words: str, anchor: str, size: float = LETTER) -> str:
    return f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:.2f}" text-anchor="{anchor}">{escape(words)}</text>'


def sized(chart: Chart, fonts: FontSet, wide: float) -> str:
    """The drawing of *chart* for a page: *wide* millimetres at most, in the type of the text."""
    shrink = min(1.0, wide / chart.width)
    family = f"font-family=\"'{fonts.fang.family}'\""
    size = f'width="{chart.width * shrink:.2f}mm" height="{chart.height * shrink:.2f}mm" {family}'
    return chart.svg.replace("<svg", f"<svg {size}", 1)


def with_pictures(document: Document, folder: Path | str) -> Document:
    """*document* with its charts as pictures as well, as Word has them. Where this machine can't draw any, Word has
    their tables."""
    from paper.pdf import pdf_available

    if not any(isinstance(block, Chart) for block in document.blocks) or not pdf_available(folder)[0]:
        return document
    from paper.fonts import find_fonts

    fonts = find_fonts(folder)

    def pictured(block: Block) -> Block:
        return replace(block, png=picture(block, fonts)) if isinstance(block, Chart) else block

    return replace(document, blocks=tuple(map(pictured, document.blocks)))


def picture(chart: Chart, fonts: FontSet) -> bytes:
    """The PNG of what the PDF has as a drawing: the same page, drawn once more. The same chart, the same bytes."""
    import pypdfium2
    from weasyprint import HTML

    from paper.html import font_css
    from paper.pdf import only_fonts

    page = f"@page {{ size: {chart.width}mm {chart.height}mm; margin: 0; @bottom-left {{ content: none }} }}"
    none = "@page :right { @bottom-right { content: none } } @page :left { @bottom-left { content: none } }"
    html = f"<style>{font_css(fonts)}{page}{none} svg {{ display: block }} body {{ margin: 0 }}</style>"
    pdf = HTML(string=html + sized(chart, fonts, chart.width), url_fetcher=only_fonts(fonts)).write_pdf()
    with pypdfium2.PdfDocument(pdf) as document:
        bitmap = document[0].render(scale=DPI / 72)
        out = io.BytesIO()
        bitmap.to_pil().convert("L").save(out, "PNG", optimize=True)
        bitmap.close()
    return out.getvalue()
