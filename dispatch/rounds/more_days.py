"""Which units have more days in a round, and until when. Reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from dispatch.rounds.models import Extension, Round


def given(opened: Round) -> dict[int, datetime]:
    """{unit: the moment that it has now} of those that were given more days."""
    return given_in([opened.pk]).get(opened.pk, {})


def given_in(rounds: Iterable[int]) -> dict[int, dict[int, datetime]]:
    """The same of several rounds, by their keys; the newest answer counts."""
    found: dict[int, dict[int, datetime]] = {}
    rows = Extension.objects.filter(round__in=list(rounds), given__isnull=False).order_by("answered_at", "pk")
    for pk, unit, moment in rows.values_list("round", "unit", "given"):
        if moment is not None:
            found.setdefault(pk, {})[unit] = moment
    return found


def due_for(opened: Round, unit: int, more: Mapping[int, datetime]) -> datetime:
    """When *unit* has to have handed in."""
    return max(more.get(unit, opened.due_at), opened.due_at)
