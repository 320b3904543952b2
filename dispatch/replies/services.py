"""A bulletin asks units for something by a day; they reply, the office accepts the reply or asks again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.days.office import local_day
from core.records.files import store
from core.records.history import keep
from core.refusals import NeedsReason, Wrong, require, unseen
from core.told import tell
from dispatch.bulletins.models import Bulletin
from dispatch.replies.models import Reply
from dispatch.replies.permissions import can_answer_reply, can_ask_replies, can_settle_reply, can_withdraw_reply
from organization.people.models import User
from organization.units.models import Unit

LINE = 300


@transaction.atomic
def ask_replies(
    bulletin: Bulletin, units: Iterable[Unit], *, text: str, due_on: date, by: User, now: datetime
) -> list[Reply]:
    """Each of *units* is asked for *text* by *due_on*: at once of what is published, else when it is.

    Raises NotAllowed, Wrong.
    """
    row = Bulletin.objects.select_for_update(of=("self",)).select_related("county").get(pk=bulletin.pk)
    require(can_ask_replies(by, row))
    text, asked = text.strip(), list(units)
    wrong = {}
    if not asked:
        wrong["units"] = _("Choose who is to reply")
    elif any(unit.county_id != row.county_id for unit in asked):
        wrong["units"] = _("Choose units of this county")
    if not text or len(text) > LINE:
        wrong["text"] = _("Write what is asked, in one line")
    if due_on < local_day(now):
        wrong["due_on"] = _("This day is over")
    if wrong:
        raise Wrong(wrong)
    made = []
    for unit in asked:
        reply = Reply(county=row.county, bulletin=row, unit=unit, text=text, due_on=due_on, asked_by=by, asked_at=now)
        keep(reply, by=by, now=now)
        made.append(reply)
        if row.status == Bulletin.Status.PUBLISHED:
            tell("reply_asked", reply, by=by, now=now, why=text)
    return made


@transaction.atomic
def answer_reply(
    reply: Reply, *, text: str, by: User, now: datetime, version: int, file: tuple[str, bytes] | None = None
) -> Reply:
    """The unit's reply, with a *file* (name, content) if it sends one; the office looks at it. One sent before stays.

    Raises NotAllowed, Stale, Wrong.
    """
    found = _lock(reply, version)
    require(can_answer_reply(by, found))
    if not text.strip():
        raise Wrong({"text": _("Write the reply: what was done, or by when it is")})
    found.answer, found.answered_by, found.answered_at = text.strip()[:2000], by, now
    if file is not None:
        found.file = store(file[1], file[0], by=by, now=now)
    found.status = Reply.Status.ANSWERED
    _save(found, by, now)
    tell("reply_given", found, by=by, now=now, why=found.answer)
    return found


@transaction.atomic
def accept_reply(reply: Reply, *, by: User, now: datetime, version: int) -> Reply:
    """It is settled. Raises NotAllowed, Stale."""
    found = _lock(reply, version)
    require(can_settle_reply(by, found))
    found.status, found.closed_on = Reply.Status.ACCEPTED, local_day(now)
    return _save(found, by, now)


@transaction.atomic
def ask_again(reply: Reply, *, text: str, due_on: date, by: User, now: datetime, version: int) -> Reply:
    """The reply doesn't settle it: *text* is what is missing, due on another day. Raises NotAllowed, Stale, Wrong."""
    found = _lock(reply, version)
    require(can_settle_reply(by, found))
    if not text.strip() or due_on < local_day(now):
        said = {"text": _("Write what is still missing: the unit has to know"), "due_on": _("This day is over")}
        raise Wrong({name: why for name, why in said.items() if (name == "text") == (not text.strip())})
    found.status, found.said, found.due_on = Reply.Status.OPEN, text.strip()[:LINE], due_on
    _save(found, by, now)
    tell("reply_asked", found, by=by, now=now, why=found.said)
    return found


@transaction.atomic
def withdraw_reply(reply: Reply, *, text: str, by: User, now: datetime, version: int) -> Reply:
    """Nothing is asked any more, and why. Raises NotAllowed, Stale, NeedsReason."""
    found = _lock(reply, version)
    require(can_withdraw_reply(by, found))
    if not text.strip():
        raise NeedsReason(_("Write why nothing is asked any more"), ["text"])
    found.status, found.said, found.closed_on = Reply.Status.WITHDRAWN, text.strip()[:LINE], local_day(now)
    return _save(found, by, now)


@transaction.atomic
def hand_on(unit: Unit, to: Unit, *, by: User | None, now: datetime, reason: str) -> int:
    """What is asked of *unit* is asked of *to*, since *unit* goes; how much."""
    rows = list(Reply.objects.select_for_update().standing().filter(unit=unit).order_by("pk"))
    for row in rows:
        row.unit = to
        row.version += 1
        keep(row, by=by, now=now, reason=reason)
    return len(rows)


def _lock(reply: Reply, version: int) -> Reply:
    rows = Reply.objects.select_for_update(of=("self",)).select_related("unit", "bulletin", "county")
    found = rows.get(pk=reply.pk)
    unseen(found, version, _("Somebody wrote to this a moment ago: read it again before you go on."))
    return found


def _save(reply: Reply, by: User, now: datetime) -> Reply:
    reply.version += 1
    keep(reply, by=by, now=now)
    return reply
