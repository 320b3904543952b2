"""The filters of the project list: one table of what can be asked, each a condition on the months' rows.

What is kept by months (stage, state, units, plan, days, light) is asked of the month's row, all else of the project as
it is today.

A filter is a `Q`, so that the counts on the tabs of all views are one query. All of it stands in the address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import zip_longest
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.days.periods import Period
from core.lists import filters as lists
from core.lists.filters import BuiltIn, Filter, Option, is_one_of
from core.lists.kept import kept
from core.records.marks import counts_of, said_of
from core.records.prepared import prepared
from core.shapes import said
from core.web.asked import keys
from organization.people.models import Post, Role
from organization.permissions import sees_whole_county, units_of
from organization.portfolios.models import Coverage, Portfolio
from organization.profiles.rules import Rules
from organization.squads.models import Squad
from organization.units.models import Unit, UnitKind
from organization.units.tree import below, homes_on, tree
from projects import lights
from projects.choices import Level, Stage, State
from projects.classes import ClassRules
from projects.registry.models import Project, Sponsor, answered_for, sponsored_beside
from projects.registry.months.models import COUNTED, ProjectMonth, ProjectMonthQuerySet
from projects.reports.months import owed
from projects.rules import MonthlyRules, current_period

NAMED = 2_000  # projects in one statement, which then is made of their keys
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


Which = Callable[..., QuerySet[Project]]


class PostLine(NamedTuple):
    """A post of the county: `sponsors` something, `answers` for a portfolio today."""

    pk: int
    title: str
    title_en: str
    role: str
    active: bool
    sponsors: bool
    answers: bool


@dataclass(frozen=True)
class Asked(lists.Asked):
    """Beside who asks: as of which month the figures are, and under which rules."""

    period: Period
    rules: Rules
    fixed_period: str = ""  # the month, if the address names it

    @cached_property
    def reporting(self) -> Period:
        """The month that is being reported on now."""
        return current_period(self.on, self.rules[MonthlyRules])

    @cached_property
    def rows(self) -> ProjectMonthQuerySet:
        """The county's projects as they stood at the end of the month."""
        return ProjectMonth.objects.of(self.county, self.period)

    @cached_property
    def marks(self) -> list[str]:
        """The first differs after each write of a row of the month, the other after each write of a project."""
        return said_of(_counts(self.county.pk, self.period), 2)

    @property
    def mark(self) -> str:
        """Differs after each write of a row of the month."""
        return self.marks[0]

    @cached_property
    def visible(self) -> list[int] | None:
        """The projects that the person may see today; None where that is the whole county."""
        if sees_whole_county(self.user, self.county):
            return None
        return list(Project.objects.visible_to(self.user).order_by("pk").values_list("pk", flat=True))

    @cached_property
    def units(self) -> list[Any]:
        """The county's units, to say what stood below what, and by which name, at the end of the month; with whether
        each led a project then, or was competent for one, and its squad."""

        def involved() -> tuple[Any, ...]:
            pairs = self.rows.order_by().values_list("lead_unit", "competent_unit").distinct()
            return tuple(zip(*pairs, strict=True)) if pairs else ((), ())

        roles = kept("units", f"{self.county.pk} {self.period} {self.mark}", involved)
        units: list[Any] = list(tree(self.county).annotate(squad_pk=F("squad__pk")))
        for unit in units:
            unit.led, unit.competent = (unit.pk in pks for pks in roles)
        return units

    def below(self, tops: Iterable[int]) -> list[int]:
        """The units *tops* (by pk) and all that stood below them at the end of the month."""
        return below(self.units, set(tops), self.period.last)

    @cached_property
    def homes(self) -> dict[int, int]:
        """Which unit each unit's projects are counted for."""
        return homes_on(self.units, self.period.last)

    @cached_property
    def coverage(self) -> Coverage:
        """Who answers for what today."""
        return Coverage(self.county, self.on)

    @cached_property
    def posts(self) -> list[PostLine]:
        """The county's posts, with whether they sponsor something (`sponsors`) and have a portfolio today (`answers`).
        Each is looked up once; to filter by them as well would ask twice."""
        return [PostLine(*row) for row in _posts(self.county.pk, self.on)]

    @cached_property
    def owed(self) -> Q:
        """Those that are expected to report on the month that is being reported on, and didn't hand in."""
        return of_these(owed, self.county.pk, self.reporting)

    @cached_property
    def approved(self) -> Q:
        """Those that have an approval and are planned all the same."""
        return of_these(_approved, self.county.pk)

    @property
    def carried(self) -> dict[str, str]:
        return {"period": self.fixed_period} if self.fixed_period else {}


