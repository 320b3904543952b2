"""Which piece stands on which page, without a PDF: the imprint on an even one, none of one line, the grid again."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper.document import Annex, Document, Heading, Imprint, plain
from paper.fonts import FontsMissing, find_fonts
from paper.glyphs import missing
from paper.html import _text as text_of
from paper.html import sheets
from paper.setting.flow import LINE, MM, Group, Page, Piece, carried, paginate, together
from tests.support.paper_cases import late, official, units
from tests.support.paths import FONTS as FOLDER

try:
    FONTS = find_fonts(FOLDER)
except FontsMissing as error:
    pytest.skip(f"no font for {error}: run script/fonts", allow_module_level=True)

ROOM = 225 * MM


def text(count: int, *, group: Group | None = None) -> list[Piece]:
    group = group or Group("p", "")
    return [Piece(LINE, str(at), group, text=True) for at in range(count)]


def counts(pages: list[Page]) -> list[int]:
    return [page.end - page.start for page in pages]


@pytest.mark.parametrize(
    ("lines", "pages"),
    [(0, []), (1, [1]), (22, [22]), (23, [21, 2]), (24, [22, 2]), (44, [22, 22]), (45, [22, 21, 2])],
)
def test_a_page_holds_22_lines_and_the_last_one_never_a_single_line(lines, pages):
    assert counts(paginate(together(text(lines)), ROOM)) == pages


def test_a_heading_is_never_the_last_line_of_a_page():
    heading = Piece(LINE, "一、", Group("h2", ""), text=True, keep=True)
    assert counts(paginate([*text(21), heading, *text(5)], ROOM)) == [21, 6]


def test_text_after_a_table_stands_on_the_grid_again():
    table = Group("div", "", fixed=True, least=3 * MM)
    pieces = [*text(3), Piece(37.3, "", table, 2 * MM, text=True), *text(2)]
    page = paginate(pieces, ROOM)[0]
    assert page.tops[4] / LINE == pytest.approx(round(page.tops[4] / LINE), abs=0.001)
    assert page.tops[4] >= page.tops[3] + 37.3 + 3 * MM


def test_a_table_that_goes_on_has_room_for_its_head_and_no_last_page_of_one_row():
    table = Group("div", "", again=40.0)
    rows = [Piece(20.0, "", table, text=True) for _ in range(62)]
    found = paginate(together(rows), ROOM)
    assert counts(found) == [31, 29, 2]
    assert found[1].tops[0] == 40.0


heights = st.lists(st.tuples(st.floats(5, 200), st.booleans(), st.booleans()), min_size=1, max_size=120)


@given(heights)
def test_every_piece_is_on_one_page_in_order_and_no_page_overflows(kinds):
    pieces = [Piece(high, "", Group("p", ""), text=is_text, keep=keep) for high, is_text, keep in kinds]
    found = paginate(together(pieces), ROOM)
    assert [at for page in found for at in range(page.start, page.end)] == list(range(len(pieces)))
    for page in found:
        assert page.used <= ROOM + 0.1
        assert list(page.tops) == sorted(page.tops)


def test_what_is_carried_to_another_page_is_two_lines_at_least():
    pieces = text(22)
    more = carried(pieces, paginate(pieces, ROOM), ROOM)
    assert more is not None
    assert counts(more) == [20, 2]
    assert carried(text(2), paginate(text(2), ROOM), ROOM) is None


def where(document: Document) -> tuple[int, bool]:
    """(pages, whether the imprint stands on one of its own, which has no number)"""
    found = sheets(document, FONTS)
    assert [sheet for sheet in found if "抄送" in sheet.html] == found[-1:]
    return len(found), found[-1].bare


@pytest.mark.parametrize("lines", [*range(1, 70, 4), 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50])
def test_the_imprint_is_on_an_even_page_and_alone_only_after_an_odd_one(lines):
    count, alone = where(replace(official(), blocks=(plain("县" * (26 + 28 * (lines - 1))),)))
    assert count % 2 == 0
    found = sheets(replace(official(), blocks=(plain("县" * (26 + 28 * (lines - 1))),)), FONTS)
    last = found[-2] if alone else found[-1]
    assert "县县县" in last.html  # never a closing without text, never a blank page
    assert alone == (not last.html.count("抄送"))


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 12, 24, 25, 26, 27, 28, 29, 30, 60, 61, 62])
@pytest.mark.parametrize("wide", [False, True])
def test_after_annexes_too(rows, wide):
    annexes = (Annex("附件1", "清单", (units(12),)), Annex("附件2", "清单", (late(rows),), wide))
    document = official(paragraphs=1, annexes=annexes)
    count, alone = where(document)
    assert count % 2 == 0
    found = sheets(document, FONTS)
    printed = [sheet.html.count("<tr>") for sheet in found if "供热管网" in sheet.html]
    assert sum(printed) - len(printed) == rows  # each page has the head once
    assert all(count > 2 for count in printed[1:])
    if wide:
        assert alone  # the imprint never stands on a sheet that lies across


@pytest.mark.parametrize("lines", range(1, 30))
def test_no_row_of_a_table_in_the_text_stands_alone_on_a_page(lines):
    blocks = (plain("县" * (26 + 28 * (lines - 1))), units(12), plain("县" * 90))
    found = sheets(replace(official(), blocks=blocks), FONTS)
    assert all(sheet.html.count("<tr") != 2 for sheet in found)  # the head and one row


def test_a_letter_has_its_imprint_on_the_last_page_whichever_that_is():
    document = replace(official(paragraphs=0), head="letter", blocks=(plain("请予支持。"),))
    assert where(document) == (1, False)


def test_without_an_imprint_there_is_no_page_for_it():
    short = replace(official(), blocks=(plain("请予支持。"),))
    for imprint in (None, Imprint()):
        assert len(sheets(replace(short, imprint=imprint), FONTS)) == 1
        assert len(sheets(replace(short, imprint=imprint, verify="https://county.example/v/1"), FONTS)) == 1


def test_characters_that_no_font_has_are_found():
    document = replace(official(), signature="\U0002a6a5县", blocks=(plain("一\U000f0000、䶮"),))
    found = missing(document, FONTS)
    assert "\U000f0000" in found
    assert not set(found) & set("县一、")


def test_a_heading_that_text_runs_on_after_is_of_its_own_type():
    found = sheets(replace(official(), blocks=(plain("（一）倒排工期抓推进。各单位要抓紧。"),)), FONTS)[0].html
    assert re.search("<span class=kai[^>]*>（一）倒排工期抓推进。</span>", found)


@given(st.data())
def test_no_page_of_any_text_has_a_single_line(data):
    """Lines are carried over to the last page; text isn't drawn in, which would leave the grid of 28 characters."""
    one = st.one_of(
        st.integers(3, 300).map(lambda long: plain("县" * long)),
        st.integers(1, 30).map(units),
        st.just(Heading(1, "一、总体情况")),
    )
    blocks = [plain("县" * data.draw(st.integers(60, 600))), *data.draw(st.lists(one, max_size=12))]
    names = ("清单",) * data.draw(st.integers(0, 6))
    flow = text_of(
        replace(official(), blocks=tuple(blocks), attachments=names, sealed=data.draw(st.booleans())), FONTS
    )
    for page in flow.pages()[1:]:
        assert sum(piece.text for piece in flow.pieces[page.start : page.end]) > 1
