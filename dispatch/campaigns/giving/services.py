"""Tasks are given, one or many at once, split, changed and taken off; a unit or a post that goes hands them on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import undo
from core.days.office import local_day
from core.models import Done
from core.records.history import keep, remove
from core.refusals import NeedsReason, Refused, Wrong, require
from core.told import tell
from dispatch.campaigns.handling.writing import Kind, follow, following, lock, lock_campaign, said, save, step, write
from dispatch.campaigns.models import Campaign, Status, Task
from dispatch.campaigns.permissions import (
    can_change_campaign,
    can_change_task,
    can_manage_campaigns,
    can_split,
    goes_on,
    may_do_part,
)
from dispatch.campaigns.rules import said_day
from organization.people.models import Post, User
from organization.units.models import Unit

GIVEN = "campaign_tasks_given"  # of the act on many that can be taken back


@transaction.atomic
def give_task(campaign: Campaign, *, by: User, now: datetime, version: int | None = None, **facts: Any) -> Task:
    """A task of *campaign* for a unit, by a day: *facts* of FACTS. Wrong with a sentence for each that can't be."""
    found = lock_campaign(campaign, version)
    require(can_change_campaign(by, found))
    return put(found, None, facts, position=following(found, None), by=by, now=now)


@transaction.atomic
def give_tasks(
    campaign: Campaign, rows: Sequence[Mapping[str, Any]], *, by: User, now: datetime, version: int | None = None
) -> list[Task]:
    """All of *rows* at once, or none: the units are told once each."""
    found = lock_campaign(campaign, version)
    require(can_change_campaign(by, found))
    first = following(found, None)
    made = [
        put(found, None, facts, position=number, by=by, now=now, quiet=True)
        for number, facts in enumerate(rows, start=first)
    ]
    tell("campaign_tasks_given", found, by=by, now=now, to=[task.unit for task in made])
    undo.keep(
        GIVEN,
        by=by,
        now=now,
        words=lambda: ngettext("%(n)s task given", "%(n)s tasks given", len(made)) % {"n": len(made)},
        rows=[_row(task) for task in made],
    )
    return made


@transaction.atomic
def split_task(task: Task, *, by: User, now: datetime, version: int | None = None, **facts: Any) -> Task:
    """A part of *task*, for one of the unit's persons (`post`), a unit below it, or one that helps; due no later."""
    whole = lock(task, version)
    require(can_split(by, whole))
    units, posts = may_do_part(whole, local_day(now))
    unit, post = facts.get("unit"), facts.get("post")
    if post is not None:
        if post not in posts:
            raise Wrong({"who": _("%(post)s has no work here: choose one of its persons") % {"post": post}})
        unit = whole.unit
    elif unit is None or unit not in units:
        raise Wrong({"who": _("Choose who does this part: a person, a unit below, or one that helps")})
    given = {"kind": whole.kind, "project": whole.project, **facts, "unit": unit, "post": post}
    made = put(whole.campaign, whole, given, position=following(whole.campaign, whole), by=by, now=now)
    follow(made)
    return made


def put(
    campaign: Campaign,
    parent: Task | None,
    facts: Mapping[str, Any],
    *,
    position: int,
    by: User,
    now: datetime,
    quiet: bool = False,
) -> Task:
    """Writes a task inside the transaction of a verb that has locked and asked; *quiet* tells nobody."""
    require(goes_on(campaign))
    task = Task(county=campaign.county, campaign=campaign, parent=parent, position=position)
    write(task, facts, by=by, now=now)
    step(task, Kind.SPLIT if parent else Kind.GIVEN, by=by, now=now, text=task.detail)
    if not quiet:
        tell("campaign_task_given", task, by=by, now=now)
    return task


@transaction.atomic
def change_task(
    task: Task, *, by: User, now: datetime, reason: str = "", version: int | None = None, **changes: Any
) -> Task:
    """Changes facts of FACTS; another unit or day needs a reason, which stays with it."""
    found = lock(task, version, Status.OPEN)
    require(can_change_task(by, found))
    moved = {name for name in ("unit", "due_on") if name in changes and changes[name] != getattr(found, name)}
    if moved and not reason.strip():
        raise NeedsReason(_("Write why its unit or day is another one: it stays with the task"))
    if "unit" in moved:
        changes |= {"post": None}
    if "due_on" in moved:
        found.asked_until = None
    if not write(found, changes, by=by, now=now, reason=reason):
        return found
    step(found, Kind.CHANGED, by=by, now=now, text=reason)
    follow(found)
    tell("campaign_task_changed", found, by=by, now=now, why=reason)
    return found


