"""What a person may do. `can_x(user, …) -> Answer`; querysets scope what can be seen; nothing else decides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.amounts.figures import moment
from organization.people.models import ADMINISTRATION, SIGNS, Post, Role, User
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


# 三员 ----------------------------------------------------------------------------------------------------------------


def kept_apart(user: User, county: Unit | int | None) -> bool:
    """Whether *county*, in which *user* holds a post, keeps its three administrators apart."""
    place = county.pk if isinstance(county, Unit) else county
    counties = (post.unit.county for post in user.current_posts)
    return any(one.three_admins for one in counties if one is not None and one.pk == place)


def administers(user: User, part: Role, county: Unit | int | None) -> bool:
    """Whether *user* is the administrator of that *part* in *county*, one of ADMINISTRATION."""
    return user.holds(part, at=county) or (user.holds(Role.ADMIN, at=county) and not kept_apart(user, county))


def _office_too(user: User, county: Unit | int | None) -> bool:
    """The command office does what administrators do, where they aren't kept apart."""
    return user.is_office_of(county) and not kept_apart(user, county)


def can_see_people(user: User, county: Unit | int | None) -> Answer:
    """The list of posts and accounts: who opens accounts or gives posts, and the command office."""
    if user.holds(Role.ADMIN, Role.SECURITY, Role.OFFICE, at=county):
        return YES
    return Answer(False, _("Posts and accounts are for the administrators and the command office."))


def can_manage_people(user: User, county: Unit | int | None) -> Answer:
    """Opening accounts in *county*, and renaming, moving and closing posts: its administrator, and its command office
    where the three administrators aren't kept apart."""
    if user.holds(Role.ADMIN, at=county) or _office_too(user, county):
        return YES
    return Answer(False, _("Only an administrator or the command office opens accounts."))


def can_give_posts(user: User, county: Unit | int | None) -> Answer:
    """Saying who holds a post, which is who has its rights."""
    if administers(user, Role.SECURITY, county) or _office_too(user, county):
        return YES
    return Answer(False, _("Only the security administrator says who holds a post."))


def can_reset_password(user: User, person: User) -> Answer:
    """Who resets a password can sign in with it: it takes the right in every county where *person* holds a post."""
    for post in person.current_posts:
        if not (answer := can_reset_password_of(user, post.role, post.unit.county_id)):
            return answer
    return YES


def can_reset_second_factor(user: User, person: User) -> Answer:
    """Set a second factor back: an administrator, in every county where *person* holds a post."""
    if all(administers(user, Role.SECURITY, post.unit.county) for post in person.current_posts):
        return YES
    return Answer(False, _("Only an administrator sets a second factor back."))


def can_sign(user: User, *, now: datetime) -> Answer:
    """Whether the right to sign, if one has it, doesn't rest just now."""
    until = user.sign_rests_until
    if until is None or until <= now:
        return YES
    said = _("The right to sign rests until %(until)s: password, second factor or post were set by somebody else.")
    return Answer(False, said % {"until": moment(until)})


def can_reset_password_of(user: User, role: str, county: Unit | int | None) -> Answer:
    """Of who holds *role* in *county*. The office resets nobody who may sign."""
    if administers(user, Role.SECURITY, county):
        return YES
    if not _office_too(user, county):
        return Answer(False, _("Only the security administrator resets passwords."))
    if role in SIGNS:
        return Answer(False, _("Who signs what is published gets a new password from an administrator only."))
    return YES


def can_hold(user: User, post: Post, leaving: Iterable[Post] = ()) -> Answer:
    """Whether *user*, who gives up the posts *leaving*, may get *post*: where the three administrators are kept apart
    nobody is two of them."""
    county = post.unit.county
    if county is None or not county.three_admins or post.role not in ADMINISTRATION:
        return YES
    held = user.posts.filter(active=True, unit__county=county, role__in=ADMINISTRATION).exclude(role=post.role)
    other = held.exclude(pk__in=[one.pk for one in leaving]).first()
    if other is None:
        return YES
    said = _("%(person)s holds “%(post)s”: nobody is two of the three administrators here")
    return Answer(False, said % {"person": user, "post": other})


def can_read_audit(user: User, county: Unit | int | None) -> Answer:
    """The log of who did what: the security administrator, and the audit administrator, who does nothing else."""
    if administers(user, Role.AUDITOR, county) or user.holds(Role.SECURITY, at=county):
        return YES
    return Answer(False, _("The log is for the security administrator and the audit administrator."))


def can_share_view(user: User, county: Unit | int | None) -> Answer:
    """Save a view of a list for the whole county: the office."""
    if user.is_office_of(county):
        return YES
    return Answer(False, _("Only the command office saves views for everybody"))
