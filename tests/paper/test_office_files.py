"""Word and Excel beside the PDF: the same text, figures and page."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine
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
    assert grid.get(qn("w:type")) == "lines"  # a grid of characters gives each two cells in LibreOffice
    assert 225 / 25.4 * 72 * 20 / int(grid.get(qn("w:linePitch"))) == pytest.approx(22, abs=0.05)
    normal = word.styles["Normal"]
    tight = int(normal.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert 28 * (16 + tight) <= 156 / 25.4 * 72 < 28.2 * (16 + tight)
    assert normal.font.size.pt == 16
    assert normal.element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"


def test_word_takes_small_print_off_the_grid_and_knows_the_language(word):
    """A cell of 10.5 pt on the grid of 16 pt is twice as tall and as wide: seen in LibreOffice, 16 pages for 6."""
    snap = word.styles["表格文字"].element.pPr.find(qn("w:snapToGrid"))
    assert snap.get(qn("w:val")) == "0"
    masthead = next(paragraph for paragraph in word.paragraphs if paragraph.text)
    assert masthead.style.element.pPr.find(qn("w:snapToGrid")) is not None
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
    assert (odd.alignment, even.alignment) == (2, None)
    for footer in (odd, even):
        assert footer.text == "— 1 —"
        assert "PAGE" in footer._p.xml


def test_each_part_of_word_has_a_style_and_no_type_of_its_own(word):
    styles = {paragraph.text: paragraph.style.name for paragraph in word.paragraphs}
    assert [styles[text] for text in ("重点项目建设情况通报", "〔2024〕第6期", TEXT)] == [
        "发文机关标志", "发文字号", "Body Text",
    ]  # fmt: skip
    assert {"Title", "Salutation", "附件说明", "Signature", "Date", "附件序号", "附件标题"} <= set(styles.values())
    runs = [run for paragraph in word.paragraphs for run in paragraph.runs if paragraph.style.name != "发文机关标志"]
    assert {run.style.name for run in runs} == {"Default Paragraph Font", "楷体文字"}
    assert not [run.text for run in runs if run._r.rPr is not None and run._r.rPr.find(qn("w:rFonts")) is not None]


def test_marks_of_a_draft_and_of_a_corrected_copy_stand_in_the_headers():
    made = write_docx(replace(sample(annex_rows=3), mark="送审稿", stamped="已更正"))
    [first, *others] = open_docx(io.BytesIO(made)).sections

    def said(*headers):
        return [[paragraph.text for paragraph in header.paragraphs if paragraph.text] for header in headers]

    assert said(first.first_page_header, first.header, first.even_page_header) == [
        ["送审稿", "已更正"], ["已更正"], ["已更正"],
    ]  # fmt: skip
    assert [said(each.header, each.even_page_header) for each in others] == [[["已更正"], ["已更正"]]] * 2


BRIEFING = replace(
    sample(annex_rows=2),
    head="briefing",
    number="第6期（总第18期）",
    issuer="区项目攻坚指挥部办公室",
    annotation="此件公开",
)


def test_a_briefing_has_its_issuer_over_the_red_line_and_no_addressee_no_signature():
    texts = [paragraph.text for paragraph in open_docx(io.BytesIO(write_docx(BRIEFING))).paragraphs if paragraph.text]
    assert texts[:3] == ["重点项目建设情况通报", "第6期（总第18期）", "\u3000区项目攻坚指挥部办公室\t2024年7月5日"]
    assert BRIEFING.addressee not in texts
    assert BRIEFING.signature not in texts
    assert "（此件公开）" in texts


#: What files of other programs say of themselves.
TRACES = ("python-docx", "thumbnail", "macintosh", "ja-jp", "openpyxl", "microsoft excel", "libreoffice", "2013-12-23")
MADE = datetime(2024, 7, 5, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("write", [write_docx, write_xlsx])
def test_the_same_document_gives_the_same_bytes_and_no_trace_of_a_tool(write):
    document = replace(sample(annex_rows=3), made=MADE, verify="https://example.org/v/1", mark="送审稿")
    data = write(document)
    with time_machine.travel(datetime(2031, 1, 2, tzinfo=UTC)):
        assert write(document) == data
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for entry in parts.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            text = (entry.filename + parts.read(entry).decode("utf-8", "replace")).lower()
            assert not [trace for trace in TRACES if trace in text], entry.filename
        core = parts.read("docProps/core.xml").decode()
    assert core.count("2024-07-05T01:30:00Z") == 2
    assert document.title in core
    assert document.signature in core


def test_word_says_that_it_is_of_todays_kind_and_knows_no_time_where_none_is_known():
    with zipfile.ZipFile(io.BytesIO(write_docx(sample(annex_rows=1)))) as parts:
        settings = parts.read("word/settings.xml").decode()
        assert "<dcterms:" not in parts.read("docProps/core.xml").decode()
    assert 'w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"' in settings


def test_word_turns_the_sheet_for_a_wide_annex_and_back(word):
    assert [section.page_width > section.page_height for section in word.sections] == [False, True, False]


def test_excel_keeps_figures_as_numbers_and_text_as_text():
    book = load_workbook(io.BytesIO(write_xlsx(sample(annex_rows=3))))
    assert book.sheetnames == [
        "目录",
        "6月重点项目投资完成情况",
        "附件1 2024年6月滞后和应开未开项目清单",
        "附件2 6月重点项目投资完成情况",
    ]
    listed = [[cell.value for cell in row] for row in book["目录"].iter_rows(min_row=3)]
    assert listed == [
        ["序号", "附件", "表名", "行数"],
        [1, None, "6月重点项目投资完成情况", 7],
        [2, "附件1", "2024年6月滞后和应开未开项目清单", 3],
        [3, "附件2", "6月重点项目投资完成情况", 7],
    ]
    assert book["目录"]["C5"].hyperlink.location == "'附件1 2024年6月滞后和应开未开项目清单'!A1"
    sheet = book.worksheets[1]
    assert [cell.value for cell in sheet[3]] == [column.label for column in RANKING.columns]
    assert [cell.value for cell in sheet[4]] == [1, "大川镇", 1, 8000, 4500, 56.3]
    assert sheet["D5"].number_format == "#,##0"
    assert book.worksheets[2]["A1"].value == "附件1"
    assert book.worksheets[2]["I6"].value == "=1+1"
    assert book.worksheets[2]["I6"].data_type == "s"


def test_totals_of_excel_are_sums_with_their_values_where_they_are_sums():
    """合计 stands first or last, subtotals between; a rate is no sum, nor is what differs from it by rounding."""
    rows = [("合计", 60, 150), ("甲", 10, 50), ("乙", 20, 100), ("小计", 30, 150), ("丙", 30, 7), ("小计", 30, 7)]
    columns = (Column("单位"), Column("数", 1, "right"), Column("率", 1, "right"))
    table = Table("表", columns, tuple(
        (Cell(name), Cell(str(count), count, "#,##0"), Cell(str(rate), rate, "0.0")) for name, count, rate in rows
    ), strong=frozenset({0, 3, 5}))  # fmt: skip
    data = write_xlsx(Document("通报", "", "题", (table,)))
    [formulas], [values] = (load_workbook(io.BytesIO(data), data_only=known).worksheets for known in (False, True))
    assert [formulas.cell(row, 2).value for row in range(3, 9)] == ["=SUM(B4:B5,B7:B7)", 10, 20, "=SUM(B4:B5)", 30, 30]
    assert [values.cell(row, 2).value for row in range(3, 9)] == [60, 10, 20, 30, 30, 30]
    assert formulas["C6"].value == "=SUM(C4:C5)"
    assert formulas["C3"].value == 150


def test_a_sheet_of_excel_prints_in_the_middle_with_numbers_and_nothing_clipped():
    document = replace(sample(annex_rows=3), mark="送审稿", stamped="已更正")
    book = load_workbook(io.BytesIO(write_xlsx(document)))
    for sheet in book:
        assert sheet.print_options.horizontalCentered
        assert sheet.page_margins.left == sheet.page_margins.right < 0.7
        assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
        assert sheet.oddHeader.right.text == "送审稿　已更正"
    wide = book.worksheets[2]
    assert wide.page_setup.orientation == "landscape"
    assert wide.row_dimensions[4].height > 30  # 「1—6月\n完成」 has two lines
    assert wide.row_dimensions[5].height > 30
    assert book.worksheets[1].row_dimensions[5].height == 20


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
    assert len(set(names)) == 4  # and the sheet that lists them
    assert all(len(name) <= 31 for name in names)


def test_a_document_without_tables_still_opens():
    assert load_workbook(io.BytesIO(write_xlsx(Document("通报", "", "题", ())))).sheetnames == ["题"]
