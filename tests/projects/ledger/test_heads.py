"""Heads as people make them, and what else of a table is easily misread: each in a table of cases."""
# ruff: noqa: E501 (tables: a line is a row)

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from core.tables.reading import Grid
from projects.ledger import Ledger, ledger_in, read_ledger
from projects.ledger.reading.fields import field_of, months_said

pytestmark = pytest.mark.requirement("P18")
WAN = 10_000


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def of(*rows: list[Any], merged: tuple[str, ...] = (), **options: Any) -> Ledger:
    """The ledger that *rows* are, read without the process of its own: grids are what that gives."""
    width = max(map(len, rows))
    cells = [[float(cell) if type(cell) is int else cell for cell in row] + [""] * (width - len(row)) for row in rows]
    shut: Any = {
        "hidden_rows": frozenset(options.pop("hidden_rows", ())),
        "hidden_columns": frozenset(options.pop("hidden_columns", ())),
    }
    ranges = [openpyxl.utils.range_boundaries(name) for name in merged]
    grid = Grid(
        "表", cells, tuple((top - 1, left - 1, bottom - 1, right - 1) for left, top, right, bottom in ranges), **shut
    )
    return ledger_in([grid], "台账.xlsx", **options)


def said(ledger: Ledger, *severities: str) -> str:
    return "\n".join(p.message for p in ledger.all_problems() if not severities or p.severity in severities)


def fields(ledger: Ledger) -> list[str | None]:
    return [column.field for column in ledger.columns]


def wan(ledger: Ledger, field: str) -> list[float | None]:
    values = [row.values.get(field) for row in ledger.rows]
    return [None if value is None else value / WAN for value in values]


# --- one word over a column -------------------------------------------------------------------------------------

WORDS = {
    "项目编码": "code", "项目审批代码": "code", "项目业主单位": "owner", "项目责任单位": "lead_unit",
    "需要协调解决的问题": "issues", "总体形象进度": "progress", "累计完成形象进度": "progress",
    "是否开复工": "started", "是否纳入统计": "entered", "合同名称": "name", "所属行业": "sector",
    "2014年以来完成投资": "done", "总投资-合计": "total_investment", "本年度投资计划完成情况": "done",
    "到上年底累计完成投资": "done_before", "截至目前累计完成投资": "done", "05月完成投资": "done_month",
    "5月完成投资": "done_month", "2024年05月完成投资": "done_month", "1-6月完成投资": "done", "截至6月底累计完成投资": "done",
    "2024年投资": "year_plan", "2024年投资额": "year_plan", "年度投资": "year_plan", "当年计划-合计": "year_plan",
    "总投资-中央财政资金": None, "本旬实际完成投资": None, "本月计划完成投资": None, "下一月度计划完成投资": None,
    "今年累计完成投资": "done", "本年度累计完成投资额": "done", "今年1-6月完成投资": "done", "截至2024年6月30日累计完成投资": "done",
    "6月份当月完成投资": "done_month", "全年计划投资": "year_plan", "开工累计完成投资": "done_in_all", "牵头责任单位": "lead_unit",
    "县级包保领导": "leaders", "工程项目名称": "name",
    "剩余投资": None, "累计到位-合计": None, "计划开始时间": "planned_start",
}  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_known(word: str) -> None:
    assert field_of((word,)) == WORDS[word]


