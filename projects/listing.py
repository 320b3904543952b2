"""The project list as one person sees it: what is asked, the rows of a page, totals, tabs with counts.

What only changes when somebody writes (counts, totals, options) is kept under the newest row of history: exact, and
nothing has to be told that it is out of date.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache as store
from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Count, Q, Sum
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import conditional_escape as escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.order import last
from core.periods import Kind, Period
from core.tables.writing import TableColumn
from organization.models import Post, Unit, User
from organization.rules import Rules, rules_of
from projects import columns as table
from projects.choices import ReportStatus
from projects.columns import Column, Look, Row
from projects.filters import FILTERS, Asked, BuiltIn, Filter, Options, condition, values_of, views_for
from projects.models import AnnualPlan, MonthlyReport, Project, ProjectQuerySet, SavedView, Sponsor
from projects.rules import LightRules

PER_PAGE = 50
KEPT_FOR = 600  # seconds; a newer row of history makes another key long before


@dataclass(frozen=True)
class Tab:
    """A view on its tab."""

    label: str
    href: str
    count: int
    current: bool
    pk: int | None = None  # of the person's own views, which can be deleted
    own: bool = False


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    on: bool


def boxes(name: str, choices: list[Choice], form: str = "") -> SafeString:
    """Labelled boxes to tick, as HTML: a list has eighty of them, too many for a template's loop."""
    of = f' form="{form}"' if form else ""
    return SafeString(
        "".join(
            f'<label><input type="checkbox"{of} name="{name}" value="{escape(choice.value)}"'
            f"{' checked' if choice.on else ''}> {escape(choice.label)}</label>"
            for choice in choices
        )
    )


@dataclass(frozen=True)
class Chip:
    """A filter in the row: its name, what is on, all that could be, and the address without it."""

    key: str
    label: str
    said: str
    choices: list[Choice]
    without: str
    more: bool = False  # under “more”, since it is not on

    @property
    def boxes(self) -> SafeString:
        return boxes(self.key, self.choices)


@dataclass(frozen=True)
class Head:
    column: Column
    href: str
    sorted: str  # ascending, descending or nothing


@cache
def _newest_sql() -> str:
    """The newest row of each history and the newest month with counted reports, as one row. Written as SQL once:
    the primary keys answer it in microseconds; building seven subqueries anew would cost more than the page's rows."""
    models = (Project, AnnualPlan, MonthlyReport, Sponsor, Unit, Post)
    histories = [model.history.model._meta.db_table for model in models]
    report, project = MonthlyReport._meta.db_table, Project._meta.db_table
    parts = [f'(SELECT MAX(history_id) FROM "{name}")' for name in histories]  # noqa: S608
    # EXISTS and no join: so the index of months is read from its end. Only names of our own tables are put in.
    month = f"""(SELECT r.month FROM "{report}" r WHERE r.status = %s AND r.month <= %s AND EXISTS (
        SELECT 1 FROM "{project}" p WHERE p.id = r.project_id AND p.county_id = %s) ORDER BY r.month DESC LIMIT 1)"""  # noqa: S608
    return f"SELECT {', '.join([*parts, month])}"


def newest(county: Unit, on: date) -> tuple[str, str | None]:
    """What everything known now hangs on: the newest rows of history as one text, and the newest month up to *on* with
    counted reports (as `reporting.latest_period`). One query."""
    with connection.cursor() as cursor:
        cursor.execute(_newest_sql(), [ReportStatus.ACCEPTED.value, str(Period.of(on)), county.pk])
        row = cursor.fetchone()
    return "-".join(str(value or 0) for value in row[:-1]), row[-1]


