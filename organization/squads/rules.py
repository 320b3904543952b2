"""What a county's file says of its squads: `[[squad]]`, which makes rows and no rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from core.shapes import Say, both, once, tables, unknown
from organization.profiles.rules import Profile, Section
from organization.units.models import UnitKind


@dataclass(frozen=True)
class HeadTable:
    unit: str
    post: str  # the post's title


@dataclass(frozen=True)
class SquadTable:
    unit: str
    heads: tuple[HeadTable, ...] = ()
    lead: str = ""
    members: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    since: date = date.min
    until: date = date.max


def listed(table: Mapping[str, Any], key: str) -> Iterator[tuple[str, Any]]:
    """("#n", value) for what *table* lists under *key*, whatever shape it has."""
    found = table.get(key)
    for index, value in enumerate(found if isinstance(found, list) else ()):
        yield f"#{index}", value


def _squads(table: Any, profile: Profile, say: Say) -> None:
    kinds = {str(unit.get("code")): unit.get("kind") for _index, unit in tables(profile.data, "unit")}
    posts = {(str(post.get("unit")), both(post.get("title"))[0]) for _index, post in tables(profile.data, "post")}
    once(profile.data, "squad", "unit", (), say)
    for index, squad in tables(profile.data, "squad"):
        here = ("squad", index)
        code = squad.get("unit")
        _unit(code, kinds, (*here, "unit"), say)
        if isinstance(code, str) and kinds.get(code, UnitKind.SQUAD) != UnitKind.SQUAD:
            said = _("the unit “%(code)s” is of the kind “%(kind)s”; expected kind = “squad”")
            say((*here, "unit"), said % {"code": code, "kind": kinds[code]})
        _unit(squad.get("lead"), kinds, (*here, "lead"), say)
        for place, member in listed(squad, "members"):
            _unit(member, kinds, (*here, "members", place), say)
        for place, head in listed(squad, "heads"):
            _head(head, kinds, posts, (*here, "heads", place), say)
        _days(squad, here, say)


def _unit(code: Any, kinds: Mapping[str, Any], where: tuple[str, ...], say: Say) -> None:
    if isinstance(code, str) and code and code not in kinds:
        said = _("no unit has the code “%(code)s”") % {"code": code}
        say(where, f"{said}; {unknown(code, kinds)}" if kinds else said)


def _head(head: Any, kinds: Mapping[str, Any], posts: set[tuple[str, str]], where: tuple[str, ...], say: Say) -> None:
    if not isinstance(head, Mapping):
        return
    unit, title = head.get("unit"), head.get("post")
    _unit(unit, kinds, where, say)
    if isinstance(title, str) and unit in kinds and (unit, title) not in posts:
        said = _("the unit “%(code)s” has no post “%(title)s”") % {"code": unit, "title": title}
        there = [known for place, known in posts if place == unit]
        say(where, f"{said}; {unknown(title, there)}" if there else said)


def _days(squad: Mapping[str, Any], here: tuple[str, ...], say: Say) -> None:
    since, until = squad.get("since"), squad.get("until")
    for name, day in (("since", since), ("until", until)):
        if isinstance(day, datetime):
            say((*here, name), _("expected a day without an hour, such as 2026-03-01"))
            return
    if isinstance(since, date) and isinstance(until, date) and until < since:
        say((*here, "until"), _("the last day is before the first"))


RULES = (Section("squad", SquadTable, check=_squads, many=True),)
