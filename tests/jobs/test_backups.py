"""A backup is one sealed file of one moment; what comes back is what was there, or nothing is touched."""

from __future__ import annotations

import io
import sqlite3
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as site
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from hypothesis import given
from hypothesis import strategies as st

from core import epoch
from core.models import StoredFile, WorkdayOverride
from core.records.files import store
from core.refusals import Refused
from jobs.backups import age, database
from jobs.backups import services as backups
from jobs.backups.sealed import MAGIC, PIECE, SEAL, Opening, Sealing, Unreadable
from projects.models import Project
from tests.support.factories import NOW, WAN, make_project, make_report
from tests.support.processes import Elsewhere

KEY, OTHER = bytes(range(32)), bytes(32)
HEAD = len(MAGIC) + 7
WHOLE = PIECE + SEAL
FIRST, SECOND = slice(HEAD, HEAD + WHOLE), slice(HEAD + WHOLE, HEAD + 2 * WHOLE)


def sealed(content: bytes) -> bytes:
    file = io.BytesIO()
    with Sealing(file, KEY) as out:
        out.write(content)
    return file.getvalue()


def opened(data: bytes, key: bytes = KEY) -> bytes:
    return Opening(io.BytesIO(data), key).read()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 3])
def test_what_was_sealed_comes_out_as_it_was(size: int):
    content = bytes(size - 1) + b"x" if size else b""
    assert opened(sealed(content)) == content


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


