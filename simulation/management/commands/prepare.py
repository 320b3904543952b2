"""What has to be in order before the application runs; done once, a moment when there is nothing to do."""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import F
from django.utils import timezone

from core import epoch
from investment.leads import services as leads
from investment.leads.models import Lead
from organization.people.models import User
from organization.units.models import Unit
from projects.registry import services as registry
from projects.registry.models import Project


class Command(BaseCommand):
    help = "Migrate, collect static files if they changed, and make the demonstration county (--demo) if empty."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="make the demonstration county in an empty database")
        parser.add_argument("--profile", default="huinan", help="whose rules the demonstration county has (huinan)")
        parser.add_argument("--projects", type=int, default=100, help="how many projects it begins with (100)")

    def handle(self, *, demo: bool, profile: str, projects: int, **_options: object) -> None:
        try:
            epoch.ready(connection)
        except epoch.OfBefore as refusal:
            raise CommandError(str(refusal)) from refusal
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stderr.write("prepare: migrating the database")
            call_command("migrate", verbosity=0, interactive=False)
        self._classify()
        self._collect_static()
        if demo and not (User.objects.exists() or Unit.objects.exists()):
            self._make_demonstration(profile, projects)
        if User.objects.filter(is_demo=True).exists():
            call_command("people")

    def _classify(self) -> None:
        """Texts of before become codes of the county's classes; nothing to do once they are."""
        now = timezone.now()
        for county in Unit.objects.filter(county=F("pk")):
            done = registry.classify(county, now=now) + leads.classify(county, now=now)
            if done:
                self.stderr.write(f"prepare: classed in {county}: {', '.join(done)}")
                left = registry.unclassed(Project.objects.filter(county=county), county, "sector", "cluster")
                left += registry.unclassed(Lead.objects.filter(county=county), county, "sector")
                self.stderr.write(f"prepare: not in the class lists, left as written: {', '.join(left) or '-'}")

    def _collect_static(self) -> None:
        """Hash and compress the static files, unless none has changed since: brotli takes its time."""
        mark = Path(settings.VAR) / "static.mark"
        now = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
        for finder in get_finders():
            for name, storage in finder.list(["CVS", ".*", "*~"]):
                stat = Path(storage.path(name)).stat()
                now.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
        if settings.DEBUG or (mark.exists() and mark.read_text() == now.hexdigest()):
            return
        self.stderr.write("prepare: collecting static files")
        call_command("collectstatic", verbosity=0, interactive=False)
        mark.write_text(now.hexdigest())

    def _make_demonstration(self, profile: str, projects: int) -> None:
        """A year of office work through the real services; all of it or none, never half a county."""
        today = timezone.localdate()
        self.stderr.write(f"making the demonstration county ({profile})")
        with transaction.atomic():
            call_command(
                "simulate",
                f"--profile={profile}",
                f"--from={today.replace(month=1, day=1)}",
                f"--to={today}",
                f"--projects={projects}",
                "--seed=1",
                stdout=self.stderr,
            )
