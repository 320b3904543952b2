"""The problem ledger as a list (D06); the board stands in `dispatch.board`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import F, Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import conditional_escape as escape
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.amounts import figures
from core.days.office import Days, calendar
from core.lists.columns import (
    Column,
    Look,
    Row,
    coded_column,
    day_column,
    listed_column,
    name_column,
    text_column,
)
from core.lists.filters import Asked, BuiltIn, Filter, Option, is_id_of, is_one_of, listed
from core.lists.listing import Listing
from core.lists.spec import Link, ListSpec
from core.records.order import CodePoints
from core.templatetags.ui import clock_html, mark
from core.web.asked import number, period
from dispatch.problems import board
from dispatch.problems.due import climbed_to
from dispatch.problems.models import Problem, ProblemQuerySet
from dispatch.problems.rules import ProblemRules
from dispatch.problems.services import next_climbs
from organization.people.models import Role, User
from organization.permissions import can_share_view
from organization.profiles.rules import Rules, rules_of
from organization.units.models import Unit

Status = Problem.Status


@dataclass(frozen=True)
class LedgerAsked(Asked):
    """Beside who asks: the county's ladder and categories, and its working days."""

    @cached_property
    def rules(self) -> Rules:
        return rules_of(self.county)

    @cached_property
    def days(self) -> Days:
        return calendar()

    @property
    def categories(self) -> dict[str, str]:
        return self.rules[ProblemRules].labels


def card(row: Row, look: Look) -> board.Card:
    """The problem with its clock; made once a row."""
    found: board.Card | None = row.get("card")
    if found is None:
        asked: Any = look.asked
        problem = Problem(**{name: row[name] for name in CLOCK})
        found = row["card"] = board.card(problem, asked.rules, asked.now, asked.days)
    return found


CLOCK = ("status", "level", "due_on", "category", "waits_until")


def ask(user: User, county: Unit, query: QueryDict, now: datetime) -> LedgerAsked:
    return LedgerAsked(user, county, now)


def scope(asked: Asked) -> ProblemQuerySet:
    return Problem.objects.visible_to(asked.user)


def matching(text: str) -> Q:
    return (
        Q(title__icontains=text)
        | Q(detail__icontains=text)
        | Q(project__name__icontains=text)
        | Q(owner_unit__name__icontains=text)
    )


def _category(row: Row, look: Any) -> str:
    return mark(_category_value(row, look))


def _category_value(row: Row, look: Any) -> str:
    return str(look.asked.categories.get(row["category"], row["category"]))


def _level(row: Row, look: Any) -> str:
    return str(escape(card(row, look).level))


def _clock(row: Row, look: Any) -> str:
    found = card(row, look)
    if row["status"] != Status.OPEN:
        return f'<span class="mut">{escape(found.words)}</span>'
    return clock_html(found.used, found.total, found.words)


COLUMNS = (
    name_column("title", _("Problem")),
    text_column("project", _("Project"), "project__name", css="mut", chosen=True),
    Column(
        "category",
        _("Category"),
        _category,
        _category_value,
        ("category",),
        sort=CodePoints(F("category")),
        css="x",
        chosen=True,
    ),
    text_column("owner", _("Owner"), "owner_unit__short_name", css="", sort="owner_unit__position", chosen=True),
    Column(
        "level",
        _("Rung"),
        _level,
        lambda row, look: card(row, look).level,
        CLOCK,
        sort="level",
        css="end",
        chosen=True,
    ),
    day_column("raised_on", _("Raised"), css="x num", chosen=True),
    day_column("due_on", _("Due"), css="x num", chosen=True),
    Column(
        "clock",
        _("Clock"),
        _clock,
        lambda row, look: card(row, look).words,
        CLOCK,
        sort="due_on",
        css="wide",
        chosen=True,
    ),
    listed_column("source", _("How it came to light"), lambda look: look.asked.rules[ProblemRules].sources),
    coded_column("status", _("Status"), Status),
    text_column("raised_unit", _("Raised by"), "raised_unit__short_name", sort="raised_unit__position"),
    text_column("detail", _("Details")),
    text_column("result", _("Result")),
    day_column("placed_on", _("placed on")),
    day_column("waits_until", _("waits until")),
    day_column("report_due", _("report to the leader due on")),
    day_column("closed_on", _("Closed on")),
)


def _categories(asked: LedgerAsked) -> list[Option]:
    """Each head, then what belongs to it."""
    rules = asked.rules[ProblemRules]
    codes = {leaf.code: leaf.under for leaf in rules.leaves}
    found: list[Option] = []
    for head, label in [("", ""), *rules.heads.items()]:
        found += [Option(head, label)] if head else []
        own = [code for code, under in codes.items() if under == head]
        found += [Option(code, rules.in_full(code)) for code in own]
    return found


def _category_is(values: list[str], asked: Asked) -> Q:
    return Q(category__in=asked.rules[ProblemRules].within(values))  # type: ignore[attr-defined]  # LedgerAsked


def _levels(asked: LedgerAsked) -> list[Option]:
    return [Option(str(n), level.label) for n, level in enumerate(asked.rules[ProblemRules].ladder)]


def _owners(asked: Asked) -> list[Option]:
    units = Unit.objects.filter(pk__in=scope(asked).order_by().values("owner_unit"))
    return [Option(code, name) for code, name in units.values_list("code", "short_name")]


