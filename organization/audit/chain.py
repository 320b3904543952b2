"""What a row and a seal are in SHA-256, and where the chain of seals doesn't hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

from organization.audit.models import AuditEntry, AuditSeal

Kind = Literal["row_changed", "row_gone", "row_added", "seal_changed", "seal_gone", "seal_replaced"]


class Break(NamedTuple):
    """Where the chain doesn't hold: at which seal, and for rows which of them."""

    kind: Kind
    seal: int
    rows: tuple[int, ...] = ()


#: What a row's digest is of. What is added to the model later isn't in it: rows of before would be others.
SEALED = (
    "id", "key", "moment", "county", "kind", "done", "user", "account", "name", "post", "address", "agent",
    "about_kind", "about", "words", "detail",
)  # fmt: skip


def canonical(values: Mapping[str, Any]) -> str:
    """*values* as JSON that is the same on every database: keys in order, moments in UTC to the microsecond."""

    def plain(value: Any) -> str:
        return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else str(value)

    return json.dumps(values, default=plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _hash(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(values).encode()).hexdigest()


def digest_of_row(row: AuditEntry) -> str:
    return _hash({name: getattr(row, name) for name in SEALED})


def digest_of_seal(seal: AuditSeal) -> str:
    return _hash({name: getattr(seal, name) for name in ("number", "made_at", "last", "rows", "before")})


def breaks(*, now: datetime, term: timedelta, known: Mapping[int, str] | None = None) -> Iterator[Break]:
    """Where the chain doesn't hold, seal by seal. Rows of a seal older than *term* may be gone, all of them.

    *known* are digests of seals, or how they begin, by number, that were noted elsewhere: who may write the whole
    database could make a chain anew, but not one that has them.
    """
    before, last, awaited, to_meet = "", 0, 0, dict(known or {})
    for seal in AuditSeal.objects.order_by("number").iterator(chunk_size=100):
        if seal.number > awaited:
            yield from (Break("seal_gone", number) for number in range(awaited, seal.number))
        elif seal.before != before:
            yield Break("seal_replaced", max(seal.number - 1, 0))
        if not seal.digest.startswith(to_meet.pop(seal.number, seal.digest)):
            yield Break("seal_replaced", seal.number)
        if digest_of_seal(seal) != seal.digest:
            yield Break("seal_changed", seal.number)
        elif seal.number == awaited:
            yield from _rows(seal, last, may_be_gone=seal.made_at <= now - term)
        before, last, awaited = seal.digest, seal.last, seal.number + 1
    yield from (Break("seal_gone", number) for number in sorted(to_meet))


def _rows(seal: AuditSeal, after: int, *, may_be_gone: bool) -> Iterator[Break]:
    sealed: dict[int, str] = dict(seal.rows)
    found = {row.pk: digest_of_row(row) for row in AuditEntry.objects.filter(pk__gt=after, pk__lte=seal.last)}
    if may_be_gone and not found:
        return
    wrong: dict[Kind, list[int]] = {
        "row_changed": [pk for pk in sealed if found.get(pk, sealed[pk]) != sealed[pk]],
        "row_gone": [pk for pk in sealed if pk not in found],
        "row_added": [pk for pk in found if pk not in sealed],
    }
    for kind, pks in wrong.items():
        if pks:
            yield Break(kind, seal.number, tuple(sorted(pks)))
