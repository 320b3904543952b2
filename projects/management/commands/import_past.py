from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.ledger import past
from projects.ledger.services import Options
from projects.management.commands.import_ledger import SHOWN, county_of

KINDS = (".xlsx", ".xls", ".csv")


class Command(BaseCommand):
    help = "Reads a folder of monthly ledgers as a county's past, oldest first; months that it has begun are compared."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", help="folders, .xlsx, .xls or .csv")
        parser.add_argument("--create-units", action="store_true", help="make units and posts that aren't there yet")
        parser.add_argument("--check", action="store_true", help="write nothing")
        parser.add_argument("--json", default="", metavar="OUT", help="write the report as JSON; - for the screen")
        parser.add_argument("--county", default="", metavar="CODE", help="where there are several counties")

    def handle(self, *args: Any, **options: Any) -> None:
        county, told = county_of(options["county"]), Options(create_units=options["create_units"])
        try:
            files = [(path.name, path.read_bytes()) for path in _paths(options["files"])]
        except OSError as error:
            message = _("“%(file)s” can't be read: %(why)s.") % {"file": error.filename, "why": error.strerror}
            raise CommandError(message, returncode=1) from error
        if not files:
            raise CommandError(_("There is no .xlsx, .xls or .csv file there."), returncode=1)
        read = past.opened(files)
        write = not options["check"]
        found = past.bring(read, county=county, options=told, by=None, now=timezone.now(), write=write)
        self._tell([one.as_dict() for one in found], options)

    def _tell(self, found: list[dict[str, Any]], options: dict[str, Any]) -> None:
        if options["json"]:
            text = json.dumps(found, ensure_ascii=False, indent=1)
            if options["json"] == "-":
                self.stdout.write(text)
                return
            Path(options["json"]).write_text(text, encoding="utf-8")
        head = _(
            "%(period)s  %(file)s: %(rows)s rows, %(created)s new projects, %(written)s reports written, "
            "%(differ)s differences to months that the county has begun"
        )
        for one in found:
            if one["problem"]:
                self.stdout.write(f"{one['file']}: {one['problem']}")
                continue
            self.stdout.write(head % one)
            if one["left_out"]:
                self.stdout.write("  " + _("Columns left out: %(names)s") % {"names": "、".join(one["left_out"])})
            for text in one["warnings"][:SHOWN]:
                self.stdout.write(f"  {text}")
            for line in one["differences"][:SHOWN]:
                self.stdout.write("  {month} {name} {what}: {on_file} / {ledger}".format(**line))
        if options["check"]:
            self.stdout.write(_("Only looked at; nothing was written."))


def _paths(named: list[str]) -> list[Path]:
    """The files that are named, and those in folders, however deep."""
    found: list[Path] = []
    for path in map(Path, named):
        inside = path.rglob("*") if path.is_dir() else [path]
        found += sorted(p for p in inside if p.suffix.lower() in KINDS and not p.name.startswith("~$"))
    return found
