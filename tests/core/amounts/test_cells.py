"""What people write in cells, and what it means."""
# ruff: noqa: E501 (tables: a line is a row)

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.amounts import cells as values
from core.days import reading as times
from core.days.reading import Precision, When

WAN = 10_000


@pytest.mark.parametrize(
    ("cell", "unit", "yuan"),
    [
        (0, "万元", 0),
        ("0", "万元", 0),
        (12.5, "万元", 125_000),
        (163906.2345, "万元", 1_639_062_345),
        ("120,000", "万元", 120_000 * WAN),
        ("１２，０００．５", "万元", 120_005_000),
        ("120.5亿元", "万元", 1_205_000 * WAN),
        ("120000万元", "亿元", 120_000 * WAN),
        ("总投资:250000万元", "万元", 250_000 * WAN),
        ("1.2亿", "万元", 12_000 * WAN),
        ("1亿2000万元", "万元", 12_000 * WAN),
        ("约580亿元", "亿元", 58_000_000_000),
        ("（500）", "万元", -500 * WAN),
        ("-11.8", "万元", -118_000),
        (7500, "元", 7500),
        (0.1 + 0.2, "元", 0),
    ],
)
def test_an_amount_is_read_in_whole_yuan(cell: object, unit: str, yuan: int) -> None:
    reading = values.parse_amount(cell, unit)
    assert reading.value == yuan
    assert reading.level != "error"


@pytest.mark.parametrize("cell", ["1.2亿", "120.5亿元", "约580亿元", "总投资:250000万元"])
def test_an_amount_read_otherwise_than_it_stands_says_so(cell: str) -> None:
    assert values.parse_amount(cell, "万元").note


@pytest.mark.parametrize(
    "cell",
    ["2000万件", "5万亩", "200MW/400MWh", "30台", "417.03/514.1", "图审", "年计划1.5亿元、完成7000万元", "200万美元", True,
     date(2024, 5, 1), "1e400", "9" * 40],
)  # fmt: skip
def test_what_is_no_amount_is_refused_with_a_sentence(cell: object) -> None:
    reading = values.parse_amount(cell)
    assert reading.value is None
    assert reading.level == "error"
    assert reading.note


@pytest.mark.parametrize("cell", ["——", "待定", "无", "暂未公布", " - ", "/"])
def test_a_placeholder_is_not_zero(cell: str) -> None:
    assert values.parse_amount(cell) == values.Reading(None, values.parse_amount(cell).note, "info")


def test_an_empty_cell_an_error_and_zero_are_three_things() -> None:
    assert values.parse_amount("　") == values.EMPTY
    assert values.parse_amount("#REF!").level == "warning"
    assert values.parse_amount("0").value == 0


@given(st.integers(-(10**15), 10**15), st.sampled_from(["元", "万元", "亿元"]))
def test_an_amount_printed_reads_back(yuan: int, unit: str) -> None:
    assert values.parse_amount(values.format_amount(yuan, unit), unit).value == yuan
    assert values.parse_amount(values.format_amount(yuan, unit) + unit, "元").value == yuan


@given(st.decimals(-1000, 1000, places=3))
def test_a_percentage_printed_reads_back(number: Decimal) -> None:
    assert values.parse_percent(values.format_percent(number)).value == number


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("78.9%", "78.9"),
        ("56.60%", "56.60"),
        ("80%(新区实验幼儿园进度滞后)", "80"),
        ("50%(马站未开工", "50"),
        (-11.8, "-11.8"),
    ],
)
def test_a_percentage_with_a_remark_keeps_both(cell: object, number: str) -> None:
    assert values.parse_percent(cell).value == Decimal(number)


def test_an_impossible_percentage_is_doubted_and_words_are_none() -> None:
    assert values.parse_percent("6902%").level == "warning"
    assert values.parse_percent("全部开工").level == "error"


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("2024.6", "2024-06-01", "2024-06-30"),
        ("2024年6月", "2024-06-01", "2024-06-30"),
        ("2017-2", "2017-02-01", "2017-02-28"),
        ("2018-03-06", "2018-03-06", "2018-03-06"),
        ("2024/6/1", "2024-06-01", "2024-06-01"),
        ("6月底", "2020-06-30", "2020-06-30"),
        ("6月上旬", "2020-06-01", "2020-06-10"),
        ("2024年2月下旬", "2024-02-21", "2024-02-29"),
        ("45597", "2024-11-01", "2024-11-01"),
        (45597.0, "2024-11-01", "2024-11-01"),
        (2018.0, "2018-01-01", "2018-12-31"),
        (202406, "2024-06-01", "2024-06-30"),
        ("二〇二四年十二月", "2024-12-01", "2024-12-31"),
        ("2024年上半年", "2024-01-01", "2024-06-30"),
        ("三季度", "2020-07-01", "2020-09-30"),
        ("今年年底前", "2020-12-31", "2020-12-31"),
        ("明年3月", "2021-03-01", "2021-03-31"),
        (date(2024, 5, 1), "2024-05-01", "2024-05-01"),
    ],
)
def test_a_time_is_as_exact_as_it_was_written(cell: object, first: str, last: str) -> None:
    when = times.parse_date(cell, year=2020).value
    assert (f"{when.first}", f"{when.last}") == (first, last)


