"""What is odd about a photo, and from where on: pure; found when it comes in, and anew when a place or a bound is put
right. Nothing of it is refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, NamedTuple

from core.days.periods import Period
from core.geo.systems import Degrees, metres
from core.pictures.reading import apart
from core.shapes import between
from organization.profiles.rules import Section
from projects.photos.models import Day

FIRST_YEAR = 2000  # before it no phone took photos: its clock wasn't set


@dataclass(frozen=True)
class PhotoRules:
    """How many photos a month are asked for (0: none are), and from where on one is shown to be odd."""

    asked: Annotated[int, between(0, 50)] = 0  # of a project that has started; the report's page says how many lack
    far_metres: Annotated[int, between(50, 1_000_000)] = 2_000  # from the project's place
    near_bits: Annotated[int, between(0, 20)] = 6  # of 64 that may differ, and it is the same picture


class Flags(NamedTuple):
    """The earlier photo that it looks like, what is odd about its day, the metres to the site and whether these are
    too many."""

    twin: int | None = None
    day: str = Day.FINE
    metres: int | None = None
    far: bool = False

    def __bool__(self) -> bool:
        return self.twin is not None or bool(self.day) or self.far


def flags(
    bits: int,
    taken_on: date | None,
    place: Degrees | None,
    *,
    site: Degrees | None,
    period: Period,
    others: Iterable[tuple[int, int]],
    rules: PhotoRules,
) -> Flags:
    """Of a photo for the month *period* of a project at *site*; *others* are keys and bits of the county's photos."""
    away = round(metres(place, site)) if place and site else None
    twin = min(((apart(bits, theirs), pk) for pk, theirs in others), default=None)
    found = twin[1] if twin and twin[0] <= rules.near_bits else None
    return Flags(found, odd_day(taken_on, period), away, away is not None and away > rules.far_metres)


def odd_day(taken_on: date | None, period: Period) -> str:
    """A day of another month, or of a clock that wasn't set. What doesn't say its day isn't odd: many programs drop
    it."""
    if taken_on is None:
        return Day.FINE
    if taken_on.year < FIRST_YEAR:
        return Day.CLOCK
    return Day.FINE if period.first <= taken_on <= period.last else Day.OUTSIDE


def place_of(record: Any) -> Degrees | None:
    """Where a project or a photo is, if that is known."""
    if record.longitude is None or record.latitude is None:
        return None
    return Degrees(float(record.longitude), float(record.latitude))


RULES = (Section("photos", PhotoRules),)
