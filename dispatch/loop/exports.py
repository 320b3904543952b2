"""The closed loop as a workbook: the seven nodes, and the projects that stand at each."""

from __future__ import annotations

from datetime import datetime
from typing import IO

from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.amounts import figures
from core.exports import Export, Sheet
from core.tables.writing import Format, Table, TableColumn, write_tables
from dispatch.loop.pages import Loop, Stand, loop
from dispatch.loop.permissions import can_see_loop
from organization.people.models import User
from projects.list.asked import Asked
from projects.list.listing import ask


def open_loop(user: User, query: QueryDict, now: datetime) -> Sheet:
    """The loop of `?period=`. Raises PermissionDenied."""
    county = user.county
    if county is None or not (answer := can_see_loop(user, county)):
        raise PermissionDenied(_("Your account belongs to no county yet") if county is None else answer.why)
    asked = ask(user, county, query, now)
    title = _("Closed loop of seven nodes %(period)s") % {"period": asked.period}
    return Sheet(
        export=LOOP.key,
        query=f"period={asked.period}",
        name=f"{title}.xlsx",
        page=f"{reverse('dispatch:loop')}?period={asked.period}",
        rows=asked.rows.counted().count,
        content=lambda: _write(loop(asked), asked, title),
    )


def _write(found: Loop, asked: Asked, title: str) -> IO[bytes]:
    day = _("figures as of %(day)s") % {"day": figures.day(found.on)}
    notes = [f"{one.node.label}：{_meaning(one)}" for one in found.stands]
    amounts = (TableColumn(_("Total investment"), Format.WAN, _("10k yuan")),
               TableColumn(_("Plan of the year"), Format.WAN, _("10k yuan")))  # fmt: skip
    nodes = [
        TableColumn(pgettext("loop", "Node")),
        TableColumn(_("Projects"), Format.NUMBER),
        *amounts,
        TableColumn(_("Median of days"), Format.NUMBER),
        TableColumn(_("Longest, days"), Format.NUMBER),
        TableColumn(_("Longest there")),
        TableColumn(pgettext("loop", "Late"), Format.NUMBER),
    ]
    names = {unit.pk: unit.called_on(asked.period.last) for unit in asked.units}
    lines = [
        TableColumn(pgettext("loop", "Node")),
        TableColumn(_("Project")),
        TableColumn(_("Lead unit")),
        *amounts,
        TableColumn(_("Days there"), Format.NUMBER),
        TableColumn(pgettext("loop", "Late")),
    ]
    late = {True: pgettext("loop", "Late"), False: ""}
    rows = [
        [str(stand.node.label), one.name, names.get(one.unit, ""), one.total, one.plan, one.days, late[one.late]]
        for stand in found.stands
        for one in stand.projects
    ]
    summary = Table(nodes, [_cells(one) for one in found.stands], title=title, subtitle=day, notes=notes,
                    sheet=_("Seven nodes"))  # fmt: skip
    return write_tables([summary, Table(lines, rows, title=title, subtitle=day, sheet=_("Projects"))])


def _meaning(stand: Stand) -> str:
    node = stand.node
    return "".join(str(one) for one in (node.meaning, node.since, node.late))


def _cells(stand: Stand) -> list[object]:
    if not stand.node.kept:
        return [str(stand.node.label), _("not kept yet"), None, None, None, None, "", None]
    longest = stand.longest
    return [
        str(stand.node.label), stand.number, stand.total, stand.plan, stand.median,
        longest.days if longest else None, longest.name if longest else "", stand.late,
    ]  # fmt: skip


LOOP = Export("loop", open_loop)
EXPORTS = (LOOP,)
