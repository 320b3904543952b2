"""Who has read a published bulletin, unit by unit. Reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dispatch.bulletins.letter import sending_of
from dispatch.bulletins.models import Bulletin
from dispatch.numbers.distribution import posts_of
from organization.people.models import User
from organization.units.models import Unit


@dataclass(frozen=True)
class UnitRead:
    """One unit of the distribution list: who of it has read the paper, with the moment, and who hasn't."""

    unit: Unit
    read: tuple[tuple[User, datetime], ...]
    unread: tuple[User, ...]

    @property
    def people(self) -> int:
        return len(self.read) + len(self.unread)


@dataclass(frozen=True)
class Readers:
    units: tuple[UnitRead, ...]

    @property
    def unread(self) -> list[User]:
        """Each person once who hasn't opened it; who works for two units has read it for both."""
        found = {person.pk: person for unit in self.units for person in unit.unread}
        return list(found.values())

    @property
    def read_by_units(self) -> int:
        """How many units have read it: somebody of theirs."""
        return sum(bool(unit.read) for unit in self.units)


def readers(bulletin: Bulletin) -> Readers:
    """The distribution list of *bulletin* with who has opened its page or a file."""
    opened = dict(bulletin.readings.values_list("person", "at"))
    by_unit: dict[int, tuple[Unit, dict[int, User]]] = {}
    for post in posts_of(bulletin.county, sending_of(bulletin).to):
        if post.holder is not None:
            by_unit.setdefault(post.unit_id, (post.unit, {}))[1][post.holder.pk] = post.holder
    return Readers(tuple(_unit(unit, people.values(), opened) for unit, people in by_unit.values()))


def _unit(unit: Unit, people: Iterable[User], opened: dict[int, datetime]) -> UnitRead:
    everybody = list(people)
    read = tuple((person, opened[person.pk]) for person in everybody if person.pk in opened)
    return UnitRead(unit, read, tuple(person for person in everybody if person.pk not in opened))
