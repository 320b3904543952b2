"""What a piece of code asks the database, in its order: which rows it locked, which it read, how they were ordered.

SQLite has no row locks and leaves `FOR UPDATE` out of the text, so the queries are looked at and not the SQL: what is
locked first and read afterwards on one database is so on the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from django.db.models import Model
from django.db.models.sql.compiler import SQLCompiler, SQLDeleteCompiler, SQLInsertCompiler, SQLUpdateCompiler

WRITES = (SQLInsertCompiler, SQLUpdateCompiler, SQLDeleteCompiler)


@dataclass(frozen=True)
class Asked:
    model: type[Model]
    locks: bool
    order: tuple[str, ...]


@dataclass
class Log:
    asked: list[Asked] = field(default_factory=list)

    def locked(self) -> list[type[Model]]:
        """The models of which rows were locked, in that order."""
        return [one.model for one in self.asked if one.locks]

    def read_before_lock(self, model: type[Model]) -> bool:
        """Whether *model* was read before it was locked, or never locked at all: what was decided may be old."""
        first = next((one for one in self.asked if one.model is model), None)
        return first is None or not first.locks

    def order_of_lock(self, model: type[Model]) -> tuple[str, ...]:
        return next(one.order for one in self.asked if one.model is model and one.locks)


@contextmanager
def statements() -> Iterator[Log]:
    """`with statements() as log:` and then ask the log."""
    log, execute = Log(), SQLCompiler.execute_sql

    def listen(compiler: Any, *args: Any, **more: Any) -> Any:
        query = compiler.query
        if not isinstance(compiler, WRITES):
            order = tuple(str(name) for name in query.order_by)
            log.asked.append(Asked(query.model, bool(query.select_for_update), order))
        return execute(compiler, *args, **more)

    with mock.patch.object(SQLCompiler, "execute_sql", listen):
        yield log
