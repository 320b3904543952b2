"""A document as the HTML that WeasyPrint prints: the page of GB/T 9704—2012, line by line.

Positions are those of the standard; where CSS can't say them (ink instead of boxes) they are computed from
the metrics of the very fonts in use, so that licensed fonts land on the same millimetre as the free ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from paper.document import (
    ATTACHMENTS,
    COPIES,
    PRINTED,
    Annex,
    Block,
    Cell,
    Document,
    Heading,
    Imprint,
    PageBreak,
    Paragraph,
    Table,
    cleaned,
)
from paper.fonts import FontSet, metrics
from paper.lines import CLOSING, Line, Measure, Text, spacing_css
from paper.titles import break_title

MM = 72 / 25.4
WIDTH = 156 * MM
BODY, HEAD, TITLE, SMALL, NUMBER = 16.0, 48.0, 22.0, 14.0, 14.0
ROLE = {1: "hei", 2: "kai", 3: "fang"}
CSS = (Path(__file__).parent / "gbt9704.css").read_text(encoding="utf-8")


def print_html(document: Document, fonts: FontSet) -> str:
    """The whole page as HTML; it asks for nothing but the font files of *fonts*."""
    document = cleaned(document)
    setter = _Setter(fonts)
    parts = [
        "<!doctype html>",
        f'<html lang="{escape(document.language)}"><head><meta charset="utf-8">',
        f"<title>{escape(document.title)}</title>",
        f'<meta name="author" content="{escape(document.signature)}">',
        f"<style>{font_css(fonts)}{CSS}</style></head><body>",
        *setter.head(document),
        *setter.blocks(document.blocks),
        *setter.closing(document),
    ]
    for annex in document.annexes:
        parts += setter.annex(annex)
    if document.imprint:
        parts += setter.imprint(document.imprint)
    return "\n".join((*parts, "</body></html>"))


def font_css(fonts: FontSet) -> str:
    """The @font-face rules, the family of each role, and where the page number stands.

    The dash of a page number lies 7 mm below the type area: its ink, not its box, so the font's dash counts.
    """
    rules = [
        f"@font-face {{ font-family: '{face.family}'; src: url('{Path(face.path).absolute().as_uri()}') }}"
        for face in fonts.faces()
        if face.own_file
    ]
    for face in fonts.faces():
        bold = "; font-weight: 700" if face.bold else ""
        rules.append(f".{face.role} {{ font-family: '{face.family}'{bold} }}")
    song = metrics(fonts.song.path, fonts.song.number)
    drop = 7 * MM - (song.baseline() - song.top("—")) * NUMBER
    number = (
        f"content: '— ' counter(page) ' —'; font: {NUMBER}pt/{NUMBER}pt '{fonts.song.family}';"
        f" vertical-align: top; padding-top: {drop:.3f}pt;"
    )
    rare = f", '{fonts.rare.family}'" if fonts.rare else ""  # the free fonts have no minus sign
    return "\n".join(
        (
            *rules,
            f"html {{ font-family: '{fonts.fang.family}'{rare} }}",
            f"th, .strong td {{ font-family: '{fonts.hei.family}'{rare} }}",
            f"@page :right {{ @bottom-right {{ {number} padding-right: {NUMBER}pt }} }}",
            f"@page :left {{ @bottom-left {{ {number} padding-left: {NUMBER}pt }} }}",
            "@page wide:right { @bottom-right { content: none } @left-bottom { " + number,
            f"padding-right: {NUMBER}pt; text-align: right; {_TURNED} }} }}",
            "@page wide:left { @bottom-left { content: none } @left-top { " + number,
            f"padding-left: {NUMBER}pt; text-align: left; {_TURNED} }} }}\n",
        )
    )


_TURNED = "box-sizing: border-box; width: 35mm; height: 35mm; transform: rotate(90deg)"


class _Setter:
    """Sets the parts of one document in one set of fonts."""

    def __init__(self, fonts: FontSet) -> None:
        self.fonts = fonts
        self.body = Measure(fonts, BODY, WIDTH, 28)
        self.small = Measure(fonts, SMALL, WIDTH - 2 * SMALL, 29)

    def head(self, document: Document) -> list[str]:
        lines = document.title_lines or break_title(document.title)
        title = "<br>".join(escape(line) for line in lines)
        parts = [self.masthead(document.masthead)]
        if document.number:
            parts.append(f'<p class="no">{escape(document.number)}</p>')
        parts.append(f'<div class="rule"></div><h1 class="title">{title}</h1>')
        if document.addressee:
            parts.append(self.paragraph([(document.addressee, "fang")], css="first"))
        return parts

    def masthead(self, text: str) -> str:
        """The red name in one line, its ink 35 mm below the type area's top; a long one narrows, shrinks."""
        face = metrics(self.fonts.title.path, self.fonts.title.number)
        ems = sum(map(face.advance, text)) or 1.0
        size = min(HEAD, WIDTH / (0.72 * ems))
        over = max(ems * size - WIDTH, 0.0)
        top = 35 * MM - (face.baseline() - face.top(text)) * size
        squeeze = ""
        if over:
            squeeze = f";transform:scaleX({WIDTH / (ems * size):.4f});margin:0 -{over / 2 + 1:.3f}pt"
        return (
            f'<div class="mast" style="padding-top:{top:.3f}pt;font-size:{size:.3f}pt">'
            f'<span class="title" style="font-size:{size:.3f}pt{squeeze}">{escape(text)}</span></div>'
        )

    def blocks(self, blocks: Iterable[Block]) -> Iterable[str]:
        for block in blocks:
            match block:
                case Heading():
                    yield self.paragraph([(block.text, ROLE[block.level])], self.body.indent(2), css=f"h{block.level}")
                case Paragraph():
                    indent = self.body.indent(2) if block.indent else 0.0
                    yield self.paragraph([(run.text, run.style, run.href) for run in block.runs], indent)
                case Table():
                    yield table_html(block)
                case PageBreak():
                    yield '<div class="page"></div>'

    def paragraph(self, runs: Sequence[Text], indent: float = 0.0, hanging: float = 0.0, css: str = "") -> str:
        lines = self.body.lines(runs, indent, hanging)
        return self.set(self.body, lines, indent, hanging, css)

    def set(self, measure: Measure, lines: list[Line], indent: float, hanging: float, css: str) -> str:
        body = "<br>".join(line_html(line, measure.size) for line in lines)
        style = f"text-indent:{indent - hanging:.3f}pt"
        if hanging:
            style += f";padding-left:{hanging:.3f}pt"
        return f'<p class="gb{" " + css if css else ""}" style="{style}">{body}</p>'

    def closing(self, document: Document) -> Iterable[str]:
        if document.attachments:
            yield f'<div class="attachments">{"".join(self._attachments(document.attachments))}</div>'
        if document.signature or document.date:
            yield self._signature(document)

    def _attachments(self, names: Sequence[str]) -> Iterable[str]:
        left = self.body.indent(2)
        label = self.body.natural(ATTACHMENTS) + self.body.base
        if len(names) == 1:
            yield self.paragraph([(ATTACHMENTS + names[0], "fang")], left, left + label)
            return
        for number, name in enumerate(names, start=1):
            mark = f"{number}. "
            hanging = left + label + self.body.natural(mark) + self.body.base
            if number == 1:
                yield self.paragraph([(ATTACHMENTS + mark + name, "fang")], left, hanging)
            else:
                yield self.paragraph([(mark + name, "fang")], left + label, hanging)

    def _signature(self, document: Document) -> str:
        """With a seal the date ends four characters from the edge, the name is centred on it."""
        name, date = self.body.natural(document.signature), self.body.natural(document.date)
        two = self.body.indent(2)
        if not document.date:
            name_left = date_left = WIDTH - 2 * two - name
        elif document.sealed:
            date_left = WIDTH - 2 * two - date
            name_left = min(date_left + (date - name) / 2, WIDTH - name)
        elif date > name:
            date_left = WIDTH - two - date
            name_left = date_left - two
        else:
            name_left = WIDTH - two - name
            date_left = name_left + two
        rows = "".join(
            self.paragraph([(text, "fang")], max(left, 0.0))
            for text, left in ((document.signature, name_left), (document.date, date_left))
            if text
        )
        return f'<div class="signature{" sealed" if document.sealed else ""}">{rows}</div>'

    def annex(self, annex: Annex) -> Iterable[str]:
        yield f'<section class="annex{" wide" if annex.wide else ""}">'
        yield f'<p class="label hei">{escape(annex.label)}</p>'
        lines = break_title(annex.title, 30 if annex.wide else 20)
        yield f'<h2 class="title">{"<br>".join(map(escape, lines))}</h2>'
        yield from self.blocks(annex.blocks)
        yield "</section>"

    def imprint(self, imprint: Imprint) -> Iterable[str]:
        """It stands on the foot of the last page; an unseen copy in the flow keeps its place free."""
        rows = []
        if imprint.copies:
            copies = COPIES + imprint.copies.rstrip("。") + "。"
            hanging = self.small.natural(COPIES) + self.small.base
            lines = self.small.lines([(copies, "fang")], 0.0, hanging)
            rows.append(self.set(self.small, lines, 0.0, hanging, "copies"))
        if imprint.printer or imprint.printed:
            printed = imprint.printed + PRINTED if imprint.printed else ""
            rows.append(
                f'<div class="printed"><span class="date">{escape(printed)}</span>{escape(imprint.printer)}</div>'
            )
        if rows:
            body = "".join(rows)
            yield f'<div class="imprint"><div class="ghost" aria-hidden="true">{_unseen(body)}</div>'
            yield f'<div class="real">{body}</div></div>'


