"""Blocks of a document as pieces of known height, ready to be put on pages (`flow.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape

from paper.document import Align, Block, Cell, Chart, Heading, PageBreak, Paragraph, Table, run_in
from paper.fonts import FontSet
from paper.lines import CLOSING, Line, Measure, Text, spacing_css
from paper.setting.bars import sized
from paper.setting.cells import Type
from paper.setting.flow import LINE, MM, Group, Piece
from paper.setting.titles import broken
from paper.tables import fitted

BODY, CAPTION, CELL = 16.0, 14.0, 10.5
WIDTH, ACROSS = 156 * MM, 225 * MM
ROLE = {1: "hei", 2: "kai", 3: "fang"}
TITLE_LINE, CAPTION_LINE, UNIT_LINE, NOTE_LINE, CELL_LINE = 12 * MM, 8 * MM, 6 * MM, 5.5 * MM, 14.0
RULE, ABOVE, BESIDE = 0.5, 2.6, 3.0  # of a cell: its rule, its padding above and below, left and right
BEFORE, AFTER = 2 * MM, 3 * MM  # of a table; after it comes the next line of the grid
ROWS = 20  # lines of a cell after which its row is parted: more than that would overrun a sheet that lies across
CSS_OF: dict[Align, str] = {"left": "", "center": " class=c", "right": " class=n"}
CONTINUED = "（续表）"


@dataclass(frozen=True)
class Setter:
    """Sets blocks in one set of fonts on a sheet of one width."""

    fonts: FontSet
    width: float = WIDTH
    cells: int = 28

    @property
    def body(self) -> Measure:
        return Measure(self.fonts, BODY, self.width, self.cells)

    def type(self, role: str, size: float) -> Type:
        return Type(self.fonts, role, size)

    def blocks(self, blocks: Iterable[Block]) -> list[Piece]:
        pieces: list[Piece] = []
        turn = False
        for block in blocks:
            if isinstance(block, PageBreak):
                turn = True
                continue
            made = self.block(block)
            if turn and made:
                made[0] = replace(made[0], turn=True)
                turn = False
            pieces += made
        return pieces

    def block(self, block: Block) -> list[Piece]:
        match block:
            case Heading():
                tag, mark = f"h{block.level + 1}", f' data-mark="{escape(block.text)}"'
                runs: list[Text] = [(block.text, ROLE[block.level])]
                return kept(self.paragraph(runs, self.body.indent(2), css=f"l{block.level}", tag=tag, more=mark))
            case Paragraph():
                runs = [(run.text, run.style, run.href) for run in run_in(block).runs]
                return self.paragraph(runs, self.body.indent(2) if block.indent else 0.0)
            case Table():
                return self.table(block)
            case Chart():
                return self.chart(block)
            case _:
                return []

    def paragraph(
        self,
        runs: Sequence[Text],
        indent: float = 0.0,
        hanging: float = 0.0,
        *,
        css: str = "",
        tag: str = "p",
        more: str = "",
        gap: float = 0.0,
    ) -> list[Piece]:
        return lines_of(
            self.body.lines(runs, indent, hanging), self.body.size, LINE, indent, hanging, css, tag, more, gap
        )

    def chart(self, chart: Chart) -> list[Piece]:
        """A drawing as wide as the type area at most, its title below; read aloud it is the `<title>` in it."""
        shrink = min(1.0, self.width / MM / chart.width)
        high = chart.height * shrink * MM
        title = f'<p class="caption">{self.type("fang", CAPTION).html(chart.title)}</p>' if chart.title else ""
        svg = sized(chart, self.fonts, self.width / MM)
        group = Group("div", "class=chart", fixed=True, least=AFTER)
        return [Piece(high + (CAPTION_LINE if title else 0.0), svg + title, group, BEFORE)]

    def table(self, table: Table) -> list[Piece]:
        table = fitted(table, self.width / CELL)
        total = sum(column.share for column in table.columns) or 1
        wide = [(self.width - RULE) * column.share / total for column in table.columns]
        rooms = [width - 2 * BESIDE - RULE for width in wide]
        head, high = self._row([column.label for column in table.columns], rooms, "th", "hei")
        cols = "".join(f'<col style="width:{width:.3f}pt">' for width in wide)
        grid = f"<table><colgroup>{cols}</colgroup><thead><tr>{head}</tr></thead><tbody>"
        small, caption = self.type("fang", CELL), self.type("fang", CAPTION)
        lines = broken(table.title, int(self.width / CAPTION) - 1) if table.title else ()
        opening = f'<p class="caption">{"<br>".join(map(caption.html, lines))}</p>' if lines else ""
        unit = f'<p class="unit">{small.html(table.unit)}</p>' if table.unit else ""
        left = "".join(table.title.split()) + CONTINUED
        if small.width(left + table.unit) > self.width - 2 * CELL:
            left = CONTINUED
        again = f'<p class="unit"><span class="again">{small.html(left)}</span>{small.html(table.unit)}</p>'
        group = Group(
            "div",
            "class=table",
            opening=opening + unit + grid,
            more=again + grid,
            closing="</tbody></table>",
            again=UNIT_LINE + high + RULE,
            fixed=True,
            least=-1 if table.note else AFTER,
        )
        before = len(lines) * CAPTION_LINE + bool(table.unit) * UNIT_LINE + high + RULE
        pieces = [Piece(before, "", group, BEFORE, keep=True), *self._rows(table, rooms, group)]
        for at in {1, len(pieces) - 2} if len(pieces) > 2 else ():  # neither the first nor the last row stands alone
            pieces[at] = replace(pieces[at], keep=True)
        if table.note:
            pieces[-1] = replace(pieces[-1], keep=True)
            notes = small.lines(table.note, self.width)
            html = f"{'<br>'.join(map(small.html, notes))}"
            below = Group("p", "class=note", fixed=True, least=AFTER)
            pieces.append(Piece(len(notes) * NOTE_LINE, html, below))
        return pieces

    def _rows(self, table: Table, rooms: Sequence[float], group: Group) -> Iterable[Piece]:
        css = [CSS_OF[column.align] for column in table.columns]
        for number, row in enumerate(table.rows):
            strong = number in table.strong
            opening = "<tr class=strong>" if strong else "<tr>"
            for part in _parted(
                row, [self._lines(cell.text, room, strong) for cell, room in zip(row, rooms, strict=True)]
            ):
                html, high = self._row(
                    part, rooms, "td", "hei" if strong else "fang", css, [cell.href for cell in row]
                )
                yield Piece(high, f"{opening}{html}</tr>", group, text=True)

    def _lines(self, text: str, room: float, strong: bool) -> tuple[str, ...]:
        return self.type("hei" if strong else "fang", CELL).lines(text, room)

    def _row(
        self,
        texts: Sequence[str],
        rooms: Sequence[float],
        tag: str,
        role: str,
        css: Sequence[str] = (),
        hrefs: Sequence[str] = (),
    ) -> tuple[str, float]:
        """(cells of a row, its height)"""
        face, most, parts = self.type(role, CELL), 1, []
        for at, (text, room) in enumerate(zip(texts, rooms, strict=True)):
            lines = face.lines(text, room)
            most = max(most, len(lines))
            html = "<br>".join(map(face.html, lines))
            if hrefs and hrefs[at]:
                html = f'<a href="{escape(hrefs[at])}">{html}</a>'
            parts.append(f"<{tag}{css[at] if css else ''}>{html}</{tag}>")
        return "".join(parts), most * CELL_LINE + 2 * ABOVE + RULE


def _parted(row: Sequence[Cell], lines: Sequence[Sequence[str]]) -> Iterable[list[str]]:
    """The texts of *row*; one that is higher than a page in several rows."""
    if max(map(len, lines), default=0) <= ROWS:
        yield [cell.text for cell in row]
        return
    for start in range(0, max(map(len, lines)), ROWS):
        yield ["\n".join(cell[start : start + ROWS]) for cell in lines]


def kept(pieces: list[Piece]) -> list[Piece]:
    return [replace(piece, keep=True) for piece in pieces]


def lines_of(
    lines: Sequence[Line],
    size: float,
    pitch: float,
    indent: float,
    hanging: float,
    css: str = "",
    tag: str = "p",
    more: str = "",
    gap: float = 0.0,
) -> list[Piece]:
    """Justified lines as pieces of one paragraph."""
    left = f"padding-left:{hanging:.3f}pt" if hanging else ""
    group = Group(
        tag,
        f'class="gb{" " + css if css else ""}"{more}',
        style=f"text-indent:{indent - hanging:.3f}pt;{left}",
        style_more=left,
        joint="<br>",
    )
    return [
        Piece(pitch, line_html(line, size), group, gap if at == 0 else 0.0, text=True) for at, line in enumerate(lines)
    ]


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
        tag = f'a href="{escape(href)}"' if href else "span"
        face = f" class={css}" if css else ""
        left = f";margin-left:{margin:.3f}pt" if margin else ""
        text = escape("".join(texts))
        parts.append(f'<{tag}{face} style="letter-spacing:{spacing}{left}">{text}</{tag.partition(" ")[0]}>')
    return "".join(parts)
