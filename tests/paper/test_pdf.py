"""The PDF read back: is the page on paper the page of GB/T 9704—2012?"""

import io
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from paper.document import Annex, Document, plain
from paper.fonts import find_fonts
from paper.html import print_html
from paper.pdf import html_to_pdf, pdf_available, write_pdf
from tests.support.paper_sample import LONG, RANKING, TEXT, sample, wide_table
from tests.support.paths import FONTS as FOLDER

pdfplumber = pytest.importorskip("pdfplumber", reason="reads PDFs back: script/bootstrap test installs pdfplumber")
AVAILABLE, WHY = pdf_available(FOLDER)
pytestmark = [
    pytest.mark.skipif(not AVAILABLE, reason=f"no PDF on this machine: {WHY}"),
    pytest.mark.requirement("D15"),
]
MM = 72 / 25.4
CLOSING = "。，、；：！？）〕》〉”’」』】"


def read(data: bytes):
    return pdfplumber.open(io.BytesIO(data))


@pytest.fixture(scope="module")
def document(printed) -> Document:
    return printed("medium")[0]


@pytest.fixture(scope="module")
def pages(printed):
    with read(printed("medium")[1]) as pdf:
        yield [Sheet(page) for page in pdf.pages]


class Sheet:
    """A page's lines of body text (16 pt), its page number (14 pt in the margin) and what is drawn."""

    def __init__(self, page):
        self.width, self.height = page.width / MM, page.height / MM
        self.chars = page.chars
        self.page = page
        self.drawn = [*page.rects, *page.lines]
        body = [char for char in page.chars if abs(char["size"] - 16) < 0.1]
        # a stand-in character has a box of its own, so lines are told apart by nearness
        self.lines: list[list[Any]] = []
        for char in sorted(body, key=lambda char: (char["top"], char["x0"])):
            if not self.lines or char["top"] - self.lines[-1][0]["top"] > 10:
                self.lines.append([])
            self.lines[-1].append(char)
        for line in self.lines:
            line.sort(key=lambda char: char["x0"])
        self.texts = ["".join(char["text"] for char in line) for line in self.lines]
        self.foot = [char for char in page.chars if char["top"] / MM > 262 or page.width > page.height]

    def tall(self) -> bool:
        return self.height > self.width


def full_lines(pages):
    """Lines that text goes on after: all but a paragraph's last."""
    for sheet in pages:
        if sheet.tall():
            for line, text in zip(sheet.lines, sheet.texts, strict=True):
                if line[-1]["x1"] > 172 * MM and len(text) > 20:
                    yield line, text


def test_paper_is_a4_with_landscape_sheets_for_wide_annexes(pages):
    assert {(round(sheet.width), round(sheet.height)) for sheet in pages} == {(210, 297), (297, 210)}


def test_body_text_stays_in_the_type_area_of_156_by_225_millimetres(pages):
    for sheet in pages:
        if sheet.tall():
            for char in (char for line in sheet.lines for char in line):
                half = char["size"] / 2 if char["text"] in CLOSING else 0
                assert char["x0"] / MM >= 28 - 0.3
                assert (char["x1"] - half) / MM <= 184 + 0.3
                assert char["top"] / MM >= 37 - 0.3
                assert char["bottom"] / MM <= 262 + 0.3


def test_both_edges_of_every_full_line_are_straight(pages):
    lines = list(full_lines(pages))
    assert len(lines) > 60
    for line, text in lines:
        left = line[0]["x0"] / MM - 28
        first = left > 5  # two characters' indent
        assert left == pytest.approx(31.57 / MM if first else 0, abs=0.3), text
        right = line[-1]["x1"] / MM - 184
        if line[-1]["text"] in CLOSING:  # its right half is blank and may lie outside
            assert -0.3 <= right <= line[-1]["size"] / 2 / MM + 0.3, text
        else:
            assert right == pytest.approx(0, abs=0.3), text


def test_a_full_page_has_22_lines_at_one_pitch(pages):
    full = [sheet for sheet in pages if sheet.tall() and len(sheet.lines) >= 21]
    assert len(full) >= 2
    for sheet in full:
        assert len(sheet.lines) == 22
        pitches = [after[0]["top"] - before[0]["top"] for before, after in pairwise(sheet.lines)]
        assert all(pitch == pytest.approx(28.99, abs=0.05) for pitch in pitches)


