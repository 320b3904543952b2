"""The filters of the project list: one table of what can be asked, each a condition on a queryset with figures.

A filter is a `Q`, so that the counts on the tabs of all views are one query. All of it stands in the address.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.days.periods import Period
from core.lists import filters as lists
from core.lists.filters import BuiltIn, Filter, Option, is_one_of
from core.web.keys import keys_of
from organization.people.models import Post, Role
from organization.permissions import units_of
from organization.portfolios.models import Coverage
from organization.profiles.rules import Rules
from organization.squads.models import Squad
from organization.units.models import Unit, within
from projects import lights
from projects.choices import Level, ReportStatus, Stage, State
from projects.classes import ClassRules
from projects.registry.models import Project, Sponsor, answered_for, sponsored_beside
from projects.reports.models import MonthlyReport
from projects.reports.months import expected
from projects.rules import MonthlyRules, current_period

NONE = Q(pk=0)  # an empty list would empty the query that counts all views at once
GONE = (State.WITHDRAWN, State.MERGED, State.SPLIT)
LIGHTS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "behind": (gettext_lazy("Behind"), ("behind",)),
    "start": (gettext_lazy("Start overdue"), ("start_overdue", "start_late")),
    "slow": (gettext_lazy("Slow"), ("slow",)),
    "good": (gettext_lazy("On pace"), ("on_pace", "completed")),
    "grey": (gettext_lazy("Not due"), ("not_due", "no_start_date", "no_plan")),
    "stop": (gettext_lazy("Suspended"), ("stopped",)),
}


@dataclass(frozen=True)
class Asked(lists.Asked):
    """Beside who asks: as of which month the figures are, and under which rules."""

    period: Period
    rules: Rules
    newest: str = ""  # the newest rows of history
    fixed_period: str = ""  # the month, if the address names it

    @cached_property
    def reporting(self) -> Period:
        """The month that is being reported on now."""
        return current_period(self.on, self.rules[MonthlyRules])

    @property
    def known(self) -> str:
        return f"{self.newest}.{self.period}.{self.on}.{self.rules.key}{self.rules.version}" if self.newest else ""

    @property
    def carried(self) -> dict[str, str]:
        return {"period": self.fixed_period} if self.fixed_period else {}


def _units(values: list[str], asked: Asked) -> Q:
    """Units by code (or id), with all below them; `mine` are those in which the person holds a post."""
    found = Q(pk__in=[])
    for value in values:
        if keys_of([value]):
            path = Unit.objects.filter(pk=value, county=asked.county).values("path")[:1]
            found |= within("lead_unit", [Subquery(path)])
        elif value == "mine":
            found |= within("lead_unit", units_of(asked.user, county=asked.user.county))
        else:
            path = Unit.objects.filter(code=value, county=asked.county).values("path")[:1]  # wherever it stands now
            found |= within("lead_unit", [Subquery(path)])
    return found


def _sponsors(values: list[str], asked: Asked) -> Q:
    """Posts by id; `mine` are those that the person holds."""
    ids = keys_of(values)
    posts = Q(post__in=ids)
    if "mine" in values:
        posts |= Q(post__holder=asked.user)
    return Q(pk__in=Sponsor.objects.filter(posts).values("project"))


def _portfolio(values: list[str], asked: Asked) -> Q:
    """What posts (by id) answer for today by their portfolios; `mine` are those that the person holds."""
    rows = Coverage(asked.county, asked.on).rows
    wanted = [
        row for row in rows if str(row.post_id) in values or ("mine" in values and row.post.holder == asked.user)
    ]
    return answered_for(wanted, rows) if wanted else NONE


def _answers(values: list[str], asked: Asked) -> Q:
    """`mine`: those that the person sponsors, and those of the own portfolio."""
    return _sponsors(values, asked) | _portfolio(values, asked)


def _beside(values: list[str], asked: Asked) -> Q:
    """What posts (by id) sponsor because it was set by hand, though their portfolios don't have it."""
    rows, found = Coverage(asked.county, asked.on).rows, NONE
    for post in Post.objects.filter(unit__county=asked.county, pk__in=keys_of(values)):
        covered = answered_for([row for row in rows if row.post_id == post.pk], rows)
        found |= sponsored_beside(post, covered)
    return found


def _lights(values: list[str], asked: Asked) -> Q:
    """By the names of `LIGHTS`, and for links from elsewhere by a light's own code or by a colour."""
    found = [code for value in values for code in (LIGHTS[value][1] if value in LIGHTS else [value])]
    return Q(light__in=[*found, *lights.codes(*values)])


