"""The project list: whose projects, as of which month, and what its cells need beside their rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, When
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.amounts import figures
from core.days.periods import Period
from core.indicators import pace
from core.lists.kept import kept
from core.lists.listing import Listing
from core.lists.spec import Link
from core.records.columnar import Among
from core.records.prepared import prepared
from core.shapes import said
from core.web.asked import month
from organization.people.models import User
from organization.permissions import sees_whole_county, units_of
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.classes import ClassRules
from projects.indicators import PLANNED, needed_items, number_of
from projects.ledger.permissions import can_import
from projects.lights import code_of, measured
from projects.list.asked import GONE, NAMED, Asked
from projects.list.columns import Look
from projects.registry import permissions
from projects.registry.models import Project, Sponsor
from projects.registry.months.models import MonthChange, ProjectMonth, ProjectMonthQuerySet
from projects.registry.months.pages import changes_of
from projects.reports.months import is_closed, latest_period
from projects.rules import LightRules, MonthlyRules, current_period


def ask(user: User, county: Unit, query: QueryDict, now: datetime) -> Asked:
    """As of the month that the address names, else (or if that is to come or has no rows) of the newest month with
    counted reports. Who hasn't reported is asked of the month that is being reported on."""
    on, rules = timezone.localdate(now), rules_of(county)
    named = month(query.get("period"))
    if named and (named > Period.of(on) or not _any_of(county.pk, named)):
        named = None
    if named or not query.getlist("report"):
        return Asked(user, county, now, named or latest_period(county, on), rules, str(named or ""))
    return Asked(user, county, now, current_period(on, rules[MonthlyRules]), rules)


@prepared
def _any_of(county: int, period: Period) -> QuerySet[Any, Any]:
    return ProjectMonth.objects.of(county, period).order_by().values_list("pk")[:1]


def scope(asked: Asked) -> ProjectMonthQuerySet:
    """The month's rows of what the person may see today; `rated` are the works that have a plan to be measured by."""
    # The county twice: its projects are joined together, and not one by one.
    rows = asked.rows.filter(project__county=asked.county)
    rows = rows.annotate(rated=Case(When(PLANNED, then=F("done")), output_field=BigIntegerField()))
    if asked.visible is None:
        return rows
    by_name = len(asked.visible) <= NAMED  # as values they are found by index, whatever else is asked
    mine: Any = asked.visible if by_name else Project.objects.visible_to(asked.user).order_by().values("pk")
    return rows.filter(project__in=mine)


def bring(found: QuerySet[Any], asked: Asked, needs: frozenset[str]) -> QuerySet[Any]:
    """*found* with the light and the approvals of the checklist: only where somebody asks for them."""
    if "light" in needs:
        found = found.annotate(light=code_of(asked.period, asked.rules[LightRules]))
    if "checklist" in needs:
        items = needed_items(asked.period)
        found = found.annotate(items_d=number_of(items), items_n=number_of(items.obtained(asked.period.last)))
    return found


def rows_mark(asked: Asked) -> str:
    """The month's rows, which of them the person may see, and by which rules their lights are."""
    return f"{asked.county.pk} {asked.period} {asked.mark} {asked.rules[LightRules]} {asked.visible}"


def projects_mark(asked: Asked) -> str:
    """The county's projects as they are today."""
    return f"{asked.county.pk} {asked.marks[1]}"


def search(text: str) -> Q:
    return Project.objects.matching(text, "project__")


def look(listing: Listing, pks: list[int] | None) -> Look:
    wanted = any(column.key == "sponsors" for column in listing.columns)
    sponsors = _sponsors(listing.found() if pks is None else pks) if wanted else {}
    asked: Asked = listing.asked
    units = {unit.pk: unit.called_on(asked.period.last) for unit in asked.units}
    href = reverse("projects:page", args=[0])
    return Look(asked.period, asked.rules[LightRules], href, sponsors, units, asked.rules[ClassRules])


