from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from django.utils.translation import gettext as _

from core.coded import Coded, check_codes, short, spellings
from core.shapes import Name, Say, between, once, one_of, tables, unknown
from organization.people.models import Role
from organization.profiles.rules import Profile, Section

OWNER = "owner"  # at a rung of the ladder: the unit that owns the problem


@dataclass(frozen=True)
class Level:
    """A rung of the ladder: who is told and answers for the result."""

    code: str
    label: Name
    role: Annotated[str, one_of((*Role.values, OWNER))] = "leader"  # whose holders in the county are told
    post: str = ""  # or the title of one post
    unit: str = ""  # and the code of its unit; without it, where many units have that title, the owner's own


@dataclass(frozen=True)
class Category:
    """What problems are about; a problem of none of them is of the last."""

    code: Annotated[str, short(20)]  # as long as its column
    label: Name
    words: tuple[str, ...] = ()  # in a sentence they say that it is about this: 征收协议 → 征迁
    unit: str = ""  # the code of the unit that has to solve such problems, where the county names one
    under: str = ""  # the code of the category that it belongs to: 用地 to 要素保障; two levels and no more


@dataclass(frozen=True)
class Place:
    """Where problems of a category, of the projects of a leader's portfolio, are placed; empty: of every one.

    The first line that fits says it. Without a `level` it is the lowest, without a `unit` the owner by the category.
    """

    category: str = ""
    portfolio: str = ""  # the title of the leader's post
    level: str = ""
    unit: str = ""


RULE, OFFICE = "rule", "office"
DECISION, PLACED = "decision", "placed"


@dataclass(frozen=True)
class ProblemRules:
    due_workdays: Annotated[int, between(1, 250)] = 5  # HN, QS: a result within five working days
    categories: tuple[Category, ...] = ()  # a list: a stored mapping has no order
    ladder: tuple[Level, ...] = ()
    sources: tuple[Coded, ...] = ()  # how a problem came to light
    place: Annotated[str, one_of((RULE, OFFICE))] = RULE  # by rule where it names a unit, or the office each one
    place_workdays: Annotated[int, between(1, 60)] = 1  # within which the office places what it has to
    places: tuple[Place, ...] = ()
    report_workdays: Annotated[int, between(1, 250)] = 5  # HN: the result goes to the level's leader within five
    report_from: Annotated[str, one_of((DECISION, PLACED))] = DECISION  # HN doesn't say from when they count
    climbs: bool = True  # by itself when late; else it is handed up with a reason only
    proof: bool = False  # a problem is closed with a photo or a paper that shows it

    @property
    def heads(self) -> dict[str, Any]:
        """The labels of the categories that others belong to, by code: no problem is of them alone."""
        over = {category.under for category in self.categories}
        return {category.code: category.label for category in self.categories if category.code in over}

    @property
    def leaves(self) -> tuple[Category, ...]:
        """The categories that problems are of."""
        return tuple(category for category in self.categories if category.code not in self.heads)

    @property
    def labels(self) -> dict[str, Any]:
        """The labels by code, in the county's order."""
        return {category.code: category.label for category in self.leaves}

    @property
    def grouped(self) -> list[tuple[Any, list[tuple[str, Any]]]]:
        """What there is to choose from: ("", leaves) of no head, and each head with its own, in the county's order."""
        found: dict[str, list[tuple[str, Any]]] = {}
        for leaf in self.leaves:
            found.setdefault(leaf.under, []).append((leaf.code, leaf.label))
        return [(self.heads.get(under, ""), inside) for under, inside in found.items()]

    def within(self, codes: Iterable[str]) -> set[str]:
        """*codes* with what belongs to the heads among them."""
        wanted = set(codes)
        return wanted | {category.code for category in self.categories if category.under in wanted}

    def in_full(self, code: str) -> str:
        """要素保障 > 用地"""
        known = self.category(code)
        head = self.heads.get(known.under) if known and known.under else None
        label = str(self.labels.get(code, code))
        return f"{head} > {label}" if head else label

    def unit_for(self, code: str) -> str:
        """The code of the unit that owns the category: its own, or that of what it belongs to; "" where none does."""
        known = self.category(code)
        over = self.category(known.under) if known and known.under else None
        return (known.unit if known else "") or (over.unit if over else "")

    @property
    def nobodys(self) -> list[str]:
        """The labels of the categories that no unit owns."""
        return [self.in_full(leaf.code) for leaf in self.leaves if not self.unit_for(leaf.code)]

    def rung(self, code: str) -> int:
        """The number of the level with that code; the lowest where there is none."""
        return next((n for n, level in enumerate(self.ladder) if level.code == code), 0)

    def category(self, code: str) -> Category | None:
        return next((category for category in self.categories if category.code == code), None)

    def guess(self, text: str) -> str:
        """The category of which most words stand in *text*, its name (in any language) among them; the last one (其他)
        if none does.

        Of two with as many the one with the longer word, which says more; then the county's order.
        """

        def weight(category: Category) -> tuple[int, int]:
            found = {word for word in spellings(category)[1:] if word and word in text}
            return len(found), max(map(len, found), default=0)

        best = max(self.leaves, key=weight, default=None)
        if best is None:
            return ""
        return best.code if weight(best)[0] else self.leaves[-1].code


