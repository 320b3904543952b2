"""The navigation is a table. Each app lists its entries in `<app>/navigation.py` as `ENTRIES`
(`core.collect`).

An entry whose address doesn't exist is left out, one whose roles the person doesn't hold as well. Two
menus: `work` for
those who fill in and check, `leader` for those who only look and decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache as store
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from core.collect import gather

#: How many, whether something of mine is late, and what is said beside the number.
Count = int | tuple[int, bool] | tuple[int, bool, str]

GROUPS = {
    "": "",
    "projects": _("Projects"),
    "money": _("Funds and investment"),
    "dispatch": _("Dispatch"),
    "house": _("Administration"),
    "look": _("Look"),
    "decide": _("Decide"),
}
COUNTS_FOR = 60  # seconds; a change by the person forgets them at once


@dataclass(frozen=True)
class Entry:
    """One line of the navigation.

    `count` is a function `(user) -> int | (int, hot) | (int, hot, said)`. `phone` is the place in the
    bar at the foot
    of a phone (1–4; the fifth is “more”). `also` names other url names or namespaces that belong to this
    entry.
    """

    code: str
    label: Any
    icon: str
    url: str
    group: str = ""
    order: int = 100
    roles: frozenset[str] | tuple[str, ...] = ()
    menu: str = "work"
    count: Callable[[Any], Count | None] | None = None
    phone: int = 0
    phone_label: Any = ""
    also: tuple[str, ...] = ()
    query: str = ""
    but: tuple[str, ...] = ()  # who holds only these roles has nothing there
    may: Callable[[Any], Any] | None = None  # of those with the roles, who: where the county's rules decide


@dataclass
class Line:
    """An entry as it stands on one person's page."""

    entry: Entry
    href: str
    current: bool
    count: int | None = None
    hot: bool = False
    said: str = ""

    @property
    def label(self) -> Any:
        return self.entry.label

    @property
    def counted(self) -> bool:
        """Whether a number can stand beside it; a template would call the entry's own function."""
        return self.entry.count is not None


@dataclass
class Group:
    label: Any
    lines: list[Line] = field(default_factory=list)


def entries() -> tuple[Entry, ...]:
    """All entries of all apps, in order."""
    return tuple(sorted(gather("navigation"), key=lambda entry: (list(GROUPS).index(entry.group), entry.order)))


def menu_of(roles: Iterable[str]) -> str:
    """`leader` for a person who leads and does nothing else here."""
    roles = set(roles)
    return "leader" if "leader" in roles and roles <= {"leader", "reader"} else "work"


def lines_for(user: Any, view_name: str = "", path: str = "") -> list[Line]:
    """The lines that *user* sees, with counts; *view_name* and *path* say which one is current."""
    if not getattr(user, "is_authenticated", False):
        return []
    roles = user.role_codes
    menu = menu_of(roles)
    lines = []
    for entry in entries():
        if entry.menu != menu or (entry.roles and roles.isdisjoint(entry.roles)):
            continue
        if (roles and roles <= set(entry.but)) or (entry.may and not entry.may(user)):
            continue
        try:
            href = reverse(entry.url)
        except NoReverseMatch:
            continue
        here = view_name == entry.url or view_name in entry.also or view_name.split(":")[0] in entry.also
        lines.append(Line(entry, href + entry.query, here))
    _one_current(lines, path)
    known = counts(user, [line.entry for line in lines])
    for line in lines:
        number = known.get(line.entry.code)
        if number is not None:
            told = number if isinstance(number, tuple | list) else (number, False)
            line.count, line.hot, line.said = (*told, "") if len(told) < 3 else told
    return lines


def _one_current(lines: list[Line], path: str) -> None:
    """At most one line is current: that of the view, else the one whose address the page's address begins
    with.
    """
    chosen = [line for line in lines if line.current]
    if not chosen:
        chosen = [line for line in lines if len(line.href) > 1 and path.startswith(line.href.split("?")[0])]
    best = max(chosen, key=lambda line: len(line.href.split("?")[0]), default=None)
    for line in lines:
        line.current = line is best


def groups(lines: list[Line]) -> list[Group]:
    """*lines* under their headings."""
    result: list[Group] = []
    for line in lines:
        label = GROUPS[line.entry.group]
        if not result or result[-1].label is not label:
            result.append(Group(label))
        result[-1].lines.append(line)
    return result


def phone_bar(lines: list[Line]) -> list[Line]:
    """The four lines at the foot of a phone."""
    return sorted((line for line in lines if line.entry.phone), key=lambda line: line.entry.phone)[:4]


def counts(user: Any, wanted: list[Entry]) -> dict[str, Count | None]:
    """How many of what waits, kept for a minute: a page must not pay for its navigation."""
    asked = [entry for entry in wanted if entry.count]
    if not asked:
        return {}
    known: dict[str, Count | None] | None = store.get(_key(user))
    if known is None or any(entry.code not in known for entry in asked):
        known = {entry.code: entry.count(user) for entry in asked if entry.count}
        store.set(_key(user), known, COUNTS_FOR)
    return known


def numbers(user: Any) -> dict[str, tuple[int, bool]]:
    """What stands beside the person's lines, by their code: how many, and whether something of it is late."""
    lines = [line for line in lines_for(user) if line.entry.count]
    return {line.entry.code: (line.count or 0, line.hot) for line in lines}


def forget(user: Any) -> None:
    """The person changed something: count again."""
    store.delete(_key(user))


def _key(user: Any) -> str:
    return f"navigation.{user.pk}"
