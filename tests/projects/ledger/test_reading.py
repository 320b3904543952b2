"""A county's own ledger, as messy as it is, is understood; and what can't be understood is said, cell by cell."""
# ruff: noqa: E501 (tables: a line is a row)

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from core.tables.reading import Grid
from projects.ledger import Ledger, LedgerError, Problem, Row, ledger_in, read_ledger
from tests.support.paths import DATA

WAN = 10_000


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def read(name: str, **options: Any) -> Ledger:
    return read_ledger((DATA / name).read_bytes(), name, **options)


def book(
    rows: list[Any],
    *,
    merged: Sequence[str] = (),
    sheets: dict[str, list[Any]] | None = None,
) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    for cells in merged:
        book.active.merge_cells(cells)
    for name, more in (sheets or {}).items():
        page = book.create_sheet(name)
        for row in more:
            page.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def of(rows: list[Any], **options: Any) -> Ledger:
    parts = {key: options.pop(key) for key in ("merged", "sheets") if key in options}
    return read_ledger(book(rows, **parts), "台账.xlsx", **options)


def said(ledger: Ledger, severity: str = "") -> list[Problem]:
    return [problem for problem in ledger.all_problems() if severity in ("", problem.severity)]


def total(ledger: Ledger, field: str) -> float:
    return sum(row.values.get(field) or 0 for row in ledger.rows) / WAN


def named(ledger: Ledger, name: str) -> Row:
    return next(row for row in ledger.rows if row.values.get("name") == name)


# --- real tables ------------------------------------------------------------------------------------------------


@pytest.mark.requirement("P18", "P01")
class TestTheLedgerOf2020:
    @pytest.fixture(params=["xlsx", "xls"])  # the .xls was written by a spreadsheet program, out of the .xlsx
    def ledger(self, request: pytest.FixtureRequest) -> Ledger:
        return read(f"maojian_2020_may_ledger_layout.{request.param}", year=2020, period="2020-05")

    def test_each_project_is_read_once_and_the_sums_are_right(self, ledger: Ledger) -> None:
        assert (ledger.kind, ledger.sheet, ledger.header_rows, ledger.unit) == (
            "projects",
            "投资路线图",
            (3, 4),
            "万元",
        )
        assert len(ledger.rows) == 108
        assert [row.values["number"] for row in ledger.rows] == [str(n) for n in range(1, 109)]
        assert total(ledger, "total_investment") == 7_981_671.1
        assert total(ledger, "year_plan") == 2_311_575.1
        assert total(ledger, "done") == 572_216.0
        assert not any(row.rejected for row in ledger.rows)

    def test_the_copy_without_a_title_and_the_scraps_are_skipped_and_said(self, ledger: Ledger) -> None:
        assert len(ledger.notes) == 2
        assert "repeats the 108 projects" in " ".join(ledger.notes)

    def test_every_column_is_understood(self, ledger: Ledger) -> None:
        assert all(column.field for column in ledger.columns)
        assert {c.header: c.field for c in ledger.columns}["二季度工作计划/投资"] == "q2_plan"
        assert {c.header: c.field for c in ledger.columns}["累计完成投资"] == "done"

    def test_the_dirty_points_are_said_with_row_and_number(self, ledger: Ledger) -> None:
        doubts = {(p.number, p.field): p for p in said(ledger, "warning")}
        assert set(doubts) == {
            ("37", "done"),
            ("44", "done"),
            *((n, "started") for n in ("31", "46", "49", "107", "108")),
        }
        assert doubts["37", "done"].row == 41
        assert doubts["37", "done"].cell == "M41"
        assert "8,000" in doubts["44", "done"].message
        assert "4,500" in doubts["44", "done"].message

    def test_leaders_and_units_are_tidied_and_it_is_said(self, ledger: Ledger) -> None:
        assert named(ledger, "东风康明斯国六排放处理系统").values["leaders"] == ("区领导03", "区领导06")
        units = {row.values["lead_unit"] for row in ledger.rows}
        assert "区城区改造更新中心" in units
        assert not any(" " in unit or "\n" in unit for unit in units)
        assert {p.field for p in said(ledger, "info")} == {"leaders", "handling_unit", "lead_unit"}

    def test_the_title_says_the_period_where_nobody_does(self) -> None:
        ledger = read("maojian_2020_may_ledger_layout.xlsx")
        assert (ledger.year, ledger.month) == (2020, 5)
        assert any("January to month 5 of 2020" in problem.message for problem in ledger.problems)

    def test_another_period_than_the_tables_own_is_taken_with_a_warning(self) -> None:
        ledger = read("maojian_2020_may_ledger_layout.xlsx", period="2020-06")
        assert ledger.month == 6
        assert any("your word" in problem.message for problem in ledger.problems)


