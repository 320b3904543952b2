"""What stands under the text and at the foot of the last page: 附件说明, 署名, 日期, 附注, 版记, a code to verify."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from paper.document import ATTACHMENTS, COPIES, PRINTED, Document, Imprint
from paper.lines import Measure
from paper.setting.flow import LINE, MM, Group, Piece
from paper.setting.pieces import BODY, WIDTH, Setter, lines_of
from paper.setting.titles import broken

SMALL, SMALL_LINE = 14.0, 8.2 * MM
EDGE, MIDDLE = 0.35 * MM, 0.25 * MM  # rules of the imprint
ROOM = 6 * MM  # between the text and the imprint
CODE, QUIET = 18 * MM, 3 * MM  # the code's side, its distance from what is below
SCAN = "扫码核验"
SEALS = 5  # lines from a name to the one below it where each has a seal of 42 mm


def closing(setter: Setter, document: Document) -> list[Piece]:
    """The list of annexes, signature, date and note; a briefing has neither signature nor date."""
    pieces = _attachments(setter, document.attachments)
    if document.head != "briefing" and (document.signature or document.date):
        pieces.append(_signature(setter.body, document))
    if document.annotation:
        note = document.annotation.strip("（）()")
        pieces += setter.paragraph([(f"（{note}）", "fang")], setter.body.indent(2))
    return [
        Piece(piece.height, piece.html, piece.group, piece.gap, keep=at < len(pieces) - 1)
        for at, piece in enumerate(pieces)
    ]


def _attachments(setter: Setter, names: Sequence[str]) -> list[Piece]:
    body, pieces = setter.body, []
    left, label = body.indent(2), body.natural(ATTACHMENTS) + body.base
    for number, name in enumerate(names, start=1):
        mark = f"{number}. " if len(names) > 1 else ""
        hanging = left + label + (body.natural(mark) + body.base if mark else 0.0)
        first = number == 1
        text = (ATTACHMENTS if first else "") + mark + name
        pieces += setter.paragraph(
            [(text, "fang")], left if first else left + label, hanging, gap=LINE if first else 0.0
        )
    return pieces


def _signature(body: Measure, document: Document) -> Piece:
    """With seals the date ends four characters from the edge and the name is centred on it; without, two characters.

    Several offices with seals stand in two columns, the last one over the date; without, one below the other.
    """
    names = [name for name in (document.signature, *document.joint) if name]
    rows = _sealed(body, names, document.date) if document.sealed else _plain(body, names, document.date)
    html = []
    for line, places in rows:
        for text, left in places:
            [found, *_] = body.lines([(text, "fang")])
            [piece] = lines_of([found], BODY, LINE, max(left, 0.0), 0.0)
            style = f"top:{line * LINE:.3f}pt;{piece.group.style}"
            html.append(f'<p class="gb signed" style="{style.strip(";")}">{piece.html}</p>')
    count = rows[-1][0] + 1
    gap = LINE * (2 if document.sealed else 1)
    return Piece(count * LINE, "".join(html), Group("div", "class=signature", fixed=True), gap)


Rows = list[tuple[int, list[tuple[str, float]]]]  # (line, [(text, how far from the left)])


def _sealed(body: Measure, names: Sequence[str], date: str) -> Rows:
    wide = body.natural
    columns = 2 if len(names) > 1 and max(map(wide, names)) <= 13 * body.indent(1) else 1
    lines = [broken(name, 26) for name in names]
    most = max(wide(line) for name in lines for line in name) if columns == 1 else wide(names[-1])
    centre = WIDTH - max(body.indent(4) + wide(date) / 2, most / 2) if date else WIDTH - body.indent(4) - most / 2
    centre = max(min(centre, WIDTH - most / 2), most / 2)
    rows: Rows = []
    line = 0
    for at in range(0, len(names), columns):
        if at:
            line += SEALS - 1
        if columns == 2:
            pair = names[at : at + 2] if at + 1 < len(names) else names[at:]
            centres = (WIDTH - centre, centre)[-len(pair) :]
            rows.append((line, [(name, at_ - wide(name) / 2) for name, at_ in zip(pair, centres, strict=True)]))
            line += 1
            continue
        for part in lines[at]:
            rows.append((line, [(part, centre - wide(part) / 2)]))
            line += 1
    if date:
        rows.append((line, [(date, centre - wide(date) / 2)]))
    return rows


def _plain(body: Measure, names: Sequence[str], date: str) -> Rows:
    two, day = body.indent(2), body.natural(date)
    lines = [part for name in names for part in broken(name, 26)]
    widths = list(map(body.natural, lines))
    last = widths[-1] if widths else 0.0
    date_left = WIDTH - two - day if day > last or not lines else WIDTH - two - last + two
    shift = WIDTH - two - day - two - (WIDTH - two - last) if day > last and lines else 0.0
    rows: Rows = [
        (at, [(line, max(WIDTH - two - width + min(shift, 0.0), 0.0))])
        for at, (line, width) in enumerate(zip(lines, widths, strict=True))
    ]
    if date:
        rows.append((len(rows), [(date, min(date_left, WIDTH - day))]))
    return rows


@dataclass(frozen=True)
class Foot:
    """What stands on the foot of the last page, and how much room it takes with the distance to the text."""

    html: str
    high: float


def foot(setter: Setter, document: Document) -> Foot | None:
    """The imprint with the code above it, or what there is of them; None if there is neither."""
    rows, high = _imprint(setter, document.imprint, printed=document.head != "letter")
    ruled = "" if document.head == "letter" else " ruled"
    html = f'<div class="imprint{ruled}">{rows}</div>' if rows else ""
    if rows and ruled:
        high += 2 * EDGE
    if document.verify:
        above = high + (QUIET if rows else 0.0)
        html = (
            f'<div class="code" style="bottom:calc(2mm + {above:.3f}pt)">{code(document.verify)}<p>{SCAN}</p></div>'
            + html
        )
        high = above + CODE
    return Foot(html, high + ROOM) if html else None


def says(imprint: Imprint | None) -> bool:
    """Whether there is anything in the imprint."""
    return imprint is not None and bool(imprint.copies or imprint.printer or imprint.printed)


def _imprint(setter: Setter, imprint: Imprint | None, *, printed: bool) -> tuple[str, float]:
    """(rows, height): who gets a copy; who printed it and when, which a letter doesn't say."""
    rows, high = [], 0.0
    small = Measure(setter.fonts, SMALL, WIDTH - 2 * SMALL, 29)
    if imprint and imprint.copies:
        copies = COPIES + imprint.copies.rstrip("。") + "。"
        hanging = small.natural(COPIES) + small.base
        pieces = lines_of(small.lines([(copies, "fang")], 0.0, hanging), SMALL, SMALL_LINE, 0.0, hanging)
        body = "<br>".join(piece.html for piece in pieces)
        rows.append(f'<p class="gb copies" style="{pieces[0].group.style}">{body}</p>')
        high += len(pieces) * SMALL_LINE
    if imprint and printed and (imprint.printer or imprint.printed):
        face = setter.type("fang", SMALL)
        day = face.html(imprint.printed + PRINTED) if imprint.printed else ""
        rows.append(f'<p class="printed"><span class="day">{day}</span>{face.html(imprint.printer)}</p>')
        high += SMALL_LINE + MIDDLE * (len(rows) > 1)
    return "".join(rows), high


def code(address: str) -> str:
    """A QR code of *address* as a drawing of one path."""
    return drawing(address, f"{SCAN}：{address}", f"{CODE:.3f}pt")


def drawing(address: str, title: str, side: str) -> str:
    """The same with any *title* and any length of a *side*."""
    import segno

    rows = tuple(segno.make(address, error="m", micro=False).matrix)
    path = "".join(
        f"M{start} {y}h{end - start}v1h-{end - start}z" for y, row in enumerate(rows) for start, end in _dark(row)
    )
    size, box = f'width="{side}" height="{side}"', f"0 0 {len(rows)} {len(rows)}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="{box}">'
        f'<title>{escape(title)}</title><path fill="#000" d="{path}"/></svg>'
    )


def _dark(row: Iterable[int]) -> Iterable[tuple[int, int]]:
    """(start, end) of each run of dark modules."""
    start = None
    at = -1
    for at, dark in enumerate(row):
        if dark and start is None:
            start = at
        elif not dark and start is not None:
            yield start, at
            start = None
    if start is not None:
        yield start, at + 1
