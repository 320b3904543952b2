"""Counts and sums that stay known until something is written that they hang on.

A condition made of nothing but values is kept under itself and under a mark of each table whose columns it asks
(`ListSpec.marks`): exact, and nothing has to be told that it is out of date. One that asks yet another table (a
subquery, a column two tables away) has no name here and is counted each time; where it finds few rows, their keys are
asked first, and are values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar, cast

from django.core.cache import cache as store
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Count, F, Q

KEPT_FOR = 600  # seconds; a mark makes another key long before
OWN = ""  # the mark of the list's own rows: whose they are, what is brought to them
PLAIN = (str, int, date, type(None))  # True is a whole number

T = TypeVar("T")
Marks = Mapping[str, Callable[[Any], str]]


@dataclass(frozen=True)
class Part:
    """Figures that are counted together: by name what adds up the rows of a condition; the condition that they are of,
    what some of them are narrowed by besides, what these need."""

    aggregates: Mapping[str, Callable[[Q], Any]]
    where: Q
    also: Q
    needs: frozenset[str] = frozenset()


def counts(groups: str, number: str, saved: str, also: Q | None = None) -> dict[str, Callable[[Q], Any]]:
    """What counts the rows of a condition (and of *also*), as *number*; where *groups* names a column, how many fewer
    they are with those of a group as one, as *saved*. What is in none isn't looked at: most aren't."""

    def fewer(where: Q) -> Any:
        return Count(groups, filter=where) - Count(groups, filter=where, distinct=True)

    found: dict[str, Callable[[Q], Any]] = {number: lambda where: Count("pk", filter=where & (also or Q()))}
    return found | ({saved: lambda where: fewer(where & (also or Q()))} if groups else {})


def kept(what: str, mark: str, make: Callable[[], T]) -> T:
    """What *make* gives; the same without asking as long as *mark*, of all that it hangs on, is the same."""
    return cast(T, store.get_or_set(_short(what, mark), make, KEPT_FOR))


def figures(
    name: str, parts: Sequence[Part], model: Any, marks: Marks, asked: Any, count: Callable[[Sequence[Part]], Any]
) -> dict[str, Any]:
    """The figures of all *parts* of the list *name*; *count* counts those that aren't known, in one query.

    What has no name is counted by itself: its condition finds few rows by an index, where all would be looked at.
    """
    if OWN not in marks:
        return dict(count(parts))
    known: dict[str, Any] = {}
    keys: dict[str, Part] = {}
    mark = cache(lambda table: marks[table](asked))
    for part in parts:
        if key := _key(name, part, model, marks, mark):
            keys[key] = part
        else:
            known |= count([part])
    found = store.get_many(keys) if keys else {}
    for figures in found.values():
        known |= figures
    if new := {key: part for key, part in keys.items() if key not in found}:
        known |= (counted := count(list(new.values())))
        store.set_many({key: {one: counted[one] for one in part.aggregates} for key, part in new.items()}, KEPT_FOR)
    return known


def _key(name: str, part: Part, model: Any, marks: Marks, mark: Callable[[str], str]) -> str:
    """Where *part* is kept; nothing where a condition of it has no name."""
    tables = {OWN}
    said = [_said(one, model, marks, tables) for one in (part.where, part.also)]
    if None in said:
        return ""
    whole = [name, *sorted(part.aggregates), *map(str, said), *map(mark, sorted(tables))]
    return _short(*whole)


def _short(*parts: str) -> str:
    return f"list.{sha256(chr(0).join(parts).encode()).hexdigest()[:40]}"


def _said(where: Any, model: Any, marks: Marks, tables: set[str]) -> str | None:
    """*where* in words if it is made of values and of columns that have marks, which are put into *tables*."""
    if isinstance(where, Q):
        parts = [_said(child, model, marks, tables) for child in where.children]
        if any(part is None for part in parts):
            return None
        return f"{'~' * where.negated}({f' {where.connector} '.join(map(str, parts))})"
    if not isinstance(where, tuple):
        return None
    name, value = where
    if not _marked(name, model, marks, tables) or not _is_plain(value, model, marks, tables):
        return None
    return f"{name}={value!r}"


def _is_plain(value: Any, model: Any, marks: Marks, tables: set[str]) -> bool:
    if type(value) is F:
        return _marked(str(value.name), model, marks, tables)  # type: ignore[attr-defined]  # the stubs forget it
    values = value if isinstance(value, list | tuple) else (value,)
    return all(isinstance(one, PLAIN) for one in values)


def _marked(name: str, model: Any, marks: Marks, tables: set[str]) -> bool:
    """Whether the column *name* is the row's own, one that is brought to it, or one of a table with a mark."""
    first, *rest = name.split("__")
    try:
        field = model._meta.get_field(first)
    except FieldDoesNotExist:
        return True  # `pk`, or brought to the rows, which their own mark stands for
    if not field.is_relation:
        return True
    if not rest or field.get_lookup(rest[0]) is not None:
        return bool(field.concrete)
    if first not in marks:
        return False
    tables.add(first)
    return _marked("__".join(rest), field.related_model, {}, tables)