def _of_projects(projects: QuerySet[Project]) -> Q:
    """Of what isn't kept by months: the projects as they are today."""
    return Q(project__in=projects.order_by().values("pk"))


def of_these(which: Which, *about: Any) -> Q:
    """The same by their keys: quicker than to look each row up, and counts stay known while these are the same ones.
    Too many for a statement are looked up."""
    pks = [pk for (pk,) in _keys(which, *about)]
    return Q(project__in=pks or [0]) if len(pks) <= NAMED else _of_projects(which(*about))


@prepared
def _keys(which: Which, *about: Any) -> QuerySet[Any, Any]:
    return which(*about).order_by("pk").values_list("pk")[: NAMED + 1]


def _approved(county: int) -> QuerySet[Project]:
    return Project.objects.filter(county=county).planned_with_approval()


@prepared
def _counts(county: int, period: Period) -> QuerySet[Any, Any]:
    return counts_of(ProjectMonth.objects.of(county, period), Project.objects.filter(county=county))


@prepared
def _posts(county: int, on: date) -> QuerySet[Any, Any]:
    sponsors = Exists(Sponsor.objects.filter(post=OuterRef("pk")))
    answers = Exists(Portfolio.objects.on(on).filter(post=OuterRef("pk")))
    posts = Post.objects.filter(unit__county=county).order_by("unit__position", "position", "pk")
    return posts.annotate(sponsors=sponsors, answers=answers).values_list(*PostLine._fields)


def _below(values: list[str], asked: Asked) -> list[int]:
    """Units by code (or id), with all that stood below them; `mine` are those in which the person holds a post."""
    ids = set(keys(values))
    tops = {unit.pk for unit in asked.units if unit.pk in ids or unit.code in values}
    if "mine" in values:
        tops |= {unit.pk for unit in units_of(asked.user, county=asked.user.county)}
    return asked.below(tops)


def _units(values: list[str], asked: Asked) -> Q:
    return Q(lead_unit__in=_below(values, asked))


def _ranked(values: list[str], asked: Asked) -> Q:
    """The projects that were counted for units (by id) in rankings and bulletins."""
    ids = set(keys(values))
    return Q(lead_unit__in=[pk for pk, home in asked.homes.items() if home in ids])


def _sponsors(values: list[str], asked: Asked) -> Q:
    """Posts by id; `mine` are those that the person holds."""
    ids = keys(values)
    posts = Q(post__in=ids)
    if "mine" in values:
        posts |= Q(post__holder=asked.user)
    return Q(project__in=Sponsor.objects.filter(posts).values("project"))


def _portfolio(values: list[str], asked: Asked) -> Q:
    """What posts (by id) answer for today by their portfolios; `mine` are those that the person holds."""
    rows = asked.coverage.rows
    wanted = [
        row for row in rows if str(row.post_id) in values or ("mine" in values and row.post.holder == asked.user)
    ]
    return _of_projects(Project.objects.filter(answered_for(wanted, rows))) if wanted else NONE


def _answers(values: list[str], asked: Asked) -> Q:
    """`mine`: those that the person sponsors, and those of the own portfolio."""
    return _sponsors(values, asked) | _portfolio(values, asked)


def _beside(values: list[str], asked: Asked) -> Q:
    """What posts (by id) sponsor because it was set by hand, though their portfolios don't have it."""
    rows, found = asked.coverage.rows, NONE
    for post in Post.objects.filter(unit__county=asked.county, pk__in=keys(values)):
        covered = answered_for([row for row in rows if row.post_id == post.pk], rows)
        found |= _of_projects(Project.objects.filter(sponsored_beside(post, covered)))
    return found


def _lights(values: list[str], asked: Asked) -> Q:
    """By the names of `LIGHTS`, and for links from elsewhere by a light's own code or by a colour."""
    found = [code for value in values for code in (LIGHTS[value][1] if value in LIGHTS else [value])]
    return Q(light__in=[*found, *lights.codes(*values)])


def _plan(values: list[str], asked: Asked) -> Q:
    """A plan of nothing is none."""
    found = Q(pk__in=[])
    if "with" in values:
        found |= Q(plan__gt=0)
    if "without" in values:
        found |= Q(plan=None) | Q(plan=0)
    return found


