"""Where units stood on a day: what was below what, and which unit the figures of another one are counted for.

Units are renamed, put under another, merged and closed with a day (`Unit.former`); a past month's page shows the tree
of that month's end.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from core.web.once import once
from organization.units.models import REPORTING, Unit, UnitKind, UnitQuerySet

RANKED = (*REPORTING, UnitKind.SQUAD)


def tree(county: Unit | int) -> UnitQuerySet:
    """The units of *county* with what their place on a day is made of."""
    named = (
        "code",
        "path",
        "parent",
        "short_name",
        "kind",
        "position",
        "active",
        "since",
        "until",
        "former",
        "county",
    )
    return Unit.objects.filter(county=county).only(*named)


def units_of_tree(county: Unit | int) -> list[Unit]:
    """The units of *county* with what their place on a day is made of. One query, of a page that asks again too."""
    place = county if isinstance(county, int) else county.pk
    return once(("tree", place), lambda: list(tree(place)))


def paths_on(units: Sequence[Unit], on: date) -> dict[int, str]:
    """Where each of *units* stood on the day *on*, by pk."""
    if not any(unit.former for unit in units):
        return {unit.pk: unit.path for unit in units}
    by_pk, by_code = {unit.pk: unit for unit in units}, {unit.code: unit for unit in units}

    def path(unit: Unit) -> str:
        code = unit.stood_on(on)
        above = by_pk.get(unit.parent_id or 0) if code is None else by_code.get(code)
        return unit.path if above is None or above == unit else f"{path(above)}{unit.code}/"

    return {unit.pk: path(unit) for unit in units}


def homes_on(units: Sequence[Unit], on: date) -> dict[int, int]:
    """For each of *units* which one its projects are counted for on the day *on*: a bureau's station isn't ranked
    beside its bureau, its projects count for the bureau. Others stand for themselves."""
    paths = paths_on(units, on)
    reporting: list[Unit] = []
    home: dict[int, int] = {}
    for unit in sorted(units, key=lambda unit: paths[unit.pk]):  # parents come first
        above = next((one for one in reporting if paths[unit.pk].startswith(paths[one.pk])), None)
        home[unit.pk] = unit.pk if above is None else above.pk
        if above is None and unit.kind in RANKED and unit.valid_on(on):
            reporting.append(unit)
    return home


def below(units: Sequence[Unit], tops: Collection[int], on: date) -> list[int]:
    """*tops* (by pk) among *units* and all that stood below them on the day *on*, by pk."""
    paths = paths_on(units, on)
    above = tuple(paths[pk] for pk in tops if pk in paths)
    return [unit.pk for unit in units if paths[unit.pk].startswith(above)]


def below_on(county: Unit | int, tops: Collection[int], on: date) -> list[int]:
    """The units *tops* (by pk) of *county* and all that stood below them on the day *on*, by pk."""
    return below(units_of_tree(county), tops, on)


def counted_for(county: Unit | int, unit: int, on: date) -> list[int]:
    """The units whose projects are counted for *unit* on the day *on*."""
    return [pk for pk, home in homes_on(units_of_tree(county), on).items() if home == unit]
