"""What must be true of a checklist: what can start now, what is done, expired, when to warn. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from projects.approvals.models import EXPIRED, LEFT_OUT, OBTAINED, ItemState
from projects.procedures import Procedure, blocking


@dataclass(frozen=True)
class Standing:
    """How one item stands: its state, and what its document says (None: there is none)."""

    state: str
    tolerated_until: date | None = None
    obtained_on: date | None = None
    valid_until: date | None = None


def expired(valid_until: date | None, started_on: date | None, on: date) -> bool:
    """Whether a document is valid no more on *on*: its last day is over, and works hadn't begun by then."""
    return valid_until is not None and valid_until < on and (started_on is None or started_on > valid_until)


def shown(one: Standing, started_on: date | None, on: date) -> str:
    """The state that people read: the document says it, else the item."""
    if one.obtained_on is None or one.state in LEFT_OUT:
        return one.state
    return EXPIRED if expired(one.valid_until, started_on, on) else OBTAINED


def passed(state: str, tolerated_until: date | None, on: date) -> bool:
    """Whether what waits for an item in *state* (as shown) may go on: it is there, isn't needed, or is tolerated."""
    if state == ItemState.TOLERATED:
        return tolerated_until is not None and tolerated_until >= on
    return state == OBTAINED or state in LEFT_OUT


def waits_for(
    catalogue: Iterable[Procedure], kind: str, standing: Mapping[str, Standing], started_on: date | None, on: date
) -> list[str]:
    """The kinds that *kind* waits for; none: it can start now. What isn't on the list holds nobody up."""
    there = {
        code for code, one in standing.items() if passed(shown(one, started_on, on), one.tolerated_until, on)
    }  # an item left out doesn't hold up, but what stands before it does
    gone = {code for code, one in standing.items() if one.state in LEFT_OUT}
    return blocking(catalogue, kind, there - gone, standing.keys() - gone)


def against_law(procedure: Procedure | None, waits: Collection[str]) -> list[str]:
    """Those of *waits* without which the law forbids *procedure*."""
    return [code for code in procedure.law if code in waits] if procedure else []


def to_warn(valid_until: date, marks: Iterable[int], warned: Collection[int], on: date) -> list[int]:
    """The marks (days before the end) that are reached on *on* and weren't told yet, the nearest to the end last. Who
    tells the last of them has told the earlier ones with it. After the last day nothing is told."""
    left = (valid_until - on).days
    if left < 0:
        return []
    reached = sorted((mark for mark in set(marks) if left <= mark), reverse=True)
    if reached and reached[-1] in warned:
        return []
    return [mark for mark in reached if mark not in warned]
