"""Database and files in one archive, of one moment, sealed by a key; proved by reading it; and back."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext as _

from core.refusals import Refused
from jobs.backups import age, database
from jobs.backups.sealed import KEY, Opening, Sealing, Unreadable

NAME = "county-{:%Y%m%d-%H%M%S%z}.backup"
FILES, SECRETS, MANIFEST = "files", "secrets", "manifest.json"
ROOM = ".backup-"


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself: rows a table, and the SHA-256 of every file in it by its name."""

    made_at: str
    vendor: str
    migrations: list[str]
    rows: dict[str, int]
    digests: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)  # files that the database names and the folder hasn't got


def key() -> bytes:
    """The key of this installation's backups: 64 hexadecimal digits. Raises Refused."""
    try:
        found = bytes.fromhex(settings.BACKUP_KEY)
    except ValueError:
        found = b""
    if len(found) != KEY:
        raise Refused(_("BACKUP_KEY has to be 64 hexadecimal digits"))
    return found


def backup(to: Path, *, now: datetime) -> tuple[Path, Manifest]:
    """Write an archive into the folder *to*, read it as a restore would, and let go what has outlived its age.

    Until it is proved it has no name that a restore would take. Raises Refused.
    """
    secret, made = key(), timezone.localtime(now)
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = to / NAME.format(made)
    try:
        with _room(to) as room:
            part = room / path.name
            dumped, rows, names = database.dump(room)
            told = Manifest(made.isoformat(), connection.vendor, _applied(), rows)
            with _private(part) as file, Sealing(file, secret) as sealed:
                _write(sealed, dumped, names, told)
            dumped.unlink()
            check(part)
            part.rename(path)
    except (database.Failed, OSError) as error:
        raise Refused(_("No backup was made: %(why)s") % {"why": error}) from error
    for moment in age.outlived(archives(to), on=made.date()):
        archives(to)[moment].unlink()
    return path, told


def check(path: Path) -> Manifest:
    """Read *path* as a restore does, and say what is in it. Raises Refused where anything isn't as it was written."""
    with _opened(path) as (_folder, told):
        return told


def restore(path: Path, *, now: datetime) -> Manifest:
    """Put database and files of *path* in the place of what is there; the files of before stay aside.

    All is read and proved before anything is touched. Raises Refused.
    """
    with _opened(path) as (folder, told):
        if told.vendor != connection.vendor:
            raise Refused(_("It was made of another kind of database (%(kind)s)") % {"kind": told.vendor})
        if unknown := set(told.migrations) - _known():
            raise Refused(_("It was made by a newer version of this program (%(what)s)") % {"what": min(unknown)})
        try:
            database.load(folder / database.NAME)
        except database.Failed as error:
            raise Refused(_("The database refused it and is as before: %(why)s") % {"why": error}) from error
        differ = {name for name, n in database.counts().items() if told.rows.get(name, n) != n}
        if differ:
            raise Refused(_("Not all rows came back: %(what)s") % {"what": ", ".join(sorted(differ))})
        stamp = f".before-{timezone.localtime(now):%Y%m%d-%H%M%S}"
        _put(folder / FILES, Path(settings.MEDIA_ROOT), stamp)
        for secret in sorted((folder / SECRETS).iterdir()):
            _put(secret, Path(settings.VAR) / secret.name, stamp)
    call_command("migrate", verbosity=0, interactive=False)
    return told


def archives(folder: Path) -> dict[datetime, Path]:
    """The archives in *folder* by the moment of which they are, the oldest first."""
    found = {}
    for path in sorted(folder.glob("county-*.backup")):
        try:
            found[datetime.strptime(path.stem, "county-%Y%m%d-%H%M%S%z")] = path
        except ValueError:  # somebody named it otherwise; it isn't ours to put away
            continue
    return found


def _write(sealed: IO[bytes] | Sealing, dumped: Path, names: list[str], told: Manifest) -> None:
    root = Path(settings.MEDIA_ROOT)
    with tarfile.open(fileobj=sealed, mode="w|gz") as tar:

        def add(path: Path, name: str) -> None:
            told.digests[name] = _digest(path)
            tar.add(path, name, recursive=False)

        add(dumped, database.NAME)
        for name in names:
            if (root / name).is_file():
                add(root / name, f"{FILES}/{name}")
            else:
                told.missing.append(name)
        for secret in _secrets():
            add(secret, f"{SECRETS}/{secret.name}")
        with tempfile.NamedTemporaryFile() as page:
            page.write(json.dumps(asdict(told)).encode())
            page.flush()
            tar.add(page.name, MANIFEST)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Path, Manifest]]:
    """What is in the archive, in a folder of its own beside the data, proved in every byte."""
    secret = key()
    with _room(Path(settings.VAR)) as room:
        try:
            with path.open("rb") as file, tarfile.open(fileobj=Opening(file, secret), mode="r|gz") as tar:
                _unpack(tar, room)
            told = Manifest(**json.loads((room / MANIFEST).read_bytes()))
            for name in (FILES, SECRETS):
                (room / name).mkdir(exist_ok=True)
            found = {str(one.relative_to(room)): _digest(one) for one in sorted(room.rglob("*")) if one.is_file()}
            del found[MANIFEST]
            if found != told.digests:
                raise Unreadable
            database.sound(room / database.NAME, told.vendor)
        except (Unreadable, tarfile.TarError, EOFError, ValueError, TypeError, KeyError) as error:
            raise Refused(_("%(file)s isn't a whole backup, or is of another key") % {"file": path.name}) from error
        except (OSError, database.Failed) as error:
            raise Refused(_("%(file)s can't be read: %(why)s") % {"file": path.name, "why": error}) from error
        yield room, told


def _unpack(tar: tarfile.TarFile, room: Path) -> None:
    """Files only, and into *room* only; tarfile's own filters aren't in every Python 3.11. Raises Unreadable."""
    for member in tar:
        place, file = (room / member.name).resolve(), tar.extractfile(member) if member.isreg() else None
        if file is None or room.resolve() not in place.parents:
            raise Unreadable
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as out:
            shutil.copyfileobj(file, out)
        place.chmod(member.mode & 0o640)  # a key stays its owner's


@contextmanager
def _room(beside: Path) -> Iterator[Path]:
    """A folder for what is under way, on the disk of *beside*; nothing of it is left.

    Nor of one whose process was killed: that lock has gone with it.
    """
    for left in beside.glob(f"{ROOM}*"):
        with suppress(OSError), _locked(left):
            shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=ROOM, dir=beside) as folder, _locked(Path(folder)):
        yield Path(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep *folder* for this process, as long as it lives. Raises BlockingIOError where another has it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    """A file for its owner alone, on the disk when it is closed."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _put(new: Path, place: Path, stamp: str) -> None:
    """Move *new* to *place*; what was there stays beside it."""
    if place.exists():
        if place.is_file() and place.read_bytes() == new.read_bytes():
            return
        place.rename(place.with_name(place.name + stamp))
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(new, place)


def _secrets() -> list[Path]:
    """The keys that lie beside the data: sessions, second factors. Not that of the backups."""
    return [path for name in settings.SECRET_FILES if (path := Path(settings.VAR) / name).is_file()]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _applied() -> list[str]:
    return sorted(".".join(one) for one in MigrationLoader(connection).applied_migrations)


def _known() -> set[str]:
    """Every migration that this version has, and the stamp of the epoch."""
    from core import epoch

    disk: dict[tuple[str, str], Any] = MigrationLoader(None).disk_migrations
    return {".".join(one) for one in disk} | {f"{epoch.LABEL}.{epoch.EPOCH}"}
