"""What the list of squads shows of them (D02): who heads them, who leads and belongs to them, from when to when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.html import conditional_escape as escape
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.lists.columns import NOTHING, Column, Look, Row, day_column, name_column, number_column, text_column
from core.lists.filters import Asked, BuiltIn, Filter, Option, is_id_of
from core.lists.listing import Listing
from core.lists.spec import Link, ListSpec
from core.shapes import said
from organization.permissions import can_share_view
from organization.squads.models import Squad, within_days
from organization.squads.permissions import can_manage_squads
from organization.units.models import Unit


def scope(asked: Asked) -> QuerySet[Squad]:
    return Squad.objects.filter(unit__county=asked.county).annotate(member_units=Count("members", distinct=True))


@dataclass(frozen=True)
class SquadLook(Look):
    heads: dict[int, list[str]] = field(default_factory=dict)


def look(listing: Listing, pks: list[int] | None) -> SquadLook:
    wanted: Any = listing.found().values("pk") if pks is None else pks
    rows = Squad.heads.through.objects.filter(squad__in=wanted)
    heads: dict[int, list[str]] = {}
    titles = rows.order_by("post__unit__position", "post__position", "post")
    for squad, title, english in titles.values_list("squad", "post__title", "post__title_en"):
        heads.setdefault(squad, []).append(said(title, english))
    return SquadLook(listing.asked, reverse("organization:squad", args=[0]), heads)


def _heads_value(row: Row, look: SquadLook) -> str:
    return str(_(", ")).join(look.heads.get(row["pk"], []))


def _heads(row: Row, look: SquadLook) -> str:
    return str(escape(_heads_value(row, look))) or NOTHING


COLUMNS = (
    name_column("name", _("Squad"), "unit__name"),
    Column("heads", _("Heads"), _heads, _heads_value, css="wide", chosen=True),
    text_column("lead", _("Leading unit"), "lead__short_name", css="", sort="lead__position", named=True, chosen=True),
    number_column("member_units", _("Member units"), css="n top", named=True, chosen=True),
    day_column("since", _("Since"), chosen=True),
    day_column("until", _("Last day"), chosen=True),
)


def _leads(asked: Asked) -> list[Option]:
    units = Unit.objects.filter(led_squads__unit__county=asked.county).distinct()
    return [Option(str(pk), name) for pk, name in units.values_list("pk", "short_name")]


def _days(values: list[str], asked: Asked) -> Q:
    found, now = Q(pk__in=[]), within_days(asked.on)
    if "now" in values:
        found |= now
    if "over" in values:
        found |= Q(until__lt=asked.on)
    if "later" in values:
        found |= Q(since__gt=asked.on)
    return found


def _mine(values: list[str], asked: Asked) -> Q:
    if "me" not in values:
        return Q(pk__in=[])
    return Q(pk__in=Squad.objects.of_user(asked.user, on=asked.on).values("pk"))


FILTERS = (
    Filter("lead", _("Leading unit"), is_id_of("lead"), _leads),
    Filter("days", _("State"), _days, (("now", _("at work")), ("later", _("not begun")), ("over", _("ended")))),
    Filter("whose", _("Whose"), _mine, (("me", _("those I belong to")),), hidden=True),
)


def sub(listing: Listing) -> Iterator[Any]:
    at_work = scope(listing.asked).filter(within_days(listing.asked.on)).count()
    yield ngettext("%(n)s at work today", "%(n)s at work today", at_work) % {"n": at_work}


def links(listing: Listing) -> Iterator[Link]:
    if can_manage_squads(listing.user, listing.asked.county):
        yield Link(_("Form a squad"), reverse("organization:squad_new"), primary=True)


SQUADS = ListSpec(
    key="squads",
    title=_("Squads"),
    url="projects:squads",  # the registry adds what it counts (`projects/list/squads.py`)
    page="organization:squad",
    scope=scope,
    columns=COLUMNS,
    filters=FILTERS,
    views=(
        BuiltIn("all", _("All"), ""),
        BuiltIn("now", _("At work"), "days=now"),
        BuiltIn("mine", _("Mine"), "whose=me"),
    ),
    order=("unit__position", "pk"),
    search=lambda text: Q(unit__name__icontains=text) | Q(lead__name__icontains=text),
    find=_("Squad, lead unit"),
    may_share=can_share_view,
    look=look,
    sub=sub,
    links=links,
    empty=(
        _("No squad is on file yet"),
        _("Squads come with the county's profile, or the command office forms them here."),
    ),
)
