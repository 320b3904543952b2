"""The printed page measured by its ink against GB/T 9704—2012: documents times what has to be right on each."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from paper.document import Document, Paragraph
from paper.fonts import find_fonts, metrics
from paper.lines import CLOSING, NO_START
from paper.pdf import pdf_available
from tests.support.ink import BOTTOM, LEFT, LINE, RIGHT, TOP, Inked, pages
from tests.support.paper_cases import CASES
from tests.support.paths import FONTS as FOLDER

AVAILABLE, WHY = pdf_available(FOLDER)
pytestmark = [
    pytest.mark.skipif(not AVAILABLE, reason=f"no PDF on this machine: {WHY}"),
    pytest.mark.requirement("D15"),
]
FOOT = (263.0, 290.0)  # where a page number may stand
EM = 16 / 72 * 25.4
INSET = 14 / 72 * 25.4

Read = Callable[[str], tuple[Document, list[Inked]]]


@pytest.fixture(scope="session")
def read(printed) -> Read:
    @cache
    def one(name: str) -> tuple[Document, list[Inked]]:
        document, data = printed(name)
        return document, pages(data)

    return one


def sheet(document: Document, found: list[Inked]) -> None:
    """A4, annexes that lie across turned."""
    for page in found:
        assert sorted(page.size) == pytest.approx([210, 297], abs=0.5)


def type_area(document: Document, found: list[Inked]) -> None:
    """Nothing but heads of letters, page numbers and stamps outside of 156 by 225 mm; margins within 1 mm."""
    for page in found:
        if not page.tall:
            left, top, right, bottom = page.ink((32, 0, 297, 210))
            assert left >= 34.5
            assert (top, right, bottom) >= (27.5, 0, 0)
            assert right <= 260.5
            assert bottom <= 184.5
            continue
        width, height = page.size
        if not document.stamped and not (document.head == "letter" and page.number == 1):
            assert page.ink((0, 0, width, TOP - 0.5)) is None
        if not (document.head == "letter" and page.number == 1):
            assert page.ink((0, 0, LEFT - 0.5, height)) is None
            assert page.ink((RIGHT + 0.5, 0, width, height)) is None
            assert page.ink((0, BOTTOM + 0.5, width, 266.8)) is None
            assert page.ink((0, 275, width, height)) is None


def edges(document: Document, found: list[Inked]) -> None:
    """Each line that text goes on after begins and ends within half a millimetre of the edges."""
    seen, written = 0, body(document)
    for page in (page for page in found if page.tall):
        for _, (left, _top, right, _bottom), text in page.lines():
            if len(text) < 24 or right < 172 or text not in written:
                continue
            before, after = bearings(text)
            assert left - before == pytest.approx(LEFT if left < 35 else LEFT + 11.14, abs=0.5), text
            assert text[0] not in NO_START
            assert right <= RIGHT + 0.5, text
            if text[-1] not in CLOSING:
                assert right + after == pytest.approx(RIGHT, abs=0.5), text
            seen += 1
    assert seen >= 2


def grid(document: Document, found: list[Inked]) -> None:
    """From the second page on every line of text stands in one of the 22 places, after a table as before it."""
    written, seen = body(document), 0
    for page in (page for page in found[1:] if page.tall):
        for at, (_, top, _, bottom), text in page.lines():
            if len(text) >= 26 and text in written:
                middle = TOP + (at + 0.5) * LINE
                assert top == pytest.approx(middle - 2.8, abs=1), text
                assert bottom == pytest.approx(middle + 2.8, abs=1), text
                seen += 1
    assert seen >= 2 or len(found) < 3


def bearings(text: str) -> tuple[float, float]:
    """What is blank before the ink of the first character of *text* and after that of its last, in millimetres."""
    fonts = find_fonts(FOLDER)
    first, last = (fonts.setting(char, fonts.fang) for char in (text[0], text[-1]))
    before = metrics(first.path, first.number).left(text[0])
    after = last.advance(text[-1]) - metrics(last.path, last.number).right(text[-1])
    return before * EM, after * EM


def body(document: Document) -> str:
    """What the paragraphs say, without blanks."""
    return "".join("".join(block.text.split()) for block in document.blocks if isinstance(block, Paragraph))


def numbers(document: Document, found: list[Inked]) -> None:
    """Right on odd pages, left on even ones, 7 mm below the type area; none where the imprint stands alone."""
    for page in found:
        alone = page is found[-1] and document.imprint is not None and not page.ink((LEFT, TOP, RIGHT, 200))
        first = document.head == "letter" and page.number == 1
        if not page.tall:
            assert page.ink((24, 14, 32, 196)) is not None
            continue
        box = page.ink((0, *FOOT[:1], 210, FOOT[1])) if not first else page.ink((0, 264, 210, 275))
        if alone or first:
            assert box is None
            continue
        left, _, right, _ = box
        dash = page.ink((left, 263, left + 3, 290))
        assert dash[1] == pytest.approx(269, abs=0.3)
        if page.number % 2:
            assert right == pytest.approx(RIGHT - INSET, abs=0.5)
        else:
            assert left == pytest.approx(LEFT + INSET, abs=0.5)


def imprint(document: Document, found: list[Inked]) -> None:
    """It ends with the type area of the last page, an even one; alone only after an odd page."""
    last = found[-1]
    if document.head == "letter":
        assert last.ink((LEFT, 240, RIGHT, BOTTOM + 0.3)) is not None
        assert not last.rules((LEFT + 1, 200, RIGHT - 1, 264))
        return
    assert last.number % 2 == 0
    *_, lower = last.rules((LEFT + 1, 200, RIGHT - 1, 264))
    assert lower[1] == pytest.approx(BOTTOM, abs=0.3)
    assert lower[1] - lower[0] == pytest.approx(0.35, abs=0.15)
    text = "".join(last.texts.values())
    assert text.count("抄送：") == 1
    assert "印发" in text
    assert not any("抄送：" in "".join(page.texts.values()) for page in found[:-1])


def closing(document: Document, found: list[Inked]) -> None:
    """Name and date have one centre, the date ends four characters from the edge; two lines of text above them."""
    if document.head == "briefing" or not document.sealed or len(document.signature) > 26:
        return
    page = next(page for page in found if page.find(document.date))
    edges, above = [], page.find((document.signature, *document.joint)[0])[1]
    for text in ((document.signature, *document.joint)[-1], document.date):
        left, _, right, _ = page.find(text)
        edges.append((left - bearings(text)[0], right + bearings(text)[1]))
    name, date = edges
    assert sum(date) / 2 == pytest.approx(sum(name) / 2, abs=0.5)
    if name[1] < RIGHT - 1:
        assert date[1] == pytest.approx(RIGHT - 4 * 5.571, abs=0.5)
    if page.number > 1:
        assert sum(len(text) >= 3 for _, (_, top, _, _), text in page.lines() if top < above - 8) >= 2


CHECKS = (sheet, type_area, edges, grid, numbers, imprint, closing)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", CASES)
def test_every_document(read, name, check):
    check(*read(name))


def name(page: Inked, below: float = 36, above: float = 100) -> tuple[float, float, float, float]:
    found = page.ink((15, below, 200, above), red=True)
    assert found
    return found


def test_the_head_of_a_document_has_its_distances(read):
    """The name 35 mm below the type area's edge, the rule as wide as it and 4 mm below the number (7.2.4, 7.2.7)."""
    for case in ("short", "joint"):
        document, (page, *_) = read(case)
        assert name(page)[1] == pytest.approx(72, abs=1)
        assert name(page)[0] >= 27.5
        assert name(page)[2] <= 184.5
        [rule] = page.rules((LEFT + 1, 100, RIGHT - 1, 160), red=True)
        number = page.find(document.number)
        assert rule[0] - number[3] == pytest.approx(4, abs=1)  # the brackets reach the foot of the em box
        assert rule[1] - rule[0] == pytest.approx(0.4, abs=0.2)
        title = page.ink((20, rule[1] + 1, 190, rule[1] + 36))
        assert title[1] - rule[1] == pytest.approx(2 * LINE + 2.3, abs=1)
        assert (title[0] + title[2]) / 2 == pytest.approx(106, abs=1)


