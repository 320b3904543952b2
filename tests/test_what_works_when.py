"""What works while something is away, line by line as docs/what_works_when.md says it, with real failures."""

from __future__ import annotations

import json
import os
import random
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from html.parser import HTMLParser
from string import ascii_letters
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.conf import settings as house
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import away
from core.cache import Forgiving
from dispatch.bulletins import papers
from dispatch.models import Chase, Problem
from jobs import asked, celery
from jobs.models import JobRun
from organization.people.models import Session
from projects.models import MonthlyReport
from tests.support.factories import NOW, make_project
from tests.support.own_file import connected_to, own_file
from tests.support.people import PASSWORD, make_county, make_people
from tests.support.rights_table import RIGHTS
from tests.support.rights_world import LEDGER, addresses, world

pytestmark = pytest.mark.django_db
NEW = "/dispatch/problems/new/"
LONG = "差三十亩林地手续，已报省厅待批；" * 100  # 4.8 KB: more than the free room of one page of the file
OWN_FIELDS = {
    "dispatch:bulletin_layout",
    "dispatch:calendar_done",
}  # the form comes back with its own fields; a reason is none of them
REASON = "等土地手续时写的一段理由"
FORM = "application/x-www-form-urlencoded"
MAIN = ("/", "/projects/", "/dispatch/problems/", "/dispatch/rounds/", "/outbox/", "/account/")


class Form(HTMLParser):
    """The fields of the form that a page sends to *action*, as a browser would send them."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__()
        self.action, self.inside, self.text, self.fields = action, False, "", dict[str, str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = told.get("method") == "post" and told.get("action", self.action) in ("", self.action)
        if self.inside and tag in ("input", "textarea", "select") and told.get("type") not in ("file", "submit"):
            self.text = told["name"]
            self.fields.setdefault(self.text, told.get("value", "").removeprefix("\n"))
        if self.inside and tag == "option" and "selected" in told:
            self.fields[self.text] = told["value"]

    def handle_data(self, data: str) -> None:
        if self.inside and self.text in self.fields and self.lasttag == "textarea" and not self.fields[self.text]:
            self.fields[self.text] = data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"
        self.text = "" if tag in ("textarea", "select") else self.text


# the house, in a file of its own ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker, tmp_path_factory) -> SimpleNamespace:
    with django_db_blocker.unblock():
        if connection.vendor != "sqlite":
            pytest.skip("one connection only: a file of SQLite's own")
        path = tmp_path_factory.mktemp("away") / "db.sqlite3"
        with own_file(path):
            people = make_people(county := make_county())
            about = world(county, people)
            connection.cursor().execute("VACUUM")  # no page is free
            return SimpleNamespace(path=path, county=county, people=people, about=about)


@pytest.fixture
def home(db, built, monkeypatch) -> Iterator[SimpleNamespace]:
    """The house, where nobody waits for long."""
    for place in ("away.FOR_A_MOMENT", "web.middleware.FOR_READING", "web.middleware.FOR_WRITING"):
        monkeypatch.setattr(f"core.{place}", 0.01)
    monkeypatch.setattr("organization.audit.services.FOR_THE_LOG", 0.01)
    monkeypatch.setattr(away, "_stuck_until", 0.0)
    with connected_to(f"sqlite:///{built.path}") as own:
        own.ensure_connection()
        built.own = own
        yield built


def signed_in(person: Any) -> Client:
    """… a while ago: the next page wants to write who was seen."""
    client = Client(raise_request_exception=False)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def crowd(client: Client) -> None:
    """Fill the session's row up to the end of its page, so that whatever is added to it wants another page."""
    session: Any = client.session
    signs = random.Random(1)
    for n in range(2_500, 4_000, 5):
        session["pad"] = "".join(signs.choices(ascii_letters, k=n))
        if len(session.encode(session._session)) > 3_950:
            break
    session.save()