class Listing:
    """One request's list. *query* is the query string as sent; nothing is read before it is asked for."""

    def __init__(self, user: User, query: QueryDict, *, on: date, columns: list[str] | None = None) -> None:
        county = user.county
        if county is None:
            raise ValueError("a person without a county has no list")
        self.user, self.county, self.on = user, county, on
        self.values = values_of(query)
        self.text = query.get("q", "").strip()[:100]
        self.sort = query.get("sort", "")
        self.page_number = query.get("page", "1")
        self.columns = table.chosen(query.getlist("col") or columns or [])
        self.known, newest_month = newest(county, on)
        self.rules: Rules = rules_of(county)
        self.period = _month(query.get("period", "")) or _month(newest_month or "") or Period.of(on).previous()
        self.fixed_period = str(self.period) if _month(query.get("period", "")) else ""
        self.asked = Asked(user, county, self.period, self.rules, on)

    # what is asked --------------------------------------------------------------------------------------------------

    def address(self, **changes: Any) -> str:
        """The query string of this list with *changes* (None takes a part out); starts again at the first page."""
        parts: list[tuple[str, str]] = []
        told: dict[str, Any] = {
            "q": self.text,
            **self.values,
            "sort": self.sort,
            "period": self.fixed_period,
            **changes,
        }
        for key, value in told.items():
            parts += [(key, item) for item in (value if isinstance(value, list) else [value]) if item]
        return f"?{urlencode(parts)}" if parts else "?"

    @cached_property
    def visible(self) -> ProjectQuerySet:
        """All that the person may see, with light and figures: for counts and totals."""
        return Project.objects.visible_to(self.user).with_light(self.period, self.rules[LightRules])

    @cached_property
    def where(self) -> Q:
        return condition(self.values, self.text, self.asked)

    @cached_property
    def projects(self) -> ProjectQuerySet:
        """The projects asked for; figures are brought only where filter or order need them."""
        if "light" in self.values:
            return self.visible.filter(self.where)
        scope = Project.objects.visible_to(self.user)
        if "plan" in self.values or self.sort.removeprefix("-") in table.FIGURES:
            scope = scope.with_figures(self.period)
        return scope.filter(self.where)

    # figures --------------------------------------------------------------------------------------------------------

    @cached_property
    def figures(self) -> dict[str, Any]:
        """Counts of all views and the totals of this list: one query together, or only the part that isn't known."""
        queries = "|".join(view.query for view, _asked in self._views)
        views, totals = self._key(f"views.{queries}"), self._key(f"totals.{self.text}.{sorted(self.values.items())}")
        known = store.get_many([views, totals])
        if views not in known:
            counts = {f"v{n}": Count("pk", filter=where) for n, where in enumerate(self._conditions())}
            found = self.visible.aggregate(**counts, **self._sums(self.where))
            known = {
                views: {key: found[key] for key in counts},
                totals: {key: found[key] for key in table.aggregates()},
            }
        elif totals not in known:
            known[totals] = self.projects.with_figures(self.period).aggregate(**table.aggregates())
        else:
            return {**known[views], **known[totals]}
        store.set_many(known, KEPT_FOR)
        return {**known[views], **known[totals]}

    def _key(self, part: str) -> str:
        """Where something is kept that is true for this person until anybody writes."""
        scope = f"{self.user.pk}.{self.known}.{self.period}.{self.on}.{self.rules.key}{self.rules.version}"
        return f"list.{scope}.{sha256(part.encode()).hexdigest()[:20]}"

    @staticmethod
    def _sums(where: Q) -> dict[str, Any]:
        return {
            "n": Count("pk", filter=where),
            **{
                key: Sum(made.get_source_expressions()[0].name, filter=where, output_field=made.output_field)
                for key, made in table.aggregates().items()
                if key != "n"
            },
        }

    @property
    def count(self) -> int:
        return int(self.figures["n"])

    # tabs -----------------------------------------------------------------------------------------------------------

    @cached_property
    def saved(self) -> list[SavedView]:
        return list(
            SavedView.objects.filter(Q(owner=self.user) | Q(owner=None, county=self.county)).order_by(
                last("owner"), "position", "pk"
            )
        )

    @cached_property
    def _views(self) -> list[tuple[BuiltIn | SavedView, QueryDict]]:
        views: list[BuiltIn | SavedView] = [*views_for(self.user), *self.saved]
        return [(view, QueryDict(view.query)) for view in views]

    def _conditions(self) -> list[Q]:
        return [condition(values_of(query), query.get("q", ""), self.asked) for _view, query in self._views]

    @cached_property
    def tabs(self) -> list[Tab]:
        here = (self.values, self.text)
        tabs: list[Tab] = []
        for number, (view, query) in enumerate(self._views):
            current = (values_of(query), query.get("q", "")) == here and not any(tab.current for tab in tabs)
            label = str(view.label) if isinstance(view, BuiltIn) else view.name
            own = isinstance(view, SavedView) and view.owner_id == self.user.pk
            pk = view.pk if isinstance(view, SavedView) else None
            tabs.append(Tab(label, f"?{view.query}", self.figures[f"v{number}"], current, pk, own))
        return tabs

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
    def _known_options(self) -> dict[str, list[tuple[str, str]]]:
        key = self._key(f"options.{get_language()}")
        options = store.get(key)
        if options is None:
            options = self._options()
            store.set(key, options, KEPT_FOR)
        return options

    @cached_property
    def _chips(self) -> list[Chip]:
        options = self._known_options
        return [
            self._chip(filter, options.get(filter.key, filter.options))
            for filter in FILTERS
            if not filter.hidden or filter.key in self.values
        ]

    def _chip(self, filter: Filter, options: Options) -> Chip:
        on = self.values.get(filter.key, [])
        if "mine" in on:
            options = [("mine", _("mine")), *options]
        if filter.key == "unit":
            by_id = self._known_options["unit_id"]
            options = [*[option for option in by_id if option[0] in on], *options]
        elif filter.key == "light":
            options = [
                *[(value, filter.label_of(value, options)) for value in on if value not in dict(options)],
                *options,
            ]
        said = _(", ").join(filter.label_of(value, options) for value in on)
        choices = [Choice(value, str(label), value in on) for value, label in options]
        without = self.address(**{filter.key: None})
        return Chip(filter.key, str(filter.label), said, choices, without, filter.more and not on)

    def _options(self) -> dict[str, list[tuple[str, str]]]:
        """The county's units that lead something, and the posts that sponsor something."""
        units = Unit.objects.filter(county=self.county, led_projects__isnull=False).distinct()
        posts = Post.objects.filter(unit__county=self.county, sponsored__isnull=False).distinct()
        return {
            "unit": [(unit.code, unit.short_name) for unit in units],
            "unit_id": [(str(unit.pk), unit.short_name) for unit in units],  # for links that name a unit by its id
            "sponsor": [(str(post.pk), post.title) for post in posts.order_by("unit__position", "position", "pk")],
        }

    # rows -----------------------------------------------------------------------------------------------------------

    @cached_property
    def order(self) -> list[Any]:
        return table.ordering(self.sort)

    @cached_property
    def page(self) -> Page:
        paginator = Paginator(range(self.count), PER_PAGE)  # the count is known: only rows are asked for
        return paginator.get_page(self.page_number)

    def rows(self) -> list[Row]:
        """The rows of the page. The ids are found first: only 50 rows pay for their figures."""
        ids = self.projects.order_by(*self.order).values("pk")[self.page.start_index() - 1 : self.page.end_index()]
        shown = Project.objects.with_figures(self.period).filter(pk__in=ids).order_by(*self.order)
        return list(shown.values(*table.sources(self.columns)))

    def look(self, pks: list[int] | None) -> Look:
        wanted = any(column.needs_sponsors for column in self.columns)
        sponsors = _sponsors(pks, self.projects) if wanted else {}
        return Look(self.period, self.rules[LightRules], reverse("projects:page", args=[0]), sponsors)

    @cached_property
    def body(self) -> SafeString:
        """The table's rows, the totals first."""
        if not self.count:
            return SafeString("")
        rows = self.rows()
        look = self.look([row["pk"] for row in rows])
        lines = [table.total_row(table.totals_of(self.figures), self.columns, look)]
        lines += [table.table_row(row, self.columns, look) for row in rows]
        return SafeString("\n".join(lines))

    @cached_property
    def heads(self) -> list[Head]:
        found = []
        for column in self.columns:
            up, down = self.sort == column.key, self.sort == f"-{column.key}"
            href = self.address(sort=f"-{column.key}" if up else column.key) if column.sort else ""
            found.append(Head(column, href, "ascending" if up else "descending" if down else ""))
        return found

    @property
    def column_boxes(self) -> SafeString:
        shown = {column.key for column in self.columns}
        others = [Choice(c.key, str(c.label), c.key in shown) for c in table.COLUMNS if c.key != table.ALWAYS]
        return boxes("col", others, form="cols")

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What a form has to carry along beside its own fields, so that nothing that is on gets lost."""
        parts = [(key, value) for key, values in self.values.items() for value in values]
        return [
            *parts,
            *((k, v) for k, v in (("q", self.text), ("sort", self.sort), ("period", self.fixed_period)) if v),
        ]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the form of the filters carries along: the order and the period."""
        return [(k, v) for k, v in (("sort", self.sort), ("period", self.fixed_period)) if v]

    # files ----------------------------------------------------------------------------------------------------------

    def file_columns(self) -> list[TableColumn]:
        return [TableColumn(str(c.label), c.format, str(c.unit) if c.key != "ruler" else "%") for c in self.columns]

    def file_rows(self) -> Iterator[list[Any]]:
        """Exactly what is on screen, all pages of it: the totals first, then the rows in their order."""
        look = self.look(None)
        yield table.total_values(table.totals_of(self.figures), self.columns, look)
        shown = self.projects.with_figures(self.period).order_by(*self.order).values(*table.sources(self.columns))
        for row in shown.iterator(chunk_size=2000):
            yield [column.value(row, look) for column in self.columns]


def _month(text: str) -> Period | None:
    try:
        period = Period.parse(text)
    except ValueError:
        return None
    return period if period.kind is Kind.MONTH else None


def _sponsors(pks: list[int] | None, projects: ProjectQuerySet) -> dict[int, list[str]]:
    """The sponsors' titles by project: one query for a page, or for a whole list."""
    found: dict[int, list[str]] = {}
    scope = Sponsor.objects.filter(project__in=projects if pks is None else pks)
    for pk, title in scope.order_by("position", "pk").values_list("project", "post__title"):
        found.setdefault(pk, []).append(title)
    return found
