"""manage.py bulletin KIND PERIOD --out DIR [--unfinished REASON]"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from core.days.periods import Period
from core.noted import note
from core.refusals import NeedsReason, Refused
from dispatch.bulletins import files as bulletin_files
from dispatch.bulletins import services as bulletins
from dispatch.bulletins.models import KINDS
from dispatch.prose.blocks import NotDraftable
from dispatch.prose.wording import WordingError
from organization.units.models import Unit
from paper.pdf import PdfUnavailable


class Command(BaseCommand):
    help = "Writes the PDF, DOCX, XLSX and JSON of a bulletin; drafts it if there is none yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", help="monthly")
        parser.add_argument("period", help="2024-05")
        parser.add_argument("--out", required=True, type=Path, help="the folder to write into")
        parser.add_argument("--unfinished", default="", help="why a month that isn't finished is drafted all the same")
        parser.add_argument("--county", help="the county's code, where there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            period = Period.parse(options["period"])
            bulletin = bulletins.draft_bulletin(
                _county(options["county"]),
                options["kind"],
                period,
                now=timezone.now(),
                unfinished=options["unfinished"],
            )
            written = bulletin_files.write_files(bulletin, options["out"])
            names = [path.name for path in written]
            note("bulletin_written", bulletin, by=None, now=timezone.now(), detail={"files": names})
        except NeedsReason as refusal:
            raise CommandError(_("%(why)s (--unfinished REASON)") % {"why": refusal.why}) from refusal
        except Refused as refusal:
            raise CommandError(refusal.why) from refusal
        except NotDraftable as error:
            known = ", ".join(KINDS)
            raise CommandError(
                _("There is no bulletin “%(kind)s”. There are: %(known)s") % {"kind": error, "known": known}
            ) from error
        except WordingError as error:
            raise CommandError(
                _("The wording in the county's profile can't be read: %(text)s") % {"text": error}
            ) from error
        except PdfUnavailable as error:
            raise CommandError(
                _("Word, Excel and JSON are written; PDF can't be made here: %(why)s. Run script/bootstrap.")
                % {"why": error}
            ) from error
        except (ValueError, OSError) as error:
            raise CommandError(str(error)) from error
        for path in written:
            self.stdout.write(str(path))


def _county(code: str | None) -> Unit:
    counties = Unit.objects.counties().filter(active=True)
    found = list(counties.filter(code=code) if code else counties)
    if len(found) == 1:
        return found[0]
    codes = ", ".join(counties.values_list("code", flat=True)) or "—"
    raise CommandError(_("Name one county with --county. There are: %(codes)s") % {"codes": codes})
