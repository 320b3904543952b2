"""Facts that people are told: a service names one in its transaction, the outbox makes the notices in the same one.

So an app below the outbox can tell people something, and whoever is told, in which words, stands in one table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from core.collect import gather


@dataclass(frozen=True)
class Fact:
    """What happened: to which record, by whom (None: by itself), when; *why* in the words that somebody wrote."""

    about: Any
    by: Any
    now: datetime
    why: str = ""
    to: tuple[Any, ...] = ()  # who it concerns, where the record doesn't say


def _moment(fact: Fact) -> str:
    return f"{fact.about.pk}:{fact.now.isoformat()}"


@dataclass(frozen=True)
class Told:
    """One kind of fact: who is told, in which words. `subject` and `body` are filled with `words`.

    `once` names the happening: with the kind and the person it is the notice's key, which exists once for ever.
    """

    key: str
    people: Callable[[Fact], Iterable[Any]]
    subject: Any
    words: Callable[[Fact], Mapping[str, Any]]
    link: Callable[[Fact], str]
    county: Callable[[Fact], Any]
    body: Callable[[Fact], str] = lambda fact: fact.why
    once: Callable[[Fact], str] | None = None  # without: the record and the moment
    urgent: bool = False

    def name(self, fact: Fact, person: Any) -> str:
        """The key of *person*'s notice."""
        return f"{self.once(fact) if self.once else f'{self.key}:{_moment(fact)}'}:{person.pk}"


@cache
def told() -> dict[str, Told]:
    """What the apps declare, by key."""
    return {one.key: one for one in gather("told")}


Teller = Callable[[Told, Fact, datetime | None, Mapping[date, bool] | None], None]
_tellers: list[Teller] = []


def listen(teller: Teller) -> None:
    """From now on *teller* makes notices of facts (the outbox, when it is ready)."""
    if teller not in _tellers:
        _tellers.append(teller)


def tell(
    key: str,
    about: Any,
    *,
    by: Any,
    now: datetime,
    why: str = "",
    to: Iterable[Any] = (),
    due_at: datetime | None = None,
    days: Mapping[date, bool] | None = None,
) -> None:
    """Name the fact *key* about a record; who has to know is told in this transaction.

    *due_at* is the moment from which mail waits for its morning (default *now*), *days* the calendar if it is known.
    KeyError for a fact that no app declares.
    """
    fact = Fact(about, by, now, why, tuple(to))
    for teller in _tellers:
        teller(told()[key], fact, due_at, days)
