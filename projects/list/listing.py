"""The project list: whose projects, as of which month, and what its cells need beside their rows.

What only changes when somebody writes (counts, totals, options) is kept under the newest row of history: exact, and
nothing has to be told that it is out of date.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.amounts import figures
from core.days.periods import Kind, Period
from core.indicators import pace
from core.lists.listing import Listing
from core.lists.spec import Link
from core.shapes import said
from organization.people.models import Post, User
from organization.portfolios.models import Portfolio
from organization.profiles.rules import rules_of
from organization.squads.models import Squad
from organization.units.models import Unit
from projects.choices import ReportStatus
from projects.classes import ClassRules
from projects.ledger.permissions import can_import
from projects.list.columns import Look
from projects.list.filters import Asked
from projects.plans.models import AnnualPlan
from projects.registry import permissions
from projects.registry.models import Project, ProjectQuerySet, Sponsor
from projects.reports.figures import with_figures, with_light
from projects.reports.models import MonthlyReport
from projects.rules import LightRules


@cache
def _newest_sql() -> str:
    """The newest row of each history and the newest month with counted reports, as one row. Written as SQL once:
    the primary keys answer it in microseconds; building nine subqueries anew would cost more than the page's rows."""
    models = (Project, AnnualPlan, MonthlyReport, Sponsor, Unit, Post, Squad, Portfolio)
    histories = [model.history.model._meta.db_table for model in models]
    report, project = MonthlyReport._meta.db_table, Project._meta.db_table
    parts = [f'(SELECT MAX(history_id) FROM "{name}")' for name in histories]  # noqa: S608
    # EXISTS and no join: so the index of months is read from its end. Only names of our own tables are put in.
    month = f"""(SELECT r.month FROM "{report}" r WHERE r.status = %s AND r.month <= %s AND EXISTS (
        SELECT 1 FROM "{project}" p WHERE p.id = r.project_id AND p.county_id = %s) ORDER BY r.month DESC LIMIT 1)"""  # noqa: S608
    return f"SELECT {', '.join([*parts, month])}"


def newest(county: Unit, on: date) -> tuple[str, str | None]:
    """What everything known now hangs on: the newest rows of history as one text, and the newest month up to *on* with
    counted reports (as `reporting.latest_period`). One query."""
    with connection.cursor() as cursor:
        cursor.execute(_newest_sql(), [ReportStatus.ACCEPTED.value, str(Period.of(on)), county.pk])
        row = cursor.fetchone()
    return "-".join(str(value or 0) for value in row[:-1]), row[-1]


def ask(user: User, county: Unit, query: QueryDict, now: datetime) -> Asked:
    """As of the month that the address names, else of the newest month with counted reports."""
    on = timezone.localdate(now)
    known, newest_month = newest(county, on)
    named = _month(query.get("period", ""))
    period = named or _month(newest_month or "") or Period.of(on).previous()
    return Asked(user, county, now, period, rules_of(county), known, str(named or ""))


def _month(text: str) -> Period | None:
    try:
        period = Period.parse(text)
    except ValueError:
        return None
    return period if period.kind is Kind.MONTH else None


def scope(asked: Asked) -> ProjectQuerySet:
    return Project.objects.visible_to(asked.user)


def bring(found: QuerySet[Any], asked: Asked, needs: frozenset[str]) -> QuerySet[Any]:
    """*found* with the year's figures, or with the light, which needs them: only where somebody asks for them."""
    if "light" in needs:
        return with_light(found, asked.period, asked.rules[LightRules])
    return with_figures(found, asked.period) if needs else found


def look(listing: Listing, pks: list[int] | None) -> Look:
    wanted = any(column.key == "sponsors" for column in listing.columns)
    sponsors = _sponsors(listing.found() if pks is None else pks) if wanted else {}
    period, rules = listing.asked.period, listing.asked.rules
    return Look(period, rules[LightRules], reverse("projects:page", args=[0]), sponsors, rules[ClassRules])


def _sponsors(projects: Any) -> dict[int, list[str]]:
    """The sponsors' titles by project: one query for a page, or for a whole list."""
    if isinstance(projects, QuerySet):
        projects = projects.values("pk")
    found: dict[int, list[str]] = {}
    scope = Sponsor.objects.filter(project__in=projects)
    titles = scope.order_by("position", "pk").values_list("project", "post__title", "post__title_en")
    for pk, title, english in titles:
        found.setdefault(pk, []).append(said(title, english))
    return found


# words --------------------------------------------------------------------------------------------------------------


def sub(listing: Listing) -> Iterator[str]:
    period: Period = listing.asked.period
    yield _("figures as of %(day)s") % {"day": figures.day(period.last)}
    yield _("pace %(pace)s") % {"pace": figures.pct(pace(period))}


def links(listing: Listing) -> Iterator[Link]:
    if can_import(listing.user, listing.asked.county):
        yield Link(_("Import a ledger"), reverse("projects:imports"), "in")
    if permissions.can_register(listing.user, listing.asked.county):
        yield Link(_("New project"), reverse("projects:new"), primary=True)


def file_name(listing: Listing) -> str:
    return _("Projects %(period)s") % {"period": listing.asked.period}


def subtitle(listing: Listing) -> str:
    period: Period = listing.asked.period
    return _("As of %(day)s, pace %(pace)s%%") % {"day": period.last, "pace": f"{float(pace(period)):.1f}"}
