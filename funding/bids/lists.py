"""The list of bids for funds (F02)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.amounts import figures
from core.coded import Coded
from core.lists.columns import (
    Column,
    Look,
    Row,
    coded_column,
    day_column,
    in_order_of,
    label,
    label_value,
    listed_column,
    name_column,
    text_column,
    wan_column,
)
from core.lists.filters import Asked, BuiltIn, Filter, Option, is_id_of, is_one_of, listed
from core.lists.listing import Listing
from core.lists.spec import Link, ListSpec
from core.templatetags.ui import mark
from funding.bids.models import Bid, BidQuerySet, BidStage, BidState
from funding.bids.permissions import can_add_bid
from funding.bids.rules import FundingRules
from organization.people.models import User
from organization.permissions import can_share_view
from organization.profiles.rules import rules_of
from organization.units.models import Unit

TONES = {BidState.SENT_BACK: "amber", BidState.FAILED: "red"}


@dataclass(frozen=True)
class BidsAsked(Asked):
    """Beside who asks: the county's channels."""

    @cached_property
    def channels(self) -> tuple[Coded, ...]:
        return rules_of(self.county)[FundingRules].channels


def ask(user: User, county: Unit, query: QueryDict, now: datetime) -> BidsAsked:
    return BidsAsked(user, county, now)


def scope(asked: Asked) -> BidQuerySet:
    return Bid.objects.visible_to(asked.user)


def _stage(row: Row, look: Look) -> str:
    aside = f" {mark(BidState(row['state']).label, TONES[row['state']])}" if row["state"] in TONES else ""
    return f"{label('stage', BidStage)(row, look)}{aside}"


def _amount(key: str, name: Any, **more: Any) -> Column:
    return wan_column(key, name, css="n", named=True, chosen=True, **more)


COLUMNS = (
    name_column("name", _("Bid")),
    listed_column("channel", _("Channel"), lambda look: look.asked.channels, css="", chosen=True),
    text_column("year", _("Year"), css="num mut end", head="num", sort="year", chosen=True),
    text_column("unit", _("Unit"), "unit__short_name", css="x2 x", head="x2", chosen=True),
    Column(
        "stage",
        _("Stage"),
        _stage,
        label_value("stage", BidStage),
        ("stage", "state"),
        sort=in_order_of("stage", BidStage),
        css="nw top end",
        chosen=True,
    ),
    _amount("asked", pgettext_lazy("funds", "Asked")),
    _amount("approved", pgettext_lazy("funds", "Approved")),
    _amount("received", pgettext_lazy("funds", "Received")),
    _amount("paid", pgettext_lazy("funds", "Paid out")),
    text_column("direction", _("Direction")),
    text_column("project", _("Project"), "project__name"),
    coded_column("state", _("State"), BidState),
    text_column("reason", _("Reason"), "state_reason"),
    day_column("deadline", _("deadline of the application")),
    day_column("submitted_on", _("applied on")),
    day_column("issued_on", _("funds issued on")),
    text_column("remark", _("remark")),
)


def _units(asked: Asked) -> list[Option]:
    units = Unit.objects.filter(pk__in=scope(asked).order_by().values("unit"))
    return [Option(str(pk), name) for pk, name in units.values_list("pk", "short_name")]


def _years(asked: Asked) -> list[Option]:
    years = scope(asked).order_by("-year").values_list("year", flat=True).distinct()
    return [Option(str(year), str(year)) for year in years]


FILTERS = (
    listed("channel", _("channel"), lambda asked: asked.channels),
    Filter("stage", _("stage"), is_one_of("stage"), BidStage.choices),
    Filter("unit", _("Unit"), is_id_of("unit"), _units),
    Filter("year", _("year"), is_id_of("year"), _years),
    Filter("state", _("state"), is_one_of("state"), BidState.choices),
)

VIEWS = (
    BuiltIn("all", _("All"), ""),
    BuiltIn("active", _("Under way"), "state=active"),
    BuiltIn("sent_back", _("Sent back"), "state=sent_back"),
    BuiltIn("failed", pgettext_lazy("bid", "Failed"), "state=failed"),
)


def sub(listing: Listing) -> Iterator[str]:
    said = {
        "asked": _("asked %(asked)s"),
        "approved": _("approved %(approved)s"),
        "received": _("received %(received)s"),
        "paid": _("paid out %(paid)s"),
    }
    for key, words in said.items():
        yield words % {key: figures.yi(listing.totals[key])}


def links(listing: Listing) -> Iterator[Link]:
    if can_add_bid(listing.user, listing.asked.county):
        yield Link(_("Put a bid on file"), reverse("funding:new"), primary=True)


BIDS = ListSpec(
    key="bids",
    title=_("Bids for funds"),
    url="funding:list",
    page="funding:page",
    scope=scope,
    columns=COLUMNS,
    filters=FILTERS,
    views=VIEWS,
    order=("-year", "-pk"),
    search=lambda text: Q(name__icontains=text),
    find=_("Name of the bid"),
    may_share=can_share_view,
    ask=ask,
    sub=sub,
    links=links,
    empty=(
        _("No bid for funds is on file yet"),
        _("A bid goes from planning over proposal, feasibility study and application to the money paid out."),
    ),
)
LISTS = (BIDS,)
