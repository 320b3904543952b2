"""What goes out comes in again without a difference."""
# ruff: noqa: E501 (tables: a line is a row)

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from core.days.periods import Period
from core.lists.listing import Listing
from core.tables.writing import write_table
from organization.units.models import Unit
from projects.choices import InvestmentKind, Level, Nature, Stage, State
from projects.ledger import read_ledger
from projects.ledger import services as imports
from projects.ledger.export import registry_columns, registry_rows, write_registry
from projects.ledger.services import Options
from projects.list.lists import PROJECTS
from projects.models import MonthlyReport, Project
from tests.support.factories import NOW, make_project, make_report
from tests.support.paths import DATA
from tests.support.people import People

pytestmark = pytest.mark.django_db
MAKE = Options(create_units=True)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def come_in(county: Unit, content: bytes, name: str) -> imports.Looked:
    return imports.store(content, name, county=county, options=MAKE, by=None, now=NOW)[1]


def again(county: Unit, period: str) -> imports.Looked:
    file = write_registry(Project.objects.filter(county=county), Period.parse(period), title="项目清单")
    return imports.look(file.read(), "项目清单.xlsx", county=county, options=MAKE)


@pytest.mark.requirement("P18")
@pytest.mark.parametrize(
    ("name", "period"),
    [("maojian_2020_may_ledger_layout.xlsx", "2020-05"), ("maojian_2018_projects.csv", "2018-09")],
)
def test_a_real_ledger_goes_in_out_and_in_without_a_difference(county: Unit, name: str, period: str) -> None:
    come_in(county, (DATA / name).read_bytes(), name)
    looked = again(county, period)
    assert [row.changes for row in looked.rows if row.outcome != "unchanged"] == []
    assert len(looked.rows) == Project.objects.count()
    assert not [problem for problem in looked.problems() if problem.severity == "error"]


@pytest.mark.requirement("P18")
def test_the_list_as_it_is_on_screen_comes_in_again_without_a_difference(county: Unit, people: People) -> None:
    name = "maojian_2020_may_ledger_layout.xlsx"
    come_in(county, (DATA / name).read_bytes(), name)
    listing = Listing(PROJECTS, people.office, QueryDict("month=2020-05"), now=datetime(2020, 6, 10, 2, 0, tzinfo=UTC))
    file = write_table(listing.file_columns(), listing.file_rows(), title="项目", subtitle="截至2020年5月31日")
    looked = imports.look(file.read(), "项目.xlsx", county=county, options=Options())
    assert [row.changes for row in looked.rows if row.outcome != "unchanged"] == []
    assert len(looked.rows) == 108


@pytest.mark.requirement("P18")
@pytest.mark.parametrize("stage", list(Stage))
def test_every_fact_of_a_project_comes_back(county: Unit, stage: str) -> None:
    project = make_project(
        county, stage=stage, plan=123_456_789, sponsor=None, level=Level.CITY, nature=Nature.EXTENDED,
        investment_kind=InvestmentKind.GOVERNMENT, owner="某公司", site="一号路", scope="第一行\n第二行", sector="agriculture",
        category="一类", remark="备注里有=1+1", start_year=2025, end_year=2027, planned_completion=date(2027, 12, 31),
        agent_unit=Unit.objects.get(code="gongxin"), competent_unit=Unit.objects.get(code="zhujian"), cluster="专精特新",
    )  # fmt: skip
    project.cooperating_units.set(Unit.objects.filter(code__in=["gongxin", "zhujian"]))
    plan = project.plans.get()
    plan.quarters, plan.target = {"1": {"text": "打桩", "investment": 10_000}}, "主体完工"
    plan.save()
    make_report(project, "2026-05", works=-50_000, problem="资金未到位")
    looked = again(county, "2026-05")
    assert [(row.outcome, row.changes) for row in looked.rows] == [("unchanged", {})]


def test_every_word_that_goes_out_is_understood_when_it_comes_in() -> None:
    period = Period.parse("2026-05")
    text = ",".join(column.heading for column in registry_columns(period)) + "\n1,甲" + "," * 39
    ledger = read_ledger(text.encode(), "a.csv")
    assert [column.header for column in ledger.columns if not column.field] == []
    assert (ledger.year, ledger.month) == (2026, 5)


