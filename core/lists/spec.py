"""What a list is: a frozen table of its columns, filters and views, and who sees which rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _

from core.collect import gather
from core.lists.columns import Column, Look
from core.lists.filters import Asked, BuiltIn, Filter
from core.lists.narrows import narrows_of

if TYPE_CHECKING:
    from core.lists.listing import Listing

Text = str | Promise


@dataclass(frozen=True)
class Link:
    """A step that the page offers beside its title; the primary one also where the list is empty."""

    label: Text
    href: str
    icon: str = ""
    primary: bool = False


@dataclass(frozen=True)
class Figure:
    """A count above the list that narrows it."""

    label: Text
    href: str
    value: int
    said: str = ""


def ask(user: Any, county: Any, query: QueryDict, now: datetime) -> Asked:
    return Asked(user, county, now)


def look(listing: Listing, pks: list[int] | None) -> Any:
    """*pks* are the rows of a page, None stands for all rows of a file."""
    return Look(listing.asked, reverse(listing.spec.page, args=[0]) if listing.spec.page else "")


def nobody(user: Any, county: Any) -> bool:
    return False


def nothing(listing: Listing) -> Iterable[Any]:
    return ()


def as_of(listing: Listing) -> str:
    return _("As of %(day)s") % {"day": listing.asked.on}


def dated(listing: Listing) -> str:
    return f"{listing.spec.title} {listing.asked.on:%Y-%m-%d}"


@dataclass(frozen=True)
class ListSpec:
    """A list: what it shows, of what, to whom. Functions get what was `Asked`, or the whole `Listing`."""

    key: str  # columns in the session and saved views are kept under it
    title: Text
    url: str  # the name of its address; the files have the same with “export”
    scope: Callable[[Any], QuerySet[Any]]  # the rows that the person may see
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    views: tuple[BuiltIn, ...] = ()
    order: tuple[Any, ...] = ("-pk",)  # ends in something unique
    head: str = "name"  # the column that is each row's head and always there
    page: str = ""  # the name of a record's address
    row_key: str = "pk"  # what names a row in links, ticks and files, where rows stand for another record
    in_totals: Q | None = None  # the rows that totals are of; None: all
    groups: str = ""  # a column: rows that have the same in it are one more count, where that is another number
    as_groups: Callable[[int], str] | None = None  # what is said of that count
    search: Callable[[str], Q] | None = None
    find: Text = ""  # what can be searched for, in words
    # What counts are kept under: of the rows ("", with whose they are and what is brought), of tables they point to.
    marks: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    alone: frozenset[str] = frozenset()  # filters whose rows are of a moment that `ask` knows: counted apart on a tab
    may_see: Callable[[Any, Any], Any] | None = None  # an Answer; None: everybody of the county
    may_share: Callable[[Any, Any], Any] = nobody  # save a view for everybody
    ask: Callable[[Any, Any, QueryDict, datetime], Any] = ask
    bring: Callable[[QuerySet[Any], Any, frozenset[str]], QuerySet[Any]] | None = None  # what `needs` name
    look: Callable[[Listing, list[int] | None], Any] = look
    sub: Callable[[Listing], Iterable[Any]] = nothing  # the line under the title
    links: Callable[[Listing], Iterable[Link]] = nothing
    figures: Callable[[Listing], Iterable[Figure]] = nothing
    figures_label: Text = ""
    crumb: Callable[[Listing], Iterable[Link]] = nothing
    selects: bool = False  # rows can be ticked: acts on them are declared in `acts.py` (`core.lists.acts`)
    posts: bool = False  # rows have buttons that post: each names its address in `formaction` and the form `acts`
    note: Text = ""
    part: str = ""  # a template between filters and rows …
    remarks: Callable[[Listing], Any] | None = None  # … and what it shows
    empty: tuple[Text, Text] = ("", "")  # nothing is on file: what that means, what to do next
    empty_for_others: tuple[Text, Text] | None = None  # the same for whom no link is offered
    subtitle: Callable[[Listing], str] = as_of  # of the file
    file_name: Callable[[Listing], str] = dated

    def model(self, asked: Any) -> Any:
        """Of what its rows are: the same whoever asks."""
        if "_model" not in self.__dict__:
            self.__dict__["_model"] = self.scope(asked).model
        return self.__dict__["_model"]

    @property
    def asks(self) -> tuple[Filter, ...]:
        """All that the list can be asked by: its own filters, and those that higher subjects add."""
        return (*self.filters, *(one.filter for one in narrows_of(self.key)))

    @cached_property
    def by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}

    @cached_property
    def usual(self) -> frozenset[str]:
        return frozenset(column.key for column in self.columns if column.chosen)

    @cached_property
    def sums(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(column.sum for column in self.columns if column.sum))

    @cached_property
    def needs_of_sums(self) -> frozenset[str]:
        return frozenset(column.needs for column in self.columns if column.sum and column.needs)

    @property
    def export_url(self) -> str:
        return self._beside("export")

    @property
    def act_url(self) -> str:
        return self._beside("act")

    def _beside(self, what: str) -> str:
        space, _colon, name = self.url.rpartition(":")
        return f"{space}:{what if name == 'list' else f'{name}_{what}'}"

    def demand(self, user: Any) -> None:
        """PermissionDenied for who belongs to no county or may not see the list."""
        if user.county is None:
            raise PermissionDenied(_("Your account belongs to no county yet"))
        if self.may_see is not None and not (answer := self.may_see(user, user.county)):
            raise PermissionDenied(answer.why)

    def chosen(self, keys: Iterable[str]) -> list[Column]:
        """The columns named by *keys*, in the table's order; always with the head; the usual ones if none is known."""
        wanted = {key for key in keys if key in self.by_key} or self.usual
        return [column for column in self.columns if column.key in wanted or column.key == self.head]


@cache
def all_lists() -> dict[str, ListSpec]:
    """All lists of all apps by key."""
    found: dict[str, ListSpec] = {}
    for spec in gather("lists"):
        if spec.key in found:
            raise ValueError(f"two lists are called {spec.key}")
        found[spec.key] = spec
    return found
