"""A ledger goes into the registry whole, once, and says what it did."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core.days.periods import Period
from core.models import StoredFile
from core.refusals import NotAllowed
from organization.people.models import Post
from organization.units.models import Unit
from projects.choices import ReportSource, ReportStatus, Stage, State
from projects.ledger import services as imports
from projects.ledger.services import Looked, Options
from projects.models import (
    AnnualPlan,
    ColumnMemory,
    LedgerImport,
    LedgerRow,
    MonthlyReport,
    Project,
    ReportingMonth,
    StageChange,
)
from tests.support.factories import NOW, make_project, make_report, unit_of
from tests.support.paths import DATA
from tests.support.people import People

pytestmark = pytest.mark.django_db
WAN = 10_000
MAKE = Options(create_units=True)


@pytest.fixture(autouse=True)
def in_english(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with translation.override("en"):
        yield


def book(rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def store(county: Unit, rows: list[Any], by=None, **options: Any) -> Looked:
    told = Options(**{"create_units": True, "year": 2026, **options})
    return imports.store(book(rows), "台账.xlsx", county=county, options=told, by=by, now=NOW)[1]


def store_file(county: Unit, name: str, **options: Any) -> Looked:
    told = Options(create_units=True, **options)
    return imports.store((DATA / name).read_bytes(), name, county=county, options=told, by=None, now=NOW)[1]


def outcomes(looked: Looked) -> tuple[int, int, int, int]:
    created, updated, unchanged, rejected = map(looked.count, ("created", "updated", "unchanged", "rejected"))
    return created, updated, unchanged, rejected


def counts() -> dict[str, int]:
    """How many rows every table has that an import may touch, history too."""
    models = (Project, AnnualPlan, MonthlyReport, StageChange, LedgerRow, LedgerImport, Unit, Post)
    histories = [model.history.model for model in models if hasattr(model, "history")]
    return {model.__name__: model.objects.count() for model in (*models, *histories)}


HEAD = [
    "序号",
    "项目名称",
    "责任单位",
    "包联领导",
    "总投资（万元）",
    "年度计划投资（万元）",
    "1-5月累计完成投资（万元）",
    "是否开工",
    "5月进展情况",
]
FIRST = [1, "甲项目", "西城镇", "县领导01", 1000, 100, 40, "是", "主体施工"]
SECOND = [2, "乙项目", "东关乡", "县领导02", 2000, 200, 0, "否", "场平"]


# --- the real ledgers -------------------------------------------------------------------------------------------


@pytest.mark.requirement("P18", "P01")
def test_the_ledger_of_2020_is_stored_once_and_whole(county: Unit, tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    name = str(DATA / "maojian_2020_may_ledger_layout.xlsx")
    call_command(
        "import_ledger",
        name,
        "--year=2020",
        "--period=2020-05",
        "--create-units",
        f"--json={out}",
        stdout=io.StringIO(),
    )
    found = json.loads(out.read_text())
    assert {key: found[key] for key in ("rows", "created", "updated", "unchanged", "rejected")} == {
        "rows": 108, "created": 108, "updated": 0, "unchanged": 0, "rejected": 0,
    }  # fmt: skip
    assert found["columns"]["总投资"] == "total_investment"
    assert {"row", "column", "value", "message", "severity"} <= found["problems"][0].keys()
    projects = Project.objects.filter(county=county)
    assert projects.count() == 108
    assert projects.aggregate(sum=Sum("total_investment"))["sum"] == 79_816_711_000
    assert AnnualPlan.objects.filter(year=2020).aggregate(sum=Sum("investment"))["sum"] == 23_115_751_000
    reports = MonthlyReport.objects.counted().of_month(Period.parse("2020-05"))
    assert reports.aggregate(sum=Sum("works_ytd"))["sum"] == 5_722_160_000
    assert reports.count() == 107
    first = projects.get(number=1)
    assert first.source_row.number == 5
    assert first.source_row.raw["总投资"] == "170000"
    assert [sponsor.post.title for sponsor in first.sponsors.all()] == ["区领导01", "区领导02"]
    assert first.plans.get().quarters["2"]["investment"] == 20_000 * WAN
    assert first.stage == Stage.STARTED
    assert first.history.count() == 1
    assert first.stage_changes.get().new == Stage.STARTED


@pytest.mark.requirement("P18")
def test_a_row_without_a_cumulative_keeps_its_words_in_a_draft(county: Unit) -> None:
    store_file(county, "maojian_2020_may_ledger_layout.xlsx", period="2020-05")
    report = Project.objects.get(number=37).reports.get()
    assert (report.status, report.works_ytd) == (ReportStatus.DRAFT, None)
    assert report.progress


@pytest.mark.requirement("P18")
def test_the_same_file_again_changes_nothing(county: Unit) -> None:
    store_file(county, "maojian_2020_may_ledger_layout.xlsx", period="2020-05")
    before = counts()
    again = store_file(county, "maojian_2020_may_ledger_layout.xlsx", period="2020-05")
    assert outcomes(again) == (0, 0, 108, 0)
    assert counts() == before


@pytest.mark.requirement("P18")
def test_the_registry_of_2018_and_its_reports_agree(county: Unit) -> None:
    registry = store_file(county, "maojian_2018_projects.csv")
    assert outcomes(registry) == (114, 0, 0, 0)
    assert Project.objects.filter(county=county, state=State.WITHDRAWN).count() == 13
    cumulative = dict(MonthlyReport.objects.filter(month="2018-09").values_list("project", "works_ytd"))
    assert sum(cumulative.values()) == 953_934 * WAN

    reports = store_file(county, "maojian_2018_monthly_progress.csv")
    assert reports.count("rejected") == 0
    assert len(reports.rows) == 656
    monthly = dict(MonthlyReport.objects.values_list("project").annotate(sum=Sum("works")).order_by())
    assert {pk: monthly.get(pk) or 0 for pk in cumulative} == cumulative
    last = {}
    for project, _month, done in (
        MonthlyReport.objects.counted().order_by("month").values_list("project", "month", "works_ytd")
    ):
        last[project] = done
    assert last == cumulative
    before = counts()
    assert outcomes(store_file(county, "maojian_2018_monthly_progress.csv"))[2] == 656
    assert outcomes(store_file(county, "maojian_2018_projects.csv"))[2] == 114
    assert counts() == before


@pytest.mark.requirement("P18")
def test_looking_writes_nothing(county: Unit) -> None:
    before = counts()
    call_command(
        "import_ledger", str(DATA / "maojian_2018_projects.csv"), "--check", "--create-units", stdout=io.StringIO()
    )
    assert counts() == before


# --- corrected files --------------------------------------------------------------------------------------------


@pytest.mark.requirement("P18")
def test_a_corrected_file_updates_and_says_old_and_new(county: Unit, people: People) -> None:
    store(county, [HEAD, FIRST, SECOND], by=people.office)
    corrected = [1, "甲项目", "东关乡", "县领导02", 1500, 120, 50, "是", "封顶"]
    looked = store(county, [HEAD, corrected, SECOND], by=people.office)
    assert outcomes(looked) == (0, 1, 1, 0)
    changes = {(change["old"], change["new"]) for change in looked.as_dict()["changes"]}
    assert {
        ("1,000", "1,500"),
        ("100", "120"),
        ("40", "50"),
        ("西城镇", "东关乡"),
        ("县领导01", "县领导02"),
        ("主体施工", "封顶"),
    } <= changes
    project = Project.objects.get(name="甲项目")
    assert project.total_investment == 1500 * WAN
    assert project.version == 2
    assert project.history.count() == 2
    assert project.history.first().history_user == people.office
    assert project.plans.get().investment == 120 * WAN
    assert project.reports.get().works_ytd == 50 * WAN
    assert [s.post.title for s in project.sponsors.all()] == ["县领导02"]
    assert project.source_row.changes


def test_a_start_in_the_corrected_file_is_a_step_of_the_lifecycle(county: Unit) -> None:
    store(county, [HEAD, SECOND])
    store(county, [HEAD, [*SECOND[:7], "是", "开挖"]])
    project = Project.objects.get()
    assert project.stage == Stage.STARTED
    assert [(step.old, step.new) for step in project.stage_changes.order_by("pk")] == [
        ("", "prework"),
        ("prework", "started"),
    ]


def test_a_registry_that_is_further_is_not_set_back(county: Unit) -> None:
    project = make_project(county, name="甲项目", stage=Stage.ENTERED)
    looked = store(county, [["项目名称", "责任单位", "建设阶段"], ["甲项目", "西城镇", "开工"]])
    project.refresh_from_db()
    assert project.stage == Stage.ENTERED
    assert any("further" in problem.message for problem in looked.problems())


def test_what_a_ledger_suspends_is_a_step_with_its_day(county: Unit) -> None:
    project = make_project(county, name="甲项目", stage=Stage.STARTED)
    store(county, [["项目名称", "责任单位", "建设阶段"], ["甲项目", "西城镇", "停工"]])
    project.refresh_from_db()
    assert project.state == State.SUSPENDED
    assert [(step.kind, step.new) for step in project.stage_changes.all()][-1:] == [("suspended", "started")]


def test_an_empty_cell_erases_nothing(county: Unit) -> None:
    store(county, [HEAD, FIRST])
    looked = store(county, [HEAD, [1, "甲项目", "西城镇", "", "", "", "", "", ""]])
    assert outcomes(looked) == (0, 0, 1, 0)


# --- reports ----------------------------------------------------------------------------------------------------


def test_a_cumulative_gives_the_month_only_when_the_month_before_is_known(county: Unit) -> None:
    store(county, [HEAD, FIRST])
    assert MonthlyReport.objects.get().works is None
    june = [cell.replace("1-5月", "1-6月").replace("5月进", "6月进") for cell in HEAD]
    store(county, [june, [*FIRST[:6], 70, *FIRST[7:]]])
    report = MonthlyReport.objects.get(month="2026-06")
    assert (report.works_before, report.works, report.works_ytd) == (40 * WAN, 30 * WAN, 70 * WAN)
    store(county, [HEAD, [*FIRST[:6], 45, *FIRST[7:]]])
    report.refresh_from_db()
    assert (report.works_before, report.works, report.works_ytd) == (45 * WAN, 30 * WAN, 75 * WAN)


def test_a_units_own_report_and_a_closed_month_are_left_alone(county: Unit) -> None:
    project = make_project(county, name="甲项目")
    make_report(project, "2026-05", works=60 * WAN)
    looked = store(county, [HEAD, FIRST])
    assert project.reports.get().works_ytd == 60 * WAN
    assert any("own report" in problem.message for problem in looked.problems())
    ReportingMonth.objects.create(county=county, month="2026-05", closed_at=NOW)
    looked = store(county, [HEAD, SECOND])
    assert any("closed" in problem.message for problem in looked.problems())
    assert MonthlyReport.objects.count() == 1


def test_an_opened_draft_that_nobody_wrote_in_is_filled(county: Unit) -> None:
    project = make_project(county, name="甲项目")
    MonthlyReport.objects.create(county=county, project=project, month="2026-05")
    store(county, [HEAD, FIRST])
    report = project.reports.get()
    assert (report.works_ytd, report.status, report.source) == (40 * WAN, ReportStatus.ACCEPTED, ReportSource.IMPORT)


@pytest.mark.parametrize("typed", [{"works": 5 * WAN}, {"progress": "基础"}, {"problem": "用地"}])
def test_a_draft_in_which_somebody_wrote_is_left_alone(county: Unit, typed: dict[str, object]) -> None:
    MonthlyReport.objects.create(county=county, project=make_project(county, name="甲项目"), month="2026-05", **typed)
    store(county, [HEAD, FIRST])
    assert MonthlyReport.objects.get().status == ReportStatus.DRAFT


def test_reports_of_unknown_projects_are_rejected_alone(county: Unit) -> None:
    make_project(county, name="甲项目")
    for _twice in range(2):
        make_project(county, name="丁项目")
    rows = [
        ["项目名称", "填报月份", "当月完成投资（万元）"],
        ["甲项目", "2026-04", 10],
        ["丙项目", "2026-04", 20],
        ["甲项目", "2026-05", 5],
        ["丁项目", "2026-04", 30],
    ]
    looked = store(county, rows)
    assert outcomes(looked) == (2, 0, 0, 2)
    assert [(p.row, p.message[:35]) for p in looked.problems() if p.severity == "error"] == [
        (3, "No project on file has this name. I"),
        (5, "2 projects on file have this name: "),
    ]
    assert [r.works_ytd for r in MonthlyReport.objects.order_by("month")] == [10 * WAN, 15 * WAN]


# --- units, posts, doubles --------------------------------------------------------------------------------------


@pytest.mark.requirement("P18")
def test_unknown_units_and_posts_are_problems_and_lose_no_row(county: Unit, people: People) -> None:
    rows = [HEAD, [1, "甲项目", "县水利局", "县领导09", 1000, 100, 40, "是", ""], SECOND]
    looked = imports.store(book(rows), "a.xlsx", county=county, options=Options(year=2026), by=None, now=NOW)[1]
    assert {(p.row, p.field) for p in looked.problems() if "yet" in p.message or "post" in p.message} == {
        (2, "lead_unit"),
        (2, "leaders"),
    }
    project = Project.objects.get(name="甲项目")
    assert project.lead_unit == county
    assert not project.sponsors.exists()
    assert outcomes(store(county, rows)) == (0, 1, 1, 0)
    project.refresh_from_db()
    assert project.lead_unit.name == "县水利局"
    assert project.lead_unit.history.count() == 1
    into = unit_of(county, "zhihuibu")
    Unit.objects.filter(county=county, code="lingdao").update(active=False, merged_into=into)
    store(county, [HEAD, [3, "丙项目", "县水利局", "县领导10", 1000, 100, 40, "是", ""]])
    assert Post.objects.get(title="县领导10").unit == into  # which does the work of the leadership's unit
    assert project.sponsors.get().post.title == "县领导09"


def test_a_unit_is_known_by_its_other_names(county: Unit) -> None:
    Unit.objects.filter(code="zhujian").update(aliases=["住建局"])
    store(
        county,
        [HEAD, [1, "甲项目", "住 建\n局", "", 1, 1, 1, "是", ""], [2, "乙项目", "县住建局", "", 1, 1, 1, "是", ""]],
    )
    assert {project.lead_unit.code for project in Project.objects.all()} == {"zhujian"}


def test_two_projects_of_one_name_stay_two(county: Unit) -> None:
    rows = [HEAD, FIRST, [2, "甲项目", "东关乡", "县领导02", 2000, 200, 0, "否", "场平"]]
    assert outcomes(store(county, rows))[0] == 2
    assert outcomes(store(county, rows))[2] == 2
    assert outcomes(store(county, [HEAD, rows[2], FIRST]))[2] == 2


def test_two_projects_of_one_name_stay_two_while_their_units_are_unknown(county: Unit) -> None:
    rows = [HEAD, [1, "甲项目", "某局", "", 1, 1, 1, "是", "一"], [2, "甲项目", "他局", "", 2, 2, 2, "否", "二"]]
    told = Options(year=2026)
    first = imports.store(book(rows), "a.xlsx", county=county, options=told, by=None, now=NOW)[1]
    again = imports.store(book(rows), "a.xlsx", county=county, options=told, by=None, now=NOW)[1]
    assert (outcomes(first), outcomes(again)) == ((2, 0, 0, 0), (0, 0, 2, 0))


def test_numbers_go_on_where_the_registry_ends(county: Unit) -> None:
    make_project(county, number=7)
    store(county, [HEAD, FIRST, SECOND])
    assert list(Project.objects.order_by("number").values_list("number", flat=True)) == [7, 8, 9]


def test_times_of_a_row_are_kept_as_exactly_as_they_were_written(county: Unit) -> None:
    head = ["项目名称", "责任单位", "建设起止年限", "计划开工时间", "实际开工时间"]
    store(county, [head, ["甲", "西城镇", "2025-2027", "2026.6", "2026年5月20日"]])
    project = Project.objects.get()
    assert (project.start_year, project.end_year) == (2025, 2027)
    assert (project.planned_start, project.started_on) == (date(2026, 6, 30), date(2026, 5, 20))


# --- rights, memory, preview ------------------------------------------------------------------------------------


@pytest.mark.requirement("P18")
def test_only_the_office_imports(county: Unit, people: People) -> None:
    for person in (people.officer, people.leader, people.reader):
        with pytest.raises(NotAllowed):
            store(county, [HEAD, FIRST], by=person)
    assert not Project.objects.exists()


@pytest.mark.requirement("P18")
def test_a_preview_stores_the_upload_and_nothing_else(county: Unit, people: People) -> None:
    before = {key: value for key, value in counts().items() if key != "LedgerImport"}
    ledger = imports.preview(
        book([HEAD, FIRST]), "台账.xlsx", county=county, options=Options(year=2026), by=people.office, now=NOW
    )
    assert {key: value for key, value in counts().items() if key != "LedgerImport"} == before
    assert ledger.result["created"] == 1
    assert ledger.result["preview"][0]["name"] == "甲项目"
    assert StoredFile.objects.get().content.read() == book([HEAD, FIRST]) or ledger.file.size > 0
    imports.store_preview(ledger, by=people.office, now=NOW)
    imports.store_preview(ledger, by=people.office, now=NOW)
    assert Project.objects.count() == 1


def test_a_corrected_column_is_remembered_for_the_next_file(county: Unit, people: People) -> None:
    rows = [["项目名称", "责任单位", "今年盘子（万元）"], ["甲项目", "西城镇", 5]]
    ledger = imports.preview(
        book(rows), "a.xlsx", county=county, options=Options(year=2026), by=people.office, now=NOW
    )
    assert ledger.result["left_out"] == ["今年盘子(万元)"]
    told = Options(year=2026, mapping={"今年盘子(万元)": "year_plan"})
    imports.look_again(ledger, options=told, by=people.office, now=NOW)
    imports.store_preview(ledger, by=people.office, now=NOW)
    assert ColumnMemory.objects.get().field == "year_plan"
    assert AnnualPlan.objects.get().investment == 5 * WAN
    again = imports.preview(book(rows), "a.xlsx", county=county, options=Options(year=2026), by=people.office, now=NOW)
    assert again.result["unchanged"] == 1


# --- the command ------------------------------------------------------------------------------------------------


@pytest.mark.requirement("P18")
@pytest.mark.parametrize(("content", "says"), [(b"", "empty"), (b"%PDF-1.7", "PDF"), (b"a,b\n1,2\n", "header")])
def test_a_bad_file_gets_one_sentence_and_exit_code_1(county: Unit, tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "台账.xlsx"
    file.write_bytes(content)
    with pytest.raises(CommandError, match=says) as error:
        call_command("import_ledger", str(file))
    assert error.value.returncode == 1
    assert not Project.objects.exists()


def test_the_command_wants_to_know_which_county(county: Unit) -> None:
    name = str(DATA / "maojian_2018_projects.csv")
    with pytest.raises(CommandError, match="shifan"):
        call_command("import_ledger", name, "--county=nowhere")
    with pytest.raises(CommandError, match="can't be read"):
        call_command("import_ledger", "nowhere.xlsx")
    with pytest.raises(CommandError, match="period"):
        call_command("import_ledger", name, "--period=May")


@pytest.mark.requirement("P18")
def test_a_thousand_rows_take_as_many_queries_as_ten(county: Unit) -> None:
    def rows(count: int, offset: int) -> list[list[Any]]:
        made = [
            [n, f"项目{offset + n}", f"第{n % 18}镇", f"县领导{n % 30:02}", 1000 + n, 100, 40, "是", "主体施工"]
            for n in range(count)
        ]
        return [HEAD, *made]

    store(county, rows(40, 0))
    with CaptureQueriesContext(connection) as few:
        store(county, rows(10, 1000))
    with CaptureQueriesContext(connection) as many:
        store(county, rows(1000, 5000))
    assert Project.objects.count() == 1050
    assert len(many) <= 40, [query["sql"][:80] for query in many]
    assert len(many) <= len(few) + 2


def test_a_start_in_a_row_that_says_started_is_the_day_of_the_start(county):
    head = "序号,项目名称,责任单位,总投资（万元）,开工时间,是否开工"
    content = f"{head}\n1,堤防加固,西城镇,3000,2026年3月,是\n2,水厂,西城镇,3000,2026年9月,否\n"
    imports.store(content.encode(), "台账.csv", county=county, options=imports.Options(), by=None, now=NOW)
    started, waiting = Project.objects.order_by("number")
    assert (started.stage, started.started_on) == ("started", date(2026, 3, 1))
    assert (waiting.started_on, waiting.planned_start) == (None, date(2026, 9, 30))


def test_another_cooperating_unit_of_one_project_leaves_those_of_the_others(county):
    head = ["序号", "项目名称", "责任单位", "总投资（万元）", "配合单位"]
    store(county, [head, [1, "水厂", "西城镇", 3000, "县住建局"], [2, "堤防", "西城镇", 4000, "县工信局"]])
    store(county, [head, [1, "水厂", "西城镇", 3000, "县工信局"]])
    found = {
        project.name: [unit.code for unit in project.cooperating_units.all()] for project in Project.objects.all()
    }
    assert found == {"水厂": ["gongxin"], "堤防": ["gongxin"]}


def test_the_database_looks_anew_at_what_an_import_filled(county, django_capture_on_commit_callbacks):
    rows = [HEAD, *([n, f"项目{n}", "西城镇", "县领导01", 1000, 100, 40, "是", "主体施工"] for n in range(1, 31))]
    with django_capture_on_commit_callbacks() as stored:
        store(county, rows)
    with CaptureQueriesContext(connection) as asked:
        for do in stored:
            do()
    if connection.vendor == "postgresql":
        [statement] = [query["sql"] for query in asked if query["sql"].startswith("ANALYZE")]
        assert {'"projects_project"', '"projects_historicalproject"', '"projects_projectmonth"'} <= set(
            statement.removeprefix("ANALYZE ").split(", ")
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'projects_project'")
            assert cursor.fetchone() == (30,)
    else:
        assert not asked.captured_queries
    with django_capture_on_commit_callbacks() as stored:
        store(county, rows)
    assert not stored, "nothing was written"
