"""Campaigns are opened, changed and ended, and each of that is taken back. Tasks: `giving`, `handling`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.days.office import local_day
from core.records.history import differing, keep, remove
from core.refusals import NeedsReason, NotAllowed, Wrong, require, unseen
from core.told import tell
from dispatch.campaigns.giving import services as giving
from dispatch.campaigns.models import Campaign, Phase, TaskStep
from dispatch.campaigns.permissions import can_change_campaign, can_manage_campaigns, can_reopen_campaign
from dispatch.campaigns.rules import Offered, OfferedTask, campaign_wrong, day_of
from organization.people.models import User
from organization.squads.models import Squad
from organization.units.models import Unit

FACTS = ("name", "purpose", "document", "first_on", "last_on", "squad", "lead", "listed", "phases")
RESTORED = (*FACTS, "closed_on", "summary")


@transaction.atomic
def open_campaign(county: Unit, *, by: User, now: datetime, offered: Offered | None = None, **facts: Any) -> Campaign:
    """A campaign of *county* with *facts* (FACTS; `phases` as `Phase`s), with the tasks of *offered*, what the
    county's document names, in the year of the first day. Wrong with a sentence for each fact that can't be."""
    require(can_manage_campaigns(by, county))
    Unit.objects.select_for_update(no_key=True).get(pk=county.pk)  # two at once can't open one twice
    made = Campaign(county=county, code=offered.code if offered else "")
    _write(made, facts, by=by, now=now)
    for number, task in enumerate(offered.tasks if offered else (), start=1):
        giving.put(made, None, _of_document(task, made), position=number, by=by, now=now, quiet=True)
    if offered and offered.tasks:
        units = Unit.objects.filter(pk__in=made.tasks.values("unit"))
        tell("campaign_tasks_given", made, by=by, now=now, to=list(units))
    return made


@transaction.atomic
def change_campaign(
    campaign: Campaign, *, by: User, now: datetime, version: int | None = None, **changes: Any
) -> Campaign:
    """Changes facts of FACTS; its tasks stay where they are, and no day may leave one outside."""
    found = _lock(campaign, version)
    require(can_change_campaign(by, found))
    _write(found, changes, by=by, now=now)
    return found


@transaction.atomic
def end_campaign(campaign: Campaign, *, summary: str, by: User, now: datetime, version: int | None = None) -> Campaign:
    """It is over, with what came of it in words: nothing is written to its tasks any more."""
    found = _lock(campaign, version)
    require(can_change_campaign(by, found))
    if not summary.strip():
        raise NeedsReason(_("Write what came of it: that stays with the campaign"), ["summary"])
    if local_day(now) < found.first_on:
        raise NotAllowed(_("It hasn't begun yet: take its opening back instead."))
    found.closed_on, found.summary = local_day(now), summary.strip()
    _save(found, by, now)
    return found


@transaction.atomic
def take_back_campaign(
    campaign: Campaign, *, by: User, now: datetime, reason: str = "", version: int | None = None
) -> None:
    """What was done to it last is undone: it is as it stood before; one that was just opened is gone with its tasks,
    as long as nobody has written to them."""
    found = _lock(campaign, version)
    require(can_reopen_campaign(by, found))
    rows = list(found.history.order_by("-history_id")[:2])
    if len(rows) < 2:
        if TaskStep.objects.filter(task__campaign=found).exclude(kind=TaskStep.Kind.GIVEN).exists():
            raise NotAllowed(_("Units have written to its tasks: end it instead."))
        for task in found.tasks.order_by("-pk"):
            remove(task, by=by, now=now, reason=reason)
        remove(found, by=by, now=now, reason=reason)
        return
    before = rows[1]
    if found.closed_on is None:
        _demand(found, {name: getattr(before, name) for name in FACTS}, before.phases)
    for name in RESTORED:
        setattr(found, name, getattr(before, name))
    _save(found, by, now, reason)


def _of_document(task: OfferedTask, campaign: Campaign) -> dict[str, Any]:
    units = {unit.code: unit.standing for unit in Unit.objects.filter(county=campaign.county)}
    unit = units.get(task.unit) or campaign.lead
    helpers = [units[code] for code in task.helpers if code in units]
    return {
        "kind": task.kind,
        "title": task.title,
        "detail": task.detail,
        "unit": unit,
        "helpers": [one for one in dict.fromkeys(helpers) if one != unit],
        "due_on": day_of(task.due, campaign.first_on.year) if task.due else campaign.last_on,
        "target": task.target or None,
        "measure": task.measure,
    }


def _write(campaign: Campaign, facts: Mapping[str, Any], *, by: User, now: datetime) -> None:
    if strange := set(facts) - set(FACTS):
        raise TypeError(f"no facts of a campaign: {sorted(strange)}")
    given = dict(facts)
    if "phases" in given:
        given["phases"] = packed(given["phases"])
    whole = {name: given.get(name, getattr(campaign, name)) for name in FACTS}
    _demand(campaign, whole, whole["phases"])
    changed = given if campaign.pk is None else differing(campaign, given)
    if campaign.pk is not None and not changed:
        return
    for name, value in changed.items():
        setattr(campaign, name, value)
    try:
        with transaction.atomic():
            _save(campaign, by, now) if campaign.pk else keep(campaign, by=by, now=now)
    except IntegrityError as error:
        raise Wrong({"name": _("There is a campaign of that name that begins on this day")}) from error


def packed(phases: Any) -> list[list[str]]:
    """*phases* as they are kept."""
    return [[phase.name, phase.first.isoformat(), phase.last.isoformat()] for phase in phases]


def _demand(campaign: Campaign, facts: Mapping[str, Any], phases: Any) -> None:
    stretches = [Phase(name, date.fromisoformat(first), date.fromisoformat(last)) for name, first, last in phases]
    dues = list(campaign.tasks.standing().values_list("title", "due_on")) if campaign.pk else []
    if wrong := campaign_wrong(facts, stretches, dues):
        raise Wrong(wrong)
    squad: Squad | None = facts.get("squad")
    if squad is not None and squad.unit.county_id != campaign.county_id:
        raise Wrong({"squad": _("It is a squad of another county")})


def _lock(campaign: Campaign, version: int | None) -> Campaign:
    found = Campaign.objects.select_for_update().get(pk=campaign.pk)
    unseen(found, version, _("Somebody changed this campaign a moment ago: read it again before you go on."))
    return found


def _save(campaign: Campaign, by: User, now: datetime, reason: str = "") -> None:
    campaign.version += 1
    keep(campaign, by=by, now=now, reason=reason)