@pytest.mark.requirement("P18")
def test_the_registry_of_2018_is_read_whole() -> None:
    ledger = read("maojian_2018_projects.csv")
    assert (len(ledger.rows), ledger.year, ledger.month) == (114, 2018, 9)
    assert total(ledger, "total_investment") == 6_477_394
    assert total(ledger, "year_plan") == 1_829_524
    assert total(ledger, "done") == 953_934
    assert sum(row.values["listed"] is False for row in ledger.rows) == 13
    assert ledger.column("investment_kind").header == "投资主体"
    assert any(p.field == "start" and "82 of 100" in p.message for p in ledger.problems)


@pytest.mark.requirement("P18")
def test_the_reports_of_2018_are_read_as_reports() -> None:
    ledger = read("maojian_2018_monthly_progress.csv")
    assert (ledger.kind, len(ledger.rows)) == ("reports", 656)
    assert total(ledger, "done_month") == 953_934
    assert ledger.rows[0].values["month"] == "2018-03"
    defaults = [p for p in ledger.problems if "default" in p.message]
    assert any("2017-02" in p.value for p in defaults)
    assert not any(
        str(r.values.get("start")) == "2017-02" and str(r.values.get("finish")) == "2019-08" for r in ledger.rows
    )


# --- headers ----------------------------------------------------------------------------------------------------


def test_headers_of_text_tables_are_joined_without_merged_cells() -> None:
    text = "某县台账,,,\n,,单位：亿元,\n序号,项目名称,二季度工作计划,\n,,工作内容及形象进度,投资\n1,甲,打桩,1.5\n"
    ledger = read_ledger(text.encode(), "a.csv", year=2024)
    assert [column.header for column in ledger.columns] == [
        "序号",
        "项目名称",
        "二季度工作计划/工作内容及形象进度",
        "二季度工作计划/投资",
    ]
    assert ledger.rows[0].values["q2_plan"] == 15_000 * WAN


def test_the_unit_comes_from_header_line_above_or_cell_and_each_says_so() -> None:
    ledger = of(
        [
            ["单位:个、亿元"],
            ["序号", "项目名称", "总投资", "年度计划投资（万元）"],
            [1, "甲", 2, "1.2亿"],
            [2, "乙", "3000万元", 500],
        ],
        year=2024,
    )
    values = [(row.values["total_investment"], row.values["year_plan"]) for row in ledger.rows]
    assert values == [(20_000 * WAN, 12_000 * WAN), (3_000 * WAN, 500 * WAN)]
    assert {(p.row, p.value) for p in said(ledger) if "own unit" in p.message} == {(3, "1.2亿"), (4, "3000万元")}