def _unseen(body: str) -> str:
    return body.replace("<a ", "<span ").replace("</a>", "</span>")


def line_html(line: Line, size: float) -> str:
    """A line as spans of equal face; what a blank half of a mark gives up becomes a negative margin."""
    spacing = spacing_css(line.spacing, size)
    spans: list[tuple[str, float, str, list[str]]] = []
    pending = 0.0
    for at, (unit, pull) in enumerate(zip(line.units, line.pulls, strict=True)):
        margin = pending
        pending = 0.0
        if pull and unit.text in CLOSING:
            pending = -pull
        elif pull and at:
            margin -= pull
        css = "" if unit.face.role == "fang" else unit.face.role
        if spans and not margin and spans[-1][0] == css and spans[-1][2] == unit.href:
            spans[-1][3].append(unit.text)
        else:
            spans.append((css, margin, unit.href, [unit.text]))
    parts = []
    for css, margin, href, texts in spans:
        tag = f"a href={_quoted(href)}" if href else "span"
        face = f" class={css}" if css else ""
        left = f";margin-left:{margin:.3f}pt" if margin else ""
        text = escape("".join(texts))
        parts.append(f'<{tag}{face} style="letter-spacing:{spacing}{left}">{text}</{tag.partition(" ")[0]}>')
    return "".join(parts)


