"""A county of years: backed up, lost with its machine, brought back, and compared row by row and file by file."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import time
from datetime import timedelta
from pathlib import Path
from random import Random

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from bench import county as maker
from bench import months
from core.records.files import store
from drill.house import empty_database, manage
from jobs.backups import database
from organization.people.models import User

MOST = 600  # seconds that a restore may take
LOG = "organization_audit"  # gets an entry of the restore


def main(folder: Path, options: argparse.Namespace) -> int:
    """Ends with 1 where something isn't as it was, or the restore took too long."""
    began = time.monotonic()
    make(options)
    before, rows, files = rows_by_digest(), database.counts(), files_by_digest()
    print(f"{connection.vendor}: {options.years} years of {options.projects:,} projects: {sum(rows.values()):,} rows, "
          f"{len(files):,} files, {sum(map(os.path.getsize, files)) / 2**20:,.0f} MiB; "
          f"made in {time.monotonic() - began:.0f} s", flush=True)  # fmt: skip
    connection.close()

    apart = folder / "apart"
    archive, took = timed("backup", "--to", str(apart)), time.monotonic()
    (path,) = apart.glob("county-*.backup")
    print(f"backup, proved: {archive:.0f} s, {path.stat().st_size / 2**20:,.0f} MiB", flush=True)
    empty_database()
    for thing in folder.iterdir():
        if thing != apart:
            shutil.rmtree(thing) if thing.is_dir() else thing.unlink()
    took = timed("restore", str(path))
    print(f"restore: {took:.0f} s of {MOST}", flush=True)

    after = rows_by_digest()
    wrong = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    wrong = [name for name in wrong if not name.startswith(LOG)]
    wrong += sorted(str(name) for name in files.items() ^ files_by_digest().items())
    if database.counts()[f"{LOG}entry"] != rows[f"{LOG}entry"] + 1:
        wrong.append("the entry of the restore")
    print(f"differ: {wrong or 'nothing'}")
    return int(bool(wrong) or took > MOST)


def timed(*words: str) -> float:
    began = time.monotonic()
    manage(*words)
    return time.monotonic() - began


def make(options: argparse.Namespace) -> None:
    """The county, with files that don't get smaller, as photographs and scanned papers don't."""
    now, random = timezone.now(), Random(7)
    size = maker.Size(projects=options.projects, months=12 * options.years, weeks=52 * options.years)
    with transaction.atomic():
        months.fill(maker.make("c0", size, now=now), now=now)
        office = User.objects.get(username="c0-office")
        for n in range(options.files):
            content = random.randbytes(options.kilobytes * 1024)
            store(content, f"{n}.pdf", by=office, now=now - timedelta(days=n % (365 * options.years)))


def rows_by_digest() -> dict[str, str]:
    """For each table the SHA-256 of its rows, in the order of their keys."""
    found = {}
    with connection.cursor() as cursor:
        for name in database.counts():
            key = connection.introspection.get_primary_key_column(cursor, name)
            digest, sql = hashlib.sha256(), f'SELECT * FROM "{name}" ORDER BY "{key}"'
            if connection.vendor == "sqlite":
                for row in cursor.execute(sql):
                    digest.update(repr(row).encode())
            else:
                with cursor.copy(f"COPY ({sql}) TO STDOUT") as rows:
                    for block in rows:
                        digest.update(block)
            found[name] = digest.hexdigest()
    return found


def files_by_digest() -> dict[Path, str]:
    paths = sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
