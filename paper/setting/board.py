"""A signboard at a site 项目公示牌 as PDF: A3, and a board twice as wide as high. What stands where is decided here.

Type is as large as its place allows: of each line the largest size that fits is taken, so that a long name is set
smaller and never runs out of its field. All of it is drawn as lines, a printer enlarges it to any size.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Literal

from paper.document import cleaned
from paper.fonts import FontSet, find_fonts
from paper.pdf import PdfUnavailable, html_to_pdf, pdf_available
from paper.setting.closing import drawing

Size = Literal["a3", "board"]
#: Width and height in millimetres; the board is drawn at half of the usual 2.4 m by 1.2 m.
SIZES: dict[Size, tuple[float, float]] = {"a3": (420.0, 297.0), "board": (1200.0, 600.0)}
TONES = {"blue": "#0b3f8f", "red": "#b5121b"}
RED, INK, GREY, LINE, PALE = "#c8102e", "#111111", "#44505e", "#9fb0c4", "#eef3f9"
LEAD = 1.28  # of a line's height to its type
UNBROKEN = re.compile(r"[（〔“‘《「【(]*(?:[!-~]+|.)[，。、；：？！）〕”’》」】)·]*\s*", re.S)
CALM = 0.75  # of the size: above it one line is preferred to two
STEP = 0.96  # by which a size is smaller than the one that didn't fit
BLEED, MARKS = 3.0, 10.0  # mm around the trimmed page: what is coloured up to its edge, and what has the crop marks


@dataclass(frozen=True)
class Fact:
    """A line of the board; *weight* is its share of the height."""

    label: str
    text: str
    weight: float = 1.0


@dataclass(frozen=True)
class Person:
    """One of those who are responsible: as what, the post, a telephone."""

    part: str
    who: str
    phone: str = ""


@dataclass(frozen=True)
class Board:
    """*place* and *title* stand in the head, *foot* are the telephones at the lower edge, *code* is the address that
    the QR code leads to ("": none) and *scan* what stands under it. *made* is the moment of what it says."""

    place: str
    title: str
    name: str
    facts: tuple[Fact, ...]
    people: tuple[Person, ...]
    responsible: str = ""  # the heading over the people
    foot: tuple[str, ...] = ()
    code: str = ""
    scan: str = ""
    tone: Literal["blue", "red"] = "blue"
    made: datetime | None = None
    language: str = "zh-Hans"


def write_board(board: Board, size: Size, folder: Path | str, *, press: bool = False) -> bytes:
    """The PDF of *board* on one page of *size*; for the *press* with bleed and crop marks around it. Raises
    PdfUnavailable."""
    available, why = pdf_available(folder)
    if not available:
        raise PdfUnavailable(why)
    fonts = find_fonts(folder)
    return html_to_pdf(board_html(board, size, fonts, press=press), fonts)


def fitted(
    fonts: FontSet,
    text: str,
    role: str,
    *,
    width: float,
    height: float,
    most: float,
    lines: int = 2,
    least: float = 0.3,
) -> tuple[float, list[str]]:
    """The largest size (mm) up to *most* at which *text* has at most so many *lines* in *width* by *height* mm, and
    them. Below *least* of *most* nobody reads it: the rest is cut off with an ellipsis."""
    size, found = _largest(fonts, text, role, width, height, most, lines, least)
    if len(found) > 1:  # one line that is a little smaller is calmer than a second one with a character or two
        alone, line = _largest(fonts, text, role, width, height, most, 1, least)
        if alone >= size * CALM and not line[0].endswith("…"):
            return alone, line
    return size, found


def _largest(
    fonts: FontSet, text: str, role: str, width: float, height: float, most: float, lines: int, least: float
) -> tuple[float, list[str]]:
    size = most
    while True:
        found = broken(fonts, text, role, size, width)
        if len(found) <= lines and len(found) * size * LEAD <= height + 0.01:
            return size, found
        if size * STEP < most * least:
            room = max(1, min(lines, int(height / (size * LEAD))))
            return size, [*found[: room - 1], found[room - 1][:-1] + "…"]
        size *= STEP


def broken(fonts: FontSet, text: str, role: str, size: float, width: float) -> list[str]:
    """*text* in lines of *width* mm at *size* mm: words and numbers stay whole where they fit, no line begins with
    what closes or ends with what opens."""
    face = fonts[role]

    def wide(part: str) -> float:
        return sum(fonts.setting(char, face).advance(char) for char in part) * size

    lines = [""]
    for part in _parts(text):
        if lines[-1] and wide((lines[-1] + part).rstrip()) > width:
            lines.append("")
        for char in part if wide(part) > width else [part]:
            if lines[-1] and wide(lines[-1] + char.rstrip()) > width:
                lines.append("")
            lines[-1] += char
    return [line.strip() for line in lines if line.strip()]


def _parts(text: str) -> list[str]:
    """What isn't taken apart at a line's end: a word, a character with what closes after it or opens before it."""
    return UNBROKEN.findall(" ".join(text.split("\n")))


class _Sheet:
    """What is put onto the page, in millimetres from its upper left corner."""

    def __init__(self, fonts: FontSet, width: float, height: float, bleed: float = 0.0) -> None:
        self.fonts, self.width, self.height, self.bleed = fonts, width, height, bleed
        self.parts: list[str] = []

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """What reaches an edge of the page goes on beyond it by the bleed: where the knife slips, nothing is white."""
        left, top = (self.bleed if at <= 0 else 0.0 for at in (x, y))
        right = self.bleed if x + width >= self.width else 0.0
        bottom = self.bleed if y + height >= self.height - 0.001 else 0.0
        x, y, width, height = x - left, y - top, width + left + right, height + top + bottom
        self.parts.append(f'<div class="b" style="{_at(x, y)};{_wide(width, height)};background:{colour}"></div>')

    def text(
        self,
        said: str,
        x: float,
        y: float,
        width: float,
        height: float,
        most: float,
        *,
        role: str = "hei",
        colour: str = INK,
        lines: int = 1,
        align: str = "left",
        space: float = 0.0,
        tag: str = "p",
    ) -> None:
        """*said* in the middle of the height of its field; *space* is added between the characters, in parts of their
        size."""
        if not said:
            return
        room = width / (1 + space) if space else width
        size, found = fitted(self.fonts, said, role, width=room, height=height, most=most, lines=lines)
        top = y + (height - len(found) * size * LEAD) / 2
        more = f";letter-spacing:{space * size:.3f}mm;text-indent:{space * size:.3f}mm" if space else ""
        style = (
            f"{_at(x, top)};width:{width:.3f}mm;font-size:{size:.3f}mm;line-height:{size * LEAD:.3f}mm;color:{colour};"
            f"text-align:{align}{more}"
        )
        inner = "<br>".join(map(escape, found))
        self.parts.append(f'<{tag} class="t {role}" style="{style}">{inner}</{tag}>')

    def code(self, address: str, title: str, x: float, y: float, size: float) -> None:
        svg = drawing(address, title, f"{size:.3f}mm")
        self.parts.append(f'<div class="b" style="{_at(x, y)};{_wide(size, size)}">{svg}</div>')


def _at(x: float, y: float) -> str:
    return f"left:{x:.3f}mm;top:{y:.3f}mm"


def _wide(width: float, height: float) -> str:
    return f"width:{width:.3f}mm;height:{height:.3f}mm"


def board_html(board: Board, size: Size, fonts: FontSet, *, press: bool = False) -> str:
    """The page as HTML; it asks for nothing but the font files of *fonts*."""
    board = cleaned(board)
    width, height = SIZES[size]
    sheet = _Sheet(fonts, width, height, BLEED if press else 0.0)
    _draw(sheet, board, width, height)
    around = f"; marks: crop; bleed: {MARKS}mm; background: #ffffff" if press else ""
    made = board.made.isoformat(timespec="seconds") if board.made else ""
    dates = "".join(f'<meta name="dcterms.{name}" content="{made}">' for name in ("created", "modified") if made)
    return "\n".join(
        (
            "<!doctype html>",
            f'<html lang="{escape(board.language)}"><head><meta charset="utf-8">',
            f"<title>{escape(board.title)}　{escape(board.name)}</title>",
            f'<meta name="author" content="{escape(board.place)}">{dates}',
            f"<style>{css(fonts)}@page {{ size: {width}mm {height}mm; margin: 0{around} }}</style></head><body>",
            f'<div class="page{" press" if press else ""}" style="{_wide(width, height)}">',
            *sheet.parts,
            "</div></body></html>",
        )
    )


def css(fonts: FontSet) -> str:
    """The faces of *fonts* by their roles, and how things are placed."""
    rules = [
        f"@font-face {{ font-family: '{face.family}'; src: url('{Path(face.path).absolute().as_uri()}') }}"
        for face in fonts.faces()
        if face.own_file
    ]
    rare = f", '{fonts.rare.family}'" if fonts.rare else ""
    for face in fonts.faces():
        bold = "; font-weight: 700" if face.bold else ""
        rules.append(f".{face.role} {{ font-family: '{face.family}'{rare}{bold} }}")
    return "\n".join(
        (
            *rules,
            "html { font-kerning: none; font-variant-ligatures: none }",
            "body, h1, h2, p { margin: 0; font-weight: 400 }",
            ".page { position: relative; overflow: hidden }",
            ".press { overflow: visible }",
            ".b, .t { position: absolute }",
            ".t { white-space: nowrap }",
            ".b svg { display: block; width: 100%; height: 100% }\n",
        )
    )


def _draw(sheet: _Sheet, board: Board, width: float, height: float) -> None:
    """Head with place and title, the name, facts left, people right, telephones and the code below."""
    tone = TONES[board.tone]
    edge = height * 0.035
    band = height * 0.175
    sheet.box(0, 0, width, band, tone)
    sheet.box(0, band, width, height * 0.012, RED if board.tone == "blue" else "#e8b04a")
    sheet.text(
        board.place, edge, band * 0.1, width - 2 * edge, band * 0.26, band * 0.19, colour="#ffffff", align="center",
        space=0.12,
    )  # fmt: skip
    sheet.text(
        board.title, edge, band * 0.36, width - 2 * edge, band * 0.56, band * 0.42, role="title", colour="#ffffff",
        align="center", space=0.35, tag="h1",
    )  # fmt: skip
    top = band + height * 0.03
    name = height * 0.15
    sheet.text(
        board.name, edge, top, width - 2 * edge, name, name * 0.52, role="title", colour=RED, lines=2, align="center",
        tag="h2",
    )  # fmt: skip
    top += name + height * 0.012
    foot = height * 0.105 if board.foot else 0.0
    bottom = height - foot - edge * 0.7
    code = min((bottom - top) * (0.42 if width > 1.7 * height else 0.3), width * 0.16) if board.code else 0.0
    left = (width - 2 * edge) * (0.5 if width > 1.7 * height else 0.54)
    gap = edge * 0.8
    _facts(sheet, board.facts, edge, top, left - gap, bottom - top, tone)
    right = edge + left
    room = width - edge - right
    people = bottom - top - (code + gap if code and width <= 1.7 * height else 0)
    across = room - (code + gap if code and width > 1.7 * height else 0)
    _people(sheet, board, right, top, across, people, tone)
    if code:
        _code(sheet, board, width, edge, top, bottom, right, room, code, beside=width > 1.7 * height)
    if foot:
        sheet.box(0, height - foot, width, foot, tone)
        sheet.text(
            "　　".join(board.foot), edge, height - foot, width - 2 * edge, foot, foot * 0.36, colour="#ffffff",
            align="center",
        )  # fmt: skip


def _facts(sheet: _Sheet, facts: Sequence[Fact], x: float, y: float, width: float, height: float, tone: str) -> None:
    label = width * 0.235
    rows = list(_shared(facts, y, height))
    labels = min((_size(sheet, fact.label, label * 0.88, high * 0.46) for _y, high, fact in rows), default=0.0)
    for top, high, fact in rows:
        most = min(high * 0.46, height * 0.062)
        sheet.box(x, top, label, high, PALE)
        sheet.text(
            fact.label, x + label * 0.06, top, label * 0.88, high, min(labels, most), colour=tone, align="center"
        )
        inner = width - label - width * 0.05
        sheet.text(fact.text, x + label + width * 0.03, top, inner, high * 0.94, most, lines=int(1 + 2 * fact.weight))
    _grid(sheet, [top for top, _high, _fact in rows], x, y, width, height, label)


def _people(sheet: _Sheet, board: Board, x: float, y: float, width: float, height: float, tone: str) -> None:
    head = height * 0.14
    sheet.box(x, y, width, head, tone)
    sheet.text(board.responsible, x, y, width, head, head * 0.5, colour="#ffffff", align="center", space=0.1, tag="h2")
    y, height = y + head, height - head
    part, phone = width * 0.31, width * 0.27 if any(one.phone for one in board.people) else 0.0
    rows = [Fact(one.part, one.who) for one in board.people]
    placed = list(_shared(rows, y, height))
    most = min((high * 0.5 for _top, high, _fact in placed), default=0.0)
    labels = min((_size(sheet, fact.label, part * 0.9, most) for _top, _high, fact in placed), default=most)
    for (top, high, fact), one in zip(placed, board.people, strict=True):
        sheet.box(x, top, part, high, PALE)
        sheet.text(fact.label, x + part * 0.05, top, part * 0.9, high, labels, colour=tone, align="center")
        inner = width - part - phone
        sheet.text(fact.text, x + part + inner * 0.05, top, inner * 0.92, high, most, lines=2)
        sheet.text(one.phone, x + width - phone, top, phone * 0.96, high, most, align="center")
    _grid(sheet, [top for top, _high, _fact in placed], x, y, width, height, part)


def _size(sheet: _Sheet, label: str, width: float, most: float) -> float:
    """The size at which *label* stands in one line: all of a table's are set in the smallest of theirs."""
    return fitted(sheet.fonts, label, "hei", width=width, height=most * LEAD, most=most, lines=1)[0]


