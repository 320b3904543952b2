"""A squad's projects in sums, what of them is late, and how its rounds went: of what the person may see. Each figure
is counted by the list that it opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.days.periods import Period
from core.indicators import Quotient
from core.lists.listing import Listing
from core.lists.spec import ListSpec
from dispatch.instructions.lists import INSTRUCTIONS
from dispatch.problems.lists import PROBLEMS
from dispatch.rounds.models import Round, RoundRow
from organization.people.models import User
from organization.squads.models import Squad
from projects.list.lists import PROJECTS

ROUNDS = 4  # the newest


@dataclass(frozen=True)
class Late:
    label: str | Promise
    number: int
    href: str


@dataclass(frozen=True)
class OfRound:
    """A round as far as it is of the squad's projects; `late` of what is missing once the round is due."""

    round: Round
    asked: int
    missing: int
    late: bool

    @property
    def period(self) -> Period:
        return Period.parse(self.round.period)

    @property
    def handed_in(self) -> int:
        return self.asked - self.missing


@dataclass(frozen=True)
class Standing:
    """Amounts are yuan; those that count of what the person may see, at the end of `period`."""

    projects: int
    total: int
    plan: int
    done: Quotient  # works done of the plans, as the list's own rate
    href: str
    period: Period
    late: list[Late]
    rounds: list[OfRound]

    @property
    def anything(self) -> int:
        return sum(one.number for one in self.late)


def standing_of(squad: Squad, user: User, now: datetime) -> Standing:
    """How *squad* stands for *user*: a fixed number of queries."""

    def opened(spec: ListSpec, **asked: Any) -> tuple[Listing, str]:
        query = urlencode({"squad": squad.pk, **asked}, doseq=True)
        return Listing(spec, user, QueryDict(query), now=now), f"{reverse(spec.url)}?{query}"

    theirs, href = opened(PROJECTS, counted="yes")
    red, red_href = opened(PROJECTS, counted="yes", light="red")
    owed, owed_href = opened(PROJECTS, report="missing")
    problems, problems_href = opened(PROBLEMS, late="yes")
    late = [
        Late(_("Red lights"), red.found().count(), red_href),
        Late(_("Reports not handed in"), owed.found().count(), owed_href),
        Late(_("Problems over their day"), problems.found().count(), problems_href),
    ]
    if INSTRUCTIONS.may_see is None or INSTRUCTIONS.may_see(user, user.county):
        asked, asked_href = opened(INSTRUCTIONS, state="late")
        late.append(Late(_("Instructions without an answer in time"), asked.found().count(), asked_href))
    rows = list(theirs.found().values_list("project", "total_investment", "plan", "rated"))
    return Standing(
        projects=len(rows),
        total=sum(row[1] or 0 for row in rows),
        plan=sum(row[2] or 0 for row in rows),
        done=Quotient(sum(row[3] or 0 for row in rows), sum(row[2] or 0 for row in rows)),
        href=href,
        period=theirs.asked.period,
        late=late,
        rounds=_rounds([row[0] for row in rows], squad, now),
    )


def _rounds(projects: list[int], squad: Squad, now: datetime) -> list[OfRound]:
    newest = list(Round.objects.filter(county=squad.unit.county_id)[:ROUNDS])
    rows = RoundRow.objects.filter(round__in=newest, project__in=projects)
    asked = _numbers(rows.asked())
    missing = _numbers(rows.missing())
    return [
        OfRound(one, asked[one.pk], missing.get(one.pk, 0), one.due_at < now and one.pk in missing)
        for one in newest
        if one.pk in asked
    ]


def _numbers(rows: Any) -> dict[int, int]:
    return dict(rows.order_by().values_list("round").annotate(number=Count("pk")))
