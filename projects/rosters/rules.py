"""Lists of the year that a county's file names (`[[list]]`). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from django.utils.translation import gettext as _

from core.coded import short
from core.shapes import Name, Say, once, tables, unknown
from organization.profiles.rules import Profile, Section
from projects.rosters.queries import lists_in, names_lists, wrong_with


@dataclass(frozen=True)
class ListTable:
    code: Annotated[str, short(20)]
    label: Name
    rule: str = ""  # a query of the list of projects; without it the list is kept by hand
    note: str = ""


def _lists(table: Any, profile: Profile, say: Say) -> None:
    once(profile.data, "list", "code", (), say)
    rules = {one.get("code"): one.get("rule", "") for _index, one in tables(profile.data, "list")}
    for index, one in tables(profile.data, "list"):
        if not isinstance(rule := one.get("rule", ""), str) or not rule:
            continue
        if why := wrong_with(rule):
            say(("list", index, "rule"), why)
        for code in lists_in(rule):
            if code not in rules:
                say(("list", index, "rule"), unknown(code, [str(known) for known in rules]))
            elif names_lists(rules[code]):
                said = _("“%(code)s” is itself made of lists: name those")
                say(("list", index, "rule"), said % {"code": code})


def named(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The lists of a county's file."""
    return list(data.get("list", ()))


RULES = (Section("list", ListTable, check=_lists, many=True),)
