"""The writers of leads, and the one door by which a signed lead becomes a project. Money is whole yuan."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import differing, keep, visible
from core.steps import Closed, Stale
from investment import permissions
from investment.models import Lead, LeadChange, LeadStage, LeadState
from investment.pipeline import DAYS, LADDER
from organization.models import Unit, User
from projects.choices import InvestmentKind, Nature
from projects.errors import NeedsReason, NotAllowed, Wrong
from projects.models import Project
from projects.services import registry


@transaction.atomic
def create_lead(*, county: Unit, by: User, now: datetime, **facts: Any) -> Lead:
    """Puts a lead on file. NotAllowed, Wrong (sentences by field)."""
    if not (answer := permissions.can_add_lead(by, facts.get("squad"))):
        raise NotAllowed(answer.why)
    lead = Lead(county=county, **{name: visible(value) for name, value in facts.items()})
    _sound(lead, now)
    keep(lead, by=by, now=now)
    _step(lead, "", by=by, on=lead.found_on, now=now, reason="")
    return lead


@transaction.atomic
def edit_lead(lead: Lead, *, by: User, now: datetime, version: int | None = None, **changes: Any) -> Lead:
    """Changes facts; writes only what differs. Stale if *version* is not what the form had seen; NotAllowed, Wrong."""
    fresh = _locked(lead)
    _may_edit(by, fresh)
    if version is not None and fresh.version != version:
        raise Stale(fresh)
    changes = differing(fresh, changes)
    changed = list(changes)
    if not changed:
        return fresh
    if "squad" in changed and not (answer := permissions.can_add_lead(by, changes["squad"])):
        raise Wrong({"squad": answer.why})
    for name in changed:
        setattr(fresh, name, changes[name])
    _sound(fresh, now)
    undone = [gate for gate in LADDER.up_to(fresh, fresh.stage) if not gate.met(fresh)]
    if wrong := {gate.field: str(gate.label) for gate in undone if gate.field in changed}:
        raise Wrong(wrong)
    return _keep(fresh, changed, by=by, now=now)


@transaction.atomic
def advance(lead: Lead, *, to: str, by: User, on: date, now: datetime, expect: str | None = None) -> Lead:
    """Moves a lead one stage on, up to signed; landing is `land`. Closed, Stale, NotAllowed, Wrong."""
    fresh = _locked(lead)
    _may_edit(by, fresh)
    if expect is not None and fresh.stage != expect:
        raise Stale(fresh)
    _followed(fresh)
    if to == LeadStage.LANDED or to != LADDER.next(fresh.stage):
        raise NotAllowed(_("A lead moves one step at a time, and lands by becoming a project"))
    _past(on, now)
    changed = ["stage"]
    day = LADDER.day_of.get(to)
    agreed = to == LeadStage.INTENT and fresh.framework_on is not None
    if day and getattr(fresh, day) is None and not agreed:
        setattr(fresh, day, on)
        changed.append(day)
    if closed := LADDER.blockers(fresh, to):
        raise Closed(closed)
    _sound(fresh, now)
    old, fresh.stage = fresh.stage, to
    _keep(fresh, changed, by=by, now=now)
    _step(fresh, old, by=by, on=on, now=now, reason="")
    return fresh


@transaction.atomic
def lose(lead: Lead, *, by: User, on: date, now: datetime, reason: str) -> Lead:
    """Notes that the lead was lost, with a reason; it can be taken up again."""
    fresh = _locked(lead)
    _may_edit(by, fresh)
    _followed(fresh)
    if fresh.stage == LeadStage.LANDED:
        raise NotAllowed(_("The lead has become a project: it is withdrawn there"))
    if not (reason := reason.strip()):
        raise NeedsReason(_("Write why: it stays with the lead"), ["reason"])
    _past(on, now)
    fresh.state, fresh.lost_reason = LeadState.LOST, reason[:300]
    _keep(fresh, ["state", "lost_reason"], by=by, now=now, reason=reason)
    _step(fresh, fresh.stage, by=by, on=on, now=now, reason=reason)
    return fresh


@transaction.atomic
def resume(lead: Lead, *, by: User, on: date, now: datetime, reason: str = "") -> Lead:
    """Takes up a lost lead again, in the stage where it stood."""
    fresh = _locked(lead)
    _may_edit(by, fresh)
    if fresh.state == LeadState.ACTIVE:
        return fresh
    _past(on, now)
    fresh.state, fresh.lost_reason = LeadState.ACTIVE, ""
    _keep(fresh, ["state", "lost_reason"], by=by, now=now, reason=reason)
    _step(fresh, fresh.stage, by=by, on=on, now=now, reason=reason)
    return fresh


@transaction.atomic
def land(
    lead: Lead, *, by: User, on: date, now: datetime, reason: str = "", seen: Iterable[int] | None = None
) -> Project:
    """Makes a signed lead a project on file, once; both know each other from then on.

    The row of the lead is locked first, so that of two clicks at the same moment the second finds the project that the
    first one made and gets it back. Closed with what is missing; NotAllowed for who may not, for a lost lead and one
    that is not signed; Wrong and OnFileAlready from the registry (*reason*, *seen* as there).
    """
    fresh = _locked(lead)
    if not (answer := permissions.can_land(by, fresh)):
        raise NotAllowed(answer.why)
    if fresh.project is not None:
        return fresh.project
    _followed(fresh)
    if fresh.stage != LeadStage.SIGNED:
        raise NotAllowed(_("Only a signed lead becomes a project"))
    _past(on, now)
    if closed := LADDER.blockers(fresh, LeadStage.LANDED):
        raise Closed(closed)
    project = registry.register(
        county=fresh.county,
        by=by,
        now=now,
        on=on,
        reason=reason,
        seen=seen,
        origin=_("Landed from the lead of %(investor)s") % {"investor": fresh.investor},
        name=fresh.name,
        investor=fresh.investor,
        lead_unit=fresh.landing_unit,
        sector=fresh.sector,
        total_investment=fresh.investment,
        investment_kind=InvestmentKind.ENTERPRISE,
        nature=Nature.NEW,
    )
    fresh.project, fresh.stage = project, LeadStage.LANDED
    _keep(fresh, ["project", "stage"], by=by, now=now)
    _step(fresh, LeadStage.SIGNED, by=by, on=on, now=now, reason="")
    return project


def _locked(lead: Lead) -> Lead:
    """The row itself, without joins: what PostgreSQL joins to a row it had to wait for is older than that row, and the
    project that the other click had just made would be missing."""
    return Lead.objects.select_for_update().get(pk=lead.pk)


def _may_edit(by: User, lead: Lead) -> None:
    if not (answer := permissions.can_edit_lead(by, lead)):
        raise NotAllowed(answer.why)


def _followed(lead: Lead) -> None:
    if lead.state != LeadState.ACTIVE:
        raise NotAllowed(_("The lead was lost: take it up again first"))


def _keep(lead: Lead, changed: list[str], *, by: User, now: datetime, reason: str = "") -> Lead:
    lead.version += 1
    keep(lead, by=by, now=now, reason=reason, fields=[*changed, "version"])
    return lead


def _step(lead: Lead, old: str, *, by: User, on: date, now: datetime, reason: str) -> None:
    LeadChange.objects.create(
        lead=lead, old=old, new=lead.stage, state=lead.state, on=on, typed_at=now, by=by, reason=reason[:300]
    )


def _sound(lead: Lead, now: datetime) -> None:
    """Wrong with a sentence for each field that can't be."""
    wrong = {}
    today = timezone.localdate(now)
    for name in DAYS:
        if (day := getattr(lead, name)) is not None and day > today:
            wrong[name] = _("The day lies in the future: write it down when it has happened")
        elif day is not None and day < lead.found_on:
            wrong[name] = _("This day is before the lead was found")
    if lead.landing_unit is not None and lead.landing_unit.county_id != lead.county_id:
        wrong["landing_unit"] = _("This unit is another county's")
    if wrong:
        raise Wrong(wrong)


def _past(on: date, now: datetime) -> None:
    if on > timezone.localdate(now):
        raise Wrong({"on": _("The day lies in the future: write it down when it has happened")})
