"""What groups of WeCom and DingTalk were told, and what became of each message."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import conditional_escape as escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.amounts import figures
from core.lists.columns import (
    Column,
    Look,
    Row,
    in_order_of,
    label_value,
    moment_column,
    moment_text,
    number_column,
)
from core.lists.filters import Asked, BuiltIn, Filter, is_one_of
from core.lists.listing import Listing
from core.lists.spec import Link, ListSpec
from core.records.order import CodePoints
from core.templatetags.ui import keep
from organization.permissions import can_share_view
from organization.profiles.rules import rules_of
from outbox.robots.models import GroupMessage
from outbox.robots.permissions import can_send_to_groups
from outbox.rules import ReminderRules
from outbox.states import Status

AGAIN = (Status.FAILED, Status.SENT)  # what can be sent again


def scope(asked: Asked) -> QuerySet[GroupMessage]:
    return GroupMessage.objects.filter(county=asked.county)


def _about(row: Row, look: Look) -> str:
    error = f'<br><span class="late">{escape(row["error"])}</span>' if row["error"] else ""
    lines = "".join(f'<br><span class="cap">{keep(line)}</span>' for line in row["lines"])
    return f'<span lang="zh-Hans">{keep(row["subject"])}{error}{lines}</span>'  # as it goes out: in the county's words


def _about_value(row: Row, look: Look) -> str:
    return "\n".join(filter(None, (row["subject"], row["error"], *row["lines"])))


def _status(row: Row, look: Look) -> str:
    said = str(escape(Status(row["status"]).label))
    return f'<span class="late">{said}</span>' if row["status"] == Status.FAILED else said


def _when(row: Row, look: Look) -> str:
    said = figures.moment(row["sent_at"] or row["not_before"])
    if row["status"] == Status.WAITING and row["attempts"]:
        said = gettext("tried %(n)s times, next %(moment)s") % {"n": row["attempts"], "moment": said}
    return str(escape(said))


def _steps(row: Row, look: Look) -> str:
    if row["status"] not in AGAIN:
        return ""
    address = reverse("outbox:group_again", args=[row["pk"]])
    return f'<button class="btn btn-s" form="acts" formaction="{address}">{escape(gettext("Send again"))}</button>'


COLUMNS = (
    Column(
        "about",
        _("About"),
        _about,
        _about_value,
        ("subject", "lines", "error"),
        sort=CodePoints(F("subject")),
        css="first",
        head="w",
        chosen=True,
    ),
    Column(
        "group",
        _("Group"),
        lambda row, look: f'<span class="nw" translate="no">{escape(row["group"])}</span>',
        lambda row, look: row["group"],
        ("group",),
        sort=CodePoints(F("group")),
        chosen=True,
    ),
    Column(
        "status",
        _("Status"),
        _status,
        label_value("status", Status),
        ("status",),
        sort=in_order_of("status", Status),
        css="top end",
        chosen=True,
    ),
    Column(
        "when",
        _("When"),
        _when,
        lambda row, look: moment_text(row["sent_at"] or row["not_before"]),
        ("sent_at", "not_before", "attempts", "status"),
        sort=Coalesce("sent_at", "not_before"),
        css="mut wide",
        chosen=True,
    ),
    Column("steps", _("Steps"), _steps, None, ("status",), css="wide end", unseen=True, chosen=True),
    number_column("attempts", _("attempts"), css="n x"),
    moment_column("created_at", _("Written at")),
)


def sub(listing: Listing) -> list[Any]:
    """Which groups the county's file names, and whether the machine knows an address of each: never which."""
    groups = rules_of(listing.asked.county)[ReminderRules].group
    if not groups:
        return [_("The county's file names no group")]
    known = [str(one.label) for one in groups if one.name in settings.ROBOTS]
    unknown = [str(one.label) for one in groups if one.name not in settings.ROBOTS]
    joint = str(gettext(", "))
    return [
        *([gettext("With an address: %(names)s") % {"names": joint.join(known)}] if known else []),
        *([gettext("Without an address: %(names)s") % {"names": joint.join(unknown)}] if unknown else []),
    ]


def crumb(listing: Listing) -> list[Link]:
    return [Link(_("Outbox"), reverse("outbox:list"))]


GROUPS = ListSpec(
    key="group_messages",
    title=_("Messages to groups"),
    url="outbox:groups",
    scope=scope,
    columns=COLUMNS,
    filters=(Filter("status", _("Status"), is_one_of("status"), Status.choices),),
    views=(
        BuiltIn("all", _("All"), ""),
        *(
            BuiltIn(status.value, status.label, f"status={status.value}")
            for status in (Status.WAITING, Status.SENDING, Status.SENT, Status.FAILED)
        ),
    ),
    head="about",
    search=lambda text: Q(group__icontains=text) | Q(subject__icontains=text),
    find=_("Group or subject"),
    may_see=can_send_to_groups,
    may_share=can_share_view,
    sub=sub,
    crumb=crumb,
    posts=True,
    empty=(
        _("No group was told anything"),
        _("A message stands here once something is due that the county's file tells a group of."),
    ),
)


LISTS = (GROUPS,)
