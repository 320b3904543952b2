"""The numbers of projects in the menu: those that are counted, and what they are with a package as one."""

from __future__ import annotations

from core.navigation import Count
from organization.people.models import User
from projects.registry.models import Project, ProjectQuerySet
from projects.registry.months.counts import count_of
from projects.reports.months import NO_PACKAGE


def visible(user: User) -> Count:
    return _both(Project.objects.visible_to(user))


def sponsored(user: User) -> Count:
    return _both(Project.objects.sponsored_by(user))


def _both(found: ProjectQuerySet) -> Count:
    both = count_of(found.active().filter(NO_PACKAGE))
    return both.each, False, both.said
