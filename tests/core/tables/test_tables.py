"""Tables in, whatever the file is, and out, whatever the cells hold."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import openpyxl
import pytest
import time_machine

from core.tables.reading import TableError, read_grids
from core.tables.writing import Format, Table, TableColumn, display_width, write_table, write_tables


def workbook(*rows: list[Any], sheet: str = "表") -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_text_is_read_in_any_usual_encoding(encoding: str, mark: str) -> None:
    text = f"序号{mark}名称\r\n1{mark}甲\r\n"
    assert read_grids(text.encode(encoding), "a.csv")[0].rows == [["序号", "名称"], ["1", "甲"]]


def test_formulas_never_computed_and_errors_are_told_from_empty_cells() -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["a", "=1+1", None, "#REF!"])
    page["D1"].data_type = "e"
    page.append(["b", 1, 2, 3])
    (grid,) = read_grids(saved(book))
    assert grid.rows[0] == ["a", "", "", ""]
    assert (set(grid.formulas), dict(grid.errors)) == ({(0, 1)}, {(0, 3): "#REF!"})


def test_hidden_sheets_and_merged_cells_are_told() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(["题", None], ["a", "b"])))
    book.active.merge_cells("A1:B1")
    book.create_sheet("选项").sheet_state = "hidden"
    grids = read_grids(saved(book))
    assert grids[0].merged == ((0, 0, 0, 1),)
    assert [grid.hidden for grid in grids] == [False, True]


def test_rows_and_columns_that_nobody_sees_are_told_and_where_days_are_counted_from() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(["a", "b", "c", "d"], [1, 2, 3, 4], [5, 6, 7, 8], [9, 9, 9, 9])))
    book.active.row_dimensions[2].hidden = True
    book.active.row_dimensions[4].hidden = True
    book.active.column_dimensions.group("B", "C", hidden=True)
    (grid,) = read_grids(saved(book))
    assert (grid.hidden_rows, grid.hidden_columns, grid.from_1904) == ({1, 3}, {1, 2}, False)
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    assert read_grids(saved(book))[0].from_1904


@pytest.mark.requirement("P18")
@pytest.mark.slow
def test_a_hundred_thousand_rows_are_refused_with_the_limit() -> None:
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet()
    for number in range(100_000):
        page.append([number, f"项目{number}", 1000, 100, 10])
    content = saved(book)
    with pytest.raises(TableError, match="20,000"):
        read_grids(content, "大表.xlsx")


# --- out ------------------------------------------------------------------------------------------------------

COLUMNS = (
    TableColumn("项目名称"),
    TableColumn("总投资", Format.WAN, "万元", total=True),
    TableColumn("完成率", Format.PERCENT, "%"),
    TableColumn("开工", Format.DATE),
)


def written(rows: list[list[Any]], **options: Any) -> openpyxl.worksheet.worksheet.Worksheet:
    return openpyxl.load_workbook(write_table(COLUMNS, rows, **options), data_only=True).active


@pytest.mark.parametrize("count", [1, 5_000])  # the second is written in many pieces
def test_a_total_is_a_formula_that_brings_its_value_along(count: int) -> None:
    rows = [["甲", 10_000, 78.9, date(2024, 5, 1)]] * count
    formulas = openpyxl.load_workbook(write_table(COLUMNS, rows, title="清单", total=True)).active
    assert formulas[f"B{count + 3}"].value == f"=SUM(B3:B{count + 2})"
    assert written(rows, title="清单", total=True)[f"B{count + 3}"].value == count


def test_the_same_table_gives_the_same_bytes_and_names_no_tool() -> None:
    rows = [["甲", 10_000, 78.9, date(2024, 5, 1)]]
    data = write_table(COLUMNS, rows, title="清单", total=True).read()
    with time_machine.travel("2031-01-02"):
        assert write_table(COLUMNS, rows, title="清单", total=True).read() == data
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in parts.namelist():
            assert b"openpyxl" not in parts.read(name).lower(), name
        assert "<dc:title>清单</dc:title>" in parts.read("docProps/core.xml").decode()


@pytest.mark.parametrize(("columns", "paper", "across"), [(4, 9, 1), (7, 8, 1), (12, 8, 2)])
def test_a_wide_table_is_printed_large_enough_to_read(columns: int, paper: int, across: int) -> None:
    heads = [TableColumn("二十个字宽的列名" * 2) for _ in range(columns)]
    page = openpyxl.load_workbook(write_table(heads, [["字" * 9] * columns])).active
    assert (page.page_setup.paperSize, page.page_setup.fitToWidth) == (paper, across)
    assert page.print_title_cols == ("$A:$B" if across > 1 else None)
    assert page.oddFooter.center.text


def test_a_table_has_title_units_and_a_fixed_header() -> None:
    page = written(
        [["甲", 123_456_789, 78.9, date(2024, 5, 1)]],
        title="项目清单",
        subtitle="2024年5月",
        notes=["注：示例"],
        total=True,
    )
    rows = list(page.values)
    assert rows[0][0] == "项目清单"
    assert rows[2] == ("项目名称", "总投资（万元）", "完成率（%）", "开工")
    assert rows[3][:3] == ("甲", 12345.6789, 78.9)
    assert rows[4][1] == 12345.6789
    assert rows[5][0] == "注：示例"
    assert page.freeze_panes == "A4"
    assert page.auto_filter.ref == "A3:D4", "the head and its rows, without total and notes"
    assert page.merged_cells.ranges
    assert page["B4"].number_format == "#,##0.####"


def test_a_workbook_has_a_sheet_a_table_and_opens_where_it_is_told() -> None:
    tables = [Table(COLUMNS[:1], [[name]], sheet=name) for name in ("乡镇/街道", "部门")]
    book = openpyxl.load_workbook(write_tables(tables, opened=1))
    assert book.sheetnames == ["乡镇 街道", "部门"]
    assert book.active.title == "部门"
    assert [page.auto_filter.ref for page in book] == ["A1:A2", "A1:A2"]


@pytest.mark.requirement("P18")
@pytest.mark.parametrize("text", ["=1+1", "=HYPERLINK(0)", "+1", "-1+2", "@SUM(1)", "\t=1", "\r=1"])
def test_no_text_becomes_a_formula(text: str) -> None:
    page = written([[text, 1, None, None]])
    assert page["A2"].data_type == "s"
    assert page["A2"].quotePrefix
    assert page["A2"].value.strip() == text.strip()
    assert read_grids(write_table(COLUMNS, [[text, 1, None, None]]).read())[0].formulas == frozenset()


def test_what_excel_cannot_hold_is_left_out() -> None:
    page = written([["甲\x00\x0b乙" + "长" * 40_000, None, None, None]])
    assert page["A2"].value.startswith("甲乙长")
    assert len(page["A2"].value) == 32_767


def test_a_chinese_character_takes_two_columns() -> None:
    assert display_width("项目A\n一二三四") == 8
    page = written([["一个相当长的项目名称", 1, None, None]])
    assert page.column_dimensions["A"].width == 22


@pytest.mark.requirement("P18")
def test_memory_does_not_grow_with_the_rows() -> None:
    def rows(count: int) -> Iterator[list[Any]]:
        for number in range(count):
            yield [f"项目{number}", number * 10_000, 1.5, date(2024, 5, 1)]

    def peak(count: int) -> int:
        tracemalloc.start()
        write_table(COLUMNS, rows(count)).close()
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(200)
    small = peak(500)
    assert peak(5000) < small * 1.5 + 2**20
