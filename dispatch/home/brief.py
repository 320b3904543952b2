"""The page that a leader reads before a meeting: how it stands, what is red and who owes, what changed, what is asked.
Reads; *now* is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from core.days.periods import Period
from core.due import DueItem, due_items
from dispatch.home.news import Asked, Group, news
from dispatch.home.pages import Investment, investment_of, of_leader
from dispatch.home.reds import Reds, red_projects, rows_of
from dispatch.problems.due import LEVEL
from dispatch.standings.scope import EVERY
from organization.people.models import Post, Role, User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.models import Project
from projects.registry.months.counts import count_of
from projects.reports.months import latest_period
from projects.rules import LightRules

REDS, LINES, ITEMS = 4, 2, 3  # what one sheet of A4 holds; the rest is counted, and opened
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Total:
    """One row of figures: whose, how many projects, works against plan and pace, how many are red."""

    mine: bool
    projects: int
    both: str  # how many with a package as one, in words
    investment: Investment
    reds: int
    query: str  # of the list of projects that these figures are of


@dataclass(frozen=True)
class Part:
    """The first of a list, and how many there are of it in all."""

    shown: Sequence[DueItem]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.shown)


@dataclass(frozen=True)
class Brief:
    leader: User
    county: Unit
    period: Period
    totals: Sequence[Total]
    red: Reds
    changed: Sequence[Group]
    since: datetime
    morning: date | None  # with which the lights are compared
    level: Part  # problems that climbed to this leader
    asked: Part  # what else waits for this leader
    query: str  # of the list of this leader's projects


def projects_of(user: User, county: Unit, on: date) -> tuple[QuerySet[Project], set[int], set[int]]:
    """The projects that concern *user*: a leader's own (sponsored, of the portfolio; these two by pk), else all that
    one may see."""
    sponsored, portfolio = of_leader(user, county, on) if user.holds(Role.LEADER, at=county) else (set(), set())
    if mine := sponsored | portfolio:
        return Project.objects.filter(county=county, pk__in=mine), sponsored, portfolio
    return Project.objects.visible_to(user), sponsored, portfolio


def leaders_of(county: Unit) -> list[User]:
    """The leaders of the county, in its order."""
    posts = Post.objects.filter(unit__county=county, role=Role.LEADER, active=True, holder__is_active=True)
    ordered = posts.select_related("holder").order_by("position", "pk")
    return list({post.holder.pk: post.holder for post in ordered if post.holder}.values())


def brief(leader: User, county: Unit, *, now: datetime, on: date) -> Brief:
    """The page of *leader*; a leader who answers for no project has the county's."""
    period, rules = latest_period(county, on), rules_of(county)[LightRules]
    projects, sponsored, portfolio = projects_of(leader, county, on)
    mine = sponsored | portfolio
    where = Q(project__in=mine) if mine else EVERY
    own = "&".join(f"answers={post.pk}" for post in leader.current_posts if post.role == Role.LEADER) if mine else ""
    reds = red_projects(county, period, rules, where, REDS, sponsored=sponsored, portfolio=portfolio, causes=True)
    whole = red_projects(county, period, rules, EVERY, 0).count if mine else reds.count
    totals = [_total(county, period, EVERY, "", whole)]
    if mine:
        totals.insert(0, _total(county, period, where, own, reds.count))
    since = now - WEEK
    changed, morning = news(Asked(leader, county, projects, since, now, shown=LINES))
    items = due_items(county, now, person=leader)
    level = [item for item in items if item.kind == LEVEL]
    asked = [item for item in items if item.kind != LEVEL]
    climbed, others = (Part(found[:ITEMS], len(found)) for found in (level, asked))
    return Brief(leader, county, period, totals, reds, changed, since, morning, climbed, others, own)


def _total(county: Unit, period: Period, where: Q, query: str, reds: int) -> Total:
    number = count_of(rows_of(county, period, where))
    return Total(bool(query), number.each, number.said, investment_of(county, period, where), reds, query)
