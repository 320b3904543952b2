"""One person edits a bulletin at a time; another one reads who that is, and may take over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from core.amounts.figures import moment
from core.refusals import Refused
from dispatch.bulletins.editor.models import Sitting
from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.permissions import can_edit_bulletin
from organization.people.models import User
from organization.permissions import Answer

LAPSES = timedelta(minutes=10)  # without a sign of life; the page gives one a minute


class Conflict(Refused):
    """Somebody changed the block meanwhile: `theirs` is how it reads now, `mine` what was typed."""

    def __init__(self, theirs: str, mine: str, why: str = "") -> None:
        self.theirs, self.mine = theirs, mine
        super().__init__(why or _("Somebody changed this section while you were writing. Your text is still here."))


class Taken(Conflict):
    """Somebody else edits it: `sitting` says who."""

    def __init__(self, sitting: Sitting, by: User, theirs: str, mine: str) -> None:
        self.sitting = sitting
        if sitting.taken_from_id == by.pk:
            why = _("%(who)s took over from you, %(when)s. Not saved: what you typed is still here.")
        else:
            why = _("%(who)s edits it since %(when)s. Not saved: what you typed is still here.")
        super().__init__(theirs, mine, why % {"who": called(sitting.by), "when": moment(sitting.since)})


def called(user: User) -> str:
    """A person with the telephone at which one can ask."""
    return f"{user} {user.phone}" if user.phone else str(user)


def sitting_of(bulletin: Bulletin, *, now: datetime) -> Sitting | None:
    """Who edits it at *now*; None if nobody does, or hasn't been seen for as long as that."""
    rows = Sitting.objects.filter(bulletin=bulletin, seen_at__gt=now - LAPSES)
    return rows.select_related("by").first()


def others(bulletin: Bulletin, by: User, *, now: datetime) -> Sitting | None:
    """Who else than *by* edits it."""
    found = sitting_of(bulletin, now=now)
    return found if found is not None and found.by_id != by.pk else None


def editing_now(user: User, bulletin: Bulletin, *, now: datetime) -> tuple[Answer, Sitting | None]:
    """Whether *user* may change the text now; and who edits it instead, where that is why not."""
    answer = can_edit_bulletin(user, bulletin)
    other = others(bulletin, user, now=now) if answer else None
    if other is None:
        return answer, None
    said = _("%(who)s edits it since %(when)s.") % {"who": called(other.by), "when": moment(other.since)}
    return Answer(False, said), other


def demand_turn(row: Bulletin, by: User, *, now: datetime, theirs: str = "", mine: str = "") -> None:
    """*by* edits *row*, which is locked, from here on. Raises Taken where somebody else does."""
    if (other := others(row, by, now=now)) is not None:
        raise Taken(other, by, theirs, mine)
    sit(row, by, now=now)


def sit(row: Bulletin, by: User, *, now: datetime) -> Sitting:
    """*by* is the one who edits *row*, which is locked; who already was has been seen now."""
    before = Sitting.objects.filter(bulletin=row).first()
    if before is not None and before.by_id == by.pk and before.seen_at > now - LAPSES:
        before.seen_at = now
        before.save(update_fields=["seen_at"])
        return before
    pushed = before.by if before is not None and before.seen_at > now - LAPSES else None
    told = {"by": by, "taken_from": pushed, "since": now, "seen_at": now}
    return Sitting.objects.update_or_create(bulletin=row, defaults=told)[0]
