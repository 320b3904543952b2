"""The portfolios of a county's file: only of posts that have none. What was changed on the page stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from organization.people.models import Role
from organization.portfolios.models import Portfolio
from organization.portfolios.services import put_on_file
from organization.profiles.loads import named_posts
from organization.profiles.rules import Load
from organization.units.models import Unit


def _portfolios(county: Unit, data: Mapping[str, Any], now: datetime) -> list[str]:
    """A unit that was merged since is the one that it was merged into; days are text, since stored data is JSON."""
    there = named_posts(county)
    have = set(Portfolio.objects.of_county(county).values_list("post", flat=True))
    made = []
    for table in data.get("portfolio", []):
        post = there.get((table["unit"], table["post"]))
        if post is None or post.role != Role.LEADER or post.pk in have:
            continue
        units = [Unit.objects.filter(county=county).standing_for(code).get() for code in table.get("units", [])]
        days = {name: date.fromisoformat(table[name]) if table.get(name) else None for name in ("since", "until")}
        row = Portfolio(post=post, sectors=list(table.get("sectors", [])), at=now, **days)
        put_on_file(row, units, by=None, now=now)
        made.append(post.title)
    return list(dict.fromkeys(made))


LOADS = (Load(_("portfolios new: %s"), _portfolios, order=15),)
