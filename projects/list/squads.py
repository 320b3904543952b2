"""The list of squads with how many projects each has: what organization lists of them, and the registry's count."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.lists.columns import number_column
from core.lists.filters import Asked
from organization.squads.listing import SQUADS as KNOWN
from organization.squads.models import Squad
from projects.list.asked import GONE
from projects.registry.models import Project


def scope(asked: Asked) -> QuerySet[Squad]:
    """All squads of the county; `projects` counts those of the county, whoever may see them."""
    helped = Project.cooperating_units.through.objects.filter(unit=OuterRef(OuterRef("unit"))).values("project")
    own = Project.objects.filter(Q(lead_unit=OuterRef("unit")) | Q(pk__in=helped)).exclude(state__in=GONE)
    counted = own.order_by().values("county").annotate(number_of=Count("pk")).values("number_of")
    found: QuerySet[Squad] = KNOWN.scope(asked).annotate(projects=Coalesce(Subquery(counted), 0))
    return found


PROJECTS = number_column("projects", _("Projects"), css="n x", chosen=True)
SQUADS = replace(
    KNOWN,
    scope=scope,
    columns=(*KNOWN.columns[:4], PROJECTS, *KNOWN.columns[4:]),  # behind the member units
)
