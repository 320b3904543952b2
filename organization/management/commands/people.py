"""Accounts from the command line: the demonstration county's, and the very first one of a real county."""

from __future__ import annotations

from argparse import ArgumentParser
from unicodedata import east_asian_width

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.people.demo import PASSWORD
from organization.people.models import Post, Role, User
from organization.people.services import close_demonstration, first_password, open_account, reset_password
from organization.portfolios.models import Portfolio


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Print the sign-ins of the demonstration people, or --close them; --open the account of a post."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="every demonstration account")
        parser.add_argument("--close", action="store_true", help="switch the demonstration accounts off")
        parser.add_argument(
            "--open",
            nargs=2,
            metavar=("UNIT", "TITLE"),
            help="open the account of a post (code of its unit, its title), or set its first password anew",
        )

    def handle(self, *, close: bool, open: list[str] | None, **options: object) -> None:
        if open:
            self._open(*open)
            return
        people = list(User.objects.filter(is_demo=True, is_active=True).order_by("pk"))
        if close:
            closed = close_demonstration(now=timezone.now())
            self.stdout.write(_("%(n)s demonstration accounts switched off.") % {"n": closed})
            return
        if not people:
            raise CommandError(_("There are no demonstration accounts. manage.py simulate makes a county with some."))
        chosen = people if options["all"] else _one_of_each_role(people)
        rows = [(user.username, user.name, str(user.unit or ""), _roles(user)) for user in chosen]
        widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            self.stdout.write("  " + "  ".join(_padded(*cell) for cell in zip(row, widths, strict=True)).rstrip())
        self.stdout.write("  " + _("Password of all of them: %(password)s") % {"password": PASSWORD})

    def _open(self, code: str, title: str) -> None:
        """Nobody can sign in to a new county before; this first account opens the others on the page of accounts."""
        posts = Post.objects.filter(Q(unit__code=code) | Q(unit__path=f"{code}/"), title=title, active=True)
        found = list(posts.select_related("unit", "holder"))
        if len(found) != 1:
            places = ", ".join(post.unit.path.rstrip("/") for post in found)
            raise CommandError(
                _("Several units have that code; write one of: %(places)s") % {"places": places}
                if found
                else _("There is no post “%(title)s” in the unit “%(code)s”") % {"title": title, "code": code}
            )
        post, password = found[0], first_password()
        user = post.holder
        if user:
            reset_password(user, password=password, now=timezone.now())
        else:
            user = open_account(post, username=f"{post.unit.code}-{post.pk}", password=password, now=timezone.now())
        said = _("%(account)s  first password: %(password)s  It has to be changed at the first sign-in.")
        self.stdout.write(said % {"account": user.username, "password": password})


def _one_of_each_role(people: list[User]) -> list[User]:
    """The first holder of each role, in the order in which roles are declared; of the leaders one with a portfolio, so
    that a visitor meets projects."""
    with_portfolio = set(Portfolio.objects.values_list("post__holder", flat=True))
    people = sorted(people, key=lambda user: user.pk not in with_portfolio)  # the others stay in their order
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
