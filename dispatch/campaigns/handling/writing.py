"""What each act on a task does: it locks what it decides on, writes one row of history and one step, and what is read
of the whole follows. Inside the transaction of a verb.

Whoever writes to a part locks it and then what it is a part of, upwards: what is read from parts is right for two at
once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from core.days.office import local_day
from core.records.history import differing, keep
from core.refusals import NeedsReason, Stale, Wrong, unseen
from dispatch.campaigns.models import Campaign, Task, TaskStep
from dispatch.campaigns.progress import Part, Stands, counted, stands
from dispatch.campaigns.rules import task_wrong
from organization.people.models import User
from organization.units.models import Unit

Kind = TaskStep.Kind
FACTS = ("kind", "title", "detail", "unit", "leader", "post", "project", "target", "measure", "due_on", "helpers")
NOBODY = ("leader", "post", "project", "target", "detail", "kind")


def is_read_from_parts(task: Task) -> bool:
    """Whether its progress is read from its parts."""
    return bool(counted(task.measure, _parts(task)))


def _parts(task: Task) -> list[Part]:
    rows = task.parts.standing().values_list("target", "measure", "reached")
    return [Part(*row) for row in rows]


def follow(task: Task) -> None:
    """What is read of *task* and of all that it is a part of is as its steps and parts say; inside the transaction of
    a verb that has locked the whole."""
    roll(task)
    for above in task.above():
        roll(above)


def roll(task: Task) -> None:
    found = stands(task.target, task.measure, _parts(task), _stated(task))
    if (task.reached, task.percent) == found:
        return
    task.reached, task.percent = found
    marked: Any = task
    marked.skip_history_when_saving = True  # it is no part of it: each step says it
    task.save(update_fields=["reached", "percent"])
    del marked.skip_history_when_saving


def _stated(task: Task) -> Stands:
    """What its unit stated last: the newest number, the newest percent."""
    steps = task.steps.filter(withdrawn=False, kind__in=(Kind.REPORTED, Kind.DONE)).order_by("-pk")
    number = steps.exclude(number=None).values_list("number", flat=True).first()
    percent = steps.exclude(percent=None).values_list("percent", flat=True).first()
    return Stands(number, 0 if task.target is not None else percent or 0)


def lock_campaign(campaign: Campaign, version: int | None) -> Campaign:
    found = Campaign.objects.select_for_update().get(pk=campaign.pk)
    unseen(found, version, _("Somebody changed this campaign a moment ago: read it again before you go on."))
    return found


def following(campaign: Campaign, parent: Task | None) -> int:
    newest = Task.objects.filter(campaign=campaign, parent=parent).aggregate(newest=Max("position"))["newest"]
    return (newest or 0) + 1


def lock(task: Task, version: int | None, *states: str) -> Task:
    """The row as it is now, held until the end with all that it is a part of; Stale if it has moved on."""
    found = Task.objects.select_for_update(of=("self",)).whole().get(pk=task.pk)
    here = found
    while here.parent_id is not None:
        here.parent = Task.objects.select_for_update(of=("self",)).select_related("unit").get(pk=here.parent_id)
        here = here.parent
    unseen(found, version, _("Somebody wrote to this task a moment ago: read it again before you go on."))
    if states and found.status not in states:
        raise Stale(found, _("This task is “%(status)s” by now.") % {"status": found.get_status_display()})
    marked: Any = found
    marked.row_before = found.history.order_by("-history_id").values_list("history_id", flat=True).first()
    return found


def write(
    task: Task, facts: Mapping[str, Any], *, by: User | None, now: datetime, reason: str = "", asked: bool = True
) -> bool:
    """Writes those of *facts* that differ, as one row of history; whether any did. A unit that goes hands its tasks
    on (`by` may be nobody), and what is taken back stood there before: neither is asked whether it can be."""
    if strange := set(facts) - set(FACTS):
        raise TypeError(f"no facts of a task: {sorted(strange)}")
    given = {name: value for name, value in facts.items() if value is not None or name in NOBODY or task.pk is None}
    helpers: Iterable[Unit] | None = given.pop("helpers", None)
    for name in ("title", "kind", "detail", "measure"):
        if name in given:
            given[name] = (given[name] or "").strip()
    changed = given if task.pk is None else differing(task, given)
    wanted = None if helpers is None else list(helpers)
    if task.pk is not None and wanted is not None and set(task.helpers.all()) == set(wanted):
        wanted = None
    if task.pk is not None and not changed and wanted is None:
        return False
    whole: dict[str, Any] = {name: None if task.pk is None and name in ("unit", "due_on") else getattr(task, name)
                             for name in FACTS if name != "helpers"} | changed  # fmt: skip
    if asked and _counts(task, changed):
        parts = list(task.parts.standing()) if task.pk else []
        if wrong := task_wrong(whole, task.campaign, task.parent, parts, local_day(now)):
            raise Wrong(wrong)
    for name, value in changed.items():
        setattr(task, name, value)
    marked: Any = task
    marked.skip_history_when_saving = True  # one row of history for the whole act: that of `keep` below
    if task.pk is None:
        task.save()
    else:
        task.version += 1
    if wanted is not None:
        task.helpers.set([unit for unit in wanted if unit != task.unit])
    del marked.skip_history_when_saving
    keep(task, by=by, now=now, reason=reason)
    return True


def _counts(task: Task, changed: Mapping[str, Any]) -> bool:
    """Whether what is *changed* has to hold against days and targets: all but who does it."""
    return task.pk is None or not set(changed) <= {"post", "leader"}


def save(task: Task, by: User | None, now: datetime, reason: str = "") -> None:
    task.version += 1
    keep(task, by=by, now=now, reason=reason)


def step(
    task: Task,
    kind: str,
    *,
    by: User | None,
    now: datetime,
    text: str = "",
    number: Decimal | None = None,
    percent: int | None = None,
    due_on: date | None = None,
) -> TaskStep:
    return TaskStep.objects.create(
        task=task,
        kind=kind,
        on=local_day(now),
        at=now,
        by=by,
        text=text.strip(),
        number=number,
        percent=percent,
        due_on=due_on or task.due_on,
        before=getattr(task, "row_before", None),
    )


def said(text: str, field: str) -> str:
    if not text.strip():
        raise NeedsReason("", [field]) if field == "reason" else Wrong({field: _("Write it in words")})
    return text.strip()
