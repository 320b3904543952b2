"""The list of leaders and what each of them answers for today."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import conditional_escape as escape
from django.utils.translation import gettext_lazy as _

from core.lists.columns import NOTHING, Column, Look, Row, name_column, text_column
from core.lists.filters import Asked, BuiltIn, Filter
from core.lists.listing import Listing
from core.lists.spec import ListSpec
from organization.people.models import Post, Role
from organization.permissions import can_share_view
from organization.portfolios.models import Portfolio
from organization.portfolios.permissions import can_see_portfolios
from organization.portfolios.rules import sectors_of


@dataclass(frozen=True)
class PortfolioLook(Look):
    rows: dict[int, Portfolio] = field(default_factory=dict)  # by post
    names: dict[str, str] = field(default_factory=dict)  # of sectors


def scope(asked: Asked) -> QuerySet[Post]:
    return Post.objects.filter(unit__county=asked.county, active=True, role=Role.LEADER)


def look(listing: Listing, pks: list[int] | None) -> PortfolioLook:
    asked = listing.asked
    rows = Portfolio.objects.of_county(asked.county).on(asked.on).prefetch_related("units")
    href = reverse("organization:portfolio", args=[0])
    return PortfolioLook(asked, href, {row.post_id: row for row in rows}, sectors_of(asked.county))


def _sectors(row: Row, look: PortfolioLook) -> str:
    found = look.rows.get(row["pk"])
    return str(_(", ")).join(look.names.get(code, code) for code in found.sectors) if found else ""


def _units(row: Row, look: PortfolioLook) -> str:
    found = look.rows.get(row["pk"])
    return str(_(", ")).join(unit.short_name for unit in found.its_units) if found else ""


def _since(row: Row, look: PortfolioLook) -> str:
    found = look.rows.get(row["pk"])
    return f"{found.since:%Y-%m-%d}" if found and found.since else ""


def _column(key: str, label: Any, value: Any, css: str) -> Column:
    return Column(
        key,
        label,
        lambda row, look: str(escape(value(row, look))) or NOTHING,
        value,
        css=css,
        named=True,
        chosen=True,
    )


def _has(values: list[str], asked: Asked) -> Q:
    held = Q(pk__in=Portfolio.objects.of_county(asked.county).on(asked.on).values("post"))
    wanted = Q(pk__in=[])
    if "yes" in values:
        wanted |= held
    if "no" in values:
        wanted |= ~held
    return wanted


COLUMNS = (
    name_column("name", _("Leader's post"), "title"),
    text_column("holder", _("Held by"), "holder__name", css="mut", named=True, chosen=True),
    _column("sectors", _("Sectors"), _sectors, "wide"),
    _column("units", _("Units"), _units, "wide"),
    _column("since", _("Since"), _since, "num"),
)
PORTFOLIOS = ListSpec(
    key="portfolios",
    title=_("Portfolios"),
    url="organization:portfolios",
    page="organization:portfolio",
    scope=scope,
    columns=COLUMNS,
    filters=(Filter("has", _("Portfolio"), _has, (("yes", _("has one")), ("no", _("has none")))),),
    views=(BuiltIn("all", _("All"), ""), BuiltIn("without", _("Without a portfolio"), "has=no")),
    order=("unit__position", "position", "pk"),
    search=lambda text: Q(title__icontains=text) | Q(holder__name__icontains=text),
    find=_("Post"),
    look=look,
    may_see=can_see_portfolios,
    may_share=can_share_view,
    sub=lambda listing: [_("Open a leader to see what was before, and to change it from a day on")],
    empty=(_("No leader's post is on file yet"), _("Leaders' posts come with the county's file.")),
)
LISTS = (PORTFOLIOS,)
