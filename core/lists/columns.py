"""Columns of a list: one table feeds the page, the choice of columns, the order and the files.

A row is a plain dict with the sources that the chosen columns name. Cells are joined by hand: 50 × 12 of them through
a template would cost more than the query. Whatever comes from outside goes through `conditional_escape`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Value, When
from django.db.models.expressions import Combinable, OrderBy
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape as escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.amounts import figures
from core.coded import Coded, labels
from core.lists.filters import Asked
from core.records.order import CodePoints, last
from core.tables.writing import Format, TableColumn

Row = dict[str, Any]
Cell = Callable[[Row, Any], Any]
WAN = gettext_lazy("10k yuan")
NOTHING = f'<span class="mut">{figures.NONE}</span>'


@dataclass(frozen=True)
class Look:
    """What cells need beside their row; a list may have more (`spec.look`)."""

    asked: Asked
    href: str  # the page of record 0

    @property
    def year(self) -> int:
        """The year that days of a column needn't name."""
        return self.asked.on.year

    def page_of(self, pk: int) -> str:
        return self.href.replace("/0/", f"/{pk}/")


@dataclass(frozen=True)
class Column:
    """One column: `source` are the values that it needs, `cell` its HTML, `value` what goes into a file.

    On a phone the rows are cards: css `x` leaves a cell out, `first` and `top` are the card's head, `end` stands at
    the right, `wide` takes a line; `named` says the column's name before the value.
    """

    key: str
    label: str | Promise
    cell: Cell
    value: Cell | None = None  # None: nothing of it goes into a file, such as the steps at a row's end
    source: tuple[str, ...] = ()
    unit: str | Promise = ""
    sort: Combinable | str = ""
    format: Format = Format.TEXT
    css: str = ""  # of the cells
    head: str = ""  # of the head
    chosen: bool = False  # among the columns that one sees at first
    total: Cell | None = None  # the cell of the total row
    sum: str = ""  # what is summed over all rows for it
    total_value: Cell | None = None  # the total in a file, where it isn't the sum itself
    total_on_phone: bool = True
    named: bool = False
    needs: str = ""  # what `spec.bring` has to bring for it
    unseen: bool = False  # its head is read out only
    file_unit: str | Promise | None = None  # the unit in a file, where it is another


def in_order_of(source: str, choices: Any) -> Case:
    """The order in which *choices* stand, not that of their codes."""
    return Case(*(When(**{source: code}, then=Value(n)) for n, code in enumerate(choices.values)))


# cells --------------------------------------------------------------------------------------------------------------


def raw(source: str) -> Cell:
    return lambda row, look: row[source]


def text(source: str) -> Cell:
    return lambda row, look: str(escape(row[source])) if row[source] else NOTHING


def label(source: str, choices: Any) -> Cell:
    labels = dict(choices.choices)
    return lambda row, look: str(escape(labels.get(row[source], ""))) or figures.NONE


def label_value(source: str, choices: Any) -> Cell:
    labels = dict(choices.choices)
    return lambda row, look: str(labels.get(row[source], ""))


def wan(source: str) -> Cell:
    return lambda row, look: figures.wan(row[source])


def day(source: str) -> Cell:
    """07-03; with the year if it isn't the list's."""

    def cell(row: Row, look: Any) -> str:
        found = row[source]
        if found is None:
            return NOTHING
        return f"{found:%m-%d}" if found.year == look.year else f"{found:%Y-%m-%d}"

    return cell


def moment(source: str) -> Cell:
    return lambda row, look: NOTHING if row[source] is None else str(escape(figures.moment(row[source])))


def moment_day(source: str) -> Cell:
    """The day of a moment as `day` shows days, where the hour says nothing to people."""

    def cell(row: Row, look: Any) -> str:
        found = row[source]
        return str(day(source)({source: found and timezone.localdate(found)}, look))

    return cell


def moment_text(found: datetime | None) -> str:
    """A moment in a file: a day's format would lose the hour."""
    return "" if found is None else f"{timezone.localtime(found):%Y-%m-%d %H:%M}"


def moment_value(source: str) -> Cell:
    return lambda row, look: moment_text(row[source])


def link(source: str, pk: str = "pk") -> Cell:
    """The name of a record, which leads to its page; *pk* names its key where the row is about another record."""
    return lambda row, look: f'<a class="name" href="{look.page_of(row[pk])}">{escape(row[source])}</a>'


def in_all(row: Row, look: Any) -> str:
    return str(escape(_("%(n)s in all") % {"n": f"{row['n']:,}"}))


# columns ------------------------------------------------------------------------------------------------------------


def name_column(key: str, label: Any, source: str = "", pk: str = "pk", **more: Any) -> Column:
    """The head of each row, which leads to the page of the record whose key is *pk*."""
    source = source or key
    given: dict[str, Any] = {
        "sort": CodePoints(F(source)),
        "css": "first",
        "head": "w",
        "chosen": True,
        "total": in_all,
    } | more
    return Column(key, label, link(source, pk), raw(source), (source, pk), **given)


def text_column(key: str, label: Any, source: str = "", **more: Any) -> Column:
    source = source or key
    given: dict[str, Any] = {"css": "mut x", "sort": CodePoints(F(source))} | more
    return Column(key, label, text(source), raw(source), (source,), **given)


def coded_column(key: str, label_: Any, choices: Any, source: str = "", **more: Any) -> Column:
    """A column of codes, shown by their labels and in their order."""
    source = source or key
    given: dict[str, Any] = {"css": "mut x", "sort": in_order_of(source, choices)} | more
    return Column(key, label_, label(source, choices), label_value(source, choices), (source,), **given)


