"""What the office decides of a ledger before it is stored: units that nobody knows, rows and columns not to be taken.

Decisions are words in the options of the import, so each of them reads the kept file again; nothing here writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from zlib import crc32

from core.amounts.cells import unit_name
from core.amounts.figures import wan_exact
from organization.units.models import REPORTING, UnitKind
from projects.ledger.reading.fields import FIELDS, Kind

MAKE, COUNTY, UNIT = "make", "county", "unit"  # make:township, county, unit:12
KINDS = REPORTING  # what is made of a ledger's word: who has projects
AMOUNTS = tuple(code for code, entry in FIELDS.items() if entry.kind is Kind.AMOUNT)
OUTCOMES = ("created", "updated", "unchanged", "left_out", "rejected")
SHORT = 2  # characters: 教育 is in too many names
ALIKE = 0.6  # from which likeness on a name on file is offered
COMPARED = 100  # names that a likely one is looked for


def unit_key(name: str) -> str:
    return unit_name(name).casefold()


def kind_of(name: str) -> UnitKind:
    """What a unit is by the end of its name."""
    bare = unit_name(name).split("（")[0]
    for ends, kind in (
        (("镇", "乡", "街道", "街办", "街道办", "街道办事处", "苏木"), UnitKind.TOWNSHIP),
        (("开发区", "园区", "新区", "示范区", "管委会"), UnitKind.ZONE),
        (("局", "委", "办", "办公室", "院", "分局", "部", "中心", "会"), UnitKind.DEPARTMENT),
    ):
        if bare.endswith(ends):
            return kind
    return UnitKind.OTHER


def made(kind: str) -> str:
    return f"{MAKE}:{kind}"


def known_as(pk: int) -> str:
    return f"{UNIT}:{pk}"


def kind_to_make(decision: str) -> UnitKind | None:
    """The kind of unit that is to be made by *decision*, if one is."""
    word, _colon, kind = decision.partition(":")
    return UnitKind(kind) if word == MAKE and kind in KINDS else None


def pk_of(decision: str) -> int | None:
    """The unit on file that *decision* says it is, if it says one."""
    word, _colon, pk = decision.partition(":")
    return int(pk) if word == UNIT and pk.isdecimal() else None


@dataclass
class Asked:
    """A unit that rows of the ledger name and nobody knows: what was decided, how many rows lead by it, their sum."""

    name: str
    decision: str = ""
    rows: int = 0
    yuan: int = 0  # total investment of those rows
    beside: int = 0  # rows that name it as another unit than the leading one

    def as_dict(self, likely: str) -> dict[str, Any]:
        return {"name": self.name, "decision": self.decision, "rows": self.rows, "beside": self.beside,
                "sum": wan_exact(self.yuan), "kind": kind_of(self.name).value, "likely": likely}  # fmt: skip


def key_in_form(name: str) -> str:
    """Names the unit's fields in the form, whatever else is asked beside it."""
    return f"{crc32(name.encode()):08x}"


def likely(name: str, known: Mapping[str, str]) -> str:
    """The name on file that is most like *name*, if one is: 县水务局 for 县水利局. *known* is {key: name}."""
    key = unit_key(name)
    for other, said in known.items():
        if min(len(key), len(other)) > SHORT and (key in other or other in key):
            return said
    return next((known[one] for one in get_close_matches(key, known, n=1, cutoff=ALIKE)), "")


def amounts_of(values: Mapping[str, Any]) -> dict[str, int]:
    """What a row holds in yuan, by field; months that stand side by side are one sum, `months`."""
    found = {code: int(values[code]) for code in AMOUNTS if values.get(code)}
    if months := sum(values.get("months", {}).values()):
        found["months"] = months
    return found


def sums(rows: Sequence[Any]) -> dict[str, dict[str, str]]:
    """{outcome: {field: 万元}} of planned *rows*: together they are what the file holds in the columns taken."""
    found: dict[str, Counter[str]] = {outcome: Counter() for outcome in OUTCOMES}
    for row in rows:
        found[row.outcome].update(amounts_of(row.row.values))
    return {outcome: {code: wan_exact(yuan) for code, yuan in held.items()} for outcome, held in found.items()}
