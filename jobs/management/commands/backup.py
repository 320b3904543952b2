from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.refusals import Refused
from jobs.backups import services as backups


class Command(BaseCommand):
    help = "Database and files in one sealed archive, read back to prove it; old ones go by their age."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", metavar="FOLDER", help="where archives lie (default: BACKUP_DIR)")
        parser.add_argument("--check", metavar="ARCHIVE", help="only read this one, and say what is in it")

    def handle(self, *, to: str | None, check: str | None, **_options: object) -> None:
        try:
            if check:
                path, told = Path(check), backups.check(Path(check))
            else:
                path, told = backups.backup(Path(to or settings.BACKUP_DIR), now=timezone.now())
        except Refused as refusal:
            raise CommandError(refusal.why) from refusal
        rows, files = sum(told.rows.values()), sum(name.startswith("files/") for name in told.digests)
        self.stdout.write(f"{path}: {told.made_at}, {rows} rows, {files} files, {path.stat().st_size} bytes; proved")
        for name in told.missing:
            self.stderr.write(f"named by the database and not there: {name}")