def test_without_any_unit_it_is_said_that_it_was_taken_for_wan() -> None:
    ledger = of([["序号", "项目名称", "总投资"], [1, "甲", 2]])
    assert ledger.rows[0].values["total_investment"] == 2 * WAN
    assert any("No unit" in p.message for p in said(ledger, "warning"))


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("项目业主", "owner"), ("建设单位", "owner"), ("实施单位", "owner"), ("项目法人", "owner"),
        ("牵头单位", "lead_unit"), ("主管部门", "competent_unit"), ("责任\n单位", "lead_unit"),
        ("包联\n领导", "leaders"), ("挂钩县领导", "leaders"), ("计划总投资（万元）", "total_investment"),
        ("投资额", "total_investment"), ("2019年投资目标", "year_plan"), ("预计投资", "year_plan"), ("计划完成投资", "year_plan"),
        ("年度投资", "year_plan"), ("建设起止年限", "span"), ("建设周期", "span"), ("计划工期", "span"),
        ("开工时间", "start"), ("竣工时间", "finish"), ("建设规模及内容", "scope"), ("主要建设内容", "scope"),
        ("项目性质", "nature"), ("形象进度", "progress"), ("工作内容及形象进度", "progress"), ("进展情况", "progress"),
        ("占年度目标(%)", "percent"), ("年计划投资完成率", "percent"), ("投资完成比例", "percent"),
        ("1-5月累计完成投资", "done"), ("自开始累积完成投资", "done_in_all"), ("5月实际完成投资", "done_month"),
        ("存在问题", "issues"), ("下步工作计划", "next_steps"), ("备 注", "remark"), ("项目代码", "code"),
        ("计划开工时间", "planned_start"), ("实际开工时间", "actual_start"), ("实际(计划)开工", "start"),
    ],
)  # fmt: skip
def test_a_header_is_known_by_its_synonyms(header: str, field: str) -> None:
    ledger = of([["序号", "项目名称", header], [1, "甲", ""]])
    assert ledger.columns[2].field == field


def test_a_mapping_by_hand_wins_by_header_or_letter() -> None:
    rows = [["序号", "项目名称", "总投资", "奇怪的列"], [1, "甲", 2, 3]]
    ledger = of(rows, mapping={"奇怪的列": "year_plan", "C": ""}, year=2024)
    assert ledger.rows[0].values["year_plan"] == 3 * WAN
    assert "total_investment" not in ledger.rows[0].values


def test_a_table_without_a_header_is_read_when_letters_say_what_its_columns_are() -> None:
    rows = [[None], ["1", "甲项目", 100], ["2", "乙项目", 200]]
    with pytest.raises(LedgerError):
        of(rows)
    ledger = of(rows, mapping={"A": "number", "B": "name", "C": "total_investment"})
    assert [row.values["name"] for row in ledger.rows] == ["甲项目", "乙项目"]


def test_two_columns_with_one_meaning_are_decided_by_the_period_and_said() -> None:
    rows = [["序号", "项目名称", "1-5月累计完成投资（万元）", "1-6月累计完成投资（万元）"], [1, "甲", 5, 6]]
    assert total(of(rows, period="2024-05"), "done") == 5
    assert total(of(rows, period="2024-06"), "done") == 6
    assert any("both say" in p.message for p in of(rows, period="2024-05").problems)


def test_sheets_with_other_projects_are_named_and_one_can_be_asked_for() -> None:
    other = [["序号", "项目名称", "总投资"], [1, "丙", 9]]
    content = book([["序号", "项目名称", "总投资"], [1, "甲", 1], [2, "乙", 2]], sheets={"二": other})
    ledger = read_ledger(content, "a.xlsx")
    assert len(ledger.rows) == 2
    assert any(p.value == "二" for p in ledger.problems)
    assert [row.values["name"] for row in read_ledger(content, "a.xlsx", sheet="二").rows] == ["丙"]
    with pytest.raises(LedgerError, match="no sheet"):
        read_ledger(content, "a.xlsx", sheet="三")


# --- groups, totals, notes --------------------------------------------------------------------------------------

GROUPS = [
    ["附件1"],
    ["某市2022年重大项目计划表"],
    ["编制单位：市发改委", "", "", "", "单位：万元"],
    ["序号", "项目名称", "建设规模及内容", "建设起止年限", "总投资", "年度计划投资", "项目业主", "责任单位"],
    ["合计", "", "3", "", 6000, 400],
    ["", "一、基础设施", "2", "", 3000, 300],
    ["", "（一）交通", "2", "", 3000, 300],
    ["", "——铁路", "1", "", 1000, 100],
    [1, "★甲铁路", "长", "2019-2021", 1000, 100, "待定", "市交通局"],
    ["", "——公路", "2", "", 2000, 200],
    [1, "乙公路", "宽", "2020/2023", 2000, 200, "某公司", "市交通局"],
    ["", "二、产业", "1", "", 3000, 100],
    [1, "丙工厂", "年产2000万件", "2018.3-2020.12", 3000, 100, "", "市工信局"],
    ["备注：标“★”的为自治区统筹推进项目"],
]


