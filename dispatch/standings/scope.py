"""Which projects a county ranks by: all of them, or those on a list of the year (`[ranking] list`). Reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.db.models import Q

from core.days.periods import Period
from dispatch.standings.rules import RankingRules
from organization.profiles.rules import Rules
from organization.units.models import Unit
from projects.rosters.scope import members, rosters_of

Where = Q | Callable[[Period], Q]  # on the rows of a month: the same of every month, or another of each
EVERY = Q()


def where_of(county: Unit, rules: Rules) -> Where:
    """The condition of counting in a ranking: of a list, as it stood at the end of each month."""
    code = rules[RankingRules].list
    if not code:
        return EVERY

    def on_it(period: Period) -> Q:
        return Q(project__in=members(county, code, period, period.last, rules) or [0])

    return on_it


def of_list(rules: Rules, code: str) -> Rules:
    """*rules* as if the county ranked by the projects on the list *code* alone."""
    return replace(rules, sections={**rules.sections, RankingRules: replace(rules[RankingRules], list=code)})


def at(where: Where, period: Period) -> Q:
    return where(period) if callable(where) else where


def both(where: Q, county: Unit, period: Period, rules: Rules) -> Q:
    """*where*, of the projects that count."""
    return where & at(where_of(county, rules), period)


def name_of(county: Unit, period: Period, rules: Rules) -> str:
    """What the list is called whose projects are ranked; nothing where all are."""
    code = rules[RankingRules].list
    return next((str(one) for one in rosters_of(county, period.year) if one.code == code), code) if code else ""
