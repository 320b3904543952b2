"""A list as a workbook: its projects as the list of projects shows them, how it moved, who stood on it and why."""

from __future__ import annotations

from typing import IO, Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from core.amounts import figures
from core.lists.listing import Listing
from core.tables.writing import Format, Table, TableColumn, write_tables
from projects.list.lists import PROJECTS
from projects.rosters.pages import Move, Page


def write(page: Page, listing: Listing) -> tuple[IO[bytes], str]:
    """The workbook and its name; *listing* is the list of projects under the list."""
    kept = page.rule or _("Kept by hand")
    title = f"{page.roster.year} {page.roster}"
    number = TableColumn(_("No."), Format.NUMBER)
    projects = Table(
        [number, *listing.file_columns()],
        ([at or None, *row] for at, row in enumerate(listing.file_rows())),
        title=title,
        subtitle=listing.spec.subtitle(listing),
        notes=[kept, *([page.roster.note] if page.roster.note else [])],
        sheet=_("Projects"),
    )
    tables = [projects, _movement(page, title)]
    if not page.roster.by_rule:
        tables.append(_stays(page, title))
    return write_tables(tables), f"{title}.xlsx"


def listing_of(page: Page, now: Any) -> Listing:
    query = page.href.partition("?")[2]
    return Listing(PROJECTS, page.look.user, QueryDict(query), now=now)


def _movement(page: Page, title: str) -> Table:
    folded = any(one.move.one != _each(one.move) for one in page.moved)
    apart, counts = _("(a package as one)"), (_("Came"), _("Left"), _("On the list at the end"))
    columns = [
        TableColumn(_("Month")),
        TableColumn(_("Came"), Format.NUMBER),
        TableColumn(_("Left"), Format.NUMBER),
        TableColumn(_("On the list at the end"), Format.NUMBER),
        *(TableColumn(f"{name} {apart}", Format.NUMBER) for name in counts if folded),
        TableColumn(_("Who came")),
        TableColumn(_("Who left")),
    ]
    comma = _(", ")
    rows = [
        [
            figures.month(str(one.move.month)), *_each(one.move), *(one.move.one if folded else ()),
            comma.join(name for name, _href in one.came), comma.join(name for name, _href in one.went),
        ]
        for one in reversed(page.moved)
    ]  # fmt: skip
    return Table(columns, rows, title=_("%(list)s: movement") % {"list": title}, sheet=_("Movement"))


def _each(move: Move) -> tuple[int, int, int]:
    return len(move.came), len(move.went), move.number


def _stays(page: Page, title: str) -> Table:
    columns = [
        TableColumn(_("Project")),
        TableColumn(_("Put on"), Format.DATE),
        TableColumn(_("Document")),
        TableColumn(_("Why")),
        TableColumn(_("By")),
        TableColumn(_("Taken off"), Format.DATE),
        TableColumn(_("Document")),
        TableColumn(_("Why")),
        TableColumn(_("By")),
    ]
    rows = [
        [
            one.project.name, one.entered_on, one.entered_by_paper, one.entered_why, str(one.entered_by),
            one.left_on, one.left_by_paper, one.left_why, str(one.left_by or ""),
        ]
        for one in page.stays
    ]  # fmt: skip
    return Table(columns, rows, title=_("%(list)s: entries and exits") % {"list": title}, sheet=_("Entries and exits"))
