"""What the office decides on the page before a ledger is stored: units nobody knows, rows, columns, the year."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.days.periods import Period
from dispatch.models import Round, RoundRow
from jobs.heartbeat import tick
from organization.profiles.loads import _wanted
from organization.units.models import Unit
from projects.ledger import services as imports
from projects.ledger.pages import other_year
from projects.ledger.reading.decisions import key_in_form
from projects.ledger.services import Options
from projects.ledger.taking_back import take_back
from projects.models import LedgerImport, LedgerRow, Project, ProjectMonth, ReportingMonth
from projects.reports.closing import close_month
from tests.support.factories import NOW, make_project, unit_of
from tests.support.people import People
from tests.support.times import at, fixed_rules

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P18")]
HEAD = ["项目名称", "责任单位", "配合单位", "总投资（万元）", "2026年计划投资（万元）"]
ROWS = [
    ["水厂", "城北水利站", "", 3000, 300],
    ["渠道", "城北水利站", "", 4000, 400],
    ["公寓", "住建", "城北水利站", 5000, 500],
    ["市场", "青石镇", "", 6000, 600],
    ["学校", "西城镇", "", 7000, 700],
]


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.LANGUAGE_CODE = "en"


def book(rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in [HEAD, *rows]:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def looked_at(county: Unit, people: People, rows: list[Any] = ROWS, **options: Any) -> LedgerImport:
    told = Options(**{"year": 2026, **options})
    return imports.preview(book(rows), "台账.xlsx", county=county, options=told, by=people.office, now=NOW)


def page_of(ledger: LedgerImport) -> str:
    return reverse("projects:import", args=[ledger.pk])


def asked(ledger: LedgerImport) -> dict[str, tuple[str, int, int, str]]:
    ledger.refresh_from_db()
    return {one["name"]: (one["decision"], one["rows"], one["beside"], one["sum"]) for one in ledger.result["asked"]}


def form_of(client: Client, ledger: LedgerImport, **more: Any) -> dict[str, Any]:
    """What the page's form sends, every row taken."""
    form = client.get(page_of(ledger) + "?all=1").context["form"]
    data = {field.name: field.value() for field in form if field.value() not in (None, False)}
    numbers = [row["row"] for row in ledger.result["preview"]]
    return data | {"shown": numbers, "take": numbers} | more


def test_each_unit_that_nobody_knows_is_asked_for_once_with_what_hangs_on_it(county, people):
    ledger = looked_at(county, people)
    assert asked(ledger) == {
        "城北水利站": ("", 2, 1, "7,000"), "住建": ("", 1, 0, "5,000"), "青石镇": ("", 1, 0, "6,000"),
    }  # fmt: skip
    assert [one["kind"] for one in ledger.result["asked"]] == ["other", "other", "township"]


def test_a_unit_is_made_known_by_another_name_or_left_to_the_county_and_the_next_ledger_knows_it(
    county, people, sign_in
):
    office, ledger = sign_in(people.office), looked_at(county, people)
    waterworks, building, town = map(key_in_form, ("城北水利站", "住建", "青石镇"))
    told = form_of(office, ledger, do="make")
    told |= {f"is_{building}": "县住建局", f"kind_{waterworks}": "department"}
    del told[f"pick_{town}"]
    assert office.post(page_of(ledger), told).status_code == 303
    known = f"unit:{unit_of(county, 'zhujian').pk}"
    assert {name: one[0] for name, one in asked(ledger).items()} == {
        "城北水利站": "make:department", "住建": known, "青石镇": "",
    }  # fmt: skip
    told = form_of(office, ledger, do="county")
    assert office.post(page_of(ledger), told).status_code == 303
    assert asked(ledger)["青石镇"][0] == "county"
    assert asked(ledger)["住建"][0] == known
    assert ledger.result["new_units"] == ["城北水利站"]
    assert not Unit.objects.filter(name="城北水利站").exists()

    office.post(reverse("projects:import_store", args=[ledger.pk]))
    made = Unit.objects.get(county=county, name="城北水利站")
    assert (made.kind, made.parent) == ("department", county)
    assert {one.name: one.lead_unit.name for one in Project.objects.all()} == {
        "水厂": "城北水利站", "渠道": "城北水利站", "公寓": "县住房和城乡建设局", "市场": county.name,
        "学校": "西城镇",
    }  # fmt: skip
    assert list(Project.objects.get(name="公寓").cooperating_units.all()) == [made]
    again = looked_at(county, people)
    assert list(asked(again)) == ["青石镇"], "what was left to be decided later is asked again"
    assert again.result["unchanged"] == 5