@pytest.mark.parametrize("cell", ["开始", "2018-13", "2018年2月30日", "12", "6月", "12-2"])
def test_what_is_no_date_is_refused(cell: str) -> None:
    reading = times.parse_date(cell)
    assert (reading.value, reading.level) == (None, "error")


@pytest.mark.parametrize("cell", ["6月底", 2024.1, "45597"])
def test_what_was_added_to_a_date_is_said(cell: object) -> None:
    assert times.parse_date(cell, year=2020).note


days = st.dates(date(1960, 1, 1), date(2090, 12, 31))


@given(days, st.sampled_from(list(Precision)))
def test_a_time_printed_reads_back(day: date, precision: Precision) -> None:
    half, quarter = (day.month - 1) // 6 * 6 + 1, (day.month - 1) // 3 * 3 + 1
    when = {
        Precision.DAY: lambda: When.day(day),
        Precision.TENDAYS: lambda: times.tendays(day.year, day.month, min((day.day - 1) // 10, 2)),
        Precision.MONTH: lambda: When.months(day.year, day.month, day.month, Precision.MONTH),
        Precision.QUARTER: lambda: When.months(day.year, quarter, quarter + 2, Precision.QUARTER),
        Precision.HALF: lambda: When.months(day.year, half, half + 5, Precision.HALF),
        Precision.YEAR: lambda: When.months(day.year, 1, 12, Precision.YEAR),
    }[precision]()
    assert times.parse_date(str(when)).value == when


@given(days, days)
def test_a_stretch_printed_reads_back(one: date, other: date) -> None:
    start, finish = sorted((one, other))
    months = [When.months(day.year, day.month, day.month, Precision.MONTH) for day in (start, finish)]
    for join in ("至", "—", "~"):
        assert times.parse_span(f"{months[0]}{join}{months[1]}").value == tuple(months)
    assert [end.first.year for end in times.parse_span(f"{start.year}-{finish.year}").value] == [
        start.year,
        finish.year,
    ]


@pytest.mark.parametrize(
    ("cell", "ends"),
    [
        ("2019-2021", ("2019", "2021")),
        ("2018年3月-2020年12月", ("2018-03", "2020-12")),
        ("2018.3-2020.12", ("2018-03", "2020-12")),
        ("2019/2021", ("2019", "2021")),
        ("1-6月", ("2020-01", "2020-06")),
        ("元-4月", ("2020-01", "2020-04")),
        ("2020年5月-12月", ("2020-05", "2020-12")),
        ("2018-03", ("2018-03", "None")),
        (2018.0, ("2018", "None")),
    ],
)
def test_a_stretch_has_a_beginning_and_an_end(cell: object, ends: tuple[str, str]) -> None:
    assert tuple(map(str, times.parse_span(cell, year=2020).value)) == ends


def test_a_stretch_that_ends_before_it_begins_is_doubted() -> None:
    assert times.parse_span("2021-2019").level == "warning"
    assert times.parse_span("开始/结束").level == "error"


@pytest.mark.parametrize(
    ("cell", "people"),
    [
        ("区领导03       区领导06", ("区领导03", "区领导06")),
        ("区领导01\n区领导02", ("区领导01", "区领导02")),
        ("某 甲\n某某乙", ("某甲", "某某乙")),
        ("某 甲  某 乙", ("某甲", "某乙")),
        ("区领导 03", ("区领导03",)),
        ("某甲、某乙（牵头）", ("某甲", "某乙")),
        ("——", ()),
    ],
)
def test_the_people_in_one_cell_are_told_apart(cell: str, people: tuple[str, ...]) -> None:
    assert values.split_people(cell) == people


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        ("区水利\n湖泊局", ("区水利湖泊局",)),
        (" 区卫健局", ("区卫健局",)),
        ("区城区改造更新\n中心", ("区城区改造更新中心",)),
        (
            "区商务局    \n某项目协调服务指挥部（办公室设在五堰街办）",
            ("区商务局", "某项目协调服务指挥部（办公室设在五堰街办）"),
        ),
        ("区发改局、区住建局", ("区发改局", "区住建局")),
        ("某领导小组(办公室设在东城开发区)", ("某领导小组（办公室设在东城开发区）",)),
    ],
)
def test_a_unit_has_one_writing(cell: str, units: tuple[str, ...]) -> None:
    assert values.split_units(cell) == units


@pytest.mark.parametrize(
    ("cell", "yes"),
    [("是", True), ("√", True), ("已开工", True), ("否", False), ("未开工", False), (0.0, False), ("1", True)],
)
def test_a_yes_is_told_from_a_no(cell: object, yes: bool) -> None:
    assert values.parse_flag(cell).value is yes


@given(st.one_of(st.text(max_size=40), st.floats(), st.integers(), st.none(), st.booleans()))
def test_no_cell_breaks_a_parser(cell: object) -> None:
    for parse in (
        values.parse_amount,
        times.parse_date,
        times.parse_span,
        values.parse_percent,
        values.parse_flag,
        values.parse_count,
    ):
        reading = parse(cell)
        assert reading.value is None or reading.level != "error"
    values.split_people(cell)
    values.split_units(cell)
    values.clean(cell)
