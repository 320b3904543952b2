"""Word and Excel beside the PDF: the same text, figures and page."""

import io
import zipfile
from dataclasses import replace
from decimal import Decimal

import pytest
from docx import Document as open_docx
from docx.oxml.ns import qn
from openpyxl import load_workbook

from paper.document import Cell, Column, Document, Table
from paper.excel import write_xlsx
from paper.word import write_docx
from tests.support.paper_sample import LONG, RANKING, TEXT, sample

pytestmark = pytest.mark.requirement("D15")


@pytest.fixture(scope="module")
def word():
    return open_docx(io.BytesIO(write_docx(sample(annex_rows=3))))


def test_word_has_the_page_and_the_grid_of_the_standard(word):
    section = word.sections[0]
    sizes = (section.page_width, section.page_height, section.top_margin, section.left_margin)
    assert [round(size.mm) for size in sizes] == [210, 297, 37, 28]
    assert [round(size.mm) for size in (section.bottom_margin, section.right_margin)] == [35, 26]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "linesAndChars"
    assert 225 / 25.4 * 72 * 20 / int(grid.get(qn("w:linePitch"))) == pytest.approx(22, abs=0.05)
    pitch = 16 + int(grid.get(qn("w:charSpace"))) / 4096
    assert 156 / 25.4 * 72 / pitch == pytest.approx(28, abs=0.01)
    normal = word.styles["Normal"]
    assert normal.font.size.pt == 16
    assert normal.element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"


def test_word_takes_small_print_off_the_grid_and_knows_the_language(word):
    """A cell of 10.5 pt on the grid of 16 pt is twice as tall and as wide: seen in LibreOffice, 16 pages for 6."""
    snap = word.styles["Cell"].element.pPr.find(qn("w:snapToGrid"))
    assert snap.get(qn("w:val")) == "0"
    masthead = next(paragraph for paragraph in word.paragraphs if paragraph.text)
    assert masthead._p.pPr.find(qn("w:snapToGrid")) is not None
    assert next(word.styles.element.iter(qn("w:lang"))).get(qn("w:eastAsia")) == "zh-CN"


def test_word_has_the_whole_text_and_every_cell(word):
    text = "\n".join(paragraph.text for paragraph in word.paragraphs)
    for part in (TEXT, LONG, "一、总体情况", "附件：1. ", "2024年7月5日", "重点项目建设情况通报"):
        assert part in text
    cells = [[cell.text for cell in row.cells] for row in word.tables[0].rows]
    assert cells[0] == [column.label for column in RANKING.columns]
    assert cells[1:] == [[cell.text for cell in row] for row in RANKING.rows]


def test_word_sets_headings_in_their_faces_and_numbers_pages_left_and_right(word):
    faces = {
        paragraph.text: paragraph.style.element.rPr.rFonts.get(qn("w:eastAsia"))
        for paragraph in word.paragraphs
        if paragraph.style.name.startswith("Heading")
    }
    assert faces["一、总体情况"] == "黑体"
    assert faces["（一）排名情况"] == "楷体_GB2312"
    assert word.settings.odd_and_even_pages_header_footer
    odd, even = word.sections[0].footer.paragraphs[0], word.sections[0].even_page_footer.paragraphs[0]
    assert (odd.alignment, even.alignment) == (2, 0)
    for footer in (odd, even):
        assert footer.text == "—  —"
        assert "PAGE" in footer._p.xml


def test_word_turns_the_sheet_for_a_wide_annex_and_back(word):
    assert [section.page_width > section.page_height for section in word.sections] == [False, True, False]


def test_excel_keeps_figures_as_numbers_and_text_as_text():
    book = load_workbook(io.BytesIO(write_xlsx(sample(annex_rows=3))))
    assert book.sheetnames == [
        "6月重点项目投资完成情况",
        "2024年6月滞后和应开未开项目清单",
        "6月重点项目投资完成情况 (2)",
    ]
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[3]] == [column.label for column in RANKING.columns]
    assert [cell.value for cell in sheet[4]] == [1, "大川镇", 1, 8000, 4500, 56.3]
    assert sheet["D5"].number_format == "#,##0"
    assert book.worksheets[1]["I5"].value == "=1+1"
    assert book.worksheets[1]["I5"].data_type == "s"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("x")', "\t=1", "坏\x0b字"])
def test_nothing_on_the_way_out_is_a_formula(text):
    table = Table(text, (Column(text), Column("数")), ((Cell(text), Cell("1", Decimal(1))),))
    data = write_xlsx(Document("通报", "", text, (table,)))
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    assert sheet["A3"].data_type in "sn"


def test_sheets_of_one_name_and_of_long_names_are_kept_apart():
    long = "关于" * 30 + "/[:]*"
    tables = tuple(replace(RANKING, title=long) for _ in range(3))
    names = load_workbook(io.BytesIO(write_xlsx(Document("通报", "", "题", tables)))).sheetnames
    assert len(set(names)) == 3
    assert all(len(name) <= 31 for name in names)


def test_a_document_without_tables_still_opens():
    assert load_workbook(io.BytesIO(write_xlsx(Document("通报", "", "题", ())))).sheetnames == ["题"]
