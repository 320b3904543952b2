from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from core.refusals import Refused
from jobs.backups import services as backups
from organization.audit import services as audit


class Command(BaseCommand):
    help = "Put database and files of an archive in the place of what is there. Stop the service first."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("archive", help="the file that `backup` made")
        parser.add_argument("--replace", action="store_true", help="also where the database holds something")

    def handle(self, *, archive: str, replace: bool, **_options: object) -> None:
        if not replace and connection.introspection.table_names():
            raise CommandError("The database isn't empty. Make a backup of it, then say --replace.")
        try:
            told = backups.restore(Path(archive), now=(now := timezone.now()))
        except Refused as refusal:
            raise CommandError(refusal.why) from refusal
        audit.restored(now=now, archive=Path(archive).name, made_at=datetime.fromisoformat(told.made_at))
        self.stdout.write(f"as of {told.made_at}: {sum(told.rows.values())} rows are back")
