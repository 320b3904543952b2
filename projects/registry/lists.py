"""What was changed of months that were over, as a list: the line on a month's page leads here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.html import conditional_escape as escape
from django.utils.translation import gettext_lazy as _

from core.amounts import figures
from core.lists import columns
from core.lists.columns import Column, Row, moment_column, moment_day, name_column, text_column, wan_column
from core.lists.filters import Asked, Filter, Option, is_id_of
from core.lists.listing import Listing
from core.lists.spec import ListSpec
from organization.permissions import can_share_view
from organization.units.models import Unit
from projects.registry.models import Project
from projects.registry.months.models import MonthChange
from projects.registry.months.pages import concerns, packages_of
from projects.registry.months.words import LABELS, Names, changed


@dataclass(frozen=True)
class Look(columns.Look):
    names: Names


def look(listing: Listing, pks: list[int] | None) -> Look:
    units = dict(Unit.objects.filter(county=listing.county).order_by().values_list("pk", "short_name"))
    return Look(listing.asked, reverse("projects:page", args=[0]), Names(units, packages_of(county=listing.county)))


def scope(asked: Asked) -> Any:
    """Of the projects that the person sees."""
    return MonthChange.objects.filter(county=asked.county, project__in=Project.objects.visible_to(asked.user))


def _month(row: Row, look: Look) -> str:
    return figures.month(row["month"], look.asked.on)


def _changed(row: Row, look: Look) -> list[str]:
    return changed(row["fields"], look.names, date.fromisoformat(f"{row['month']}-01"))


def _cell(row: Row, look: Look) -> str:
    return "<br>".join(escape(line) for line in _changed(row, look)) or columns.NOTHING


COLUMNS = (
    name_column("project", _("Project"), "project__name", pk="project_id"),
    Column("month", _("Month"), _month, columns.raw("month"), ("month",), sort="month", css="num nw", chosen=True),
    Column(
        "changed",
        _("What changed"),
        _cell,
        lambda row, look: "\n".join(_changed(row, look)),
        ("fields", "month"),
        css="wide",
        head="w",
        chosen=True,
    ),
    wan_column("done", _("Works done: difference")),
    wan_column("plan", _("Plan: difference")),
    text_column("reason", _("Reason"), css="wide", head="w", chosen=True),
    text_column("by", _("Corrected by"), "by__name", css="mut nw x", chosen=True),
    moment_column("at", _("When"), moment_day("at"), css="num mut nw top end", chosen=True),
)


def _months(asked: Asked) -> list[Option]:
    months = scope(asked).order_by("-month").values_list("month", flat=True).distinct()
    return [Option(month, figures.month(month, asked.on)) for month in months]


def _projects(asked: Asked) -> list[Option]:
    projects = Project.objects.filter(pk__in=scope(asked).order_by().values("project"))
    return [Option(str(pk), name) for pk, name in projects.values_list("pk", "name")]


def _units(asked: Asked) -> list[Option]:
    projects = Project.objects.visible_to(asked.user).filter(month_changes__isnull=False)
    units = Unit.objects.filter(pk__in=projects.order_by().values("lead_unit"))
    return [Option(code, name) for code, name in units.values_list("code", "short_name")]


def _of_units(values: list[str], asked: Asked) -> Q:
    units = Unit.objects.filter(county=asked.county, code__in=values)
    return concerns(list(units.order_by("pk").values_list("pk", flat=True)))


def _of_facts(values: list[str], asked: Asked) -> Q:
    known = [value for value in values if value in LABELS]
    return Q(fields__has_any_keys=known) if known else Q(pk__in=[])


def _of_days(values: list[str], asked: Asked) -> Q:
    days = [day for day in map(_day, values) if day]
    return Q(at__date__in=days) if days else Q(pk__in=[])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _days(asked: Asked) -> Iterator[Option]:
    for day in scope(asked).order_by("-at__date").values_list("at__date", flat=True).distinct():
        yield Option(day.isoformat(), figures.day(day, asked.on))


FILTERS = (
    Filter("month", _("Month"), lambda values, asked: Q(month__in=values), _months),
    Filter("unit", _("Lead unit"), _of_units, _units),
    Filter("fact", _("What changed"), _of_facts, list(LABELS.items())),
    Filter("project", _("Project"), is_id_of("project"), _projects, hidden=True),
    Filter("day", _("Day of the correction"), _of_days, lambda asked: list(_days(asked)), hidden=True),
)
CHANGES = ListSpec(
    key="month_changes",
    title=_("Corrections of months"),
    url="projects:month_changes",
    page="projects:page",
    scope=scope,
    columns=COLUMNS,
    filters=FILTERS,
    order=("-at", "-pk"),
    head="project",
    search=lambda text: Q(project__name__icontains=text) | Q(reason__icontains=text),
    find=_("Project, reason"),
    may_share=can_share_view,
    look=look,
    note=_("A correction of a month changes the figures to date of the later months of its year as well."),
    empty=(
        _("No month was corrected yet"),
        _("What changes figures of a month that is over stands here: what, why, who and when."),
    ),
)
LISTS = (CHANGES,)
