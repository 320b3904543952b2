"""Writing a record so that its history says who, when (the moment that the service was given) and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import models

REASON = 100  # characters of a reason that the history keeps; the whole of it stands with the act itself
SITTING = timedelta(hours=1)  # a longer break, and what is typed is another sitting


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


def keep_typed(record: Any, *, by: Any, now: datetime, reason: str = "", state: str = "status") -> None:
    """`keep` for a page that saves by itself while somebody types: one sitting is one row of history, which says how
    *record* stood at its end. Another person, another *state*, another reason or a break begins a row of its own, so
    what was there when somebody else looked at it, or when it went on, stays."""
    newest = record.history.first() if record.pk and by else None
    fresh = newest and (
        newest.history_user_id != by.pk
        or not now - SITTING < newest.history_date <= now
        or getattr(newest, state) != getattr(record, state)
        or (newest.history_change_reason or "") != reason[:REASON]
    )
    if newest is None or fresh:
        keep(record, by=by, now=now, reason=reason)
        return
    record.skip_history_when_saving = True
    try:
        record.save()
    finally:
        del record.skip_history_when_saving
    for field in newest.tracked_fields:
        setattr(newest, field.attname, getattr(record, field.attname))
    newest.history_date = now
    newest.save()


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
