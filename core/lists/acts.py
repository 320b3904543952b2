"""Acts on many rows of a list: rows are chosen, the act says what becomes of each, one press does it to all of them.

An app declares its own in `ACTS` of its `acts.py`, also for the list of an app below. What one press does is one
transaction; it is kept with what each row was, and taken back by an `Undo` with `many`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from django.forms import BaseForm
from django.http import QueryDict

from core.collect import gather
from core.lists.listing import Listing
from core.lists.spec import ListSpec, Text
from core.models import Done
from core.web.asked import key, version

MOST = 500  # rows of one press: it holds the locks of all of them
EXPORT = "export"  # what every list whose rows can be chosen does besides


class Line(NamedTuple):
    """What an act makes of a row, in words; `why` says why it can't. `seen` is what the page has seen of it."""

    pk: int
    name: str
    href: str
    seen: int
    was: str
    will: str = ""
    why: str = ""


class Outcome(NamedTuple):
    """What is said after the press; `done` is how it is taken back, where it can be."""

    said: str
    done: Done | None = None


def kept(verb: Callable[..., Done]) -> Callable[..., Outcome]:
    """What an act does by *verb*, which keeps how it is taken back."""

    def do(county: Any, **told: Any) -> Outcome:
        done = verb(county, **told)
        return Outcome(done.said, done)

    return do


Values = Mapping[str, Any]


@dataclass(frozen=True)
class Act:
    """One act on rows of the list `of`. `look(user, county, pks, now, values)` says what becomes of each of *pks*
    (*values* are None as long as nothing valid is filled in); `do(county, version=, by=, now=, **values)` does it to
    the rows of *version*, each as it was seen, or Refused to none."""

    key: str
    of: str  # the key of the list
    label: Text
    order: int
    can: Callable[[Any, Any], Any]  # by person and county: whether it is offered at all
    form: Callable[..., BaseForm]  # form(data, county=, user=, now=): what is asked besides
    look: Callable[[Any, Any, Sequence[int], datetime, Values | None], list[Line]]
    do: Callable[..., Outcome]
    note: Text = ""  # said before the press
    undo: str = ""  # the key of the Undo that the outcome's `done` is of
    #: What it does beyond the rows: `effect(user, county, pks, now, values)` of those that it is done to, as the
    #: template `effect_part` shows it.
    effect: Callable[[Any, Any, Sequence[int], datetime, Values], Any] | None = None
    effect_part: str = ""


def acts_of(spec: ListSpec, user: Any, county: Any) -> list[Act]:
    """What *user* may do to rows of the list, in order."""
    if not spec.selects:
        return []
    return sorted(
        (act for act in gather("acts") if act.of == spec.key and act.can(user, county)), key=lambda act: act.order
    )


def act_of(spec: ListSpec, name: str) -> Act | None:
    return next((act for act in gather("acts") if (act.of, act.key) == (spec.key, name)), None)


@dataclass(frozen=True)
class Chosen:
    """The rows that were ticked, each with what was seen of it where a preview was; `number` as they were counted."""

    seen: dict[int, int | None]
    number: int

    @property
    def too_many(self) -> bool:
        return self.number > MOST


def chosen(listing: Listing, data: QueryDict) -> Chosen:
    """Those of *data*: `row` one by one, as `12` or with what was seen as `12:3`; with `all` every row of the list."""
    if data.get("all"):
        number = listing.count_alone()[0]
        return Chosen(dict.fromkeys(listing.keys()) if number <= MOST else {}, number)
    rows: dict[int, int | None] = {}
    for text in data.getlist("row"):
        pk, _colon, seen = text.partition(":")
        if (found := key(pk)) is not None:
            rows[found] = version(seen) if seen else None
    if len(rows) > MOST:
        return Chosen({}, len(rows))
    there = listing.these(rows)
    return Chosen({pk: rows[pk] for pk in there}, len(there))


def sign(lines: Iterable[Line], effect: Any = None) -> str:
    """What a preview showed, as a sign: another one as soon as anything on it differs."""
    return sha256(repr(([tuple(line) for line in lines], effect)).encode()).hexdigest()[:32]
