"""Measuring: two things in turn, medians, the median of the ratios of each pair, and how many queries."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.web.middleware import roomy


@dataclass
class Result:
    name: str
    ours: float  # ms, or MiB
    floor: float
    ratio: float
    aim: float
    queries: int | None = None
    most_queries: int | None = None
    unit: str = "ms"
    note: str = ""

    @property
    def met(self) -> bool:
        enough = self.queries is None or self.most_queries is None or self.queries <= self.most_queries
        return self.ratio <= self.aim and enough


@roomy
def clock(act: Callable[[], Any]) -> float:
    """Milliseconds that *act* takes; neither of two loses time by the depth of calls at which it happens to run."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def compare(
    name: str,
    ours: Callable[[], Any],
    floor: Callable[[], Any],
    *,
    aim: float,
    rounds: int,
    most_queries: int | None = None,
    note: str = "",
) -> Result:
    """Ours and floor in turn, *rounds* times after two warm-ups; garbage is collected outside the clock."""
    for _warm in range(2):
        ours()
        floor()
    queries = None
    if most_queries is not None:
        with CaptureQueriesContext(connection) as seen:
            ours()
        queries = len([q for q in seen if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "ROLLBACK"))])
    mine, theirs = [], []
    for _round in range(rounds):
        gc.collect()
        mine.append(clock(ours))
        gc.collect()
        theirs.append(clock(floor))
    ratio = statistics.median(a / b for a, b in zip(mine, theirs, strict=True))
    return Result(
        name, statistics.median(mine), statistics.median(theirs), ratio, aim, queries, most_queries, note=note
    )


HEAD = f"{'what':48} {'ours':>10} {'floor':>10} {'ratio':>7} {'aim':>6} {'SQL':>9}  met"


def line(r: Result) -> str:
    """One row of the table."""
    sql = "" if r.queries is None else f"{r.queries}/{r.most_queries}"
    ours, floor = f"{r.ours:.1f} {r.unit}", f"{r.floor:.1f} {r.unit}"
    met = "yes" if r.met else "NO"
    row = f"{r.name:48} {ours:>10} {floor:>10} {r.ratio:>7.2f} {r.aim:>6.2f} {sql:>9}  {met}"
    return f"{row}\n    {r.note}" if r.note else row


def table(results: list[Result]) -> str:
    """The table at the end."""
    return "\n".join([HEAD, "-" * len(HEAD), *map(line, results)])
