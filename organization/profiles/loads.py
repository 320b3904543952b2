"""The units and posts of a county's file. Nothing is deleted: what a file leaves out stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.shapes import both
from organization.people.models import Post
from organization.profiles.rules import Load
from organization.units.models import Unit


def _units_of(county: Unit) -> dict[str, Unit]:
    return {unit.code: unit for unit in Unit.objects.filter(county=county).exclude(pk=county.pk)}


def _wanted(table: Mapping[str, Any], position: int, county: Unit, units: Mapping[str, Unit]) -> dict[str, Any]:
    """What a unit's table says, by field of `Unit`."""
    return {
        "name": table["name"],
        "short_name": table.get("short_name", table["name"]),
        "kind": table["kind"],
        "aliases": table.get("aliases", []),
        "parent": units[table["parent"]] if table.get("parent") else county,
        "position": position,
    }


def _new_units(county: Unit, data: Mapping[str, Any], now: datetime) -> list[str]:
    units, made = _units_of(county), []
    for position, table in enumerate(data.get("unit", []), start=1):
        if table["code"] not in units:
            unit = Unit(code=table["code"], **_wanted(table, position, county, units))
            unit.save()
            units[unit.code] = unit
            made.append(unit.name)
    return made


def _changed_units(county: Unit, data: Mapping[str, Any], now: datetime) -> list[str]:
    units, changed = _units_of(county), []
    for position, table in enumerate(data.get("unit", []), start=1):
        unit, wanted = units[table["code"]], _wanted(table, position, county, units)
        if any(getattr(unit, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(unit, name, value)
            unit.save()
            changed.append(unit.name)
    return changed


def _posts(county: Unit, data: Mapping[str, Any], now: datetime) -> list[str]:
    units, made = _units_of(county), []
    have = {(post.unit_id, post.title, post.role): post for post in Post.objects.filter(unit__in=units.values())}
    for position, table in enumerate(data.get("post", []), start=1):
        unit, (title, english) = units[table["unit"]], both(table["title"])
        post = have.get((unit.pk, title, table["role"]))
        if post is None:
            Post.objects.create(unit=unit, title=title, title_en=english, role=table["role"], position=position)
            made.append(f"{unit.short_name} {title}")
        elif post.title_en != english:
            post.title_en = english
            post.save(update_fields=["title_en"])
    return made


LOADS = (
    Load(_("units new: %s"), _new_units, order=0),
    Load(_("units changed: %s"), _changed_units, order=1),
    Load(_("posts new: %s"), _posts, order=2),
)
