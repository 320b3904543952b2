"""The office imports in the browser: chooses, looks, corrects, stores. Plain forms, no JavaScript."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.fence import outside
from core.tables import reading
from organization.units.models import Unit
from projects.ledger import services as imports
from projects.models import ColumnMemory, LedgerImport, Project
from tests.support.broken_tables import CASES
from tests.support.factories import NOW
from tests.support.paths import DATA
from tests.support.people import People, make_county, make_people

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P18")]
LEDGER = "maojian_2020_may_ledger_layout.xlsx"
PAGES = ("projects:import", "projects:import_file", "projects:import_problems")


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def office(people: People, sign_in) -> Client:
    return sign_in(people.office)


def upload(client: Client, content: bytes, name: str = LEDGER, **more: object):
    data = {"file": SimpleUploadedFile(name, content), **more}
    return client.post(reverse("projects:imports"), data)


def book(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("last corner, single quotes", "has 1,048,576 rows or more"),
        ("last corner of a sheet kept elsewhere", "opening it takes more than a table needs"),
        ("a string of 40,000", "Cell A1 holds 40,000 characters"),
    ],
)
def test_a_file_that_kills_its_reader_is_a_sentence_at_its_field(office: Client, name: str, says: str) -> None:
    make, _comes = CASES[name]
    answer = upload(office, make(), year="2020", period="2020-05", create_units="on")
    page = answer.content.decode()
    assert answer.status_code == 422
    at_the_field = re.search(r'<div class="err" id="id_file_error">(.*?)</div>', page, re.DOTALL)
    assert says in at_the_field[1]
    assert re.search(r'name="year"[^>]*value="2020"|value="2020"[^>]*name="year"', page)
    assert re.search(r'name="create_units"[^>]*checked', page)
    assert not LedgerImport.objects.exists()
    assert upload(office, (DATA / LEDGER).read_bytes()).status_code == 303


def test_who_stores_while_others_are_read_is_told_and_stores_later(office: Client, monkeypatch) -> None:
    upload(office, (DATA / LEDGER).read_bytes(), create_units="on")
    pk = LedgerImport.objects.get().pk
    store = reverse("projects:import_store", args=[pk])
    with monkeypatch.context() as patch:
        patch.setattr(outside, "IN_LINE", 0)
        assert office.post(store).status_code == 303
    assert (
        "others are being read, or the server has no room"
        in office.get(reverse("projects:import", args=[pk])).content.decode()
    )
    assert not Project.objects.exists()
    office.post(store)
    assert Project.objects.count() == 108


def test_nothing_is_locked_while_a_file_is_read(office: Client, county: Unit, people: People, monkeypatch) -> None:
    """A file may take seconds, and wait for others: on SQLite a transaction would keep everyone from writing."""
    inside = []
    monkeypatch.setattr(
        reading, "fenced", lambda *told: inside.extend(connection.savepoint_ids) or outside.fenced(*told)
    )
    content = (DATA / LEDGER).read_bytes()
    upload(office, content, create_units="on")
    office.post(reverse("projects:import_store", args=[LedgerImport.objects.get().pk]))
    imports.store(content, LEDGER, county=county, options=imports.Options(), by=people.office, now=NOW)
    assert Project.objects.count() == 108
    assert inside == []


def test_a_ledger_is_looked_at_and_then_stored(office: Client) -> None:
    assert upload(office, (DATA / LEDGER).read_bytes(), create_units="on").status_code == 303
    ledger = LedgerImport.objects.get()
    page = office.get(reverse("projects:import", args=[ledger.pk])).content.decode()
    assert "Store 108 rows" in page
    assert "Done 8,000 is more than" in page
    assert "31, 46, 49, 107, 108" in page
    assert not Project.objects.exists()
    assert office.post(reverse("projects:import_store", args=[ledger.pk])).status_code == 303
    assert "Stored: 108 new" in office.get(reverse("projects:import", args=[ledger.pk])).content.decode()
    assert Project.objects.count() == 108
    office.post(reverse("projects:import_store", args=[ledger.pk]))
    assert Project.objects.count() == 108


def test_every_row_can_be_seen(office: Client) -> None:
    upload(office, (DATA / LEDGER).read_bytes(), create_units="on")
    page = reverse("projects:import", args=[LedgerImport.objects.get().pk])
    few = office.get(page).content.decode().count('name="take"')
    assert few < 40
    assert office.get(page + "?all=1").content.decode().count('name="take"') == 100
    assert office.get(page + "?all=1&page=2").content.decode().count('name="take"') == 8


def test_a_column_is_corrected_by_a_select_and_remembered(office: Client) -> None:
    content = book(["项目名称", "责任单位", "盘子（万元）"], ["甲项目", "西城镇", 5])
    upload(office, content, "a.xlsx", year="2026")
    ledger = LedgerImport.objects.get()
    page = reverse("projects:import", args=[ledger.pk])
    form = office.get(page).context["form"]
    columns = {form.headers[i]: f"column{i}" for i in range(len(form.headers))}
    data = {name: form.was.get(header, "") for header, name in columns.items()} | {"year": "2026"}
    data[columns["盘子(万元)"]] = "year_plan"
    assert office.post(page, data).status_code == 303
    ledger.refresh_from_db()
    assert ledger.result["columns"]["盘子(万元)"] == "year_plan"
    assert not ColumnMemory.objects.exists()
    office.post(reverse("projects:import_store", args=[ledger.pk]))
    assert ColumnMemory.objects.get().header == "盘子(万元)"
    assert Project.objects.get().plans.get().investment == 50_000
    assert office.post(page, data).status_code == 403


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "empty"), (b"%PDF-1.7", "is a PDF"), (b"a,b\n1,2\n", "No header was found"), (b"PK\x03\x04x", "damaged")],
)
def test_a_bad_file_gets_a_sentence_by_its_field_and_what_was_typed_stays(
    office: Client, content: bytes, says: str
) -> None:
    answer = upload(office, content, "台账.xlsx", year="2020", period="2020-05")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert 'value="2020-05"' in page
    assert not LedgerImport.objects.exists()


def test_a_wrong_period_gets_a_sentence(office: Client) -> None:
    assert "2024-05" in upload(office, b"x", period="May").content.decode()
    assert "Write a month" in upload(office, b"x", period="2024-Q2").content.decode()


def test_the_original_and_the_problems_can_be_fetched(office: Client) -> None:
    content = (DATA / LEDGER).read_bytes()
    upload(office, content)
    pk = LedgerImport.objects.get().pk
    assert b"".join(office.get(reverse("projects:import_file", args=[pk]))) == content
    table = b"".join(office.get(reverse("projects:import_problems", args=[pk])))
    assert openpyxl.load_workbook(io.BytesIO(table)).active.max_row > 10


def test_the_registry_goes_out_as_a_ledger(office: Client) -> None:
    upload(office, (DATA / LEDGER).read_bytes(), create_units="on")
    office.post(reverse("projects:import_store", args=[LedgerImport.objects.get().pk]))
    content = b"".join(office.get(reverse("projects:registry_ledger")))
    upload(office, content, "registry.xlsx")
    assert LedgerImport.objects.first().result["unchanged"] == 108


def test_only_the_office_of_the_county_may(client: Client, people: People, sign_in) -> None:
    upload(sign_in(people.office), (DATA / LEDGER).read_bytes())
    pk = LedgerImport.objects.get().pk
    for person in (people.officer, people.leader, people.reader, people.admin):
        sign_in(person)
        assert client.get(reverse("projects:imports")).status_code == 403
        assert client.get(reverse("projects:registry_ledger")).status_code == 403
        assert [client.get(reverse(name, args=[pk])).status_code for name in PAGES] == [403] * 3
        assert client.post(reverse("projects:import_store", args=[pk])).status_code == 403
    other: Unit = make_county("linxian", "邻县")
    sign_in(make_people(other, "other-").office)
    assert [client.get(reverse(name, args=[pk])).status_code for name in PAGES] == [404] * 3
    assert client.post(reverse("projects:import_store", args=[pk])).status_code == 404


@pytest.mark.parametrize(("megabytes", "status"), [(1, 422), (3, 303)])
def test_the_largest_upload_is_what_the_site_says(office: Client, settings, megabytes: int, status: int) -> None:
    settings.UPLOAD_MEGABYTES = megabytes
    content = "项目名称,总投资（万元）\n厂房,100\n".encode() + b"," * (2 * 2**20)
    answer = upload(office, content, "ledger.csv")
    assert answer.status_code == status
    if status == 422:
        assert "at most 1 MB" in answer.content.decode()
