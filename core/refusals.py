"""What a service refuses with, and the one way onto a form or a page. Refusals carry data and a sentence; nothing was
written when one is raised.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.http import HttpRequest

    from core.flow.gates import Gate

Done = TypeVar("Done")


class Refused(Exception):
    """A refusal in words; nothing was written."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotAllowed(Refused):
    """The person may not, or the step is none: `why` says so in a sentence."""


class NeedsReason(Refused):
    """It needs a reason: `fields` are what the reason is asked for."""

    def __init__(self, why: str = "", fields: Sequence[str] = ("reason",)) -> None:
        super().__init__(why or _("Write why: it stays with the record"))
        self.fields = list(fields)


class Wrong(Refused):
    """A fact that can't be: `fields` says for each field what is wrong with it."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__(_("; ").join(self.fields.values()))


class Closed(Refused):
    """Gates are closed: all of them, never the first only."""

    def __init__(self, gates: Sequence[Gate]) -> None:
        self.gates = list(gates)
        super().__init__(_("; ").join(str(gate.label) for gate in self.gates))


class Stale(Refused):
    """Somebody was faster: `record` as it stands now, `theirs` what changed as {field: (was, is)}, `who` was last."""

    def __init__(
        self, record: Any = None, why: str = "", *, theirs: Mapping[str, tuple[Any, Any]] | None = None, who: str = ""
    ) -> None:
        super().__init__(why or _("Somebody changed this meanwhile. Open the page anew and look at what stands there"))
        self.record = record
        self.theirs = dict(theirs or {})
        self.who = who


def require(answer: Any) -> None:
    """Refuses with the sentence of *answer* (`can_x(…) -> Answer(ok, why)`) if it is no."""
    if not answer:
        raise NotAllowed(answer.why)


def unseen(record: Any, version: int | None, why: str = "") -> None:
    """Refuses if *record* isn't the *version* that the person's page showed. None: nobody looked at a page (an import,
    a replay, a command)."""
    if version is not None and version != record.version:
        raise Stale(record, why)


# onto the page ------------------------------------------------------------------------------------------------------


def onto(form: BaseForm, refusal: Refused) -> int:
    """Puts *refusal* on *form* where it belongs: wrong facts at their fields, a missing reason at the reason, all else
    above the form. A form that left its reason out asks for it from now on. The status of the answer: 409 for somebody
    else's change, 422 otherwise."""
    if isinstance(refusal, NeedsReason) and (asked := getattr(form, "base_fields", {}).get("reason")):
        form.fields.setdefault("reason", copy.deepcopy(asked))
    for name, sentence in sentences(refusal):
        form.add_error(name if name in form.fields else None, sentence)
    return 409 if isinstance(refusal, Stale) else 422


def sentences(refusal: Refused) -> list[tuple[str | None, str]]:
    """*refusal* as sentences, each with the field it is about."""
    match refusal:
        case Wrong():
            return list(refusal.fields.items())
        case NeedsReason():
            return [("reason", refusal.why)]
        case Closed():
            return [(None, str(gate.label)) for gate in refusal.gates]
    return [(None, refusal.why)]


def done(form: BaseForm, act: Callable[[], Done]) -> Done | None:
    """What *act* gives once *form* is valid; None if it isn't, or with the refusal of *act* on it."""
    if not form.is_valid():
        return None
    try:
        return act()
    except Refused as refusal:
        onto(form, refusal)
    return None


def tell(request: HttpRequest, refusal: Refused, about: Any = "") -> None:
    """Says *refusal* on the next page, where there is no form; who may not at all gets the page that says so."""
    if isinstance(refusal, NotAllowed) and not about:
        raise PermissionDenied(refusal.why) from refusal
    messages.error(request, f"{about}: {refusal.why}" if about else refusal.why)
