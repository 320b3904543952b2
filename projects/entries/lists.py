"""All proposals for the statistics as a list; what waits for an answer stands on the desk (`pages.py`)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.lists.columns import (
    Column,
    Look,
    Row,
    day_column,
    in_order_of,
    label_value,
    moment_column,
    moment_day,
    name_column,
    text_column,
)
from core.lists.filters import Asked, BuiltIn, Filter, Option, is_one_of
from core.lists.listing import Listing
from core.lists.spec import Link, ListSpec
from core.templatetags.ui import mark
from organization.permissions import can_share_view
from organization.units.models import Unit
from projects.entries.models import EntryProposal, EntryProposalQuerySet
from projects.entries.permissions import can_see_entries

Status = EntryProposal.Status
TONES = {Status.WAITING: "amber", Status.RETURNED: "red"}


def scope(asked: Asked) -> EntryProposalQuerySet:
    return EntryProposal.objects.visible_to(asked.user)


def _status(row: Row, look: Look) -> str:
    return mark(Status(row["status"]).label, TONES.get(row["status"], ""))


COLUMNS = (
    name_column("project", _("Project"), "project__name", pk="project_id", head=""),
    text_column(
        "unit",
        _("Lead unit"),
        "project__lead_unit__short_name",
        css="mut nw",
        sort="project__lead_unit__position",
        chosen=True,
    ),
    day_column("on", _("Proposed day"), css="num nw", named=True, chosen=True),
    text_column("proposed_by", _("Proposed by"), "proposed_by__name", css="mut nw x", chosen=True),
    moment_column("proposed_at", _("Proposed at"), moment_day("proposed_at"), css="num mut nw x", chosen=True),
    Column(
        "status",
        _("State"),
        _status,
        label_value("status", Status),
        ("status",),
        sort=in_order_of("status", Status),
        css="nw top end",
        chosen=True,
    ),
    text_column("answered_by", _("Answered by"), "answered_by__name", css="mut nw x", chosen=True),
    text_column("reason", _("Reason of the return"), css="wide", head="w", chosen=True),
    moment_column("answered_at", _("Answered at"), moment_day("answered_at"), css="num mut nw x", chosen=True),
    day_column("statistics_start_on", _("Start for statistics on")),
    text_column("note", _("Note")),
)


def _units(asked: Asked) -> list[Option]:
    units = Unit.objects.filter(pk__in=scope(asked).order_by().values("project__lead_unit"))
    return [Option(code, name) for code, name in units.values_list("code", "short_name")]


FILTERS = (
    Filter("status", _("State"), is_one_of("status"), Status.choices),
    Filter("unit", _("Lead unit"), is_one_of("project__lead_unit__code"), _units),
)

VIEWS = (
    BuiltIn("all", _("All"), ""),
    *(BuiltIn(status.value, status.label, f"status={status.value}") for status in Status),
)


def links(listing: Listing) -> Iterator[Link]:
    yield Link(_("Desk of entries"), reverse("projects:entries"))


PROPOSALS = ListSpec(
    key="entries",
    title=_("Proposals for the statistics"),
    url="projects:entry_list",
    page="projects:page",
    scope=scope,
    columns=COLUMNS,
    filters=FILTERS,
    views=VIEWS,
    order=("-proposed_at", "-pk"),
    head="project",
    search=lambda text: (
        Q(project__name__icontains=text)
        | Q(project__lead_unit__name__icontains=text)
        | Q(note__icontains=text)
        | Q(reason__icontains=text)
    ),
    find=_("Project, unit, word"),
    may_see=can_see_entries,
    may_share=can_share_view,
    links=links,
    empty=(
        _("Nothing was proposed for the statistics yet"),
        _("Who works on a project proposes it on its page."),
    ),
)
LISTS = (PROPOSALS,)