def _quoted(value: str) -> str:
    return f'"{escape(value)}"'


def table_html(table: Table) -> str:
    """A table of fixed widths: WeasyPrint lays it out in half the time of one that measures every cell."""
    total = sum(column.share for column in table.columns) or 1
    css = [{"left": "", "center": " class=c", "right": " class=n"}[column.align] for column in table.columns]
    parts = ['<div class="table">']
    if table.title:
        parts.append(f'<p class="caption">{escape(table.title)}</p>')
    if table.unit:
        parts.append(f'<p class="unit">{escape(table.unit)}</p>')
    parts.append("<table><colgroup>")
    parts += [f'<col style="width:{100 * column.share / total:.2f}%">' for column in table.columns]
    parts.append("</colgroup><thead><tr>")
    parts += [f"<th>{_breaks(column.label)}</th>" for column in table.columns]
    parts.append("</tr></thead><tbody>")
    for number, row in enumerate(table.rows):
        parts.append("<tr class=strong>" if number in table.strong else "<tr>")
        parts += [f"<td{mark}>{_cell(cell)}</td>" for mark, cell in zip(css, row, strict=True)]
        parts.append("</tr>")
    parts.append("</tbody></table>")
    if table.note:
        parts.append(f'<p class="note">{escape(table.note)}</p>')
    return "".join((*parts, "</div>"))


def _cell(cell: Cell) -> str:
    text = _breaks(cell.text)
    return f"<a href={_quoted(cell.href)}>{text}</a>" if cell.href else text


def _breaks(text: str) -> str:
    return escape(text).replace("\n", "<br>")
