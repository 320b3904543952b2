"""The fixed ones of a year (四定) as a list: what is fixed for each project, what is missing, by unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import conditional_escape as escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.lists import columns, filters
from core.lists.columns import Column, Row, day_column, name_column, text_column, wan_column
from core.lists.filters import BuiltIn, Filter, Option, is_one_of
from core.lists.listing import Listing
from core.lists.spec import Link, ListSpec
from core.shapes import said
from core.templatetags.ui import mark
from organization.permissions import can_share_view
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.choices import State
from projects.plans.permissions import can_fill_plans
from projects.plans.rules import BY_KEY, OF_PROJECT, Facts, PlanRules, lacking, missing
from projects.registry.models import Project, Sponsor

PLAN = {  # the row's name of what the year's plan says: the plan's field
    "plan": "investment",
    "target": "target",
    "measures": "measures",
    "team": "team",
    "person": "responsible",
    "starts": "starts_on",
    "resumes": "resumes_on",
    "completes": "completes_on",
}

TURNS_AFTER = 6  # from July on it is the next year that one turns into
PERSON = Coalesce(NullIf(F("fixed__responsible"), Value("")), F("responsible"))  # of the plan, else of the project


@dataclass(frozen=True)
class Asked(filters.Asked):
    """Beside who asks: of which year, and what the county fixes."""

    year: int
    rules: PlanRules
    named: bool = False  # the address says the year

    @property
    def carried(self) -> dict[str, str]:
        return {"year": str(self.year)} if self.named else {}


@dataclass(frozen=True)
class Look(columns.Look):
    asked: Asked
    sponsors: dict[int, str]


def ask(user: Any, county: Unit, query: QueryDict, now: datetime) -> Asked:
    """Of this year, or of one beside it that the address names."""
    this = filters.Asked(user, county, now).on.year
    named = {str(year): year for year in (this - 1, this, this + 1)}.get(query.get("year") or "")
    return Asked(user, county, now, named or this, rules_of(county)[PlanRules], named is not None)


def scope(asked: Asked) -> QuerySet[Project]:
    """What is pursued and not completed before the year, with the plan of the year beside it."""
    return of_year(Project.objects.filter(county=asked.county).visible_to(asked.user), asked.year)


def of_year(projects: Any, year: int) -> QuerySet[Project]:
    found = projects.filter(state__in=(State.ACTIVE, State.SUSPENDED))
    found = found.exclude(completed_on__lt=f"{year}-01-01")
    beside: QuerySet[Project] = found.annotate(fixed=FilteredRelation("plans", condition=Q(plans__year=year)))
    return beside.annotate(**{name: F(f"fixed__{field}") for name, field in PLAN.items()} | {"person": PERSON})


def look(listing: Listing, pks: list[int] | None) -> Look:
    which: Any = listing.found().order_by().values("pk") if pks is None else pks
    found: dict[int, list[str]] = {}
    rows = Sponsor.objects.filter(project__in=which).order_by("position", "pk")
    for pk, title, english in rows.values_list("project", "post__title", "post__title_en"):
        found.setdefault(pk, []).append(said(title, english))
    titles = {pk: gettext(", ").join(names) for pk, names in found.items()}
    return Look(listing.asked, reverse("projects:page", args=[0]), titles)


def _facts(row: Row, look: Look) -> Facts:
    fixed: dict[str, Any] = {field: row[name] or "" if field in TEXTS else row[name] for name, field in PLAN.items()}
    own = {name: row[name] for name in OF_PROJECT}
    return Facts(look.asked.year, person=row["responsible"], sponsored=row["pk"] in look.sponsors, **fixed, **own)


TEXTS = ("target", "measures", "team", "responsible")


def _missing(row: Row, look: Look) -> list[str]:
    return [str(BY_KEY[key].label) for key in missing(_facts(row, look), look.asked.rules.fixed)]


def _missing_value(row: Row, look: Look) -> str:
    return gettext(", ").join(_missing(row, look))


def _missing_cell(row: Row, look: Look) -> str:
    lacks = _missing_value(row, look)
    return mark(lacks, "amber") if lacks else columns.NOTHING


COLUMNS = (
    name_column("project", _("Project"), "name", total=columns.in_all),
    text_column(
        "unit", _("Lead unit"), "lead_unit__short_name", css="mut nw", sort="lead_unit__position", chosen=True
    ),
    wan_column("plan", _("Plan of the year"), css="n end", chosen=True),
    text_column("target", _("Progress target"), css="wide", chosen=True),
    Column(
        "sponsors",
        _("Sponsors"),
        lambda row, look: str(escape(look.sponsors.get(row["pk"], ""))) or columns.NOTHING,
        lambda row, look: look.sponsors.get(row["pk"], ""),
        css="mut x",
        chosen=True,
    ),
    text_column("person", _("Responsible post"), css="mut x", chosen=True),
    text_column("measures", _("Measures"), css="wide x", chosen=True),
    text_column("team", _("Working team")),
    day_column("starts", _("Start fixed for")),
    day_column("resumes", _("Resumption fixed for")),
    day_column("completes", _("Completion fixed for")),
    Column(
        "missing",
        _("Missing"),
        _missing_cell,
        _missing_value,
        ("pk", "responsible", *PLAN, *OF_PROJECT),
        css="wide",
        chosen=True,
    ),
)


def _lacks(values: list[str], asked: Asked) -> Q:
    """`any`: something of what the county fixes."""
    return lacking(asked.rules.fixed if "any" in values else values, asked.year)


def _fixes(asked: Asked) -> list[Option]:
    return [Option("any", gettext("something"), False), *(Option(key, BY_KEY[key].label) for key in asked.rules.fixed)]


def _units(asked: Asked) -> list[Option]:
    units = Unit.objects.filter(pk__in=scope(asked).order_by().values("lead_unit"))
    return [Option(code, name) for code, name in units.values_list("code", "short_name")]


FILTERS = (
    Filter("lacks", _("Lacks"), _lacks, _fixes),
    Filter("unit", _("Lead unit"), is_one_of("lead_unit__code"), _units),
)
VIEWS = (
    BuiltIn("all", _("All"), ""),
    BuiltIn("missing", _("Something is missing"), "lacks=any"),
)


def sub(listing: Listing) -> Iterator[str]:
    asked: Asked = listing.asked
    yield gettext("plans of %(year)s") % {"year": asked.year}
    words = gettext(", ").join(str(BY_KEY[key].label) for key in asked.rules.fixed)
    yield gettext("fixed for each project: %(what)s") % {"what": words}


def links(listing: Listing) -> Iterator[Link]:
    asked: Asked = listing.asked
    if can_fill_plans(asked.user, asked.county):
        said = gettext("Fill in the plans of %(year)s") % {"year": asked.year}
        yield Link(said, reverse("projects:plans", args=[asked.year]), "grid")
    if asked.user.is_office_of(asked.county):
        turning = asked.on.year + (asked.on.month > TURNS_AFTER)
        said = gettext("Turn into %(year)s") % {"year": turning}
        yield Link(said, reverse("projects:turn", args=[turning]), "tick")


FIXED_ONES = ListSpec(
    key="fixed",
    title=_("The fixed ones of the year"),
    url="projects:fixed",
    page="projects:page",
    scope=scope,
    columns=COLUMNS,
    filters=FILTERS,
    views=VIEWS,
    order=("number", "pk"),
    head="project",
    search=Project.objects.matching,
    find=_("Name, code, unit"),
    may_share=can_share_view,
    ask=ask,
    look=look,
    sub=sub,
    links=links,
    empty=(_("No project of this year"), _("Put the first one on file, or import the county's own ledger.")),
)
LISTS = (FIXED_ONES,)
