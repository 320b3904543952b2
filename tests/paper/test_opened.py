"""Our Word and Excel as LibreOffice opens them, held beside our own PDF."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pdfplumber
import pytest
from pypdfium2 import PdfDocument

from paper.document import Annex, Cell, Heading, plain
from paper.excel import write_xlsx
from paper.pdf import pdf_available, write_pdf
from paper.word import write_docx
from tests.support.paper_sample import LONG, RANKING, sample, wide_table
from tests.support.paths import FONTS
from tests.support.plugins.office import as_pdf

pytestmark = pytest.mark.requirement("D15")

MM = 25.4 / 72
MADE = datetime(2024, 7, 5, 1, 30, tzinfo=UTC)
NAME = "关于加快推进高标准农田建设和农村人居环境整治提升等三个专项行动的项目清单（第二批次）"
DOCUMENTS = {
    "long": sample(annex_rows=25),
    "short": replace(sample(paragraphs=0, annex_rows=0), annexes=(), attachments=()),
    "odd": replace(sample(paragraphs=4), annexes=(Annex("附件", "2024年6月未入统项目清单", (RANKING,)),)),
    "wide": replace(sample(paragraphs=1), annexes=(Annex("附件", "项目清单", (wide_table(9),), wide=True),)),
    "briefing": replace(
        sample(paragraphs=2, annex_rows=9), head="briefing", issuer="区项目攻坚指挥部办公室",
        number="第6期（总第18期）", mark="送审稿", stamped="已更正", verify="https://example.org/v/abcdef", made=MADE,
    ),
    "letter": replace(
        sample(paragraphs=1), head="letter", annotation="此件公开发布", joint=("区发展和改革局",), annexes=(),
    ),
    "nasty": replace(
        sample(paragraphs=1, masthead="辉南县高标准农田建设和农村人居环境整治提升专项行动领导小组办公室文件"),
        title=f"关于{NAME}进展情况的通报", attachments=(NAME, NAME), signature=f"辉南县{NAME}工作专班",
        blocks=(Heading(1, "一、生僻字"), plain("䶮㼆𬭚喆堃𡐓〇·" * 12), plain(LONG), replace(RANKING, title=NAME)),
    ),
}  # fmt: skip


TOTAL = (Cell(""), Cell("合计"), Cell("81", 81, "#,##0"), Cell(""), Cell("683,229", 683_229, "#,##0"), Cell(""))
TABLES = replace(
    sample(annex_rows=25),
    blocks=(replace(RANKING, rows=(*RANKING.rows, TOTAL), strong=frozenset({7})),),
    mark="送审稿",
)


@pytest.fixture(scope="session")
def opened(tmp_path_factory):
    files = {f"{name}.docx": write_docx(document) for name, document in DOCUMENTS.items()}
    files["tables.xlsx"] = write_xlsx(TABLES)
    return as_pdf(files, tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="session")
def ours():
    if not pdf_available(FONTS)[0]:
        pytest.skip("no PDF here")
    return cache(lambda name: write_pdf(DOCUMENTS[name], FONTS))


def lines_of(page):
    """{baseline in mm: (text, left, right)} of what stands upright on *page*."""
    rows: dict[int, list] = {}
    for char in page.chars:
        if char["upright"] and char["text"].strip():
            rows.setdefault(round(char["bottom"] * MM), []).append(char)
    return {
        at: ("".join(c["text"] for c in chars), min(c["x0"] for c in chars) * MM, max(c["x1"] for c in chars) * MM)
        for at, chars in sorted(rows.items())
    }


def pages_of(path):
    with pdfplumber.open(path) as book:
        return [lines_of(page) for page in book.pages]


def rules_of(path, page=-1):
    """(distance from the top, left, right) of what is ruled across *page*, mm."""
    with pdfplumber.open(path) as book:
        found = book.pages[page].rects + book.pages[page].lines
        return [(one["top"] * MM, one["x0"] * MM, one["x1"] * MM) for one in found if one["x1"] - one["x0"] > 400]


def inked(book, number):
    """Which millimetres of a page's height have ink."""
    picture = PdfDocument(book)[number].render(scale=MM).to_pil().convert("L")
    return {y for y in range(picture.height) if picture.crop((0, y, picture.width, y + 1)).getextrema()[0] < 200}


