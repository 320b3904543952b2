"""The list of leads with the county's modes (I02)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from core.amounts import figures
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
from core.lists.spec import Figure, Link, ListSpec
from core.templatetags.ui import mark
from investment.leads.models import Lead, LeadQuerySet, LeadStage, LeadState
from investment.leads.permissions import can_add_lead
from investment.leads.rules import InvestmentRules, Mode
from organization.people.models import User
from organization.permissions import can_share_view
from organization.profiles.rules import Rules, rules_of
from organization.units.models import Unit
from projects.classes import ClassRules, Sector


@dataclass(frozen=True)
class LeadsAsked(Asked):
    """Beside who asks: the county's modes and sectors."""

    @cached_property
    def rules(self) -> Rules:
        return rules_of(self.county)

    @property
    def modes(self) -> tuple[Mode, ...]:
        return self.rules[InvestmentRules].modes

    @property
    def sectors(self) -> tuple[Sector, ...]:
        return self.rules[ClassRules].sectors


def ask(user: User, county: Unit, query: QueryDict, now: datetime) -> LeadsAsked:
    return LeadsAsked(user, county, now)


def scope(asked: Asked) -> LeadQuerySet:
    return Lead.objects.visible_to(asked.user)


def _stage(row: Row, look: Look) -> str:
    lost = f" {mark(LeadState.LOST.label, 'red')}" if row["state"] == LeadState.LOST else ""
    return f"{label('stage', LeadStage)(row, look)}{lost}"


COLUMNS = (
    name_column("name", _("Lead")),
    text_column("investor", _("Investor"), css="", chosen=True),
    listed_column("mode", _("Mode"), lambda look: look.asked.modes, css="end", chosen=True),
    text_column("squad", _("Followed by"), "squad__short_name", css="", chosen=True),
    text_column("landing_unit", _("Lands in"), "landing_unit__short_name", css="x2 x", head="x2", chosen=True),
    Column(
        "stage",
        _("Stage"),
        _stage,
        label_value("stage", LeadStage),
        ("stage", "state"),
        sort=in_order_of("stage", LeadStage),
        css="nw top end",
        chosen=True,
    ),
    wan_column("investment", _("Planned investment"), css="n", named=True, chosen=True),
    day_column("found_on", _("Found on"), css="n x2 x", head="n x2", chosen=True),
    listed_column("sector", _("Sector"), lambda look: look.asked.sectors),
    text_column("origin", _("where the investor is from")),
    coded_column("state", _("State"), LeadState),
    day_column("signed_on", _("Signed on")),
    text_column("project", _("Project on file"), "project__name"),
    text_column("reason", _("Reason of the loss"), "lost_reason"),
    text_column("remark", _("remark")),
)


def _squads(asked: Asked) -> list[Option]:
    units = Unit.objects.filter(pk__in=scope(asked).order_by().values("squad"))
    return [Option(str(pk), name) for pk, name in units.values_list("pk", "short_name")]


FILTERS = (
    listed("mode", _("mode"), lambda asked: asked.modes),
    Filter("stage", _("stage"), is_one_of("stage"), LeadStage.choices),
    Filter("squad", _("Followed by"), is_id_of("squad"), _squads),
    listed("sector", _("sector"), lambda asked: asked.sectors),
    Filter("state", _("state"), is_one_of("state"), LeadState.choices),
)

VIEWS = (
    BuiltIn("all", _("All"), ""),
    BuiltIn("active", _("Being followed"), "state=active"),
    BuiltIn("signed", _("Signed or landed"), "stage=signed&stage=landed"),
    BuiltIn("lost", pgettext_lazy("lead", "Lost"), "state=lost"),
)


def modes(listing: Listing) -> Iterator[Figure]:
    """The county's modes with how many leads are followed and how many were signed (I02)."""
    signed = Q(stage__in=(LeadStage.SIGNED, LeadStage.LANDED))
    counts = scope(listing.asked).filter(state=LeadState.ACTIVE).order_by().values("mode")
    found = {row["mode"]: row for row in counts.annotate(n=Count("pk"), signed=Count("pk", filter=signed))}
    for mode in listing.asked.modes:
        row = found.get(mode.code, {"n": 0, "signed": 0})
        said = ngettext("%(n)s signed", "%(n)s signed", row["signed"]) % {"n": row["signed"]}
        yield Figure(mode.label, f"{listing.home}?mode={mode.code}&state=active", row["n"], said)


def sub(listing: Listing) -> Iterator[str]:
    yield _("planned investment %(total)s") % {"total": figures.yi(listing.totals["investment"])}


def links(listing: Listing) -> Iterator[Link]:
    if can_add_lead(listing.user, listing.asked.county):
        yield Link(_("Put a lead on file"), reverse("investment:new"), primary=True)


LEADS = ListSpec(
    key="leads",
    title=_("Investment leads"),
    url="investment:list",
    page="investment:page",
    scope=scope,
    columns=COLUMNS,
    filters=FILTERS,
    views=VIEWS,
    order=("-found_on", "-pk"),
    search=lambda text: Q(name__icontains=text) | Q(investor__icontains=text),
    find=_("Lead, investor"),
    may_share=can_share_view,
    ask=ask,
    sub=sub,
    links=links,
    figures=modes,
    figures_label=_("By mode"),
    empty=(
        _("No investment lead is on file yet"),
        _("A lead goes from talks over intent and argumentation to the formal contract, and lands as a project."),
    ),
)
LISTS = (LEADS,)