def test_a_plain_full_line_has_28_characters():
    document = Document("通报", "", "试排", (plain("项目攻坚" * 60),))
    with read(write_pdf(document, FOLDER)) as pdf:
        counts = [len(text) for text in Sheet(pdf.pages[0]).texts]
    assert counts[0] == 26
    assert set(counts[1:-1]) == {28}


def test_text_copies_as_it_was_written(pages, document):
    copied = re.sub(r"\s", "", "".join("".join(sheet.texts) for sheet in pages))
    for text in (TEXT, LONG, document.addressee, "（一）排名情况", document.signature, document.date):
        assert re.sub(r"\s", "", text) in copied
    assert copied.count(LONG) == 9


def test_nothing_in_the_text_layer_is_a_radical_or_a_blank_between_characters(pages):
    text = "".join(sheet.page.extract_text() for sheet in pages)
    assert not re.search(r"[\u2e80-\u2fdf\uf900-\ufaff\ue000-\uf8ff]", text)
    for sheet in pages:
        if sheet.tall() and len(sheet.lines) == 22:
            for line in sheet.page.extract_text().splitlines()[:22]:
                assert " " not in line


def test_kinds_of_type_are_those_of_the_standard(pages):
    def kind(text):
        for sheet in pages:
            for line, found in zip(sheet.lines, sheet.texts, strict=True):
                if text in found:
                    return line[found.index(text)]["fontname"]

    fonts = find_fonts(FOLDER)
    if fonts.source == "Noto CJK":
        pytest.skip("stand-in fonts have no 仿宋 and 楷体")
    assert kind("总体情况").endswith("hei")
    assert kind("（一）排名").endswith("kai")
    assert kind("（二）存在").endswith("kai")
    assert kind("各责任单位").endswith("fang")
    titles = {round(c["size"]) for c in pages[0].chars if c["fontname"].endswith("title") and c["text"] == "关"}
    assert titles == {22}


def ink(page, box, red=False):
    """Box of the ink inside *box* (mm), in mm, from pixels at 300 dpi."""
    scale = 300 / 25.4
    image = page.to_image(resolution=300).original.convert("RGB")
    part = image.crop(tuple(int(edge * scale) for edge in box))
    channels = part.split()
    grey = channels[1] if red else part.convert("L")
    found = grey.point(lambda value: 255 if value < 128 else 0).getbbox()
    return tuple(edge / scale + offset for edge, offset in zip(found, (box[0], box[1]) * 2, strict=True))


@pytest.mark.parametrize("masthead", ["重点项目建设情况通报", "县重点项目和优化营商环境攻坚指挥部办公室工作情况通报"])
def test_the_red_name_begins_72_millimetres_from_the_edge_and_fits_one_line(masthead):
    with read(write_pdf(replace(sample(annex_rows=1), masthead=masthead), FOLDER)) as pdf:
        left, top, right, _ = ink(pdf.pages[0], (20, 40, 200, 98), red=True)
    assert top == pytest.approx(72, abs=0.25)
    assert left >= 27.8
    assert right <= 184.2


def test_the_red_rule_is_as_wide_as_the_type_area_and_4_millimetres_below_the_number(pages):
    rule = min((r for r in pages[0].drawn if r["width"] > 150 * MM), key=lambda r: r["top"])
    assert rule["x0"] / MM == pytest.approx(28, abs=0.1)
    assert rule["x1"] / MM == pytest.approx(184, abs=0.1)
    number = next(line for line, text in zip(pages[0].lines, pages[0].texts, strict=True) if "第6期" in text)
    em_bottom = number[0]["bottom"] / MM
    assert rule["top"] / MM - em_bottom == pytest.approx(4, abs=0.3)


def test_page_numbers_stand_right_on_odd_and_left_on_even_pages(pages):
    for number, sheet in enumerate(pages, start=1):
        if not sheet.tall():
            continue
        foot = sorted(sheet.foot, key=lambda char: char["x0"])
        assert "".join(char["text"] for char in foot).replace(" ", "") == f"—{number}—"
        assert {round(char["size"]) for char in foot} == {14}
        if number % 2:
            assert foot[-1]["x1"] / MM == pytest.approx(184 - 14 / MM, abs=0.2)
        else:
            assert foot[0]["x0"] / MM == pytest.approx(28 + 14 / MM, abs=0.2)


