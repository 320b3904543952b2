"""Acts that the log of the house keeps: who names one calls `note`, and the log writes who, when, from where.

So an app below the log can have something kept. Which acts there are, and what they are called, stands in one table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.collect import gather

GROUPS = {
    "sign_in": _("Signing in"),
    "account": _("Accounts"),
    "right": _("Posts and units"),
    "person": _("Personal data"),
    "file": _("Files given out"),
    "paper": _("Publications"),
    "setting": _("Settings"),
}


@dataclass(frozen=True)
class Noted:
    """One kind of act that the log keeps. `group` is one of GROUPS."""

    key: str
    group: str
    label: Any


@dataclass(frozen=True)
class Act:
    """What was done (or, if not `done`, tried): by whom (None: a command, or by itself), to which record, in which
    `words` (without: the record's own), under which `account` if nobody is signed in."""

    noted: Noted
    about: Any
    by: Any
    now: datetime
    words: str = ""
    account: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    done: bool = True


@cache
def noted() -> dict[str, Noted]:
    """What the apps declare, by key."""
    return {one.key: one for one in gather("noted")}


_keepers: list[Callable[[Act], None]] = []


def listen(keeper: Callable[[Act], None]) -> None:
    """From now on *keeper* gets each act (the log, when it is ready)."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def note(
    key: str,
    about: Any = None,
    *,
    by: Any,
    now: datetime,
    words: str = "",
    account: str = "",
    detail: Mapping[str, Any] | None = None,
    done: bool = True,
) -> None:
    """Have the act *key* kept. Inside a transaction it is kept with what the transaction does.

    KeyError for an act that no app declares.
    """
    act = Act(noted()[key], about, by, now, words, account, detail or {}, done)
    for keeper in _keepers:
        keeper(act)
