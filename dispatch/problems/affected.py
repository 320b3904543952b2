"""Problems and signatures that hang on a unit or a post."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.affected import Affected
from dispatch.problems import services
from dispatch.problems.models import Problem
from dispatch.problems.rules import ProblemRules
from organization.people.models import Post, Role, User
from organization.portfolios.models import Portfolio
from organization.profiles.rules import rules_of
from organization.units.models import Unit, within


def _owned(unit: Unit, now: datetime) -> int:
    return Problem.objects.filter(owner_unit=unit).open().count()


def _raised(unit: Unit, now: datetime) -> int:
    return Problem.objects.filter(raised_unit=unit).open().count()


def _hand_on(unit: Unit, to: Unit, by: User | None, now: datetime, reason: str) -> None:
    services.hand_on(unit, to, by=by, now=now, reason=reason)


def _rungs(post: Post, now: datetime) -> int:
    ladder = rules_of(post.unit.county)[ProblemRules].ladder if post.unit.county else ()
    return sum(bool(level.post) and post.called(level.post) for level in ladder)


def _leaders_rung(row: Portfolio, now: datetime) -> int:
    """Open problems on a level of the leaders that the unit or sector brings to who has the portfolio."""
    county = row.post.unit.county
    ladder = rules_of(county)[ProblemRules].ladder if county else ()
    top = len(ladder) - 1
    levels = [n for n, level in enumerate(ladder) if level.role == Role.LEADER and not level.post]
    here = within("owner_unit", row.its_units) | Q(project__sector__in=row.sectors)
    at = Q(level__in=levels) | (Q(level__gt=top) if top in levels else Q(pk__in=[]))
    return Problem.objects.filter(here, at, county=county, project__sponsors=None).open().count()


AFFECTED = (
    Affected(
        "portfolio", _("Open problems that it brings to the leader"), _leaders_rung, stays="asked anew each time"
    ),
    Affected("unit", _("Open problems that the unit answers for"), _owned, _hand_on),
    Affected("unit", _("Open problems that the unit raised"), _raised, stays="handed on with those it answers for"),
    Affected(
        "post",
        _("Levels to which problems climb that are this post alone"),
        _rungs,
        stays="the file names it: its title goes over",
    ),
)
