"""Any ledger, however its columns, heads, rows and units are: read twice it changes nothing, and no sum is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.db.models import Sum
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.tables.reading import Grid
from organization.units.models import Unit
from projects.ledger import Ledger, ledger_in
from projects.ledger import services as imports
from projects.models import AnnualPlan, MonthlyReport, Project
from tests.support.factories import NOW
from tests.support.people import make_county
from tests.support.plugins.chance import dear

pytestmark = pytest.mark.requirement("P18")
WAN = 10_000
UNITS = {"万元": 1, "亿元": 10_000, "元": 0.0001}
MONEY = {  # head: what it is; None: it is left out, with what it holds
    "总投资": "total_investment", "2024年计划投资": "year_plan", "1-6月累计完成投资": "done", "6月完成投资": "month 6",
    "05月完成投资": "month 5", "剩余投资": None, "2023年计划投资": None, "争取上级资金": None, "2025年计划投资": None,
}  # fmt: skip
WORDS = {"责任单位": "某局", "形象进度": "打桩", "备注": "无", "建设性质": "新建", "服务队长": "岗位11"}


@dataclass(frozen=True)
class Table:
    """A generated ledger, and what it holds by head in 10k yuan, over its projects."""

    grid: Grid
    sums: dict[str, int]
    projects: int


@st.composite
def tables(draw: st.DrawFn) -> Table:
    money = draw(st.lists(st.sampled_from(list(MONEY)), unique=True, min_size=1))
    words = draw(st.lists(st.sampled_from(list(WORDS)), unique=True))
    heads = draw(st.permutations(["序号", "项目名称", *money, *words]))
    told = draw(st.sampled_from(["head", "row", "cell"]))
    unit = draw(st.sampled_from(list(UNITS)))
    depth = draw(st.integers(1, 5))
    count = draw(st.integers(1, 6))
    amounts = {head: draw(st.lists(st.integers(1, 90), min_size=count, max_size=count)) for head in money}
    width = len(heads)
    rows: list[list[Any]] = [["2024年某县项目表（截至6月）", *[""] * (width - 1)]]
    if told == "row":
        rows.append([f"单位：{unit}", *[""] * (width - 1)])
    merged = []
    for level in range(depth - 1):  # words over all columns: what stands beneath keeps its meaning
        merged.append((len(rows), 0, len(rows), width - 1))
        rows.append([f"第{level + 1}层情况", *[""] * (width - 1)])
    rows.append([f"{head}（{unit}）" if told == "head" and head in MONEY else head for head in heads])
    for n in range(count):
        if draw(st.booleans()):
            rows.append([f"{'一二三四五六'[n]}、第{n + 1}类" if head == "项目名称" else "" for head in heads])
        rows.append([_cell(head, n, amounts, told, unit) for head in heads])
        if draw(st.booleans()):
            rows.append(
                ["其中：一号路" if head == "项目名称" else _part(head, n, amounts, told, unit) for head in heads]
            )
    if draw(st.booleans()):
        rows.append(["合计" if head == "项目名称" else _total(head, amounts, told, unit) for head in heads])
    cells = [[float(cell) if type(cell) is int else cell for cell in row] for row in rows]
    return Table(Grid("表", cells, tuple(merged)), {head: sum(found) for head, found in amounts.items()}, count)


def _said(wan: int, told: str, unit: str) -> Any:
    if told == "cell":
        return f"{wan}万元"
    return round(wan / UNITS[unit], 6)


def _cell(head: str, n: int, amounts: dict[str, list[int]], told: str, unit: str) -> Any:
    if head == "序号":
        return n + 1
    return (
        _said(amounts[head][n], told, unit) if head in amounts else f"项目{n}" if head == "项目名称" else WORDS[head]
    )


def _part(head: str, n: int, amounts: dict[str, list[int]], told: str, unit: str) -> Any:
    return _said(amounts[head][n], told, unit) if head in amounts else ""


def _total(head: str, amounts: dict[str, list[int]], told: str, unit: str) -> Any:
    return _said(sum(amounts[head]), told, unit) if head in amounts else ""


def read(table: Table) -> Ledger:
    return ledger_in([table.grid], "台账.xlsx", year=2024, period="2024-06")


def held(ledger: Ledger, field: str) -> float:
    if field.startswith("month"):
        found = [row.values.get("months", {}).get(int(field.split()[1]), 0) for row in ledger.rows]
    else:
        found = [row.values.get(field, 0) for row in ledger.rows]
    return sum(found) / WAN


@given(table=tables())
def test_what_is_stored_and_what_is_said_to_be_left_out_are_the_sum_of_the_file(table: Table) -> None:
    with translation.override("en"):
        ledger = read(table)
    assert len(ledger.rows) == table.projects
    left_out = {
        p.column.split("(")[0].rpartition("/")[2]: p for p in ledger.problems if "In all it holds" in p.message
    }
    for head, wan in table.sums.items():
        field = MONEY[head]
        stored = held(ledger, field) if field else 0
        said = float(left_out[head].value.replace(",", "")) if field is None else 0
        assert stored + said == pytest.approx(wan)


@dear
@given(table=tables(), data=st.data())
def test_with_rows_and_columns_left_out_what_is_stored_and_what_is_said_are_the_sum_of_the_file(
    db, monkeypatch, settings, tmp_path, table: Table, data: st.DataObject
) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(imports, "sheets_of", lambda *_file: [table.grid])
    county = make_county(code=f"c{datetime.now().timestamp():.6f}".replace(".", ""))
    ledger = read(table)
    headers = {head: column.header for column in ledger.columns for head in table.sums if head in column.header}
    columns_out = data.draw(st.sets(st.sampled_from(sorted(table.sums))), label="columns left out")
    rows_out = data.draw(st.sets(st.sampled_from([row.number for row in ledger.rows])), label="rows left out")
    options = imports.Options(
        year=2024, period="2024-06", create_units=True, out=rows_out,
        mapping={headers[head]: "" for head in columns_out},
    )  # fmt: skip
    _ledger, looked = imports.store(b"x", "台账.xlsx", county=county, options=options, by=None, now=NOW)
    told = looked.as_dict()
    assert (told["rows_out"], told["rows"]) == (len(rows_out), table.projects)
    assert sum(told[one] for one in ("created", "updated", "unchanged", "rejected", "rows_out")) == table.projects
    of_rows, of_columns = told["sums"]["left_out"], told["columns_out"]
    taken = {head: str(MONEY[head]) for head in table.sums if MONEY[head] and head not in columns_out}
    stored: dict[str, float] = {}
    for field in taken.values():
        code = "months" if field.startswith("month") else field
        stored[code] = stored.get(code, 0) + in_the_registry(county, field)
    assert {code: said(held) for code, held in told["sums"]["created"].items()} == {
        c: n for c, n in stored.items() if n
    }
    for code, wan in stored.items():
        heads = [head for head, field in taken.items() if field == code or (code, field[:5]) == ("months", "month")]
        assert wan + said(of_rows.get(code, "0")) == pytest.approx(sum(table.sums[head] for head in heads))
    for head in set(table.sums) - set(taken):
        assert said(of_columns[headers[head]]) == pytest.approx(table.sums[head])


def said(wan: str) -> float:
    return float(wan.replace(",", ""))


def in_the_registry(county: Unit, field: str) -> float:
    """What *county* has on file of *field* by now in 10k yuan."""
    if field == "total_investment":
        held = Project.objects.filter(county=county).aggregate(n=Sum("total_investment"))
    elif field == "year_plan":
        held = AnnualPlan.objects.filter(project__county=county, year=2024).aggregate(n=Sum("investment"))
    else:
        reports = MonthlyReport.objects.filter(county=county, month="2024-05" if field == "month 5" else "2024-06")
        held = reports.aggregate(n=Sum("works_ytd" if field == "done" else "works"))
    return (held["n"] or 0) / WAN


@dear
@given(table=tables())
def test_read_twice_it_changes_nothing(db, monkeypatch, settings, tmp_path, table: Table) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(imports, "sheets_of", lambda *_file: [table.grid])
    county = make_county(code=f"c{datetime.now().timestamp():.6f}".replace(".", ""))
    options = imports.Options(year=2024, period="2024-06", create_units=True)
    outcomes = []
    for _time in range(3):
        _ledger, looked = imports.store(b"x", "台账.xlsx", county=county, options=options, by=None, now=NOW)
        outcomes.append([row.outcome for row in looked.rows])
    assert outcomes[1:] == [["unchanged"] * table.projects] * 2
    assert Project.objects.filter(county=county).count() == table.projects