LEVELS = {
    ("2024年计划", "投资额"): "year_plan", ("完成情况", "投资额"): "done", ("总投资", "合计"): "total_investment",
    ("项目概况", "投资额"): "total_investment", ("2024年投资计划", "小计"): "year_plan", ("本月", "完成投资"): "done_month",
    ("6月", "完成投资"): "done_month", ("06月", "完成"): "done_month", ("1-6月", "完成投资"): "done", ("完成投资", "本月"): "done_month",
    ("完成投资", "累计"): "done", ("计划投资", "2024年"): "year_plan", ("2024年", "完成投资"): "done", ("投资情况", "年度计划", "金额"): "year_plan",
    ("投资情况", "本年完成", "金额"): "done", ("上年", "完成投资"): None, ("本旬", "完成投资"): None, ("6月", "计划投资"): None,
    ("累计完成投资", "1-2月"): "done", ("投资完成情况", "本月"): "done_month", ("投资完成情况", "本年累计"): "done", ("1-6月", "计划"): None,
    ("到位资金", "合计"): None, ("总投资", "中央资金"): None, ("其中", "完成投资"): None, ("责任单位", "名称"): "lead_unit",
    ("包联领导", "姓名"): "leaders", ("项目", "名称"): "name", ("建设", "地点"): "site", ("2024年计划", "形象进度"): "annual_task",
    ("完成情况", "形象进度"): "progress", ("二季度工作计划", "投资"): "q2_plan", ("一", "二", "三", "总投资", "小计"): "total_investment",
}  # fmt: skip


@pytest.mark.parametrize("levels", LEVELS)
def test_a_general_lower_word_takes_its_meaning_from_above(levels: tuple[str, ...]) -> None:
    assert field_of(levels) == LEVELS[levels]


@pytest.mark.parametrize(
    ("text", "months"),
    [("05月", (5, 5)), ("01-05月", (1, 5)), ("1-12月", (1, 12)), ("元-4月", (1, 4)), ("15月", None)],
)
def test_months_are_read_with_and_without_a_nought(text: str, months: tuple[int, int] | None) -> None:
    assert months_said(text) == months


# --- whole heads ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deep", [1, 2, 3, 4, 5])
def test_a_head_may_be_five_rows_deep(deep: int) -> None:
    head: list[list[Any]] = [["序号", "项目名称", "总投资（万元）", "2024年"] + [""] * 2]
    merged = [f"{letter}2:{letter}{deep + 1}" for letter in "ABC"] if deep > 1 else []
    if deep == 1:
        head = [
            ["序号", "项目名称", "总投资（万元）", "2024年计划投资（万元）", "1-6月完成投资（万元）", "6月形象进度"]
        ]
    else:
        merged.append("D2:F2")
        between = [["", "", "", f"第{n}层（万元）", "", ""] for n in range(deep - 2)]
        merged += [f"D{3 + n}:F{3 + n}" for n in range(deep - 2)]
        head += [*between, ["", "", "", "计划投资", "1-6月完成投资", "形象进度"]]
    ledger = of(
        ["2024年某县台账"],
        *head,
        [1, "甲", 1000, 300, 100, "打桩"],
        [2, "乙", 2000, 500, 200, "封顶"],
        merged=tuple(merged),
    )
    assert ledger.header_rows == tuple(range(2, deep + 2))
    assert [wan(ledger, code) for code in ("total_investment", "year_plan", "done")] == [
        [1000, 2000],
        [300, 500],
        [100, 200],
    ]


def test_words_over_the_row_of_names_belong_to_what_stands_beneath_them() -> None:
    """The names stand in the lowest row: years over two blocks with the same words must not be lost."""
    for merged in (("A1:C1", "D1:E1", "F1:G1"), ()):
        ledger = of(
            ["项目基本情况", "", "", "2023年", "", "2024年", ""],
            ["序号", "项目名称", "总投资", "计划投资", "完成投资", "计划投资", "完成投资"],
            [1, "甲", 10_000, 3000, 2900, 4000, 1500], merged=merged, year=2024, period="2024-06",
        )  # fmt: skip
        assert (wan(ledger, "year_plan"), wan(ledger, "done")) == ([4000], [1500])
        assert "2023年/计划投资" in said(ledger, "warning")
        assert "holds 3,000" in said(ledger, "warning")


def test_of_pairs_of_months_the_last_with_figures_is_the_year_to_date() -> None:
    months = [f"1-{n}月完成投资（万元）" for n in range(2, 13)]
    row = [1, "甲", 1000, *range(10, 60, 10), *[""] * 6]
    ledger = of(["某县2024年台账"], ["序号", "项目名称", "总投资（万元）", *months], row)
    assert (ledger.year, ledger.month, wan(ledger, "done")) == (2024, 6, [50])
    asked = of(["序号", "项目名称", "总投资（万元）", *months], row, period="2024-04")
    assert wan(asked, "done") == [30]


