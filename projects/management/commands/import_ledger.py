from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.units.models import Unit
from projects.ledger import LedgerError
from projects.ledger import services as imports
from projects.ledger.services import Looked, Options

SHOWN = 40  # problems that are printed; all of them are in the JSON


class Command(BaseCommand):
    help = "Reads a county's own ledger (Excel or CSV) into the registry and says what it understood, cell by cell."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help=".xlsx, .xls or .csv")
        parser.add_argument("--year", type=int, help="year of the plan; else that of the title")
        parser.add_argument("--period", default="", help="month up to which the figures go, 2020-05")
        parser.add_argument("--sheet", default="", help="name of the sheet, where several hold projects")
        parser.add_argument("--create-units", action="store_true", help="make units and posts that aren't there yet")
        parser.add_argument("--check", action="store_true", help="write nothing")
        parser.add_argument("--json", default="", metavar="OUT", help="write the report as JSON; - for the screen")
        parser.add_argument("--county", default="", metavar="CODE", help="where there are several counties")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            content = path.read_bytes()
        except OSError as error:
            message = _("“%(file)s” can't be read: %(why)s.") % {"file": path, "why": error.strerror}
            raise CommandError(message, returncode=1) from error
        told = Options(
            year=options["year"],
            period=options["period"],
            sheet=options["sheet"],
            create_units=options["create_units"],
        )
        county = county_of(options["county"])
        try:
            if options["check"]:
                looked = imports.look(content, path.name, county=county, options=told)
            else:
                _ledger, looked = imports.store(
                    content, path.name, county=county, options=told, by=None, now=timezone.now()
                )
        except (LedgerError, ValueError) as error:
            raise CommandError(str(error), returncode=1) from error
        self._tell(looked, options)

    def _tell(self, looked: Looked, options: dict[str, Any]) -> None:
        found = looked.as_dict()
        if options["json"]:
            text = json.dumps(found, ensure_ascii=False, indent=1)
            if options["json"] == "-":
                self.stdout.write(text)
                return
            Path(options["json"]).write_text(text, encoding="utf-8")
        head = _("%(rows)s rows: %(created)s new, %(updated)s updated, %(unchanged)s unchanged, %(rejected)s rejected")
        self.stdout.write(head % found)
        if options["check"]:
            self.stdout.write(_("Only looked at; nothing was written."))
        for note in found["notes"]:
            self.stdout.write(f"  {note}")
        if found["left_out"]:
            self.stdout.write(_("Columns left out: %(names)s") % {"names": "、".join(found["left_out"])})
        if missing := [*found["missing_units"], *found["missing_posts"]]:
            message = _("Not in the county yet, --create-units makes them: %(names)s")
            self.stdout.write(message % {"names": "、".join(missing)})
        told = [problem for problem in found["problems"] if problem["severity"] != "info"]
        for problem in told[:SHOWN]:
            place = problem["cell"] or (problem["row"] or "")
            self.stdout.write(f"  {problem['severity']}  {place}  {problem['column']}  {problem['message']}")
        if len(told) > SHOWN:
            self.stdout.write(_("  … and %(count)s more: --json OUT has all of them.") % {"count": len(told) - SHOWN})


def county_of(code: str) -> Unit:
    counties = Unit.objects.counties()
    if code:
        county = counties.filter(code=code).first()
        if county is None:
            message = _("There is no county “%(code)s”. There are: %(codes)s.")
            raise CommandError(message % {"code": code, "codes": _codes(counties)}, returncode=1)
        return county
    if len(found := list(counties[:2])) == 1:
        return found[0]
    if found:
        message = _("There are several counties: say which with --county (%(codes)s).") % {"codes": _codes(counties)}
    else:
        message = _("There is no county yet: load its profile first, for example manage.py load_profile huinan.")
    raise CommandError(message, returncode=1)


def _codes(counties: Any) -> str:
    return ", ".join(counties.values_list("code", flat=True))