@pytest.mark.requirement("P18")
class TestGroups:
    @pytest.fixture
    def ledger(self) -> Ledger:
        return of(GROUPS, merged=["A2:H2"])

    def test_only_projects_are_rows(self, ledger: Ledger) -> None:
        assert [row.values["name"] for row in ledger.rows] == ["甲铁路", "乙公路", "丙工厂"]

    def test_titles_say_what_stands_beneath_them(self, ledger: Ledger) -> None:
        assert named(ledger, "乙公路").group == ("基础设施", "交通", "公路")
        assert named(ledger, "乙公路").values["sector"] == "基础设施/交通/公路"
        assert named(ledger, "丙工厂").values["sector"] == "产业"

    def test_declared_counts_and_sums_are_held_against_what_was_read(self, ledger: Ledger) -> None:
        assert [(p.row, p.value) for p in said(ledger, "warning") if "declares" in p.message] == [(10, "——公路")]

    def test_a_note_says_what_a_mark_means(self, ledger: Ledger) -> None:
        assert named(ledger, "甲铁路").values["level"] == "province"
        assert "level" not in named(ledger, "乙公路").values

    def test_what_was_skipped_is_said(self, ledger: Ledger) -> None:
        assert any("total" in note for note in ledger.notes)
        assert any("note" in note for note in ledger.notes)


def test_a_group_gives_the_nature_and_its_count_is_checked() -> None:
    ledger = of(
        [
            ["序号", "项目名称", "总投资"],
            ["", "续建项目(3个)"],
            [1, "甲", 1],
            [2, "乙", 2],
            ["", "计划新开工项目"],
            [3, "丙", 3],
        ]
    )
    assert [row.values["nature"] for row in ledger.rows] == ["continued", "continued", "new"]
    assert any("declares 3 projects, 2 were read" in p.message for p in said(ledger, "warning"))


def test_a_group_gives_the_unit_where_the_row_has_none() -> None:
    ledger = of(
        [
            ["序号", "项目名称", "责任单位", "总投资"],
            ["", "某市人民政府", "2", "300"],
            [1, "甲", "", 100],
            [2, "乙", "区住建局", 200],
        ]
    )
    assert [row.values["lead_unit"] for row in ledger.rows] == ["某市人民政府", "区住建局"]


def test_a_project_with_a_number_in_brackets_is_no_group() -> None:
    ledger = of(
        [["期别", "项目名称", "责任单位"], ["上半年", "某村落(24、26、27号地块)", ""], ["上半年", "乙(3个)", "某局"]]
    )
    assert len(ledger.rows) == 2


def test_a_repeated_header_a_line_of_column_numbers_and_signatures_are_skipped() -> None:
    head = ["序号", "项目名称", "责任单位", "总投资"]
    ledger = of(
        [head, [1, 2, 3, 4], [1, "甲", "某局", 5], head, [2, "乙", "某局", 6], ["填表人：某某"], ["", "", "局长"]]
    )
    assert [row.values["name"] for row in ledger.rows] == ["甲", "乙"]
    assert len(ledger.notes) == 4


def test_words_of_merged_cells_count_for_each_row_and_amounts_once() -> None:
    ledger = of(
        [
            ["序号", "项目名称", "责任单位", "总投资"],
            [1, "甲", "某局", 5],
            [2, "乙", None, None],
            [3, "丙", "他局", 1],
            [None, None, None, 9],
        ],
        merged=["C2:C3", "D2:D3", "A4:A5", "B4:B5", "C4:C5"],
    )
    assert [row.values.get("lead_unit") for row in ledger.rows] == ["某局", "某局", "他局"]
    assert [row.values.get("total_investment") for row in ledger.rows] == [5 * WAN, None, 1 * WAN]
    assert any("Second line" in p.message for p in said(ledger, "warning"))