@pytest.mark.requirement("P18")
def test_text_that_looks_like_a_formula_goes_out_as_text_and_comes_back(county: Unit) -> None:
    make_project(county, name="=HYPERLINK(0)项目", remark="@cmd", site="+1", owner="-1")
    file = write_registry(Project.objects.all(), Period.parse("2026-05"))
    page = openpyxl.load_workbook(file).active
    assert {cell.data_type for row in page.iter_rows() for cell in row if isinstance(cell.value, str)} == {"s"}
    assert [(row.outcome, row.changes) for row in again(county, "2026-05").rows] == [("unchanged", {})]


def test_the_off_list_state_comes_back(county: Unit) -> None:
    make_project(county, state=State.WITHDRAWN, state_reason="移出清单")
    assert [(row.outcome, row.changes) for row in again(county, "2026-05").rows] == [("unchanged", {})]


def test_drafts_do_not_go_out(county: Unit) -> None:
    project = make_project(county)
    MonthlyReport.objects.create(county=county, project=project, month="2026-05", works=5, works_ytd=5)
    (row,) = registry_rows(Project.objects.all(), Period.parse("2026-05"))
    assert row[-5] is None


def test_the_queries_do_not_grow_with_the_rows(county: Unit) -> None:
    for number in range(12):
        make_project(county, name=f"项目{number}", plan=1)
    with CaptureQueriesContext(connection) as queries:
        assert len(list(registry_rows(Project.objects.all(), Period.parse("2026-05")))) == 12
    assert len(queries) <= 6


def filled_by_hand(county: Unit, change) -> imports.Looked:
    """Our own ledger after a person's hands were on it: *change* gets its rows beneath the head, and the head."""
    book = openpyxl.load_workbook(write_registry(Project.objects.filter(county=county), Period.parse("2026-05")))
    head, *rows = [list(row) for row in book.active.values]
    sheet = openpyxl.Workbook()
    for row in [head, *change(rows, head)]:
        sheet.active.append(row)
    file = io.BytesIO()
    sheet.save(file)
    return imports.store(file.getvalue(), "各单位.xlsx", county=county, options=MAKE, by=None, now=NOW)[1]


@pytest.mark.requirement("P18")
def test_our_own_ledger_is_known_by_its_mark_however_it_was_sorted_cut_and_renamed(county: Unit) -> None:
    one, two, three = (
        make_project(county, name=name, code="", owner="旧业主") for name in ("甲项目", "乙项目", "丙项目")
    )

    def change(rows, head):
        owner, name = head.index("建设单位"), head.index("项目名称")
        for row in rows:
            row[owner] = f"{row[name]}公司"
        rows[0][name], rows[2][name] = "丙项目", "甲项目"  # names changed places: only the mark knows
        return [rows[2], rows[0]]

    looked = filled_by_hand(county, change)
    assert [row.outcome for row in looked.rows] == ["updated", "updated"]
    for project, name, owner in (
        (one, "丙项目", "甲项目公司"),
        (two, "乙项目", "旧业主"),
        (three, "甲项目", "丙项目公司"),
    ):
        project.refresh_from_db()
        assert (project.name, project.owner) == (name, owner)
    assert Project.objects.count() == 3


@pytest.mark.requirement("P18")
def test_a_row_that_was_copied_with_its_mark_is_a_new_project_and_a_strange_mark_is_said(county: Unit) -> None:
    project = make_project(county, name="甲项目", code="")

    def change(rows, head):
        copied, strange = list(rows[0]), list(rows[0])
        copied[head.index("项目名称")] = "乙项目"
        strange[head.index("项目名称")], strange[-1] = "丙项目", f"P{project.pk}-000000"
        return [copied, rows[0], strange]

    looked = filled_by_hand(county, change)
    assert [row.outcome for row in looked.rows] == ["created", "unchanged", "created"]
    said = [problem.message for problem in looked.problems() if problem.field == "key"]
    assert len(said) == 2
