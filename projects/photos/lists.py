"""All photos of the county as a list: what is odd about them comes first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.html import conditional_escape as escape
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.amounts import figures
from core.days.periods import Period
from core.lists.columns import Column, Look, Row, moment_column, moment_day, number_column, raw, text_column
from core.lists.filters import Asked, BuiltIn, Filter, Option, is_one_of
from core.lists.listing import Listing
from core.lists.spec import Link, ListSpec
from core.records.order import CodePoints
from core.templatetags.ui import mark
from core.web.asked import month as asked_month
from organization.people.models import Role, User
from organization.permissions import YES, Answer, can_share_view
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.photos.models import Day, Photo, PhotoQuerySet
from projects.rules import MonthlyRules, current_period

ODD = {
    "twin": _("Looks like another photo"),
    "outside": Day.OUTSIDE.label,
    "clock": Day.CLOCK.label,
    "far": _("Far from the site"),
    "none": _("Nothing is odd"),
}


def can_list_photos(user: User, county: Unit | int) -> Answer:
    """All photos of the county: the command office and supervision."""
    if user.holds(Role.OFFICE, Role.SUPERVISION, at=county):
        return YES
    return Answer(False, gettext("Only the command office and supervision see all photos"))


def scope(asked: Asked) -> PhotoQuerySet:
    return Photo.objects.visible_to(asked.user).there().filter(county=asked.county)


def _project(row: Row, look: Look) -> str:
    href = f"{reverse('projects:photos', args=[row['project_id'], row['month']])}#p{row['pk']}"
    return format_html('<a class="name" href="{}">{}</a>', href, row["project__name"])


def _picture(row: Row, look: Look) -> str:
    href = reverse("projects:photo", args=[row["pk"], "thumb"])
    return format_html('<img class="pic" src="{}" alt="" loading="lazy">', href)


def _codes(row: Row) -> list[str]:
    found = ["twin"] if row["twin_id"] else []
    return [*found, *([row["odd_day"]] if row["odd_day"] else []), *(["far"] if row["far"] else [])]


def _odd_value(row: Row, look: Look) -> str:
    return gettext(", ").join(str(ODD[code]) for code in _codes(row)) or figures.NONE


def _odd(row: Row, look: Look) -> str:
    return "".join(f"{mark(ODD[code], 'amber')} " for code in _codes(row)) or figures.NONE


def _month(row: Row, look: Look) -> str:
    return str(escape(figures.month(row["month"], look.asked.on)))


COLUMNS = (
    Column("project", _("Project"), _project, raw("project__name"), ("project__name", "project_id", "month", "pk"),
           sort=CodePoints(F("project__name")), css="first", head="w", chosen=True),
    Column("picture", _("Photo"), _picture, lambda row, look: "", ("pk",), css="", chosen=True),
    text_column("unit", _("Lead unit"), "project__lead_unit__short_name", css="mut nw",
                sort="project__lead_unit__position", chosen=True),
    Column("month", _("month"), _month, raw("month"), ("month",), sort="month", css="nw", chosen=True),
    Column("odd", _("What is odd"), _odd, _odd_value, ("twin_id", "odd_day", "far"), css="wide", chosen=True),
    moment_column("taken_at", _("Taken at"), moment_day("taken_at"), css="num mut nw", chosen=True),
    number_column("metres", _("Metres from the site"), css="n mut x", chosen=True),
    text_column("caption", _("What it shows"), css="wide mut", chosen=True),
    text_column("by", _("Added by"), "by__name", css="mut nw x"),
    moment_column("at", _("Added at"), moment_day("at"), css="num mut nw x"),
)  # fmt: skip


def _is_odd(values: list[str], asked: Asked) -> Q:
    known = {
        "twin": Q(twin__isnull=False),
        "outside": Q(odd_day=Day.OUTSIDE),
        "clock": Q(odd_day=Day.CLOCK),
        "far": Q(far=True),
        "none": Q(flagged=False),
        "any": Q(flagged=True),
    }
    found = Q(pk__in=[])
    for value in values:
        found |= known.get(value, Q(pk__in=[]))
    return found


def _months(asked: Asked) -> list[Option]:
    months = scope(asked).order_by("-month").values_list("month", flat=True).distinct()[:36]
    return [Option(month, figures.month(month, asked.on)) for month in months]


def _units(asked: Asked) -> list[Option]:
    units = Unit.objects.filter(pk__in=scope(asked).order_by().values("project__lead_unit"))
    return [Option(code, name) for code, name in units.values_list("code", "short_name")]


FILTERS = (
    Filter("odd", _("What is odd"), _is_odd, (*ODD.items(), ("any", _("Anything odd")))),
    Filter("month", _("month"), is_one_of("month"), _months),
    Filter("unit", _("Lead unit"), is_one_of("project__lead_unit__code"), _units),
)
VIEWS = (
    BuiltIn("odd", _("To be looked at"), "odd=any"),
    BuiltIn("all", _("All"), ""),
    BuiltIn("twin", _("The same again"), "odd=twin"),
    BuiltIn("far", _("Far away"), "odd=far"),
    BuiltIn("day", _("Another day"), "odd=outside&odd=clock"),
)


def period_of(listing: Listing) -> Period:
    """The one month that the list is narrowed to, else the one that is being reported on."""
    months = listing.values.get("month", [])
    named = asked_month(months[0]) if len(months) == 1 else None
    return named or current_period(listing.asked.on, rules_of(listing.asked.county)[MonthlyRules])


def links(listing: Listing) -> Iterable[Link]:
    period = period_of(listing)
    said = {"month": figures.month(period.first, listing.asked.on)}
    href = reverse("projects:photo_sheet", args=[period])
    return (Link(gettext("Contact sheet of %(month)s (PDF)") % said, href, icon="print"),)


def sub(listing: Listing) -> Iterator[Any]:
    """How many are to be looked at."""
    odd = scope(listing.asked).filter(flagged=True).count()
    yield ngettext("%(n)s photo is to be looked at", "%(n)s photos are to be looked at", odd) % {"n": odd}


PHOTOS = ListSpec(
    key="photos",
    title=_("Photos"),
    url="projects:photo_list",
    scope=scope,
    columns=COLUMNS,
    filters=FILTERS,
    views=VIEWS,
    order=("-at", "-pk"),
    head="project",
    search=lambda text: Q(project__name__icontains=text) | Q(caption__icontains=text),
    find=_("Project, word"),
    may_see=can_list_photos,
    may_share=can_share_view,
    sub=sub,
    links=links,
    empty=(_("No photos yet"), _("Units add them on the page of a report.")),
)
LISTS = (PHOTOS,)
