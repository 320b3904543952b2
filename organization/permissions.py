"""What a person may do. `can_x(user, …) -> Answer`; querysets scope what can be seen; nothing else decides."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.amounts.figures import moment
from organization.people.models import Role, User
from organization.units.models import Unit, is_within


class Answer(NamedTuple):
    """Yes, or no with a sentence that says why not; true and false as itself."""

    ok: bool
    why: str = ""

    def __bool__(self) -> bool:
        return self.ok


YES = Answer(True)

# Who sees the whole county; all others see what concerns their own unit.
COUNTY_WIDE = frozenset(
    {Role.OFFICE, Role.LEADER, Role.STATISTICS, Role.SUPERVISION, Role.FINANCE, Role.READER, Role.APPROVER}
)
# Who works for a unit and fills in for its projects.
UNIT_ROLES = frozenset({Role.OFFICER, Role.UNIT_HEAD})


def sees_whole_county(user: User, county: Unit | int | None) -> bool:
    return user.holds(*COUNTY_WIDE, at=county)


def units_of(user: User, *roles: str, county: Unit | None) -> list[Unit]:
    """The units of *county* in which *user* holds a post with one of *roles* (any role if none is named)."""
    place = county.pk if county else None
    return [
        post.unit for post in user.current_posts if post.unit.county_id == place and (not roles or post.role in roles)
    ]


def works_for(user: User, unit: Unit | None, *roles: str) -> bool:
    """Whether *user* holds a post with one of *roles* (officer, unit head) in *unit* or a unit above it."""
    wanted = roles or UNIT_ROLES
    return unit is not None and is_within(unit.path, [post.unit for post in user.current_posts if post.role in wanted])


def can_manage_people(user: User, county: Unit | int | None) -> Answer:
    """Opening accounts and setting first passwords in *county*: its administrators, and its command office."""
    if user.holds(Role.ADMIN, Role.OFFICE, at=county):
        return YES
    return Answer(False, _("Only an administrator or the command office opens accounts."))


def can_reset_password(user: User, person: User) -> Answer:
    """Who resets a password can sign in with it: it takes the right in every county where *person* holds a post."""
    for county in {post.unit.county_id for post in person.current_posts}:
        if not (answer := can_manage_people(user, county)):
            return answer
    return YES


def can_reset_second_factor(user: User, person: User) -> Answer:
    """Set a second factor back: an administrator, in every county where *person* holds a post."""
    if all(user.holds(Role.ADMIN, at=post.unit.county_id) for post in person.current_posts):
        return YES
    return Answer(False, _("Only an administrator sets a second factor back."))


def can_sign(user: User, *, now: datetime) -> Answer:
    """Whether the right to sign, if one has it, doesn't rest just now."""
    until = user.sign_rests_until
    if until is None or until <= now:
        return YES
    said = _("The right to sign rests until %(until)s: password, second factor or post were set by somebody else.")
    return Answer(False, said % {"until": moment(until)})


def can_share_view(user: User, county: Unit | int | None) -> Answer:
    """Save a view of a list for the whole county: the office."""
    if user.is_office_of(county):
        return YES
    return Answer(False, _("Only the command office saves views for everybody"))
