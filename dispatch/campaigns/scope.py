"""Which projects a campaign is about. Reads."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from core.days.periods import Period
from dispatch.campaigns.models import Campaign
from projects.registry.models import Project, ProjectQuerySet
from projects.rosters.models import Roster
from projects.rosters.scope import members, rosters_of


def projects_of(campaign: Campaign, on: date, *, standing: Project | None = None) -> ProjectQuerySet:
    """Those that its tasks may be tied to: on its list of the year as it stands on *on*, or all that are pursued; and
    *standing*, to which one is tied."""
    found = Project.objects.filter(county=campaign.county_id).active()
    if not campaign.listed:
        return found
    of = Period.of(min(max(on, campaign.first_on), campaign.last_on))
    return found.filter(
        Q(pk__in=members(campaign.county, campaign.listed, of, on)) | Q(pk=standing.pk if standing else None)
    )


def roster_of(campaign: Campaign) -> Roster | None:
    """Its list, of the year in which it begins."""
    if not campaign.listed:
        return None
    return next(
        (one for one in rosters_of(campaign.county, campaign.first_on.year) if one.code == campaign.listed), None
    )
