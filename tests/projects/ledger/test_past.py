"""A county brings its past: monthly ledgers in one go, oldest first; what it has begun itself is only compared."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from dispatch.rounds.models import Round
from organization.units.models import Unit
from projects.choices import Stage
from projects.ledger import past
from projects.ledger.services import Options
from projects.models import AnnualPlan, LedgerPast, MonthlyReport, Project, ProjectMonth
from tests.support.factories import NOW, make_project, make_report
from tests.support.people import People, make_county, make_people

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P18")]
WAN = 10_000
HEAD = ["序号", "项目名称", "责任单位", "总投资（万元）", "年度计划投资（万元）"]


@pytest.fixture(autouse=True)
def in_english(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


def month(number: int, *rows: tuple[str, int], year: int = 2025) -> tuple[str, bytes]:
    """A ledger of the month: of each project what it has done in the year so far."""
    book = openpyxl.Workbook()
    book.active.append([f"某县{year}年{number}月重点项目进度表"])
    book.active.append([*HEAD, f"1-{number}月累计完成投资（万元）"])
    for position, (name, done) in enumerate(rows, 1):
        book.active.append([position, name, "西城镇", 1000, 500, done])
    file = io.BytesIO()
    book.save(file)
    return f"{year}年{number}月.xlsx", file.getvalue()


MONTHS = [month(4, ("甲", 70), ("乙", 20)), month(2, ("甲", 10)), month(3, ("甲", 40), ("乙", 5))]


def bring(county: Unit, *files: tuple[str, bytes], write: bool = True) -> list[past.Brought]:
    options = Options(create_units=True)
    return past.bring(past.opened(files), county=county, options=options, by=None, now=NOW, write=write)


def done(name: str) -> dict[str, tuple[Any, Any]]:
    rows = MonthlyReport.objects.filter(project__name=name).order_by("month")
    return {row.month: (row.works and row.works // WAN, row.works_ytd // WAN) for row in rows}


def test_months_are_read_oldest_first_and_each_goes_on_from_the_one_before(county: Unit) -> None:
    found = bring(county, *MONTHS)
    assert [one.period for one in found] == ["2025-02", "2025-03", "2025-04"]
    assert done("甲") == {"2025-02": (None, 10), "2025-03": (30, 40), "2025-04": (30, 70)}
    assert done("乙") == {"2025-03": (None, 5), "2025-04": (15, 20)}
    assert Project.objects.count() == 2
    assert [one["written"] for one in (one.as_dict() for one in bring(county, *MONTHS))] == [0, 0, 0]


def test_a_year_to_date_that_falls_is_said(county: Unit) -> None:
    (_first, second) = bring(county, month(2, ("甲", 40)), month(3, ("甲", 30)))
    assert any("is less than 40 at the end of the month before" in text for text in second.as_dict()["warnings"])


def test_a_month_that_a_round_was_opened_for_is_compared_and_not_written(county: Unit) -> None:
    project = make_project(county, name="甲", stage=Stage.STARTED, plan=None)
    make_report(project, "2025-04", works=60 * WAN)
    Round.objects.create(county=county, kind="monthly", period="2025-03", opened_at=NOW, due_at=NOW)
    found = bring(county, *MONTHS)
    assert done("甲") == {"2025-02": (None, 10), "2025-04": (60, 70)}
    told = {(one.month, one.name, one.on_file, one.ledger) for file in found for one in file.differences}
    assert told == {("2025-03", "甲", "—", "40"), ("2025-03", "乙", "—", "5"), ("2025-04", "乙", "—", "20")}


def test_of_projects_on_file_only_months_and_missing_plans_change(county: Unit) -> None:
    project = make_project(county, name="甲", stage=Stage.ENTERED, total_investment=9 * WAN, plan=None)
    unit = project.lead_unit
    make_report(project, "2026-05", works=7 * WAN)
    AnnualPlan.objects.create(project=project, year=2024, investment=1 * WAN)
    found = bring(county, month(3, ("甲", 40)), month(12, ("甲", 400), year=2024))
    project.refresh_from_db()
    assert (project.total_investment, project.stage, project.lead_unit) == (9 * WAN, "entered", unit)
    assert dict(project.plans.values_list("year", "investment")) == {2024: 1 * WAN, 2025: 500 * WAN}
    assert [(one.month, one.on_file, one.ledger) for one in found[0].differences] == [("2024", "1", "500")]
    rows = dict(ProjectMonth.objects.filter(project=project).values_list("month", "done"))
    assert (rows["2024-12"], rows["2025-03"], rows["2026-05"]) == (400 * WAN, 40 * WAN, 7 * WAN)


def test_what_cannot_be_read_or_says_no_month_has_its_sentence_and_the_others_are_read(county: Unit) -> None:
    name, content = month(3, ("甲", 40))
    nameless = ("a.csv", "序号,项目名称,总投资（万元）\n1,甲,5\n".encode())
    found = {one.name: one for one in bring(county, ("坏.xlsx", b"PK\x03\x04x"), nameless, (name, content))}
    assert "damaged" in found["坏.xlsx"].problem
    assert "says a month" in found["a.csv"].problem
    assert done("甲") == {"2025-03": (None, 40)}


def test_looking_writes_nothing(county: Unit) -> None:
    bring(county, *MONTHS, write=False)
    assert not Project.objects.exists()
    assert not MonthlyReport.objects.exists()


def test_the_command_reads_a_folder(county: Unit, tmp_path: Path) -> None:
    folder = tmp_path / "台账" / "2025"
    folder.mkdir(parents=True)
    for name, content in MONTHS:
        (folder / name).write_bytes(content)
    out = tmp_path / "out.json"
    call_command(
        "import_past", str(tmp_path / "台账"), "--create-units", "--check", f"--json={out}", stdout=io.StringIO()
    )
    assert [one["written"] for one in json.loads(out.read_text())] == [1, 2, 2]
    assert not Project.objects.exists()
    said = io.StringIO()
    call_command("import_past", str(tmp_path / "台账"), "--create-units", stdout=said)
    assert "2025-03" in said.getvalue()
    assert done("甲")["2025-04"] == (30, 70)


def test_the_office_chooses_several_files_looks_and_stores(county: Unit, people: People, sign_in) -> None:
    office = sign_in(people.office)
    files = [SimpleUploadedFile(name, content) for name, content in MONTHS]
    assert office.post(reverse("projects:imports"), {"file": files, "create_units": "on"}).status_code == 303
    ledgers = LedgerPast.objects.get()
    page = reverse("projects:import_past", args=[ledgers.pk])
    assert "2025年2月.xlsx" in office.get(page).content.decode()
    assert not Project.objects.exists()
    store = reverse("projects:import_past_store", args=[ledgers.pk])
    for _twice in range(2):
        assert office.post(store).status_code == 303
    assert "Stored: 2 new projects, 5 reports" in office.get(page).content.decode()
    assert done("甲")["2025-03"] == (30, 40)
    assert "2025年2月.xlsx" in office.get(reverse("projects:imports")).content.decode()
    other = sign_in(make_people(make_county("linxian", "邻县"), "other-").office)
    assert (other.get(page).status_code, other.post(store).status_code) == (404, 404)
