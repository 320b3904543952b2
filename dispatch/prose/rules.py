"""What a county's profile says of its bulletins: kinds, their sections in order, the words of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Required, TypedDict

from django.utils.translation import gettext as _

from core import indicators
from core.coded import short
from core.shapes import Name, Say, between, once, one_of, tables, unknown
from dispatch.prose.blocks import SOURCES
from dispatch.prose.charts import UNITS
from dispatch.prose.cuts import FIELDS
from dispatch.prose.names import OF_CLASS as OF_CLASSES
from dispatch.prose.names import OF_COUNTY, OF_NAME, OF_ROWS
from dispatch.prose.tables import ANNEXES
from dispatch.prose.whole import WHOLE
from dispatch.prose.wording import WordingError, names
from organization.profiles.rules import Profile, Section

#: In a sentence about each group of units, the classes of a field in a row, each class in turn.
OF_GROUP = (
    *("label", "units", "units_many", "units_ahead", "units_behind", "ahead_some", "behind_some", "standing"),
    "tied_first",
)
OF_FIELD = ("units", "rest", "standing")
OF_CLASS = ("label", "units", "own", "standing")
OF_UNFINISHED = ("month", "due", "handed_in", "accepted", "left_out", "reason")
RECORDED = ("done", "start", "entry", "problems")  # what a county may not record
FRAMES = ("document", "briefing", "letter")
UNIT_COLUMNS = ("rank", "name", "projects", "plan", "done", "rate", "gap", "start_rate", "entry_rate", "movement")
CLASS_COLUMNS = (
    *("name", "projects", "total_investment", "plan", "done", "own", "rate", "gap", "behind"),
    *("started", "due_to_start", "entered", "due_to_enter"),
)
PROJECT_COLUMNS = (
    *("number", "name", "unit", "plan", "done", "own", "total_investment", "rate", "gap", "reason"),
    *("level", "nature", "sector", "stage", "leader", "progress", "cause", "day", "days"),
)


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


class ClassColumn(Column, total=False):
    key: Required[Annotated[str, one_of(lambda: {*CLASS_COLUMNS, *indicators.declared()})]]


class ProjectColumn(Column, total=False):
    key: Required[Annotated[str, one_of(PROJECT_COLUMNS)]]


def _names(sources: Iterable[str]) -> Any:
    return {
        "from": Required[Annotated[str, one_of(sources)]],
        "take": Annotated[int, between(1, 100)],
        "item": Annotated[str, may_say(*OF_NAME)],
        "join": str,
        "alike": bool,
        "etc": str,
    }


Names = TypedDict("Names", _names((*OF_COUNTY, *OF_ROWS, *OF_CLASSES)), total=False)  # type: ignore[misc]  # its keys are made


class Part(TypedDict, total=False):
    """Sentences about one thing: of the whole county, each group of units, the classes of a field.

    *head* begins the first of them （一）…。; *source* what they are about (`SOURCES`), *by* which field, *only*
    which of its classes.
    """

    head: Annotated[str, may_say("label")]
    on: bool
    source: Annotated[str, one_of(SOURCES)]
    each: Literal["groups"]  # what older files say for `source`
    by: Annotated[str, one_of(FIELDS)]
    only: tuple[str, ...]
    text: tuple[str, ...]
    lists: dict[str, Names]


class Chapter(Part, total=False):
    """A section of the bulletin, in the order of the paper; one without a heading opens or ends it.

    *kind* written: a person has to write it, `text` is proposed; *confirm*: a person has to look at it.
    """

    key: Required[str]
    heading: Required[str]
    kind: Literal["text", "written"]
    confirm: bool
    hint: str
    part: tuple[Part, ...]
    table: bool
    tables: tuple[Annotated[str, one_of(FIELDS)], ...]
    charts: tuple[Annotated[str, one_of((UNITS, *FIELDS))], ...]


class RankingTable(TypedDict, total=False):
    title: Required[Annotated[str, may_say(*WHOLE, "label")]]
    unit: str
    total: str
    note: str
    columns: Required[tuple[UnitColumn, ...]]


class ClassTable(TypedDict, total=False):
    title: Required[Annotated[str, may_say(*WHOLE, "by")]]
    unit: str
    note: str
    columns: Required[tuple[ClassColumn, ...]]


class BarChart(TypedDict, total=False):
    """What is over the bars of each group of units, or of a field's classes."""

    title: Required[Annotated[str, may_say(*WHOLE, "label")]]


class AnnexTable(TypedDict, total=False):
    list: Required[Annotated[str, one_of(ANNEXES)]]
    on: bool
    title: Required[Annotated[str, may_say(*WHOLE)]]
    unit: str
    note: Annotated[str, may_say(*WHOLE)]
    wide: bool
    columns: Required[tuple[ProjectColumn, ...]]


