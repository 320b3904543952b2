from __future__ import annotations

import sys
from typing import Any, Literal

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.profiles.loader import ProfileError
from organization.profiles.services import SameRegion, load_profile

Clash = Literal["", "replace", "as_well"]


class Command(BaseCommand):
    help = "Loads or updates a county profile; says what it changed. Twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("profile", help="name of a profile that comes with the application, or a file")
        same = parser.add_mutually_exclusive_group()
        same.add_argument(
            "--replace", action="store_true", help="the county of that region, loaded from another file, is meant"
        )
        same.add_argument("--as-well", action="store_true", help="make a second county of the same region")

    def handle(self, *, profile: str, replace: bool, as_well: bool, **options: Any) -> None:
        clash: Clash = "replace" if replace else "as_well" if as_well else ""
        try:
            try:
                done = load_profile(profile, now=timezone.now(), clash=clash)
            except SameRegion as error:
                done = load_profile(profile, now=timezone.now(), clash=_asked(error))
        except SameRegion as error:
            choice = _("Say which is meant with --replace or --as-well.")
            raise CommandError(f"{error} {choice}", returncode=1) from error
        except ProfileError as error:
            raise CommandError("\n".join(error.problems), returncode=1) from error
        if not done.anything:
            self.stdout.write(_("%(county)s: nothing changed") % {"county": done.county.name})
        else:
            self.stdout.write(done.county.name)
        for label, names in [(_("rules changed: %s"), done.changed_sections), *done.changes, *done.notices]:
            if names:
                self.stdout.write("  " + label % "、".join(names))


def _asked(error: SameRegion) -> Clash:
    """What the person at the terminal means; nothing where nobody sits there."""
    if not sys.stdin.isatty():
        return ""
    answers: dict[str, Clash] = {"1": "replace", "2": "as_well"}
    return answers.get(input(f"{error} " + _("1 update, 2 second county, anything else stops: ")).strip(), "")
