"""To whom a paper goes: the people who work for the units of its distribution list. Reads."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from organization.people.models import Post, User
from organization.people.recipients import WORKING
from organization.units.models import Unit


def posts_of(county: Unit, codes: Collection[str] = ()) -> QuerySet[Post]:
    """The posts of those who are to read it, unit by unit: of the units with *codes*, of all where none is named."""
    posts = Post.objects.filter(unit__county=county, role__in=WORKING, active=True, holder__is_active=True)
    if codes:
        posts = posts.filter(unit__code__in=codes)
    return posts.select_related("unit", "holder").order_by("unit__position", "unit_id", "position", "pk")


def people_of(county: Unit, codes: Collection[str] = ()) -> list[User]:
    """Each person of them once."""
    return list({post.holder.pk: post.holder for post in posts_of(county, codes) if post.holder}.values())


def units_of(county: Unit) -> list[tuple[str, str]]:
    """The units that a paper can go to, as choices: those that somebody works for."""
    units = Unit.objects.filter(pk__in=posts_of(county).order_by().values("unit"))
    return [(unit.code, unit.short_name) for unit in units.order_by("position", "pk")]
