"""In the replayed year: when it ends, a leader is on a business trip, and another one deputises."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from core.habits import Day, Habit, Scene
from organization.absences import services
from organization.people.models import Post, Role

LAST = timedelta(days=4)  # so near to the end it begins: whoever opens the demonstration sees it
TRIP = timedelta(days=6)


def _begin(scene: Scene, dice: Random) -> list[Post]:
    """The leaders who hold a post, in a random order."""
    held = Post.objects.filter(unit__county=scene.county, role=Role.LEADER, active=True).exclude(holder=None)
    posts = list(held.select_related("unit__county", "holder").order_by("pk"))
    return dice.sample(posts, len(posts))


def _live(leaders: list[Post], scene: Scene, day: Day, dice: Random) -> None:
    """Once: the first of those left goes, the second deputises."""
    if day.on < scene.end - LAST or len(leaders) < 2:
        return
    away, deputy = leaders[:2]
    leaders.clear()
    told: dict[str, Any] = {"since": day.on, "until": day.on + TRIP, "reason": "赴省对接项目"}
    with scene.tries.step("away"):
        services.be_away(away, deputy=deputy, by=away.holder or scene.office, now=day.now, **told)


HABITS = (Habit("away", 95, _begin, _live),)