def _sponsors(projects: Any) -> dict[int, str]:
    """The sponsors' titles by project: one query for a page, or for a whole list."""
    found: dict[int, list[str]] = {}
    several = isinstance(projects, QuerySet)
    which: Any = Q(project__in=projects.values("project")) if several else Among("project", projects)
    scope = Sponsor.objects.filter(which)
    titles = scope.order_by("position", "pk").values_list("project", "post__title", "post__title_en")
    for pk, title, english in titles:
        found.setdefault(pk, []).append(said(title, english))
    comma = _(", ")
    return {pk: comma.join(names) for pk, names in found.items()}


# words --------------------------------------------------------------------------------------------------------------


def sub(listing: Listing) -> Iterator[str]:
    period: Period = listing.asked.period
    yield _("figures as of %(day)s") % {"day": figures.day(min(period.last, listing.asked.on))}
    yield _("pace %(pace)s") % {"pace": figures.pct(pace(period))}
    if said := measured(period, listing.asked.on):  # the stage is today's, the pace goes by whole months
        yield said
    yield _closed(listing.asked)
    if listing.grouped:
        yield _("%(n)s sub-projects and single projects%(ones)s; on tabs the second number") % {
            "n": listing.count,
            "ones": listing.grouped,
        }


@dataclass(frozen=True)
class Remarks:
    """What is said between filters and rows: projects that came on file after the month, and what changed its figures
    since."""

    later: str = ""
    later_href: str = ""
    month_changes: Sequence[Any] = ()


def remarks(listing: Listing) -> Remarks:
    asked: Asked = listing.asked
    changes = _changes(asked)
    current = Period.of(asked.on)
    later = _later(asked) if asked.period < current else 0
    if not later:
        return Remarks(month_changes=changes)
    words = ngettext(
        "%(n)s project came on file after %(day)s and isn't on this list",
        "%(n)s projects came on file after %(day)s and aren't on this list",
        later,
    )
    said = words % {"n": later, "day": figures.day(asked.period.last)}
    return Remarks(said, listing.home + listing.address(period=str(current)), changes)


def _changes(asked: Asked) -> Sequence[Any]:
    """Asked for only where the county has any of the month: each comes with a row of it that is written."""
    mark = f"{asked.county.pk} {asked.period} {asked.mark}"
    if not kept(
        "changed", mark, lambda: MonthChange.objects.filter(county=asked.county, month=str(asked.period)).exists()
    ):
        return ()
    county, user = asked.county, asked.user
    units = None if sees_whole_county(user, county) else asked.below(unit.pk for unit in units_of(user, county=county))
    return changes_of(county, asked.period, units)


def _later(asked: Asked) -> int:
    """Where the day from which a project counts passes the month, a row of the month comes or goes."""
    on_file = Project.objects.visible_to(asked.user).exclude(state__in=GONE)
    count = on_file.filter(counts_from__gt=asked.period.last).count
    return kept("later", f"{rows_mark(asked)} {projects_mark(asked)}", count)


def _closed(asked: Asked) -> str:
    if is_closed(asked.county, asked.period):
        return _("the month is closed")
    return _("the month is still open, figures may change")


def links(listing: Listing) -> Iterator[Link]:
    yield Link(_("Map"), reverse("projects:map") + listing.address(page=None), "pin")
    yield Link(_("Wall chart"), reverse("projects:wall") + listing.address())
    if can_import(listing.user, listing.asked.county):
        yield Link(_("Import a ledger"), reverse("projects:imports"), "in")
    if permissions.can_register(listing.user, listing.asked.county):
        yield Link(_("New project"), reverse("projects:new"), primary=True)


def file_name(listing: Listing) -> str:
    return _("Projects %(period)s") % {"period": listing.asked.period}


def subtitle(listing: Listing) -> str:
    period: Period = listing.asked.period
    said = _("As of %(day)s, pace %(pace)s%%") % {
        "day": min(period.last, listing.asked.on),
        "pace": f"{float(pace(period)):.1f}",
    }
    return _(", ").join([said, _closed(listing.asked)])
