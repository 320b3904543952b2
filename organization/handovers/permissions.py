"""Who changes posts: who gives them to people, and who keeps the posts themselves."""

from __future__ import annotations

from organization.handovers.models import Kind
from organization.people.models import User
from organization.permissions import YES, Answer, can_give_posts, can_manage_people
from organization.units.models import Unit


def can_change_post(user: User, kind: str, county: Unit | int | None, *, opens: bool = False) -> Answer:
    """Hand over and vacate: who says who holds a post. Rename, move and close, and an account that is opened on the
    way (*opens*): who opens accounts."""
    answer = YES
    if kind in (Kind.HANDOVER, Kind.VACATE):
        answer = can_give_posts(user, county)
    if answer and (kind not in (Kind.HANDOVER, Kind.VACATE) or (opens and kind == Kind.HANDOVER)):
        answer = can_manage_people(user, county)
    return answer
