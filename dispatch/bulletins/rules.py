"""What a county's profile says of weeks, problems, rankings and bulletins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Required, TypedDict

from django.utils.translation import gettext as _

from core import indicators
from core.shapes import Say, between, once, one_of, tables, unknown
from dispatch.bulletins.wording import WordingError, names
from organization.people.models import SIGNS
from organization.profiles.rules import Profile, Section

PROJECT_LISTS = ("behind", "start_overdue", "not_entered")


#: In a sentence about the county (`dispatch.bulletins` gives these), about a group of units, in a row of names.
WHOLE = (
    *(
        "county",
        "whole",
        "year",
        "month",
        "last_month",
        "span",
        "projects",
        "total_investment",
        "plan",
        "done",
        "rate",
        "pace",
    ),
    *("gap", "start_rate", "entry_rate", "started", "due_to_start", "entered", "due_to_enter", *PROJECT_LISTS),
    *("open", "overdue", "closed", "raised", "lag_change", "lead_change", "as_of", "behind_from", "unrecorded"),
)


OF_GROUP = ("label", "units", "units_ahead", "units_behind", "tied_first")


OF_UNFINISHED = ("month", "due", "handed_in", "accepted", "left_out", "reason")


RECORDED = ("start", "entry", "problems")  # what a county may not record


OF_NAME = ("name", "rank", "rate", "gap", "plan", "done", "places")


GROUP_SOURCES = ("rows", "low", "up", "down")


UNIT_COLUMNS = ("rank", "name", "projects", "plan", "done", "rate", "gap", "start_rate", "entry_rate", "movement")


PROJECT_COLUMNS = ("number", "name", "unit", "plan", "done", "rate", "gap", "reason")


def may_say(*known: str) -> Any:
    """Text whose placeholders are among *known*."""
    return lambda text: wrong_words(text, known)


def wrong_words(text: str, known: Iterable[str]) -> str:
    """What is wrong with a wording that may name *known*, or ""."""
    try:
        used = names(text)
    except WordingError:
        return _("brackets or choices don't pair: %(text)s") % {"text": text}
    return "; ".join(unknown(name, known) for name in dict.fromkeys(used) if name not in known)


class Column(TypedDict, total=False):
    key: Required[str]
    label: Required[str]
    share: Annotated[float | int, between(0, 100)]


class UnitColumn(Column, total=False):
    key: Required[Annotated[str, one_of(lambda: {*UNIT_COLUMNS, *indicators.declared()})]]


class ProjectColumn(Column, total=False):
    key: Required[Annotated[str, one_of(PROJECT_COLUMNS)]]


def _names(sources: Iterable[str]) -> Any:
    return {
        "from": Required[Annotated[str, one_of(sources)]],
        "take": Annotated[int, between(1, 100)],
        "item": Annotated[str, may_say(*OF_NAME)],
        "join": str,
    }


Names = TypedDict("Names", _names((*PROJECT_LISTS, "big")), total=False)  # type: ignore[misc]  # its keys are made


GroupNames = TypedDict("GroupNames", _names(GROUP_SOURCES), total=False)  # type: ignore[misc]  # its keys are made


class Part(TypedDict, total=False):
    """A section of the bulletin: sentences, or what a person has to write."""

    key: Required[str]
    heading: Required[str]
    kind: Literal["text", "written"]
    hint: str
    each: Literal["groups"]
    text: tuple[str, ...]
    table: bool
    lists: dict[str, GroupNames]


class RankingTable(TypedDict, total=False):
    title: Required[Annotated[str, may_say(*WHOLE, "label")]]
    unit: str
    total: str
    note: str
    columns: Required[tuple[UnitColumn, ...]]


class AnnexTable(TypedDict, total=False):
    list: Required[Annotated[str, one_of(PROJECT_LISTS)]]
    title: Required[Annotated[str, may_say(*WHOLE)]]
    unit: str
    note: Annotated[str, may_say(*WHOLE)]
    wide: bool
    columns: Required[tuple[ProjectColumn, ...]]


class Wording(TypedDict, total=False):
    """The words of one kind of bulletin."""

    title: Annotated[str, may_say(*WHOLE)]
    number: Annotated[str, may_say("year", "word", "number", "total")]
    word: str  # of a series of its own; without: the office's document word
    date: Annotated[str, may_say("year", "month", "day")]
    addressee: str
    copies: str
    unfinished: Annotated[str, may_say(*OF_UNFINISHED)]
    recorded: dict[Annotated[str, one_of(RECORDED)], str]
    decimals: Annotated[int, between(0, 4)]
    big: Annotated[int, between(0, 10**13)]
    lists: dict[str, Names]
    section: tuple[Part, ...]
    ranking: RankingTable
    annex: tuple[AnnexTable, ...]


@dataclass(frozen=True)
class BulletinRules:
    """The wording by kind of bulletin; one that a county has no words for isn't drafted."""

    monthly: Wording = field(default_factory=Wording)

    def of(self, kind: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = getattr(self, kind, {})
        return found


@dataclass(frozen=True)
class SigningRules:
    """Who usually signs what the county publishes: it stands in the form when a bulletin is sent, and can be chosen
    otherwise there."""

    post: str = ""  # the title of a post
    role: Annotated[str, one_of(SIGNS)] = "leader"  # without such a post: the first who holds this role


def _bulletin(table: Any, profile: Profile, say: Say) -> None:
    """What a section says may name its own lists, and those of the whole bulletin."""
    for kind, wording in table.items() if isinstance(table, Mapping) else ():
        if not isinstance(wording, Mapping) or kind not in BulletinRules.__dataclass_fields__:
            continue
        where = ("bulletin", kind)
        once(wording, "section", "key", where, say)
        once(wording, "annex", "list", where, say)
        for key in ("title", "number", "date") if wording else ():
            if key not in wording:
                say(where, _("“%(key)s” is missing") % {"key": key})
        whole = [*WHOLE, *indicators.declared(), *_keys(wording.get("lists"))]
        for index, part in tables(wording, "section"):
            known = whole
            if part.get("each") == "groups":
                known = [*whole, *OF_GROUP, *_keys(part.get("lists"))]
            elif "lists" in part:
                say((*where, "section", index, "lists"), _("lists of its own has only a section with each = “groups”"))
            if "text" not in part and part.get("kind") != "written":
                say((*where, "section", index), _("“%(key)s” is missing") % {"key": "text"})
            if part.get("table") is True and "ranking" not in wording:
                say(
                    (*where, "section", index, "table"),
                    _("“%(key)s” is missing") % {"key": f"bulletin.{kind}.ranking"},
                )
            texts = part.get("text")
            for line, text in enumerate(texts if isinstance(texts, list) else ()):
                if isinstance(text, str) and (message := wrong_words(text, known)):
                    say((*where, "section", index, "text", f"#{line}"), message)


def _keys(table: Any) -> list[str]:
    return list(table) if isinstance(table, Mapping) else []


RULES = (Section("bulletin", BulletinRules, check=_bulletin), Section("signing", SigningRules))
