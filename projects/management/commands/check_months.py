from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from organization.units.models import Unit
from projects.registry.months import services
from projects.registry.months.rows import Row


class Command(BaseCommand):
    help = "Recomputes the months' rows of all projects from their facts and says which differ from those on file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--county", default="", metavar="CODE", help="only this one")
        parser.add_argument("--mend", action="store_true", help="write the rows anew where they differ")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        county = None
        if options["county"]:
            county = Unit.objects.filter(code=options["county"], parent=None).first()
            if county is None:
                raise CommandError(f"no county is called {options['county']}", returncode=1)
        found = 0
        for one in services.check(now=now, county=county):
            found += 1
            self.stdout.write(f"{one.project} {one.month}: {_said(one)}")
        if options["mend"] and found:
            services.fill(county, now=now)
            self.stdout.write(f"{found} rows mended")
        elif found:
            raise CommandError(f"{found} rows differ", returncode=1)
        else:
            self.stdout.write("all rows are as their facts say")


def _said(one: services.Difference) -> str:
    if one.on_file is None or one.recomputed is None:
        return "missing" if one.on_file is None else "there is no such month"
    pairs = zip(Row._fields, one.on_file, one.recomputed, strict=True)
    return ", ".join(f"{name} {a} on file, {b} recomputed" for name, a, b in pairs if a != b)
