"""Problems and instructions by squad: what the figures on a squad's page open."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.lists.filters import Filter, Option
from core.lists.narrows import Narrow
from core.web.asked import keys
from organization.squads.models import Squad
from projects.registry.models import Project


def _projects(values: list[str], asked: Any) -> Any:
    squads = Squad.objects.filter(unit__county=asked.county, pk__in=keys(values))
    return Project.objects.filter(county=asked.county).of_squads(squads).order_by().values("pk")


def _problems(values: list[str], asked: Any) -> Q:
    return Q(project__in=_projects(values, asked))


def _instructions(values: list[str], asked: Any) -> Q:
    projects = _projects(values, asked)
    return Q(project__in=projects) | Q(problem__project__in=projects)


def _options(asked: Any) -> list[Option]:
    squads = Squad.objects.filter(unit__county=asked.county).select_related("unit")
    return [Option(str(squad.pk), str(squad), False) for squad in squads]


NARROWS = (
    Narrow("problems", Filter("squad", _("Squad"), _problems, _options, hidden=True)),
    Narrow("instructions", Filter("squad", _("Squad"), _instructions, _options, hidden=True)),
)
