"""Leaders' instructions as a list, and the red projects of which nobody has said why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.days.periods import Period
from core.lists.columns import Column, Look, Row, coded_column, day_column, moment_column, name_column, text_column
from core.lists.filters import Asked, BuiltIn, Filter, Option, is_id_of, is_one_of
from core.lists.listing import Listing
from core.lists.spec import Link, ListSpec
from core.records.order import CodePoints
from core.templatetags.ui import light_html, mark
from dispatch.instructions.models import Instruction, InstructionQuerySet, Kind, Status
from dispatch.instructions.pages import light_label
from dispatch.instructions.permissions import can_see_instructions, can_see_silent
from dispatch.instructions.silent import RED, silent
from organization.people.models import Post, User
from organization.permissions import can_share_view, sees_whole_county
from organization.units.models import Unit
from projects.lights import BY_CODE
from projects.models import Project
from projects.reports.months import latest_period

STATES = {
    "open": _("Waits for the answer"),
    "late": _("Answer is late"),
    "answered": _("Answered, to be accepted"),
    "accepted": _("Settled"),
    "withdrawn": _("Taken back by the leader"),
}
TONES = {"open": "amber", "late": "red"}


def scope(asked: Asked) -> Any:
    """With the project's or the problem's name, and the unit that owes the answer."""
    found: InstructionQuerySet = Instruction.objects.visible_to(asked.user)
    return found.annotate(
        about_name=Coalesce(F("problem__title"), F("project__name")),
        project_name=Coalesce(F("project__name"), F("problem__project__name")),
        unit_name=Coalesce(F("project__lead_unit__short_name"), F("problem__owner_unit__short_name")),
        unit_position=Coalesce(F("project__lead_unit__position"), F("problem__owner_unit__position")),
        unit_code=Coalesce(F("project__lead_unit__code"), F("problem__owner_unit__code")),
    )


def _state_code(row: Row, look: Look) -> str:
    late = row["status"] == Status.OPEN and row["due_on"] < look.asked.on
    return "late" if late else str(row["status"])


def _state_value(row: Row, look: Look) -> str:
    return str(STATES[_state_code(row, look)])


def _state(row: Row, look: Look) -> str:
    return mark(_state_value(row, look), TONES.get(_state_code(row, look), ""))


COLUMNS = (
    name_column("text", _("What the leader wrote")),
    coded_column("kind", _("Kind"), Kind, css="nw", chosen=True),
    text_column("leader", _("Leader"), "post__title", css="nw", sort="post__position", chosen=True),
    text_column("about", _("On what"), "about_name", css="mut wide", chosen=True),
    text_column("unit", _("Who answers"), "unit_name", css="nw", sort="unit_position", chosen=True),
    day_column("due_on", _("Answer due on"), css="num nw", named=True, chosen=True),
    Column("state", _("State"), _state, _state_value, ("status", "due_on"), css="nw top end", chosen=True),
    text_column("answer", _("Answer"), css="wide x", chosen=True),
    day_column("on", _("Given on"), css="num nw x", chosen=True),
    text_column("project", _("Project"), "project_name"),
    text_column("light_words", _("Red light")),
    text_column("answered_by", _("Answered by"), "answered_by__name"),
    moment_column("answered_at", _("Answered at")),
    text_column("by", _("Written by"), "by__name"),
    day_column("closed_on", _("Settled on")),
)


def _state_is(values: list[str], asked: Asked) -> Q:
    found = Q(pk__in=[])
    for value in values:
        if value == "late":
            found |= Q(status=Status.OPEN, due_on__lt=asked.on)
        elif value in STATES:
            found |= Q(status=value)
    return found


def _mine(values: list[str], asked: Asked) -> Q:
    """Those of one's own posts, and those that one typed."""
    return Q(post__in=[post.pk for post in asked.user.current_posts]) | Q(by=asked.user)


def _units(asked: Asked) -> list[Option]:
    wanted = dict(scope(asked).order_by("unit_position").values_list("unit_code", "unit_name"))
    return [Option(code, name) for code, name in wanted.items()]


def _leaders(asked: Asked) -> list[Option]:
    posts = Post.objects.filter(pk__in=Instruction.objects.visible_to(asked.user).order_by().values("post"))
    return [Option(str(post.pk), str(post)) for post in posts.order_by("position", "pk")]


FILTERS = (
    Filter("state", _("State"), _state_is, tuple(STATES.items())),
    Filter("kind", _("Kind"), is_one_of("kind"), Kind.choices),
    Filter("unit", _("Who answers"), is_one_of("unit_code"), _units),
    Filter("leader", _("Leader"), is_id_of("post"), _leaders),
    Filter("mine", _("Whose"), _mine, (("yes", _("My own")),), hidden=True),
)

