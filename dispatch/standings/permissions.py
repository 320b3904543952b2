from __future__ import annotations

from django.utils.translation import gettext as _

from dispatch.standings.models import RankingSnapshot
from organization.people.models import SIGNS, User
from organization.permissions import YES, Answer
from organization.units.models import Unit


def can_publish_ranking(user: User, county: Unit) -> Answer:
    """Publish a month's ranking, and put a correction beside it: the office."""
    if user.is_office_of(county):
        return YES
    return Answer(False, _("Only the command office publishes rankings."))


def can_withdraw_ranking(user: User, snapshot: RankingSnapshot) -> Answer:
    """Withdraw what was published: who published it; the office where that was the system or somebody who left. Not
    while a published bulletin stands on it, which takes it along."""
    if snapshot.withdrawn_at is not None:
        return Answer(False, _("It was withdrawn already."))
    who = snapshot.published_by
    left = has_left(who, snapshot.county_id)
    if user.is_office_of(snapshot.county_id) if left else user == who:
        paper = snapshot.bulletins.filter(status="published").values_list("title", flat=True).first()
        if paper is None:
            return YES
        said = _("“%(title)s” stands on it: withdraw the bulletin, and the ranking goes with it.")
        return Answer(False, said % {"title": paper})
    return Answer(False, _("Only who published it withdraws it: %(who)s.") % {"who": who or _("the command office")})


def has_left(who: User | None, county: int) -> bool:
    """Whether *who* signed for *county* and holds no post there any more that signs; nobody (the system) has."""
    return who is None or not who.is_active or not who.holds(*SIGNS, at=county)
