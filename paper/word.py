"""A document as Word: the same page by Word's own means, 22 lines of 28 characters, each part in a style of its own.

Font names are those that government offices have; Word picks them up on their machines, nothing is embedded. Lengths
are 1/20 pt (as the format's), positions those of the standard.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from paper.document import (
    ATTACHMENTS,
    Annex,
    Block,
    Chart,
    Document,
    Heading,
    PageBreak,
    Paragraph,
    Run,
    Table,
    cleaned,
    run_in,
)
from paper.setting.titles import break_title, broken
from paper.tables import ACROSS as ACROSS_CELLS
from paper.tables import UPRIGHT, fitted
from paper.word_edges import at_the_foot, masthead, picture, section
from paper.word_parts import CELL, HALF, KEEP, LINE, RED, WIDTH, Package, mm, paragraph, reach, run, spacing

ACROSS = mm(225)
ROLES = {"kai": "KaiText", "hei": "HeiText"}
SEALS = 4  # lines between a name and the one below it where each has a seal of 42 mm
SIDES = {"left": "", "center": '<w:jc w:val="center"/>', "right": '<w:jc w:val="right"/>'}


def write_docx(document: Document) -> bytes:
    """The document as .docx; the same document gives the same bytes."""
    document = cleaned(document)
    word = Package()
    parts = [*_head(document), *_blocks(word, document.blocks, WIDTH), *_closing(document)]
    pages = section(word, document, first=True)
    for annex in document.annexes:
        _end_section(parts, pages)
        parts += _annex(word, annex)
        pages = section(word, document, wide=annex.wide)
    if foot := at_the_foot(word, document):
        if document.annexes and document.annexes[-1].wide:
            _end_section(parts, pages)
            pages = section(word, document)
        parts += foot
    properties = {"dc:title": document.title, "dc:creator": document.signature, "dc:language": document.language}
    return word.written("".join((*parts, pages)), properties, document.made)


def _end_section(parts: list[str], pages: str) -> None:
    """A section ends with the properties of its *pages* in its last paragraph: one of its own might need a page."""
    parts[-1] = parts[-1].replace("</w:pPr>", f"{pages}</w:pPr>", 1)


def _head(document: Document) -> Iterable[str]:
    """Up to the addressee; what a letter has above its first line stands in the header of its first page."""
    if document.head != "letter":
        yield masthead(document.masthead, mm(35), after=2 * LINE if document.number else mm(14.2))
    if document.number:
        shape = {"letter": SIDES["right"], "briefing": "", "document": _ruled()}[document.head]
        yield paragraph(run(document.number), "DocumentNumber", shape)
    if document.head == "briefing":
        tab = f'<w:tabs><w:tab w:val="right" w:pos="{WIDTH - CELL}"/></w:tabs>'
        text = f"\u3000{document.issuer or document.signature}"
        yield paragraph(run(text) + "<w:r><w:tab/></w:r>" + run(document.date), "IssuerLine", _ruled(tab))
    lines = [line for line in document.title_lines if line.strip()] or break_title(document.title)
    last = len(lines) - 1
    for at, line in enumerate(lines):
        after = LINE if at == last and (document.addressee or document.head == "briefing") else 0
        yield paragraph(run(line), "Title", spacing(2 * LINE - 37 if at == 0 else 0, after, mm(12)))
    if document.addressee and document.head != "briefing":
        yield paragraph(run(document.addressee), "Salutation")


def _ruled(tabs: str = "") -> str:
    """The red line over the whole width, 4 mm below the text."""
    return f'<w:pBdr><w:bottom w:val="single" w:sz="9" w:space="7" w:color="{RED}"/></w:pBdr>{tabs}'


def _blocks(word: Package, blocks: tuple[Block, ...], width: int) -> Iterable[str]:
    for block in blocks:
        match block:
            case Heading():
                yield paragraph(run(block.text), f"Heading{block.level}")
            case Paragraph():
                shape = "" if block.indent else '<w:ind w:firstLine="0"/>'
                yield paragraph("".join(map(_run, run_in(block).runs)), "BodyText", shape)
            case Table():
                yield from _table(block, width)
            case Chart() if block.png:
                yield from _chart(word, block)
            case Chart():
                if block.table is not None:  # the same in figures, which can be edited
                    yield from _table(block.table, width)
            case PageBreak():
                yield paragraph('<w:r><w:br w:type="page"/></w:r>', "Rule")


def _chart(word: Package, chart: Chart) -> Iterable[str]:
    """The picture in a line as tall as it is, its title below."""
    shrink = min(1.0, WIDTH / mm(chart.width))
    wide, high = (round(length * shrink * 36_000) for length in (chart.width, chart.height))  # of 1/36,000 mm
    said = chart.svg.partition("<title>")[2].partition("</title>")[0]
    own = KEEP + '<w:spacing w:before="120" w:after="0" w:line="240" w:lineRule="auto"/>' + SIDES["center"]
    key = word.add("image", chart.png)
    yield paragraph(picture(key, wide, high, name=chart.title, said=said), "TableText", own)
    if chart.title:
        yield paragraph(run(chart.title), "Caption", '<w:keepNext w:val="0"/>')


def _run(part: Run) -> str:
    return run(part.text, ROLES.get(part.style, ""))


def _table(table: Table, width: int) -> Iterable[str]:
    """The table with what stands over and under it; its last three rows stay on one page."""
    table = fitted(table, ACROSS_CELLS if width == ACROSS else UPRIGHT)
    if table.title:
        yield paragraph(run(table.title), "Caption")
    if table.unit:
        yield paragraph(run(table.unit), "TableUnit")
    total = sum(column.share for column in table.columns) or 1
    edges = [
        round(width * sum(one.share for one in table.columns[:at]) / total) for at in range(len(table.columns) + 1)
    ]
    widths = [right - left for left, right in pairwise(edges)]
    rows = [_row([column.label for column in table.columns], widths, ["center"] * len(widths), "TableHead", head=True)]
    aligns = [column.align for column in table.columns]
    for number, row in enumerate(table.rows):
        style = "TableTotal" if number in table.strong else "TableText"
        kept = len(table.rows) - 4 < number < len(table.rows) - 1
        rows.append(_row([cell.text for cell in row], widths, aligns, style, kept=kept))
    grid = "".join(f'<w:gridCol w:w="{each}"/>' for each in widths)
    yield (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )
    yield paragraph(run(table.note), "TableNote") if table.note else paragraph("", "Rule", spacing(0, mm(3), 20))


def _row(
    texts: list[str], widths: list[int], aligns: Iterable[str], style: str, *, head: bool = False, kept: bool = False
) -> str:
    parts = [f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>"]
    keep = "<w:keepNext/>" if kept else ""
    for text, width, align in zip(texts, widths, aligns, strict=True):
        parts.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
            f"{paragraph(run(text), style, keep + SIDES[align])}</w:tc>"
        )
    return "".join((*parts, "</w:tr>"))


def _closing(document: Document) -> Iterable[str]:
    """附件, then name and day: they stay together."""
    for number, name in enumerate(document.attachments, start=1):
        mark = f"{number}. " if len(document.attachments) > 1 else ""
        label, count = reach(ATTACHMENTS), len(mark) * HALF
        back = count + (label if number == 1 else 0)
        shape = spacing(LINE if number == 1 else 0) + _indent(2 * CELL + label + count, hanging=back)
        yield paragraph(run((ATTACHMENTS if number == 1 else "") + mark + name), "Attachments", shape)
    if document.head != "briefing" and (document.signature or document.date):
        yield from _signature(document)
    if document.annotation:
        yield paragraph(run(f"（{document.annotation.strip('（）()')}）"), "Annotation")


def _signature(document: Document) -> Iterable[str]:
    """With a seal the date ends four characters from the edge and names are centred on it, or both on the name where
    it is longer than there is room; without one the name ends two characters from the edge. Offices that issue it
    together stand under each other, with room for their seals."""
    offices = [broken(name, 26) for name in (document.signature, *document.joint) if name]
    names = [line for office in offices for line in office]
    first = {office[0] for office in offices}
    date, longest = reach(document.date), max(map(reach, names), default=0)
    before = LINE * (2 if document.sealed else 1)
    if document.sealed:
        middle = max(4 * CELL + date / 2, longest / 2)
        shape = _indent(max(WIDTH - 2 * middle - HALF, 0), max(2 * middle - WIDTH, -HALF)) + SIDES["center"]
        shapes = [shape] * (len(names) + 1)
    else:
        start = max(WIDTH - 4 * CELL - date if date > longest else WIDTH - 2 * CELL - longest, 0)
        shapes = [_indent(start)] * len(names) + [_indent(start + 2 * CELL)]
    for at, (name, shape) in enumerate(zip(names, shapes, strict=False)):
        begins = document.sealed and name in first
        gap = before if at == 0 else SEALS * LINE if begins else 0
        yield paragraph(run(name), "Signature", spacing(gap) + shape)
    if document.date:
        yield paragraph(run(document.date), "Date", spacing(0 if names else before) + shapes[-1])


def _indent(left: float, right: float = 0, hanging: float = 0) -> str:
    back = f' w:hanging="{round(hanging)}"' if hanging else ""
    return f'<w:ind w:left="{round(left)}" w:right="{round(right)}"{back}/>'


def _annex(word: Package, annex: Annex) -> Iterable[str]:
    yield paragraph(run(annex.label), "AnnexLabel")
    lines = break_title(annex.title, 30 if annex.wide else 20)
    for at, line in enumerate(lines, start=1):
        yield paragraph(run(line), "AnnexTitle", spacing(0, mm(3) if at == len(lines) else 0, mm(12)))
    yield from _blocks(word, annex.blocks, ACROSS if annex.wide else WIDTH)