@pytest.mark.parametrize(
    ("head", "plan"), [("2023年计划投资", None), ("2025年计划投资", None), ("2024年计划投资", 300), ("计划投资", 300)]
)
def test_a_column_belongs_to_its_year(head: str, plan: int | None) -> None:
    ledger = of(["某县2024年台账"], ["序号", "项目名称", "总投资", head], [1, "甲", 1000, 300], year=2024)
    assert wan(ledger, "year_plan") == [plan]
    assert ("left out" in said(ledger, "warning")) == (plan is None)


def test_without_a_word_of_the_office_the_year_is_the_titles_or_the_newest_columns() -> None:
    head = ["序号", "项目名称", "总投资", "2023年计划投资", "2024年计划投资"]
    for title, year, plan in (
        ("2024年台账", 2024, 4),
        ("台账", 2024, 4),
        ("2023年台账", 2023, 3),
        ("2013年以来台账", 2024, 4),
    ):
        ledger = of([title], head, [1, "甲", 10, 3, 4])
        assert (ledger.year, wan(ledger, "year_plan")) == (year, [plan])


def test_since_a_year_is_the_year_to_date_only_in_that_year() -> None:
    head = ["序号", "项目名称", "总投资", "2014年以来完成投资"]
    assert fields(of(head, [1, "甲", 10, 3], period="2014-09"))[-1] == "done"
    assert fields(of(head, [1, "甲", 10, 3], period="2016-09"))[-1] == "done_in_all"


def test_a_hidden_column_never_wins_over_a_seen_one() -> None:
    head = ["序号", "项目名称", "总投资", "2024年计划投资", "年度计划投资"]
    rows = ([1, "甲", 10, 3, 4], [2, "乙", 10, 5, 6])
    assert wan(of(head, *rows, year=2024, hidden_columns={3}), "year_plan") == [4, 6]
    alone = of(head[:4], *(row[:4] for row in rows), year=2024, hidden_columns={3})
    assert wan(alone, "year_plan") == [3, 5]
    assert "hidden in the sheet" in said(alone, "warning")


def test_two_columns_with_the_same_head_are_told_apart_by_their_letter() -> None:
    head = ["序号", "项目名称", "总投资", "投资情况", "投资情况"]
    ledger = of(head, [1, "甲", 10, 3, 4], year=2024, mapping={"投资情况〔E〕": "year_plan"})
    assert (fields(ledger)[3:], wan(ledger, "year_plan")) == ([None, "year_plan"], [4])


@pytest.mark.parametrize(
    ("heads", "means"),
    [
        (("市级领导", "县级领导"), [None, "leaders"]), (("县级领导", "市级领导"), ["leaders", None]), (("市级领导",), ["leaders"]),
        (("项目类型", "所属行业"), [None, "sector"]), (("累计完成投资", "本年度完成投资"), ["done_in_all", "done"]),
        (("截至目前累计完成投资", "1-6月完成投资"), ["done_in_all", "done"]), (("合同名称",), ["name"]),
    ],
)  # fmt: skip
def test_of_two_columns_the_better_claim_wins(heads: tuple[str, ...], means: list[str | None]) -> None:
    name = [] if "合同名称" in heads else ["项目名称"]
    cells = ["审批" if head == "项目类型" else "工业" if head == "所属行业" else "甲" for head in heads]
    numbers: list[Any] = [7 if "投资" in head else cell for head, cell in zip(heads, cells, strict=True)]
    ledger = of(["序号", *name, "总投资（万元）", *heads], [1, *["甲"] * len(name), 10, *numbers], period="2024-06")
    assert fields(ledger)[2 + len(name) :] == means


