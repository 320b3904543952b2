"""What happens to the log: acts are noted with what they do, appended in order, sealed, and tidied after their term.

docs/decisions/0014-audit.md says why it is done in these steps.
"""

from __future__ import annotations

import json
import logging
import unicodedata
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from core.away import FOR_THE_LOG, patience
from core.noted import Act, note
from organization.audit.chain import canonical, digest_of_row, digest_of_seal
from organization.audit.models import AuditEntry, AuditSeal, AuditWaiting
from organization.people.models import Post, User
from organization.units.models import Unit

log = logging.getLogger(__name__)
PER_SEAL = 500


@dataclass
class Asked:
    """The request that is answered now: from where it came, and what it noted."""

    address: str
    agent: str
    noted: list[dict[str, Any]] = field(default_factory=list)
    away: bool = False  # the database couldn't take it: it isn't asked, and waited for, once more


_ASKED: ContextVar[Asked | None] = ContextVar("asked", default=None)


@contextmanager
def asked(address: str, agent: str) -> Iterator[Asked]:
    """While this lasts, what is noted came from that *address* and *agent*."""
    found = Asked(clean(address, 45), clean(agent, 120))
    before = _ASKED.set(found)
    try:
        yield found
    finally:
        _ASKED.reset(before)


def clean(text: Any, longest: int) -> str:
    """*text* without what is no letter or sign (which no database need take), cut."""
    said = str(text).encode("utf-8", "replace").decode()
    return "".join(" " if unicodedata.category(sign).startswith("C") else sign for sign in said[:longest]).strip()


def folded(name: str) -> str:
    """An account's name as it was tried: one form for all ways to write it."""
    return clean(unicodedata.normalize("NFKC", name[:200]).casefold(), 60)


# noting --------------------------------------------------------------------------------------------------------------


def keep(act: Act) -> None:
    """Puts *act* among what waits: in the transaction that it is part of, so that there is none without the other.

    Outside of one, where nothing of the house is done, the answer goes out even if the database can't be written; what
    couldn't be kept is in the service's own log.
    """
    entry = _entry(act)
    if (request := _ASKED.get()) is not None:
        request.noted.append(entry)
    try:
        with patience(FOR_THE_LOG):
            AuditWaiting.objects.create(key=entry["key"], entry=entry)
    except DatabaseError:
        if connection.in_atomic_block:
            raise
        log.exception("not kept: %s", canonical(entry))
        if request is not None:
            request.away = True


def _entry(act: Act) -> dict[str, Any]:
    """The fields of the row, as JSON has them."""
    request, by = _ASKED.get(), act.by
    post = _first_post(by) if by else None
    return {
        "key": str(uuid.uuid4()),
        "moment": act.now.isoformat(),
        "county": _county(act.about) or (post.unit.county_id if post else None),
        "kind": act.noted.key,
        "done": act.done,
        "user": by.pk if by else None,
        "account": clean(by.username if by else act.account, 60),
        "name": clean(by.name, 60) if by else "",
        "post": clean(f"{post.unit.short_name} {post.title}", 200) if post else "",
        "address": request.address if request else "",
        "agent": request.agent if request else "",
        "about_kind": act.about._meta.model_name if act.about is not None else "",
        "about": act.about.pk if act.about is not None else None,
        "words": clean(act.words or (act.about if act.about is not None else ""), 300),
        "detail": _plain(act.detail),
    }


def _first_post(user: User) -> Post | None:
    """Asked anew: `current_posts` would stay on the user as it is in the middle of an act."""
    return user.posts.filter(active=True).select_related("unit").order_by("position", "pk").first()


def _county(about: Any) -> int | None:
    match about:
        case User():
            held = about.holdings.select_related("post__unit").first()
            post = _first_post(about) or (held.post if held else None)
            return post.unit.county_id if post else None
        case Post():
            return about.unit.county_id
    return getattr(about, "county_id", None)


def _plain(detail: Mapping[str, Any]) -> Any:
    def cleaned(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {clean(key, 60): cleaned(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [cleaned(item) for item in value[:100]]
        return value if isinstance(value, bool | int) or value is None else clean(value, 500)

    return cleaned(detail)


def settle(request: Asked) -> None:
    """What *request* noted is in the log before its answer goes out; what was rolled back with its transaction stands
    there as not done."""
    if not request.noted or request.away:
        return
    keys = [entry["key"] for entry in request.noted]
    try:
        with patience(FOR_THE_LOG), transaction.atomic():
            kept = {str(key) for key in AuditWaiting.objects.filter(key__in=keys).values_list("key", flat=True)}
            kept |= {str(key) for key in AuditEntry.objects.filter(key__in=keys).values_list("key", flat=True)}
            for entry in request.noted:
                if entry["key"] not in kept:
                    AuditWaiting.objects.create(key=entry["key"], entry=entry | {"done": False})
            append()
    except DatabaseError:  # they wait for the next tick; what wasn't written at all is in the service's own log
        log.exception("not appended yet: %s", json.dumps(request.noted, ensure_ascii=False))


# the chain -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def append() -> int:
    """Moves what waits into the log; how many. Under one lock, so that rows are seen in the order of their keys."""
    _first()
    waiting = list(AuditWaiting.objects.order_by("pk"))
    rows = [AuditEntry(**one.entry | {"moment": datetime.fromisoformat(one.entry["moment"])}) for one in waiting]
    AuditEntry.objects.bulk_create(rows)
    AuditWaiting.objects.filter(pk__in=[one.pk for one in waiting]).delete()
    return len(rows)


def _first() -> AuditSeal:
    """The beginning of the chain, locked until the transaction ends."""
    if not AuditSeal.objects.filter(number=0).exists():
        begin = AuditSeal(number=0, made_at=datetime.fromisoformat("2026-01-01T00:00:00+00:00"), last=0)
        begin.digest = digest_of_seal(begin)
        AuditSeal.objects.bulk_create([begin], ignore_conflicts=True)
    found: AuditSeal = AuditSeal.objects.select_for_update().get(number=0)
    return found


@transaction.atomic
def seal(*, now: datetime) -> int:
    """Appends what waits, and seals all rows that no seal has yet, in their order; how many."""
    append()
    done = 0
    last = AuditSeal.objects.order_by("-number")[0]
    while rows := list(AuditEntry.objects.filter(pk__gt=last.last).order_by("pk")[:PER_SEAL]):
        made = AuditSeal(number=last.number + 1, made_at=now, last=rows[-1].pk, before=last.digest)
        made.rows = [[row.pk, digest_of_row(row)] for row in rows]
        made.digest = digest_of_seal(made)
        made.save()
        last, done = made, done + len(rows)
    return done


@transaction.atomic
def tidy(*, now: datetime) -> int:
    """Takes away rows whose seal is older than AUDIT_DAYS, whole seals at a time; how many. The seals stay."""
    _first()
    old = AuditSeal.objects.filter(made_at__lte=now - term()).order_by("-number").first()
    return AuditEntry.objects.filter(pk__lte=old.last).take_away() if old else 0


def term() -> timedelta:
    return timedelta(days=settings.AUDIT_DAYS)


def county_alone() -> Unit | None:
    """The county of this installation if it has one only: whose log shows what concerns all of it."""
    found = list(Unit.objects.counties()[:2])
    return found[0] if len(found) == 1 else None


def restored(*, now: datetime, archive: str, made_at: datetime) -> None:
    """Database and files are those of *archive* from now on: the first thing that the log says after it."""
    note("restored", county_alone(), by=None, now=now, words=archive, detail={"archive_of": made_at.isoformat()})
    append()