def test_the_countys_file_leaves_the_names_that_ledgers_gave(county):
    unit = unit_of(county, "zhujian")
    unit.aliases = ["住建"]
    said = {
        "name": unit.name,
        "short_name": unit.short_name,
        "kind": unit.kind,
        "aliases": ["建设局"],
        "parent": county,
    }
    assert _wanted(unit, said, NOW)["aliases"] == ["建设局", "住建"]


def test_taken_back_a_ledger_takes_the_names_with_it_that_it_gave(county, people):
    pk = unit_of(county, "zhujian").pk
    ledger = looked_at(county, people, units={"住建": f"unit:{pk}"})
    imports.store_preview(ledger, by=people.office, now=NOW)
    assert Unit.objects.get(pk=pk).aliases == ["住建"]
    assert Unit.history.filter(id=pk, history_user=people.office).exists()
    take_back(LedgerImport.objects.get(pk=ledger.pk), by=people.office, now=NOW + timedelta(minutes=5))
    assert Unit.objects.get(pk=pk).aliases == []


def test_a_name_that_no_unit_has_is_a_sentence_beside_it_and_nothing_typed_is_lost(county, people, sign_in):
    office, ledger = sign_in(people.office), looked_at(county, people)
    building, town = key_in_form("住建"), key_in_form("青石镇")
    told = form_of(office, ledger, **{f"is_{building}": "县建设委", f"kind_{town}": "zone"})
    told["take"] = told["take"][1:]
    answer = office.post(page_of(ledger), told)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "No unit on file is called “县建设委”" in text
    assert 'value="县建设委"' in text
    assert answer.context["form"][f"kind_{town}"].value() == "zone"
    assert 'name="take" value="2" checked' not in text
    assert 'name="take" value="3" checked' in text


def test_rows_and_columns_are_left_out_and_all_counts_follow(county, people, sign_in):
    office, ledger = sign_in(people.office), looked_at(county, people)
    told = form_of(office, ledger)
    told["take"] = [2, 3, 5, 6]
    form = office.get(page_of(ledger)).context["form"]
    told[f"column{form.headers.index('2026年计划投资(万元)')}"] = ""
    office.post(page_of(ledger), told)
    ledger.refresh_from_db()
    found = ledger.result
    assert [found[one] for one in ("rows", "created", "updated", "unchanged", "rejected", "rows_out")] == [
        5,
        4,
        0,
        0,
        0,
        1,
    ]
    assert found["sums"]["created"] == {"total_investment": "20,000"}
    assert found["sums"]["left_out"] == {"total_investment": "5,000"}
    assert found["columns_out"] == {"2026年计划投资(万元)": "2,500"}
    assert "住建" not in asked(ledger), "nobody asks for the unit of a row that isn't taken"
    text = office.get(page_of(ledger)).content.decode()
    assert "1 row is not taken: total investment 5,000" in text
    assert "2026年计划投资(万元)” is not taken: 2,500" in text

    office.post(reverse("projects:import_store", args=[ledger.pk]))
    assert set(Project.objects.values_list("name", flat=True)) == {"水厂", "渠道", "市场", "学校"}
    assert LedgerRow.objects.get(outcome="left_out").raw["项目名称"] == "公寓"
    again = looked_at(county, people)
    assert (again.result["created"], again.result["unchanged"]) == (1, 4), (
        "the row is there still, the column isn't taken"
    )


