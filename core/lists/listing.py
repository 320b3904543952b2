"""One person's look at a list: what is asked, the rows of a page, totals, tabs with counts, choices, the file.

Counts and totals stay known as long as nothing was written that they hang on (`core.lists.kept`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db import DatabaseError
from django.db.models import BigIntegerField, Q, QuerySet, Sum
from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from core import progress
from core.lists import columns as table
from core.lists import kept
from core.lists.columns import Column, Row
from core.lists.filters import BuiltIn, Filter, condition, options_of, values_of, views_for
from core.lists.narrows import narrows_of
from core.lists.parts import Chip, Choice, Head, Tab, boxes
from core.lists.spec import ListSpec
from core.models import SavedView
from core.tables.writing import TableColumn
from core.text import storable
from core.web.asked import key, keys

PER_PAGE = 50
LONGEST_SEARCH = 100
UNREADABLE = (ValueError, TypeError, OverflowError, DatabaseError)  # what a filter that is none of ours can end in
CHUNK = 2000  # rows of a file at a time


def query_of(view: BuiltIn | SavedView) -> str:
    """By what the view is opened; a saved one says which it is, and brings its columns itself."""
    if isinstance(view, BuiltIn):
        return view.query
    query = QueryDict(view.query, mutable=True)
    query.pop("col", None)
    query["view"] = str(view.pk)
    return query.urlencode()


class Listing:
    """One request's list. *query* is the query string as sent; no row is read before it is asked for."""

    def __init__(
        self,
        spec: ListSpec,
        user: Any,
        query: QueryDict,
        *,
        now: datetime,
        columns: list[str] | None = None,
        most: int | None = None,
    ) -> None:
        if user.county is None:
            raise ValueError("a person without a county has no list")
        self.spec, self.user, self.county, self.most = spec, user, user.county, most or PER_PAGE
        self.asked = spec.ask(user, user.county, query, now)
        self.values = values_of(query, spec.asks)
        self.text = query.get("q", "").strip()[:LONGEST_SEARCH]
        self.sort = query.get("sort", "")
        self.page_number = query.get("page", "1")
        self.view = key(query.get("view"))  # the saved view that was opened
        self._named, self._remembered = query.getlist("col"), columns or []

    @cached_property
    def columns(self) -> list[Column]:
        """Those of the address, else those of the saved view that is open, else those chosen last."""
        kept = QueryDict(self._opened.query).getlist("col") if self._opened and not self._named else []
        return self.spec.chosen(self._named or kept or self._remembered)

    @cached_property
    def _opened(self) -> SavedView | None:
        """The saved view that the address names, as long as the list is asked for what it asks."""
        view = next((view for view in self.saved if view.pk == self.view), None) if self.view else None
        if view is None:
            return None
        return view if self._asks(QueryDict(view.query)) == (self.values, self.text) else None

    # what is asked --------------------------------------------------------------------------------------------------

    @cached_property
    def home(self) -> str:
        return reverse(self.spec.url)

    def address(self, **changes: Any) -> str:
        """The query string of this list with *changes* (None takes a part out); starts again at the first page."""
        view = str(self.view or "")
        told = {"q": self.text, **self.values, "sort": self.sort, "view": view, **self.asked.carried, **changes}
        parts: list[tuple[str, str]] = []
        for name, value in told.items():
            parts += [(name, item) for item in (value if isinstance(value, list) else [value]) if item]
        return f"?{urlencode(parts)}" if parts else "?"

    def _file(self, kind: str, **changes: Any) -> str:
        shown = [column.key for column in self.columns]
        query = self.address(col=None if set(shown) == self.spec.usual else shown, view=None, **changes)
        return f"{reverse(self.spec.export_url, args=[kind])}{query}"

    @property
    def query_of_columns(self) -> str:
        """The query string by which exactly this list is found again, whatever columns are chosen meanwhile."""
        return self.address(col=[column.key for column in self.columns], view=None).removeprefix("?")

    @property
    def xlsx_address(self) -> str:
        """The file of what is on screen: another window may have chosen other columns meanwhile."""
        return self._file("xlsx")

    @property
    def csv_address(self) -> str:
        return self._file("csv")

    def file_of(self, data: QueryDict) -> str:
        """The file of the rows ticked in *data*: of all of the list, if it says so."""
        if data.get("all"):
            return self.xlsx_address
        ticked = [str(pk) for pk in keys(data.getlist("row"))] or ["0"]
        return self._file("xlsx", pk=ticked)

    @property
    def save_address(self) -> str:
        return f"{reverse('lists:view_save', args=[self.spec.key])}?{self.query_of_columns}"

    @property
    def here(self) -> str:
        """The list as it is asked for here."""
        return (self.home + self.address()).removesuffix("?")

    @property
    def previous(self) -> str:
        return self.home + self.address(page=str(self.page.number - 1))

    @property
    def next(self) -> str:
        return self.home + self.address(page=str(self.page.number + 1))

    def where(self, values: dict[str, list[str]], text: str) -> Q:
        found = condition(values, self.spec.asks, self.asked)
        return found & self.spec.search(text) if text.strip() and self.spec.search else found

    def needs(self, values: Iterable[str]) -> set[str]:
        """What conditions of the filters *values* need to be brought."""
        return {filter.needs for filter in self.spec.asks if filter.needs and filter.key in values}

    def bring(self, found: QuerySet[Any], needs: Iterable[str]) -> QuerySet[Any]:
        needs = frozenset(needs)
        return self.spec.bring(found, self.asked, needs) if self.spec.bring else found

    def found(self, *needs: str) -> QuerySet[Any]:
        """The rows asked for; figures are brought only where filters, the order or *needs* want them."""
        wanted = self.needs(self.values) | set(needs)
        if self.sorted_by and self.sorted_by.needs:
            wanted.add(self.sorted_by.needs)
        return self.bring(self.spec.scope(self.asked), wanted).filter(self.where(self.values, self.text))

    def keys(self) -> list[int]:
        """What names each row of the list, in its order."""
        return list(self.found().order_by(*self.order).values_list(self.spec.row_key, flat=True))

    def these(self, pks: Iterable[int]) -> list[int]:
        """Those of *pks* that the person sees on the list, whatever its filter, in its order."""
        where = {f"{self.spec.row_key}__in": list(pks)}
        rows = self.spec.scope(self.asked).filter(**where)
        return list(rows.order_by(*self.spec.order).values_list(self.spec.row_key, flat=True))

    # figures --------------------------------------------------------------------------------------------------------

    @cached_property
    def _figures(self) -> dict[str, Any]:
        """Counts of all views and the totals of this list: what isn't known in one query together. A saved view that
        can't be read any more has no count; nothing else waits for it."""
        views = [part for n in range(len(self._views)) if (part := self._view_part(n))]
        try:
            return self._known([*views, self._own_part])
        except UNREADABLE:
            found = self._known([self._own_part])
            for part in views:
                with suppress(*UNREADABLE):
                    found |= self._known([part])
            return found

    def _view_part(self, number: int) -> kept.Part | None:
        (view, query), (values, _text) = self._views[number], self._asked_by[number]
        if self.spec.alone & values.keys():
            return None
        try:
            where = self.where(values, storable(query.get("q", "")))
        except UNREADABLE:
            if isinstance(view, BuiltIn):
                raise
            return None
        counts = kept.counts(self.spec.groups, f"view_{number}", f"saved_{number}")
        return kept.Part(counts, where, Q(), frozenset(self.needs(values)))

    @cached_property
    def _own_part(self) -> kept.Part:
        needs, also = self.needs(self.values) | self.spec.needs_of_sums, self.spec.in_totals or Q()
        return kept.Part(self._sums(also), self.where(self.values, self.text), also, frozenset(needs))

    def _known(self, parts: list[kept.Part]) -> dict[str, Any]:
        model = self.spec.model(self.asked)
        return kept.figures(self.spec.key, parts, model, self.spec.marks, self.asked, self._count)

    def _count(self, parts: Sequence[kept.Part]) -> dict[str, Any]:
        """The figures of *parts*: of several by one look at all rows, of one by a look at its own."""
        wanted = {need for part in parts for need in part.needs}
        scope, alone = self.bring(self.spec.scope(self.asked), wanted).order_by(), len(parts) == 1
        scope = scope.filter(parts[0].where) if alone else scope
        each = [(part, name, add_up) for part in parts for name, add_up in part.aggregates.items()]
        return dict(scope.aggregate(**{name: add_up(Q() if alone else part.where) for part, name, add_up in each}))

    def _sums(self, also: Q) -> dict[str, Callable[[Q], Any]]:
        def add_up(name: str) -> Callable[[Q], Any]:
            return lambda where: Sum(name, filter=where & also, output_field=BigIntegerField())

        found = kept.counts(self.spec.groups, "n", "saved")
        if self.spec.in_totals is not None:
            found |= kept.counts(self.spec.groups, "summed", "summed_saved", also)
        return {**found, **{f"sum_{name}": add_up(name) for name in self.spec.sums}}

    @property
    def count(self) -> int:
        return int(self._figures["n"])

    def count_of(self, view: str) -> int:
        """How many rows the built-in view with the key *view* has: counted with all others."""
        built_in = (n for n, (one, _query) in enumerate(self._views) if isinstance(one, BuiltIn) and one.key == view)
        return int(self._figures[f"view_{next(built_in)}"])

    def count_alone(self) -> tuple[int, int]:
        """How many rows the list has, whatever its views are, and how many fewer with those of a group as one; what it
        can't answer is one of UNREADABLE."""
        found = self._known([self._own_part])
        return int(found["n"]), int(found.get("saved", 0))

    @cached_property
    def totals(self) -> Row:
        """The sums under the names of a row, so that the cells of the total row are the columns' own; `n` rows are on
        the list, `summed` of them are in the sums, and these are `summed_groups` with the rows of a group as one."""
        sums = {name: self._figures[f"sum_{name}"] or 0 for name in self.spec.sums}
        summed = self._figures.get("summed", self.count)
        return {"n": self.count, "summed": summed, "summed_groups": summed - self._saved("summed_saved"), **sums}

    def _saved(self, name: str) -> int:
        return int(self._figures.get(name, 0))

    @property
    def grouped(self) -> str:
        """How many rows there are with those of a group as one, in words; nothing where that is the same number."""
        saved = self._saved("saved")
        return self.spec.as_groups(self.count - saved) if saved and self.spec.as_groups else ""

    # tabs -----------------------------------------------------------------------------------------------------------

    @cached_property
    def saved(self) -> list[SavedView]:
        return list(SavedView.objects.seen_by(self.user, self.spec.key))

    @cached_property
    def _views(self) -> list[tuple[BuiltIn | SavedView, QueryDict]]:
        views: list[BuiltIn | SavedView] = [*views_for(self.user, self.spec.views), *self.saved]
        return [(view, QueryDict(view.query)) for view in views]

    @cached_property
    def tabs(self) -> list[Tab]:
        tabs: list[Tab] = []
        for number, (view, query) in enumerate(self._views):
            label = str(view.label) if isinstance(view, BuiltIn) else view.name
            own = isinstance(view, SavedView) and (self._shares if view.owner_id is None else True)
            pk = view.pk if isinstance(view, SavedView) else None
            count, saved = self._figures.get(f"view_{number}"), self._figures.get(f"saved_{number}")
            current = number == self._current
            if self.spec.alone & self._asked_by[number][0].keys():
                with suppress(*UNREADABLE):
                    count, saved = Listing(self.spec, self.user, query, now=self.asked.now).count_alone()
            ones = count - saved if count is not None and saved else None
            tabs.append(Tab(label, f"?{query_of(view)}", count, current and count is not None, pk, own, ones))
        return tabs

    @cached_property
    def _current(self) -> int | None:
        """The tab that is open: the saved view that was opened, else the first that asks for what is asked here."""
        fits = [n for n, asked in enumerate(self._asked_by) if asked == (self.values, self.text)]
        opened = (n for n in fits if self._opened is not None and self._views[n][0] == self._opened)
        return next(opened, next(iter(fits), None))

    @cached_property
    def _asked_by(self) -> list[tuple[dict[str, list[str]], str]]:
        """What each view asks."""
        return [self._asks(query) for _view, query in self._views]

    def _asks(self, query: QueryDict) -> tuple[dict[str, list[str]], str]:
        return values_of(query, self.spec.asks), query.get("q", "")

    @cached_property
    def unfiltered(self) -> str:
        """The list of the tab on which one is, without what was asked for besides: the narrowest view whose filters
        are all on. Of a view itself: the whole list."""
        best, most = self.home, 0
        for number, (view, _query) in enumerate(self._views):
            values, text = self._asked_by[number]
            within = text in ("", self.text) and all(
                set(asked) == set(self.values.get(name, ())) for name, asked in values.items()
            )
            size = len(values) + bool(text)
            known = self._figures.get(f"view_{number}") is not None or bool(self.spec.alone & values.keys())
            if within and number != self._current and size > most and known:
                best, most = f"{self.home}?{query_of(view)}", size
        return best

    @cached_property
    def _shares(self) -> bool:
        return bool(self.spec.may_share(self.user, self.county))

    @property
    def current_tab(self) -> Tab | None:
        return next((tab for tab in self.tabs if tab.current), None)

    # filters --------------------------------------------------------------------------------------------------------

    @property
    def chips(self) -> list[Chip]:
        return [chip for chip in self._chips if not chip.more]

    @property
    def more(self) -> list[Chip]:
        return [chip for chip in self._chips if chip.more]

    @cached_property
    def _chips(self) -> list[Chip]:
        filters = [filter for filter in self.spec.asks if not filter.hidden or filter.key in self.values]
        return [self._chip(filter) for filter in filters]

    def _chip(self, filter: Filter) -> Chip:
        on = self.values.get(filter.key, [])
        options = options_of(filter, self.asked)
        labels = {option.value: str(option.label) for option in options} if on else {}
        said = _(", ").join(labels.get(value, value) for value in on)
        if filter.counted and on:
            said = ngettext("%(n)s row", "%(n)s rows", len(on)) % {"n": len(on)}
        shown = [option for option in options if option.offered]
        asked_for = [option for option in options if not option.offered and option.value in on] if on else []
        choices = [Choice(value, str(label), value in on) for value, label, _offered in [*asked_for, *shown]]
        without = self.home + self.address(**{filter.key: None}) if on else ""
        return Chip(filter.key, str(filter.label), said, choices, without, filter.more and not on, filter.day)

    # rows -----------------------------------------------------------------------------------------------------------

    @cached_property
    def sorted_by(self) -> Column | None:
        column = self.spec.by_key.get(self.sort.removeprefix("-"))
        return column if column and column.sort else None

    @cached_property
    def order(self) -> list[Any]:
        return table.ordering(self.sorted_by, self.sort.startswith("-"), self.spec.order)

    @cached_property
    def page(self) -> Page[Any]:
        paginator = Paginator(range(self.count), self.most)  # the count is known: only rows are asked for
        return paginator.get_page(self.page_number)

    @cached_property
    def _needs_of_columns(self) -> set[str]:
        return {column.needs for column in self.columns if column.needs}

    def rows(self) -> list[Row]:
        """The rows of the page. Where something is brought, the ids are found first: only a page's rows pay for it."""
        first, last = self.page.start_index() - 1, self.page.end_index()
        names = table.sources(self.columns, self.spec.row_key)
        needs = (self._needs_of_columns | ({self.sorted_by.needs} if self.sorted_by else set())) - {""}
        if self.spec.bring is None or not needs:
            return list(self.found().order_by(*self.order).values(*names)[first:last])
        ids = self.found().order_by(*self.order).values("pk")[first:last]
        shown = self.bring(self.spec.model(self.asked)._default_manager.all(), needs)
        return list(shown.filter(pk__in=ids).order_by(*self.order).values(*names))

    def look(self, pks: list[int] | None) -> Any:
        return self.spec.look(self, pks)

    @cached_property
    def body(self) -> SafeString:
        """The table's rows, the totals first if anything is summed."""
        return self._table(self.spec.row_key if self.spec.selects else "")

    @cached_property
    def plain(self) -> SafeString:
        """The same, without boxes to choose rows by."""
        return self._table("")

    def _table(self, tick: str) -> SafeString:
        if not self.count:
            return SafeString("")
        rows, head = self.rows(), self.spec.head
        look = self.look([row[self.spec.row_key] for row in rows])
        lines = [table.total_row(self.totals, self.columns, look, head, tick=bool(tick))] if self.spec.sums else []
        return SafeString("\n".join([*lines, *table.table_rows(rows, self.columns, look, head, tick=tick)]))

    @cached_property
    def heads(self) -> list[Head]:
        found = []
        for column in self.columns:
            up, down = self.sort == column.key, self.sort == f"-{column.key}"
            href = self.home + self.address(sort=f"-{column.key}" if up else column.key) if column.sort else ""
            found.append(Head(column, href, "ascending" if up else "descending" if down else ""))
        return found

    @property
    def column_boxes(self) -> SafeString:
        shown = {column.key for column in self.columns}
        others = [Choice(c.key, str(c.label), c.key in shown) for c in self.spec.columns if c.key != self.spec.head]
        return boxes("col", others, form="cols")

    @property
    def searches(self) -> bool:
        return self.spec.search is not None

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What a form has to carry along beside its own fields, so that nothing that is on gets lost."""
        parts = [(key, value) for key, values in self.values.items() for value in values]
        return [*parts, *((key, value) for key, value in (("q", self.text), *self.carried) if value)]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the form of the filters carries along: the order, and what else belongs to the list."""
        also = {"sort": self.sort, "view": str(self.view or ""), **self.asked.carried}
        return [(key, value) for key, value in also.items() if value]

    # page -----------------------------------------------------------------------------------------------------------

    @cached_property
    def sub(self) -> list[Any]:
        return list(self.spec.sub(self))

    @cached_property
    def links(self) -> list[Any]:
        added = (link for one in narrows_of(self.spec.key) if one.links for link in one.links(self))
        return [*added, *self.spec.links(self)]

    @cached_property
    def figures(self) -> list[Any]:
        return list(self.spec.figures(self))

    @cached_property
    def crumb(self) -> list[Any]:
        return list(self.spec.crumb(self))

    @cached_property
    def remarks(self) -> Any:
        return self.spec.remarks(self) if self.spec.remarks else None

    @cached_property
    def empty(self) -> dict[str, Any]:
        """What an empty list says: what that means, and what to do next."""
        if self.values or self.text:
            words = {"title": _("Nothing on this list fits"), "text": _("Take a filter off, or look for fewer words.")}
            return {**words, "href": self.unfiltered, "action": _("Show all")}
        link = next((link for link in self.links if link.primary), None)
        title, text = self.spec.empty if link or not self.spec.empty_for_others else self.spec.empty_for_others
        step = {"href": link.href, "action": link.label} if link else {"href": "", "action": ""}
        return {"title": title, "text": text, **step}

    # files ----------------------------------------------------------------------------------------------------------

    @cached_property
    def _in_file(self) -> list[Column]:
        return [column for column in self.columns if column.value is not None]

    def file_columns(self) -> list[TableColumn]:
        return table.file_columns(self._in_file)

    def file_rows(self) -> Iterator[list[Any]]:
        """Exactly what is on screen, all pages of it: the totals first, then the rows in their order."""
        look = self.look(None)
        if self.spec.sums:
            yield table.total_values(self.totals, self._in_file, look)
        names = table.sources(self._in_file, self.spec.row_key)
        shown = self.found(*self._needs_of_columns).order_by(*self.order).values(*names)
        values = [column.value for column in self._in_file if column.value]
        for n, row in enumerate(shown.iterator(chunk_size=CHUNK)):
            if n % CHUNK == 0:
                progress.step(n, self.count, gettext_noop("rows written"))
            yield [value(row, look) for value in values]
