"""The projects with their visits as a list: who was there last, who owes a visit now, what went by without one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.html import conditional_escape as escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.amounts import figures
from core.days.office import calendar
from core.lists.columns import NOTHING, Cell, Column, Look, Row, name_column, text_column
from core.lists.filters import Asked, BuiltIn, Filter, Option
from core.lists.listing import Listing
from core.lists.spec import Link, ListSpec
from core.tables.writing import Format
from core.templatetags.ui import mark
from core.web.asked import keys
from core.web.once import once
from organization.people.models import Post, Role
from organization.permissions import can_share_view
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.registry.models import Project, ProjectQuerySet, Sponsor
from projects.sponsorship.gaps import Standing, owing, standings
from projects.sponsorship.models import Side
from projects.sponsorship.permissions import can_see_gaps, leaders_of_secretary
from projects.sponsorship.rules import SponsorshipRules

LEADER = "leader"  # what `bring` brings
NOBODY = "none"


@dataclass(frozen=True)
class VisitLook(Look):
    rules: SponsorshipRules
    stands: Mapping[int, Standing]

    def of(self, row: Row) -> Standing:
        return self.stands.get(row["pk"]) or Standing((), {})


def scope(asked: Asked) -> ProjectQuerySet:
    return Project.objects.visible_to(asked.user).active().filter(completed_on=None)


def bring(found: QuerySet[Any], asked: Asked, needs: frozenset[str]) -> QuerySet[Any]:
    if LEADER not in needs:
        return found
    first = Sponsor.objects.filter(project=OuterRef("pk")).order_by("position", "pk").values("post__title")[:1]
    brought: QuerySet[Any] = found.annotate(leader=Subquery(first))
    return brought


def look(listing: Listing, pks: list[int] | None) -> VisitLook:
    """The year's visits of the page's rows, or of all rows of a file: two queries."""
    asked, rules = listing.asked, rules_of(listing.asked.county)[SponsorshipRules]
    rows = scope(asked) if pks is None else Project.objects.filter(pk__in=pks)
    wanted = rows.only("pk", "counts_from", "created_at", "completed_on").order_by()
    stands = standings(wanted, rules, asked.on, calendar())
    return VisitLook(asked, reverse("projects:page", args=[0]), rules, stands)


def _last(side: str) -> tuple[Cell, Cell]:
    def value(row: Row, look: VisitLook) -> date | None:
        return look.of(row).last.get(side)

    def cell(row: Row, look: VisitLook) -> str:
        found = value(row, look)
        return NOTHING if found is None else str(escape(figures.day(found, look.asked.on)))

    return cell, value


def _now(side: str) -> tuple[Cell, Cell]:
    """Of each duty that runs whether it is done, else by when."""

    def said(row: Row, look: VisitLook) -> list[tuple[str, str]]:
        found = []
        for one in look.of(row).running(side):
            if one.done:
                found.append((gettext("%(what)s: done") % {"what": one.duty.label}, ""))
            else:
                due = figures.day(one.due_on, look.asked.on)
                found.append((gettext("%(what)s: due by %(day)s") % {"what": one.duty.label, "day": due}, "amber"))
        return found

    def cell(row: Row, look: VisitLook) -> str:
        return " ".join(mark(text, tone) for text, tone in said(row, look)) or NOTHING

    def value(row: Row, look: VisitLook) -> str:
        return gettext("; ").join(text for text, _tone in said(row, look))

    return cell, value


def _missed(side: str) -> tuple[Cell, Cell]:
    def value(row: Row, look: VisitLook) -> int:
        return look.of(row).missed(side)

    def cell(row: Row, look: VisitLook) -> str:
        count = value(row, look)
        return f'<span class="late">{count}</span>' if count else "0"

    return cell, value


def _stage(row: Row, look: VisitLook) -> str:
    return str(escape(look.rules.stage(row["stage"])))


COLUMNS = (
    name_column("name", _("Project")),
    text_column("unit", _("Lead unit"), "lead_unit__short_name", css="mut nw", sort="lead_unit__position",
                chosen=True),
    text_column("leader", _("Sponsoring leader"), css="mut nw", chosen=True, needs=LEADER, sort="leader"),
    Column("stage", _("Stage of sponsorship"), _stage, _stage, ("stage",), css="mut nw x", chosen=True),
    Column("leader_now", _("The leader, now"), *_now(Side.LEADER), ("pk",), css="wide", chosen=True),
    Column("leader_last", _("Last visit of the leader"), *_last(Side.LEADER), ("pk",), css="num nw", head="num",
           named=True, chosen=True, format=Format.DATE),
    Column("leader_missed", _("Missed by the leader this year"), *_missed(Side.LEADER), ("pk",), css="n", head="n",
           named=True, chosen=True, format=Format.NUMBER),
    Column("head_now", _("The head, now"), *_now(Side.HEAD), ("pk",), css="wide", chosen=True),
    Column("head_last", _("Last visit of the head"), *_last(Side.HEAD), ("pk",), css="num nw x", head="num",
           format=Format.DATE),
    Column("head_missed", _("Missed by the head this year"), *_missed(Side.HEAD), ("pk",), css="n x", head="n",
           format=Format.NUMBER),
)  # fmt: skip


def _rules(asked: Asked) -> SponsorshipRules:
    return rules_of(asked.county)[SponsorshipRules]


def _owes(before: bool) -> Any:
    def where(values: list[str], asked: Asked) -> Q:
        days = once(("calendar",), calendar)
        found = Q(pk__in=[])
        for side in Side:
            if side in values:
                found |= owing(side, _rules(asked), asked.on, days, before=before)
        return found

    return where


def _leader_is(values: list[str], asked: Asked) -> Q:
    sponsors = Sponsor.objects.filter(project=OuterRef("pk"))
    found = Q(Exists(sponsors.filter(post__in=keys(values))))
    return found | ~Q(Exists(sponsors)) if NOBODY in values else found


def _leaders(asked: Asked) -> list[Option]:
    posts = Post.objects.filter(unit__county=asked.county, role=Role.LEADER, sponsored__isnull=False).distinct()
    named = posts.select_related("unit").order_by("unit__position", "position", "pk")
    return [Option(str(post.pk), str(post)) for post in named] + [Option(NOBODY, gettext("Nobody"))]


def _stage_is(values: list[str], asked: Asked) -> Q:
    return Q(stage__in=[code for stage in _rules(asked).stages if stage.code in values for code in stage.of])


def _stages(asked: Asked) -> list[Option]:
    return [Option(stage.code, stage.label) for stage in _rules(asked).stages]


def _units(asked: Asked) -> list[Option]:
    units = Unit.objects.filter(pk__in=scope(asked).order_by().values("lead_unit"))
    return [Option(code, name) for code, name in units.values_list("code", "short_name")]


def _mine(values: list[str], asked: Asked) -> Q:
    """The own ones: sponsored, or led by the unit whose head one is."""
    posts = [post for post in asked.user.current_posts if post.unit.county_id == asked.county.pk]
    heads = [post.unit_id for post in posts if post.role == Role.UNIT_HEAD]
    sponsored = Q(Exists(Sponsor.objects.filter(project=OuterRef("pk"), post__in=[post.pk for post in posts])))
    return sponsored | Q(lead_unit__in=heads) if "yes" in values else Q(pk__in=[])


FILTERS = (
    Filter("owes", _("Owes a visit now"), _owes(False), tuple(Side.choices)),
    Filter("missed", _("Missed the last time"), _owes(True), tuple(Side.choices)),
    Filter("leader", _("Sponsoring leader"), _leader_is, _leaders),
    Filter("unit", _("Lead unit"), lambda values, asked: Q(lead_unit__code__in=values), _units),
    Filter("stage", _("Stage of sponsorship"), _stage_is, _stages, more=True),
    Filter("mine", _("My own"), _mine, (("yes", _("Yes")),), hidden=True),
)

VIEWS = (
    BuiltIn("all", _("All"), ""),
    BuiltIn("owes", _("Owed now"), "owes=leader&owes=head"),
    BuiltIn("missed", _("Missed the last time"), "missed=leader&missed=head"),
    BuiltIn("nobody", _("Without a leader"), f"leader={NOBODY}"),
    BuiltIn("mine", _("My own"), "mine=yes", frozenset({Role.LEADER, Role.UNIT_HEAD})),
)


def sub(listing: Listing) -> Iterator[Any]:
    """What the county asks for."""
    duties = _rules(listing.asked).duties
    for duty in duties:
        yield f"{duty.label}（{Side(duty.who).label}）"
    if not duties:
        yield gettext("The county has set no duty: nobody owes a visit")


def links(listing: Listing) -> Iterator[Link]:
    user, county = listing.asked.user, listing.asked.county
    if user.holds(Role.OFFICE, Role.SUPERVISION, Role.LEADER, at=county) or leaders_of_secretary(user):
        yield Link(_("Reports to leaders"), reverse("projects:leader_reports"))


GAPS = ListSpec(
    key="sponsorship",
    title=_("Sponsorship: visits"),
    url="projects:sponsorship",
    page="projects:page",
    scope=scope,
    columns=COLUMNS,
    filters=FILTERS,
    views=VIEWS,
    order=("number", "pk"),
    search=ProjectQuerySet.matching,
    find=_("Project, unit, initials"),
    bring=bring,
    look=look,
    may_see=can_see_gaps,
    may_share=can_share_view,
    sub=sub,
    links=links,
    empty=(_("No project is under way"), _("Projects that are registered stand here with their leaders and visits.")),
)
LISTS = (GAPS,)
