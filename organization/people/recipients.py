"""Who is told: holders of posts, active, each person once."""

from __future__ import annotations

from django.db.models import QuerySet

from organization.people.models import ADMINISTRATION, Post, Role, User
from organization.permissions import UNIT_ROLES
from organization.units.models import Unit

WORKING = frozenset(Role) - {Role.READER, Role.SUPERVISION, *ADMINISTRATION}


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


def _people(posts: QuerySet[Post]) -> list[User]:
    query = posts.filter(active=True, holder__is_active=True).select_related("holder")
    return list({post.holder.pk: post.holder for post in query.order_by("position", "pk") if post.holder}.values())
