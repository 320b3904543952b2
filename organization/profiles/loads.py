"""The units and posts of a county's file. Nothing is deleted: what a file leaves out stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.days.office import local_day
from core.records.order import text
from core.shapes import both
from organization.people.models import Post
from organization.profiles.rules import Load
from organization.units.models import Unit


def _units_of(county: Unit) -> dict[str, Unit]:
    return {unit.code: unit for unit in Unit.objects.filter(county=county).exclude(pk=county.pk)}


def _said(table: Mapping[str, Any], position: int, county: Unit, units: Mapping[str, Unit]) -> dict[str, Any]:
    """What a unit's table says, by field of `Unit`."""
    said = {
        "name": table["name"],
        "short_name": table.get("short_name", table["name"]),
        "kind": table["kind"],
        "aliases": table.get("aliases", []),
        "parent": units[table["parent"]] if table.get("parent") else county,
        "position": position,
    }
    days = {name: date.fromisoformat(table[name]) for name in ("since", "until") if table.get(name)}
    return said | days


def _wanted(unit: Unit, said: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What of the file is to be written into *unit*: all but what a change on the page made otherwise since.

    A file still says the old name or place of a unit that was renamed or moved, and nothing of its end: what it says
    is older than the change, and stays out. What it says anew is newer, and is taken.
    """
    wanted = {name: value for name, value in said.items() if name not in _left(unit, said)}
    if "parent" in wanted:
        wanted["parent"] = said["parent"].standing
    wanted["aliases"] = list(dict.fromkeys([*said["aliases"], *unit.aliases]))  # renamed, or known so from a ledger
    changed = Unit(active=True, since=wanted.get("since", unit.since), until=wanted.get("until", unit.until))
    if (changed.since, changed.until) != (None, None) and not _ended(unit):
        wanted["active"] = changed.valid_on(local_day(now))
    return wanted


def _ended(unit: Unit) -> bool:
    """Whether the page closed *unit* or merged it: its end is no file's."""
    return unit.merged_into_id is not None or any(one.get("ended") for one in unit.former)


def _left(unit: Unit, said: Mapping[str, Any]) -> set[str]:
    """The fields in which the file says what was before a change on the page."""
    left = set()
    for one in unit.former:
        left |= {name for name in ("name", "short_name") if said[name] == one[name] != getattr(unit, name)}
        if one["parent"] in (said["parent"].code, said["parent"].standing.code) and said["parent"] != unit.parent:
            left.add("parent")
    return left | ({"since", "until"} if _ended(unit) else set())


def _new_units(county: Unit, data: Mapping[str, Any], now: datetime) -> list[str]:
    units, made = _units_of(county), []
    for position, table in enumerate(data.get("unit", []), start=1):
        if table["code"] not in units:
            unit = Unit(code=table["code"])
            for name, value in _wanted(unit, _said(table, position, county, units), now).items():
                setattr(unit, name, value)
            unit.save()
            units[unit.code] = unit
            made.append(unit.name)
    return made


def _changed_units(county: Unit, data: Mapping[str, Any], now: datetime) -> list[str]:
    units, changed = _units_of(county), []
    for position, table in enumerate(data.get("unit", []), start=1):
        unit = units[table["code"]]
        wanted = _wanted(unit, _said(table, position, county, units), now)
        if any(getattr(unit, name) != value for name, value in wanted.items()):
            before = Unit(path=unit.path)
            for name, value in wanted.items():
                setattr(unit, name, value)
            unit.save()
            if unit.path != before.path:  # all below it goes along, parents first
                for one in Unit.objects.within(before).order_by(text("path")):
                    one.save()
            changed.append(unit.name)
    return changed


def _left_units(county: Unit, data: Mapping[str, Any], now: datetime) -> list[str]:
    """The units of which the file says what was before a change on the page."""
    units, found = _units_of(county), []
    for position, table in enumerate(data.get("unit", []), start=1):
        unit = units[table["code"]]
        if _ended(unit) or _left(unit, _said(table, position, county, units)):
            found.append(unit.name)
    return found


def _posts_of(county: Unit) -> dict[tuple[str, str, str], Post]:
    """By the code of the unit, title and role that a file says, which may be those of before a change on the page."""
    posts = list(Post.objects.filter(unit__county=county).select_related("unit").order_by("-active", "pk"))
    found = {(post.unit.code, post.title, post.role): post for post in posts}
    former = [(one, post) for post in posts for one in post.former_titles]
    for one, post in sorted(former, key=lambda pair: "took" in pair[0]):  # its own before that of a closed one
        found.setdefault((one["unit"], one["title"], post.role), post)
    return found


def named_posts(county: Unit) -> dict[tuple[str, str], Post]:
    """By the code of the unit and the title that a file says, of now or of before; the one that is valid first, and
    for one that was closed the one that does its work."""
    found: dict[tuple[str, str], Post] = {}
    posts = Post.objects.filter(unit__county=county, active=True).order_by("unit__position", "position", "pk")
    took = {(one["unit"], one["title"]): post for post in posts for one in post.former_titles if "took" in one}
    for (unit, title, _role), post in _posts_of(county).items():
        found.setdefault((unit, title), took.get((unit, title), post) if post.ended else post)
    return found


def _key(table: Mapping[str, Any]) -> tuple[str, str, str]:
    return table["unit"], both(table["title"])[0], table["role"]


def _days_of(table: Mapping[str, Any], post: Post, now: datetime) -> dict[str, Any]:
    """The days of a post that the file says, and whether it is valid by them; its end on the page is no file's."""
    days = {name: date.fromisoformat(table[name]) for name in ("since", "until") if table.get(name)}
    if post.ended or not days:
        return {}
    valid = Post(since=days.get("since", post.since), until=days.get("until", post.until))
    return days | {"active": valid.valid_on(local_day(now))}


def _posts(county: Unit, data: Mapping[str, Any], now: datetime) -> list[str]:
    units, have, made = _units_of(county), _posts_of(county), []
    for position, table in enumerate(data.get("post", []), start=1):
        unit, (title, english), post = units[table["unit"]], both(table["title"]), have.get(_key(table))
        if post is None and _ended(unit):
            continue  # its posts ended with it, or went to the unit that does its work
        if post is None:
            days = _days_of(table, Post(), now)
            Post.objects.create(
                unit=unit, title=title, title_en=english, role=table["role"], position=position, **days
            )
            made.append(f"{unit.short_name} {title}")
        elif post.title == title and post.title_en != english:
            post.title_en = english
            post.save(update_fields=["title_en"])
    return made


def _changed_posts(county: Unit, data: Mapping[str, Any], now: datetime) -> list[str]:
    """The days that the file says by now. Whoever holds a post that is over gives it up with the next heartbeat."""
    have, changed = _posts_of(county), []
    for table in data.get("post", []):
        post = have[_key(table)]
        days = _days_of(table, post, now)
        if post.holder_id and post.active:
            days.pop("active", None)
        if wanted := {name: value for name, value in days.items() if getattr(post, name) != value}:
            for name, value in wanted.items():
                setattr(post, name, value)
            post.save(update_fields=list(wanted))
            changed.append(f"{post.unit.short_name} {post.title}")
    return changed


def _left_posts(county: Unit, data: Mapping[str, Any], now: datetime) -> list[str]:
    """The posts of which the file says what was before a change on the page."""
    have, found = _posts_of(county), []
    for table in data.get("post", []):
        post = have[_key(table)]
        if post.ended or (post.unit.code, post.title) != _key(table)[:2]:
            found.append(f"{post.unit.short_name} {post.title}")
    return found


LOADS = (
    Load(_("units new: %s"), _new_units, order=0),
    Load(_("units changed: %s"), _changed_units, order=1),
    Load(_("left as they were changed on their page since: %s"), _left_units, notice=True, order=2),
    Load(_("posts new: %s"), _posts, order=2),
    Load(_("posts changed: %s"), _changed_posts, order=3),
    Load(_("posts left as they were changed on their page since: %s"), _left_posts, notice=True, order=3),
)