def _problems(table: Any, profile: Profile, say: Say) -> None:
    for key in ("ladder", "categories"):
        once(table, key, "code", ("problems",), say)
    check_codes(table, ("sources",), ("problems",), say)
    for index, level in tables(table, "ladder"):
        post = level.get("post")
        if isinstance(post, str) and post and post not in profile.posts:
            said = _("the county has no post “%(post)s”") % {"post": post}
            say(("problems", "ladder", index, "post"), f"{said}; {unknown(post, profile.posts)}")
    codes = [str(unit.get("code")) for _index, unit in tables(profile.data, "unit")]
    for index, place in tables(table, "places"):
        for key, known in (
            ("category", [one.get("code") for _index, one in tables(table, "categories")]),
            ("level", [one.get("code") for _index, one in tables(table, "ladder")]),
            ("portfolio", list(profile.posts)),
            ("unit", codes),
        ):
            value = place.get(key)
            if isinstance(value, str) and value and known and value not in known:
                wrong = _("“%(value)s” isn't one of those that the file has") % {"value": value}
                say(("problems", "places", index, key), f"{wrong}; {unknown(value, [str(one) for one in known])}")
    owner: dict[str, Any] = {}
    for index, category in tables(table, "categories"):
        unit = category.get("unit")
        if isinstance(unit, str) and unit and unit not in codes:
            said = _("no unit has the code “%(code)s”") % {"code": unit}
            say(("problems", "categories", index, "unit"), f"{said}; {unknown(unit, codes)}" if codes else said)
        _under(category, table, index, say)
        words = category.get("words")
        for word in words if isinstance(words, list | tuple) else ():
            if isinstance(word, str) and owner.setdefault(word, category.get("code")) != category.get("code"):
                said = _("the word “%(word)s” says two categories") % {"word": word}
                say(("problems", "categories", index, "words"), said)


def _under(category: Any, table: Any, index: str, say: Say) -> None:
    """Says that a category belongs to none that there is, or to one that belongs to another."""
    under = category.get("under")
    known = {one.get("code"): one for _index, one in tables(table, "categories")}
    if not isinstance(under, str) or not under:
        return
    where = ("problems", "categories", index, "under")
    if under not in known:
        say(where, unknown(under, [str(code) for code in known]))
    elif known[under].get("under") or under == category.get("code"):
        say(where, _("categories have two levels: “%(code)s” belongs to another itself") % {"code": under})


RULES = (Section("problems", ProblemRules, check=_problems),)
