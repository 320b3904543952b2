"""What a person may do. `can_x(user, …) -> Answer`; querysets scope what can be seen; nothing else decides."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _

from organization.models import Role, Unit, User


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


def is_office(user: User) -> bool:
    return user.has_role(Role.OFFICE)


def sees_whole_county(user: User) -> bool:
    return not user.role_codes.isdisjoint(COUNTY_WIDE)


def units_of(user: User, *roles: str) -> list[Unit]:
    """The units in which *user* holds a post with one of *roles* (any role if none is named)."""
    return [post.unit for post in user.current_posts if not roles or post.role in roles]


def can_manage_people(user: User) -> Answer:
    """Opening accounts and setting first passwords: administrators, and the command office."""
    if user.has_role(Role.ADMIN, Role.OFFICE):
        return YES
    return Answer(False, _("Only an administrator or the command office opens accounts."))


def can_share_view(user: User) -> Answer:
    """Save a view of a list for the whole county: the office."""
    if is_office(user):
        return YES
    return Answer(False, _("Only the command office saves views for everybody"))
