"""The outbox: what became of each message."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import conditional_escape as escape
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from core.amounts import figures
from core.lists.columns import (
    Column,
    Look,
    Row,
    coded_column,
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
from jobs.permissions import can_see_jobs
from organization.people.models import Post
from organization.permissions import can_share_view
from outbox.models import Delivery

Status = Delivery.Status
UNIT = "unit"
AGAIN = (Status.FAILED, Status.SENT)  # what can be sent again


def scope(asked: Asked) -> QuerySet[Delivery]:
    return Delivery.objects.filter(notice__county=asked.county)


def bring(found: QuerySet[Any], asked: Asked, needs: frozenset[str]) -> QuerySet[Any]:
    """*found* with the unit of the person's first post."""
    if UNIT not in needs:
        return found
    posts = Post.objects.filter(holder=OuterRef("notice__person"), active=True).order_by("position", "pk")
    told: QuerySet[Any] = found.annotate(unit=Subquery(posts.values("unit__short_name")[:1]))
    return told


def _said(row: Row, name: str) -> str:
    """*name* of the notice in the language of the page, where it is kept in that."""
    english = row[f"notice__{name}_en"] if (get_language() or "").startswith("en") else ""
    return str(english or row[f"notice__{name}"])


def _about(row: Row, look: Look) -> str:
    tone = "cap" if row["status"] == Status.LEFT else "late"
    error = f'<br><span class="{tone}">{escape(row["error"])}</span>' if row["error"] else ""
    settled = _said(row, "settled") if row["status"] == Status.SETTLED else ""
    return keep(_said(row, "subject")) + error + (f'<span class="cap">{escape(settled)}</span>' if settled else "")


def _person_value(row: Row, look: Look) -> str:
    return "·".join(filter(None, (row["unit"], row["notice__person__name"])))


def _status(row: Row, look: Look) -> str:
    said = str(escape(Status(row["status"]).label))
    return f'<span class="late">{said}</span>' if row["status"] == Status.FAILED else said


def _next(row: Row) -> datetime:
    """When it went; of what was tried in vain, when it is tried again."""
    if row["status"] == Status.SENDING and row["attempts"]:
        again: datetime = row["claimed_at"] + timedelta(seconds=settings.OUTBOX_LEASE)
        return again
    found: datetime = row["sent_at"] or row["not_before"]
    return found


def _when(row: Row, look: Look) -> str:
    said = figures.moment(_next(row))
    if row["status"] == Status.SENDING and row["attempts"]:
        said = gettext("tried %(n)s times, next %(moment)s") % {"n": row["attempts"], "moment": said}
    return str(escape(said))


def _when_value(row: Row, look: Look) -> str:
    return moment_text(_next(row))


def _steps(row: Row, look: Look) -> str:
    if row["status"] not in AGAIN:
        return ""
    address = reverse("outbox:again", args=[row["pk"]])
    return f'<button class="btn btn-s" form="acts" formaction="{address}">{escape(gettext("Send again"))}</button>'


COLUMNS = (
    Column(
        "about",
        _("About"),
        _about,
        lambda row, look: "\n".join(filter(None, (_said(row, "subject"), row["error"]))),
        ("notice__subject", "notice__subject_en", "error", "status", "notice__settled", "notice__settled_en"),
        sort=CodePoints(F("notice__subject")),
        css="first",
        head="w",
        chosen=True,
    ),
    Column(
        "person",
        _("Person"),
        lambda row, look: str(escape(_person_value(row, look))),
        _person_value,
        ("notice__person__name", "unit"),
        sort=CodePoints(F("notice__person__name")),
        chosen=True,
        needs=UNIT,
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
        _when_value,
        ("sent_at", "not_before", "status", "attempts", "claimed_at"),
        sort=Coalesce("sent_at", "not_before"),
        css="mut wide",
        chosen=True,
    ),
    Column("steps", _("Steps"), _steps, None, ("status",), css="wide end", unseen=True, chosen=True),
    coded_column("channel", _("Channel"), Delivery.Channel),
    number_column("attempts", _("attempts"), css="n x"),
    moment_column("not_before", _("Not before")),
)


def sub(listing: Listing) -> list[Any]:
    return [_("What became of each message")]


def links(listing: Listing) -> list[Link]:
    return [Link(_("Messages to groups"), reverse("outbox:groups"))]


def crumb(listing: Listing) -> list[Link]:
    return [Link(_("Jobs and mail"), reverse("jobs:page"))]


OUTBOX = ListSpec(
    key="outbox",
    title=_("Outbox"),
    url="outbox:list",
    scope=scope,
    columns=COLUMNS,
    filters=(Filter("status", _("Status"), is_one_of("status"), Status.choices),),
    views=(
        BuiltIn("all", _("All"), ""),
        *(BuiltIn(status.value, status.label, f"status={status.value}") for status in Status),
    ),
    head="about",
    search=lambda text: Q(notice__person__name__icontains=text) | Q(notice__subject__icontains=text),
    find=_("Person or subject"),
    may_see=can_see_jobs,
    may_share=can_share_view,
    bring=bring,
    sub=sub,
    crumb=crumb,
    links=links,
    posts=True,
    empty=(
        _("Nothing in this box"),
        _("Notices to people with a mail address stand here from the moment they are written."),
    ),
)


LISTS = (OUTBOX,)