@contextmanager
def locked(home: SimpleNamespace) -> Iterator[None]:
    with closing(sqlite3.connect(home.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def pragma(name: str, begin: str, end: str) -> Callable[[SimpleNamespace], AbstractContextManager[None]]:
    @contextmanager
    def state(home: SimpleNamespace) -> Iterator[None]:
        home.own.connection.execute(f"PRAGMA {name} = {begin}")
        yield
        home.own.connection.execute(f"PRAGMA {name} = {end}")

    return state


STATES = {
    "busy": locked,
    "full": pragma("max_page_count", "1", "1073741823"),  # it never falls below what is there
    "read_only": pragma("query_only", "ON", "OFF"),
}
"""By what is away: how it comes about."""


def nobody_home(_home: SimpleNamespace) -> AbstractContextManager[Any]:
    return connected_to("postgresql://county@127.0.0.1:1/county")


# reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_pages_are_read(home, state):
    client = signed_in(home.people.office)
    crowd(client)
    with STATES[state](home):
        assert {path: client.get(path).status_code for path in MAIN} == dict.fromkeys(MAIN, 200)
        file = client.get(reverse("projects:export", args=["csv"]))
    assert file.status_code == 200, "it is given out, though the log can't take it"
    assert Session.objects.get(session_key=client.session.session_key).seen_at is None, "that was not to be written"


def test_who_reads_while_nothing_can_be_written_was_seen_all_the_same(home, settings):
    client = signed_in(home.people.office)
    client.get("/account/")
    Session.objects.update(seen_at=NOW)  # long ago
    with locked(home):
        assert client.get("/account/").status_code in (302, 503), "idle before"
    Session.objects.update(seen_at=timezone.now() - timedelta(minutes=50))
    with locked(home):
        assert client.get("/account/").status_code == 200
    Session.objects.update(seen_at=timezone.now() - timedelta(minutes=70))
    assert client.get("/account/").status_code == 200, "seen in between, as the cache knows"


def test_no_address_breaks_while_the_database_is_locked(home):
    """Every page is read by somebody who may; every form is answered by its own page, or ours."""
    # kept before it is shown, or made by a worker who is asked by a row
    needs_a_row = {"second_factor", "organization:account_slips_file", "projects:photo_sheet"}
    clients = {who: signed_in(person) for who, person in home.people.all().items()}
    wrong, lost = {}, []
    with locked(home):
        for name, (who, method) in sorted(RIGHTS.items()):
            path = addresses(name, home.about)
            client = clients[min(who, default="office")]
            if method == "get" and name not in needs_a_row and who:
                wrong[name] = client.get(path).status_code
            answer = client.post(path, {"reason": REASON, "csrfmiddlewaretoken": uuid4().hex})
            wrong[f"{name} sent"] = answer.status_code
            if answer.status_code == 503 and name not in OWN_FIELDS and REASON not in answer.content.decode():
                lost.append(name)
    assert {name: status for name, status in wrong.items() if status in (400, 500)} == {}
    assert {name: status for name, status in wrong.items() if status == 503 and "sent" not in name} == {}
    assert not lost


# PostgreSQL ------------------------------------------------------------------------------------------------------


@contextmanager
def table_locked() -> Iterator[None]:
    other = connection.copy()
    with closing(other), other.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE dispatch_problem, core_answered IN EXCLUSIVE MODE")
        yield


@contextmanager
def only_read() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        yield
        cursor.execute("SET default_transaction_read_only = off")


@pytest.mark.skipif("postgres" not in str(house.DATABASES["default"]["ENGINE"]), reason="one connection only")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("state", "kind"), [(table_locked, away.BUSY), (only_read, away.READ_ONLY)])
def test_on_a_server_pages_are_read_and_a_form_comes_back(county, people, state, kind):
    about = SimpleNamespace(project=make_project(county, stage="started", plan=30_000_000))
    client, form = signed_in(people.office), FORMS["a problem"].data(about) | {"csrfmiddlewaretoken": uuid4().hex}
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 50")
    with state():
        assert {path: client.get(path).status_code for path in MAIN} == dict.fromkeys(MAIN, 200)
        answer = client.post(NEW, form)
    assert (answer.status_code, Problem.objects.count()) == (503, 0)
    found = Form(answer.content.decode(), NEW).fields
    assert (str(kind.words) in answer.content.decode(), found["detail"]) == (True, LONG)
    assert client.post(NEW, found).status_code == 303


# what is typed ---------------------------------------------------------------------------------------------------


@dataclass
class Line:
    """A form: where, of whom, what is typed; the field of it that is looked for; whether its own page comes back."""

    path: Callable[[Any], str]
    who: str
    data: Callable[[Any], dict[str, Any]]
    field: str
    own: bool = True


def rows() -> list[int]:
    return [model.objects.count() for model in (Problem, JobRun, MonthlyReport, Chase)]


FORMS = {
    "a problem": Line(
        lambda about: NEW, "office",
        lambda about: {"project": about.project.pk, "title": "用地“未批”<b>", "detail": LONG, "category": "utilities",
                       "owner_unit": about.project.lead_unit_id},
        "detail",
    ),
    "a report": Line(
        lambda about: f"/projects/{about.project.pk}/reports/2026-04/", "officer",
        lambda about: {"works": "123.5", "progress": REASON, "explanation": REASON, "version": 0, "do": "save"},
        "progress",
    ),
    "a bulletin asked for": Line(
        lambda about: "/dispatch/bulletins/draft/", "office",
        lambda about: {"period": "2026-04", "unfinished": REASON}, "unfinished",
    ),
    "units chased": Line(
        lambda about: f"/dispatch/rounds/{about.round.pk}/chase/", "office",
        lambda about: {"unit": about.project.lead_unit_id}, "unit", own=False,
    ),
}  # fmt: skip
SENT = [(state, form) for state in STATES for form in FORMS if state != "full" or form == "a problem"]


@pytest.mark.parametrize(("state", "form"), SENT)
def test_a_form_comes_back_with_what_was_typed_and_is_sent_again_by_one_press(home, state, form):
    line, kind = FORMS[form], getattr(away, state.upper())
    client, path = signed_in(getattr(home.people, line.who)), FORMS[form].path(home.about)
    typed = {name: str(value) for name, value in line.data(home.about).items()} | {"csrfmiddlewaretoken": uuid4().hex}
    with STATES[state](home):
        answer = client.post(path, typed)
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, str(kind.back_in)), page
    assert escape(str(kind.words)) in page
    assert ('class="alone"' in page) is not line.own
    found = Form(page, path).fields
    assert found[line.field] == typed[line.field]
    assert "”<b>" not in page, "what is typed is text"
    before = rows()
    again = client.post(path, found | ({"do": "save"} if form == "a report" else {}))
    assert again.status_code == 303, again.content.decode()
    assert sum(rows()) == sum(before) + 1
    Problem.objects.exclude(pk=home.about.problem.pk).delete()
    JobRun.objects.all().delete()
    Chase.objects.all().delete()
    MonthlyReport.objects.filter(month="2026-04").delete()


