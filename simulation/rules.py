"""What a county's profile says of its demonstration: what is built where, and when. All may be left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

from django.utils.translation import gettext as _

from core.shapes import Say, between, one_of
from organization.profiles.rules import Profile, Section
from simulation.trades import TRADES
from simulation.works import SECTORS

Sector = Annotated[str, one_of(SECTORS)]
Trade = Annotated[str, one_of(TRADES)]
Degrees = Annotated[float | int, between(-180, 180)]


@dataclass(frozen=True)
class Work:
    """A project that the county is known for; `{place}` in its name is the township, or one of `places`."""

    sector: Sector
    name: str
    scope: str
    trade: Trade = ""  # whose words its reports have; the sector's if it isn't said


@dataclass(frozen=True)
class Idea:
    """An investor's idea: what, in which sector, where the investor is from."""

    name: str
    sector: str
    origin: str


@dataclass(frozen=True)
class DemonstrationRules:
    """What the replayed year takes from the profile; nothing else of the application reads it."""

    places: tuple[str, ...] = ()  # in and around the seat
    curve: tuple[Annotated[int, between(0, 100)], ...] = ()  # percent of a year's works done by each month's end
    centre: tuple[Degrees, ...] = ()  # longitude, latitude
    size: Annotated[int, between(1, 1000)] = 100  # percent of the usual total investments: a town builds smaller
    approval_number: str = ""  # with {year} and {number}
    kinds: dict[str, tuple[Sector, ...]] = field(default_factory=dict)  # what units lead, by their kind
    units: dict[str, tuple[Sector, ...]] = field(default_factory=dict)  # or by their code
    works: tuple[Work, ...] = ()
    leads: tuple[Idea, ...] = ()


def _demonstration(table: Any, profile: Profile, say: Say) -> None:
    for key, n in (("curve", 12), ("centre", 2)):
        found = table.get(key) if isinstance(table, dict) else None
        if isinstance(found, list) and found and len(found) != n:
            say(("demonstration", key), _("expected %(n)s numbers, found %(found)s") % {"n": n, "found": len(found)})


RULES = (Section("demonstration", DemonstrationRules, check=_demonstration),)
