"""How the statistics side answers in the replayed year, and what the units do with what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from core.habits import Day, Habit, Scene
from organization.people.recipients import holders
from projects.choices import Stage
from projects.entries import services as entries
from projects.entries.models import EntryProposal
from projects.registry.models import Project
from projects.registry.permissions import confirming_role

WHYS = ("缺施工合同，请补齐后再报", "法人单位还没有进统计名录库，请先办理", "现场照片看不出实质性开工，请补")
AGAIN_AFTER = timedelta(days=6)
LEFT_LYING = timedelta(days=9)  # what comes in during the last ones lies on the reviewer's desk when the replay ends


@dataclass
class Kept:
    """What has come back once: a second time it is in order."""

    returned: dict[int, date] = field(default_factory=dict)  # by project
    last: bool = False  # whether the days have begun whose proposals nobody looks at


def begin(scene: Scene, dice: Random) -> Kept:
    return Kept()


def live(kept: Kept, scene: Scene, day: Day, dice: Random) -> None:
    """The reviewer looks at what is older than a day, takes most of it and returns some; units propose again."""
    reviewer = next(iter(holders(scene.county, confirming_role(scene.county))), scene.office)
    waiting = EntryProposal.objects.waiting().filter(project__county=scene.county).select_related("project")
    if day.on > scene.end - LEFT_LYING:
        if not kept.last and not waiting.exists():
            _propose(scene, day)
        kept.last = True
        waiting = waiting.none()
    for proposal in waiting.order_by("pk"):
        if timezone.localdate(proposal.proposed_at) >= day.on or dice.random() > 0.25:
            continue
        if proposal.project_id not in kept.returned and dice.random() < 0.25:
            entries.return_proposal(proposal, by=reviewer, now=day.now, reason=dice.choice(WHYS))
            kept.returned[proposal.project_id] = day.on
            continue
        with scene.tries.step("entry"):
            entries.accept_proposal(proposal, by=reviewer, now=day.now)
    _again(kept, scene, day)


def _propose(scene: Scene, day: Day) -> None:
    """Two units propose what has started and isn't in statistics, so that there is something on the desk."""
    pks = [project.pk for project in scene.projects]
    going = Project.objects.active().filter(pk__in=pks, stage=Stage.STARTED, entered_on=None).order_by("pk")
    for project in going[:2]:
        officer = scene.officers.get(project.lead_unit_id) or scene.office
        with scene.tries.step("entry"):
            entries.propose_entry(project, by=officer, on=day.on, now=day.now, note="资料齐全，申请入库")


def _again(kept: Kept, scene: Scene, day: Day) -> None:
    back = EntryProposal.objects.filter(project__county=scene.county, status=EntryProposal.Status.RETURNED)
    for proposal in back.select_related("project").order_by("pk"):
        project: Any = proposal.project
        newest = project.entry_proposals.order_by("-pk").first()
        if newest == proposal and kept.returned.get(project.pk, day.on) + AGAIN_AFTER <= day.on:
            officer = scene.officers.get(project.lead_unit_id) or scene.office
            with scene.tries.step("entry again"):
                entries.propose_entry(project, by=officer, on=proposal.on, now=day.now, note="已按要求补齐")


HABITS = (Habit("entries", 20, begin, live),)
