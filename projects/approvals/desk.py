"""One row of the desk as it was typed: written, or refused with a sentence and what stands there now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.refusals import NeedsReason, Refused, Stale
from organization.people.models import User
from projects.approvals import cells
from projects.approvals.cells import Typed
from projects.approvals.models import SHOWN, ApprovalItem
from projects.approvals.services import work_item


@dataclass(frozen=True)
class Answer:
    """What became of a row: `typed` carries the version and what stands there from now on."""

    item: ApprovalItem | None
    typed: Typed
    wrong: str = ""
    status: int = 200

    @property
    def inputs(self) -> SafeString:
        return cells.inputs(self.typed, self.wrong)

    def as_json(self) -> dict[str, str | int | bool]:
        return {
            "version": self.typed.version,
            "was": self.typed.was,
            "said": self.wrong or _("Saved"),
            "ok": not self.wrong,
        }


def work(item: ApprovalItem | None, one: Typed, *, by: User, now: datetime) -> Answer:
    """Writes *one* onto *item*. Stale: what was typed stays, beside what somebody else wrote meanwhile; sent again it
    is written over that."""
    if item is None:
        return Answer(None, one, _("This approval isn't given at your desk"), 403)
    try:
        day = one.read_day()
    except ValueError as error:
        return Answer(item, one, str(error), 422)
    try:
        fresh = work_item(item, state=one.state, day=day, text=one.text, by=by, now=now, version=one.version)
    except Stale:
        return _stale(item, one)
    except NeedsReason as refusal:
        return Answer(item, one, _("%(why)s Open the approval itself for it.") % {"why": refusal.why}, 422)
    except Refused as refusal:
        return Answer(item, one, refusal.why, 422)
    return Answer(fresh, Typed(one.pk, fresh.version, one.state, one.day, one.text, one.now))


def _stale(item: Model, one: Typed) -> Answer:
    fresh = ApprovalItem.objects.with_document().select_related("project").get(pk=item.pk)
    state = "obtained" if fresh.obtained_on else fresh.state  # type: ignore[attr-defined]  # of `with_document`
    row = {
        "pk": fresh.pk,
        "version": fresh.version,
        "obtained_on": fresh.obtained_on,  # type: ignore[attr-defined]  # of `with_document`
        "document_number": fresh.document_number,  # type: ignore[attr-defined]  # of `with_document`
        "tolerated_until": fresh.tolerated_until,
        "why": fresh.why,
    }
    theirs = cells.of_row(row, state)
    last = fresh.history.select_related("history_user").first()
    said = _(
        "%(who)s changed it meanwhile: %(state)s %(day)s %(text)s. What you typed is still here; "
        "save again to write it over that."
    )
    words = {"who": last.history_user or _("Somebody"), "state": SHOWN[state], "day": theirs.day, "text": theirs.text}
    kept = Typed(one.pk, fresh.version, one.state, one.day, one.text, theirs.was)
    return Answer(fresh, kept, " ".join((said % words).split()), 409)


def said(answers: Sequence[Answer]) -> str:
    if not answers:
        return _("Nothing was changed")
    return ngettext("%(n)s approval is saved", "%(n)s approvals are saved", len(answers)) % {"n": len(answers)}
