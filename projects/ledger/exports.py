"""The registry as a file of its own, found again by a worker where it is large."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.exports import Export, Sheet
from core.records.order import last
from core.tables.writing import write_table
from core.web.asked import key
from organization.people.models import User
from projects.ledger.export import write_registry
from projects.ledger.models import LedgerImport
from projects.ledger.pages import problem_table
from projects.ledger.permissions import can_import
from projects.registry.models import Project
from projects.reports.months import latest_period


def open_registry(user: User, query: QueryDict, now: datetime) -> Sheet:
    """The whole registry as a ledger up to the newest reported month. Raises PermissionDenied."""
    county = user.county
    if county is None or not (answer := can_import(user, county)):
        raise PermissionDenied(answer.why if county else _("Your account belongs to no county yet"))
    period = latest_period(county, timezone.localdate(now))
    title = _("Registry %(period)s") % {"period": period}
    projects = Project.objects.filter(county=county).order_by(last("number"), "pk")
    return Sheet(
        export=REGISTRY.key,
        query="",
        name=f"{title}.xlsx",
        page=reverse("projects:imports"),
        rows=projects.count,
        content=lambda: write_registry(projects, period, title=title),
    )


def open_problems(user: User, query: QueryDict, now: datetime) -> Sheet:
    """The problems of one import as a table, to be mended in Excel. Raises PermissionDenied."""
    county = user.county
    if county is None or not (answer := can_import(user, county)):
        raise PermissionDenied(answer.why if county else _("Your account belongs to no county yet"))
    ledger = (
        LedgerImport.objects.filter(county=county, pk=key(query.get("ledger")) or 0).select_related("file").first()
    )
    if ledger is None:
        raise PermissionDenied(_("There is no such import"))
    title, found = _("Problems of %(file)s") % {"file": ledger.file.name}, ledger.result["problems"]
    return Sheet(
        export=PROBLEMS.key,
        query=f"ledger={ledger.pk}",
        name=f"{title}.xlsx",
        page=reverse("projects:import", args=[ledger.pk]),
        rows=lambda: len(found),
        content=lambda: write_table(*problem_table(found), title=title),
    )


REGISTRY = Export("registry", open_registry)
PROBLEMS = Export("ledger_problems", open_problems)
EXPORTS = (REGISTRY, PROBLEMS)