class Wording(TypedDict, total=False):
    """The words of one kind of bulletin.

    *like*: another kind, whose words hold where this one says nothing. *list*: a list of the year that it
    is about. *cycle*: what it is of. *draft*: the
    working day after that on which a worker drafts it, if its month is finished; without it only by hand. *days*: by
    name the working days after the draft by which something is asked for. *more*, *order*, *annexes*: the county's own
    structure (`blocks.sections_of`, `tables.annexes`).
    """

    label: Name
    like: str
    list: str
    head: Literal["document", "briefing", "letter"]
    cycle: Literal["month", "half", "year", "none"]
    draft: Annotated[int, between(1, 60)]
    days: dict[str, Annotated[int, between(0, 250)]]
    title: Annotated[str, may_say(*WHOLE)]
    number: Annotated[str, may_say("year", "word", "number", "total")]
    word: str  # of a series of its own; without: the office's document word
    date: Annotated[str, may_say("year", "month", "day")]
    addressee: str
    copies: str
    unfinished: Annotated[str, may_say(*OF_UNFINISHED)]
    recorded: dict[Annotated[str, one_of(RECORDED)], str]
    decimals: Annotated[int, between(0, 4)]
    table_decimals: Annotated[int, between(0, 4)]
    big: Annotated[int, between(0, 10**13)]
    lists: dict[str, Names]
    section: tuple[Chapter, ...]
    more: tuple[Chapter, ...]
    order: tuple[str, ...]
    annexes: tuple[Annotated[str, one_of(ANNEXES)], ...]
    chart: BarChart
    ranking: RankingTable
    classes: ClassTable
    annex: tuple[AnnexTable, ...]


@dataclass(frozen=True)
class BulletinRules:
    """The wording by kind of bulletin: a county's file may name any; one without sections isn't drafted."""

    REST = "kinds"

    kinds: dict[Annotated[str, short(20)], Wording] = field(default_factory=dict)

    def of(self, kind: str) -> Mapping[str, Any]:
        """The words of *kind*, with those of the kind that it is `like` where it says nothing (but for its day of
        drafting); {} if there is none."""
        return complete(self.kinds, kind)


def complete(kinds: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    """`BulletinRules.of`, of tables as a file has them."""
    own = kinds.get(kind)
    if not isinstance(own, Mapping):
        return {}
    other = kinds.get(own.get("like", ""))
    if not isinstance(other, Mapping) or other is own:
        return own
    return {**{key: value for key, value in other.items() if key != "draft"}, **own}


def _bulletin(table: Any, profile: Profile, say: Say) -> None:
    """What a section says may name its own lists, and those of the whole bulletin."""
    kinds = (
        {key: words for key, words in table.items() if isinstance(words, Mapping)}
        if isinstance(table, Mapping)
        else {}
    )
    for kind, own in kinds.items():
        where = ("bulletin", kind)
        if (other := own.get("like")) is not None and other not in kinds:
            if other not in table:  # else what is wrong with that one is said there
                say((*where, "like"), unknown(str(other), kinds))
            continue
        code, codes = own.get("list"), [str(one.get("code")) for _index, one in tables(profile.data, "list")]
        if isinstance(code, str) and code and code not in codes:
            say((*where, "list"), unknown(code, codes))
        _kind(complete(kinds, kind), own, where, say)


def _kind(wording: Mapping[str, Any], own: Mapping[str, Any], where: tuple[str, ...], say: Say) -> None:
    once(own, "section", "key", where, say)
    once(own, "more", "key", where, say)
    once(own, "annex", "list", where, say)
    for key in ("title", "number", "date") if wording else ():
        if key not in wording:
            say(where, _("“%(key)s” is missing") % {"key": key})
    annexes = [f"annex_{name}" for name in ANNEXES]
    whole = [*WHOLE, *indicators.declared(), *_keys(wording.get("lists")), *_keys(wording.get("days")), *annexes]
    keys = [one.get("key") for name in ("section", "more") for _index, one in tables(wording, name)]
    for name in own.get("order", ()) if isinstance(own.get("order"), list) else ():
        if name not in keys:
            say((*where, "order"), unknown(str(name), [str(key) for key in keys]))
    known_annexes = [one.get("list") for _index, one in tables(wording, "annex")]
    for name in own.get("annexes", ()) if isinstance(own.get("annexes"), list) else ():
        if name in ANNEXES and name not in known_annexes:
            say((*where, "annexes"), _("“%(key)s” is missing") % {"key": f"annex {name}"})
    for named, index, chapter in [(name, *one) for name in ("section", "more") for one in tables(own, name)]:
        at = (*where, named, index)
        parts = list(tables(chapter, "part"))
        shown = any(chapter.get(name) for name in ("table", "tables", "charts"))
        if "text" not in chapter and not parts and chapter.get("kind") != "written" and not shown:
            say(at, _("“%(key)s” is missing") % {"key": "text"})
        needed = {
            "ranking": chapter.get("table") is True,
            "classes": bool(chapter.get("tables")),
            "chart": bool(chapter.get("charts")),
        }
        for key, said in needed.items():
            if said and key not in wording:
                place = {"ranking": "table", "classes": "tables", "chart": "charts"}[key]
                say((*at, place), _("“%(key)s” is missing") % {"key": f"{'.'.join(where)}.{key}"})
        _part(chapter, whole, at, say)
        for number, part in parts:
            _part(part, whole, (*at, "part", number), say)


def _part(part: Mapping[str, Any], whole: list[str], where: tuple[str, ...], say: Say) -> None:
    source = part.get("source", part.get("each", "county"))
    known = [*whole, *{"groups": OF_GROUP, "field": OF_FIELD, "classes": OF_CLASS}.get(source, ())]
    if source == "county" and "lists" in part:
        said = _("lists of its own has only what is about groups, a field or its classes (source = “groups” …)")
        say((*where, "lists"), said)
    if source in ("field", "classes") and "by" not in part:
        say(where, _("“%(key)s” is missing") % {"key": "by"})
    known += _keys(part.get("lists"))
    texts = part.get("text")
    for line, text in enumerate(texts if isinstance(texts, list) else ()):
        if isinstance(text, str) and (message := wrong_words(text, known)):
            say((*where, "text", f"#{line}"), message)


def _keys(table: Any) -> list[str]:
    return list(table) if isinstance(table, Mapping) else []


RULES = (Section("bulletin", BulletinRules, check=_bulletin),)