def _plan(values: list[str], asked: Asked) -> Q:
    found = Q(pk__in=[])
    if "with" in values:
        found |= Q(plan__isnull=False)
    if "without" in values:
        found |= Q(plan__isnull=True)
    return found


def _entered(values: list[str], asked: Asked) -> Q:
    return Q(entered_on__isnull="no" in values)


def _size(values: list[str], asked: Asked) -> Q:
    floors = [tier.floor for tier in asked.rules[ClassRules].tiers if tier.code in values]
    return Q(total_investment__gte=min(floors)) if floors else Q()


def _size_options(asked: Asked) -> list[Option]:
    return [Option(tier.code, tier.label) for tier in asked.rules[ClassRules].tiers]


def _competent(values: list[str], asked: Asked) -> Q:
    """Units by code, with all below them; `mine` are those in which the person holds a post; `none` is nobody yet."""
    places = Unit.objects.filter(county=asked.county, code__in=values)
    mine = units_of(asked.user, county=asked.user.county) if "mine" in values else []
    found = Q(competent_unit__in=Unit.objects.below([*places, *mine]).values("pk"))
    return found | Q(competent_unit__isnull=True) if "none" in values else found


def _competent_options(asked: Asked) -> list[Option]:
    named = Project.objects.filter(county=asked.county).order_by().values("competent_unit")
    units = Unit.objects.filter(pk__in=named)
    offered = [Option(unit.code, unit.short_name) for unit in units]
    return [Option("mine", _("mine"), False), *offered, Option("none", _("none yet"))]


def _classed(key: str, label: Any, field: str) -> Filter:
    return lists.listed(key, label, lambda asked: asked.rules[ClassRules].of(field), field, more=True)


def _report(values: list[str], asked: Asked) -> Q:
    """`missing`: expected for the month that is being reported on, and not handed in."""
    handed_in = MonthlyReport.objects.filter(project=OuterRef("pk"), month=str(asked.reporting)).exclude(
        status__in=(ReportStatus.DRAFT, ReportStatus.RETURNED)
    )
    due = expected(asked.county, asked.reporting).filter(~Exists(handed_in))
    return Q(pk__in=due.values("pk"))


def _odd(values: list[str], asked: Asked) -> Q:
    found = Q(pk__in=[])
    if "never_entered" in values:
        found |= Q(completed_on__isnull=False, entered_on__isnull=True)
    if "approved" in values:
        found |= Q(pk__in=Project.objects.planned_with_approval().values("pk"))
    return found


def _unit_options(asked: Asked) -> list[Option]:
    """The county's units that lead something; links from elsewhere name a unit by its id."""
    units = list(Unit.objects.filter(county=asked.county, led_projects__isnull=False).distinct())
    offered = [Option(unit.code, unit.short_name) for unit in units]
    return [Option("mine", _("mine"), False), *offered, *(Option(str(u.pk), u.short_name, False) for u in units)]


def _sponsor_options(asked: Asked) -> list[Option]:
    """The county's posts that sponsor something."""
    posts = Post.objects.filter(unit__county=asked.county, sponsored__isnull=False).distinct()
    found = posts.order_by("unit__position", "position", "pk")
    return [Option("mine", _("mine"), False), *(Option(str(post.pk), str(post)) for post in found)]


def _squads(values: list[str], asked: Asked) -> Q:
    """Squads by id; `mine` are those that the person belongs to."""
    found = Q(pk__in=keys_of(values))
    if "mine" in values:
        found |= Q(pk__in=Squad.objects.of_user(asked.user, on=asked.on).values("pk"))
    squads = Squad.objects.filter(found, unit__county=asked.county)
    return Q(pk__in=Project.objects.of_squads(squads).values("pk"))


def _squad_options(asked: Asked) -> list[Option]:
    squads = Squad.objects.filter(unit__county=asked.county).values_list("pk", "unit__short_name")
    return [Option("mine", _("mine"), False), *(Option(str(pk), name) for pk, name in squads)]


def _portfolio_options(asked: Asked) -> list[Option]:
    """The county's posts that have a portfolio today."""
    rows = Coverage(asked.county, asked.on).rows
    return [Option("mine", _("mine"), False), *(Option(str(row.post_id), str(row.post)) for row in rows)]


