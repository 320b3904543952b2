"""A table with more rows than go at once is made by a worker: for who asked, as that person may see it then."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from core import exports
from core.lists.spec import all_lists
from jobs import asked
from jobs import services as jobs
from jobs.celery import app
from jobs.files import services as files
from jobs.files.models import AskedFile
from jobs.models import JobRun
from organization.audit.models import AuditEntry
from organization.people.models import Post
from tests.support.factories import NOW, WAN, make_project, make_report

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch, settings, tmp_path):
    """Two rows go at once."""
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    settings.MEDIA_ROOT = tmp_path / "files"


# beside those of lists
TABLES = {"registry", "ledger_problems", "account_slips", "photo_sheet", "platform_differences", "loop"}


@pytest.fixture(autouse=True)
def sent(monkeypatch, django_capture_on_commit_callbacks) -> list[int]:
    """The runs that were queued."""
    found: list[int] = []
    monkeypatch.setattr(app, "send_task", lambda task, args, **_more: found.extend(args))
    return found


@pytest.fixture
def projects(county) -> list[Any]:
    made = [
        make_project(county, name=f"项目{n}", lead_unit=("xicheng", "xicheng", "xicheng", "dongguan")[n], plan=9 * WAN)
        for n in range(4)
    ]
    for one in made:
        make_report(one, "2026-05", works=5 * WAN)
    return made


def names(content: bytes) -> list[str]:
    return [row[1] for row in csv.reader(io.StringIO(content.decode("utf-8-sig")))][2:]


def asked_for(client: Client, address: str) -> AskedFile:
    """The file that *address* leads to, made as a worker makes it."""
    answer = client.get(address)
    assert answer.status_code == 302, "more rows than go at once"
    assert "Content-Disposition" not in answer.headers
    file = AskedFile.objects.get(pk=answer.headers["Location"].strip("/").split("/")[-1])
    files.make_file(file.run_id, now=NOW)
    return AskedFile.objects.get(pk=file.pk)


def page_of(file: AskedFile, download: bool = False) -> str:
    return reverse("files:download" if download else "files:page", args=[file.pk])


def given(client: Client, file: AskedFile) -> bytes:
    answer: Any = client.get(page_of(file, download=True))
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("query", ["q=项目", "unit=xicheng", "unit=xicheng&sort=-name&col=plan"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_it_is_the_file_that_would_have_gone_at_once(projects, people, sign_in, monkeypatch, kind, query):
    client, address = sign_in(people.office), f"/projects/export.{kind}?{query}"
    late = given(client, asked_for(client, address))
    monkeypatch.setattr(exports, "AT_ONCE", 100)
    answer = client.get(address)
    at_once = b"".join(answer.streaming_content)
    assert cells(late, kind) == cells(at_once, kind)
    assert len(cells(late, kind)) > 3
    assert AskedFile.objects.get().name in unquote(answer.headers["Content-Disposition"])


def cells(content: bytes, kind: str) -> list[Any]:
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))


def test_as_many_rows_as_go_at_once_go_at_once(projects, people, sign_in):
    answer = sign_in(people.office).get("/projects/export.csv?q=项目1")
    assert names(b"".join(answer.streaming_content)) == ["项目1"]
    assert not AskedFile.objects.exists()


def test_every_list_has_its_files_among_those_that_a_worker_makes():
    assert {f"{key}.{kind}" for key in all_lists() for kind in ("xlsx", "csv")} | TABLES == set(files.exports())


def test_the_registry_as_a_ledger_is_made_the_same_way(projects, people, sign_in):
    client = sign_in(people.office)
    file = asked_for(client, reverse("projects:registry_ledger"))
    sheet = load_workbook(io.BytesIO(given(client, file))).active
    assert [row[1] for row in sheet.iter_rows(values_only=True)][2:6] == [one.name for one in projects]
    assert sign_in(people.officer).get(reverse("projects:registry_ledger")).status_code == 403


def test_the_page_waits_and_then_gives_it_to_who_asked(
    projects, people, sign_in, sent, django_capture_on_commit_callbacks
):
    client, address = sign_in(people.office), "/projects/export.xlsx?unit=xicheng"
    with django_capture_on_commit_callbacks(execute=True):
        where = client.get(address).headers["Location"]
    assert client.get(address).headers["Location"] == where, "asking twice is asking once"
    file = AskedFile.objects.get()
    assert sent == [file.run_id]
    waits = client.get(where).content.decode()
    for said in ("这份表有 3 行，正在生成", 'hx-trigger="every 2s"', "X-Background", "/projects/?unit=xicheng"):
        assert said in waits
    assert "HX-Trigger" not in client.get(where, headers=PART).headers
    assert client.get(page_of(file, download=True)).headers["Location"] == where
    files.make_file(file.run_id, now=NOW)
    files.make_file(file.run_id, now=NOW)  # delivered twice by a broker: done once
    ready = client.get(where, headers=PART)
    assert "every 2s" not in ready.content.decode()
    assert json.loads(ready.headers["HX-Trigger"])["give"] == {"href": page_of(file, download=True)}
    assert "HX-Trigger" not in client.get(where).headers
    assert client.get(address).headers["Location"] != where, "rows of today are another file"


def test_the_log_says_what_was_given_and_what_had_been_asked_for(projects, people, sign_in):
    client = sign_in(people.office)
    file = asked_for(client, "/projects/export.csv?unit=xicheng")
    assert not AuditEntry.objects.filter(kind="file_given").exists()
    given(client, file)
    [row] = AuditEntry.objects.filter(kind="file_given")
    assert (row.user, row.words) == (people.office.pk, file.name)
    assert "unit=xicheng" in row.detail["asked"]


def test_it_is_made_of_what_the_asker_may_see_when_it_is_made(projects, people, sign_in):
    client = sign_in(people.officer)
    where = client.get("/projects/export.csv?q=项目").headers["Location"]
    Post.objects.filter(holder=people.officer).update(unit=people.other_officer.unit, title="秘书")
    make_project(projects[0].county, name="项目4", lead_unit="dongguan")
    file = AskedFile.objects.get()
    files.make_file(file.run_id, now=NOW)
    assert client.get(where).status_code == 200
    assert set(names(given(client, file))) == {"项目3", "项目4"}


def of_another(file, people):
    Post.objects.filter(holder=people.office).update(role="reader")


def without_a_post(file, people):
    Post.objects.filter(holder=people.office).update(holder=None)


@pytest.mark.parametrize(("change", "status"), [(of_another, 403), (without_a_post, 404)])
def test_who_has_other_rights_by_now_is_not_given_it(projects, people, sign_in, change, status):
    client = sign_in(people.office)
    file = asked_for(client, "/projects/export.csv?q=项目")
    change(file, people)
    assert client.get(page_of(file, download=True)).status_code == status


def test_who_may_not_see_the_list_any_more_has_no_file_made_of_it(projects, people, sign_in):
    where = sign_in(people.office).get("/organization/people/export.csv").headers["Location"]
    of_another(None, people)
    file = AskedFile.objects.get()
    files.make_file(file.run_id, now=NOW)
    assert (JobRun.objects.get().status, file.content.name) == ("failed", "")
    assert sign_in(people.office).get(where).status_code == 403


def test_nobody_else_sees_or_opens_it(projects, people, sign_in):
    file = asked_for(sign_in(people.office), "/projects/export.csv?q=项目")
    for person in people.all().values():
        for download in (False, True):
            status = sign_in(person).get(page_of(file, download=download)).status_code
            assert status == (200 if person == people.office else 404), person


def test_it_speaks_the_language_of_who_asked(projects, people, client):
    client.force_login(people.office, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["language"] = "en"
    client.get("/projects/export.csv?q=项目", headers={"Accept-Language": "en"})
    file = AskedFile.objects.get()
    files.make_file(file.run_id, now=NOW)
    head = cells(given(client, AskedFile.objects.get()), "csv")[0]
    assert "Project" in head
    assert file.language == "en"


def test_what_a_dead_worker_left_is_taken_up_and_leaves_one_file(
    projects, people, sign_in, sent, settings, monkeypatch
):
    sign_in(people.office).get("/projects/export.csv?q=项目")
    file = AskedFile.objects.get()

    def ends(user: Any) -> Any:
        raise KeyboardInterrupt  # the process ends between the file and its row

    with monkeypatch.context() as during:
        during.setattr(files, "rights_of", ends)
        with pytest.raises(KeyboardInterrupt):
            files.make_file(file.run_id, now=NOW)
    JobRun.objects.filter(job=files.JOB).update(
        worker=f"{asked.me().rpartition(':')[0]}:1", status="running", created_at=NOW, started_at=NOW
    )
    assert jobs.run_tick(now=NOW).done["taken_up"] == 1
    assert sent == [file.run_id]
    files.make_file(file.run_id, now=NOW)
    kept = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert [path.name for path in kept] == [f"{file.pk}.csv"]


def test_it_is_kept_for_three_days_and_then_tidied(projects, people, sign_in, settings):
    file = asked_for(sign_in(people.office), "/projects/export.csv?q=项目")
    AskedFile.objects.update(asked_at=NOW)
    jobs.run_tidy(now=NOW + files.KEPT)
    assert AskedFile.objects.exists()
    jobs.run_tidy(now=NOW + files.KEPT + timedelta(minutes=1))
    assert JobRun.objects.get(job="tidy", created_at__gt=NOW + files.KEPT).result["files"] == 1
    assert not AskedFile.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert sign_in(people.office).get(page_of(file)).status_code == 404


def test_a_file_that_a_restored_backup_has_not_got_can_be_asked_for_again(projects, people, sign_in):
    client = sign_in(people.office)
    file = asked_for(client, "/projects/export.csv?unit=xicheng")
    file.content.storage.delete(file.content.name)
    assert "/projects/?unit=xicheng" in client.get(page_of(file)).content.decode()
    assert client.get(page_of(file, download=True)).status_code == 303
