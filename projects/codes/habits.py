"""How codes change in the replayed year: now and then the platform codes a project anew."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from core.habits import Day, Habit, Scene
from projects.codes.services import write_code
from projects.codes.shape import DIGITS
from projects.registry.models import Project, code_key


@dataclass
class Kept:
    pass


def begin(scene: Scene, dice: Random) -> Kept:
    return Kept()


def live(kept: Kept, scene: Scene, day: Day, dice: Random) -> None:
    """About once in three weeks: the officer puts the new one on file, which is shown from then on."""
    if dice.random() >= 0.07:
        return
    coded = Project.objects.filter(county=scene.county, other_codes="").exclude(code="").active()
    found = [one for one in coded.order_by("pk") if len(code_key(one.code)) == DIGITS]
    project = dice.choice(found) if found else None
    officer = scene.officers.get(project.lead_unit_id) if project else None
    if project is None or officer is None:
        return
    text = f"{day.on:%y%m}{project.code[4:-6]}{dice.randrange(10**6):06}"
    old = project.codes.get(shown=True)
    told = {"by": officer, "now": day.now}
    write_code(project, text=text, shown=True, since=day.on, note="平台重新赋码", **told)
    write_code(project, old, text=old.text, state="replaced", since=day.on, **told)


HABITS = (Habit("codes", 36, begin, live),)