def _counted(values: list[str], asked: Asked) -> Q:
    found = Q(pk__in=[])
    if "yes" in values:
        found |= COUNTED
    if "no" in values:
        found |= ~COUNTED
    return found


def _postponed(values: list[str], asked: Asked) -> Q:
    return lights.POSTPONED if "yes" in values else Q(pk__in=[])


def _entered(values: list[str], asked: Asked) -> Q:
    return Q(entered_on__isnull="no" in values)


def _size(values: list[str], asked: Asked) -> Q:
    floors = [tier.floor for tier in asked.rules[ClassRules].tiers if tier.code in values]
    return Q(total_investment__gte=min(floors)) if floors else Q()


def _size_options(asked: Asked) -> list[Option]:
    return [Option(tier.code, tier.label) for tier in asked.rules[ClassRules].tiers]


def _tier(values: list[str], asked: Asked) -> Q:
    """Those of one tier of size alone; `below` are those smaller than the least."""
    tiers = asked.rules[ClassRules].tiers
    found = Q(pk__in=[])
    for tier, higher in zip_longest(tiers, tiers[1:]):
        if tier.code in values:
            found |= Q(total_investment__gte=tier.floor) & (Q(total_investment__lt=higher.floor) if higher else Q())
    return found | Q(total_investment__lt=tiers[0].floor) if "below" in values and tiers else found


def _tier_options(asked: Asked) -> list[Option]:
    return [*_size_options(asked), Option("below", _("below"))]


def _first_sponsor(values: list[str], asked: Asked) -> Q:
    """Those that posts (by id) sponsor as the first."""
    first = Sponsor.objects.filter(project=OuterRef("pk")).order_by("position", "pk").values("post")[:1]
    found = Project.objects.filter(county=asked.county).annotate(first=Subquery(first))
    return _of_projects(found.filter(first__in=keys(values)))


def _first_squad(values: list[str], asked: Asked) -> Q:
    """Those whose squad (a unit, by id) is the one that leads them, else the first that cooperates in them."""
    squads, wanted = [unit.pk for unit in asked.units if unit.kind == UnitKind.SQUAD], set(keys(values))
    helped, found = Project.cooperating_units.through.objects, Q(lead_unit__in=wanted.intersection(squads))
    for at, squad in enumerate(squads):
        if squad in wanted:
            mine = Q(project__in=helped.filter(unit=squad).values("project"))
            earlier = Q(project__in=helped.filter(unit__in=squads[:at]).values("project"))
            found |= mine & ~earlier & ~Q(lead_unit__in=squads)
    return found


def _competent(values: list[str], asked: Asked) -> Q:
    """As units are asked for; `none` is nobody yet."""
    found = Q(competent_unit__in=_below(values, asked))
    return found | Q(competent_unit__isnull=True) if "none" in values else found


def _competent_options(asked: Asked) -> list[Option]:
    offered = [Option(unit.code, _name(unit, asked)) for unit in asked.units if unit.competent]
    return [Option("mine", _("mine"), False), *offered, Option("none", _("none yet"))]


def _classed(key: str, label: Any, field: str) -> Filter:
    return lists.listed(key, label, lambda asked: asked.rules[ClassRules].of(field), f"project__{field}", more=True)


def _report(values: list[str], asked: Asked) -> Q:
    """`missing`: expected for the month that is being reported on, and not handed in."""
    return asked.owed


def _odd(values: list[str], asked: Asked) -> Q:
    found = Q(pk__in=[])
    if "never_entered" in values:
        found |= Q(completed_on__isnull=False, entered_on__isnull=True)
    if "approved" in values:
        found |= asked.approved
    return found


def _unit_options(asked: Asked) -> list[Option]:
    """The county's units that led something; links from elsewhere name a unit by its id."""
    units = [unit for unit in asked.units if unit.led]
    offered = [Option(unit.code, _name(unit, asked)) for unit in units]
    return [Option("mine", _("mine"), False), *offered, *(Option(str(u.pk), _name(u, asked), False) for u in units)]


def _ranked_options(asked: Asked) -> list[Option]:
    """Whom the projects are counted for."""
    homes = {asked.homes[unit.pk] for unit in asked.units if unit.led}
    return [Option(str(unit.pk), _name(unit, asked)) for unit in asked.units if unit.pk in homes]


def _name(unit: Unit, asked: Asked) -> str:
    return unit.called_on(asked.period.last)


def _sponsor_options(asked: Asked) -> list[Option]:
    """The county's posts that sponsor something."""
    return _post_options(post for post in asked.posts if post.sponsors)


