"""The three heads that a first page can have (GB/T 9704—2012 7.2, 10.1), each with its exact height."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from paper.document import Document
from paper.fonts import FontSet, metrics
from paper.setting.flow import LINE, MM, Group, Piece, page_html, paginate
from paper.setting.pieces import BODY, TITLE_LINE, WIDTH, Setter
from paper.setting.titles import break_title

HEAD = 48.0  # the red name, points, where it fits
PAPER = "文件"  # at the end of a name; of several names over each other it stands once, beside them
BLANK = 2 * LINE  # 空二行
RULE, BELOW = 0.4 * MM, 4 * MM
IN_LINE = (LINE - BODY) / 2  # a character's distance from the edges of its line

# 信函: the name 30 mm from the edge of the paper, red double rules of 170 mm, the second 20 mm from the lower edge
LETTER_HEAD, LETTER_TOP, LETTER_WIDE, LETTER_BOTTOM = 36.0, 30 * MM, 170 * MM, 20 * MM
TOP, LEFT, THICK, THIN, BETWEEN = 37 * MM, 28 * MM, 0.9 * MM, 0.3 * MM, 0.6 * MM


def head(setter: Setter, document: Document) -> Piece:
    """What stands above the text on the first page, as one block."""
    match document.head:
        case "briefing":
            html, high = _briefing(setter, document)
        case "letter":
            html, high = _letter(setter, document)
        case _:
            html, high = _official(setter, document)
    mark = f'<p class="mark hei">{escape(document.mark)}</p>' if document.mark else ""
    return Piece(high, mark + html, Group("div", "class=head", fixed=True), keep=True)


def _official(setter: Setter, document: Document) -> tuple[str, float]:
    """公文式: the name 35 mm below the type area's edge, the number two lines below it, the rule 4 mm below that."""
    names, paper = names_of(document)
    html, high = mast(setter.fonts, names, paper, 35 * MM, HEAD)
    if document.number:
        number = setter.type("fang", BODY).html(document.number)
        html += f'<p class="no" style="margin-top:{BLANK:.3f}pt">{number}</p>'
        high += BLANK + LINE
    below = BELOW - IN_LINE if document.number else LINE + BELOW
    html += f'<div class="rule" style="margin-top:{below:.3f}pt"></div>'
    return _titled(setter, document, html, high + below + RULE, document.addressee)


def _briefing(setter: Setter, document: Document) -> tuple[str, float]:
    """简报式: under the name the issue, over the rule who edits it and its day; nobody is addressed."""
    html, high = mast(setter.fonts, (document.masthead,), "", 35 * MM, HEAD)
    face = setter.type("fang", BODY)
    if document.number:
        html += f'<p class="no" style="margin-top:{LINE:.3f}pt">{face.html(document.number)}</p>'
        high += 2 * LINE
    html += (
        f'<p class="issued" style="margin-top:{LINE:.3f}pt"><span class="day">{face.html(document.date)}</span>'
        f"{face.html(document.issuer or document.signature)}</p>"
    )
    below = BELOW - IN_LINE
    html += f'<div class="rule" style="margin-top:{below:.3f}pt"></div>'
    return _titled(setter, document, html, high + 2 * LINE + below + RULE, "")


def _letter(setter: Setter, document: Document) -> tuple[str, float]:
    """信函式: name, red double rule 4 mm below, the number at its right end, a second double rule at the foot."""
    face = metrics(setter.fonts.title.path, setter.fonts.title.number)
    name, high = mast(setter.fonts, (document.masthead,), "", LETTER_TOP - TOP, LETTER_HEAD)
    size = mast_size(setter.fonts, (document.masthead,), LETTER_HEAD)
    ink = face.baseline() * size - size - min(face.bottom(document.masthead), 0.0) * size  # from its box's foot
    upper = high + ink + BELOW
    lower = 297 * MM - LETTER_BOTTOM - TOP - (THIN + BETWEEN + THICK)
    left = LEFT - (210 * MM - LETTER_WIDE) / 2
    html = name
    for css, top in (("thick", upper), ("thin", lower)):
        html += (
            f'<div class="double {css}" style="top:{top:.3f}pt;left:{-left:.3f}pt;width:{LETTER_WIDE:.3f}pt"></div>'
        )
    high = upper + THICK + BETWEEN + THIN
    if document.number:
        number = setter.type("fang", BODY).html(document.number)
        above = BODY * 7 / 8 - IN_LINE
        html += f'<p class="no right" style="top:{high + above:.3f}pt">{number}</p>'
        high += above + LINE
    html = f'<div style="height:{high:.3f}pt">{html}</div>'
    return _titled(setter, document, html, high, document.addressee)


