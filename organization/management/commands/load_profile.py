from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.profiles import ProfileError
from organization.services import load_profile


class Command(BaseCommand):
    help = "Loads or updates a county profile; says what it changed. Twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("profile", help="name of a profile that comes with the application, or a file")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = load_profile(options["profile"], now=timezone.now())
        except ProfileError as error:
            raise CommandError("\n".join(error.problems), returncode=1) from error
        if not done.anything:
            self.stdout.write(_("%(county)s: nothing changed") % {"county": done.county.name})
            return
        lines = [
            (_("rules changed: %s"), done.changed_sections),
            (_("units new: %s"), done.new_units),
            (_("units changed: %s"), done.changed_units),
            (_("posts new: %s"), done.new_posts),
        ]
        self.stdout.write(done.county.name)
        for label, names in lines:
            if names:
                self.stdout.write("  " + label % "、".join(names))