# --- nothing about money is dropped without a sentence ------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "cells", "warned"),
    [
        ("剩余投资", [5, 6], "holds 11"), ("争取上级资金（亿元）", [1, 2], "holds 30,000"), ("盘子", ["300万元", "2亿"], "speaks of money"),
        ("贷款", [5, 6], "holds 11"), ("服务队长", ["岗位11", "岗位12"], ""), ("土方", [2.1, 3], ""),
    ],
)  # fmt: skip
def test_a_column_of_money_that_is_not_understood_is_said(head: str, cells: list[Any], warned: str) -> None:
    rows = [[n, f"项目{n}", 1000, cell] for n, cell in enumerate(cells, 1)]
    ledger = of(["序号", "项目名称", "总投资（万元）", head], *rows)
    assert fields(ledger)[3] is None
    assert (warned in said(ledger, "warning")) if warned else not said(ledger, "warning")


def test_a_figure_beside_amounts_is_money_though_its_head_does_not_say_so() -> None:
    ledger = of(
        ["序号", "项目名称", "总投资（万元）", "1-6月", ""], ["", "", "", "计划", "完成"], [1, "甲", 100, 30, 20], [2, "乙", 100, 5, 2],
        merged=("A1:A2", "B1:B2", "C1:C2", "D1:E1"), period="2024-06",
    )  # fmt: skip
    assert wan(ledger, "done") == [20, 2]
    assert "holds 35" in said(ledger, "warning")


# --- rows and cells ---------------------------------------------------------------------------------------------

HEAD = ["序号", "项目名称", "责任单位", "总投资（万元）", "2024年计划投资（万元）"]
ROWS: dict[str, tuple[list[list[Any]], list[str]]] = {  # name: (rows, names that are projects)
    "a breakdown beneath a total": ([[1, "甲", "某局", 5, 1], ["", "合计", "", 5, 1], ["", "其中：省重点", "", 5, 1], ["", "市重点", "", 0, 0]], ["甲"]),
    "a breakdown above the projects": ([["", "合计", "", 9, 2], ["", "其中：续建", "", 4, 1], ["", "新建", "", 5, 1], [1, "甲", "某局", 4, 1], [2, "乙", "某局", 5, 1]], ["甲", "乙"]),
    "parts of a project": ([[1, "甲", "某局", 10, 2], ["", "其中：一号路", "", 4, 1], ["", "二号路", "", 6, 1], [2, "乙", "某局", 5, 1]], ["甲", "乙"]),
    "children by their number": ([["1", "甲包", "某局", 10, 2], ["1.1", "一号路", "某局", 4, 1], ["1.2", "二号路", "某局", 6, 1], ["2", "乙", "某局", 5, 1]], ["甲包", "乙"]),
    "children with a hyphen": ([["1", "甲包", "某局", 10, 2], ["1-1", "一号路", "某局", 4, 1], ["1-2", "二号路", "某局", 6, 1]], ["甲包"]),
    "children in brackets": ([["1", "甲包", "某局", 10, 2], ["（1）", "一号路", "某局", 4, 1], ["（2）", "二号路", "某局", 6, 1], [2, "乙", "某局", 5, 1]], ["甲包", "乙"]),
    "projects that are numbered in brackets": ([["", "一、交通", "", "", ""], ["（1）", "一号路", "某局", 4, 1], ["（2）", "二号路", "某局", 6, 1]], ["一号路", "二号路"]),
    "children of a package without amounts": ([["1", "甲包", "某局", "", ""], ["1.1", "一号路", "某局", 4, 1], ["1.2", "二号路", "某局", 6, 1]], ["甲包", "一号路", "二号路"]),
    "a name that begins so": ([[1, "其中村道路", "某局", 4, 1], [2, "乙", "某局", 5, 1]], ["其中村道路", "乙"]),
}  # fmt: skip


@pytest.mark.parametrize("case", ROWS)
def test_what_is_contained_in_another_row_does_not_double_the_sum(case: str) -> None:
    rows, names = ROWS[case]
    ledger = of(HEAD, *rows, year=2024)
    assert [row.values["name"] for row in ledger.rows] == names
    assert "declares" not in said(ledger)
    told = [*ledger.notes, *(p.message for p in ledger.problems if p.severity == "warning")]
    assert len([text for text in told if "part of" in text.lower()]) == len(
        [r for r in rows if r[1] not in names and r[1] not in ("合计", "一、交通")]
    )


