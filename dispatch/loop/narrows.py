"""The filter of the list of projects by a node of the closed loop: what the numbers of its page open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.lists.filters import Filter, Option
from core.lists.narrows import Narrow
from core.records.columnar import Among
from dispatch.loop.nodes import KEPT, LATE, PROBLEMS, UNDATED, Lain, standing, troubled
from projects.list.asked import NAMED, Asked

PARTS = {"": "", LATE: gettext_lazy("late"), UNDATED: gettext_lazy("since when is not known")}


def where(values: list[str], asked: Asked) -> Q:
    """By the code of a node, or `code.late`, `code.undated` for a part of it; as keys, so that counts stay known while
    these are the same ones."""
    wanted = {value.partition(".")[::2] for value in values}
    found = [one.project for one in standing(asked) if any(_is(one, node, part) for node, part in wanted)]
    for part in (part for node, part in wanted if node == PROBLEMS):
        counted = set(asked.rows.counted().values_list("project", flat=True))
        found += [row["project"] for row in troubled(asked) if row["project"] in counted and _of(row, part)]
    pks = sorted({*found})
    return Q(project__in=pks or [0]) if len(pks) <= NAMED else Q(Among("project", pks))


def _is(one: Lain, node: str, part: str) -> bool:
    return one.node == node and {"": True, LATE: one.late, UNDATED: one.since is None}.get(part, False)


def _of(row: Mapping[str, Any], part: str) -> bool:
    return {"": True, LATE: not row["in_time"]}.get(part, False)


def _options(asked: Asked) -> list[Option]:
    found = [Option(node.code, node.label, False) for node in KEPT]
    for node in KEPT:
        for part, label in PARTS.items():
            if part:
                said = _("%(node)s: %(part)s") % {"node": node.label, "part": label}
                found.append(Option(f"{node.code}.{part}", said, False))
    return found


NARROWS = (Narrow("projects", Filter("node", gettext_lazy("Node of the loop"), where, _options, hidden=True)),)
