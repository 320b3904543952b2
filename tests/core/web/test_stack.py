"""Frames of a request lie in one piece of memory: no loop asks the system for room at each of its turns."""

from __future__ import annotations

import resource
from collections.abc import Callable

from core.web.middleware import OneRequest, roomy

TURNS, DEPTH = 300, 250


def leaf(a: int, b: int) -> tuple[int, int]:
    return (a, b)


def middle(turn: int) -> tuple[int, int]:
    return leaf(turn, turn)


def turns() -> int:
    """Pages of memory that the system had to bring while a loop called and called."""
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for turn in range(TURNS):
        middle(turn)
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before


def at(depth: int, act: Callable[[], int]) -> int:
    return act() if depth == 0 else at(depth - 1, act)


def worst() -> int:
    return max(at(depth, turns) for depth in range(0, DEPTH, 2))


@roomy
def worst_with_room() -> int:
    return worst()


def test_a_loop_at_whatever_depth_finds_room() -> None:
    worst_with_room()  # what is new on the heap is there
    assert worst_with_room() < TURNS / 3


def test_a_request_has_its_room() -> None:
    request = OneRequest.__call__.__code__
    assert request.co_stacksize == worst_with_room.__code__.co_stacksize > worst.__code__.co_stacksize
