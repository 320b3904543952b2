"""/health/ says what is wrong with the house, to anybody who asks, and nothing else."""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection

from jobs import health as house
from jobs.celery import app
from jobs.models import JobRun
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db


def fails(error):
    def act(*_args, **_more):
        raise error

    return act


def old(monkeypatch):
    JobRun.objects.update(created_at=NOW - timedelta(minutes=16))


def breaks(where, name, act):
    return lambda monkeypatch: monkeypatch.setattr(where, name, act)


def no_room(path):
    return SimpleNamespace(free=1)


AWAY = fails(OperationalError("away"))
WRONG = {
    "database": (breaks(connection, "cursor", AWAY), {"database": "away", "tick": "unknown"}),
    "disk": (breaks(shutil, "disk_usage", no_room), {"disk": "full"}),
    "files": (breaks(tempfile, "TemporaryFile", fails(PermissionError())), {"files": "read-only"}),
    "queue": (breaks(app, "connection_for_write", fails(ConnectionError())), {"queue": "away"}),
    "tick": (old, {"tick": "late"}),
}


@pytest.fixture
def well(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    JobRun.objects.create(job="tick", status="done", created_at=NOW - timedelta(minutes=5))


def test_all_is_well(well):
    assert set(house.health(now=NOW, since=NOW - timedelta(days=1)).values()) == {"ok"}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said(well, monkeypatch, name):
    break_it, said = WRONG[name]
    with monkeypatch.context() as patch:
        break_it(patch)
        found = house.health(now=NOW, since=NOW - timedelta(days=1))
    assert {key: word for key, word in found.items() if word != "ok"} == said


def test_a_house_that_wakes_up_is_not_ill(well):
    JobRun.objects.update(created_at=NOW - timedelta(days=3))
    assert house.health(now=NOW, since=NOW)["tick"] == "ok"


def test_anybody_may_ask_and_the_code_says_it_too(client, well, monkeypatch):
    assert client.get("/health/").status_code == 200
    monkeypatch.setattr(tempfile, "TemporaryFile", fails(PermissionError()))
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()["files"]) == (503, "read-only")
    assert not answer.cookies
