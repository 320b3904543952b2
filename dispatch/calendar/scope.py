"""Which projects a rule of the calendar is about. Reads."""

from __future__ import annotations

from datetime import date

from core.days.periods import Period
from dispatch.calendar.rules import CalendarRule
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.classes import ClassRules
from projects.registry.models import Project, ProjectQuerySet
from projects.rosters.scope import members


def within(county: Unit, rule: CalendarRule, on: date) -> ProjectQuerySet:
    """The projects of the county that the rule's scope has on the day *on*: in its stages, from its size on, on its
    list of the year."""
    projects = Project.objects.filter(county=county)
    if rule.stages:
        projects = projects.filter(stage__in=rule.stages)
    if rule.size:
        tier = next((one for one in rules_of(county)[ClassRules].tiers if one.code == rule.size), None)
        projects = projects.filter(total_investment__gte=tier.floor) if tier else projects.none()
    if rule.list:
        projects = projects.filter(pk__in=members(county, rule.list, Period.of(on), on))
    return projects
