"""What is chosen when a paper is sent to be signed: what becomes of it outside, how many are printed, who issues it
with the office, and whether its number fills one that was left out. Pure but for the county's profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dispatch.numbers.models import Disclosure
from dispatch.numbers.rules import IssuingRules
from organization.profiles.rules import rules_of
from organization.units.models import Unit

#: As the paper says it under its date.
ANNOTATIONS = {
    Disclosure.PUBLIC: "此件公开发布",
    Disclosure.ASKED: "此件依申请公开",
    Disclosure.CLOSED: "此件不予公开",
}


@dataclass(frozen=True)
class Sending:
    """`why` is why it isn't made public, `copies` how many are printed (None: not said), `fill` the left-out number
    that it takes, with `fill_why`."""

    disclosure: str = ""
    why: str = ""
    copies: int | None = None
    joint: tuple[str, ...] = ()
    fill: int | None = None
    fill_why: str = ""
    to: tuple[str, ...] = ()  # units of the distribution list by their codes; none named are all

    @property
    def annotation(self) -> str:
        return ANNOTATIONS.get(Disclosure(self.disclosure), "") if self.disclosure else ""

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "joint": list(self.joint), "to": list(self.to)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Sending:
        return cls(**{**kept, "joint": tuple(kept.get("joint", ())), "to": tuple(kept.get("to", ()))})


def usual(county: Unit) -> Sending:
    """What the county's profile says of papers of which nobody chose anything else."""
    rules = rules_of(county)[IssuingRules]
    return Sending(disclosure=rules.disclosure, copies=rules.copies or None)
