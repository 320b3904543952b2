"""The county cut by a field, once more from its projects: level, sector, competent department, size …"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from recount.facts import rates
from recount.facts.published import Copy
from recount.facts.rates import Sum
from recount.facts.then import Then

OTHER = ""


def class_of(by: str, one: Then, profile: Mapping[str, Any]) -> str:
    """The code of the class of *one*; `OTHER` for none. Fields that no month keeps are as they stand now."""
    now = one.project.now
    found: Callable[[], Any] = {
        "level": lambda: now.get("level"),
        "nature": lambda: now.get("nature"),
        "sector": lambda: now.get("sector"),
        "cluster": lambda: now.get("cluster"),
        "investor": lambda: now.get("investment_kind"),
        "stage": lambda: one.stage,
        "competent": lambda: one.competent_unit,
        "leader": lambda: next(iter(one.project.sponsors), None),
        "size": lambda: _size(one.total_investment, profile["classes"]["sizes"]),
    }[by]
    return str(found() or OTHER)


CUTS = ("level", "nature", "sector", "cluster", "investor", "stage", "competent", "leader", "size")


def sums(by: str, copy: Copy) -> dict[str, tuple[Sum, bool]]:
    """Of each class its sum, and whether anybody has reported on a project of it; nothing of one class alone."""
    rows: dict[str, list[Then]] = {}
    for one in copy.standing.rows:
        if one.counted:
            rows.setdefault(class_of(by, one, copy.profile), []).append(one)
    if len(rows.keys() - {OTHER}) < 2:
        return {}
    keys = ("investment_rate", "start_rate", "entry_rate")
    every = [one for here in rows.values() for one in here]
    planned = any(one.plan for one in every)
    found = {}
    for code, here in rows.items():
        total = rates.sum_of(here, keys)
        if not planned:
            total.projects = len(here)
        found[code] = total, any(one.done is not None for one in here)
    return found


def _size(total: int | None, sizes: Sequence[Mapping[str, Any]]) -> str:
    if total is None:
        return OTHER
    reached = [(size["from"], size["code"]) for size in sizes if total >= size["from"]]
    return max(reached)[1] if reached else "below"