def test_a_row_of_the_grid_stays_on_the_page_which_is_told(home):
    client, project = signed_in(home.people.officer), home.about.project.pk
    row = {f"r-{project}-works": "12", f"r-{project}-version": "0", "csrfmiddlewaretoken": uuid4().hex}
    with locked(home):
        answer = client.post("/projects/reports/2026-04/", row, headers={"Accept": "application/json"})
    assert answer.status_code == 503


def test_htmx_is_told_in_words_and_swaps_nothing(home):
    client = signed_in(home.people.office)
    with locked(home):
        answer = client.post("/outbox/notices/read/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Reswap"]) == (503, "none")
    assert json.loads(answer["HX-Trigger"])["say"]["messages"][0]["level"] == "error"


def test_who_signs_in_meanwhile_gets_the_page_and_no_password_back(home):
    client = Client(raise_request_exception=False)
    with locked(home):
        answer = client.post("/sign-in/", urlencode({"username": "office", "password": PASSWORD}), content_type=FORM)
        assert client.get("/sign-in/").status_code == 200
    assert answer.status_code == 503
    assert PASSWORD not in answer.content.decode()


def test_after_one_waited_in_vain_others_wait_for_a_moment_only(home, monkeypatch):
    monkeypatch.setattr(away, "FOR_A_MOMENT", 0.01)
    with away.patience(10):
        assert _patience(home) == 10_000
    away.stuck(away.BUSY)
    with away.patience(10):
        assert _patience(home) == 10
    assert _patience(home) == 20_000


def _patience(home: SimpleNamespace) -> int:
    found: int = home.own.connection.execute("PRAGMA busy_timeout").fetchone()[0]
    return found


# files -----------------------------------------------------------------------------------------------------------