def _level_is(values: list[str], asked: Asked) -> Q:
    return Q(level__in=[level for value in values if (level := number(value, high=99)) is not None])


def _late(values: list[str], asked: Asked) -> Q:
    return Q(status=Status.OPEN, due_on__lt=asked.on)


def _unplaced(values: list[str], asked: Asked) -> Q:
    return Q(status=Status.OPEN, placed_on=None)


def _waits(values: list[str], asked: Asked) -> Q:
    return Q(status=Status.OPEN, waits_until__gte=asked.on)


def _at_top(values: list[str], asked: Asked) -> Q:
    return Q(level__gte=max(len(asked.rules[ProblemRules].ladder) - 1, 0))  # type: ignore[attr-defined]  # LedgerAsked


def _at_place(values: list[str], asked: Asked) -> Q:
    """At the place of the project: its township or park, else the unit that leads it."""
    lead = Q(project__location=None, project__lead_unit__code__in=values)
    return Q(project__location__code__in=values) | lead


def _decides(values: list[str], asked: Asked) -> Q:
    return Q(pk__in=climbed_to(asked.user, asked.county, asked.now))


def _in_month(name: str) -> Any:
    def where(values: list[str], asked: Asked) -> Q:
        found = Q(pk__in=[])
        for value in values:
            if month := period(value):
                found |= Q(**{f"{name}__gte": month.first, f"{name}__lte": month.last})
        return found

    return where


FILTERS = (
    # What is closed is left out unless it is asked for.
    Filter("status", _("Status"), is_one_of("status"), Status.choices, unless=~Q(status=Status.CLOSED)),
    Filter("category", _("Category"), _category_is, _categories),
    listed("source", _("How it came to light"), lambda asked: asked.rules[ProblemRules].sources),
    Filter("unit", _("Owner"), is_one_of("owner_unit__code"), _owners),
    Filter("level", _("Rung"), _level_is, _levels),
    Filter("placed", _("Placed"), _unplaced, (("no", _("To be placed")),)),
    Filter("waits", _("Waits"), _waits, (("yes", _("Waits, with a reason")),)),
    Filter("top", _("Highest level"), _at_top, (("yes", _("At the highest level")),), hidden=True),
    Filter("late", _("Clock"), _late, (("yes", _("Late only")),)),
    Filter("place", _("Place"), _at_place, hidden=True),
    Filter("visit", _("Visit"), is_id_of("visit"), hidden=True),
    Filter("lead", _("Lead"), is_id_of("lead"), hidden=True),
    Filter("decides", _("To be decided by"), _decides, (("me", _("me")),), hidden=True),
    Filter("raised", _("Raised"), _in_month("raised_on"), hidden=True),
    Filter("closed", _("Closed on"), _in_month("closed_on"), hidden=True),
)

VIEWS = (
    BuiltIn("open", _("Not closed"), ""),
    BuiltIn("late", _("Late"), "late=yes"),
    BuiltIn("top", _("At the highest level"), "top=yes"),
    BuiltIn("answered", _("Result reported"), "status=answered"),
    BuiltIn("closed", _("Closed"), "status=closed"),
    BuiltIn("all", _("All"), "status=open&status=answered&status=closed"),
)


def sub(listing: Listing) -> Iterator[Any]:
    """What is open and late, what climbs next, and what was closed this month and how fast."""
    visible, now = scope(listing.asked), listing.asked.now
    found = board.summary(visible, listing.asked.on, listing.asked.days)
    climbing = next_climbs(listing.county, now=now).filter(pk__in=visible.values("pk")).count()
    yield gettext("%(n)s open") % {"n": found.open}
    if found.late or climbing:
        late = gettext("%(n)s late") % {"n": found.late}
        climbs = gettext(", %(n)s climb on the next working morning") % {"n": climbing} if climbing else ""
        yield format_html('<span class="late">{}{}</span>', late, climbs)
    closed = gettext("%(n)s closed this month") % {"n": found.closed}
    days = "" if found.average is None else figures.grouped(found.average, 1)
    yield closed + (gettext(", in %(days)s working days on average") % {"days": days} if days else "")


def links(listing: Listing) -> Iterator[Link]:
    if listing.asked.user.holds(Role.LEADER, at=listing.county):
        yield Link(_("What waits for me"), f"{reverse('dispatch:problem_list')}?decides=me")
    yield Link(_("The same together"), reverse("dispatch:problems_together"))
    yield Link(_("Board"), reverse("dispatch:problems"))
    yield Link(_("Raise a problem"), reverse("dispatch:problem_new"), primary=True)


PROBLEMS = ListSpec(
    key="problems",
    title=_("Problem ledger"),
    url="dispatch:problem_list",
    page="dispatch:problem",
    scope=scope,
    columns=COLUMNS,
    filters=FILTERS,
    views=VIEWS,
    order=("due_on", "pk"),
    head="title",
    search=matching,
    find=_("Project, unit, word"),
    may_share=can_share_view,
    ask=ask,
    sub=sub,
    links=links,
    empty=(
        _("No problem is on file yet"),
        _("What holds a project up is raised here, and climbs if nobody solves it."),
    ),
)


LISTS = (PROBLEMS,)