def test_the_head_of_a_briefing_has_issue_issuer_and_day_over_its_rule(read):
    document, (page, *_) = read("briefing")
    assert name(page)[1] == pytest.approx(72, abs=1)
    [rule] = page.rules((LEFT + 1, 100, RIGHT - 1, 160), red=True)
    issue = page.find(document.number)
    assert (issue[0] + issue[2]) / 2 == pytest.approx(106, abs=1.7)  # it ends with the blank half of a bracket
    issued = page.find(document.issuer + document.date)
    assert rule[0] - issued[3] == pytest.approx(4, abs=1)
    assert issued[0] == pytest.approx(LEFT + 5.6, abs=0.7)
    assert issued[2] + bearings(document.date)[1] == pytest.approx(RIGHT - 5.6, abs=0.7)
    whole = "".join("".join(page.texts.values()) for page in read("briefing")[1])
    assert document.addressee not in whole or not document.addressee
    assert whole.count(document.signature) == 2  # over the rule and in the imprint, not under the text


def test_the_head_of_a_letter_hangs_30_millimetres_from_the_edge_between_double_rules_of_170(read):
    """10.1: the first thick over thin 4 mm below the name, the second thin over thick 20 mm from the lower edge."""
    document, (page, *_) = read("letter")
    mark = page.ink((15, 20, 195, 46), red=True)
    assert mark[1] == pytest.approx(30, abs=1)
    upper = page.rules((21, 35, 189, 60), red=True)
    lower = page.rules((21, 270, 189, 285), red=True)
    assert [round(bottom - top, 1) for top, bottom in upper] == pytest.approx([0.9, 0.3], abs=0.2)
    assert [round(bottom - top, 1) for top, bottom in lower] == pytest.approx([0.3, 0.9], abs=0.2)
    assert upper[0][0] - page.ink((15, 20, 195, upper[0][0] - 1), red=True)[3] == pytest.approx(4, abs=1)
    assert lower[1][1] == pytest.approx(277, abs=0.5)
    across = page.ink((5, 270, 205, 285), red=True)
    assert (across[0], across[2]) == pytest.approx((20, 190), abs=0.5)
    number = page.find(document.number)
    assert number[2] == pytest.approx(RIGHT, abs=1)
    assert number[1] - upper[1][1] == pytest.approx(4.9, abs=1)
    assert "印发" not in "".join("".join(page.texts.values()) for page in read("letter")[1])


