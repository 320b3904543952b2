"""A document as HTML for WeasyPrint: lines, rows and pages broken by us, everything at its place, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from paper.document import Annex, Document, cleaned
from paper.fonts import FontSet, metrics
from paper.setting.closing import closing, foot, says
from paper.setting.flow import LINE, MM, Group, Page, Piece, carried, page_html, paginate, together
from paper.setting.heads import head
from paper.setting.pieces import ACROSS, BODY, TITLE_LINE, Setter
from paper.setting.titles import break_title

NUMBER = 14.0  # of a page
SPARE = 2 * MM  # by which the upright page is longer for WeasyPrint than for us: rounding never starts another
UPRIGHT, TURNED = 225 * MM, 156 * MM - 1  # the height of the type area, of an upright and of a turned sheet
RED = "#e60012"
CSS = (Path(__file__).parent / "gbt9704.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Flow:
    """What runs on by itself: the text with its closing, or an annex on sheets that may lie across."""

    pieces: Sequence[Piece]
    wide: bool = False
    origin: float = 0.0

    @property
    def room(self) -> float:
        return TURNED if self.wide else UPRIGHT

    def pages(self) -> list[Page]:
        return paginate(self.pieces, self.room, origin=self.origin)


@dataclass(frozen=True)
class Sheet:
    """A page as it is printed: *bare* ones have no number."""

    html: str
    wide: bool = False
    bare: bool = False


def print_html(document: Document, fonts: FontSet) -> str:
    """The whole document as HTML; it asks for nothing but the font files of *fonts*."""
    head, parts = print_parts(document, fonts)
    return "\n".join((head, *parts, "</body></html>"))


def print_parts(document: Document, fonts: FontSet) -> tuple[str, list[str]]:
    """What stands before all pages, and each page by itself: nothing of one depends on another but its number."""
    document = cleaned(document)
    made = document.made.isoformat(timespec="seconds") if document.made else ""
    dates = "".join(f'<meta name="dcterms.{name}" content="{made}">' for name in ("created", "modified") if made)
    stamped = f"@page {{ @top-right {{ {stamp_css(document.stamped, fonts)} }} }}" if document.stamped else ""
    first = "@page :first { @bottom-right { content: none } }" if document.head == "letter" else ""
    parts = [
        "<!doctype html>",
        f'<html lang="{escape(document.language)}"><head><meta charset="utf-8">',
        f"<title>{escape(document.title)}</title>",
        f'<meta name="author" content="{escape(document.signature or document.issuer)}">{dates}',
        f"<style>{font_css(fonts)}{CSS}{stamped}{first}</style></head><body>",
    ]
    return "\n".join(parts), [sheet_html(sheet) for sheet in sheets(document, fonts)]


def sheet_html(sheet: Sheet) -> str:
    """A page as an element."""
    css = "".join(f" {name}" for name, is_so in (("wide", sheet.wide), ("bare", sheet.bare)) if is_so)
    return f'<div class="sheet{css}">{sheet.html}</div>'


def sheets(document: Document, fonts: FontSet) -> list[Sheet]:
    """The pages of *document*. The imprint stands on the last one if that is even and has room.

    Else, if the text ends on an odd page, it stands alone on the following one without a page number. Where an even
    page has no room, what stands last on it goes to the next, so that this is so again. A letter's stands on the last
    page, whichever it is (10.1).
    """
    flows = [_annex(annex, fonts) for annex in document.annexes]
    if document.head != "annex":
        flows.insert(0, _text(document, fonts))
    pages = [flow.pages() for flow in flows]
    last, count = flows[-1], sum(map(len, pages))
    below = foot(Setter(fonts), document)
    even = document.head != "letter" and says(document.imprint)  # the imprint's page has to be an even one
    alone = below is not None and even and count % 2 == 1
    if below and not alone and (last.wide or pages[-1][-1].used + below.high > last.room):
        more = carried(last.pieces, pages[-1], last.room, origin=last.origin)
        pages[-1] = more or pages[-1]
        count += more is not None
        alone = even or more is None or last.wide
    found = [
        Sheet(page_html(flow.pieces, page), wide=flow.wide)
        for flow, own in zip(flows, pages, strict=True)
        for page in own
    ]
    if below and not alone:
        found[-1] = replace(found[-1], html=found[-1].html + below.html)
    elif below:
        if (
            even and count % 2 == 0
        ):  # nothing could be carried over: the page between is blank and has no number either (7.5)
            found.append(Sheet("", bare=True))
        found.append(Sheet(below.html, bare=True))
    return found


def _text(document: Document, fonts: FontSet) -> Flow:
    setter = Setter(fonts)
    above = head(setter, document)
    end = closing(setter, document)
    pieces = [above, *setter.blocks(document.blocks)]
    if end:
        pieces[-1] = replace(pieces[-1], keep=True)
    return Flow(together([*pieces, *end]), origin=above.height)


def _annex(annex: Annex, fonts: FontSet) -> Flow:
    """附件 in the first line, its title in the third."""
    setter = Setter(fonts, ACROSS, 40) if annex.wide else Setter(fonts)
    lines = break_title(annex.title, 30 if annex.wide else 20)
    title = "<br>".join(map(setter.type("title", 22).html, lines))
    mark = f' data-mark="{escape(f"{annex.label} {annex.title}".strip())}"'
    label = setter.type("hei", BODY).html(annex.label)
    pieces = [
        Piece(LINE, f'<p class="label hei">{label}</p>', Group("div", "class=top", fixed=True), keep=True),
        Piece(
            TITLE_LINE * len(lines) + 3 * MM,
            f'<h2 class="title"{mark}>{title}</h2>',
            Group("div", "class=top", fixed=True, least=0.0),
            LINE,
            keep=True,
        ),
        *setter.blocks(annex.blocks),
    ]
    return Flow(together(pieces), annex.wide)


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
    drop = 7 * MM - SPARE - (song.baseline() - song.top("—")) * NUMBER
    number = (
        f"content: '— ' counter(page) ' —'; font: {NUMBER}pt/{NUMBER}pt '{fonts.song.family}';"
        f" vertical-align: top; padding-top: {drop:.3f}pt;"
    )
    rare = f", '{fonts.rare.family}'" if fonts.rare else ""
    none = "content: none"
    return "\n".join(
        (
            *rules,
            f"html {{ font-family: '{fonts.fang.family}'{rare} }}",
            f"th, .strong td {{ font-family: '{fonts.hei.family}'{rare} }}",
            f"@page :right {{ @bottom-right {{ {number} padding-right: {NUMBER}pt }} }}",
            f"@page :left {{ @bottom-left {{ {number} padding-left: {NUMBER}pt }} }}",
            f"@page wide:right {{ @bottom-right {{ {none} }} @left-bottom {{ {number}",
            f"padding-right: {NUMBER}pt; text-align: right; {_TURNED} }} }}",
            f"@page wide:left {{ @bottom-left {{ {none} }} @left-top {{ {number}",
            f"padding-left: {NUMBER}pt; text-align: left; {_TURNED} }} }}",
            f"@page bare:right {{ @bottom-right {{ {none} }} }}",
            f"@page bare:left {{ @bottom-left {{ {none} }} }}\n",
        )
    )


_TURNED = "box-sizing: border-box; width: 35mm; height: 35mm; transform: rotate(90deg)"


def stamp_css(text: str, fonts: FontSet) -> str:
    """A word in the upper margin of each page, outside of the type area."""
    words = text.replace("\\", "").replace("'", "").replace("\n", " ")
    font = f"16pt/1 '{fonts.hei.family}'"
    return f"content: '{words}'; color: {RED}; font: {font}; vertical-align: middle; text-align: right"
