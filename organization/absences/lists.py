"""The list of posts and accounts, with who is away today."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from django.db.models import Q
from django.urls import reverse
from django.utils.html import conditional_escape as escape
from django.utils.translation import gettext_lazy as _

from core.lists.columns import NOTHING, Column, Look, Row
from core.lists.filters import Asked, BuiltIn, Filter
from core.lists.listing import Listing
from organization.absences.models import Absence
from organization.absences.words import short
from organization.people.listing import PEOPLE as KNOWN


@dataclass(frozen=True)
class PeopleLook(Look):
    away: dict[int, Absence] = field(default_factory=dict)


def look(listing: Listing, pks: list[int] | None) -> PeopleLook:
    asked = listing.asked
    away = Absence.objects.on(asked.on).filter(post__unit__county=asked.county).whole()
    return PeopleLook(asked, reverse("organization:post", args=[0]), {one.post_id: one for one in away})


def _value(row: Row, look: PeopleLook) -> str:
    one = look.away.get(row["pk"])
    return short(one, look.asked.on) if one else ""


def _cell(row: Row, look: PeopleLook) -> str:
    return str(escape(_value(row, look))) or NOTHING


def _away(values: list[str], asked: Asked) -> Q:
    return Q(pk__in=Absence.objects.on(asked.on).values("post")) if "now" in values else Q(pk__in=[])


AWAY = Column("away", _("Away today"), _cell, _value, named=True, chosen=True)
PEOPLE = replace(
    KNOWN,
    look=look,
    columns=(*KNOWN.columns[:-1], AWAY, KNOWN.columns[-1]),  # before the steps
    filters=(*KNOWN.filters, Filter("away", _("Away today"), _away, (("now", _("away today")),))),
    views=(*KNOWN.views, BuiltIn("away", _("Away today"), "away=now")),
)
LISTS = (PEOPLE,)
