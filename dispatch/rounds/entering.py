"""What pages say of who a round asks: since when, who fell out, who came on file later. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from core.days.periods import Period
from core.records.order import last
from dispatch.rounds.models import Round, RoundRow
from dispatch.rounds.permissions import can_enter
from dispatch.rounds.services import outside, title
from organization.people.models import User
from organization.permissions import UNIT_ROLES, units_of
from organization.units.models import Unit
from projects.models import Project


@dataclass(frozen=True)
class Later:
    """What a round has beside the rows that it opened with."""

    round: Round
    moved: Sequence[RoundRow]  # those that came in later or fell out
    outside: Sequence[Project]  # those that came on file later and that the person may bring in


def later(opened: Round, user: User, *, still_open: bool) -> Later:
    """For the page of a round: two queries, and one for who isn't the office."""
    moved = RoundRow.objects.filter(~Q(out="") | Q(since__isnull=False), round=opened)
    rows = moved.select_related("unit", "project", "added_by").order_by("unit__position", "unit", "pk")
    return Later(opened, list(rows), may_bring_in(opened, user) if still_open else [])


def may_bring_in(opened: Round, user: User, unit: Unit | None = None) -> list[Project]:
    """The projects that have no row in the open round, of *unit* and all below it if it is given, and that *user* may
    bring in."""
    found = outside(opened)
    if not user.is_office_of(opened.county_id):
        own = units_of(user, *UNIT_ROLES, county=opened.county)
        found = found.filter(lead_unit__in=Unit.objects.below(own).values("pk"))
    if unit is not None:
        found = found.led_by(unit)
    return list(found.select_related("lead_unit").order_by("lead_unit__position", "lead_unit", last("number"), "pk"))


@dataclass(frozen=True)
class Line:
    """An open round on the page of a project: its row there, or that it can come in."""

    round: Round
    row: RoundRow | None
    wanted: bool  # it would have to report if the round opened now
    may: bool

    @cached_property
    def title(self) -> str:
        return title(self.round)

    @property
    def monthly(self) -> bool:
        return self.round.kind == Round.Kind.MONTHLY


@dataclass(frozen=True)
class OfProject:
    """Since which month a project reports, and how it stands in the rounds that are open."""

    first: Period | None
    lines: Sequence[Line]


def of_project(project: Project, user: User) -> OfProject:
    """Three queries, and one for each open round that the project isn't in."""
    months = RoundRow.objects.asked().filter(project=project, round__kind=Round.Kind.MONTHLY)
    first = months.order_by("round__period").values_list("round__period", flat=True).first()
    opened = list(Round.objects.still_open(project.county_id).select_related("county").order_by("due_at", "pk"))
    rows = {
        row.round_id: row
        for row in RoundRow.objects.filter(project=project, round__in=opened).select_related("added_by")
    }
    may = can_enter(user, project).ok
    lines = []
    for one in opened:
        row = rows.get(one.pk)
        wanted = row is None and outside(one).filter(pk=project.pk).exists()
        if row is not None or wanted:
            lines.append(Line(one, row, wanted, may))
    return OfProject(Period.parse(first) if first else None, lines)
