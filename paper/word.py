"""A document as Word: the same page by Word's own means, a grid of 22 lines and 28 characters, all editable.

Font names are those that government offices have; Word picks them up on their machines, nothing is embedded.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx import Document as new_document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Length, Mm, Pt, RGBColor

from paper.document import (
    ATTACHMENTS,
    COPIES,
    PRINTED,
    Annex,
    Block,
    Document,
    Heading,
    Imprint,
    PageBreak,
    Paragraph,
    Table,
    cleaned,
)
from paper.titles import break_title

FONTS = {
    "fang": "仿宋_GB2312",
    "hei": "黑体",
    "kai": "楷体_GB2312",
    "title": "方正小标宋简体",
    "song": "宋体",
}
LEVELS = {1: "hei", 2: "kai", 3: "fang"}
ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
RED = RGBColor(0xE6, 0x00, 0x12)
LINE = Pt(28.95)
CELL = 15.79  # a character and its spacing, points


def write_docx(document: Document) -> bytes:
    """The document as .docx."""
    document = cleaned(document)
    word = new_document()
    _styles(word)
    _page(word.sections[0])
    word.settings.odd_and_even_pages_header_footer = True
    word.core_properties.title = document.title
    word.core_properties.author = document.signature
    word.core_properties.language = document.language
    _head(word, document)
    _blocks(word, document.blocks, Mm(156))
    _closing(word, document)
    for annex in document.annexes:
        _annex(word, annex)
    if document.imprint:
        if document.annexes and document.annexes[-1].wide:
            _page(word.add_section(WD_SECTION.NEW_PAGE))
        _imprint(word, document.imprint)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _styles(word: Any) -> None:
    normal = word.styles["Normal"]
    _type(normal, "fang", 16)
    shape = normal.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    shape.space_before = shape.space_after = Pt(0)
    shape.widow_control = False
    for level, role in LEVELS.items():
        style = word.styles[f"Heading {level}"]
        _type(style, role, 16)
        style.font.bold, style.font.color.rgb = False, RGBColor(0, 0, 0)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.first_line_indent = Pt(2 * CELL)
        style.paragraph_format.keep_with_next = True
    small = word.styles.add_style("Cell", WD_STYLE_TYPE.PARAGRAPH)
    small.base_style = normal
    _type(small, "fang", 10.5)
    small.paragraph_format.line_spacing = Pt(14)
    _off_the_grid(small.element)
    language = word.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    language.set(qn("w:eastAsia"), "zh-CN")  # where a line may break, what punctuation may hang


def _off_the_grid(element: Any) -> None:
    """Small print in the cells of a table and the one line of the masthead have a pitch of their own."""
    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    element.get_or_add_pPr().insert_element_before(snap, "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:rPr")


def _type(style: Any, role: str, size: float) -> None:
    name = FONTS[role]
    style.font.name, style.font.size = name, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), name)


def _run(paragraph: Any, text: str, role: str = "", size: float = 0, color: RGBColor | None = None) -> Any:
    run = paragraph.add_run(text)
    if role:
        _type(run, role, size or 16)
    if color is not None:
        run.font.color.rgb = color
    return run


def _page(section: Any, *, wide: bool = False) -> None:
    """A4 with the type area of 156 × 225 mm, the grid, and page numbers outside; *wide* turns the sheet."""
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
    edges = (28, 37, 26, 35) if wide else (37, 26, 35, 28)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Mm, edges)
    section.header_distance = Mm(15)
    section.footer_distance = Mm(16) if wide else Mm(25.3)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "linesAndChars")
    grid.set(qn("w:linePitch"), "579")  # 1/20 pt: 22 lines in 225 mm
    grid.set(qn("w:charSpace"), "-848")  # 1/4096 pt: 28 characters in 156 mm
    for footer, right in ((section.footer, True), (section.even_page_footer, False)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        for run in list(paragraph.runs):
            run._element.getparent().remove(run._element)
        shape = paragraph.paragraph_format
        paragraph.alignment = ALIGN["right" if right else "left"]
        shape.left_indent, shape.right_indent = (Pt(0), Pt(14)) if right else (Pt(14), Pt(0))
        shape.line_spacing = Pt(14)
        _run(paragraph, "— ", "song", 14)
        _field(_run(paragraph, "", "song", 14), "PAGE")
        _run(paragraph, " —", "song", 14)


def _field(run: Any, code: str) -> None:
    for kind in ("begin", code, "end"):
        if kind == code:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = code
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._element.append(element)


def _head(word: Any, document: Document) -> None:
    name = word.add_paragraph()
    name.alignment = ALIGN["center"]
    count = max(len(document.masthead), 1)
    size = min(48.0, 156 / 25.4 * 72 / (0.72 * count))
    shape = name.paragraph_format
    shape.line_spacing = Pt(size)
    shape.space_before = Mm(35)
    shape.space_after = 2 * LINE if document.number else Mm(14.2)
    _off_the_grid(name._p)
    run = _run(name, document.masthead, "title", size, RED)
    if count * size > 442:
        scale = OxmlElement("w:w")
        scale.set(qn("w:val"), str(int(100 * 442 / (count * size))))
        run._element.get_or_add_rPr().insert_element_before(scale, "w:kern", "w:position", "w:sz", "w:szCs")
    ruled = name
    if document.number:
        ruled = word.add_paragraph()
        ruled.alignment = ALIGN["center"]
        _run(ruled, document.number)
    _border(ruled, "bottom", size=12, space=11, color="E60012")
    lines = document.title_lines or break_title(document.title)
    for at, line in enumerate(lines):
        title = word.add_paragraph()
        title.alignment = ALIGN["center"]
        title.paragraph_format.line_spacing = Mm(12)
        title.paragraph_format.keep_with_next = True
        if at == 0:
            title.paragraph_format.space_before = 2 * LINE
        if at == len(lines) - 1:
            title.paragraph_format.space_after = LINE if document.addressee else 0
        _run(title, line, "title", 22)
    if document.addressee:
        word.add_paragraph(document.addressee).alignment = WD_ALIGN_PARAGRAPH.JUSTIFY


def _border(paragraph: Any, edge: str, *, size: int, space: int = 0, color: str = "000000") -> None:
    borders = OxmlElement("w:pBdr")
    line = OxmlElement(f"w:{edge}")
    for key, value in (("val", "single"), ("sz", size), ("space", space), ("color", color)):
        line.set(qn(f"w:{key}"), str(value))
    borders.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _blocks(word: Any, blocks: tuple[Block, ...], width: Length) -> None:
    for block in blocks:
        match block:
            case Heading():
                word.add_heading(block.text, level=block.level)
            case Paragraph():
                paragraph = word.add_paragraph()
                paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
                if block.indent:
                    paragraph.paragraph_format.first_line_indent = Pt(2 * CELL)
                for run in block.runs:
                    _run(paragraph, run.text, "" if run.style == "fang" else run.style)
            case Table():
                _table(word, block, width)
            case PageBreak():
                word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _table(word: Any, table: Table, width: Length) -> None:
    if table.title:
        caption = word.add_paragraph()
        caption.alignment = ALIGN["center"]
        caption.paragraph_format.keep_with_next = True
        _run(caption, table.title, "fang", 14)
    if table.unit:
        unit = word.add_paragraph(table.unit, style="Cell")
        unit.alignment = ALIGN["right"]
        unit.paragraph_format.keep_with_next = True
    grid = word.add_table(rows=1, cols=len(table.columns), style="Table Grid")
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    total = sum(column.share for column in table.columns) or 1
    widths = [Emu(int(width * column.share / total)) for column in table.columns]
    for column, share in zip(grid.columns, widths, strict=True):
        column.width = share
    _row(grid.rows[0], [column.label for column in table.columns], widths, ["center"] * len(widths), "hei")
    repeat = OxmlElement("w:tblHeader")
    grid.rows[0]._tr.get_or_add_trPr().append(repeat)
    aligns = [column.align for column in table.columns]
    for number, row in enumerate(table.rows):
        role = "hei" if number in table.strong else ""
        _row(grid.add_row(), [cell.text for cell in row], widths, aligns, role)
    if table.note:
        word.add_paragraph(table.note, style="Cell")


def _row(row: Any, texts: list[str], widths: list[Emu], aligns: Sequence[str], role: str) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    for cell, text, width, align in zip(row.cells, texts, widths, aligns, strict=True):
        cell.width = width
        paragraph = cell.paragraphs[0]
        paragraph.style = "Cell"
        paragraph.alignment = ALIGN[align]
        _run(paragraph, text, role, 10.5)


def _closing(word: Any, document: Document) -> None:
    for number, name in enumerate(document.attachments, start=1):
        paragraph = word.add_paragraph()
        mark = f"{number}. " if len(document.attachments) > 1 else ""
        label = 5 if not mark else 6
        paragraph.paragraph_format.left_indent = Pt((2 + label - 2 * (not mark)) * CELL)
        back = label - 2 * (not mark) if number == 1 else 1
        paragraph.paragraph_format.first_line_indent = Pt(-back * CELL)
        if number == 1:
            paragraph.paragraph_format.space_before = LINE
        _run(paragraph, (ATTACHMENTS if number == 1 else "") + mark + name)
    before = LINE * (2 if document.sealed else 1)
    name_width, date_width = _cells(document.signature), _cells(document.date)
    if document.sealed:
        date_right = 4.0
        name_right = max(date_right - (name_width - date_width) / 2, 0)
    else:
        name_right = 2.0 if name_width >= date_width else 4 + date_width - name_width
        date_right = name_right + name_width - 2 - date_width
    for text, right in ((document.signature, name_right), (document.date, date_right)):
        if text:
            paragraph = word.add_paragraph(text)
            paragraph.alignment = ALIGN["right"]
            paragraph.paragraph_format.right_indent = Pt(right * CELL)
            paragraph.paragraph_format.space_before = before
            paragraph.paragraph_format.keep_together = True
            paragraph.paragraph_format.keep_with_next = text == document.signature
            before = Pt(0)


def _cells(text: str) -> float:
    return sum(1.0 if char > "\u2000" else 0.5 for char in text)


def _annex(word: Any, annex: Annex) -> None:
    _page(word.add_section(WD_SECTION.NEW_PAGE), wide=annex.wide)
    label = word.add_paragraph()
    label.paragraph_format.space_after = LINE
    _run(label, annex.label, "hei")
    for line in break_title(annex.title, 30 if annex.wide else 20):
        title = word.add_paragraph()
        title.alignment = ALIGN["center"]
        title.paragraph_format.line_spacing = Mm(12)
        title.paragraph_format.keep_with_next = True
        _run(title, line, "title", 22)
    _blocks(word, annex.blocks, Mm(225 if annex.wide else 156))


def _imprint(word: Any, imprint: Imprint) -> None:
    """A table that floats at the foot of the type area of the page it falls on."""
    printed = imprint.printed + PRINTED if imprint.printed else ""
    rows = int(bool(imprint.copies)) + int(bool(imprint.printer or printed))
    if not rows:
        return
    grid = word.add_table(rows=rows, cols=2)
    grid.autofit = False
    properties = grid._tbl.tblPr
    place = OxmlElement("w:tblpPr")
    for key, where in (
        ("horzAnchor", "margin"),
        ("vertAnchor", "margin"),
        ("tblpXSpec", "center"),
        ("tblpYSpec", "bottom"),
    ):
        place.set(qn(f"w:{key}"), where)
    properties.insert_element_before(place, "w:tblOverlap", "w:tblW", "w:jc", "w:tblBorders", "w:tblLayout")
    borders = OxmlElement("w:tblBorders")
    for edge, size in (("top", 8), ("bottom", 8), ("insideH", 6)):
        line = OxmlElement(f"w:{edge}")
        for key, value in (("val", "single"), ("sz", size), ("space", 0), ("color", "000000")):
            line.set(qn(f"w:{key}"), str(value))
        borders.append(line)
    properties.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    for column, width in zip(grid.columns, (Mm(96), Mm(60)), strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width
    at = 0
    if imprint.copies:
        cell = grid.cell(0, 0).merge(grid.cell(0, 1))
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.left_indent = Pt(4 * 14)
        paragraph.paragraph_format.first_line_indent = Pt(-3 * 14)
        paragraph.paragraph_format.line_spacing = Pt(23)
        _run(paragraph, COPIES + imprint.copies.rstrip("。") + "。", "fang", 14)
        at = 1
    if imprint.printer or printed:
        for cell, text, align in (
            (grid.cell(at, 0), imprint.printer, "left"),
            (grid.cell(at, 1), printed, "right"),
        ):
            paragraph = cell.paragraphs[0]
            paragraph.alignment = ALIGN[align]
            paragraph.paragraph_format.line_spacing = Pt(23)
            edge = "left_indent" if align == "left" else "right_indent"
            setattr(paragraph.paragraph_format, edge, Pt(14))
            _run(paragraph, text, "fang", 14)
