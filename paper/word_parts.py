"""What surrounds the text of a Word file: styles, settings, properties and the package. All of it is ours.

The same document gives the same bytes: nothing here asks the clock, counts at random or names a tool.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape

from core.tables.packed import core_properties, packed

FONTS = {
    "fang": "仿宋_GB2312",
    "hei": "黑体",
    "kai": "楷体_GB2312",
    "title": "方正小标宋简体",
    "song": "宋体",
}
RED = "E60012"
#: 1/20 pt. 22 lines of LINE fill 225 mm; 28 characters of 16 pt, each TIGHT less, fill 156 mm with a point to spare.
LINE, TIGHT, WIDTH = 579, -5, 8844
CELL, HALF = 320 + TIGHT, 160 + TIGHT  # a character, a figure
PAGE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
NAMESPACES = " ".join(
    f'xmlns:{short}="{uri}"'
    for short, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": f"{OFFICE}/relationships",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    }.items()
)


def mm(length: float) -> int:
    """Millimetres in 1/20 pt."""
    return round(length * 1440 / 25.4)


def reach(text: str) -> int:
    """How far *text* of 16 pt reaches in one line."""
    return sum(CELL if char > "\u2000" else HALF for char in text)


def run(text: str, style: str = "", face: str = "") -> str:
    """*text* in the character style *style*, with *face* in its rPr; its line breaks are kept."""
    named = f'<w:rStyle w:val="{style}"/>' if style else ""
    look = f"<w:rPr>{named}{face}</w:rPr>" if named or face else ""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{look}{lines}</w:r>" if text else ""


def paragraph(content: str, style: str, shape: str = "") -> str:
    """A paragraph of the style *style*, with *shape* in its pPr."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{shape}</w:pPr>{content}</w:p>'


@dataclass(frozen=True)
class Style:
    """A style that people see in the list of styles. *size* is in points, *shape* what stands in its pPr."""

    key: str
    name: str
    font: str = ""
    size: float = 0
    shape: str = ""
    face: str = ""  # more of the type: colour, spacing
    base: str = "Normal"
    kind: str = "paragraph"

    def xml(self) -> str:
        default = ' w:default="1"' if self.key == "Normal" else ""
        own = "" if self.name.isascii() else ' w:customStyle="1"'
        base = f'<w:basedOn w:val="{self.base}"/>' if self.base and self.key != "Normal" else ""
        shape = f"<w:pPr>{self.shape}</w:pPr>" if self.shape else ""
        return (
            f'<w:style w:type="{self.kind}"{default}{own} w:styleId="{self.key}"><w:name w:val="{self.name}"/>{base}'
            f"<w:qFormat/>{shape}<w:rPr>{typed(self.font, self.size, self.face)}</w:rPr></w:style>"
        )


def typed(font: str = "", size: float = 0, more: str = "") -> str:
    """What stands in an rPr: the font in all scripts, what *more* there is, and the size."""
    name = FONTS.get(font, "")
    fonts = f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>' if name else ""
    half = round(size * 2)
    return f'{fonts}{more}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>' if half else fonts + more


def spacing(before: float = 0, after: float = 0, line: float = LINE) -> str:
    """Room above and below, and lines of exactly *line*; 1/20 pt."""
    return (
        f'<w:spacing w:before="{round(before)}" w:after="{round(after)}" w:line="{round(line)}" w:lineRule="exact"/>'
    )


#: Elements of a pPr in the order that the format wants: keepNext, keepLines, …, spacing, ind, jc, outlineLvl.
KEEP = "<w:keepNext/><w:keepLines/>"
LOOSE = '<w:snapToGrid w:val="0"/>'  # small print has a pitch of its own
TWO = f'<w:ind w:firstLine="{2 * CELL}"/>'
CENTER, RIGHT, BOTH = (f'<w:jc w:val="{side}"/>' for side in ("center", "right", "both"))
PLAIN = '<w:spacing w:val="0"/>'
SMALL = LOOSE + spacing(line=280)

#: Nothing hangs over the edge, and no room is put between Chinese and figures.
EDGES = "".join(f'<w:{name} w:val="0"/>' for name in ("widowControl", "overflowPunct", "autoSpaceDE", "autoSpaceDN"))

