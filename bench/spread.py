"""Many counties of one, copied by the database: PostgreSQL only, a million rows in a minute.

The rows of several counties lie between each other as in life: of each county a ledger at once, of a month's reports
the rows of one unit beside each other and then those of another county. Copies that lay together would flatter every
query.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction

from bench import months
from dispatch.models import Problem, ProblemStep, Round, RoundRow
from organization.people.models import Post, User
from organization.units.models import Unit
from projects.models import (
    AnnualPlan,
    Approval,
    EntryRecord,
    MonthlyReport,
    Project,
    ReportingMonth,
    Sponsor,
    StageChange,
)

STRIDE = 1_000_000  # between the keys of one county and the next: more than a county has rows in any table
TOGETHER = 50  # rows that one person writes one after the other
#: Keys first. How a table's rows follow each other: by what was written when; else a county at once.
TABLES: tuple[tuple[Any, str], ...] = (
    (Unit, ""),
    (User, ""),
    (Post, ""),
    (Project, ""),
    (Project.cooperating_units.through, ""),
    (AnnualPlan, ""),
    (Sponsor, ""),
    (Approval, ""),
    (StageChange, "t.on"),
    (EntryRecord, ""),
    (MonthlyReport, "t.month"),
    (ReportingMonth, "t.month"),
    (Round, "t.due_at"),
    (RoundRow, "t.round_id"),
    (Problem, "t.raised_on"),
    (ProblemStep, "t.on"),
    *months.tables(),
)
COPIED = frozenset(model for model, _order in TABLES)
#: What has to be another text in each county.
TEXTS = {
    (Unit, "path"): "{code} || '-' || k || substr(t.path, length({code}) + 1)",
    (Unit, "code"): "CASE WHEN t.code = {code} THEN {code} || '-' || k ELSE t.code END",
    (User, "username"): "{code} || '-' || k || substr(t.username, length({code}) + 1)",
    (Problem, "key"): "t.key || '-' || k",
}


def name_of(code: str, copy: int) -> str:
    """What the county *code* is called as its copy of that number; 0 is itself."""
    return f"{code}-{copy}" if copy else code


def spread(code: str, copies: int) -> None:
    """Copies the one county there is, *code*, that many times, and lets the database look at what came of it."""
    with connection.cursor() as cursor:
        # Keys are right by construction; looking each one up takes twice the time of writing. Superusers only.
        with suppress(DatabaseError), transaction.atomic():
            cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        for model, order in TABLES:
            _copy(cursor, model, order, code, copies)
            if hasattr(model, "history"):
                _copy(cursor, model.history.model, "t.history_date", code, copies)
        with suppress(DatabaseError), transaction.atomic():
            cursor.execute("SET session_replication_role = DEFAULT")
    count_on()
    look()


def count_on() -> None:
    """The next keys follow on those there are."""
    with connection.cursor() as cursor:
        models = [*COPIED, *(model.history.model for model in COPIED if hasattr(model, "history"))]
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def look() -> None:
    """As after a night: statistics are fresh, what was written is known to be visible to all."""
    vacuum = connection.vendor == "postgresql" and not connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if vacuum else "ANALYZE")


def _copy(cursor: Any, model: Any, order: str, code: str, copies: int) -> None:
    quote = connection.ops.quote_name
    key = quote(model._meta.pk.column)
    columns, values = [], []
    for field in model._meta.concrete_fields:
        columns.append(quote(field.column))
        values.append(_value(model, field, f"t.{quote(field.column)}", code))
    # Several counties write at the same time: who comes next is chance, but each its TOGETHER rows in one go.
    among = f"{order}, hashtext((t.{key} / {TOGETHER})::text || '.' || k), k, t.{key}" if order else f"k, t.{key}"
    cursor.execute(
        f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns)}) "
        f"SELECT {', '.join(values)} FROM {quote(model._meta.db_table)} t CROSS JOIN generate_series(1, %s) k "
        f"WHERE t.{key} < %s ORDER BY {among}",
        [copies, STRIDE],
    )


def _value(model: Any, field: Any, column: str, code: str) -> str:
    base = getattr(model, "instance_type", model)  # of a table of history: what it is the history of
    if text := TEXTS.get((base, field.name)):
        return text.format(code=f"'{code}'")
    own_key = field.primary_key or (base is not model and field.name == base._meta.pk.name)
    to = field.remote_field.model if field.remote_field else None
    return f"{column} + k * {STRIDE}" if own_key or to in COPIED else column


def rows(models: Iterable[Any] = COPIED) -> int:
    """How many rows there are, by what the database knows of its tables."""
    tables = [model._meta.db_table for model in models]
    tables += [model.history.model._meta.db_table for model in models if hasattr(model, "history")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(reltuples)::bigint FROM pg_class WHERE relname = ANY(%s)", [tables])
        return int(cursor.fetchone()[0])