def listed_column(
    key: str, name: Any, entries: Callable[[Any], Iterable[Coded]], source: str = "", **more: Any
) -> Column:
    """A column of a county's codes: *entries* answers its list from the look. What no list has is shown as it stands,
    marked on the page."""
    source = source or key

    def known(look: Any) -> dict[str, Any]:
        kept: dict[str, dict[str, Any]] = look.__dict__.setdefault("_listed", {})
        if key not in kept:
            kept[key] = labels(entries(look))
        return kept[key]

    def cell(row: Row, look: Any) -> str:
        stored = row[source]
        if not stored:
            return NOTHING
        if (found := known(look).get(stored)) is not None:
            return str(escape(found))
        return (
            f'{escape(stored)} <span class="mk">{escape(_("unclassed"))}</span>'
            if known(look)
            else str(escape(stored))
        )

    def value(row: Row, look: Any) -> str:
        return str(known(look).get(row[source], row[source]))

    given: dict[str, Any] = {"css": "mut x", "sort": CodePoints(F(source))} | more
    return Column(key, name, cell, value, (source,), **given)


def day_column(key: str, label: Any, **more: Any) -> Column:
    given: dict[str, Any] = {"css": "num mut x", "head": "num", "sort": key, "format": Format.DATE} | more
    return Column(key, label, day(key), raw(key), (key,), **given)


def moment_column(key: str, label: Any, cell: Cell | None = None, **more: Any) -> Column:
    given: dict[str, Any] = {"css": "mut nw x", "sort": key} | more
    return Column(key, label, cell or moment(key), moment_value(key), (key,), **given)


def number_column(key: str, label: Any, **more: Any) -> Column:
    given: dict[str, Any] = {"css": "n", "head": "n", "sort": key, "format": Format.NUMBER} | more
    return Column(key, label, lambda row, look: figures.grouped(row[key]), raw(key), (key,), **given)


def wan_column(key: str, label: Any, **more: Any) -> Column:
    """Whole yuan, shown in 万元, with their sum."""
    given: dict[str, Any] = {"css": "n x", "head": "n", "unit": WAN, "sort": key, "total": wan(key), "sum": key} | more
    return Column(key, label, wan(key), raw(key), (key,), format=Format.WAN, **given)


# rows ---------------------------------------------------------------------------------------------------------------


def sources(columns: Iterable[Column], key: str = "pk") -> list[str]:
    """What a query has to bring for *columns*, and the *key* of the row."""
    found = dict.fromkeys([key])
    for column in columns:
        found |= dict.fromkeys(column.source)
    return list(found)


def ordering(column: Column | None, down: bool, order: Iterable[str]) -> list[Any]:
    """The order by *column*, empty values last, the list's own order within."""
    own = [last(name) for name in order]
    if column is None or not column.sort:
        return own
    by: Any = F(column.sort) if isinstance(column.sort, str) else column.sort
    return [OrderBy(by, descending=down, nulls_last=True), *own]


def _opening(column: Column, head: str, css: str) -> tuple[str, str]:
    tag = "th" if column.key == head else "td"
    scope = ' scope="row"' if tag == "th" else ""
    label = _("%(name)s (%(unit)s)") % {"name": column.label, "unit": column.unit} if column.unit else column.label
    named = f' data-k="{escape(str(label))}"' if column.named else ""
    return f'<{tag}{scope} class="{css}"{named}>', f"</{tag}>"


def table_rows(
    rows: Iterable[Row], columns: Iterable[Column], look: Any, head: str, *, tick: str = ""
) -> Iterator[str]:
    """The rows of the table as HTML; the column *head* is the head of its row. Where rows are chosen, *tick* is what
    names one in the form `chosen`."""
    columns = list(columns)
    parts = [(*_opening(column, head, column.css), column.cell) for column in columns]
    name = next((column.value for column in columns if column.key == head), None)
    for row in rows:
        box = _tick(row[tick], name(row, look) if name else "") if tick else ""
        yield f"<tr>{box}{''.join([f'{begin}{cell(row, look)}{end}' for begin, end, cell in parts])}</tr>"


def _tick(pk: int, name: Any) -> str:
    said = escape(_("Choose: %(name)s") % {"name": name})
    box = f'<input type="checkbox" form="chosen" name="row" value="{pk}" aria-label="{said}" autocomplete="off">'
    return f'<td class="tick"><label>{box}</label></td>'


def total_row(totals: Row, columns: Iterable[Column], look: Any, head: str, *, tick: bool = False) -> str:
    """The row of the totals: a rate is a sum over a sum, never a mean."""
    cells = ['<td class="x"></td>'] if tick else []
    for column in columns:
        css = column.css if column.total and column.total_on_phone else f"{column.css} x"
        begin, end = _opening(column, head, css.replace("top ", "").replace("mut ", ""))
        cells.append(f"{begin}{column.total(totals, look) if column.total else ''}{end}")
    return f'<tr class="sum">{"".join(cells)}</tr>'


def total_values(totals: Row, columns: Iterable[Column], look: Any) -> list[Any]:
    """The total row of a file: what the page shows, as values."""
    found: list[Any] = []
    for column in columns:
        if column.total_value:
            found.append(column.total_value(totals, look))
        elif column.sum:
            found.append(totals[column.sum])
        else:
            found.append(in_all(totals, look) if column.total is in_all else None)
    return found


def file_columns(columns: Iterable[Column]) -> list[TableColumn]:
    return [TableColumn(str(c.label), c.format, str(c.unit if c.file_unit is None else c.file_unit)) for c in columns]
