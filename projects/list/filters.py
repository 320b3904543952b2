"""The filters of the project list: one table of what can be asked, each a condition on the months' rows.

What is kept by months (stage, state, units, plan, days, light) is asked of the month's row, all else of the project as
it is today.

A filter is a `Q`, so that the counts on the tabs of all views are one query. All of it stands in the address.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import zip_longest
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.lists import filters as lists
from core.lists.filters import BuiltIn, Filter, Option, is_one_of
from core.shapes import said
from core.web.asked import keys
from organization.people.models import Post, Role
from organization.permissions import units_of
from organization.squads.models import Squad
from organization.units.models import Unit, UnitKind
from projects import lights
from projects.approvals.models import EXPIRED, ApprovalItem, ended
from projects.choices import Level, Stage, State
from projects.classes import ClassRules
from projects.list.asked import GONE, NONE, Asked, of_projects, of_these
from projects.registry.models import Project, Sponsor, answered_for, sponsored_beside
from projects.registry.months.models import COUNTED
from projects.rules import ApprovalRules, LightRules

LIGHTS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "behind": (gettext_lazy("Behind"), ("behind",)),
    "start": (gettext_lazy("Start overdue"), ("start_overdue", "start_late")),
    "nodes": (gettext_lazy("Milestone overdue"), ("node_overdue", "node_late")),
    "risk": (gettext_lazy("Milestone at risk"), ("node_risk",)),
    "slow": (gettext_lazy("Slow"), ("slow",)),
    "good": (gettext_lazy("On pace"), ("on_pace", "completed")),
    "grey": (gettext_lazy("Not due"), ("not_due", "no_start_date", "no_plan")),
    "stop": (gettext_lazy("Suspended"), ("stopped",)),
}


def _lacking(county: int, kind: str) -> QuerySet[Project]:
    """The projects whose checklist has *kind* and that haven't obtained it."""
    items = ApprovalItem.objects.outstanding().filter(kind=kind, project__county=county)
    return Project.objects.filter(county=county, pk__in=items.order_by().values("project"))


def _with_expired(county: int, on: date) -> QuerySet[Project]:
    """The projects that have an approval which is valid no more."""
    expired = ended(on).filter(project__county=county)
    return Project.objects.filter(county=county, pk__in=expired.order_by().values("project"))


def _approvals(values: list[str], asked: Asked) -> Q:
    """Those that lack an approval, by its kind, and those with one that has expired."""
    known = asked.rules[ApprovalRules].by_code
    found = Q(pk__in=[])
    for value in values:
        if value == EXPIRED:
            found |= of_these(_with_expired, asked.county.pk, asked.on)
        elif value in known:
            found |= of_these(_lacking, asked.county.pk, value)
    return found


def _approval_options(asked: Asked) -> list[Option]:
    catalogue = asked.rules[ApprovalRules].catalogue
    found = [Option(one.code, _("lacks: %(name)s") % {"name": one.name}) for one in catalogue]
    return [*found, Option(EXPIRED, _("has an expired one"))]


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
    return of_projects(Project.objects.filter(answered_for(wanted, rows))) if wanted else NONE


def _answers(values: list[str], asked: Asked) -> Q:
    """`mine`: those that the person sponsors, and those of the own portfolio."""
    return _sponsors(values, asked) | _portfolio(values, asked)


def _beside(values: list[str], asked: Asked) -> Q:
    """What posts (by id) sponsor because it was set by hand, though their portfolios don't have it."""
    rows, found = asked.coverage.rows, NONE
    for post in Post.objects.filter(unit__county=asked.county, pk__in=keys(values)):
        covered = answered_for([row for row in rows if row.post_id == post.pk], rows)
        found |= of_projects(Project.objects.filter(sponsored_beside(post, covered)))
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


def _packages(values: list[str], asked: Asked) -> Q:
    """Packages themselves, parts of any, or those of a package (by id), with the package."""
    found = Q(package__in=keys(values))
    if "only" in values:
        found |= Q(packs=True)
    if "parts" in values:
        found |= Q(package__isnull=False, packs=False)
    if "none" in values:
        found |= Q(package=None)
    return found


def _package_options(asked: Asked) -> list[Option]:
    return [
        Option("only", _("packages")),
        Option("parts", _("sub-projects")),
        Option("none", _("in no package")),
        *(Option(str(pk), name) for pk, name in asked.packages),
    ]


def _postponed(values: list[str], asked: Asked) -> Q:
    return lights.POSTPONED if "yes" in values else Q(pk__in=[])


def _entered(values: list[str], asked: Asked) -> Q:
    return Q(entered_on__isnull="no" in values)


def _size(values: list[str], asked: Asked) -> Q:
    floors = [tier.floor for tier in asked.rules[ClassRules].tiers if tier.code in values]
    return Q(total_investment__gte=min(floors)) if floors else Q()


def _year_plan(values: list[str], asked: Asked) -> Q:
    """By the plan of the year, in the tiers of the total investment: which of both is meant differs from county to
    county."""
    floors = [tier.floor for tier in asked.rules[ClassRules].tiers if tier.code in values]
    return Q(plan__gte=min(floors)) if floors else Q()


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
    return of_projects(found.filter(first__in=keys(values)))


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
    return of_projects(Project.objects.of_squads(squads))


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
def _light_options(asked: Asked) -> list[Option]:
    nodes = asked.rules[LightRules].nodes
    return [
        *(Option(key, label, nodes or key not in ("nodes", "risk")) for key, (label, _codes) in LIGHTS.items()),
        *(Option(code, line.label, False) for code, line in lights.BY_CODE.items() if code not in LIGHTS),
        *(Option(colour, label, False) for colour, label in lights.COLOURS.items() if colour not in LIGHTS),
    ]


FILTERS: tuple[Filter, ...] = (
    Filter("stage", gettext_lazy("Stage"), is_one_of("stage"), Stage.choices),
    Filter("unit", gettext_lazy("Lead unit"), _units, _unit_options),
    Filter("level", gettext_lazy("Level"), is_one_of("project__level"), Level.choices),
    Filter("sponsor", gettext_lazy("Sponsor"), _sponsors, _sponsor_options),
    Filter("squad", gettext_lazy("Squad"), _squads, _squad_options, more=True),
    Filter("portfolio", gettext_lazy("Portfolio of"), _portfolio, _portfolio_options),
    Filter("light", gettext_lazy("Light"), _lights, _light_options, needs="light"),
    # What was withdrawn, merged or split up is left out unless its state is asked for.
    Filter("state", gettext_lazy("State"), is_one_of("state"), State.choices, unless=~Q(state__in=GONE)),
    # A package is a name for its parts, which are on the list.
    Filter("package", gettext_lazy("Package"), _packages, _package_options, unless=Q(packs=False), more=True),
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
    Filter("year_plan", gettext_lazy("Annual plan of at least"), _year_plan, _size_options, more=True),
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
    Filter("approval", gettext_lazy("Approvals"), _approvals, _approval_options, more=True),
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
    BuiltIn("packages", gettext_lazy("Packages"), "package=only", frozenset({"office"})),
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
