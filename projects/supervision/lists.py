"""The notes of supervision as a list: what was seen, what wants an answer by when, what was answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.lists.columns import Column, Look, Row, day_column, moment_column, moment_day, name_column, text_column
from core.lists.filters import Asked, BuiltIn, Filter, Option, is_one_of
from core.lists.listing import Listing
from core.lists.spec import ListSpec
from core.templatetags.ui import mark
from organization.permissions import can_share_view
from organization.units.models import Unit
from projects.supervision.models import SupervisionNote, SupervisionNoteQuerySet
from projects.supervision.permissions import can_see_supervision

STATES = {
    "waiting": _("Waits for an answer"),
    "late": _("Answer is late"),
    "answered": _("Answered"),
    "none": _("Wants no answer"),
}
TONES = {"waiting": "amber", "late": "red"}


def scope(asked: Asked) -> SupervisionNoteQuerySet:
    return SupervisionNote.objects.visible_to(asked.user)


def _state_code(row: Row, look: Look) -> str:
    if row["answered_at"]:
        return "answered"
    if row["answer_by"] is None:
        return "none"
    return "late" if row["answer_by"] < look.asked.on else "waiting"


def _state_value(row: Row, look: Look) -> str:
    return str(STATES[_state_code(row, look)])


def _state(row: Row, look: Look) -> str:
    return mark(_state_value(row, look), TONES.get(_state_code(row, look), ""))


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
    text_column("text", _("What was seen"), css="wide", head="w", chosen=True),
    day_column("on", _("Seen on"), css="num nw", named=True, chosen=True),
    day_column("answer_by", _("Answer wanted by"), css="num nw", named=True, chosen=True),
    Column(
        "state",
        _("State"),
        _state,
        _state_value,
        ("answer_by", "answered_at"),
        css="nw top end",
        chosen=True,
    ),
    text_column("answer", _("Answer"), css="wide", chosen=True),
    text_column("answered_by", _("Answered by"), "answered_by__name", css="mut nw x", chosen=True),
    moment_column("answered_at", _("Answered at"), moment_day("answered_at"), css="num mut nw x", chosen=True),
    text_column("by", _("Noted by"), "by__name"),
    moment_column("noted_at", _("Noted at")),
)


def _state_is(values: list[str], asked: Asked) -> Q:
    owed = Q(answered_at=None, answer_by__isnull=False)
    known = {
        "waiting": owed & Q(answer_by__gte=asked.on),
        "late": owed & Q(answer_by__lt=asked.on),
        "answered": Q(answered_at__isnull=False),
        "none": Q(answered_at=None, answer_by=None),
    }
    found = Q(pk__in=[])
    for value in values:
        found |= known.get(value, Q(pk__in=[]))
    return found


def _units(asked: Asked) -> list[Option]:
    units = Unit.objects.filter(pk__in=scope(asked).order_by().values("project__lead_unit"))
    return [Option(code, name) for code, name in units.values_list("code", "short_name")]


FILTERS = (
    Filter("state", _("State"), _state_is, tuple(STATES.items())),
    Filter("unit", _("Lead unit"), is_one_of("project__lead_unit__code"), _units),
)

VIEWS = (
    BuiltIn("all", _("All"), ""),
    BuiltIn("owed", _("Without an answer"), "state=waiting&state=late"),
    BuiltIn("late", _("Late"), "state=late"),
    BuiltIn("answered", _("Answered"), "state=answered"),
)


def sub(listing: Listing) -> Iterator[Any]:
    """How many notes wait for an answer, and how many of them longer than they may."""
    late = Count("pk", filter=Q(answer_by__lt=listing.asked.on))
    found = scope(listing.asked).owed().aggregate(owed=Count("pk"), late=late)
    yield gettext("%(n)s wait for an answer") % {"n": found["owed"]}
    if found["late"]:
        yield format_html('<span class="late">{}</span>', gettext("%(n)s late") % {"n": found["late"]})


NOTES = ListSpec(
    key="supervision",
    title=_("Notes of supervision"),
    url="projects:supervision",
    page="projects:page",
    scope=scope,
    columns=COLUMNS,
    filters=FILTERS,
    views=VIEWS,
    order=("-on", "-pk"),
    head="project",
    search=lambda text: (
        Q(project__name__icontains=text)
        | Q(text__icontains=text)
        | Q(answer__icontains=text)
        | Q(project__lead_unit__name__icontains=text)
    ),
    find=_("Project, unit, word"),
    may_see=can_see_supervision,
    may_share=can_share_view,
    sub=sub,
    empty=(_("No note of supervision yet"), _("Supervision writes one on the page of a project.")),
)
LISTS = (NOTES,)