DAMAGE = {
    "nothing": lambda data: b"",
    "another kind of file": lambda data: b"PK\3\4" + data[4:],
    "the chance": lambda data: flipped(data, HEAD - 1),
    "a byte of the first piece": lambda data: flipped(data, HEAD + 5),
    "the last byte": lambda data: flipped(data, len(data) - 1),
    "cut within a piece": lambda data: data[:-1],
    "cut between two pieces": lambda data: data[: HEAD + WHOLE],
    "only the head": lambda data: data[:HEAD],
    "two pieces exchanged": lambda data: b"".join([data[:HEAD], data[SECOND], data[FIRST], data[SECOND.stop :]]),
    "a piece twice": lambda data: data[: HEAD + WHOLE] + data[HEAD:],
    "something behind": lambda data: data + b"x",
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_nothing_can_be_changed_unseen(damage: str):
    data = DAMAGE[damage](sealed(b"a" * PIECE + b"b" * PIECE + b"c"))
    with pytest.raises(Unreadable):
        opened(data)
    with pytest.raises(Unreadable):
        opened(sealed(b"a"), OTHER)


@given(st.lists(st.integers(0, 3000), max_size=60))
def test_backups_grow_thinner_with_age(ages: list[int]):
    on = date(2026, 11, 29)
    made = [datetime(2026, 11, 29, 2, 15) - timedelta(days=n, seconds=i) for i, n in enumerate(ages)]
    kept = sorted(set(made) - set(age.outlived(made, on=on)))
    assert {moment for moment in made if (on - moment.date()).days < 7} <= set(kept)
    assert max(made, default=None) == (kept[-1] if kept else None)
    assert {moment.year for moment in kept} == {moment.year for moment in made}
    old = [moment for moment in kept if moment.year < on.year - 1]
    assert len(old) == len({moment.year for moment in old})
    assert age.outlived(kept, on=on) == []


@pytest.fixture
def house(settings, tmp_path: Path, county, people) -> Iterator[Path]:
    """A county with a file on the disk; the folder of its backups."""
    settings.MEDIA_ROOT, settings.VAR = tmp_path / "files", tmp_path
    settings.BACKUP_KEY = KEY.hex()
    (tmp_path / "secret_key").write_text("of the sessions")
    (tmp_path / "secret_key").chmod(0o600)
    make_report(make_project(county, plan=9 * WAN, stage="started"), "2026-05", works=5 * WAN)
    store(b"proof", "proof.txt", by=people.office, now=NOW)
    settings.MIGRATION_MODULES = {}
    recorder = MigrationRecorder(connection)
    made = set(recorder.applied_migrations()) == {(epoch.LABEL, epoch.EPOCH)}  # the tests' tables may be made without
    if made:
        call_command("migrate", fake=True, verbosity=0)
    yield tmp_path / "backups"
    if made:
        recorder.migration_qs.exclude(app=epoch.LABEL).delete()
    connection.close()


def everything(where: Elsewhere) -> dict[str, list[str]]:
    """All rows of a database, table by table, as its own driver reads them."""
    sqlite = connection.vendor == "sqlite"
    found = {}
    with closing(sqlite3.connect(where.path) if sqlite else psycopg.connect(where.env["DATABASE_URL"])) as there:
        cursor = there.cursor()
        for name in database._counts(cursor):
            cursor.execute(f'SELECT * FROM "{name}"')
            found[name] = sorted(map(repr, cursor.fetchall()))
    return found


class Empty(Elsewhere):
    """An empty database and an empty folder, of the same kind as the tests'."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        super().__init__(folder, BACKUP_KEY=KEY.hex())
        if connection.vendor == "sqlite":
            self.path.unlink()
        else:
            self.name = f"{connection.settings_dict['NAME']}_drill"
            self.env["DATABASE_URL"] = self.env["DATABASE_URL"].rpartition("/")[0] + f"/{self.name}"
            self._say(f'CREATE DATABASE "{self.name}"')

    def _say(self, sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "manage.py", *words], env=self.env, cwd=site.BASE_DIR,
                              capture_output=True, text=True, check=False)  # fmt: skip

    def drop(self) -> None:
        if connection.vendor != "sqlite":
            self._say(f'DROP DATABASE "{self.name}" WITH (FORCE)')


@pytest.mark.django_db(transaction=True)
def test_the_drill(house: Path, tmp_path: Path):
    written, stop = list[int](), threading.Event()

    def write() -> None:
        day = date(2000, 1, 1) + timedelta(days=len(written))
        written.append(WorkdayOverride.objects.create(day=day, is_workday=True, source="x").pk)

    def work_on() -> None:
        """Somebody works on all the while: what was saved before the backup began is in it."""
        while not stop.is_set():
            write()
        connection.close()

    (tmp_path / "here").mkdir()
    before = everything(Elsewhere(tmp_path / "here"))
    write()
    writer = threading.Thread(target=work_on)
    try:
        if connection.vendor != "sqlite":  # the tests' SQLite lets one connection in at a time
            writer.start()
        saved = len(written)
        path, told = backups.backup(house, now=NOW)
    finally:
        stop.set()
        if writer.ident:
            writer.join()
    assert path.stat().st_mode & 0o077 == 0
    assert [one.name for one in house.iterdir()] == [path.name]
    assert b"proof" not in path.read_bytes()
    there = Empty(tmp_path / "there")
    try:
        done = there.manage("restore", str(path))
        assert done.returncode == 0, done.stderr
        found = everything(there)
        log = [name for name in found if name.startswith("organization_audit")]
        assert "restored" in repr([found.pop(name) for name in log])
        assert [before.pop(name) for name in log]
        assert saved <= len(found.pop("core_workdayoverride")) == told.rows["core_workdayoverride"] <= len(written)
        before.pop("core_workdayoverride")
        assert found == before
        again = there.manage("restore", str(path))
        assert (again.returncode, "isn't empty" in again.stderr) == (1, True)
        assert there.manage("tick", "--at", "2026-06-10T12:00").returncode == 0, "it is worked on"
    finally:
        there.drop()
    kept = StoredFile.objects.get().content.name
    assert (tmp_path / "there/var/files" / kept).read_bytes() == b"proof"
    assert (tmp_path / "there/var/secret_key").read_text() == "of the sessions"
    assert (tmp_path / "there/var/secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db(transaction=True)
def test_what_is_no_backup_of_ours_touches_nothing(house: Path, tmp_path: Path, settings, monkeypatch):
    path, _told = backups.backup(house, now=NOW)
    whole, project = path.read_bytes(), Project.objects.get()
    project.name = "改过"
    project.save()

    def refused(why: str) -> None:
        with pytest.raises(Refused, match=why):
            backups.restore(path, now=NOW)
        assert Project.objects.get().name == "改过"
        assert (tmp_path / "files" / StoredFile.objects.get().content.name).read_bytes() == b"proof"
        assert not list(tmp_path.glob(".backup-*"))

    for damage in DAMAGE.values():
        if (data := damage(whole)) != whole:
            path.write_bytes(data)
            refused("不是完整的备份")
    path.write_bytes(whole)
    with monkeypatch.context() as patch:
        patch.setattr(backups, "_known", lambda: set())
        refused("更新版本")
    with monkeypatch.context() as patch:
        patch.setattr(database, "load", lambda path: (_ for _ in ()).throw(database.Failed("no room")))
        refused("no room")
    settings.BACKUP_KEY = OTHER.hex()
    refused("不是完整的备份")
    settings.BACKUP_KEY = "short"
    refused("64")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../beside", tarfile.REGTYPE),
        ("/beside", tarfile.REGTYPE),
        ("database", tarfile.SYMTYPE),
        ("files", tarfile.DIRTYPE),
    ],
)
def test_nothing_but_files_comes_out_and_none_beside(name: str, kind: bytes, tmp_path: Path):
    """On every Python 3.11: tarfile's own filters came with 3.11.4."""
    member, packed = tarfile.TarInfo(name), io.BytesIO()
    member.type, member.linkname = kind, "/etc/hostname"
    with tarfile.open(fileobj=packed, mode="w") as tar:
        tar.addfile(member)
    packed.seek(0)
    (tmp_path / "room").mkdir()
    with tarfile.open(fileobj=packed) as tar, pytest.raises(Unreadable):
        backups._unpack(tar, tmp_path / "room")
    assert list(tmp_path.rglob("*")) == [tmp_path / "room"]


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_one_left_goes_with_the_next_and_nothing_of_one_under_way(house: Path, tmp_path: Path):
    left = [tmp_path / f"{backups.ROOM}1", house / f"{backups.ROOM}2"]
    for folder in left:
        folder.mkdir(parents=True)
        (folder / "database").write_bytes(b"half")
    with backups._room(tmp_path) as under_way, backups._room(house) as here:
        path, _told = backups.backup(house, now=NOW)
        assert not [folder for folder in left if folder.exists()]
        assert under_way.exists()
        assert sorted(house.iterdir()) == sorted([path, here])


@pytest.mark.django_db(transaction=True)
def test_a_backup_that_fails_leaves_nothing_and_old_ones_go_by_age(house: Path, monkeypatch):
    for n in range(9):
        backups.backup(house, now=NOW - timedelta(days=60 + n))
    backups.backup(house, now=NOW)
    stands = sorted(one.name for one in house.iterdir())
    assert len(stands) == 2, "the newest of April, that of today"
    for act in ("dump", "sound"):
        with monkeypatch.context() as patch:
            patch.setattr(database, act, lambda *_: (_ for _ in ()).throw(database.Failed("no room")))
            with pytest.raises(Refused, match="no room"):
                backups.backup(house, now=NOW + timedelta(hours=1))
        assert sorted(one.name for one in house.iterdir()) == stands
