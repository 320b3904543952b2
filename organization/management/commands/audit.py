"""`manage.py audit --check`: whether the log is as it was written, and where not."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.audit.chain import Break, breaks
from organization.audit.models import AuditSeal
from organization.audit.services import term

WORDS = {
    "row_changed": gettext_lazy("Seal %(seal)s: rows were changed: %(rows)s"),
    "row_gone": gettext_lazy("Seal %(seal)s: rows are gone before their term: %(rows)s"),
    "row_added": gettext_lazy("Seal %(seal)s: rows were put in between: %(rows)s"),
    "seal_changed": gettext_lazy("Seal %(seal)s was changed"),
    "seal_gone": gettext_lazy("Seal %(seal)s is gone"),
    "seal_replaced": gettext_lazy("Seal %(seal)s was replaced by another one"),
}


def _known(text: str) -> tuple[int, str]:
    number, _colon, digest = text.partition(":")
    if not (number.isdecimal() and len(number) < 10 and len(digest) >= 12):
        raise ArgumentTypeError(_("write it as the page of the log shows it: NUMBER:DIGEST"))
    return int(number), digest


class Command(BaseCommand):
    help = "Checks the log's seals: says where rows or seals were changed, taken away or put in; ends with 1 then."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", required=True, help="recompute all seals")
        parser.add_argument(
            "--known", type=_known, action="append", default=[], metavar="NUMBER:DIGEST",
            help="a seal as it was noted elsewhere (the page of the log shows the newest); it has to be in the chain",
        )  # fmt: skip

    def handle(self, *, known: list[tuple[int, str]], **options: object) -> None:
        found = [_words(one) for one in breaks(now=timezone.now(), term=term(), known=dict(known))]
        if found:
            raise CommandError("\n".join(found), returncode=1)
        newest = AuditSeal.objects.order_by("-number").first()
        self.stdout.write(_("The log is whole. Newest seal: %(seal)s") % {"seal": newest or "—"})


def _words(one: Break) -> str:
    rows = ", ".join(map(str, one.rows[:20])) + (" …" if len(one.rows) > 20 else "")
    return str(WORDS[one.kind]) % {"seal": one.seal, "rows": rows}
