"""Whom to call in the replayed county: posts and codes, no person."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from core.habits import Day, Habit, Scene
from projects.contacts.services import write_contact
from projects.registry.models import Project


@dataclass
class Kept:
    pass


def begin(scene: Scene, dice: Random) -> Kept:
    return Kept()


def live(kept: Kept, scene: Scene, day: Day, dice: Random) -> None:
    """About twice a week an officer puts a contact on file of a project that has none."""
    if dice.random() >= 0.4:
        return
    without = list(Project.objects.filter(county=scene.county, contacts=None).active().order_by("pk")[:20])
    project = dice.choice(without) if without else None
    officer = scene.officers.get(project.lead_unit_id) if project else None
    if project is not None and officer is not None:
        code = f"{project.pk % 1000:03}"
        phone = f"0000-{dice.randrange(10**7):07}"
        write_contact(project, post="业主联系人", name=f"联系人{code}", telephone=phone, by=officer, now=day.now)


HABITS = (Habit("contacts", 37, begin, live),)
