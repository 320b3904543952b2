"""Lines of a record's history that a higher app brings: the page merges them and knows none of the apps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Happened:
    """What an app knows of the history of a project, as lines (`projects.page.history.Record`): `records(project)`."""

    key: str
    records: Callable[[Any], Iterable[Any]]
