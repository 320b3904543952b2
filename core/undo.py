"""How an act is taken back: each app declares it, the sentence after the act carries the button.

Only what has an honest inverse is declared: taken back, the record is as it was, but for its version, its history and
a reason that stays with it. What can be taken back is kept for a day as a row (`core.models.Done`): whoever missed the
sentence finds it under “what I did”.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.away import aside
from core.collect import gather
from core.models import Done
from core.refusals import Refused
from core.text import storable

LABEL = gettext_lazy("Take it back")
PROJECT = gettext_lazy("Project")
MARK = "undo:"  # of the tag by which a message knows what it offers
FOR = timedelta(days=1)  # an act can be taken back
LISTED = timedelta(days=7)  # and is listed
MOST = 100  # acts on the page
LONGEST = 300
Said = str | Callable[[], str]  # as a function, it is said in each language


@dataclass(frozen=True)
class Undo:
    """How one kind of act is taken back. `do(record, by=, now=, reason=, version=)` is the service that does it and
    asks for the rights again under its lock; `can` answers for the person whether the button is shown.

    An act on many rows (`many`) has no record but its own `Done`, whose `rows` say what each was before; its `do`
    answers a sentence, since not every row may go back.
    """

    key: str
    find: Callable[[Any], QuerySet[Any]]  # the records that a person may see
    can: Callable[[Any, Any], Any]
    do: Callable[..., Any]
    page: Callable[[Any], str]  # where one comes out
    many: bool = False
    rows_are: Any = PROJECT  # the heading of what the rows of an act on many are


def of_many(
    key: str,
    *,
    may: Callable[[Any, Any], Any],
    can: Callable[[Any, Any], Any],
    do: Callable[..., Any],
    rows_are: Any = Undo.rows_are,
) -> Undo:
    """How an act on many rows of a county is taken back: it is shown to those who *may* (person, county) do it."""

    def find(user: Any) -> QuerySet[Done]:
        county = user.county.pk if user.county and may(user, user.county) else None
        return Done.objects.filter(key=key, county=county).exclude(county=None).select_related("by")

    return Undo(
        key,
        find=find,
        can=can,
        do=do,
        page=lambda done: reverse("did_rows", args=[done.pk]),
        many=True,
        rows_are=rows_are,
    )


class Offer(NamedTuple):
    """A button: where it posts to, what it says, the version that was seen (0: the record has none)."""

    url: str
    label: Any
    version: int


@cache
def undos() -> dict[str, Undo]:
    """What the apps declare, by key."""
    return {undo.key: undo for undo in gather("undo")}


def say(request: HttpRequest, said: Said, key: str, record: Any, *, now: datetime) -> None:
    """Says *said* on the next page, with the button that takes it back if the person may; for a day it stands under
    what the person did."""
    version = getattr(record, "version", 0)
    may = bool(undos()[key].can(request.user, record))
    if may and not undos()[key].many:
        with aside("what can be taken back") as kept:
            keep(key, by=request.user, now=now, words=said, record=record.pk, version=version)
        may = kept.done
    messages.success(
        request, said() if callable(said) else said, extra_tags=f"{MARK}{key}:{record.pk}:{version}" if may else ""
    )


def keep(
    key: str,
    *,
    by: Any,
    now: datetime,
    words: Said,
    record: int | None = None,
    version: int = 0,
    rows: Iterable[Mapping[str, Any]] = (),
) -> Done:
    """Keeps that *by* did something that can be taken back until tomorrow; of an act on many, what each row was."""
    county = getattr(by.county, "pk", None)
    said = {name: storable(text)[:LONGEST] for name, text in _both(words).items()}
    facts = {"record": record, "version": version, **said, "rows": list(rows)}
    return Done.objects.create(key=key, by=by, county=county, at=now, until=now + FOR, **facts)


def _both(words: Said) -> dict[str, str]:
    """*words* for the county and for an English page."""
    if not callable(words):
        return {"words": words}
    with translation.override(settings.LANGUAGE_CODE):
        own = words()
    with translation.override("en"):
        return {"words": own, "words_en": words()}


def offered(message: Any) -> Offer | None:
    """What *message* offers to take back."""
    if not (tag := message.extra_tags or "").startswith(MARK):
        return None
    key, pk, version = tag.removeprefix(MARK).split(":")
    return _offer(key, int(pk), int(version)) if key in undos() else None


def _offer(key: str, pk: int, version: int) -> Offer:
    return Offer(reverse("undo", args=[key, pk]), LABEL, version)


def opened(key: str, pk: int, *, now: datetime) -> Done:
    """The newest act *key* on the record *pk*, locked. Refused if it was taken back, or lies more than a day back."""
    rows = Done.objects.select_for_update(of=("self",)).filter(key=key)
    done = rows.filter(**{"pk" if undos()[key].many else "record": pk}).order_by("-at", "-pk").first()
    if done is None or done.until <= now:
        raise Refused(_("It was done more than a day ago: it can't be taken back by a button any more"))
    if done.taken_back_at is not None:
        raise Refused(_("It has been taken back already"))
    return done


def close(done: Done, *, by: Any, now: datetime) -> None:
    done.taken_back_at, done.taken_back_by = now, by
    done.save(update_fields=["taken_back_at", "taken_back_by"])


# what I did -------------------------------------------------------------------------------------------------------


class Kept(NamedTuple):
    """An act on the page: its row, the button if it can be taken back now, else why not."""

    done: Done
    offer: Offer | None
    why: str


def of_person(user: Any, *, now: datetime) -> list[Kept]:
    """What *user* did in the last days that can or could be taken back, the newest first."""
    return _kept(user, Done.objects.filter(by=user), now)


def of_others(user: Any, *, now: datetime) -> list[Kept]:
    """What others did to many rows of the county that *user* may take back."""
    many = [key for key, undo in undos().items() if undo.many]
    others = Done.objects.filter(county=getattr(user.county, "pk", None), key__in=many).exclude(by=user)
    return [kept for kept in _kept(user, others, now) if kept.offer]


def _kept(user: Any, rows: QuerySet[Done], now: datetime) -> list[Kept]:
    found = rows.filter(key__in=undos(), at__gt=now - LISTED).select_related("by", "taken_back_by").defer("rows")
    acts = list(found.order_by("-at", "-pk")[:MOST])
    records = {key: _records(user, key, [done for done in acts if done.key == key], now) for key in undos()}
    newest: set[tuple[str, int]] = set()
    shown = []
    for done in acts:
        about = (done.key, done.about)
        record = records[done.key].get(done.about)
        why = _why_not(user, done, record, now) if about not in newest else _("Done once more since")
        newest.add(about)
        shown.append(Kept(done, None if why else _offer(done.key, done.about, done.version), why))
    return shown


def _records(user: Any, key: str, acts: list[Done], now: datetime) -> dict[int, Any]:
    wanted = [done.about for done in acts if done.until > now and done.taken_back_at is None]
    return {one.pk: one for one in undos()[key].find(user).filter(pk__in=wanted)} if wanted else {}


def _why_not(user: Any, done: Done, record: Any, now: datetime) -> str:
    if done.taken_back_at is not None:
        return _("Has been taken back")
    if done.until <= now:
        return _("More than a day ago")
    if record is None or (done.version and getattr(record, "version", done.version) != done.version):
        return _("Changed by somebody since")
    answer = undos()[done.key].can(user, record)
    return "" if answer else str(answer.why)


def done_by(user: Any, pk: int) -> Done | None:
    """The act on many rows *pk*, if *user* did it or may take it back."""
    keys = [key for key, undo in undos().items() if undo.many]
    done = Done.objects.filter(key__in=keys, county=getattr(user.county, "pk", None), pk=pk).first()
    if done is None or (done.by_id != user.pk and not undos()[done.key].find(user).filter(pk=pk).exists()):
        return None
    return done


def tidy(*, now: datetime) -> int:
    """Forgets what is listed no longer; how many acts."""
    return Done.objects.filter(at__lt=now - LISTED).delete()[0]