def test_what_would_be_stored_by_now_otherwise_than_shown_is_shown_first(county, people, sign_in):
    office, ledger = sign_in(people.office), looked_at(county, people)
    imports.store_preview(looked_at(county, people, out=[4, 5, 6]), by=people.office, now=NOW)
    address = reverse("projects:import_store", args=[ledger.pk])
    text = office.get(office.post(address).headers["Location"]).content.decode()
    assert "The registry has changed since you looked" in text
    assert Project.objects.count() == 2
    ledger.refresh_from_db()
    assert (ledger.result["created"], ledger.result["unchanged"]) == (3, 2)
    office.post(address)
    assert Project.objects.count() == 5


def test_rows_that_the_page_does_not_show_stay_as_they_were_decided(county, people, sign_in):
    office, ledger = sign_in(people.office), looked_at(county, people, out=[2])
    told = form_of(office, ledger) | {"shown": [3, 4], "take": [3]}
    office.post(page_of(ledger), told)
    ledger.refresh_from_db()
    assert ledger.options["out"] == [2, 4]


OTHER_YEARS = [
    (2025, "This ledger is of 2025, it is 2026 now"),
    (2027, "This ledger is of 2027, it is still"),
    (2026, ""),
]


@pytest.mark.parametrize(("year", "says"), OTHER_YEARS)
def test_a_ledger_of_another_year_says_both_years_and_what_follows(county, people, year, says):
    said = other_year(looked_at(county, people, year=year), NOW.date())
    assert said.startswith(says)
    assert bool(said) == bool(says)


def test_an_imported_project_is_in_no_closed_month_and_enters_no_closed_round(county, people, monkeypatch):
    rules = fixed_rules()
    monkeypatch.setattr("organization.profiles.rules.default_rules", lambda: rules)
    make_project(county, name="老项目", stage="started", created_at=at("2026-04-10 09:00"))
    tick(at("2026-04-28 09:00"))
    tick(at("2026-05-11 09:00"))
    april = Round.objects.get(period="2026-04")
    april.closed_at = at("2026-05-11 09:00")
    april.save()
    close_month(county, Period.parse("2026-04"), by=people.office, now=at("2026-05-11 09:30"))
    shut = {row.month for row in ReportingMonth.objects.exclude(closed_at=None)}
    assert "2026-04" in shut
    head = [
        "项目名称",
        "责任单位",
        "总投资（万元）",
        "是否开工",
        "实际开工时间",
        "4月完成投资（万元）",
        "5月完成投资（万元）",
    ]
    book = openpyxl.Workbook()
    for row in (head, ["新项目", "西城镇", 9000, "是", "2026年3月", 100, 200]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    told = Options(year=2026, period="2026-05")
    imports.store(
        file.getvalue(), "台账.xlsx", county=county, options=told, by=people.office, now=at("2026-05-12 09:00")
    )
    new = Project.objects.get(name="新项目")
    assert not ProjectMonth.objects.filter(project=new, month__lte="2026-04").exists()
    assert ProjectMonth.objects.filter(project=new, month="2026-05").exists()
    tick(at("2026-05-12 10:00"))
    assert not RoundRow.objects.filter(round=april, project=new).exists()
    tick(at("2026-05-25 09:00"))
    assert RoundRow.objects.filter(round__period="2026-05", project=new).exists()


def test_only_the_office_decides(client, county, people, sign_in):
    ledger = looked_at(county, people)
    assert sign_in(people.leader).post(page_of(ledger), {"do": "make"}).status_code == 403


def test_the_upload_is_kept_so_that_each_decision_reads_it_again(county, people, sign_in):
    office = sign_in(people.office)
    office.post(reverse("projects:imports"), {"file": SimpleUploadedFile("台账.xlsx", book(ROWS)), "year": "2026"})
    ledger = LedgerImport.objects.get()
    office.post(page_of(ledger), form_of(office, ledger, do="make"))
    assert LedgerImport.objects.get().result["new_units"] == ["城北水利站", "住建", "青石镇"]
