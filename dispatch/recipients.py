"""Who is told. Holders of posts, active, each person once."""

from __future__ import annotations

from collections.abc import Iterable

from dispatch.models import Problem
from dispatch.rules import Level
from organization.models import Post, Role, Unit, User
from organization.permissions import UNIT_ROLES

WORKING = frozenset(Role) - {Role.READER, Role.ADMIN, Role.SUPERVISION}


def holders(county: Unit, *roles: str, title: str = "") -> list[User]:
    """The holders of posts in *county* with one of *roles*, or with *title*."""
    posts = Post.objects.filter(unit__county=county)
    return _people(posts.filter(title=title) if title else posts.filter(role__in=roles))


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

    For a leaders' rung without a post those are the leaders who sponsor the project, if it has any.
    """
    if level.post:
        return holders(problem.county, title=level.post)
    if level.role == "owner":
        return of_unit(problem.owner_unit, Role.UNIT_HEAD)
    if level.role == Role.LEADER:
        sponsors = _people(Post.objects.filter(sponsored__project=problem.project))
        if sponsors:
            return sponsors
    return holders(problem.county, level.role)


def _people(posts: Iterable[Post]) -> list[User]:
    query = posts.filter(active=True, holder__is_active=True).select_related("holder")  # type: ignore[attr-defined]
    return list({post.holder_id: post.holder for post in query.order_by("position", "pk")}.values())
