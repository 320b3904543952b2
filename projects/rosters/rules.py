"""Lists that a county's file names (`[[list]]`), and what a query has to be to keep one. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from core.coded import short
from core.lists.filters import Filter, options_of, values_of
from core.shapes import Name, Say, once, tables, unknown
from organization.profiles.rules import Profile, Section
from projects.list.filters import FILTERS, GONE

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
TODAY = {"odd": ("approved",)}  # values of them that are of today


@dataclass(frozen=True)
class ListTable:
    code: Annotated[str, short(20)]
    label: Name
    rule: str = ""  # a query of the list of projects; without it the list is kept by hand
    note: str = ""


def wrong_with(query: str) -> str:
    """Why *query* can't keep a list, in a sentence; nothing if it can."""
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


def _lists(table: Any, profile: Profile, say: Say) -> None:
    once(profile.data, "list", "code", (), say)
    rules = {one.get("code"): one.get("rule", "") for _index, one in tables(profile.data, "list")}
    for index, one in tables(profile.data, "list"):
        if not isinstance(rule := one.get("rule", ""), str) or not rule:
            continue
        if why := wrong_with(rule):
            say(("list", index, "rule"), why)
        for code in QueryDict(rule).getlist(LISTED):
            if code not in rules:
                say(("list", index, "rule"), unknown(code, [str(known) for known in rules]))
            elif names_lists(rules[code]):
                said = _("“%(code)s” is itself made of lists: name those")
                say(("list", index, "rule"), said % {"code": code})


def names_lists(rule: Any) -> bool:
    """Whether a rule is made of other lists."""
    return isinstance(rule, str) and bool(QueryDict(rule).getlist(LISTED))


def named(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The lists of a county's file."""
    return list(data.get("list", ()))


RULES = (Section("list", ListTable, check=_lists, many=True),)
