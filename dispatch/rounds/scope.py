"""Which projects a round asks: all that have to report, or of those the ones on a list of the year. Reads."""

from __future__ import annotations

from datetime import date

from core.days.office import calendar, local_day
from core.days.periods import Period
from dispatch.rounds import calling
from dispatch.rounds.models import Round
from dispatch.rounds.windows import CALLED, MONTHLY
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.choices import Stage
from projects.models import Project
from projects.registry.models import ProjectQuerySet
from projects.reports.months import NO_PACKAGE, owes_report
from projects.rosters.scope import members, rosters_of


def has_to_report(opened: Round) -> ProjectQuerySet:
    """The projects with a row in the round: each month those under way or in the plan, else those being built; of a
    list those that stood on it on the day of opening; of a rule of the calendar those that it is about."""
    projects = Project.objects.filter(county=opened.county)
    if opened.kind == MONTHLY:
        projects = projects.filter(owes_report(Period.parse(opened.period)))
    else:
        projects = projects.active().filter(NO_PACKAGE, stage__in=[Stage.STARTED, Stage.ENTERED])
    if opened.kind == CALLED:
        return projects.filter(pk__in=_called(opened).values("pk"))
    if not opened.listed:
        return projects
    on = local_day(opened.opened_at)
    return projects.filter(pk__in=members(opened.county, opened.listed, Period.of(on), on))


def _called(opened: Round) -> ProjectQuerySet:
    """What the rule that calls the round is about; all, where the county has it no longer."""
    rules = rules_of(opened.county)
    found = calling.plan_of(opened, rules, calendar())
    about = calling.among(opened.county, found, rules) if found else None
    return Project.objects.filter(county=opened.county) if about is None else about


def name_of(county: Unit | int, code: str, on: date) -> str:
    """What the list *code* is called in the year of the day *on*; nothing where there is none."""
    return next((str(one) for one in rosters_of(county, on.year) if one.code == code), "") if code else ""