@pytest.mark.parametrize("name", ["long", "short", "wide", "nasty"])
def test_word_has_as_many_pages_as_the_pdf(opened, ours, name):
    assert abs(len(PdfDocument(opened[f"{name}.docx"])) - len(PdfDocument(ours(name)))) <= 1


@pytest.mark.parametrize("name", ["long", "odd", "briefing", "letter"])
def test_a_line_of_word_has_28_characters_and_both_edges_are_straight(opened, name):
    full: Counter[int] = Counter()
    for text, left, right in (line for page in pages_of(opened[f"{name}.docx"]) for line in page.values()):
        if len(text) > 24 and not any(char.isascii() for char in text) and right > 180 and left < 30:
            full[len(text)] += 1
            assert left > 27.7
            assert right <= 184 + 6  # the blank half of a mark at the end may hang out, its ink doesn't
    assert full.most_common(1)[0][0] == 28
    assert sum(count for length, count in full.items() if length in (28, 29)) == sum(full.values()) > 3


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name != "letter"])
def test_the_imprint_stands_at_the_foot_of_words_last_page_whatever_its_number(opened, name):
    last = pages_of(opened[f"{name}.docx"])[-1]
    printed = [at for at, (text, _left, _right) in last.items() if text.endswith("印发")]
    assert len(printed) == 1
    assert 250 < printed[0] < 262
    foot, left, right = max(rules_of(opened[f"{name}.docx"]))
    assert foot == pytest.approx(262, abs=0.4)
    assert (left, right) == (pytest.approx(28, abs=0.3), pytest.approx(184, abs=0.3))
    assert not [at for at in last if printed[0] + 3 < at < 265]


def test_last_pages_of_both_sorts_were_tried(opened):
    numbers = {len(PdfDocument(opened[f"{name}.docx"])) % 2 for name in DOCUMENTS}
    assert numbers == {0, 1}


@pytest.mark.parametrize(("name", "number"), [("short", 0), ("short", 1)])
def test_the_pictures_of_word_and_pdf_are_alike(opened, ours, name, number):
    """Within a millimetre: Word's lines of exact height stand a little lower in their room than ours."""
    ink, other = inked(opened[f"{name}.docx"], number), inked(ours(name), number)
    far = [y for one, two in ((ink, other), (other, ink)) for y in one if not {y - 1, y, y + 1} & two]
    assert len(far) / len(ink | other) < 0.1, far  # ours goes back to its grid after a table


@pytest.mark.parametrize("name", ["long", "wide"])
def test_a_sheet_lying_across_has_its_number_where_the_upright_one_has_it(opened, name):
    with pdfplumber.open(opened[f"{name}.docx"]) as book:
        for page in (page for page in book.pages if page.width > page.height):
            dashes = [char for char in page.chars if char["text"] == "—" and not char["upright"]]
            assert len(dashes) == 2
            assert [char["x0"] * MM for char in dashes] == [
                pytest.approx(27, abs=1)
            ] * 2  # its ink: 7 mm from the text
            low = [char["top"] * MM > 105 for char in dashes]
            assert low == [page.page_number % 2 == 1] * 2


def test_the_head_of_a_letter_stands_between_double_lines_of_170_mm(opened):
    [text, *_rest] = pages_of(opened["letter.docx"])[0].values()
    assert text[0] == DOCUMENTS["letter"].masthead
    wide = [rule for rule in rules_of(opened["letter.docx"], 0) if rule[2] - rule[1] > 169]
    assert {int(at) for at, _left, _right in wide} <= {50, 51, 52, 275, 276, 277}
    assert len(wide) >= 4


def test_excel_counts_its_sums_and_prints_a_sheet_a_table_with_its_number(opened):
    with pdfplumber.open(opened["tables.xlsx"]) as book:
        texts = ["".join(page.extract_text().split()) for page in book.pages]
    assert "目录" not in texts[0]
    assert TABLES.title in texts[0]
    assert "合计81683,229" in texts[1]
    assert texts[2].startswith("送审稿附件12024年6月滞后和应开未开项目清单")
    assert [text for at, text in enumerate(texts, 1) if not text.endswith(f"第{at}页，共{len(texts)}页")] == []
    assert not [text for text in texts if "###" in text]
