"""How an act is taken back: each app declares it, the sentence after the act carries the button.

Only what has an honest inverse is declared: taken back, the record is as it was, but for its version, its history and
a reason that stays with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.collect import gather

LABEL = gettext_lazy("Take it back")
MARK = "undo:"  # of the tag by which a message knows what it offers


@dataclass(frozen=True)
class Undo:
    """How one kind of act is taken back. `do(record, by=, now=, reason=, version=)` is the service that does it and
    asks for the rights again under its lock; `can` answers for the person whether the button is shown."""

    key: str
    find: Callable[[Any], QuerySet[Any]]  # the records that a person may see
    can: Callable[[Any, Any], Any]
    do: Callable[..., Any]
    page: Callable[[Any], str]  # where one comes out
    pages: Callable[[Any], str] | None = None  # the same after several at once, of the first of them


class Offer(NamedTuple):
    """A button: where it posts to, what it says, the version that was seen (0: the record has none); of several at
    once each by its key: “7:2 9:1”."""

    url: str
    label: Any
    version: int
    seen: str = ""


@cache
def undos() -> dict[str, Undo]:
    """What the apps declare, by key."""
    return {undo.key: undo for undo in gather("undo")}


def say(request: HttpRequest, said: str, key: str, *records: Any) -> None:
    """Says *said* on the next page, with the button that takes it back if the person may: of all *records* at once."""
    may = records and all(undos()[key].can(request.user, record) for record in records)
    seen = " ".join(f"{record.pk}:{getattr(record, 'version', 0)}" for record in records)
    messages.success(request, said, extra_tags=f"{MARK}{key}:{seen}" if may else "")


def offered(message: Any) -> Offer | None:
    """What *message* offers to take back."""
    if not (tag := message.extra_tags or "").startswith(MARK):
        return None
    key, seen = tag.removeprefix(MARK).split(":", 1)
    (pk, version), *more = (one.split(":") for one in seen.split())
    url = reverse("undo", args=[key, pk])
    return Offer(url, LABEL, int(version), seen if more else "") if key in undos() else None
