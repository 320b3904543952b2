"""What stands at the edges of Word's pages: masthead, page numbers, marks, the imprint at the foot of the last one."""

from __future__ import annotations

import io
from collections.abc import Iterable
from html import escape
from math import ceil

from paper.document import COPIES, PRINTED, Document
from paper.word_parts import LINE, NAMESPACES, RED, RIGHT, WIDTH, Package, mm, paragraph, run, spacing, typed

TALLEST = 48.0  # points of the masthead, if its name is short enough
EMU, TWIP = 36_000, 635  # of a millimetre, of 1/20 pt
FOOT, LETTER_FOOT = 25.3, 20.0  # millimetres below the page number, below the last line of a letter's first page
SCAN = "扫码核验"
CODE = 18.0  # millimetres: an edge of the QR code
ROW, CHARACTER = mm(8.2), 280  # of the imprint: pitch of its lines, width of its characters
OUTER, INNER = 8, 6  # its rules, 1/8 pt: 0.35 and 0.25 mm
FIELD = '<w:r><w:fldChar w:fldCharType="%s"/></w:r>'


def section(word: Package, document: Document, *, wide: bool = False, first: bool = False) -> str:
    """A4 with the type area of 156 × 225 mm, 22 lines, its headers and footers; *wide* turns the sheet: an upright one
    lying on its side, so its page numbers are at the left. Only the *first* page has a mark, a letter's head."""
    up = (
        FOOT - LETTER_FOOT if first and document.head == "letter" else 0.0
    )  # its double line stands lower than numbers
    own = first and (bool(document.mark) or document.head == "letter")
    links = []
    for kind, odd in (("default", True), ("even", False), *((("first", True),) if own else ())):
        letter = kind == "first" and document.head == "letter"
        marks = (document.mark if kind == "first" else "", document.stamped)
        head = "".join(paragraph(run(mark), "Mark") for mark in marks if mark) or paragraph("", "Header")
        if wide:
            head = _turned(_number(odd=odd)) + head
        if letter:
            head += masthead(document.masthead, mm(15), 0, *_double("thickThinSmallGap", 9)) + paragraph("", "Rule")
        foot = paragraph("", "Rule", "".join(_double("thinThickSmallGap", 0))) if letter else _number(odd=odd, up=up)
        for part, tag, content in (
            ("header", "hdr", head),
            ("footer", "ftr", paragraph("", "Footer") if wide else foot),
        ):
            key = word.add(part, f"<w:{tag} {NAMESPACES}>{content}</w:{tag}>")
            links.append(f'<w:{part}Reference w:type="{kind}" r:id="{key}"/>')
    size = f'w:w="{mm(297)}" w:h="{mm(210)}" w:orient="landscape"' if wide else f'w:w="{mm(210)}" w:h="{mm(297)}"'
    sides = dict(zip(("top", "right", "bottom", "left"), (28, 37, 26, 35) if wide else (37, 26, 35, 28), strict=True))
    margins = " ".join(f'w:{side}="{mm(length)}"' for side, length in sides.items())
    grid = "" if wide else f'<w:docGrid w:type="lines" w:linePitch="{LINE}"/>'  # a sheet across holds no whole lines
    return (
        f'<w:sectPr>{"".join(links)}<w:type w:val="nextPage"/><w:pgSz {size}/>'
        f'<w:pgMar {margins} w:header="{mm(15)}" w:footer="{mm(FOOT - up)}" w:gutter="0"/>'
        f"{'<w:titlePg/>' if own else ''}{grid}</w:sectPr>"
    )


def masthead(text: str, top: float, after: float, line: str = "", indent: str = "") -> str:
    """The red name in one line, its ink *top* below what is above it; a long one narrows, then shrinks. Programs put a
    line of exact height with four fifths of it above the baseline, ink begins about 0.79 of the size above that."""
    count = sum(1 if char > "\u2000" else 0.5 for char in text) or 1
    size = min(TALLEST, WIDTH / 20 / (0.72 * count))
    scale = f'<w:w w:val="{int(100 * (WIDTH / 20 - 1) / (count * size))}"/>' if count * size > WIDTH / 20 else ""
    before = top - (0.8 * 1.2 - 0.79) * size * 20
    room = spacing(before, max(after - 0.2 * size * 20, 0), 1.2 * size * 20)
    return paragraph(run(text, face=typed("", size, scale)), "Masthead", line + room + indent)


def _number(*, odd: bool, up: float = 0) -> str:
    """— 1 —, one character from the outer edge, *up* millimetres above where it would stand."""
    side = spacing(0, mm(up), 280) if up else ""
    side += '<w:ind w:right="280"/>' + RIGHT if odd else '<w:ind w:left="280"/>'
    code = '<w:r><w:instrText xml:space="preserve">PAGE</w:instrText></w:r>'
    page = FIELD % "begin" + code + FIELD % "separate" + run("1") + FIELD % "end"
    return paragraph(run("— ") + page + run(" —"), "Footer", side)


