"""What a query of the list of projects has to be to keep a list of the year by: its rule."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from core.lists.filters import Filter, options_of, values_of
from core.shapes import unknown
from organization.profiles.rules import Rules
from projects.classes import ClassRules
from projects.list.asked import GONE
from projects.list.filters import FILTERS

LISTED = "list"  # the filter by lists, in a query
TEXT = "q"
LONGEST = 500
#: What a rule may ask: facts that each month's row keeps, and classes of the project. What hangs on who asks, or on
#: whom something is given to today, would make a list that is another one for each person, and no past.
BY: tuple[Filter, ...] = tuple(
    one
    for one in FILTERS
    if one.key
    in {
        "stage", "unit", "level", "light", "state", "sector", "cluster", "competent", "nature", "kind", "plan",
        "year_plan", "counted", "size", "entered", "postponed", "odd",
    }
)  # fmt: skip
KEYS = frozenset(one.key for one in BY)
SIZES = ("size", "year_plan")  # the filters by the county's tiers
TODAY = {"odd": ("approved",)}  # values of them that are of today


def lists_in(rule: str) -> list[str]:
    """The codes of the lists that a rule is made of."""
    return QueryDict(rule).getlist(LISTED)


def names_lists(rule: Any) -> bool:
    """Whether a rule is made of other lists."""
    return isinstance(rule, str) and bool(lists_in(rule))


def tiers_of(rules: Rules) -> list[str]:
    """The sizes that the county's rules know by their codes."""
    return [tier.code for tier in rules[ClassRules].tiers]


def wrong_with(query: str, tiers: Collection[str] | None = None) -> str:
    """Why *query* can't keep a list, in a sentence; nothing if it can. A size that is none of *tiers* would ask for
    nothing, and so for every project."""
    asked = QueryDict(query.removeprefix("?"))
    if len(query) > LONGEST:
        return _("The rule is too long: take some of its values off")
    known = values_of(asked, BY)
    if not known and not asked.get(TEXT) and not asked.getlist(LISTED):
        return _("A rule needs at least one filter: without any, every project would be on the list")
    if others := [key for key in asked if key not in {*KEYS, TEXT, LISTED} and any(asked.getlist(key))]:
        said = _("“%(key)s” can't be part of a rule: it isn't kept by months, or differs from person to person")
        return said % {"key": others[0]}
    for one in BY:
        for value in known.get(one.key, ()):
            if why := _wrong_value(one, value):
                return why
            if tiers is not None and one.key in SIZES and value not in tiers:
                return f"{one.key}: {unknown(value, tiers)}"
    return ""


def _wrong_value(one: Filter, value: str) -> str:
    if value == "mine":
        return _("“Mine” is another one for each person: a rule names what it means")
    if one.key == "state" and value in GONE:
        return _("Projects that are pursued no more are on no list")
    if value in TODAY.get(one.key, ()):
        return _("“%(value)s” can't be part of a rule: it isn't kept by months") % {"value": value}
    if not callable(one.options) and value not in (known := [option.value for option in options_of(one, None)]):
        return f"{one.key}: {unknown(value, known)}"
    return ""