def _titled(setter: Setter, document: Document, html: str, high: float, addressee: str) -> tuple[str, float]:
    """Two lines below what stands above it the title, one line below that who is addressed."""
    lines = [line for line in document.title_lines if line.strip()] or break_title(document.title)
    face = setter.type("title", 22)
    title = "<br>".join(map(face.html, lines))
    mark = escape("".join(lines))
    html += f'<h1 class="title" style="margin-top:{BLANK:.3f}pt" data-mark="{mark}">{title}</h1>'
    high += BLANK + TITLE_LINE * len(lines)
    if addressee:
        pieces = setter.paragraph([(addressee, "fang")], css="first", gap=LINE)
        pieces = [Piece(0.0, "", Group("div", "")), *pieces]
        page = paginate(pieces, 1e6)[0]
        html += page_html(pieces, page)
        high += page.used
    return html, high if addressee else high + LINE


def names_of(document: Document) -> tuple[tuple[str, ...], str]:
    """(the names over each other, 文件 beside them) of a document; only a name that ends so has others under it."""
    if document.joint and document.masthead.endswith(PAPER):
        return (document.masthead.removesuffix(PAPER), *document.joint), PAPER
    return (document.masthead,), ""


def mast_size(fonts: FontSet, names: Sequence[str], most: float, width: float = WIDTH) -> float:
    """How large the red name is: as large as fits, narrowed to 72 of 100 at most."""
    face = metrics(fonts.title.path, fonts.title.number)
    ems = max(sum(map(face.advance, name)) for name in names) or 1.0
    return min(most, width / (0.72 * ems))


def mast(fonts: FontSet, names: Sequence[str], paper: str, top: float, most: float) -> tuple[str, float]:
    """(the red name with the upper edge of its ink at *top*, where its box ends); several are set equally wide."""
    face = metrics(fonts.title.path, fonts.title.number)
    beside = 0.0
    if paper:  # 文件 stands right of the names, in the middle of their height
        most = min(most, 36.0)
        beside = 2.4 * most
    width = WIDTH - beside
    size = mast_size(fonts, names, most, width)
    wide = [sum(map(face.advance, name)) * size for name in names]
    full = min(max(wide), width)
    pitch = size * 1.35
    above = top - (face.baseline() - face.top("".join(names))) * size
    parts = []
    for at, (name, natural) in enumerate(zip(names, wide, strict=True)):
        style = f"top:{above + at * pitch:.3f}pt;font-size:{size:.3f}pt"
        if paper:
            spacing = (full - natural) / max(len(name) - 1, 1) if natural < full else 0.0
            style += f";left:0;width:{width:.3f}pt"
            inner = f"letter-spacing:{spacing:.3f}pt;margin-right:{-spacing:.3f}pt"
        else:
            inner = ""
        if natural > full + 0.01:
            inner = f"transform:scaleX({full / natural:.4f});margin:0 -{(natural - full) / 2 + 1:.3f}pt"
        parts.append(f'<p class="mast" style="{style}"><span class="title" style="{inner}">{escape(name)}</span></p>')
    if paper:
        middle = above + ((len(names) - 1) * pitch + size) / 2 - most / 2
        style = f"top:{middle:.3f}pt;font-size:{most:.3f}pt;left:auto;right:0;width:{beside:.3f}pt;text-align:right"
        parts.append(f'<p class="mast" style="{style}"><span class="title">{escape(paper)}</span></p>')
    high = above + (len(names) - 1) * pitch + size
    return f'<div class="masts" style="height:{high:.3f}pt">{"".join(parts)}</div>', high
