"""What is fixed for a project in a year, what is missing, what was changed and why: reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.amounts import figures
from core.panels import panels
from core.records.fields import label_of
from core.records.order import last
from organization.people.models import User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.choices import State
from projects.plans.models import AnnualPlan
from projects.plans.rules import BY_KEY, FIXED, Facts, PlanRules, missing
from projects.registry.models import Project, names_of
from projects.registry.months.drafts import drafted
from projects.registry.permissions import can_edit_project

CHANGES = 12  # of a year, beside its plan; all of them are in the history


@dataclass(frozen=True)
class Change:
    """One field of the plan that was changed."""

    on: date
    who: str
    label: str
    was: str
    will: str
    why: str


@dataclass(frozen=True)
class Fixed:
    """The plan of a year: what is fixed in words, what is missing, what was changed."""

    year: int
    lines: list[tuple[str, str]]
    missing: list[str]
    changes: list[Change]
    may_edit: bool
    draft: bool = False  # of a year that hasn't begun, or that isn't turned yet: not in force


def around(user: User, year: int, on: date) -> dict[str, Any]:
    """What stands around the year's grid: steps that other subjects bring, and whether the year is a draft yet."""
    steps = panels("projects:plans", year, person=user, on=on, place="button")
    return {"steps": steps, "draft": year > on.year or bool(user.county and drafted(user.county, year, on))}


def to_plan(unit: Unit, year: int) -> QuerySet[Project]:
    """What *unit* leads that can have a plan of *year*: pursued, and not completed before."""
    found = Project.objects.filter(county=unit.county, lead_unit=unit, state__in=(State.ACTIVE, State.SUSPENDED))
    found = found.exclude(completed_on__lt=date(year, 1, 1)).select_related("lead_unit", "county")
    return found.prefetch_related("sponsors__post").order_by(last("number"), "pk")


def fixed_of(project: Project, on: date, user: User) -> list[Fixed]:
    """This year's, and next year's where it is on file."""
    plans = {plan.year: plan for plan in project.plans.filter(year__in=(on.year, on.year + 1))}
    years = [on.year + 1, on.year] if on.year + 1 in plans else [on.year]
    sponsors = names_of(project.sponsors.select_related("post__unit"))
    rules, may = rules_of(project.county)[PlanRules], bool(can_edit_project(user, project))
    found = []
    for year in years:
        plan = plans.get(year)
        facts = Facts.of(project, plan, year, sponsored=bool(sponsors))
        lacks = [str(BY_KEY[key].label) for key in missing(facts, rules.fixed)]
        draft = year > on.year or drafted(project.county, year, on)
        found.append(Fixed(year, _lines(project, plan, sponsors), lacks, _changes(project, year), may, draft))
    return found


def _lines(project: Project, plan: AnnualPlan | None, sponsors: list[str]) -> list[tuple[str, str]]:
    lines = [(str(label_of(AnnualPlan, name)), _said(getattr(plan, name, None))) for name in FIXED]
    named = dict(zip(FIXED, lines, strict=True))
    person = named["responsible"][0], named["responsible"][1] or project.responsible
    head = [
        named["investment"],
        named["target"],
        (pgettext("fixed", "Sponsoring leader"), _(", ").join(sponsors)),
        (_("Lead unit"), str(project.lead_unit)),
        person,
    ]
    rest = [named[name] for name in FIXED if name not in ("investment", "target", "responsible")]
    return [*head, *(line for line in rest if line[1])]


def _said(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return figures.day(value)
    return _("%(plan)s 10k yuan") % {"plan": figures.wan(value)} if isinstance(value, int) else str(value)


def _changes(project: Project, year: int) -> list[Change]:
    """What was changed of the plan since it was first set, the newest first."""
    rows: list[Any] = list(
        AnnualPlan.history.filter(project=project, year=year)
        .select_related("history_user")
        .order_by("-history_date", "-history_id")[: CHANGES + 1]
    )
    found = []
    for now, was in pairwise(rows):
        if "-" in (now.history_type, was.history_type):
            continue
        why = now.history_change_reason or now.change_reason or ""
        for name in FIXED:
            old, new = getattr(was, name), getattr(now, name)
            if old != new:
                on, who = timezone.localdate(now.history_date), str(now.history_user or "")
                said = (_said(old) or figures.NONE, _said(new) or figures.NONE)
                found.append(Change(on, who, str(label_of(AnnualPlan, name)), *said, why))
    return found[:CHANGES]
