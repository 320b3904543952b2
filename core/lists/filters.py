"""What can be asked of a list: filters as conditions on its queryset, and built-in views, which are a filter by name.

A filter is a `Q`, so that the counts on the tabs of all views are one query. All of it stands in the address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.coded import UNLISTED, Coded, labels
from core.text import storable
from core.web.asked import keys

MOST_VALUES = 50  # of one filter in one address


@dataclass(frozen=True)
class Asked:
    """Who asks, and when: what conditions and cells depend on beside their values. Lists may have more (`ask`)."""

    user: Any
    county: Any
    now: datetime

    @cached_property
    def on(self) -> date:
        return timezone.localdate(self.now)

    @property
    def carried(self) -> dict[str, str]:
        """What else of the address belongs to the list, beside filters, search, order and page."""
        return {}


class Option(NamedTuple):
    """A value of a filter; one that isn't offered is known by its label once an address names it."""

    value: str
    label: Any
    offered: bool = True


Options = Sequence[Option | tuple[str, Any]]


@dataclass(frozen=True)
class Filter:
    """Something that can be asked of the list; several values of one filter are joined by “or”."""

    key: str
    label: str | Promise
    where: Callable[[list[str], Any], Q]
    options: Options | Callable[[Any], Options] = ()  # a function for those that are the county's
    hidden: bool = False  # asked by views and links only; shown as a chip once it is on
    more: bool = False  # stands under “more” until it is on
    unless: Q | None = None  # what holds as long as nothing is asked by this filter
    needs: str = ""  # what `spec.bring` has to bring for it
    day: bool = False  # its value is a day, picked in the browser's calendar
    counted: bool = False  # its chip says how many values are on, not which


@dataclass(frozen=True)
class BuiltIn:
    """A view that every county has: a name and a query string."""

    key: str
    label: str | Promise
    query: str
    roles: frozenset[str] = frozenset()  # for whom it makes sense; empty: for everybody


def is_one_of(name: str) -> Callable[[list[str], Any], Q]:
    """The condition of a filter by the field *name*."""
    return lambda values, asked: Q(**{f"{name}__in": values})


def is_id_of(name: str) -> Callable[[list[str], Any], Q]:
    """The condition of a filter by the id of what the field *name* points to."""
    return lambda values, asked: Q(**{f"{name}__in": keys(values)})


def ticked(name: str = "pk") -> Filter:
    """The filter of a list whose rows can be ticked: `pk`, some of its rows by their keys in the field *name*."""

    def where(values: list[str], asked: Any) -> Q:
        return Q(**{f"{name}__in": keys(values) or [0]})  # an empty list would empty the query of all counts

    return Filter("pk", gettext_lazy("Chosen"), where, hidden=True, counted=True)


def is_listed(name: str, entries: Callable[[Any], Iterable[Coded]]) -> Callable[[list[str], Any], Q]:
    """The condition of a filter by the county's codes in the field *name*; `UNLISTED` is all that no entry has."""

    def where(values: list[str], asked: Any) -> Q:
        found = Q(**{f"{name}__in": values})
        if UNLISTED in values:
            found |= ~Q(**{f"{name}__in": ["", *labels(entries(asked))]})
        return found

    return where


def from_day(name: str) -> Callable[[list[str], Any], Q]:
    """The condition of a filter by a day: the moment *name* is on it or later; what is no day finds nothing."""
    return _by_day(name, lambda day: Q(**{f"{name}__gte": begins(day)}))


def to_day(name: str) -> Callable[[list[str], Any], Q]:
    """The same up to a day, which counts."""
    return _by_day(name, lambda day: Q(**{f"{name}__lt": begins(day) + timedelta(days=1)}))


def begins(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())


def _by_day(name: str, where: Callable[[date], Q]) -> Callable[[list[str], Any], Q]:
    def found(values: list[str], asked: Any) -> Q:
        try:
            day = date.fromisoformat(values[0])
        except ValueError:
            return Q(pk__in=[])
        return where(day) if 1900 < day.year < 2200 else Q(pk__in=[])

    return found


def listed(key: str, label: Any, entries: Callable[[Any], Iterable[Coded]], name: str = "", **more: Any) -> Filter:
    """A filter by the county's codes in the field *name* (or *key*), with what isn't in its list as an option."""

    def offered(asked: Any) -> list[Option]:
        found = [Option(code, said) for code, said in labels(entries(asked)).items()]
        return [*found, Option(UNLISTED, _("not in the class list"))]

    return Filter(key, label, is_listed(name or key, entries), offered, **more)


def options_of(filter: Filter, asked: Any) -> list[Option]:
    found = filter.options(asked) if callable(filter.options) else filter.options
    return [Option(*each) for each in found]


def values_of(query: QueryDict, filters: Iterable[Filter]) -> dict[str, list[str]]:
    """What *query* asks for, by filter: known filters with a value."""
    found = {}
    for filter in filters:
        if values := [said for value in query.getlist(filter.key)[:MOST_VALUES] if (said := storable(value))]:
            found[filter.key] = values
    return found


def condition(values: Mapping[str, list[str]], filters: Iterable[Filter], asked: Any) -> Q:
    """All that *values* ask, as one condition."""
    found = Q()
    for filter in filters:
        if filter.key in values:
            found &= filter.where(values[filter.key], asked)
        elif filter.unless is not None:
            found &= filter.unless
    return found


def views_for(user: Any, views: Iterable[BuiltIn]) -> list[BuiltIn]:
    return [view for view in views if not view.roles or not user.role_codes.isdisjoint(view.roles)]
