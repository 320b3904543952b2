"""Whose form a file is, and of which month: by what our own form says of itself, else by its heading or its rows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.days.periods import Kind, Period
from organization.units.models import Unit
from projects.registry.models import Project
from projects.reports.table import Filled, plain

MONTH = re.compile(r"(?:(20\d\d)\s*[年.\-/])?\s*(1[0-2]|0?[1-9])\s*月")


@dataclass(frozen=True)
class Whose:
    """`how`: key, heading or projects. Without a unit or month `why` says what is missing."""

    unit: Unit | None = None
    month: Period | None = None
    how: str = ""
    why: str = ""


def whose(filled: Filled, name: str, county: Unit, default: Period) -> Whose:
    """*default* is the month that is being reported on, where the file says none."""
    if filled.key is not None:
        return _by_key(filled.key, county)
    said = f"{filled.heading} {name}"
    month = month_in(said, default) or default
    units = list(Unit.objects.reporting().filter(county=county))
    named = _named(said, units)
    if len(named) > 1:
        listed = _(", ").join(map(str, named))
        return Whose(why=_("Its heading names several units: %(units)s. Leave the one whose table it is.")
                     % {"units": listed})  # fmt: skip
    if named:
        return Whose(named[0], month, "heading")
    leads = _leads(county, [line.name for line in filled.lines if not line.is_empty])
    if len(leads) == 1:
        return Whose(leads[0], month, "projects")
    return Whose(why=_("It doesn't say whose table it is: write the unit into its heading or into the file's name."))


def _by_key(key: tuple[str, str, str], county: Unit) -> Whose:
    other, code, text = key
    if other != county.code:
        return Whose(why=_("This form was given out by another county."))
    unit = Unit.objects.filter(county=county, code=code).first()
    try:
        month = Period.parse(text)
    except ValueError:
        month = None
    if unit is None or month is None or month.kind is not Kind.MONTH:
        return Whose(why=_("What the form says of itself was changed: download it anew."))
    return Whose(unit.standing, month, "key")


def month_in(text: str, default: Period) -> Period | None:
    """The last month that *text* names; without a year the newest such month up to *default*."""
    found = MONTH.findall(text)
    if not found:
        return None
    year, number = found[-1]
    wanted = int(number)
    return Period.month(int(year) if year else default.year - (wanted > default.number), wanted)


def _named(text: str, units: Iterable[Unit]) -> list[Unit]:
    """The units that *text* names; of two of which one's name is part of the other's the longer one."""
    said = plain(text)
    found: dict[str, Unit] = {}
    for unit in units:
        for name in (unit.name, unit.short_name):
            if name and plain(name) in said:
                found[plain(name)] = unit
    longest = [name for name in found if not any(name != other and name in other for other in found)]
    return list({found[name].pk: found[name] for name in longest}.values())


def _leads(county: Unit, names: list[str]) -> list[Unit]:
    """The units that lead the projects of those names."""
    found = Project.objects.filter(county=county, name__in=names).select_related("lead_unit")
    return list({project.lead_unit_id: project.lead_unit for project in found}.values())
