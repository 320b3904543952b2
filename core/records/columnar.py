"""Many rows in one statement, as columns: what all rows have in common is said once, the rest is a document which the
database takes apart sooner than it reads as many values."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db import connection, models
from django.db.models import BooleanField, Func
from django.db.models.fields.json import JSONField

Written = str | int | float | bool | None
AS_IT_IS = (str, int, type(None))  # nothing a field would change in it


@dataclass(frozen=True)
class Source:
    """Rows to select from: an expression for each column, what they are of, and the parameters of both in turn."""

    values: Sequence[str]
    of: str
    params: Sequence[Any]


def source(columns: Mapping[str, Sequence[Any]], kinds: Mapping[str, str]) -> Source:
    """The rows of *columns* of equal length, in their order. A value is a text, a number, a truth, None, or something
    whose text the database reads, such as a day; *kinds* are the columns' types, which only PostgreSQL wants."""
    same, apart = dict[str, Any](), dict[str, Sequence[Any]]()
    for name, column in columns.items():
        if column.count(column[0]) == len(column):
            same[name] = column[0]
        else:
            apart[name] = column
    if not apart:  # as many rows as there are
        name, number = next(iter(same)), len(columns[next(iter(same))])
        apart[name] = [same.pop(name)] * number
    return (_arrays if connection.vendor == "postgresql" else _document)(columns, same, apart, kinds)


def _document(
    columns: Collection[str], same: Mapping[str, Any], apart: Mapping[str, Sequence[Any]], _kinds: Any
) -> Source:
    places = {name: place for place, name in enumerate(apart)}
    values = ["%s" if name in same else f"json_extract(value, '$[{places[name]}]')" for name in columns]
    rows = list(zip(*apart.values(), strict=True))
    params = [*map(_plain, same.values()), json.dumps(rows, default=str, ensure_ascii=False)]
    return Source(values, "json_each(%s)", params)


def _arrays(
    columns: Collection[str], same: Mapping[str, Any], apart: Mapping[str, Sequence[Any]], kinds: Mapping[str, str]
) -> Source:
    quote = connection.ops.quote_name  # a column may be called as a word of the language is: on
    values = [f"%s::{kinds[name]}" if name in same else quote(name) for name in columns]
    arrays = ", ".join(f"%s::{kinds[name]}[]" for name in apart)
    params = [*map(_plain, same.values()), *map(array, apart.values())]
    return Source(values, f"unnest({arrays}) AS rows ({', '.join(map(quote, apart))})", params)


def _plain(value: Any) -> Written:
    return value if value is None or type(value) in (str, int, float, bool) else str(value)


def array(column: Sequence[Any]) -> str:
    """PostgreSQL's own writing of an array: quicker made and read than the driver's."""
    said = {value: _item(value) for value in set(column)}
    return f"{{{','.join(map(said.__getitem__, column))}}}"


def _item(value: Any) -> str:
    if value is None:
        return "NULL"
    if type(value) is int:
        return str(value)
    text = str(value)
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def kinds_of(fields: Sequence[models.Field[Any, Any]]) -> dict[str, str]:
    """The types of *fields* by column, without their lengths: what is too long is refused, not cut."""
    return {str(field.column): str(field.cast_db_type(connection)).partition("(")[0] for field in fields}


def insert(rows: Sequence[models.Model]) -> None:
    """Inserts *rows* of one model, none of which has a key, in one statement: then they have theirs."""
    model: Any = type(rows[0])
    key = model._meta.pk
    fields = [field for field in model._meta.concrete_fields if field is not key]
    written = source({field.column: _column(field, rows) for field in fields}, kinds_of(fields))
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({names}) "  # noqa: S608 (names of our own tables)
            f"SELECT {', '.join(written.values)} FROM {written.of} WHERE true RETURNING {quote(key.column)}",
            written.params,
        )
        found = cursor.fetchall()
    for row, (pk,) in zip(rows, found, strict=True):
        row.pk = pk
        row._state.adding, row._state.db = False, connection.alias


def _column(field: Any, rows: Sequence[Any]) -> list[Any]:
    """What *rows* hold of *field*, as the database wants it; each value is prepared once if all have the same."""
    if field.is_relation:
        _take_keys(field, rows)
    if type(field).pre_save in (models.Field.pre_save, models.ForeignKey.pre_save):
        values = list(map(attrgetter(field.attname), rows))
    else:
        values = [field.pre_save(row, add=True) for row in rows]
    if values.count(values[0]) == len(values):
        return [_said(field, values[0])] * len(values)
    return [_said(field, value) for value in values]


def _take_keys(field: Any, rows: Sequence[Any]) -> None:
    """What a row points to may have been saved since it was said."""
    for row in rows:
        if getattr(row, field.attname) is None and (to := field.get_cached_value(row, default=None)) is not None:
            if to.pk is None:
                raise ValueError(f"{type(row).__name__}.{field.name} isn't saved")
            setattr(row, field.attname, to.pk)


def _said(field: Any, value: Any) -> Any:
    if isinstance(field, JSONField):
        return None if value is None else json.dumps(value, cls=field.encoder, ensure_ascii=False)
    return value if type(value) in AS_IT_IS else field.get_db_prep_save(value, connection)


class Among(Func):
    """Whether a column is one of *keys*: one parameter and one statement, however many they are."""

    conditional = True
    output_field = BooleanField()

    def __init__(self, column: str, keys: Collection[int]) -> None:
        super().__init__(column)
        self.keys = list(keys)

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_more: Any) -> tuple[str, tuple[Any, ...]]:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"{sql} {is_one_of()}", (*params, keys_of(self.keys))


def is_one_of() -> str:
    """The end of a condition that what stands before it is one of `keys_of`, which is its parameter."""
    postgresql = connection.vendor == "postgresql"
    return "= ANY(%s::bigint[])" if postgresql else "IN (SELECT value FROM json_each(%s))"


def keys_of(keys: Collection[int]) -> str:
    return array(list(keys)) if connection.vendor == "postgresql" else json.dumps(list(keys))