def _grid(sheet: _Sheet, tops: Iterable[float], x: float, y: float, width: float, height: float, label: float) -> None:
    thin = height * 0.0035
    for top in (*tops, y + height):
        sheet.box(x, top - thin / 2, width, thin, LINE)
    for at in (x, x + label, x + width):
        sheet.box(at - thin / 2, y, thin, height, LINE)


def _shared(facts: Sequence[Fact], y: float, height: float) -> Iterable[tuple[float, float, Fact]]:
    """Each of *facts* with where it begins and how high it is."""
    whole = sum(fact.weight for fact in facts) or 1.0
    for fact in facts:
        high = height * fact.weight / whole
        yield y, high, fact
        y += high


def _code(
    sheet: _Sheet,
    board: Board,
    width: float,
    edge: float,
    top: float,
    bottom: float,
    right: float,
    room: float,
    size: float,
    *,
    beside: bool,
) -> None:
    """The code: on a wide board beside the people, with its words under it; on a sheet under them, words beside it."""
    if beside:
        x, y = width - edge - size, top + (bottom - top - size * 1.25) / 2
        sheet.code(board.code, board.scan, x, y, size)
        sheet.text(board.scan, x - size * 0.05, y + size * 1.03, size * 1.1, size * 0.2, size * 0.12, align="center")
        return
    sheet.code(board.code, board.scan, width - edge - size, bottom - size, size)
    inner = room - size - edge * 0.8
    sheet.text(board.scan, right, bottom - size, inner, size, size * 0.22, colour=GREY, lines=3, align="right")