def test_with_the_files_folder_unwritable_all_goes_on_but_uploads(home, settings, tmp_path):
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "files"
    client = signed_in(home.people.office)
    assert {path: client.get(path).status_code for path in MAIN} == dict.fromkeys(MAIN, 200)
    line = FORMS["a problem"]
    form = line.data(home.about) | {"csrfmiddlewaretoken": uuid4().hex}
    assert client.post(NEW, form).status_code == 303
    upload = {"file": SimpleUploadedFile("六月.csv", LEDGER + b"2,x,,1\n"), "csrfmiddlewaretoken": uuid4().hex}
    answer = client.post(reverse("projects:imports"), upload)
    page = answer.content.decode()
    assert (answer.status_code, escape(str(away.FILES.heading)) in page, "六月.csv" in page) == (503, True, True)
    Problem.objects.exclude(pk=home.about.problem.pk).delete()


# no database, no queue -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "数据库连接不上"), ("en", "The database does not answer")]
)
def test_without_a_database_there_is_a_page_of_our_own_with_what_was_typed(home, language, words):
    client = signed_in(home.people.office)
    client.cookies["django_language"] = language
    form = {"title": "用地<未批>", "detail": LONG[:100], "project": "1", "csrfmiddlewaretoken": "t" * 32}
    with nobody_home(home):
        assert client.get("/sign-in/").status_code in (200, 503)
        read = client.get("/projects/")
        sent = client.post(NEW, urlencode(form), content_type=FORM)
        well = Client().get("/health/")
    assert [answer.status_code for answer in (read, sent, well)] == [503] * 3
    assert words in read.content.decode()
    assert Form(sent.content.decode(), NEW).fields == form
    assert well.json()["database"] == "away"
    assert client.get("/projects/").status_code == 200


def test_what_is_queued_while_the_database_is_away_waits_in_its_row(home, monkeypatch):
    sent: list[int] = []
    monkeypatch.setattr(celery, "send", lambda task, args, **_more: sent.extend(args))
    JobRun.objects.all().delete()  # what other tests asked for
    run = JobRun.objects.create(job=papers.PAPERS["pdf"].job, about="bulletin:1", created_at=NOW)
    with nobody_home(home), pytest.raises(OperationalError):
        papers.make_paper(run.pk, now=NOW)
    run.refresh_from_db()
    assert run.status == JobRun.Status.WAITING
    assert (asked.take_up(now=NOW + asked.LOST * 2), sent) == (1, [run.pk])
    run.delete()


WITHOUT_REDIS = """
import django, sys; django.setup()
from django.test import Client
from organization.people.models import User
client = Client()
client.force_login(User.objects.get(username="office"), backend="django.contrib.auth.backends.ModelBackend")
print([answer.status_code for answer in (client.get("/"), client.get("/projects/"), client.post(sys.argv[1]))])
"""


def test_without_redis_pages_are_read_and_what_was_asked_for_waits_in_its_row(home, monkeypatch, tmp_path):
    """One that takes who comes and says nothing: worse than none."""
    JobRun.objects.all().delete()  # what other tests asked for
    with socket.create_server(("127.0.0.1", 0)) as silent:
        env = {"REDIS_URL": f"redis://127.0.0.1:{silent.getsockname()[1]}/0", "DATABASE_URL": f"sqlite:///{home.path}"}
        env |= {"VAR_DIR": str(tmp_path), "DEBUG": "1", "PYTHONPATH": str(house.BASE_DIR)}
        command = [sys.executable, "-c", WITHOUT_REDIS, f"/dispatch/bulletins/{home.about.bulletin.pk}/papers/pdf/"]
        done = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "[200, 200, 303]\n"), done.stderr
    run = JobRun.objects.get()
    assert (run.status, "Timeout" in run.error) == (JobRun.Status.WAITING, True)
    sent: list[int] = []
    monkeypatch.setattr(celery, "send", lambda task, args, **_more: sent.extend(args))
    assert (asked.take_up(now=run.created_at), sent) == (1, [run.pk]), "the next tick doesn't wait for ten minutes"
    run.refresh_from_db()
    assert (run.status, run.error) == (JobRun.Status.WAITING, "")
    run.delete()


def test_a_cache_that_is_away_knows_nothing_and_takes_nothing():
    found = Forgiving("redis://127.0.0.1:1/0", {})
    assert (found.get("a", 1), found.get_or_set("a", lambda: 7), found.get_many(["a"])) == (1, 7, {})
    assert (found.add("a", 1), found.set("a", 1)) == (True, None), "whoever adds it is the first"
    assert (found.set_many({"a": 1}), found.delete("a")) == (["a"], False)