@transaction.atomic
def drop_task(task: Task, *, reason: str, by: User, now: datetime, version: int | None = None) -> Task:
    """It isn't pursued any more and counts nowhere; it stays on file with the reason."""
    found = lock(task, version, Status.OPEN)
    require(can_change_task(by, found))
    found.status, found.asked_until = Status.DROPPED, None
    save(found, by, now)
    step(found, Kind.DROPPED, by=by, now=now, text=said(reason, "reason"))
    follow(found)
    tell("campaign_task_changed", found, by=by, now=now, why=reason)
    return found


@transaction.atomic
def take_back_given(done: Done, *, by: User, now: datetime, reason: str, version: int | None = None) -> str:
    """The tasks that were given at once are gone again, but those that somebody has written to since; what came of it
    in words. Refused if all of them stay."""
    done = Done.objects.select_for_update(of=("self",)).get(pk=done.pk)
    require(can_manage_campaigns(by, done.county))
    gone = stay = 0
    for row in reversed(done.rows):
        task = Task.objects.select_for_update().filter(pk=row["pk"], county=done.county).first()
        if task is None:
            continue
        found = lock(task, None)
        written = found.steps.exclude(kind=Kind.GIVEN).exists() or found.parts.exists()
        row["left"] = _("Somebody has written to it since") if written or not goes_on(found.campaign) else ""
        if row["left"]:
            stay += 1
            continue
        remove(found, by=by, now=now, reason=reason)
        gone += 1
    if not gone:
        raise Refused(_("Somebody has written to all of these tasks since: nothing can be taken back"))
    done.save(update_fields=["rows"])
    told = {"n": gone, "stay": stay}
    return _("%(n)s tasks taken back, %(stay)s stay") % told if stay else _("%(n)s tasks taken back") % told


# units and posts that go --------------------------------------------------------------------------------------------


@transaction.atomic
def hand_on(unit: Unit, to: Unit, *, by: User | None, now: datetime, reason: str) -> int:
    """The tasks that *unit* has not done are those of *to*, since *unit* goes; where it helps, *to* does. How many."""
    rows = Task.objects.select_for_update().filter(status__in=(Status.OPEN, Status.DONE), unit=unit)
    moved = 0
    for pk in list(rows.order_by("pk").values_list("pk", flat=True)):
        task = lock(Task(pk=pk), None)
        write(task, {"unit": to, "post": None}, by=by, now=now, reason=reason, asked=False)
        step(task, Kind.MOVED, by=by, now=now, text=reason)
        moved += 1
    helped = Task.objects.select_for_update().filter(status__in=(Status.OPEN, Status.DONE), helpers=unit)
    for pk in list(helped.order_by("pk").values_list("pk", flat=True)):
        task = lock(Task(pk=pk), None)
        helpers = [to if one == unit else one for one in task.helpers.all()]
        write(task, {"helpers": [one for one in dict.fromkeys(helpers) if one != task.unit]}, by=by, now=now,
               reason=reason, asked=False)  # fmt: skip
        step(task, Kind.MOVED, by=by, now=now, text=reason)
    for campaign in Campaign.objects.select_for_update().filter(lead=unit, closed_on=None).order_by("pk"):
        campaign.lead, campaign.version = to, campaign.version + 1
        keep(campaign, by=by, now=now, reason=reason)
    return moved


@transaction.atomic
def hand_on_post(post: Post, to: Post, *, by: User | None, now: datetime, reason: str) -> int:
    """What the holder of *post* has not done, or leads, is that of *to*. How many."""
    rows = Task.objects.select_for_update().filter(status__in=(Status.OPEN, Status.DONE))
    pks = rows.filter(Q(post=post) | Q(leader=post)).order_by("pk").values_list("pk", flat=True)
    moved = 0
    for pk in list(pks):
        task = lock(Task(pk=pk), None)
        changes: dict[str, Any] = {name: to for name in ("post", "leader") if getattr(task, f"{name}_id") == post.pk}
        if changes.get("post") and to.unit_id != task.unit_id:
            changes["unit"] = to.unit
        write(task, changes, by=by, now=now, reason=reason, asked=False)
        step(task, Kind.MOVED, by=by, now=now, text=reason)
        moved += 1
    return moved


def _row(task: Task) -> dict[str, Any]:
    """One of many given at once, as “what I did” shows it."""
    due = said_day(task.due_on)
    return {"pk": task.pk, "name": task.title, "href": reverse("dispatch:campaign_task", args=[task.pk]), "was": "",
            "will": f"{task.unit} {due}", "left": ""}  # fmt: skip
