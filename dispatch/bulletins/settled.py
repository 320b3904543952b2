"""A bulletin is sent for sign-off, published, given back, taken back, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from core.settled import Matter, Settled, Words
from dispatch.bulletins.models import Bulletin
from dispatch.rounds.models import Round
from organization.absences.checks import holds
from organization.absences.models import Absence

Status = Bulletin.Status


def _became(one: Matter, bulletin: Bulletin) -> str:
    """What became of it, and by whom."""
    match bulletin.status:
        case Status.PUBLISHED:
            said = _("%(who)s signed and published it, %(when)s")
            if bulletin.signed_for:
                said = _("%(who)s signed and published it in the place of %(post)s, %(when)s")
            who = bulletin.signed_by or _("The system")
            return said % {"who": who, "post": bulletin.signed_for, "when": one.when(bulletin.signed_at)}
        case Status.SIGNING:
            said = _("%(who)s sent it for sign-off, %(when)s")
            who = bulletin.submitted_by or _("The system")
            return said % {"who": who, "when": one.when(bulletin.submitted_at)}
        case Status.WITHDRAWN:
            said = _("It was withdrawn, %(when)s") if bulletin.published_at else _("The draft was deleted, %(when)s")
            return said % {"when": one.when(bulletin.withdrawn_at)}
    return _("It was given back to the office") if bulletin.return_reason else _("The office took it back")


def _found(matters: Sequence[Matter]) -> dict[int, Bulletin]:
    rows = Bulletin.objects.listed().select_related("signed_by", "submitted_by", "signer__holder", "signed_for")
    return rows.in_bulk([one.about for one in matters])


def _signed(matters: Sequence[Matter]) -> Words:
    """Whoever was to sign it needn't any more."""
    found = _found(matters)
    rows = ((one, found[one.about]) for one in matters if one.about in found)
    words = {}
    for one, row in rows:
        holder = row.signer.holder if row.signer else None
        if row.status != Status.SIGNING:
            words[one] = _became(one, row)
        elif holder and holder.pk != one.person:
            words[one] = _("%(who)s signs it now") % {"who": holder}
    return words


def _deputised(matters: Sequence[Matter]) -> Words:
    """The deputy needn't any more: as with the signer, or since who was away is back, or has another deputy."""
    found = _found(matters)
    away = list(Absence.objects.filter(post__in=[row.signer for row in found.values()], back_on=None).whole())
    words = {}
    for one, row in ((one, found[one.about]) for one in matters if one.about in found):
        day = timezone.localdate(one.at)
        mine = [it for it in away if it.post_id == row.signer_id and it.deputy.holder_id == one.person]
        if row.status != Status.SIGNING:
            words[one] = _became(one, row)
        elif not any(holds(it, day) for it in mine):
            words[one] = _("%(who)s signs it now") % {"who": row.signer}
    return words


def _sent_again(matters: Sequence[Matter]) -> Words:
    found = _found(matters)
    rows = ((one, found[one.about]) for one in matters if one.about in found)
    return {one: _became(one, row) for one, row in rows if row.status != Status.DRAFT}


def _drafted(matters: Sequence[Matter]) -> Words:
    """The draft of a month's round has gone on; a deleted one is drafted anew by who wants it."""
    rounds = Round.objects.in_bulk([one.about for one in matters])
    drafts = Bulletin.objects.listed().filter(
        corrects=None,
        kind="monthly",
        county__in={one.county_id for one in rounds.values()},
        period__in={one.period for one in rounds.values()},
    )
    newest = {
        (row.county_id, row.period): row for row in drafts.select_related("signed_by", "submitted_by").order_by("pk")
    }
    words = {}
    for one in matters:
        own = rounds.get(one.about)
        row = newest.get((own.county_id, own.period)) if own else None
        if row and row.status != Status.DRAFT:
            words[one] = _became(one, row)
    return words


SETTLES = (
    Settled(("bulletin_signing",), _signed),
    Settled(("bulletin_deputy",), _deputised),
    Settled(("bulletin_returned", "bulletin_kind_drafted"), _sent_again),
    Settled(("bulletin_drafted",), _drafted),
)