VIEWS = (
    BuiltIn("all", _("All"), ""),
    BuiltIn("open", _("Without an answer"), "state=open"),
    BuiltIn("late", _("Late"), "state=late"),
    BuiltIn("answered", _("Answered"), "state=answered&state=accepted"),
    BuiltIn("mine", _("My own"), "mine=yes", frozenset({"leader", "office"})),
)


def matching(text: str) -> Q:
    return (
        Q(text__icontains=text)
        | Q(answer__icontains=text)
        | Q(project__name__icontains=text)
        | Q(problem__title__icontains=text)
        | Q(problem__project__name__icontains=text)
    )


def sub(listing: Listing) -> Iterator[Any]:
    """How many wait for an answer, and how many of them longer than they may."""
    late = Count("pk", filter=Q(due_on__lt=listing.asked.on))
    owed = Instruction.objects.visible_to(listing.asked.user).filter(status=Status.OPEN)
    found = owed.aggregate(owed=Count("pk"), late=late)
    yield gettext("%(n)s wait for an answer") % {"n": found["owed"]}
    if found["late"]:
        yield format_html('<span class="late">{}</span>', gettext("%(n)s late") % {"n": found["late"]})


def links(listing: Listing) -> Iterator[Link]:
    if can_see_silent(listing.asked.user, listing.county):
        yield Link(_("Red and not explained"), reverse("dispatch:silent"))


INSTRUCTIONS = ListSpec(
    key="instructions",
    title=_("Leaders' instructions"),
    url="dispatch:instructions",
    page="dispatch:instruction",
    scope=scope,
    columns=COLUMNS,
    filters=FILTERS,
    views=VIEWS,
    order=("-on", "-pk"),
    head="text",
    search=matching,
    find=_("Project, problem, word"),
    may_see=can_see_instructions,
    may_share=can_share_view,
    sub=sub,
    links=links,
    empty=(
        _("No leader has asked or instructed yet"),
        _("A leader does on the page of a project, beside a red light, or on a problem."),
    ),
)


# red projects that nobody has explained -----------------------------------------------------------------------------


@dataclass(frozen=True)
class SilentAsked(Asked):
    """Beside who asks: of which month the lights are."""

    @cached_property
    def period(self) -> Period:
        return latest_period(self.county, self.on)


def ask_silent(user: User, county: Unit, query: QueryDict, now: datetime) -> SilentAsked:
    return SilentAsked(user, county, now)


def silent_scope(asked: Any) -> Any:
    visible = Q()
    if not sees_whole_county(asked.user, asked.county):
        visible = Q(project__in=Project.objects.visible_to(asked.user).values("pk"))
    return silent(asked.county, asked.period, visible)


def _light(row: Row, look: Look) -> str:
    return light_html("red", light_label(row["light"]))


def _lead_units(asked: Asked) -> list[Option]:
    units = Unit.objects.filter(pk__in=list(silent_scope(asked).order_by().values_list("lead_unit", flat=True)))
    return [Option(code, name) for code, name in units.values_list("code", "short_name")]


SILENT = ListSpec(
    key="silent",
    title=_("Red and not explained"),
    url="dispatch:silent",
    page="projects:page",
    row_key="project_id",
    ask=ask_silent,
    scope=silent_scope,
    columns=(
        name_column("project", _("Project"), "project__name", pk="project_id"),
        text_column(
            "unit", _("Lead unit"), "lead_unit__short_name", css="nw", sort="lead_unit__position", chosen=True
        ),
        Column(
            "light",
            _("Light"),
            _light,
            lambda row, look: light_label(row["light"]),
            ("light",),
            sort=CodePoints(F("light")),
            css="nw top end",
            chosen=True,
        ),
    ),
    filters=(
        Filter("unit", _("Lead unit"), is_one_of("lead_unit__code"), _lead_units),
        Filter("light", _("Light"), is_one_of("light"), tuple((code, BY_CODE[code].label) for code in RED)),
    ),
    views=(BuiltIn("all", _("All"), ""),),
    order=("project__number", "project"),
    head="project",
    search=lambda text: Q(project__name__icontains=text) | Q(lead_unit__name__icontains=text),
    find=_("Project, unit"),
    may_see=can_see_silent,
    may_share=can_share_view,
    empty=(
        _("Every red light is explained"),
        _("A red project without an open problem, an explanation or an instruction would stand here."),
    ),
)

LISTS = (INSTRUCTIONS, SILENT)
