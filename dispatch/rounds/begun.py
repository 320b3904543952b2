"""The months that a round was ever opened for."""

from __future__ import annotations

from collections.abc import Iterable

from core.begun import Begun
from dispatch.rounds.models import Round
from organization.units.models import Unit


def _opened(county: Unit) -> Iterable[str]:
    """As stored, `2024-05`."""
    return Round.objects.filter(county=county, kind=Round.Kind.MONTHLY).values_list("period", flat=True)


BEGUN = (Begun("rounds", _opened),)
