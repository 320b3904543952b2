"""The filter of the list of projects by a node of the closed loop: what the numbers of its page open."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.lists.filters import Filter, Option
from core.lists.narrows import Narrow
from dispatch.loop.nodes import BY_CODE, KEPT, LATE, PROBLEMS, UNDATED, standing, troubled
from projects.list.asked import NAMED, Asked

PARTS = {"": "", LATE: gettext_lazy("late"), UNDATED: gettext_lazy("since when is not known")}


def _these(rows: QuerySet[Any]) -> Q:
    """By their keys, as `projects.list.asked.of_these`: counts stay known while these are the same ones."""
    pks = list(rows.order_by("project").values_list("project", flat=True)[: NAMED + 1])
    return Q(project__in=pks or [0]) if len(pks) <= NAMED else Q(project__in=rows.order_by().values("project"))


def where(values: list[str], asked: Asked) -> Q:
    """By the code of a node, or `code.late`, `code.undated` for a part of it."""
    found = Q(pk__in=[])
    for value in values:
        code, _dot, part = value.partition(".")
        if code not in BY_CODE or part not in PARTS:
            continue
        if code == PROBLEMS:
            of_problems = troubled(asked)
            of_problems = of_problems.filter(in_time=0) if part == LATE else of_problems
            rows = asked.rows.counted().filter(project__in=of_problems.values("project"))
            found |= Q(pk__in=[]) if part == UNDATED else _these(rows)
            continue
        rows = standing(asked).filter(node=code)
        if part:
            rows = rows.filter(late=True) if part == LATE else rows.filter(since=None)
        found |= _these(rows)
    return found


def _options(asked: Asked) -> list[Option]:
    found = [Option(node.code, node.label, False) for node in KEPT]
    for node in KEPT:
        for part, label in PARTS.items():
            if part:
                said = _("%(node)s: %(part)s") % {"node": node.label, "part": label}
                found.append(Option(f"{node.code}.{part}", said, False))
    return found


NARROWS = (Narrow("projects", Filter("node", gettext_lazy("Node of the loop"), where, _options, hidden=True)),)
