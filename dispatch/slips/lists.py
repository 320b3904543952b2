"""Issued slips as a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, F, Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.lists.columns import Column, Look, Row, day_column, name_column, text_column
from core.lists.filters import Asked, BuiltIn, Filter, Option, from_day, is_one_of, to_day
from core.lists.listing import Listing
from core.lists.spec import Link, ListSpec
from core.records.order import CodePoints
from core.templatetags.ui import mark
from dispatch.slips.models import Slip
from dispatch.slips.permissions import can_see_slips, may_issue
from dispatch.slips.rules import SlipRules
from organization.people.models import User
from organization.permissions import can_share_view
from organization.profiles.rules import rules_of
from organization.units.models import Unit

STATES = {
    "open": _("Waits for the answer"),
    "late": _("Answer is late"),
    "sent": _("Issued, no answer asked for"),
    "answered": _("Answered"),
    "withdrawn": _("Withdrawn by the issuer"),
}
TONES = {"open": "amber", "late": "red"}


@dataclass(frozen=True)
class SlipAsked(Asked):
    """Beside who asks: the county's kinds."""

    @cached_property
    def kinds(self) -> dict[str, Any]:
        return rules_of(self.county)[SlipRules].labels


def ask(user: User, county: Unit, query: QueryDict, now: datetime) -> SlipAsked:
    return SlipAsked(user, county, now)


def scope(asked: Asked) -> Any:
    return Slip.objects.visible_to(asked.user)


def _kind_value(row: Row, look: Any) -> str:
    return str(look.asked.kinds.get(row["kind"], row["kind"]))


def _state_code(row: Row, look: Look) -> str:
    late = row["status"] == Slip.Status.OPEN and row["due_on"] and row["due_on"] < look.asked.on
    return "late" if late else str(row["status"])


def _state_value(row: Row, look: Look) -> str:
    return str(STATES[_state_code(row, look)])


def _state(row: Row, look: Look) -> str:
    return mark(_state_value(row, look), TONES.get(_state_code(row, look), ""))


COLUMNS = (
    name_column("number", _("Number of the slip"), "entry__text", sort="entry__number"),
    Column("kind", _("Kind"), lambda row, look: mark(_kind_value(row, look)), _kind_value, ("kind",),
           sort=CodePoints(F("kind")), css="nw x", chosen=True),
    text_column("title", _("What it is about"), css="wide", chosen=True),
    text_column("unit", _("Addressed to"), "unit__short_name", css="nw", sort="unit__position", chosen=True),
    text_column("project", _("Project"), "project__name", css="mut x", chosen=True),
    day_column("on", _("Issued on"), css="num nw", named=True, chosen=True),
    day_column("due_on", _("Answer due on"), css="num nw", named=True, chosen=True),
    Column("state", _("State"), _state, _state_value, ("status", "due_on"), css="nw top end", chosen=True),
    text_column("answer", _("Answer"), css="wide x", chosen=True),
    day_column("answered_on", _("Answered on")),
    text_column("post", _("Leader"), "post__title"),
    text_column("by", _("Issued by"), "by__name"),
    text_column("reason", _("Why it is withdrawn")),
)  # fmt: skip


def _state_is(values: list[str], asked: Asked) -> Q:
    found = Q(pk__in=[])
    for value in values:
        if value == "late":
            found |= Q(status=Slip.Status.OPEN, due_on__lt=asked.on)
        elif value in STATES:
            found |= Q(status=value)
    return found


def _kinds(asked: SlipAsked) -> list[Option]:
    return [Option(code, label) for code, label in asked.kinds.items()]


def _units(asked: Asked) -> list[Option]:
    units = Unit.objects.filter(pk__in=scope(asked).order_by().values("unit"))
    return [Option(code, name) for code, name in units.values_list("code", "short_name")]


FILTERS = (
    Filter("kind", _("Kind"), is_one_of("kind"), _kinds),
    Filter("state", _("State"), _state_is, tuple(STATES.items())),
    Filter("unit", _("Addressed to"), is_one_of("unit__code"), _units),
    Filter("since", _("From which day"), from_day("on"), day=True),
    Filter("until", _("Up to which day"), to_day("on"), day=True),
)

VIEWS = (
    BuiltIn("all", _("All"), ""),
    BuiltIn("open", _("Without an answer"), "state=open"),
    BuiltIn("late", _("Late"), "state=late"),
    BuiltIn("answered", _("Answered"), "state=answered"),
    BuiltIn("withdrawn", _("Withdrawn by the issuer"), "state=withdrawn"),
)


def sub(listing: Listing) -> Iterator[Any]:
    """How many wait for an answer, and how many of them longer than they may."""
    late = Count("pk", filter=Q(due_on__lt=listing.asked.on))
    owed = Slip.objects.visible_to(listing.asked.user).owed()
    found = owed.aggregate(owed=Count("pk"), late=late)
    yield gettext("%(n)s wait for an answer") % {"n": found["owed"]}
    if found["late"]:
        yield format_html('<span class="late">{}</span>', gettext("%(n)s late") % {"n": found["late"]})


def links(listing: Listing) -> Iterator[Link]:
    if may_issue(listing.asked.user, listing.county):
        yield Link(_("What units are late with"), reverse("dispatch:slips_overdue"))
        yield Link(_("Issue a slip"), reverse("dispatch:slip_new"), "plus", primary=True)


SLIPS = ListSpec(
    key="slips",
    title=_("Slips"),
    url="dispatch:slips",
    page="dispatch:slip",
    scope=scope,
    columns=COLUMNS,
    filters=FILTERS,
    views=VIEWS,
    order=("-on", "-pk"),
    head="number",
    search=lambda text: (
        Q(entry__text__icontains=text) | Q(title__icontains=text) | Q(project__name__icontains=text)
        | Q(unit__name__icontains=text)
    ),
    find=_("Number, project, unit"),
    may_see=can_see_slips,
    may_share=can_share_view,
    ask=ask,
    sub=sub,
    links=links,
    empty=(
        _("No slip has been issued yet"),
        _("The office issues one from a problem, or for what a unit is late with."),
    ),
)  # fmt: skip

LISTS = (SLIPS,)
