"""When a round has ended, the lists that the county dispatches by are frozen as they stand: page and Excel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.days.office import local_day
from core.records.files import keep, throw_away
from core.tables.writing import Format, TableColumn, write_table
from dispatch.daylists.kinds import LISTS_OF, Heading, Rows
from dispatch.daylists.models import DayList, named
from dispatch.daylists.rules import DayListRules
from dispatch.rounds.models import Round
from dispatch.rounds.services import title
from organization.profiles.rules import Rules
from organization.units.models import Unit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LATE = timedelta(days=14)  # a round that ended longer ago is not frozen any more: the day is gone


def freeze_due(county: Unit, *, now: datetime, rules: Rules) -> int:
    """Freeze the lists of each round that has ended and has none of this end; how many."""
    own, frozen = rules[DayListRules], 0
    ended = Round.objects.filter(county=county, closed_at__gt=now - LATE, closed_at__lte=now)
    for opened in ended.select_related("county").order_by("closed_at", "pk"):
        there = dict(DayList.objects.filter(round=opened).values_list("kind", "closed_at"))
        for kind in getattr(own, opened.kind):
            if there.get(kind) != opened.closed_at:
                frozen += freeze(opened, kind, now=now)
    return frozen


@transaction.atomic
def freeze(opened: Round, kind: str, *, now: datetime) -> bool:
    """The list *kind* as it stands now, in the county's language; one of an earlier end of the round goes. False if
    somebody was faster."""
    fresh = Round.objects.select_for_update(of=("self",)).select_related("county").get(pk=opened.pk)
    old = DayList.objects.filter(round=fresh, kind=kind).select_related("file").first()
    if fresh.closed_at is None or (old and old.closed_at == fresh.closed_at):
        return False
    on = local_day(now)
    with translation.override(settings.LANGUAGE_CODE):
        found = LISTS_OF[kind]
        name = named(kind, on)
        heads, rows = list(found.headings()), _plain(found.rows(fresh, on))
        content = _workbook(
            heads, rows, name, _("%(round)s of %(county)s") % {"round": title(fresh), "county": fresh.county}
        )
    if old is not None:
        file = old.file
        old.delete()
        throw_away(file)
    DayList.objects.create(
        county=fresh.county,
        round=fresh,
        kind=kind,
        on=on,
        title=name,
        columns=heads,
        rows=rows,
        count=len(rows),
        file=keep(content, f"list-{kind}-{fresh.period}.xlsx", XLSX, now=now),
        closed_at=fresh.closed_at,
        at=now,
    )
    return True


def _plain(rows: Rows) -> Rows:
    """What JSON holds: a share is a text of digits, as the page shows it."""
    return [[str(cell) if isinstance(cell, Decimal) else cell for cell in row] for row in rows]


def _workbook(heads: Sequence[Heading], rows: Rows, name: str, below: str) -> bytes:
    columns = [TableColumn(words, Format(kind), unit) for words, kind, unit in heads]
    cells = [[_cell(value, column.format) for value, column in zip(row, columns, strict=True)] for row in rows]
    with write_table(columns, cells, title=name, subtitle=below, sheet=name) as book:
        return book.read()


def _cell(value: Any, kind: Format) -> Any:
    if kind is Format.DATE and value:
        return date.fromisoformat(value)
    return Decimal(value) if kind is Format.PERCENT and value else value
