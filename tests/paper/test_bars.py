"""A chart is one drawing in all papers: lines in the PDF, the same as a picture in Word, its figures in Excel."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from fractions import Fraction

import docx
import openpyxl
import pytest

from paper.document import Chart, Table
from paper.excel import write_xlsx
from paper.pdf import pdf_available, write_pdf
from paper.setting.bars import MOST, Bar, bar_charts, with_pictures
from paper.word import write_docx
from tests.support.paper_cases import official, units
from tests.support.paths import FONTS

pytestmark = pytest.mark.requirement("D15")


def charts(count: int, table: Table | None = None) -> list[Chart]:
    bars = [Bar(f"第{n}镇", None if n == 2 else Fraction(n * 10), f"{n * 10}.0%") for n in range(1, count + 1)]
    return list(bar_charts("各镇完成率", bars, Fraction(50), "50.0", table or units(3)))


def test_a_bar_is_as_long_as_its_rate_and_what_is_unknown_has_none() -> None:
    (chart,) = charts(10)
    lengths = [float(part.split('width="')[1].split('"')[0]) for part in chart.svg.split("<rect")[1:10]]
    assert lengths[8] == pytest.approx(10 * lengths[0], rel=0.01), "100% is ten times 10%"
    assert chart.svg.count("<rect") == 9 + 2  # and the two of the legend
    assert "序时进度50.0%；第1镇10.0%；第2镇20.0%" in chart.svg.split("</title>")[0]


def test_more_bars_than_a_page_holds_are_several_drawings_on_one_scale() -> None:
    first, second = charts(MOST + 5)
    assert (first.title, second.title) == ("各镇完成率（1/2）", "各镇完成率（2/2）")
    assert (first.table is None, second.table is None) == (False, True)


def test_pdf_word_and_excel_say_the_same() -> None:
    available, why = pdf_available(FONTS)
    if not available:
        pytest.skip(f"no PDF on this machine: {why}")
    table = replace(units(3), title="各镇完成率")
    text = official(paragraphs=0)
    document = replace(text, blocks=(*text.blocks, *charts(4, table)))
    pictured = with_pictures(document, FONTS)
    word = write_docx(pictured)
    assert word == write_docx(with_pictures(document, FONTS)), "the same bytes from the same input"
    with zipfile.ZipFile(io.BytesIO(word)) as packed:
        pictures = [name for name in packed.namelist() if name.startswith("word/media/")]
        assert len(pictures) == 1
        assert packed.read(pictures[0]).startswith(b"\x89PNG")
        assert 'descr="条形图：各镇完成率。' in packed.read("word/document.xml").decode()
    assert not docx.Document(io.BytesIO(word)).tables
    assert len(docx.Document(io.BytesIO(write_docx(document))).tables) == 1, "without a picture its figures"
    assert openpyxl.load_workbook(io.BytesIO(write_xlsx(document))).sheetnames == ["各镇完成率"]
    pdfplumber = pytest.importorskip("pdfplumber", reason="reads PDFs back: script/bootstrap test installs pdfplumber")
    with pdfplumber.open(io.BytesIO(write_pdf(document, FONTS))) as pdf:
        said = str(pdf.structure_tree)
        assert sum(len(page.images) for page in pdf.pages) == 0, "lines, no pixels"
        assert "条形图：各镇完成率。序时进度50.0%" in said
