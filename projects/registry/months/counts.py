"""The two counts of projects: sub-projects each, and with a package as one (打包项目). Said here, wherever they stand.

What is reported, rated and summed are the sub-projects; the other count is said beside theirs where it differs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Aggregate, CharField, Count, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _


class Both(NamedTuple):
    """How many projects: sub-projects `each`, and how many there are with a package as `one`."""

    each: int = 0
    one: int = 0

    @property
    def said(self) -> str:
        """The second count in words; nothing where both are the same."""
        return as_one(self.one) if self.one != self.each else ""


def as_one(number: int | str) -> str:
    """“（打包项目按一个计为 62 个）”, behind the count of all."""
    return _(" (%(n)s with each package as one)") % {"n": number}


def aggregates(where: Q = Q(), name: str = "each") -> dict[str, Any]:  # noqa: B008  # a condition is frozen
    """For `aggregate` over months' rows that are no packages: the count *name*, and how many fewer they are with a
    package as one (`saved_…`). What is in no package costs nothing."""
    fewer = Count("package", filter=where) - Count("package", filter=where, distinct=True)
    return {name: Count("pk", filter=where), f"saved_{name}": fewer}


def both(found: dict[str, Any], name: str = "each") -> Both:
    return Both(found[name], found[name] - found[f"saved_{name}"])


def count_of(rows: QuerySet[Any]) -> Both:
    """Both counts of months' *rows* that are no packages; one query."""
    return both(rows.order_by().aggregate(**aggregates()))


def of_packages(packages: Iterable[int | None]) -> Both:
    """Both counts of projects of which each is in the package that stands for it (None: in none)."""
    every = list(packages)
    named = [one for one in every if one is not None]
    return Both(len(every), len(every) - len(named) + len(set(named)))


class Packages(Aggregate):
    """Of months' rows the packages that they are parts of, one after the other in a text: for what is gathered by
    something that a package may spread over. `packages_in` reads it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Cast("package", CharField()), Value(","), output_field=CharField(), **kwargs)

    function = "GROUP_CONCAT"

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="STRING_AGG", **extra)


def packages_in(text: str | None) -> tuple[int, ...]:
    return tuple(map(int, text.split(","))) if text else ()
