"""What an act on many projects makes of each: what is there, what it becomes, why it can't. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from core.lists.acts import Line, Values
from organization.people.models import Post, User
from organization.permissions import Answer
from organization.units.models import Unit
from projects.choices import State
from projects.lifecycle.permissions import can_withdraw
from projects.many.rows import again_on_file, aside, posts_said, sponsors_of, stamps, versions, with_leader
from projects.registry import permissions
from projects.registry.models import Project

Rule = Callable[[Project], tuple[str, str, str]]  # what is there, what it becomes, why not


def _lines(
    user: User, pks: Sequence[int], seen: Mapping[int, int], may: Callable[[User, Project], Answer], rule: Rule
) -> list[Line]:
    """A line a project, in the order of *pks*; those that the person doesn't see have none."""
    visible = Project.objects.visible_to(user).filter(pk__in=pks).select_related("lead_unit", "county")
    projects = {project.pk: project for project in visible}
    found = []
    for project in (projects[pk] for pk in pks if pk in projects):
        was, will, why = rule(project)
        answer = may(user, project)
        why = aside(project) or ("" if answer else answer.why) or why
        href = reverse("projects:page", args=[project.pk])
        found.append(Line(project.pk, project.name, href, seen.get(project.pk, 0), was, will, why))
    return found


def handed(user: User, county: Unit, pks: Sequence[int], now: datetime, values: Values | None) -> list[Line]:
    unit: Unit | None = values["unit"] if values else None
    twins = again_on_file(Project.objects.filter(county=county, pk__in=pks), unit) if unit else set()

    def rule(project: Project) -> tuple[str, str, str]:
        why = ""
        if unit and project.lead_unit_id == unit.pk:
            why = _("It is led by this unit already")
        elif project.pk in twins:
            why = _("This unit has a project of this name already")
        return str(project.lead_unit), str(unit or ""), why

    return _lines(user, pks, versions(pks), permissions.can_change_lead_unit, rule)


def sponsored(user: User, county: Unit, pks: Sequence[int], now: datetime, values: Values | None) -> list[Line]:
    leader: Post | None = values["leader"] if values else None
    sponsors = sponsors_of(pks)

    def rule(project: Project) -> tuple[str, str, str]:
        there = sponsors.get(project.pk, [])
        was = posts_said(one.post for one in there)
        if leader is None:
            return was, "", ""
        already = bool(there) and there[0].post_id == leader.pk
        why = _("This leader stands first already") if already else ""
        return was, posts_said(with_leader(there, leader)), why

    return _lines(user, pks, stamps(pks), permissions.can_set_sponsors, rule)


def withdrawn(user: User, county: Unit, pks: Sequence[int], now: datetime, values: Values | None) -> list[Line]:
    def rule(project: Project) -> tuple[str, str, str]:
        return str(project.get_state_display()), str(State.WITHDRAWN.label), ""

    return _lines(user, pks, versions(pks), can_withdraw, rule)
