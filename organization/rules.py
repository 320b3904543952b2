"""A county's rules as typed values. What stands here is what a profile file may say (`profiles/*.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from typing import Any, Literal

from organization.models import CountyProfile, Unit, UnitKind


@dataclass(frozen=True)
class RoundRules:
    """When a round opens and is due, and on which working days before (−) and after (+) the due day to remind.

    Monthly: it opens on `open_day` of the month itself, it is due on `due_day` of the next month.
    Weekly: both are ISO weekdays of the week itself. A due day that is a rest day moves to the next working day.
    """

    open_day: int
    due_day: int
    due_time: time = time(18, 0)
    remind: tuple[int, ...] = (-2, -1, 0, 1)
    enabled: bool = True


@dataclass(frozen=True)
class LightRules:
    """Where the lights change. `points`: percentage points below pace; amber and red from this many on."""

    measure: Literal["points"] = "points"
    amber_below: int = 10
    red_below: int = 30
    start_amber_days: int = 0  # days after the planned start: amber beyond this, red beyond the next
    start_red_days: int = 30
    stale_days: int = 45


@dataclass(frozen=True)
class ReportRules:
    """When a figure asks for a word of explanation (it never blocks)."""

    jump_times: int = 3  # a month above this many times the average of the earlier months
    jump_floor: int = 10_000_000  # yuan: smaller months are never called a jump


@dataclass(frozen=True)
class Level:
    """A rung of the ladder: who is told and answers for the result."""

    code: str
    label: str
    role: str = "leader"  # whose holders in the county are told; `owner`: the unit that owns the problem
    post: str = ""  # or the title of one post


@dataclass(frozen=True)
class Category:
    """What problems are about; a problem of none of them is of the last."""

    code: str
    label: str


@dataclass(frozen=True)
class ProblemRules:
    due_workdays: int = 5  # HN, QS: a result within five working days
    categories: tuple[Category, ...] = ()  # a list: a stored mapping has no order
    ladder: tuple[Level, ...] = ()

    @property
    def labels(self) -> dict[str, str]:
        """The labels by code, in the county's order."""
        return {category.code: category.label for category in self.categories}


@dataclass(frozen=True)
class Group:
    """Units ranked among themselves."""

    key: str
    label: str
    kinds: tuple[UnitKind, ...]


@dataclass(frozen=True)
class RankingRules:
    groups: tuple[Group, ...] = ()
    indicators: tuple[str, ...] = ("investment_rate", "start_rate", "entry_rate")
    order_by: str = "investment_rate"
    ties: Literal["competition", "dense", "strict"] = "competition"
    decimals: int = 1  # of the displayed rate; equal as displayed is a tie

    @property
    def columns(self) -> tuple[str, ...]:
        """The keys of the rates that the county shows, in its own order; the one that decides is always among them."""
        return tuple(dict.fromkeys([*self.indicators, self.order_by]))


@dataclass(frozen=True)
class CountyRules:
    name: str = ""
    short_name: str = ""
    region_code: str = ""  # six digits, as in project codes
    office: str = ""  # the command office's full name: signs the bulletins
    mark: str = ""  # 发文机关标志, the red head
    document_word: str = ""  # 机关代字, in front of 〔2024〕3号


@dataclass(frozen=True)
class Rules:
    """All rules of a county at one version."""

    key: str
    version: int
    county: CountyRules
    monthly: RoundRules
    weekly: RoundRules
    lights: LightRules
    reports: ReportRules
    problems: ProblemRules
    ranking: RankingRules
    bulletin: dict[str, Any]  # wording by kind: bulletin["monthly"]["sections"] …


def rules_of(county: Unit) -> Rules:
    """The rules that hold in *county* now; those of the short default profile if it has none of its own."""
    profile = CountyProfile.objects.filter(county=county).values_list("pk", "version", "digest").first()
    if profile is None:
        return default_rules()
    return _stored(*profile)


@lru_cache(maxsize=32)
def _stored(pk: int, version: int, digest: str) -> Rules:  # the version and digest are the cache's key
    from organization.profiles import build

    row = CountyProfile.objects.get(pk=pk)
    return build(row.data, key=row.key, version=version)


@lru_cache(maxsize=1)
def default_rules() -> Rules:
    from organization.profiles import build, read

    return build(read("default"), key="default", version=0)