def _turned(content: str) -> str:
    """*content* at the left of a sheet that lies across, turned as the upright sheet is: the cell of a floating table,
    since LibreOffice loses the place of a box that stands in the header of but one page."""
    return (
        '<w:tbl><w:tblPr><w:tblpPr w:leftFromText="0" w:rightFromText="0" w:horzAnchor="page" w:vertAnchor="page" '
        f'w:tblpX="{mm(25.7)}" w:tblpY="{mm(28)}"/><w:tblW w:w="{CHARACTER}" w:type="dxa"/><w:tblLayout '
        'w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
        f'</w:tblPr><w:tblGrid><w:gridCol w:w="{CHARACTER}"/></w:tblGrid><w:tr><w:trPr><w:trHeight w:val="{WIDTH}" '
        f'w:hRule="exact"/></w:trPr><w:tc><w:tcPr><w:tcW w:w="{CHARACTER}" w:type="dxa"/><w:textDirection '
        f'w:val="tbRl"/></w:tcPr>{content}</w:tc></w:tr></w:tbl>'
    )


def _box(content: str, place: str, size: tuple[int, int]) -> str:
    """A run with a text box without edges: its *place* on the page, its *size*; text stands at its foot."""
    width, height = size
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor distT="0" distB="0" distL="0" '
        'distR="0" simplePos="0" relativeHeight="1" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">'
        f'<wp:simplePos x="0" y="0"/>{place}<wp:extent cx="{width}" cy="{height}"/><wp:wrapNone/>'
        '<wp:docPr id="3" name="版记"/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData '
        'uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/>'
        f'<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect">'
        "<a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr><wps:txbx>"
        f'<w:txbxContent>{content}</w:txbxContent></wps:txbx><wps:bodyPr anchor="b" wrap="square" lIns="0" tIns="0" '
        'rIns="0" bIns="0"><a:noAutofit/></wps:bodyPr></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>'
        "</mc:Choice></mc:AlternateContent></w:r>"
    )


def _double(kind: str, room: int) -> tuple[str, str]:
    """The red double line of a letter, *room* points below the text: 170 mm, in the middle of the sheet. What stands
    before the spacing of its paragraph, and what after it."""
    line = f'<w:pBdr><w:bottom w:val="{kind}" w:sz="24" w:space="{room}" w:color="{RED}"/></w:pBdr>'
    return line, f'<w:ind w:left="-{mm(8)}" w:right="-{mm(6)}"/>'


def at_the_foot(word: Package, document: Document) -> list[str]:
    """The imprint (and over it the QR code) in a box at the foot of the page that its anchor falls on. The anchor is
    as tall as the box, so that text never runs into it; nothing where there is nothing to say."""
    parts, height = [], 0
    if document.verify:
        code, edge = word.add("image", qr_code(document.verify)), round(CODE * EMU)
        own = '<w:spacing w:before="0" w:after="40" w:line="240" w:lineRule="auto"/>'  # a line as tall as the picture
        parts.append(paragraph(picture(code, edge, edge, name="二维码") + run("　" + SCAN), "TableText", own))
        height += mm(CODE + 2)
    rows, ruled = list(_rows(document)), document.head != "letter"
    for at, (content, indent, lines) in enumerate(rows):
        parts += [_rule(INNER if at else OUTER)] * ruled + [paragraph(content, "Imprint", indent)]
        height += 40 * ruled + ROW * lines
    if rows and ruled:
        parts.append(_rule(OUTER))
        height += 40
    if not parts:
        return []
    place = (
        '<wp:positionH relativeFrom="margin"><wp:align>left</wp:align></wp:positionH>'
        '<wp:positionV relativeFrom="margin"><wp:align>bottom</wp:align></wp:positionV>'
    )
    box = _box("".join(parts), place, (WIDTH * TWIP, height * TWIP))
    return [paragraph(box, "Rule", spacing(0, 0, height + mm(6)))]


def _rule(size: int) -> str:
    line = f'<w:pBdr><w:bottom w:val="single" w:sz="{size}" w:space="0" w:color="000000"/></w:pBdr>'
    return paragraph("", "Rule", line)


def _rows(document: Document) -> Iterable[tuple[str, str, int]]:
    """(text, indents, how many lines it takes) of who gets a copy and who printed it, which a letter doesn't say."""
    imprint = document.imprint
    if imprint is None:
        return
    if imprint.copies:
        copies = COPIES + imprint.copies.rstrip("。") + "。"
        room = WIDTH // CHARACTER - 2
        more = max(ceil((len(copies) - room) / (room - len(COPIES))), 0)
        indent = (
            f'<w:ind w:left="{4 * CHARACTER}" w:right="{CHARACTER}" w:hanging="{3 * CHARACTER}"/><w:jc w:val="both"/>'
        )
        yield run(copies), indent, 1 + more
    if (imprint.printer or imprint.printed) and document.head != "letter":
        printed = imprint.printed + PRINTED if imprint.printed else ""
        tab = f'<w:tabs><w:tab w:val="right" w:pos="{WIDTH - CHARACTER}"/></w:tabs>'
        indent = f'{tab}<w:ind w:left="{CHARACTER}"/>'
        yield run(imprint.printer) + (f"<w:r><w:tab/></w:r>{run(printed)}" if printed else ""), indent, 1


def qr_code(address: str) -> bytes:
    """The PNG of a QR code that leads to *address*."""
    import segno

    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="png", scale=8, border=0)
    return out.getvalue()


def picture(key: str, wide: int, high: int, *, name: str, said: str = "") -> str:
    """The image *key* in a line, *wide* by *high* of 1/36,000 mm; *said* is what is read aloud, escaped."""
    name = escape(name)
    number = key.removeprefix("rId")
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/>'
        f'<wp:docPr id="{number}" name="{name}" descr="{said or name}"/><a:graphic><a:graphicData '
        'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{key}"/>'
        '<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext cx="{wide}" cy="{high}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