def _post_options(posts: Iterable[Any]) -> list[Option]:
    return [
        Option("mine", _("mine"), False),
        *(Option(str(post.pk), said(post.title, post.title_en)) for post in posts),
    ]


def _squads(values: list[str], asked: Asked) -> Q:
    """Squads by id; `mine` are those that the person belongs to."""
    found = Q(pk__in=keys(values))
    if "mine" in values:
        found |= Q(pk__in=Squad.objects.of_user(asked.user, on=asked.on).values("pk"))
    squads = Squad.objects.filter(found, unit__county=asked.county)
    return _of_projects(Project.objects.of_squads(squads))


def _squad_options(asked: Asked) -> list[Option]:
    squads = [Option(str(unit.squad_pk), _name(unit, asked)) for unit in asked.units if unit.squad_pk]
    return [Option("mine", _("mine"), False), *squads]


def _first_squad_options(asked: Asked) -> list[Option]:
    return [Option(str(unit.pk), _name(unit, asked)) for unit in asked.units if unit.kind == UnitKind.SQUAD]


def _portfolio_options(asked: Asked) -> list[Option]:
    """The county's posts that have a portfolio today."""
    return _post_options(post for post in asked.posts if post.answers)


def _leader_options(asked: Asked) -> list[Option]:
    return _post_options(post for post in asked.posts if post.role == Role.LEADER and post.active)


# By the names of `LIGHTS`; links from elsewhere name a light's own code or a colour.
LIGHT_OPTIONS = (
    *(Option(key, label) for key, (label, _codes) in LIGHTS.items()),
    *(Option(code, line.label, False) for code, line in lights.BY_CODE.items() if code not in LIGHTS),
    *(Option(colour, label, False) for colour, label in lights.COLOURS.items() if colour not in LIGHTS),
)

FILTERS: tuple[Filter, ...] = (
    Filter("stage", gettext_lazy("Stage"), is_one_of("stage"), Stage.choices),
    Filter("unit", gettext_lazy("Lead unit"), _units, _unit_options),
    Filter("level", gettext_lazy("Level"), is_one_of("project__level"), Level.choices),
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
    ),
    Filter(
        "counted",
        gettext_lazy("In the totals"),
        _counted,
        (("yes", gettext_lazy("counted")), ("no", gettext_lazy("not counted"))),
        more=True,
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
    Filter(
        "postponed", gettext_lazy("Planned start"), _postponed, (("yes", gettext_lazy("put off")),), hidden=True
    ),
    # What a bulletin is cut by, where a project is in one class alone.
    Filter("tier", gettext_lazy("Size"), _tier, _tier_options, hidden=True),
    Filter("first_sponsor", gettext_lazy("First sponsor"), _first_sponsor, _sponsor_options, hidden=True),
    Filter("first_squad", gettext_lazy("First squad"), _first_squad, _first_squad_options, hidden=True),
    Filter("ranked", gettext_lazy("Counted for"), _ranked, _ranked_options, hidden=True),
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
    lists.ticked("project"),
)  # fmt: skip

VIEWS: tuple[BuiltIn, ...] = (
    BuiltIn("all", gettext_lazy("All"), ""),
    BuiltIn("unit", gettext_lazy("My unit"), "unit=mine", frozenset({"officer", "unit_head"})),
    BuiltIn("sponsored", gettext_lazy("Sponsored by me"), "sponsor=mine", frozenset({"leader"})),
    BuiltIn("portfolio", gettext_lazy("My portfolio"), "portfolio=mine", frozenset({"leader"})),
    BuiltIn("behind", gettext_lazy("Behind"), "light=behind"),
    BuiltIn("start", gettext_lazy("Start overdue"), "light=start"),
    BuiltIn("postponed", gettext_lazy("Start postponed"), "postponed=yes"),
    BuiltIn("not_entered", gettext_lazy("Started, not in statistics"), "stage=started&state=active&entered=no"),
    BuiltIn("unreported", gettext_lazy("Not reported this month"), "report=missing"),
    BuiltIn("key", gettext_lazy("Key projects"), "level=province&level=city"),
    BuiltIn("large", gettext_lazy("10,000 10k yuan and more"), "size=100m"),
    BuiltIn(
        "approved",
        gettext_lazy("Planned, with an approval"),
        "odd=approved",
        frozenset({"office", "officer", "unit_head"}),
    ),
    BuiltIn("odd", gettext_lazy("Completed, never entered"), "odd=never_entered", frozenset({"office", "statistics"})),
)
