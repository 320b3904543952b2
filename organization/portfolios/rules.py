"""What a county's file says of portfolios: `[[portfolio]]`, which makes rows and no rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.shapes import Say, both, said, tables, unknown
from organization.people.models import Role
from organization.profiles.loader import complete
from organization.profiles.models import CountyProfile
from organization.profiles.rules import Profile, Section
from organization.units.models import Unit


@dataclass(frozen=True)
class PortfolioTable:
    post: str  # the post's title
    unit: str  # the post's unit
    sectors: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


def sectors_of(county: Unit) -> dict[str, str]:
    """The sectors that the county's classes have, in the language of the page, by code; none without classes."""
    row = CountyProfile.objects.filter(county=county).values_list("data", flat=True).first()
    return _labels(complete(row or {}))


def _labels(data: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(one.get("code")): said(*both(one.get("label", ""))) for _i, one in tables(data.get("classes"), "sectors")
    }


def _listed(table: Mapping[str, Any], key: str) -> Iterator[tuple[str, str]]:
    """("#n", text) for the texts that *table* lists under *key*, whatever shape it has."""
    found = table.get(key)
    for index, value in enumerate(found if isinstance(found, list) else ()):
        if isinstance(value, str):
            yield f"#{index}", value


def _portfolios(table: Any, profile: Profile, say: Say) -> None:
    units = [str(unit.get("code")) for _index, unit in tables(profile.data, "unit")]
    roles = {
        (str(one.get("unit")), both(one.get("title"))[0]): one.get("role") for _i, one in tables(profile.data, "post")
    }
    sectors = _labels(profile.data)
    seen: dict[tuple[str, str], list[tuple[date, date]]] = {}
    for index, one in tables(profile.data, "portfolio"):
        here = ("portfolio", index)
        unit, title = one.get("unit"), one.get("post")
        if not isinstance(unit, str) or not isinstance(title, str):
            continue  # said by its shape
        _unit(unit, units, (*here, "unit"), say)
        if unit in units:
            _post((unit, title), roles, (*here, "post"), say)
        for place, code in _listed(one, "units"):
            _unit(code, units, (*here, "units", place), say)
        for place, code in _listed(one, "sectors"):
            if sectors and code not in sectors:
                message = _("no sector of the county's classes has the code “%(code)s”") % {"code": code}
                say((*here, "sectors", place), f"{message}; {unknown(code, sectors)}")
        if not one.get("sectors") and not one.get("units"):
            say(here, _("expected “sectors” or “units”: a portfolio of nothing is none"))
        _days(one, seen.setdefault((unit, title), []), here, say)


def _unit(code: str, units: list[str], where: tuple[str, ...], say: Say) -> None:
    if code not in units:
        message = _("no unit has the code “%(code)s”") % {"code": code}
        say(where, f"{message}; {unknown(code, units)}" if units else message)


def _post(named: tuple[str, str], roles: Mapping[tuple[str, str], Any], where: tuple[str, ...], say: Say) -> None:
    unit, title = named
    if named not in roles:
        message = _("the unit “%(code)s” has no post “%(title)s”") % {"code": unit, "title": title}
        there = [known for place, known in roles if place == unit]
        say(where, f"{message}; {unknown(title, there)}" if there else message)
    elif roles[named] != Role.LEADER:
        say(where, _("“%(title)s” is no leader's post; expected one with role = “leader”") % {"title": title})


def _days(one: Mapping[str, Any], before: list[tuple[date, date]], here: tuple[str, ...], say: Say) -> None:
    since, until = one.get("since"), one.get("until")
    first = since if isinstance(since, date) else date.min
    last = until if isinstance(until, date) else date.max
    if last < first:
        say((*here, "until"), _("the last day lies before the first"))
    elif any(first <= their_last and their_first <= last for their_first, their_last in before):
        say((*here, "post"), _("the post has another portfolio in these days; expected days that don't overlap"))
    before.append((first, last))


RULES = (Section("portfolio", PortfolioTable, check=_portfolios, many=True),)
