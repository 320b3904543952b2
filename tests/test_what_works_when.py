"""What works while something is away, line by line as docs/what_works_when.md says it, with real failures."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as house
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client

from core import away
from dispatch.bulletins import papers
from dispatch.models import Problem
from jobs import asked, celery
from jobs.models import JobRun
from organization.audit.models import AuditEntry
from organization.people.models import Session
from tests.support.factories import NOW
from tests.support.own_file import connected_to, own_file
from tests.support.people import PASSWORD, make_county, make_people
from tests.support.rights_table import LEDGER, OPEN, RIGHTS, addresses, world

pytestmark = pytest.mark.django_db
NEW = "/dispatch/problems/new/"
LONG = "差三十亩林地手续，已报省厅待批；" * 100  # 4.8 KB: more than the free room of one page of the file
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
            return SimpleNamespace(path=path, county=county, people=people, about=world(county, people))


@pytest.fixture
def home(db, built, monkeypatch) -> Iterator[SimpleNamespace]:
    """The house, where nobody waits for long."""
    for name in ("FOR_READING", "FOR_THE_LOG", "FOR_WRITING", "FOR_A_MOMENT"):
        monkeypatch.setattr(away, name, 0.05)
    monkeypatch.setattr("organization.people.sessions.FOR_A_MOMENT", 0.0)
    monkeypatch.setattr("organization.audit.services.FOR_THE_LOG", 0.0)
    with connected_to(f"sqlite:///{built.path}") as own:
        own.ensure_connection()
        built.own = own
        yield built


def signed_in(person: Any) -> Client:
    """… a while ago: the next page wants to write who was seen."""
    client = Client(raise_request_exception=False)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


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


@pytest.mark.parametrize("state", STATES)
def test_pages_are_read(home, state):
    client = signed_in(home.people.office)
    with STATES[state](home):
        assert {path: client.get(path).status_code for path in MAIN} == dict.fromkeys(MAIN, 200)
        file = client.get("/projects/export.xlsx")
        assert file.status_code in (200, 404)


@pytest.mark.parametrize("name", sorted(name for name, (who, _method) in RIGHTS.items() if who))
def test_no_address_breaks_while_the_database_is_locked(home, name):
    who, method = RIGHTS[name]
    client = signed_in(getattr(home.people, min(who)))
    with locked(home):
        if method == "get":
            answer = client.get(addresses(name, home.about))
            assert answer.status_code in (200, 302, 303), answer.content.decode()[:2000]
        answer = client.post(addresses(name, home.about), {"reason": "锁着时写的理由"})
    assert answer.status_code in (503, 405, 422, 403, 404, 200, 302, 303), answer.status_code
    print("POST", name, answer.status_code, "锁着时写的理由" in answer.content.decode(), "class=\"alone\"" in answer.content.decode())