def test_hidden_and_filtered_rows_are_said() -> None:
    rows = [[n, f"项目{n}", "某局", 5, 1] for n in range(1, 7)]
    ledger = of(HEAD, *rows, year=2024, hidden_rows={2, 3, 5})
    assert len(ledger.rows) == 6
    assert "3 rows are hidden or filtered away in the sheet (3–4、6)" in said(ledger, "warning")


CELLS = {  # head, cell: what is understood of it, words of a sentence beside it
    "a code out of a spreadsheet": ("项目代码", "2.20405E+20", "code", None, "left of a code"),
    "a code as a number": ("项目代码", 2.204051e20, "code", None, "left of a code"),
    "a whole code": ("项目代码", "2204-051000-04-01-100001", "code", "2204-051000-04-01-100001", ""),
    "1,000 亿": ("总投资（亿元）", 1000, "total_investment", 100_000_000_000, ""),
    "more than 1,000 亿": ("总投资（亿元）", 1000.1, "total_investment", 100_010_000_000, "More than 10,000,000 10k"),
    "a nature that is a stage": ("建设性质", "竣工投产类", "stage", "completed", "is a stage"),
    "a nature": ("建设性质", "续建类", "nature", "continued", ""),
    "a stage under 类别": ("类别", "前期", "stage", "prework", "say stage"),
    "a stage under 项目类别": ("项目类别", "完工项目", "stage", "completed", "say stage"),
    "a nature under 类别": ("类别", "续建项目", "nature", "continued", "say nature"),
    "how it was approved": ("项目类型", "备案", "sector", None, ""),
    "work again": ("是否开复工", "是", "started", True, ""),
    "in statistics": ("是否纳入统计", "否", "entered", False, ""),
}  # fmt: skip


@pytest.mark.parametrize("case", CELLS)
def test_a_cell_is_understood_as_people_mean_it(case: str) -> None:
    head, cell, field, value, words = CELLS[case]
    ledger = of(["序号", "项目名称", head, "责任单位"], [1, "甲", cell, "某局"], year=2024)
    assert ledger.rows[0].values.get(field) == value
    assert words in said(ledger)
    if not words and value is not None:
        assert not said(ledger, "warning", "error") or "unit is written" in said(ledger)


@pytest.mark.parametrize(("plan", "asked"), [(1.1, True), (21.6, False), (21.5, True), (0, False), (3000, False)])
def test_a_plan_of_next_to_nothing_is_a_question(plan: float, asked: bool) -> None:
    ledger = of(HEAD, [1, "甲", "某局", 21_600, plan], year=2024)
    assert ("next to nothing" in said(ledger, "warning")) == asked


def test_the_same_code_twice_is_said() -> None:
    rows = [[1, "甲", "2204-051000-04-01-100001"], [2, "乙", "2204-051000-04-01-100001"]]
    assert "has the same national code" in said(of(["序号", "项目名称", "项目代码"], *rows), "warning")


def test_a_formula_computed_to_nothing_is_empty_and_one_never_computed_is_said() -> None:
    """As a spreadsheet program writes them, in a real file: the first has the type of a text, the second no value."""
    book = openpyxl.Workbook()
    for row in (["序号", "项目名称", "总投资（万元）"], [1, "甲", '=IF(1=1,"","x")'], [2, "乙", "=1+1"]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    content = _computed_to_nothing(file.getvalue())
    ledger = read_ledger(content, "台账.xlsx")
    assert [(p.cell, p.severity) for p in ledger.all_problems() if "formula" in p.message] == [("C3", "error")]


def _computed_to_nothing(content: bytes) -> bytes:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert b'<c r="C2"><f>' in part
                part = part.replace(b'<c r="C2"><f>', b'<c r="C2" t="str"><f>')
            new.writestr(name, part)
    return out.getvalue()
