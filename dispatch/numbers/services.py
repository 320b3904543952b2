"""Numbers are given one after the other, left-out ones are filled with a reason, wrong ones made void."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import noted
from core.days.office import local_day
from core.refusals import NeedsReason, Stale, Wrong, require, unseen
from dispatch.numbers.models import PaperNumber
from dispatch.numbers.permissions import can_enter_paper, can_void_number
from dispatch.numbers.register import FORM, holes_of, next_of
from dispatch.numbers.rules import FURTHEST
from dispatch.numbers.sending import Sending
from organization.people.models import User
from organization.units.models import Unit

Written = Callable[[int, int, int], str]  # number, year and number in all years as they are printed


@transaction.atomic
def give_number(
    county: Unit,
    word: str,
    *,
    title: str,
    written: Written,
    sending: Sending,
    on: date,
    by: User | None,
    now: datetime,
) -> PaperNumber:
    """The next number of *word* in the year of *on*, or the left-out one that *sending* names, with a reason.

    Two who ask in one moment wait for each other. Raises NeedsReason, Stale where another took that one meanwhile.
    """
    Unit.objects.select_for_update().get(pk=county.pk)  # numbers of a county are given one after the other
    fill, reason = sending.fill, sending.fill_why.strip()
    number = fill or next_of(county, word, on.year)
    if fill:
        if fill not in holes_of(county, word, on.year):
            raise Stale(None, _("Number %(number)s isn't free any more: choose again") % {"number": fill})
        if not reason:
            raise NeedsReason(_("Write why a number that was left out is filled"))
    total = PaperNumber.objects.of_series(county, word).exclude(state=PaperNumber.State.VOID).count() + 1
    return PaperNumber.objects.create(
        county=county,
        word=word,
        year=on.year,
        number=number,
        total=total,
        text=written(number, on.year, total),
        state=PaperNumber.State.FILLED if fill else PaperNumber.State.GIVEN,
        title=title[:200],
        day=on,
        joint="、".join(sending.joint)[:300],
        disclosure=sending.disclosure,
        copies=sending.copies,
        reason=reason[:300] if fill else "",
        by=by,
        at=now,
    )


@transaction.atomic
def enter_paper(
    county: Unit,
    *,
    word: str,
    number: int,
    title: str,
    on: date,
    by: User,
    now: datetime,
    reason: str = "",
    joint: str = "",
    disclosure: str = "",
    copies: int | None = None,
) -> PaperNumber:
    """A paper that wasn't made here enters the register. One that fills a left-out number says why; numbers may be
    left out. Raises NotAllowed, NeedsReason, Wrong for a number that another paper bears."""
    require(can_enter_paper(by, county))
    Unit.objects.select_for_update().get(pk=county.pk)
    if not 1 <= number <= FURTHEST:
        raise Wrong({"number": _("Choose 1 to {n}").format(n=FURTHEST)})
    if on.year > local_day(now).year:
        raise Wrong({"on": _("The day of a paper isn't in a year to come")})
    filled = number < next_of(county, word, on.year)
    if filled and number not in holes_of(county, word, on.year):
        raise Wrong({"number": _("Another paper bears this number")})
    if filled and not reason.strip():
        raise NeedsReason(_("Write why a number that was left out is filled"))
    row = PaperNumber.objects.create(
        county=county,
        word=word,
        year=on.year,
        number=number,
        total=PaperNumber.objects.of_series(county, word).exclude(state=PaperNumber.State.VOID).count() + 1,
        text=FORM.format(word=word, year=on.year, number=number),
        state=PaperNumber.State.FILLED if filled else PaperNumber.State.GIVEN,
        title=title.strip()[:200],
        day=on,
        joint=joint.strip()[:300],
        disclosure=disclosure,
        copies=copies,
        outside=True,
        reason=reason.strip()[:300] if filled else "",
        by=by,
        at=now,
    )
    noted.note("paper_entered", row, by=by, now=now)
    return row


@transaction.atomic
def void_number(row: PaperNumber, *, by: User, now: datetime, reason: str, version: int) -> PaperNumber:
    """The number stands for no paper any more: its row stays, marked, with the reason. Raises NotAllowed, Stale,
    NeedsReason."""
    found = PaperNumber.objects.select_for_update().get(pk=row.pk)
    unseen(found, version)
    require(can_void_number(by, found))
    if not reason.strip():
        raise NeedsReason(_("Write why the number is void"))
    found.state, found.reason, found.by, found.at = PaperNumber.State.VOID, reason.strip()[:300], by, now
    found.version += 1
    found.save()
    noted.note("number_void", found, by=by, now=now, detail={"reason": found.reason})
    return found
