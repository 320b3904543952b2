"""The weeks' rounds and those of a day, as they are filled in from the grid of the month that they lie in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.days.periods import Period
from core.fillings import Asked, Filling, Handed
from core.web.asked import key
from dispatch.rounds.models import Round, RoundRow
from dispatch.rounds.more_days import due_for, given_in
from dispatch.rounds.rows.services import hand_in_copies, month_of, put_copies_back
from dispatch.rounds.services import title
from organization.units.models import Unit

KEY = "rounds"


def _open(county: Unit, period: Period, unit: Unit) -> list[Asked]:
    """Two queries, and one where more days were given."""
    opened = Round.objects.still_open(county).exclude(kind=Round.Kind.MONTHLY).select_related("county")
    found = {one.pk: one for one in opened if month_of(one) == period}
    if not found:
        return []
    states: dict[int, dict[int, str]] = {}
    below = Unit.objects.within(unit).values("pk")
    rows = RoundRow.objects.asked().filter(round__in=found, unit__in=below).order_by("pk")
    for pk, project, submitted, returned in rows.values_list("round", "project", "submitted_at", "returned"):
        states.setdefault(pk, {})[project] = "done" if submitted and not returned else ""
    more = given_in(states)
    return [
        Asked(f"{KEY}:{pk}", title(one), due_for(one, unit.pk, more.get(pk, {})), states[pk])
        for pk, one in found.items()
        if pk in states
    ]


def _round(which: str, by: Any) -> Round | None:
    return Round.objects.filter(county=by.county, pk=key(which) or 0).exclude(kind=Round.Kind.MONTHLY).first()


def _hand_in(which: str, projects: list[int], *, by: Any, now: datetime) -> Handed:
    if (opened := _round(which, by)) is None:
        return Handed()
    done = hand_in_copies(opened, projects, by=by, now=now)
    return replace(done, copies=[{**copy, "key": f"{KEY}:{which}"} for copy in done.copies])


def _put_back(which: str, copies: Sequence[Mapping[str, Any]], *, by: Any, now: datetime) -> int:
    opened = _round(which, by)
    return put_copies_back(opened, copies, by=by, now=now) if opened else 0


FILLINGS = (Filling(KEY, _open, _hand_in, _put_back),)