def test_a_draft_says_so_and_has_room_for_number_and_day(read):
    _, (page, *rest) = read("draft")
    assert page.texts[min(page.texts)] == "送审稿"
    text = "".join("".join(page.texts.values()) for page in (page, *rest))
    assert "某项专办〔2026〕号" in text
    assert "2026年月日" in text


def test_a_corrected_copy_says_so_on_each_page_outside_of_the_type_area(read):
    for page in read("corrected")[1]:
        found = page.ink((100, 5, 190, 36), red=True)
        assert found[2] <= RIGHT + 0.5
        assert found[3] < TOP - 5


def test_the_code_is_that_of_the_address_to_verify(read):
    import segno

    for case in ("medium", "letter"):
        document, found = read(case)
        wanted = [list(map(bool, row)) for row in segno.make(document.verify, error="m", micro=False).matrix]
        page = found[-1]
        left, top, *_ = page.ink((LEFT - 0.2, 200, LEFT + 18.2, 244))
        step = 18 / len(wanted)
        read_off = [
            [page.ink((x - 0.1, y - 0.1, x + 0.1, y + 0.1)) is not None for x in places]
            for y in (top + (at + 0.5) * step for at in range(len(wanted)))
            for places in [[left + (at + 0.5) * step for at in range(len(wanted))]]
        ]
        assert read_off == wanted


def test_plus_and_minus_are_of_one_width_and_stand_at_one_height(read):
    """Both are drawn in the face that has both, whatever the figures beside them are set in."""
    fonts = find_fonts(FOLDER)
    plus, minus = (fonts.setting(sign, fonts.fang) for sign in "+−")
    assert plus is minus
    assert plus.has("−")
    face = metrics(plus.path, plus.number)
    assert face.left("+") == pytest.approx(face.left("−"), abs=0.03)
    middle = [(face.top(sign) + face.bottom(sign)) / 2 for sign in "+−"]
    assert middle[0] == pytest.approx(middle[1], abs=0.02)
    text = "".join("".join(page.texts.values()) for page in read("nasty")[1])
    assert "−12.3" in text


def test_a_table_goes_on_with_its_head_and_says_so(read):
    _, found = read("long")
    again = [page for page in found if "（续表）" in "".join(page.texts.values())]
    assert len(again) > 20
    for page in again:
        above = "".join(list(page.texts.values())[:6])
        assert any(label in above for label in ("序号", "名次"))
