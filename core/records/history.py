"""Writing a record so that its history says who, when (the moment that the service was given) and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models

REASON = 100  # characters of a reason that the history keeps; the whole of it stands with the act itself


def visible(value: Any) -> Any:
    """*value* as people see it: text without blanks at the ends of its lines, whatever ends a line (a browser sends
    CR LF). Two values that are equal so are no change, and write no version."""
    if not isinstance(value, str):
        return value
    return "\n".join(line.rstrip() for line in value.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()


def tidy(record: Any) -> None:
    """Turns each text of *record* into what people see of it."""
    for field in record._meta.concrete_fields:
        value = getattr(record, field.attname)
        if value != (seen := visible(value)):
            setattr(record, field.attname, seen)


def differing(record: models.Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of *values*, as they are to be kept, that visibly differ from what *record* holds."""
    kept = {name: visible(value) for name, value in values.items()}
    return {name: value for name, value in kept.items() if visible(getattr(record, name)) != value}


def _told(record: Any, by: Any, now: datetime, reason: str) -> None:
    record._history_user = by
    record._history_date = now
    record._change_reason = reason[:REASON]


def keep(
    record: models.Model, *, by: Any, now: datetime, reason: str = "", fields: Iterable[str] | None = None
) -> None:
    """Save *record* (only *fields*, if given: a slow form never writes an old stage back) with a row of history."""
    _told(record, by, now, reason)
    record.save(update_fields=None if fields is None else list(fields))


def remove(record: models.Model, *, by: Any, now: datetime, reason: str = "") -> None:
    """Delete *record*; its history stays and says who and why."""
    _told(record, by, now, reason)
    record.delete()


def newest_version(model: Any, **which: Any) -> int:
    """What a page has seen of the records of *model* that *which* names (a plan, a project's sponsors): the number of
    their newest row of history, 0 if there is none on file. For records without a `version` of their own."""
    if not model.objects.filter(**which).exists():
        return 0
    return model.history.filter(**which).aggregate(newest=models.Max("history_id"))["newest"] or 0
