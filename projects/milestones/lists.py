"""All milestones as a list: planned, forecast, reached, late, at risk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.translation import gettext_lazy as _

from core.lists.columns import (
    Column,
    Look,
    Row,
    coded_column,
    day_column,
    name_column,
    text_column,
)
from core.lists.filters import Asked, BuiltIn, Filter, Option, is_one_of
from core.lists.listing import Listing
from core.lists.spec import Link, ListSpec
from core.shapes import said
from core.templatetags.ui import light_html
from organization.permissions import can_share_view
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.choices import Stage, State
from projects.milestones.models import Milestone
from projects.milestones.pages import point_of
from projects.milestones.rules import COLOURS, WORDS, ScheduleRules, Verdict, state_of, verdicts


def scope(asked: Asked) -> QuerySet[Any]:
    """Those of projects that are under way or finished."""
    gone = (State.WITHDRAWN, State.MERGED, State.SPLIT)
    rows = Milestone.objects.visible_to(asked.user).filter(county=asked.county, project__county=asked.county)
    return rows.exclude(project__state__in=gone).with_actual()


@dataclass(frozen=True)
class Stands(Look):
    """How each milestone of the page stands."""

    verdicts: Mapping[int, Verdict] = field(default_factory=dict)


def _by_project(rows: QuerySet[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows.order_by("project_id", "position", "pk"):
        found.setdefault(row.project_id, []).append(row)
    return found


def look(listing: Listing, pks: list[int] | None) -> Stands:
    """A milestone's state hangs on those before it: the whole schedules of the page's projects are read."""
    rows_shown = listing.found() if pks is None else Milestone.objects.filter(pk__in=pks)
    shown: Any = rows_shown.order_by().values("project")
    rules, on = rules_of(listing.asked.county)[ScheduleRules], listing.asked.on
    known: dict[int, Verdict] = {}
    for rows in _by_project(Milestone.objects.filter(project__in=shown).with_actual()).values():
        found = verdicts([point_of(row) for row in rows], on, rules)
        known |= {row.pk: found[row.code] for row in rows}
    return Stands(listing.asked, reverse("projects:schedule", args=[0]), known)


def _verdict(row: Row, look: Any) -> Verdict:
    return look.verdicts.get(row["pk"]) or Verdict("open")


def _state(row: Row, look: Any) -> str:
    state = _verdict(row, look).state
    return light_html(COLOURS[state], WORDS[state])


def _state_value(row: Row, look: Any) -> str:
    return str(WORDS[_verdict(row, look).state])


def _why(row: Row, look: Any) -> str:
    return _verdict(row, look).why


def _why_shown(row: Row, look: Any) -> str:
    return conditional_escape(_why(row, look))


def _name(row: Row, look: Any) -> str:
    return said(row["label"], row["label_en"])


def _shown(row: Row, look: Any) -> str:
    return conditional_escape(_name(row, look))


COLUMNS = (
    name_column("project", _("Project"), "project__name", pk="project_id", head=""),
    text_column(
        "unit",
        _("Lead unit"),
        "project__lead_unit__short_name",
        css="mut nw",
        sort="project__lead_unit__position",
        chosen=True,
    ),
    Column("milestone", _("Milestone"), _shown, _name, ("label", "label_en"), sort="label", chosen=True),
    coded_column("stage", _("Stage"), Stage, chosen=True),
    day_column("planned_on", _("Planned for"), css="num nw", named=True, chosen=True),
    day_column("forecast_on", _("Forecast for"), css="num nw", named=True, chosen=True),
    day_column("actual_on", _("Reached on"), css="num nw", named=True, chosen=True),
    Column("state", _("State"), _state, _state_value, ("pk",), css="nw top end", chosen=True),
    Column("why", _("Why"), _why_shown, _why, ("pk",), css="mut wide", head="w", chosen=True),
    day_column("first_on", _("First planned for")),
)


def _risky(asked: Asked) -> list[int]:
    """The keys of those that are at risk: it hangs on those before them, so all schedules are read."""
    rules = rules_of(asked.county)[ScheduleRules]
    found = []
    for rows in _by_project(scope(asked)).values():
        points = {row.code: point_of(row) for row in rows}
        found += [row.pk for row in rows if state_of(points[row.code], points, asked.on, rules) == "risk"]
    return found


def _state_is(values: list[str], asked: Asked) -> Q:
    late = Q(planned_on__lt=asked.on - timedelta(days=rules_of(asked.county)[ScheduleRules].late_days))
    found = Q(pk__in=[])
    for value in values:
        if value == "done":
            found |= Q(actual_on__isnull=False)
        elif value == "late":
            found |= Q(actual_on=None) & late
        elif value == "risk":
            found |= Q(pk__in=_risky(asked))
        elif value == "open":
            found |= Q(actual_on=None) & ~late & ~Q(pk__in=_risky(asked))
        elif value == "overdue":
            found |= Q(actual_on__gt=F("planned_on"))
    return found


def _units(asked: Asked) -> list[Option]:
    units = Unit.objects.filter(pk__in=scope(asked).order_by().values("project__lead_unit"))
    return [Option(code, name) for code, name in units.values_list("code", "short_name")]


STATES = (*WORDS.items(), ("overdue", _("Reached late")))
FILTERS = (
    Filter("state", _("State"), _state_is, STATES),
    Filter("unit", _("Lead unit"), is_one_of("project__lead_unit__code"), _units),
    Filter("stage", _("Stage"), is_one_of("stage"), Stage.choices),
)
VIEWS = (
    BuiltIn("all", _("All"), ""),
    BuiltIn("late", _("Late"), "state=late"),
    BuiltIn("risk", _("At risk"), "state=risk"),
    BuiltIn("done", _("Reached"), "state=done"),
)


def links(listing: Listing) -> Iterator[Link]:
    yield Link(_("Wall chart"), reverse("projects:wall"))


MILESTONES = ListSpec(
    key="milestones",
    title=_("Milestones"),
    url="projects:milestones",
    page="projects:schedule",
    scope=scope,
    columns=COLUMNS,
    filters=FILTERS,
    views=VIEWS,
    order=("planned_on", "pk"),
    head="project",
    search=lambda text: (
        Q(project__name__icontains=text)
        | Q(label__icontains=text)
        | Q(label_en__icontains=text)
        | Q(project__lead_unit__name__icontains=text)
    ),
    find=_("Project, milestone, unit"),
    may_share=can_share_view,
    look=look,
    links=links,
    empty=(_("No milestone is planned yet"), _("Who works on a project lays its schedule on its page.")),
)
LISTS = (MILESTONES,)
