"""In which state a row of a round is, in words. Pure: what was looked up is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.amounts import figures
from core.days.office import local_day


@dataclass(frozen=True)
class Facts:
    """What is known of a row: whether it is owed, by when, when it first came, and what the office said of it."""

    owed: bool
    due_at: datetime
    round_due: datetime
    now: datetime
    submitted_at: datetime | None = None
    spared: str = ""
    out: str = ""
    returned: str = ""
    left_out: str = ""


class State(NamedTuple):
    code: str
    word: str
    tone: str = ""  # late, soon: as the page marks it


def _until(facts: Facts) -> str:
    return figures.moment(facts.due_at, local_day(facts.now))


#: The first that holds says it.
STATES: tuple[tuple[str, str, Callable[[Facts], bool], Callable[[Facts], str]], ...] = (
    ("spared", "", lambda f: bool(f.spared), lambda f: _("Not needed this time: %(why)s") % {"why": f.spared}),
    ("out", "", lambda f: bool(f.out), lambda f: f.out),
    ("returned", "late", lambda f: f.owed and bool(f.returned),
     lambda f: _("Given back: %(why)s") % {"why": f.returned}),
    ("left_out", "", lambda f: f.owed and bool(f.left_out), lambda f: _("Left out: %(why)s") % {"why": f.left_out}),
    ("extended", "soon", lambda f: f.owed and f.round_due < f.due_at >= f.now,
     lambda f: _("Has until %(moment)s") % {"moment": _until(f)}),
    ("missing", "late", lambda f: f.owed and f.due_at < f.now, lambda f: _("Not reported")),
    ("open", "", lambda f: f.owed, lambda f: _("Not reported")),
    ("late", "soon", lambda f: f.submitted_at is not None and f.submitted_at > f.due_at, lambda f: _("Reported late")),
    ("done", "", lambda f: True, lambda f: _("reported")),
)  # fmt: skip


def state_of(facts: Facts) -> State:
    """How the row stands."""
    return next(State(code, words(facts), tone) for code, tone, holds, words in STATES if holds(facts))