# --- cells ------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("P18")
def test_a_cell_that_cannot_be_read_loses_neither_its_row_nor_its_neighbours() -> None:
    ledger = of(
        [
            ["序号", "项目名称", "总投资", "年度计划投资"],
            [1, "甲", "图审", 5],
            [2, "乙", "待定", 0],
            [3, "丙", "", "#REF!"],
        ],
        year=2024,
    )
    assert len(ledger.rows) == 3
    assert [row.values.get("year_plan") for row in ledger.rows] == [5 * WAN, 0, None]
    assert {(p.row, p.column, p.value, p.severity) for p in said(ledger) if p.cell} == {
        (2, "总投资", "图审", "error"), (3, "总投资", "待定", "info"), (4, "年度计划投资", "#REF!", "warning"),
    }  # fmt: skip


@pytest.mark.requirement("P18")
def test_a_formula_that_was_never_computed_is_said() -> None:
    ledger = of([["序号", "项目名称", "总投资"], [1, "甲", "=1+1"]])
    assert [(p.cell, p.severity) for p in said(ledger) if "formula" in p.message] == [("C2", "error")]


@pytest.mark.requirement("P18")
def test_a_name_of_300_characters_is_refused_alone() -> None:
    ledger = of([["序号", "项目名称", "总投资"], [1, "长" * 300, 1], [2, "乙", 2], [3, "", 3]])
    assert [row.rejected for row in ledger.rows] == [True, False, True]
    assert any("300 characters" in p.message for p in said(ledger, "error"))


def test_the_same_project_twice_is_refused_once_and_of_another_unit_kept() -> None:
    rows = [
        ["序号", "项目名称", "责任单位", "总投资"],
        [1, "甲", "某局", 1],
        [2, "甲", "某局", 1],
        [3, " 甲", "他局", 1],
    ]
    ledger = of(rows)
    assert [row.rejected for row in ledger.rows] == [False, True, False]


def test_what_does_not_go_together_is_doubted() -> None:
    rows = [
        ["序号", "项目名称", "总投资", "年度计划投资", "开工时间", "竣工时间"],
        [1, "甲", 500, 501, "2024.6", "2023.5"],
    ]
    assert {p.field for p in said(of(rows, year=2024), "warning") if p.cell} == {"year_plan", "finish"}


def test_months_side_by_side_are_kept_apart() -> None:
    rows = [
        ["项目名称", "总投资", "1月形象进度", "1月实际完成投资", "2月形象进度", "2月实际完成投资"],
        ["甲", 500, "打桩", 10, "浇筑", 20],
    ]
    assert of(rows, year=2024).rows[0].values["months"] == {1: 10 * WAN, 2: 20 * WAN}


def test_a_header_is_looked_for_in_the_first_five_hundred_columns() -> None:
    """Sixteen thousand columns of words took the web process seventeen seconds."""
    rows: list[list[Any]] = [["项目名称", "总投资（万元）"], ["甲", 500]]
    for left, found in ((498, True), (499, False)):
        grid = Grid("表", [[""] * left + row for row in rows])
        if found:
            assert ledger_in([grid], "a.xlsx").rows[0].values["name"] == "甲"
        else:
            with pytest.raises(LedgerError, match="No header was found"):
                ledger_in([grid], "a.xlsx")


def test_a_file_without_a_ledger_gets_one_sentence() -> None:
    with pytest.raises(LedgerError, match="No header was found"):
        of([["今天", "天气"], ["很", "好"]])
    with pytest.raises(LedgerError, match="empty"):
        read_ledger(b"", "a.xlsx")
    with pytest.raises(LedgerError, match="PDF"):
        read_ledger(b"%PDF-1.7", "a.xlsx")


@pytest.mark.parametrize(("wan", "doubted"), [(499.9, True), (500, False), ("5000000元", False)])
def test_a_project_too_small_for_the_registry_is_doubted(wan: object, doubted: bool) -> None:
    rows = [["序号", "项目名称", "总投资（万元）"], [1, "甲", wan]]
    assert any("larger projects" in p.message for p in said(of(rows), "warning")) == doubted
