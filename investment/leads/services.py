"""The writers of leads, and the one door by which a signed lead becomes a project. Money is whole yuan.

All refuse as `core.flow.services` says: NotAllowed, NeedsReason, Wrong, Closed, Stale.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.flow import services as flow
from core.flow.models import ADVANCED
from core.refusals import Closed, NotAllowed, Wrong, require, unseen
from investment.leads.gates import LADDER, WAY
from investment.leads.models import Lead, LeadStage, LeadState
from investment.leads.permissions import can_add_lead, can_edit_lead, can_land
from organization.people.models import User
from organization.permissions import Answer
from organization.units.models import Unit
from projects.choices import InvestmentKind, Nature
from projects.models import Project
from projects.registry import services as registry


def create_lead(*, county: Unit, by: User, now: datetime, **facts: Any) -> Lead:
    """Puts a lead on file."""
    require(can_add_lead(by, county, facts.get("squad")))
    lead = Lead(county=county, **registry.in_codes(facts, county))
    return flow.create(lead, WAY, by=by, now=now, on=lead.found_on)


def edit_lead(lead: Lead, *, by: User, now: datetime, version: int | None = None, **changes: Any) -> Lead:
    """Changes facts; writes only what differs."""

    def allowed(fresh: Lead, changed: Collection[str]) -> None:
        if "squad" in changed and not (answer := can_add_lead(by, lead.county_id, changes["squad"])):
            raise Wrong({"squad": answer.why})

    may = partial(can_edit_lead, by)
    changes = registry.in_codes(changes, lead.county)
    return flow.edit(lead, WAY, changes, by=by, now=now, may=may, version=version, allowed=allowed)


def advance(
    lead: Lead,
    *,
    to: str,
    by: User,
    on: date,
    now: datetime,
    version: int | None = None,
    expect: str | None = None,
) -> Lead:
    """Moves a lead one stage on, up to signed; landing is `land`."""

    def may(fresh: Lead) -> Answer:
        answer = can_edit_lead(by, fresh)
        return Answer(False, str(WAY.words.step)) if answer and to == LeadStage.LANDED else answer

    return flow.advance(lead, WAY, to=to, by=by, on=on, now=now, may=may, version=version, expect=expect)[0]


def lose(lead: Lead, *, by: User, on: date, now: datetime, reason: str, version: int | None = None) -> Lead:
    """Notes that the lead was lost, with a reason; it can be taken up again."""

    def may(fresh: Lead) -> Answer:
        answer, landed = can_edit_lead(by, fresh), fresh.stage == LeadStage.LANDED
        return (
            Answer(False, _("The lead has become a project: it is withdrawn there")) if answer and landed else answer
        )

    return flow.put_aside(lead, WAY, LeadState.LOST, by=by, on=on, now=now, may=may, reason=reason, version=version)[0]


def resume(lead: Lead, *, by: User, on: date, now: datetime, reason: str = "", version: int | None = None) -> Lead:
    """Takes up a lost lead again, in the stage where it stood."""
    may = partial(can_edit_lead, by)
    return flow.resume(lead, WAY, by=by, on=on, now=now, may=may, reason=reason, version=version)[0]


@transaction.atomic
def hand_on(unit: Unit, to: Unit, *, by: User | None, now: datetime, reason: str) -> int:
    """The leads that *unit* follows or that are to land with it, and are no project yet, are those of *to*, since
    *unit* goes; how many."""
    theirs = Q(squad=unit) | Q(landing_unit=unit)
    rows = list(Lead.objects.select_for_update().unlanded().filter(theirs).order_by("pk"))
    for lead in rows:
        changed = [name for name in ("squad", "landing_unit") if getattr(lead, f"{name}_id") == unit.pk]
        for name in changed:
            setattr(lead, name, to)
        flow.bump(lead, changed, by=by, now=now, reason=reason)
    return len(rows)


@transaction.atomic
def classify(county: Unit, *, now: datetime, by: User | None = None) -> list[str]:
    """Sectors of the county's leads become codes where its classes know them, as `registry.classify` does."""
    return registry.recode(Lead.objects.filter(county=county), ["sector"], by=by, now=now)


@transaction.atomic
def land(
    lead: Lead,
    *,
    by: User,
    on: date,
    now: datetime,
    version: int | None = None,
    reason: str = "",
    seen: Iterable[int] | None = None,
) -> Project:
    """Makes a signed lead a project on file, once; both know each other from then on.

    The row of the lead is locked first, so that of two clicks at the same moment the second finds the project that the
    first one made and gets it back, whatever version it had seen. Closed with what is missing; NotAllowed for a lost
    lead and one that is not signed; Wrong and OnFileAlready from the registry (*reason*, *seen* as there).
    """
    fresh = flow.locked(lead)
    require(can_land(by, fresh))
    if fresh.project is not None:
        return fresh.project
    unseen(fresh, version)
    flow.under_way(fresh, WAY)
    if fresh.stage != LeadStage.SIGNED:
        raise NotAllowed(_("Only a signed lead becomes a project"))
    flow.happened(on, now)
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
    flow.step(fresh, ADVANCED, {"project": project, "stage": LeadStage.LANDED}, by=by, on=on, now=now)
    return project
