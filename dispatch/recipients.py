"""Who is told. Holders of posts, active, each person once."""

from __future__ import annotations

from collections.abc import Iterable

from dispatch.models.problem import Problem, rung_posts
from dispatch.rules import Level, ProblemRules
from organization.models import Post, Role, Unit, User
from organization.permissions import UNIT_ROLES
from organization.rules import rules_of

WORKING = frozenset(Role) - {Role.READER, Role.ADMIN, Role.SUPERVISION}


def holders(county: Unit, *roles: str) -> list[User]:
    """The holders of posts in *county* with one of *roles*."""
    return _people(Post.objects.filter(unit__county=county, role__in=roles))


def office(county: Unit) -> list[User]:
    return holders(county, Role.OFFICE)


def of_unit(unit: Unit, *roles: str) -> list[User]:
    """Those with *roles* in *unit*; if there are none, whoever works there; else those of the unit above."""
    here: Unit | None = unit
    while here is not None and here.pk != here.county_id:
        for wanted in (roles or UNIT_ROLES, UNIT_ROLES, WORKING):
            if found := _people(Post.objects.filter(unit=here, role__in=wanted)):
                return found
        here = here.parent
    return []


def of_level(level: Level, problem: Problem) -> list[User]:
    """Those who answer at a rung of the ladder: one post, the owner unit, or holders of a role.

    A title that several units have means the owner's own, or of the nearest unit above it; without such a post its
    heads. For a leaders' rung without a post those are the leaders who sponsor the project, if it has any.
    """
    if level.post:
        return _at_post(level, problem) or of_unit(problem.owner_unit, Role.UNIT_HEAD)
    if level.role == "owner":
        return of_unit(problem.owner_unit, Role.UNIT_HEAD)
    if level.role == Role.LEADER:
        sponsors = _people(Post.objects.filter(sponsored__project=problem.project))
        if sponsors:
            return sponsors
    return holders(problem.county, level.role)


def rung(problem: Problem) -> Level | None:
    """The rung of the county's ladder that *problem* has reached."""
    ladder = rules_of(problem.county)[ProblemRules].ladder
    return ladder[min(problem.level, len(ladder) - 1)] if ladder else None


def holds_rung(person: User, problem: Problem) -> bool:
    """Whether *person* holds the post that the rung of *problem* names: the only one asked there by title."""
    level = rung(problem)
    if level is None or level.post not in {post.title for post in person.current_posts}:
        return False
    return person in _at_post(level, problem)


def _at_post(level: Level, problem: Problem) -> list[User]:
    posts = rung_posts(level, problem.county)
    if len({post.unit_id for post in posts}) > 1:
        above = [post.unit for post in posts if problem.owner_unit.path.startswith(post.unit.path)]
        nearest = max(above, key=lambda unit: len(unit.path), default=None)
        posts = [post for post in posts if post.unit == nearest]
    return list({post.holder_id: post.holder for post in posts if post.holder and post.holder.is_active}.values())


def _people(posts: Iterable[Post]) -> list[User]:
    query = posts.filter(active=True, holder__is_active=True).select_related("holder")  # type: ignore[attr-defined]
    return list({post.holder_id: post.holder for post in query.order_by("position", "pk")}.values())
