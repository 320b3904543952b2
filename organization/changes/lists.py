"""The list of units: those that there are, and those that there were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.affected import counted
from core.amounts import figures
from core.lists.columns import Column, Look, coded_column, day_column, name_column, number_column, text_column
from core.lists.filters import Asked, BuiltIn, Filter, is_one_of
from core.lists.listing import Listing
from core.lists.spec import ListSpec
from core.tables.writing import Format
from organization.changes.permissions import can_see_units
from organization.permissions import can_share_view
from organization.units.models import Unit, UnitKind

PEOPLE = "people"


@dataclass(frozen=True)
class UnitsLook(Look):
    led: dict[int, int]  # projects of each unit


def scope(asked: Asked) -> QuerySet[Unit]:
    return Unit.objects.filter(county=asked.county)


def bring(found: QuerySet[Any], asked: Asked, needs: frozenset[str]) -> QuerySet[Any]:
    if PEOPLE not in needs:
        return found
    held = Q(posts__active=True, posts__holder__is_active=True)
    brought: QuerySet[Any] = found.annotate(people=Count("posts__holder", filter=held, distinct=True))
    return brought


def look(listing: Listing, pks: list[int] | None) -> UnitsLook:
    known = scope(listing.asked).values_list("pk", flat=True) if pks is None else pks
    return UnitsLook(listing.asked, reverse("organization:unit", args=[0]), counted(known))


def _there(values: list[str], asked: Any) -> Q:
    return Q(active="yes" in values)


COLUMNS = (
    name_column("name", _("Unit")),
    text_column("code", pgettext_lazy("unit", "Code"), chosen=True),
    coded_column("kind", _("Kind of unit"), UnitKind, css="mut", chosen=True),
    text_column(
        "parent", _("Below"), "parent__short_name", css="mut", sort="parent__position", chosen=True, named=True
    ),
    day_column("since", _("First day"), chosen=True),
    day_column("until", _("Last day"), css="num mut", chosen=True, named=True),
    text_column("merged_into", _("Merged into"), "merged_into__short_name", chosen=True),
    number_column("people", _("People"), needs=PEOPLE, chosen=True, named=True),
    Column(
        "led",
        _("Projects led"),
        lambda row, look: figures.grouped(look.led.get(row["pk"], 0)),
        lambda row, look: look.led.get(row["pk"], 0),
        format=Format.NUMBER,
        css="n",
        head="n",
        chosen=True,
        named=True,
    ),
)
FILTERS = (
    Filter("kind", _("Kind of unit"), is_one_of("kind"), UnitKind.choices),
    Filter("there", _("Valid"), _there, (("yes", _("valid now")), ("no", _("not valid now")))),
)
UNITS = ListSpec(
    key="units",
    title=_("Units"),
    url="organization:units",
    scope=scope,
    columns=COLUMNS,
    filters=FILTERS,
    views=(
        BuiltIn("there", _("Valid now"), "there=yes"),
        BuiltIn("gone", _("Not valid now"), "there=no"),
        BuiltIn("all", _("All"), ""),
    ),
    order=("position", "pk"),
    page="organization:unit",
    search=lambda text: Q(name__icontains=text) | Q(short_name__icontains=text) | Q(code__icontains=text),
    find=_("Name, code"),
    bring=bring,
    look=look,
    may_see=can_see_units,
    may_share=can_share_view,
    sub=lambda listing: [_("Open a unit to rename, move, merge or close it")],
    empty=(_("No unit is on file yet"), _("Units come with the county's file and with its ledger.")),
)
LISTS = (UNITS,)
