"""The classes that a county counts its projects by: sectors, clusters, natures, investors, tiers of size. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Required, TypedDict

from django.utils.translation import gettext as _

from core import coded
from core.coded import Coded, Flagged, short
from core.shapes import Name, Say, between, make, one_of, tables
from organization.profiles.rules import Profile

ORDERS = ("primary", "secondary", "tertiary")  # 一产 二产 三产: each sector is of one
SECTOR_FLAGS = ("productive", "industrial", "manufacturing", *ORDERS)  # 产业 工业 制造业
INVESTOR_FLAGS = ("private", "government")  # 民间 政府投资
FLAGS = (*SECTOR_FLAGS, *INVESTOR_FLAGS)
# What the application itself writes or reads out of ledgers: a county names these as it likes, and may add others.
NEEDED = {"natures": ("new", "continued", "extended", "rebuilt"), "investors": ("government", "enterprise")}
# By field of what is on file: the list that its codes are from.
LIST_OF = {"sector": "sectors", "cluster": "clusters", "nature": "natures", "investment_kind": "investors"}


@dataclass(frozen=True)
class Sector(Flagged):
    flags: tuple[Annotated[str, one_of(SECTOR_FLAGS)], ...] = ()


@dataclass(frozen=True)
class Nature(Coded):
    code: Annotated[str, short(12)]  # as long as its column


@dataclass(frozen=True)
class Investor(Flagged):
    code: Annotated[str, short(12)]
    flags: tuple[Annotated[str, one_of(INVESTOR_FLAGS)], ...] = ()


Size = TypedDict(  # `from` is the county's word for it, and none that a class could have
    "Size",
    {
        "code": Required[Annotated[str, short(20)]],
        "label": Required[Name],
        "from": Required[Annotated[int, between(0, 10**13)]],
    },
)


@dataclass(frozen=True)
class Tier:
    """A tier of size: total investments of *floor* yuan and more, up to the next tier's."""

    code: str
    label: Any
    floor: int


@dataclass(frozen=True)
class ClassRules:
    sectors: tuple[Sector, ...] = ()
    clusters: tuple[Coded, ...] = ()
    natures: tuple[Nature, ...] = ()
    investors: tuple[Investor, ...] = ()
    sizes: tuple[Size, ...] = ()

    def of(self, field: str) -> tuple[Coded, ...]:
        """The list that the codes of *field* (of a project or lead) are from."""
        found: tuple[Coded, ...] = getattr(self, LIST_OF[field])
        return found

    @property
    def tiers(self) -> list[Tier]:
        """The tiers of size, the smallest first."""
        found = [Tier(size["code"], make(Name, size["label"]), size["from"]) for size in self.sizes]
        return sorted(found, key=lambda tier: tier.floor)

    def flagged(self, flag: str) -> Mapping[str, list[str]]:
        """The codes with *flag*, by the field that holds them. KeyError for a flag that there isn't."""
        if flag not in FLAGS:
            raise KeyError(flag)
        if flag in SECTOR_FLAGS:
            return {"sector": coded.codes_with(self.sectors, flag)}
        return {"investment_kind": coded.codes_with(self.investors, flag)}


def size_of(total: int | None, tiers: Iterable[Tier]) -> Tier | None:
    """The tier of a total investment in yuan: the highest whose floor it reaches."""
    found: Tier | None = None
    for tier in tiers:
        if total is not None and total >= tier.floor and (found is None or tier.floor > found.floor):
            found = tier
    return found


def in_words(classes: ClassRules, record: Any) -> dict[str, str]:
    """What people read for each classed field of *record*; a value that no list has is marked."""
    fields = [field for field in LIST_OF if hasattr(record, field)]
    return {field: coded.marked(classes.of(field), getattr(record, field)) for field in fields}


def class_names(classes: ClassRules) -> dict[tuple[str, Any], str]:
    """The label of each code, by (field, code): for lines of a history."""
    return {(field, entry.code): str(entry.label) for field in LIST_OF for entry in classes.of(field)}


def check(table: Any, profile: Profile, say: Say) -> None:
    """Codes stand once, each sector is of one of the three orders of industry, and what ledgers say has its code."""
    coded.check_codes(table, ("sectors", "clusters", "natures", "investors", "sizes"), ("classes",), say)
    for index, sector in tables(table, "sectors"):
        flags = sector.get("flags", [])
        known = isinstance(flags, list) and all(flag in SECTOR_FLAGS for flag in flags)  # else that is said
        if known and len([flag for flag in flags if flag in ORDERS]) != 1:
            said = _("“%(code)s” has to be of exactly one of: %(flags)s")
            say(("classes", "sectors", index), said % {"code": sector.get("code"), "flags": ", ".join(ORDERS)})
    for key, needed in NEEDED.items():
        have = [entry.get("code") for _index, entry in tables(table, key)]
        for code in needed:
            if code not in have:
                say(("classes", key), _("“%(key)s” is missing") % {"key": code})
