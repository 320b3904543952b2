"""Since the epoch migrations only add, and what was there before the epoch is recognised."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ModelState, ProjectState

from core import epoch
from tests.support.additive import narrowings
from tests.support.databases import empty_database
from tests.support.saved_database import digests, own_apps, saved


@pytest.fixture(autouse=True)
def _with_migrations(settings: Any) -> None:
    """Test databases are made without migrations (`--nomigrations` in pyproject.toml); these tests are about them."""
    settings.MIGRATION_MODULES = {}


@pytest.fixture
def migrated(db: None) -> None:
    """The database says that all migrations were applied to it, as one does that was made by them."""
    recorder = MigrationRecorder(connection)
    done = recorder.applied_migrations()
    for node in MigrationLoader(None).graph.nodes:
        if node not in done:
            recorder.record_applied(*node)


# before the epoch ---------------------------------------------------------------------------------------------------


def no_stamp() -> None:
    MigrationRecorder.Migration.objects.filter(app=epoch.LABEL).delete()


def another_epoch() -> None:
    MigrationRecorder.Migration.objects.filter(app=epoch.LABEL).update(name="0")


def tables_that_this_tree_makes_otherwise() -> None:
    no_stamp()
    MigrationRecorder.Migration.objects.filter(app="dispatch").update(name="0001_of_old")


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize("command", ["prepare", "migrate"])
@pytest.mark.parametrize("make", [no_stamp, another_epoch, tables_that_this_tree_makes_otherwise])
def test_a_database_of_before_is_not_migrated_but_kept_aside(make, command):
    make()
    with pytest.raises(CommandError) as refused:
        call_command(command)
    said = str(refused.value)
    assert "The demonstration county has to be made anew" in said
    assert "mv " in said
    assert said.endswith("script/server")
    assert len(said.split("\n\n")) == len(settings.LANGUAGES) + 1


@pytest.mark.usefixtures("migrated")
def test_a_database_of_this_epoch_is_taken_as_it_is():
    epoch.ready(connection)
    assert MigrationRecorder.Migration.objects.filter(app=epoch.LABEL).count() == 1


@pytest.mark.parametrize(
    ("vendor", "database", "lines"),
    [
        ("sqlite", {"NAME": "{var}/db.sqlite3"}, ["mv {var} {var}.before2"]),
        (
            "sqlite",
            {"NAME": "/data/x.sqlite3"},
            ["mv /data/x.sqlite3 /data/x.sqlite3.before", "mv {var} {var}.before2"],
        ),
        (
            "postgresql",
            {"NAME": "county", "HOST": "127.0.0.1", "USER": "office"},
            [
                """psql -h 127.0.0.1 -U office -d postgres -c 'ALTER DATABASE "county" RENAME TO "county_before"'""",
                "createdb -h 127.0.0.1 -U office county",
                "mv {var} {var}.before2",
            ],
        ),
    ],
    ids=["in var", "elsewhere", "postgresql"],
)
def test_what_keeps_the_old_aside(vendor, database, lines, tmp_path, settings):
    settings.VAR = tmp_path / "var"
    (tmp_path / "var.before").mkdir()
    database = {**database, "NAME": database["NAME"].format(var=settings.VAR)}
    assert epoch.aside(vendor, database) == [line.format(var=settings.VAR) for line in lines]


# since then ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_database_saved_on_the_first_day_goes_through_all_migrations(tmp_path):
    with empty_database("epoch", tmp_path) as address:
        here = {**os.environ, "DATABASE_URL": address, "VAR_DIR": str(tmp_path)}
        run = [sys.executable, "-m", "tests.support.saved_database", "upgrade"]
        done = subprocess.run(run, env=here, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found, then = json.loads(done.stdout), saved()["found"]
    assert {table: found["rows"].get(table) for table in then["rows"]} == then["rows"]
    assert {**found, "rows": {}} == {**then, "rows": {}}


def test_first_migrations_are_those_of_the_saved_database():
    about = saved()
    again = "python -m tests.support.saved_database, and another EPOCH in core/epoch.py"
    assert (about["epoch"], about["digests"]) == (epoch.EPOCH, digests(about["leaves"])), again


def test_one_of_everything_is_in_the_saved_database():
    assert not [table for table, rows in saved()["rows"].items() if not rows]


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_all_later_migrations_only_add():
    loader = MigrationLoader(None)
    first = {node for leaf in saved()["leaves"] for node in loader.graph.forwards_plan(tuple(leaf))}
    later = [node for node in loader.graph.nodes if node not in first and node[0] in own_apps()]
    found = {}
    for node in later:
        migration = loader.get_migration(*node)
        if said := narrowings(migration, loader.project_state(node, at_end=False)):
            found[".".join(node)] = said
    assert not found


def thing() -> ProjectState:
    state = ProjectState()
    fields: dict[str, Any] = {
        "id": models.BigAutoField(primary_key=True),
        "name": models.CharField(max_length=20),
        "note": models.TextField(null=True),
        "kind": models.CharField(max_length=5, choices=[("a", "A"), ("b", "B")]),
    }
    kept = models.UniqueConstraint(fields=["note"], name="note_once")
    state.add_model(ModelState("app", "Thing", list(fields.items()), {"constraints": [kept]}))
    return state


def nothing(*_args: object) -> None:
    pass


add, alter = partial(migrations.AddField, "thing"), partial(migrations.AlterField, "thing")
fill = migrations.RunPython(nothing)
text, number = models.CharField, models.IntegerField


def on_some(field: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=[field], condition=models.Q(kind="a"), name="note_once")


once = migrations.AddConstraint("thing", models.UniqueConstraint(fields=["name"], name="once"))
ADD = {
    "a table": [migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True))])],
    "a table, and more on it": [
        migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True))]),
        migrations.AddField("other", "n", number()),
        migrations.AddConstraint("other", models.UniqueConstraint(fields=["n"], name="n_once")),
    ],
    "a column that may be empty": [add("n", number(null=True))],
    "a column with a default": [add("n", number(default=0))],
    "a text that may be empty": [add("t", text(max_length=5, blank=True))],
    "a column that is filled": [add("n", number(default=0), preserve_default=False), fill],
    "a column that has to be filled once it is": [add("n", number(null=True)), fill, alter("n", number())],
    "a longer text": [alter("name", text(max_length=30))],
    "one more choice": [alter("kind", text(max_length=5, choices=[("a", "A"), ("b", "B"), ("c", "C")]))],
    "a choice with another label": [alter("kind", text(max_length=5, choices=[("a", "X"), ("b", "Y")]))],
    "a column that may now be empty": [alter("name", text(max_length=20, null=True))],
    "an index": [migrations.AddIndex("thing", models.Index(fields=["name"], name="by_name"))],
    "a constraint after mending": [fill, once],
    "a constraint on some rows that held on all": [
        migrations.RemoveConstraint("thing", "note_once"),
        migrations.AddConstraint("thing", on_some("note")),
    ],
}
NARROW = {
    "a column gone": [migrations.RemoveField("thing", "note")],
    "a table gone": [migrations.DeleteModel("Thing")],
    "a column with another name": [migrations.RenameField("thing", "name", "title")],
    "a table with another name": [migrations.RenameModel("Thing", "Matter")],
    "a column without value": [add("n", number())],
    "a column with a value given once": [add("n", number(default=0), preserve_default=False)],
    "… and filled too early": [fill, add("n", number(default=0), preserve_default=False)],
    "a unique column with one value": [add("n", number(default=0, unique=True))],
    "a shorter text": [alter("name", text(max_length=10))],
    "a text with an end": [alter("note", text(max_length=10, null=True))],
    "a choice less": [alter("kind", text(max_length=5, choices=[("a", "A")]))],
    "choices where there were none": [alter("name", text(max_length=20, choices=[("a", "A")]))],
    "a column that has to be filled now": [alter("note", models.TextField())],
    "… and is filled too late": [alter("note", models.TextField()), fill],
    "no two equal any more": [alter("name", text(max_length=20, unique=True))],
    "another type": [alter("name", number())],
    "a constraint": [once],
    "a constraint on some rows of another column": [
        migrations.RemoveConstraint("thing", "note_once"),
        migrations.AddConstraint("thing", on_some("name")),
    ],
    "… mended too late": [once, fill],
    "words of one database": [migrations.RunSQL("DROP TABLE app_thing")],
    "behind the migrations' back": [migrations.SeparateDatabaseAndState()],
}


@pytest.mark.parametrize(
    ("operations", "adds"),
    [*((operations, True) for operations in ADD.values()), *((operations, False) for operations in NARROW.values())],
    ids=[*ADD, *NARROW],
)
def test_what_only_adds(operations, adds):
    migration = SimpleNamespace(app_label="app", operations=operations)
    assert (narrowings(migration, thing()) == []) is adds
