"""Whom accounts can be opened for: posts that nobody holds, and units that have no post yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from organization.people.models import Post, Role, User
from organization.units.models import REPORTING, Unit

MOST = 100  # accounts that are opened in one go
SHORT = 12  # characters that a name to sign in with begins with


@dataclass(frozen=True)
class Candidate:
    """Who could have an account: a vacant post, or a unit, whose officer's post is made with it."""

    key: str  # names its fields in the form
    unit: Unit
    title: str
    username: str  # that is proposed
    post: Post | None = None


def candidates(county: Unit) -> list[Candidate]:
    """All of *county*, in the order of its units, each with a name to sign in with that nobody has."""
    vacant = Post.objects.filter(unit__county=county, unit__active=True, active=True, holder=None)
    posts = list(vacant.select_related("unit"))
    bare = Unit.objects.filter(county=county, active=True, kind__in=REPORTING).exclude(posts__active=True)
    both: list[tuple[Unit, Post | None]] = [*((post.unit, post) for post in posts), *((unit, None) for unit in bare)]
    both.sort(
        key=lambda one: (one[0].position, one[0].pk, one[1].position if one[1] else 0, one[1].pk if one[1] else 0)
    )
    names = _names(unit for unit, _post in both)
    return [
        Candidate(
            f"p{post.pk}" if post else f"u{unit.pk}", unit, str(post or Role.OFFICER.label), next(names), post
        )
        for unit, post in both
    ]  # fmt: skip


def _names(units: Iterable[Unit]) -> Iterator[str]:
    """xicheng01, xicheng02: for each of *units* the next one that nobody has. One with a long code is told by the
    first letters of its name."""
    taken = {name.lower() for name in User.objects.values_list("username", flat=True)}
    for unit in units:
        base = re.sub(r"[^a-z0-9]", "", unit.code.lower())
        base = (base if len(base) <= SHORT else _letters(unit.name)) or "unit"
        number = 1
        while (name := f"{base}{number:02}") in taken:
            number += 1
        taken.add(name)
        yield name


def _letters(name: str) -> str:
    from pypinyin import Style, lazy_pinyin  # loads its dictionary: only where a code is too long to type

    return re.sub(r"[^a-z0-9]", "", "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower())[:SHORT]
