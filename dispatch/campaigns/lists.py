"""Campaigns as a list, and their tasks as one: who does what by when, how far it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.html import conditional_escape as escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.amounts import figures
from core.lists.columns import Column, Look, Row, day_column, name_column, number_column, text_column
from core.lists.filters import Asked, BuiltIn, Filter, Option, is_id_of, is_one_of
from core.lists.listing import Listing
from core.lists.spec import Link, ListSpec
from core.records.order import text as by_text
from core.tables.writing import Format
from core.templatetags.ui import mark
from core.web.asked import keys
from dispatch.campaigns.models import REACHED, Campaign, Status, Task
from dispatch.campaigns.permissions import can_manage_campaigns, own_tasks
from organization.permissions import can_share_view
from organization.units.models import Unit

STATES = {
    "open": _("In progress"),
    "late": _("Late"),
    "done": _("Done, to be confirmed"),
    "confirmed": _("Confirmed"),
    "dropped": _("Taken off"),
}
TONES = {"late": "red", "done": "amber", "confirmed": "green"}


# campaigns ----------------------------------------------------------------------------------------------------------


def campaigns(asked: Asked) -> QuerySet[Any]:
    counts = {
        "tasks_n": Count("tasks", filter=GIVEN),
        "done_n": Count("tasks", filter=GIVEN & Q(tasks__status__in=REACHED)),
        "late_n": Count("tasks", filter=GIVEN & Q(tasks__status=Status.OPEN, tasks__due_on__lt=asked.on)),
    }
    return Campaign.objects.visible_to(asked.user).annotate(**counts)


GIVEN = Q(tasks__parent=None) & ~Q(tasks__status=Status.DROPPED)


def state_of(row: Row, on: Any) -> str:
    """Where a campaign is on the day *on*: its code in WHERE."""
    if row["closed_on"]:
        return "closed"
    if on < row["first_on"]:
        return "coming"
    return "over" if on > row["last_on"] else "going"


WHERE = {
    "going": _("Going on"),
    "coming": _("Still to come"),
    "over": _("Its last day has passed"),
    "closed": _("Ended"),
}


def _where(row: Row, look: Look) -> str:
    code = state_of(row, look.asked.on)
    return mark(WHERE[code], {"going": "green", "over": "amber"}.get(code, ""))


def _where_value(row: Row, look: Look) -> str:
    return str(WHERE[state_of(row, look.asked.on)])


def _is(values: list[str], asked: Asked) -> Q:
    on = asked.on
    each = {
        "going": Q(closed_on=None, first_on__lte=on, last_on__gte=on),
        "coming": Q(closed_on=None, first_on__gt=on),
        "over": Q(closed_on=None, last_on__lt=on),
        "closed": Q(closed_on__isnull=False),
    }
    found = Q(pk__in=[])
    for value in values:
        found |= each.get(value, Q(pk__in=[]))
    return found


def _campaign_links(listing: Listing) -> Iterator[Link]:
    yield Link(gettext("Tasks"), reverse("dispatch:campaign_tasks"))
    yield Link(gettext("Our own tasks"), reverse("dispatch:campaign_ours"))
    if can_manage_campaigns(listing.asked.user, listing.county):
        yield Link(gettext("Open a campaign"), reverse("dispatch:campaign_new"), "plus", primary=True)


CAMPAIGNS = ListSpec(
    key="campaigns",
    title=_("Campaigns"),
    url="dispatch:campaigns",
    page="dispatch:campaign",
    scope=campaigns,
    columns=(
        name_column("name", _("Campaign")),
        day_column("first_on", _("First day"), css="num nw", chosen=True, named=True),
        day_column("last_on", _("Last day"), css="num nw", chosen=True, named=True),
        Column("where", _("State"), _where, _where_value, ("closed_on", "first_on", "last_on"), css="nw top end",
               chosen=True),
        number_column("tasks_n", _("tasks"), chosen=True, named=True),
        number_column("done_n", _("done"), chosen=True, named=True),
        number_column("late_n", _("late"), chosen=True, named=True),
        text_column("lead", _("Leading unit"), "lead__short_name", chosen=True, sort="lead__position"),
        text_column("squad", _("Squad"), "squad__unit__short_name"),
        text_column("document", _("Document")),
        day_column("closed_on", _("Ended on")),
    ),
    filters=(Filter("where", _("State"), _is, tuple(WHERE.items())),),
    views=(BuiltIn("all", _("All"), ""), BuiltIn("going", _("Going on"), "where=going&where=over")),
    order=("-first_on", "-pk"),
    search=lambda text: Q(name__icontains=text) | Q(purpose__icontains=text),
    find=_("Name, word"),
    may_share=can_share_view,
    links=_campaign_links,
    empty=(
        _("No campaign has been opened yet"),
        _("What the county's document names is opened with one press, and changed as it has to be."),
    ),
    empty_for_others=(_("No campaign has been opened yet"), _("The command office opens them.")),
)  # fmt: skip


# tasks --------------------------------------------------------------------------------------------------------------


def tasks(asked: Asked) -> QuerySet[Task]:
    return Task.objects.visible_to(asked.user)


def _state_code(row: Row, look: Look) -> str:
    return "late" if row["status"] == Status.OPEN and row["due_on"] < look.asked.on else str(row["status"])


def _state(row: Row, look: Look) -> str:
    code = _state_code(row, look)
    return mark(STATES[code], TONES.get(code, ""))


def _state_value(row: Row, look: Look) -> str:
    return str(STATES[_state_code(row, look)])


def _reached(row: Row, look: Look) -> str:
    if row["target"] is None:
        return ""
    return f"{figures.trimmed(row['reached'] or 0, 2)}/{figures.trimmed(row['target'], 2)} {row['measure']}"


def _phase(row: Row, look: Look) -> str:
    kept: dict[int, Campaign] | None = look.__dict__.get("_campaigns")
    if kept is None:
        kept = look.__dict__["_campaigns"] = Campaign.objects.filter(county=look.asked.county).in_bulk()
    found = kept[row["campaign"]].phase_of(row["due_on"]) if row["campaign"] in kept else None
    return found.name if found else ""


def _state_is(values: list[str], asked: Asked) -> Q:
    found = Q(pk__in=[])
    for value in values:
        if value == "late":
            found |= Q(status=Status.OPEN, due_on__lt=asked.on)
        elif value in STATES:
            found |= Q(status=value)
    return found


def _level(values: list[str], asked: Asked) -> Q:
    found = Q(pk__in=[])
    for value in values:
        if value in ("given", "parts"):
            found |= Q(parent__isnull=value == "given")
    return found


def _phase_is(values: list[str], asked: Asked) -> Q:
    """`campaign:number` of the phase."""
    found = Q(pk__in=[])
    for value in values:
        pk, _colon, number = value.partition(":")
        campaign = Campaign.objects.filter(county=asked.county, pk__in=keys([pk])).first()
        if campaign and number.isdecimal() and len(number) < 4 and int(number) < len(campaign.stretches):
            phase = campaign.stretches[int(number)]
            found |= Q(campaign=campaign, due_on__range=(phase.first, phase.last))
    return found


def _phases(asked: Asked) -> list[Option]:
    going = Campaign.objects.filter(county=asked.county)
    return [
        Option(f"{one.pk}:{number}", f"{one.name}：{phase.name}", one.closed_on is None)
        for one in going
        for number, phase in enumerate(one.stretches)
    ]


def _units(asked: Asked) -> list[Option]:
    units = Unit.objects.filter(pk__in=tasks(asked).order_by().values("unit")).order_by("position", "pk")
    return [Option(code, name) for code, name in units.values_list("code", "short_name")]


def _campaigns(asked: Asked) -> list[Option]:
    return [Option(str(one.pk), one.name) for one in Campaign.objects.visible_to(asked.user)]


def _kinds(asked: Asked) -> list[Option]:
    found = tasks(asked).exclude(kind="").order_by(by_text("kind")).values_list("kind", flat=True).distinct()
    return [Option(kind, kind) for kind in found]


def _task_links(listing: Listing) -> Iterator[Link]:
    yield Link(gettext("Our own tasks"), reverse("dispatch:campaign_ours"))


def _crumb(listing: Listing) -> Iterator[Link]:
    yield Link(gettext("Campaigns"), reverse("dispatch:campaigns"))


def _percent(row: Row, look: Look) -> str:
    return str(escape(f"{row['percent']}%"))


TASKS = ListSpec(
    key="campaign_tasks",
    title=_("Tasks of campaigns"),
    url="dispatch:campaign_tasks",
    page="dispatch:campaign_task",
    scope=tasks,
    columns=(
        name_column("title", _("Task")),
        text_column("kind", _("Line of work"), css="mut nw", chosen=True),
        text_column("unit", _("Responsible unit"), "unit__short_name", css="nw", sort="unit__position", chosen=True),
        text_column("leader", _("Responsible leader"), "leader__title", css="mut nw x", sort="leader__position",
                    chosen=True),
        day_column("due_on", _("Due on"), css="num nw", named=True, chosen=True),
        Column("reached", _("Reached"), _reached, _reached, ("reached", "target", "measure"), css="n nw x", head="n",
               chosen=True),
        Column("percent", _("Progress"), _percent, lambda row, look: row["percent"], ("percent",), sort="percent",
               css="n nw", head="n", chosen=True, named=True, format=Format.NUMBER, file_unit="%"),
        Column("state", _("State"), _state, _state_value, ("status", "due_on"), css="nw top end", chosen=True),
        text_column("campaign", _("Campaign"), "campaign__name"),
        Column("phase", _("Phase"), lambda row, look: str(escape(_phase(row, look))), _phase, ("campaign", "due_on"),
               css="mut x"),
        text_column("post", _("Done by"), "post__title", sort="post__position"),
        text_column("parent", _("Part of"), "parent__title"),
        text_column("project", _("Project"), "project__name"),
        text_column("detail", _("What is to be done"), css="wide x"),
        day_column("done_on", _("Done on")),
        day_column("confirmed_on", _("Confirmed on")),
        number_column("position", _("Number")),
    ),
    filters=(
        Filter("campaign", _("Campaign"), is_id_of("campaign"), _campaigns),
        Filter("state", _("State"), _state_is, tuple(STATES.items()), unless=~Q(status=Status.DROPPED)),
        Filter("unit", _("Responsible unit"), is_one_of("unit__code"), _units),
        Filter("kind", _("Line of work"), is_one_of("kind"), _kinds, more=True),
        Filter("phase", _("Phase"), _phase_is, _phases, more=True),
        Filter("level", _("Whole tasks or parts"), _level, (("given", _("Whole tasks")), ("parts", _("Parts"))),
               more=True),
        Filter("mine", _("Whose"), lambda values, asked: own_tasks(asked.user), (("yes", _("Our own")),), hidden=True),
    ),
    views=(
        BuiltIn("all", _("All"), ""),
        BuiltIn("late", _("Late"), "state=late"),
        BuiltIn("check", _("To be confirmed"), "state=done"),
        BuiltIn("ours", _("Our own"), "mine=yes", frozenset({"officer", "unit_head"})),
    ),
    order=("-campaign__first_on", "campaign", "position", "pk"),
    head="title",
    search=lambda text: Q(title__icontains=text) | Q(detail__icontains=text) | Q(project__name__icontains=text),
    find=_("Task, project, word"),
    may_share=can_share_view,
    links=_task_links,
    crumb=_crumb,
    empty=(_("No task has been given yet"), _("The office gives them on the page of a campaign.")),
)  # fmt: skip

LISTS = (CAMPAIGNS, TASKS)
