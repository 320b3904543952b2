"""What a county's profile says of slips (提示单、督办单、联系单、报告单): which kinds there are, their numbers, their
words. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from string import Formatter
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _

from core.coded import short
from core.shapes import Name, Say, between, once, tables, unknown
from organization.profiles.rules import Profile, Section

#: What the first words and the demand of a slip may name; what isn't known is left empty.
PLACES = ("county", "issuer", "project", "problem", "detail", "unit", "level", "raised", "due", "state", "count")
TITLED = ("county", "issuer", "label")


def _fits(places: tuple[str, ...]) -> Any:
    """The rule that a text names nothing in braces but *places*."""

    def wrong(value: str) -> str:
        try:
            found = [name for _text, name, _format, _more in Formatter().parse(value) if name is not None]
        except ValueError as error:
            return str(error)
        return next((unknown(name, places) for name in found if name not in places), "")

    return wrong


def _length(longest: int) -> Any:
    def wrong(value: str) -> str:
        return "" if 0 < len(value) <= longest else _("expected 1 to %(n)s characters") % {"n": longest}

    return wrong


Words = Annotated[str, _fits(PLACES)]


@dataclass(frozen=True)
class Heads:
    """What stands before each field of the paper."""

    unit: str = "责任单位"
    project: str = "项目名称"
    title: str = "事项"
    matter: str = "存在问题"
    ask: str = "办理要求"
    due: str = "反馈时限"
    signed: str = "签发"
    contact: str = "联系人及电话"
    answer: str = "办理情况反馈（回执）"


@dataclass(frozen=True)
class SlipKind:
    """A kind of slip. `word` stands before its numbers, which count by the year: 项目督办〔2026〕3号."""

    code: Annotated[str, short(20)]
    label: Name
    word: Annotated[str, _length(40)]
    title: Annotated[str, _fits(TITLED)] = "{county}重点项目{label}"
    look: Literal["red", "plain"] = "red"  # the ruled form in red as offices have it printed, or in black
    to: Literal["owner", "unit", "leader"] = "owner"  # proposed: who owns the problem, no one, the level's leader
    matter: Words = ""
    ask: Words = ""
    overdue: bool = False  # it can be issued for what a unit is late with
    answer_workdays: Annotated[int, between(0, 60)] = 5  # 0: no answer is asked for
    heads: Heads = field(default_factory=Heads)


@dataclass(frozen=True)
class SlipRules:
    """The kinds that the county issues, in its order; none: it issues no slips here."""

    kinds: tuple[SlipKind, ...] = ()
    overdue: Words = ""  # the first words of one that is issued for what a unit is late with

    def kind(self, code: str) -> SlipKind | None:
        return next((one for one in self.kinds if one.code == code), None)

    @property
    def labels(self) -> dict[str, Any]:
        return {one.code: one.label for one in self.kinds}


def _slips(table: Any, profile: Profile, say: Say) -> None:
    for key in ("code", "word"):
        once(table, "kinds", key, ("slips",), say)
    county = profile.data.get("county")
    own = county.get("document_word") if isinstance(county, dict) else None
    for index, kind in tables(table, "kinds"):
        if kind.get("word") and kind.get("word") == own:
            say(("slips", "kinds", index, "word"), _("the office's own papers bear this document word"))


RULES = (Section("slips", SlipRules, check=_slips),)
