from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _

from core import indicators
from core.shapes import Name, Say, between, once, one_of, tables, unknown
from organization.profiles.rules import Profile, Section
from organization.units.models import REPORTING, UnitKind


@dataclass(frozen=True)
class Group:
    """Units ranked among themselves."""

    key: str
    label: Name
    kinds: tuple[UnitKind, ...]


IndicatorKey = Annotated[str, one_of(indicators.declared)]


@dataclass(frozen=True)
class RankingRules:
    groups: tuple[Group, ...] = ()
    indicators: tuple[IndicatorKey, ...] = ("investment_rate", "start_rate", "entry_rate")
    order_by: IndicatorKey = "investment_rate"
    ties: Literal["competition", "dense", "strict"] = "competition"
    decimals: Annotated[int, between(0, 4)] = 1  # of the displayed rate; equal as displayed is a tie

    list: str = ""  # the code of a list of the year whose projects are ranked; "": all projects

    @property
    def columns(self) -> tuple[str, ...]:
        """The keys of the rates that the county shows, in its own order; the one that decides is always among them."""
        return tuple(dict.fromkeys([*self.indicators, self.order_by]))


def _ranking(table: Any, profile: Profile, say: Say) -> None:
    once(table, "groups", "key", ("ranking",), say)
    if not isinstance(table, Mapping):
        return
    ranked, key = table.get("indicators"), table.get("order_by")
    if isinstance(ranked, list) and key in indicators.declared() and key not in ranked:
        words = ", ".join(map(str, ranked))
        say(
            ("ranking", "order_by"),
            _("“%(key)s” is not among the indicators of this county: %(words)s") % {"key": key, "words": words},
        )
    code, codes = table.get("list"), [str(one.get("code")) for _index, one in tables(profile.data, "list")]
    if isinstance(code, str) and code and code not in codes:
        say(("ranking", "list"), unknown(code, codes))
    _groups(table, say)


def _groups(table: Mapping[str, Any], say: Say) -> None:
    """A unit stands in one table of the bulletin, or its text says more than the tables: so does each kind."""
    seen: list[Any] = []
    for index, group in tables(table, "groups"):
        kinds = group.get("kinds")
        if kinds == []:
            say(("ranking", "groups", index, "kinds"), _("a group without a kind of unit"))
        for kind in kinds if isinstance(kinds, list) else ():
            if kind in seen:
                say(("ranking", "groups", index, "kinds"), _("“%(kind)s” stands in two groups") % {"kind": kind})
            seen.append(kind)
    if seen and (left := [str(kind) for kind in REPORTING if kind not in seen]):
        words = {"kinds": ", ".join(left)}
        say(("ranking", "groups", "#0"), _("expected each kind of unit in one group; in none: %(kinds)s") % words)


RULES = (Section("ranking", RankingRules, check=_ranking),)
