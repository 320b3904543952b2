"""Who is meant by a party of a rule, on the day: holders of posts, each once. Reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dispatch.calendar.rules import Party
from organization.people import recipients
from organization.people.models import Post, Role, User
from organization.units.models import Unit
from projects.registry.models import Sponsor

Rows = Iterable[Mapping[str, Any]]


def people(parties: Iterable[Party], county: Unit, rows: Rows = ()) -> list[User]:
    """The people of *parties*; places are those of the projects and problems in *rows*. Nobody is named: who left
    holds the post no more, and who came since does."""
    found = [user for party in parties for user in _of(party, county, list(rows))]
    return list({user.pk: user for user in found}.values())


def _of(party: Party, county: Unit, rows: list[Mapping[str, Any]]) -> list[User]:
    if party.place:
        return PLACES[party.place](rows)
    unit = Unit.objects.filter(county=county).standing_for(party.unit).first() if party.unit else None
    if party.unit and unit is None:
        return []
    if party.post:
        posts = Post.objects.filter(title=party.post, unit__county=county, active=True, holder__is_active=True)
        posts = posts.filter(unit=unit) if unit else posts
        return [post.holder for post in posts.select_related("holder").order_by("position", "pk") if post.holder]
    if unit:
        return recipients.of_unit(unit, party.role or Role.UNIT_HEAD)
    return recipients.holders(county, party.role)


def _lead_units(rows: list[Mapping[str, Any]]) -> list[User]:
    return _units(row.get("unit_id") for row in rows)


def _owners(rows: list[Mapping[str, Any]]) -> list[User]:
    return _units(row.get("owner") for row in rows)


def _units(keys: Iterable[Any]) -> list[User]:
    units = Unit.objects.filter(pk__in={key for key in keys if key}).select_related("parent")
    return [
        user
        for unit in units.order_by("position", "pk")
        for user in recipients.of_unit(unit, Role.OFFICER, Role.UNIT_HEAD)
    ]


def _sponsors(rows: list[Mapping[str, Any]]) -> list[User]:
    projects = {row["pk"] for row in rows if row.get("pk")}
    found = Sponsor.objects.filter(project__in=projects, post__active=True, post__holder__is_active=True)
    holders = found.order_by("post__position", "post").values("post__holder")
    return list(User.objects.filter(pk__in=holders))


PLACES: dict[str, Callable[[list[Mapping[str, Any]]], list[User]]] = {
    "lead_units": _lead_units,
    "owners": _owners,
    "sponsors": _sponsors,
}


def concerned(user: User, parties: Iterable[Party], county: Unit) -> bool:
    """Whether *user* is one of *parties* by what they hold today; a place is anybody who can be in it."""
    posts = [post for post in user.current_posts if post.unit.county_id == county.pk]
    for party in parties:
        for post in posts:
            fits = {
                "": party.role in ("", post.role) and party.post in ("", post.title),
                "lead_units": post.role in (Role.OFFICER, Role.UNIT_HEAD),
                "owners": post.role in (Role.OFFICER, Role.UNIT_HEAD),
                "sponsors": post.role == Role.LEADER,
            }[party.place]
            if fits and party.unit in ("", post.unit.code):
                return True
    return False