STYLES = (
    Style("Normal", "Normal", "fang", 16, EDGES + spacing(), f'<w:spacing w:val="{TIGHT}"/>'),
    Style("BodyText", "Body Text", shape=TWO + BOTH),
    Style("Heading1", "heading 1", "hei", 16, KEEP + TWO + '<w:outlineLvl w:val="0"/>'),
    Style("Heading2", "heading 2", "kai", 16, KEEP + TWO + '<w:outlineLvl w:val="1"/>'),
    Style("Heading3", "heading 3", "fang", 16, KEEP + TWO + '<w:outlineLvl w:val="2"/>'),
    Style("Masthead", "发文机关标志", "title", 48, LOOSE + CENTER, f'<w:color w:val="{RED}"/>{PLAIN}'),
    Style("DocumentNumber", "发文字号", shape=CENTER),
    Style("Title", "Title", "title", 22, KEEP + LOOSE + spacing(line=mm(12)) + CENTER, PLAIN),
    Style("Salutation", "Salutation", shape=BOTH),
    Style("Attachments", "附件说明", shape=KEEP),
    Style("Signature", "Signature", shape=KEEP),
    Style("Date", "Date", shape="<w:keepLines/>"),
    Style("Annotation", "附注", shape=TWO),
    Style("AnnexLabel", "附件序号", "hei", 16, KEEP + spacing(after=LINE)),
    Style("AnnexTitle", "附件标题", shape='<w:outlineLvl w:val="0"/>', base="Title"),
    Style("Caption", "caption", "fang", 14, KEEP + LOOSE + spacing(mm(2), line=mm(8)) + CENTER, PLAIN),
    Style("TableText", "表格文字", "fang", 10.5, SMALL, PLAIN),
    Style("TableHead", "表头", "hei", 10.5, CENTER, base="TableText"),
    Style("TableTotal", "表格合计", "hei", 10.5, base="TableText"),
    Style("TableUnit", "表格单位", shape="<w:keepNext/>" + spacing(line=mm(6)) + RIGHT, base="TableText"),
    Style("TableNote", "表注", shape=spacing(after=mm(3), line=mm(5.5)), base="TableText"),
    Style("Imprint", "版记", "fang", 14, LOOSE + spacing(line=mm(8.2)), PLAIN),
    Style("Rule", "版记分隔线", "fang", 1, LOOSE + spacing(line=20), PLAIN),
    Style("Mark", "文稿标识", "hei", 16, spacing() + RIGHT, PLAIN),
    Style("IssuerLine", "编发单位"),
    Style("Header", "header", shape=LOOSE + spacing(line=20)),
    Style("Footer", "footer", "song", 14, LOOSE + spacing(line=280), PLAIN),
    Style("KaiText", "楷体文字", "kai", 16, base="", kind="character"),
    Style("HeiText", "黑体文字", "hei", 16, base="", kind="character"),
)


def _styles() -> str:
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = (
        '<w:tblCellMar><w:top w:w="52" w:type="dxa"/><w:left w:w="57" w:type="dxa"/>'
        '<w:bottom w:w="52" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar>'
    )
    return (
        f"<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>"
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
        + '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/></w:style>'
        + "".join(style.xml() for style in STYLES)
        + '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr>'
        f'<w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
        '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/>'
        f"<w:tblPr><w:tblBorders>{edges}</w:tblBorders>{margins}</w:tblPr></w:style></w:styles>"
    )


SETTINGS = (
    f'<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:evenAndOddHeaders/>'
    '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat>'
    '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
)


@dataclass
class Package:
    """A Word file in the making: its body is written last, when headers, footers and pictures have their numbers."""

    parts: list[tuple[str, str, str | bytes]] = field(default_factory=list)  # name, relationship, content
    made: dict[str | bytes, str] = field(default_factory=dict)

    def add(self, kind: str, content: str | bytes) -> str:
        """The number of the part *content*, a header, footer or image; the same again has the same one."""
        key = kind.encode() + (content if isinstance(content, bytes) else content.encode())
        if key not in self.made:
            end = "png" if kind == "image" else "xml"
            folder = "media/" if kind == "image" else ""
            self.parts.append((f"{folder}{kind}{len(self.parts) + 1}.{end}", kind, content))
            self.made[key] = f"rId{len(self.parts) + 10}"
        return self.made[key]

    def written(self, body: str, properties: Mapping[str, str], made: datetime | None) -> bytes:
        """The file: *body* is what stands in the document's body."""
        own = [("styles.xml", "styles", _styles()), ("settings.xml", "settings", SETTINGS)]
        links = [(f"rId{at}", kind, name) for at, (name, kind, _) in enumerate(own, start=1)]
        links += [(f"rId{at + 10}", kind, name) for at, (name, kind, _) in enumerate(self.parts, start=1)]
        named = [("document.xml", "document.main", f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>")]
        types = [(f"/word/{name}", f"{PAGE}.{kind}+xml") for name, kind, _ in (*named, *own, *self.parts)
                 if kind != "image"]  # fmt: skip
        types.append(("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"))
        top = [("rId1", f"{OFFICE}/relationships/officeDocument", "word/document.xml")]
        core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
        top.append(("rId2", core, "docProps/core.xml"))
        files: list[tuple[str, str | bytes]] = [
            ("[Content_Types].xml", _types(types)),
            ("_rels/.rels", _links(top)),
            ("docProps/core.xml", core_properties(properties, made)),
            ("word/document.xml", named[0][2]),
            ("word/_rels/document.xml.rels",
             _links((key, f"{OFFICE}/relationships/{kind}", name) for key, kind, name in links)),
            *((f"word/{name}", content) for name, _, content in (*own, *self.parts)),
        ]  # fmt: skip
        return packed((name, content if isinstance(content, bytes) else _xml(content)) for name, content in files)


def _xml(content: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{content}'.encode()


def _types(types: Iterable[tuple[str, str]]) -> str:
    parts = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in types)
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f"{parts}</Types>"
    )


def _links(links: Iterable[tuple[str, str, str]]) -> str:
    parts = "".join(f'<Relationship Id="{key}" Type="{kind}" Target="{name}"/>' for key, kind, name in links)
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{parts}</Relationships>'
    )
