"""The list of posts and accounts."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.html import conditional_escape as escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.amounts import figures
from core.lists.columns import (
    Column,
    Look,
    Row,
    coded_column,
    moment_value,
    name_column,
    raw,
    text_column,
)
from core.lists.filters import Asked, BuiltIn, Filter, Option, is_id_of, is_one_of
from core.lists.listing import Listing
from core.lists.spec import Link, ListSpec
from core.records.order import CodePoints
from organization.people.models import Post, Role
from organization.permissions import (
    administers,
    can_give_posts,
    can_manage_people,
    can_reset_password_of,
    can_see_people,
    can_share_view,
)
from organization.units.models import Unit


def scope(asked: Asked) -> QuerySet[Post]:
    return Post.objects.filter(unit__county=asked.county, active=True)


def _account(row: Row, look: Look) -> str:
    return str(escape(row["holder__username"] or "")) or f'<span class="mut">{escape(gettext("none"))}</span>'


def _last(row: Row, look: Look) -> str:
    found = row["holder__last_login"]
    return str(escape(figures.ago(found, look.asked.now))) if found else figures.NONE


def _steps(row: Row, look: Look) -> str:
    pk, user, county = row["pk"], look.asked.user, look.asked.county
    if not row["holder"]:
        if not can_manage_people(user, county):
            return ""
        href = reverse("organization:open_account", args=[pk])
        return f'<a class="btn btn-s" href="{href}">{escape(gettext("Open an account"))}</a>'
    reset, vacate = (reverse(f"organization:{name}", args=[pk]) for name in ("reset_password", "vacate"))
    said = ""
    if can_reset_password_of(user, row["role"], county):
        said += f'<a class="btn btn-s" href="{reset}">{escape(gettext("Reset password"))}</a>'
    if can_give_posts(user, county):
        said += f'<a class="btn btn-s btn-quiet" href="{vacate}">{escape(gettext("Vacate"))}</a>'
    if row["holder__second_factor__pk"] and administers(user, Role.SECURITY, county):
        href = reverse("organization:reset_second_factor", args=[pk])
        said += f'<a class="btn btn-s btn-quiet" href="{href}">{escape(gettext("Set back the second factor"))}</a>'
    return said


COLUMNS = (
    name_column("title", _("Post"), total=None),
    text_column("unit", _("Unit"), "unit__short_name", css="", sort="unit__position", chosen=True),
    coded_column("role", _("Role"), Role, css="mut", chosen=True),
    Column(
        "account",
        _("Account"),
        _account,
        raw("holder__username"),
        ("holder__username",),
        sort=CodePoints(F("holder__username")),
        chosen=True,
    ),
    Column(
        "last_login",
        _("Last sign-in"),
        _last,
        moment_value("holder__last_login"),
        ("holder__last_login",),
        sort="holder__last_login",
        css="mut",
        named=True,
        chosen=True,
    ),
    Column(
        "steps",
        _("Steps"),
        _steps,
        None,
        ("holder", "holder__second_factor__pk", "role"),
        css="end bar-row",
        unseen=True,
        chosen=True,
    ),
)


def _units(asked: Asked) -> list[Option]:
    units = Unit.objects.filter(posts__active=True, county=asked.county).distinct()
    return [Option(str(pk), name) for pk, name in units.values_list("pk", "short_name")]


def _held(values: list[str], asked: Any) -> Q:
    return Q(holder__isnull="no" in values)


FILTERS = (
    Filter("unit", _("Unit"), is_id_of("unit"), _units),
    Filter("role", _("Role"), is_one_of("role"), Role.choices),
    Filter("account", _("Account"), _held, (("no", _("none")), ("yes", _("has one")))),
)


def links(listing: Listing) -> list[Link]:
    asked = listing.asked
    if not can_manage_people(asked.user, asked.county):
        return []
    return [Link(_("Open accounts"), reverse("organization:open_accounts"), icon="user")]


def sub(listing: Listing) -> list[Any]:
    return [_("A post stays when the person goes; only the account changes")]


PEOPLE = ListSpec(
    key="people",
    title=_("Posts and accounts"),
    url="organization:people",
    scope=scope,
    columns=COLUMNS,
    filters=FILTERS,
    views=(BuiltIn("all", _("All"), ""), BuiltIn("vacant", _("Without an account"), "account=no")),
    order=("unit__position", "position", "pk"),
    head="title",
    page="organization:post",
    search=lambda text: Q(title__icontains=text) | Q(unit__name__icontains=text) | Q(holder__username__icontains=text),
    find=_("Post, unit, account"),
    may_see=can_see_people,
    may_share=can_share_view,
    sub=sub,
    links=links,
    empty=(_("No post is on file yet"), _("Posts come with the county's profile and with its ledger.")),
)