def test_the_dash_of_the_page_number_lies_7_millimetres_below_the_type_area(pages):
    _, top, _, _ = ink(pages[0].page, (161, 264, 167.5, 280))
    assert top == pytest.approx(269, abs=0.15)


def test_the_number_of_a_turned_sheet_is_where_an_upright_one_has_it(pages):
    sheet = next(sheet for sheet in pages if not sheet.tall())
    small = [char for char in sheet.chars if char["fontname"].endswith("song")]
    assert small
    assert all(char["x1"] / MM < 35 for char in small)


def test_the_imprint_ends_with_the_type_area_of_the_last_page(pages):
    bottom = max(r["bottom"] for r in pages[-1].drawn if r["width"] > 150 * MM)
    assert bottom / MM == pytest.approx(262, abs=0.1)
    assert "抄送：" in pages[-1].page.extract_text()
    assert sum("抄送" in sheet.page.extract_text() for sheet in pages) == 1


def test_the_date_ends_four_characters_from_the_edge_with_the_name_centred_on_it(pages, document):
    found = {
        text: (line[0]["x0"], line[-1]["x1"])
        for sheet in pages
        for line, text in zip(sheet.lines, sheet.texts, strict=True)
    }
    date, name = found[document.date], found[document.signature]
    assert (184 * MM - date[1]) == pytest.approx(4 * 15.79, abs=1.5)
    assert sum(date) / 2 == pytest.approx(sum(name) / 2, abs=1)


def test_without_a_seal_the_name_ends_two_characters_from_the_edge():
    document = replace(sample(paragraphs=1, annex_rows=1), sealed=False)
    with read(write_pdf(document, FOLDER)) as pdf:
        lines = [pair for page in pdf.pages for pair in zip(Sheet(page).lines, Sheet(page).texts, strict=True)]
    name = next(line for line, text in lines if text == document.signature)
    date = next(line for line, text in lines if text == document.date)
    assert (184 * MM - name[-1]["x1"]) == pytest.approx(2 * 15.79, abs=1)
    assert date[0]["x0"] - name[0]["x0"] == pytest.approx(2 * 15.79, abs=1)


def test_annexes_begin_on_pages_of_their_own_and_heads_repeat(pages):
    wide = [sheet for sheet in pages if not sheet.tall()]
    assert len(wide) > 2
    assert all("项目名称" in sheet.page.extract_text() for sheet in wide)
    assert wide[0].texts[0] == "附件1"
    assert wide[0].lines[0][0]["fontname"].endswith("hei")


def test_a_document_can_fetch_nothing_but_its_fonts(tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    )
    fonts = find_fonts(FOLDER)
    html = print_html(Document("通报", "", "试", (plain("文"),)), fonts)
    html = html.replace("</body>", f'<img src="{secret.as_uri()}" width="90" height="90"></body>')
    with read(html_to_pdf(html, fonts)) as pdf:
        assert not pdf.pages[0].images
        assert not [r for r in pdf.pages[0].rects if r["height"] > 20]


def test_text_is_escaped():
    document = Document("<b>报", "", "一<i>二", (plain("甲<script>乙&丙"),), annexes=(Annex("附件", "<u>", ()),))
    with read(write_pdf(document, FOLDER)) as pdf:
        text = re.sub(r"\s", "", "".join(page.extract_text() for page in pdf.pages))
    for part in ("<b>报", "一<i>二", "甲<script>乙&丙", "<u>"):
        assert part in text


def test_layout_holds_in_the_stand_in_fonts(tmp_path):
    available, why = pdf_available(tmp_path)
    if not available:
        pytest.skip(f"no stand-in: {why}")
    with read(write_pdf(sample(annex_rows=1), tmp_path)) as pdf:
        sheets = [Sheet(page) for page in pdf.pages]
        for line, text in full_lines(sheets):
            spare = line[-1]["size"] / 2 / MM if line[-1]["text"] in CLOSING else 0
            assert -0.3 <= line[-1]["x1"] / MM - 184 <= spare + 0.3, text
        assert max(len(sheet.lines) for sheet in sheets) == 22


def test_tables_are_not_left_out():
    document = Document("通报", "", "试", (RANKING, wide_table(2)))
    with read(write_pdf(document, FOLDER)) as pdf:
        text = "".join(page.extract_text() for page in pdf.pages)
    for row in (*RANKING.rows, *wide_table(2).rows):
        assert all(part in text for cell in row for part in [cell.text] if cell.value is not None)
