"""How packages come about in the replayed year: a county with many projects packs small ones of one unit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random

from core.habits import Day, Habit, Scene
from core.records.order import last
from projects.many.rows import versions
from projects.packages.services import put_in
from projects.registry.models import Project
from projects.registry.services import register

LEAST = 50  # projects of a county that packs any
PARTS, PACKAGES = 3, 2
BEGINS = 2  # the month: the lists of January show them one by one


@dataclass
class Kept:
    made: int = 0


def begin(scene: Scene, dice: Random) -> Kept:
    return Kept()


def live(kept: Kept, scene: Scene, day: Day, dice: Random) -> None:
    """From February on one package, and another one the month after."""
    if kept.made >= PACKAGES or day.on.month < BEGINS + kept.made or len(scene.projects) < LEAST:
        return
    kept.made += 1
    known = {project.pk for project in scene.projects}
    free = Project.objects.filter(county=scene.county, package=None, pk__in=known, plans__year=day.on.year).active()
    rows = list(
        free.exclude(total_investment=None).order_by(last("total_investment"), "pk").select_related("lead_unit")
    )
    led = Counter(project.lead_unit_id for project in rows)
    unit = next((one.lead_unit for one in rows if led[one.lead_unit_id] > PARTS), None)
    if unit is None:
        return
    parts = [one for one in rows if one.lead_unit_id == unit.pk][:PARTS]
    name = f"{unit.short_name}小型项目打包建设（{day.on.year}年第{kept.made}批）"
    told = {"by": scene.office, "now": day.now}
    package = register(county=scene.county, name=name, lead_unit=unit, sector=parts[0].sector, **told)
    put_in(scene.county, package=package, version=versions([one.pk for one in parts]), reason="统一打包实施", **told)


HABITS = (Habit("packages", 38, begin, live),)
