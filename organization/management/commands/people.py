"""The sign-ins of the demonstration county: one account of each role."""

from __future__ import annotations

from argparse import ArgumentParser
from unicodedata import east_asian_width

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from organization.demo import PASSWORD
from organization.models import Role, User


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Print the sign-ins of the demonstration people, one of each role, or --close them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="every demonstration account")
        parser.add_argument("--close", action="store_true", help="switch the demonstration accounts off")

    def handle(self, *, close: bool, **options: object) -> None:
        people = list(User.objects.filter(is_demo=True, is_active=True).order_by("pk"))
        if close:
            self._close(people)
            return
        if not people:
            raise CommandError(_("There are no demonstration accounts. manage.py simulate makes a county with some."))
        chosen = people if options["all"] else _one_of_each_role(people)
        rows = [(user.username, user.name, str(user.unit or ""), _roles(user)) for user in chosen]
        widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            self.stdout.write("  " + "  ".join(_padded(*cell) for cell in zip(row, widths, strict=True)).rstrip())
        self.stdout.write("  " + _("Password of all of them: %(password)s") % {"password": PASSWORD})

    def _close(self, people: list[User]) -> None:
        for user in people:
            user.is_active = False
            user.save(update_fields=["is_active"])
        self.stdout.write(_("%(n)s demonstration accounts switched off.") % {"n": len(people)})


def _one_of_each_role(people: list[User]) -> list[User]:
    """The first holder of each role, in the order in which roles are declared."""
    chosen: dict[int, User] = {}
    for role in Role.values:
        holder = next((user for user in people if role in user.role_codes), None)
        if holder:
            chosen[holder.pk] = holder
    return list(chosen.values())


def _roles(user: User) -> str:
    return _(", ").join(str(Role(code).label) for code in Role.values if code in user.role_codes)


def _width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