def _leader_options(asked: Asked) -> list[Option]:
    posts = Post.objects.filter(unit__county=asked.county, role=Role.LEADER, active=True)
    return [Option("mine", _("mine"), False), *(Option(str(post.pk), str(post)) for post in posts)]


# By the names of `LIGHTS`; links from elsewhere name a light's own code or a colour.
LIGHT_OPTIONS = (
    *(Option(key, label) for key, (label, _codes) in LIGHTS.items()),
    *(Option(code, line.label, False) for code, line in lights.BY_CODE.items() if code not in LIGHTS),
    *(Option(colour, label, False) for colour, label in lights.COLOURS.items() if colour not in LIGHTS),
)

FILTERS: tuple[Filter, ...] = (
    Filter("stage", gettext_lazy("Stage"), is_one_of("stage"), Stage.choices),
    Filter("unit", gettext_lazy("Lead unit"), _units, _unit_options),
    Filter("level", gettext_lazy("Level"), is_one_of("level"), Level.choices),
    Filter("sponsor", gettext_lazy("Sponsor"), _sponsors, _sponsor_options),
    Filter("squad", gettext_lazy("Squad"), _squads, _squad_options, more=True),
    Filter("portfolio", gettext_lazy("Portfolio of"), _portfolio, _portfolio_options),
    Filter("light", gettext_lazy("Light"), _lights, LIGHT_OPTIONS, needs="light"),
    # What was withdrawn, merged or split up is left out unless its state is asked for.
    Filter("state", gettext_lazy("State"), is_one_of("state"), State.choices, unless=~Q(state__in=GONE)),
    _classed("sector", gettext_lazy("Sector"), "sector"),
    _classed("cluster", gettext_lazy("Cluster"), "cluster"),
    Filter("competent", gettext_lazy("Competent department"), _competent, _competent_options, more=True),
    _classed("nature", gettext_lazy("Nature"), "nature"),
    _classed("kind", gettext_lazy("Investment kind"), "investment_kind"),
    Filter(
        "plan",
        gettext_lazy("Annual plan"),
        _plan,
        (("with", gettext_lazy("has one")), ("without", gettext_lazy("has none"))),
        more=True,
        needs="figures",
    ),
    Filter(
        "size",
        gettext_lazy("Total investment"),
        _size,
        _size_options,
        more=True,
    ),
    Filter(
        "entered",
        gettext_lazy("In statistics"),
        _entered,
        (("no", gettext_lazy("not yet")), ("yes", gettext_lazy("entered"))),
        hidden=True,
    ),
    Filter("answers", gettext_lazy("Answered for by"), _answers, _leader_options, hidden=True),
    Filter("beside", gettext_lazy("Sponsored by hand beside the portfolio"), _beside, _leader_options, hidden=True),
    Filter("report", gettext_lazy("Report"), _report, (("missing", gettext_lazy("not handed in")),), hidden=True),
    Filter(
        "odd",
        gettext_lazy("Odd"),
        _odd,
        (
            ("never_entered", gettext_lazy("completed, never entered")),
            ("approved", gettext_lazy("still planned, with an approval")),
        ),
        hidden=True,
    ),
)  # fmt: skip

VIEWS: tuple[BuiltIn, ...] = (
    BuiltIn("all", gettext_lazy("All"), ""),
    BuiltIn("unit", gettext_lazy("My unit"), "unit=mine", frozenset({"officer", "unit_head"})),
    BuiltIn("sponsored", gettext_lazy("Sponsored by me"), "sponsor=mine", frozenset({"leader"})),
    BuiltIn("portfolio", gettext_lazy("My portfolio"), "portfolio=mine", frozenset({"leader"})),
    BuiltIn("behind", gettext_lazy("Behind"), "light=behind"),
    BuiltIn("start", gettext_lazy("Start overdue"), "light=start"),
    BuiltIn("not_entered", gettext_lazy("Started, not in statistics"), "stage=started&state=active&entered=no"),
    BuiltIn("unreported", gettext_lazy("Not reported this month"), "report=missing"),
    BuiltIn("key", gettext_lazy("Key projects"), "level=province&level=city"),
    BuiltIn("large", gettext_lazy("100 million and more"), "size=100m"),
    BuiltIn(
        "approved",
        gettext_lazy("Planned, with an approval"),
        "odd=approved",
        frozenset({"office", "officer", "unit_head"}),
    ),
    BuiltIn("odd", gettext_lazy("Completed, never entered"), "odd=never_entered", frozenset({"office", "statistics"})),
)
