from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.habits import Tries
from organization.profiles.loader import ProfileError
from organization.profiles.services import load_profile
from projects.models import Project
from simulation.year import replay


class Command(BaseCommand):
    help = "Replays a county's year through the real services; makes the demonstration county."

    def add_arguments(self, parser: CommandParser) -> None:
        today = timezone.localdate()
        parser.add_argument("--profile", default="huinan", help="name of a profile, or a file")
        day: dict[str, Any] = {"type": date.fromisoformat, "metavar": "DATE"}
        begin = date(today.year, 1, 1)
        parser.add_argument("--from", dest="start", default=begin, help="first day, 2026-01-01 (1 January)", **day)
        parser.add_argument("--to", dest="end", default=today, help="last day (today)", **day)
        parser.add_argument("--projects", type=int, default=100, help="how many projects it begins with (100)")
        parser.add_argument("--seed", type=int, default=1, help="the same number makes the same year again (1)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["end"] < options["start"]:
            raise CommandError(_("--to lies before --from"))
        try:
            county = load_profile(options["profile"], now=timezone.now()).county
        except ProfileError as error:
            raise CommandError("\n".join(error.problems), returncode=1) from error
        if Project.objects.filter(county=county).exists():
            raise CommandError(_("%(county)s has projects already; it is not played over") % {"county": county})
        with translation.override(settings.LANGUAGE_CODE), _no_mail():
            span, tries = {"start": options["start"], "end": options["end"]}, Tries()
            for day in replay(county, **span, count=options["projects"], seed=options["seed"], tries=tries):
                self.stdout.write(f"  {day:%Y-%m}", ending="")
                self.stdout.flush()
        self.stdout.write("")
        found = {"county": county.name, "n": Project.objects.filter(county=county).count()}
        self.stdout.write(_("%(county)s: %(n)s projects") % found)
        if stopped := [_never(step, whys) for step, whys in tries.never().items()]:
            raise CommandError("\n".join(stopped), returncode=1)


def _never(step: str, whys: Counter[str]) -> str:
    often = ", ".join(f"{why} ({n})" for why, n in whys.most_common())
    return _("%(step)s: tried, and made by nobody. What stopped it: %(whys)s") % {"step": step, "whys": often}


def _no_mail() -> Any:
    """Nobody gets mail from a replay."""
    from django.test.utils import override_settings

    return override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend")
