"""Who is to be asked for what is missing in a round, and in which words. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.amounts import figures
from core.days.office import local_day
from dispatch.rounds.models import Chase, Round
from dispatch.rounds.services import AGAIN, title
from organization.people.models import Post
from organization.permissions import UNIT_ROLES
from organization.units.models import Unit

NAMED = 8  # projects of a unit that the text for a group names


def answering(units: Iterable[Unit]) -> dict[int, list[Post]]:
    """The posts that answer for the reports of each of *units*, by its key, with who holds them."""
    posts = Post.objects.filter(unit__in=list(units), active=True, role__in=UNIT_ROLES).select_related("holder")
    found: dict[int, list[Post]] = {}
    for post in posts.order_by("position", "pk"):
        found.setdefault(post.unit_id, []).append(post)
    return found


def newest(opened: Round) -> dict[int, Chase]:
    """The last time each unit was chased in the round, by the unit's key."""
    rows = opened.chases.select_related("by").order_by("at", "pk")
    return {row.unit_id: row for row in rows}


def lately(row: Chase | None, now: datetime) -> bool:
    """Whether chasing again has to wait."""
    return row is not None and row.at > now - AGAIN


def group_text(opened: Round, owing: Mapping[Unit, list[str]], *, office: Any, now: datetime) -> str:
    """A message to a chat group: what is due when, which unit still owes which projects, and a thank-you."""
    due = figures.moment(opened.due_at, local_day(now))
    said = {"report": title(opened), "due": due, "n": sum(map(len, owing.values())), "units": len(owing)}
    if opened.due_at < now:
        head = _("Hello everybody. %(report)s was due %(due)s; %(n)s projects of %(units)s units are still missing:")
    else:
        head = _("Hello everybody. %(report)s is due %(due)s; %(n)s projects of %(units)s units are still missing:")
    lines = [f"{at}. {_line(unit, names)}" for at, (unit, names) in enumerate(owing.items(), 1)]
    foot = _("Please fill them in as soon as you can. Thank you!")
    return "\n".join([head % said, *lines, foot, str(office)])


def _line(unit: Unit, names: list[str]) -> str:
    listed = _(", ").join(names[:NAMED]) + (_(" and %(n)s more") % {"n": len(names) - NAMED} if names[NAMED:] else "")
    said = {"unit": unit, "n": len(names), "projects": listed}
    return (
        ngettext("%(unit)s, %(n)s project: %(projects)s", "%(unit)s, %(n)s projects: %(projects)s", len(names)) % said
    )
