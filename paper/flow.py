"""Which piece of a document stands on which page. Pure: heights in points, no font, no PDF.

A flow is what runs on by itself: the text with its closing, or an annex. Its pieces are lines, rows and blocks whose
heights are known, since every line is broken by us (`lines.py`, `cells.py`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

MM = 72 / 25.4
LINE = 10.227 * MM  # 225 mm ÷ 22 rounded down
SLACK = 0.05


@dataclass(frozen=True, eq=False)
class Group:
    """A paragraph or a table: the element that its pieces stand in, once on each page that they are on.

    *opening* and *closing* are what stands in it around the pieces, *more* and *style_more* what replaces opening and
    style where it goes on on a new page, *again* how high that is. *fixed* elements are given their height. *least*
    is what has to be free below it before the next line of the grid (-1: what follows needn't stand on the grid).
    """

    tag: str
    attributes: str
    style: str = ""
    style_more: str = ""
    opening: str = ""
    more: str = ""
    closing: str = ""
    joint: str = ""
    again: float = 0.0
    fixed: bool = False
    least: float = -1.0


@dataclass(frozen=True)
class Piece:
    """The least that is never parted: a line, a row, a block. *gap* is above it unless it begins a page.

    *text* says whether it is a line of text or a row, of which no page may hold only one; *keep* that it stands
    with what follows; *turn* that it begins a page.
    """

    height: float
    html: str
    group: Group
    gap: float = 0.0
    text: bool = False
    keep: bool = False
    turn: bool = False


@dataclass(frozen=True)
class Page:
    """Pieces *start* to *end* of a flow, how far each stands below the top, and where the last one ends."""

    start: int
    end: int
    tops: tuple[float, ...]
    used: float


def paginate(pieces: Sequence[Piece], room: float, *, origin: float = 0.0) -> list[Page]:
    """The pages of a flow whose pages are *room* high; the grid of lines of the first one begins at *origin*.

    Never parts what is kept together, if a page can hold it. What may not stand alone is kept by `together`.
    """
    pages: list[Page] = []
    start = 0
    while start < len(pieces):
        page = _fill(pieces, start, room, 0.0 if pages else origin)
        if page.end < len(pieces) and not pieces[page.end].turn:
            end = page.end
            while end > start and pieces[end - 1].keep:
                end -= 1
            page = cut(page, end if end > start else page.end, pieces)
        pages.append(page)
        start = page.end
    return pages


def _fill(pieces: Sequence[Piece], start: int, room: float, origin: float) -> Page:
    tops: list[float] = []
    y = 0.0
    at = start
    while at < len(pieces):
        piece = pieces[at]
        before = pieces[at - 1] if at else None
        if at == start:
            y = piece.group.again if before is not None and before.group is piece.group else 0.0
        else:
            if piece.turn:
                break
            if before is not None and before.group is not piece.group and before.group.least >= 0:
                y = on_grid(y + before.group.least, origin)
            y += piece.gap
        if y + piece.height > room + SLACK and at > start:
            break
        tops.append(y)
        y += piece.height
        at += 1
    return Page(start, at, tuple(tops), tops[-1] + pieces[at - 1].height if tops else 0.0)


def on_grid(y: float, origin: float) -> float:
    """The first line of the grid at or below *y*."""
    return origin + math.ceil((y - origin) / LINE - 0.001) * LINE


def cut(page: Page, end: int, pieces: Sequence[Piece]) -> Page:
    """*page* without its pieces from *end* on."""
    tops = page.tops[: end - page.start]
    return Page(page.start, end, tops, tops[-1] + pieces[end - 1].height)


def together(pieces: Sequence[Piece], count: int = 2) -> list[Piece]:
    """*pieces* with the last *count* lines or rows kept with all that follows: no last page has a single line."""
    kept = list(pieces)
    texts = [at for at, piece in enumerate(pieces) if piece.text]
    if len(texts) > count:
        for at in range(texts[-count], len(kept) - 1):
            kept[at] = _kept(kept[at])
    return kept


def _kept(piece: Piece) -> Piece:
    return Piece(piece.height, piece.html, piece.group, piece.gap, piece.text, True, piece.turn)


def carried(pieces: Sequence[Piece], pages: Sequence[Page], room: float, *, origin: float = 0.0) -> list[Page] | None:
    """*pages* and one more, to which the least of the last page went that may stand alone; None if nothing can."""
    last = pages[-1]
    for end in range(last.end - 1, last.start, -1):
        texts = sum(piece.text for piece in pieces[end:])
        stays = any(piece.text for piece in pieces[last.start : end])
        if texts >= 2 and stays and not pieces[end - 1].keep:
            rest = _fill(pieces, end, room, 0.0)
            return [*pages[:-1], cut(last, end, pieces), rest] if rest.end == len(pieces) else None
    return None


def page_html(pieces: Sequence[Piece], page: Page) -> str:
    """The elements of a page, each exactly where `paginate` put it."""
    parts: list[str] = []
    bottom = 0.0
    for _, found in groupby(range(page.start, page.end), key=lambda at: id(pieces[at].group)):
        ats = list(found)
        group = pieces[ats[0]].group
        goes_on = ats[0] > 0 and pieces[ats[0] - 1].group is group
        top = page.tops[ats[0] - page.start] - (group.again if goes_on else 0.0)
        gap, bottom = top - bottom, page.tops[ats[-1] - page.start] + pieces[ats[-1]].height
        style = group.style_more if goes_on else group.style
        if gap > 0.001:
            style += f";margin-top:{gap:.3f}pt"
        if group.fixed:
            style += f";height:{bottom - top:.3f}pt"
        style = style.strip(";").replace(";;", ";")
        inside = group.joint.join(pieces[at].html for at in ats)
        opening = group.more if goes_on else group.opening
        css = f' style="{style}"' if style else ""
        parts.append(f"<{group.tag} {group.attributes}{css}>{opening}{inside}{group.closing}</{group.tag}>")
    return "\n".join(parts)
