"""The lists of the old year at the turn: which there are, who stands on them, what becomes of each. Reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.http import QueryDict
from django.utils import timezone

from core.days.periods import Period
from organization.people.models import User
from organization.units.models import Unit
from projects.choices import State
from projects.list import listing
from projects.list.asked import GONE
from projects.plans.models import AnnualPlan
from projects.registry.models import Project
from projects.registry.months.models import ProjectMonth
from projects.rosters.models import Listed, Roster
from projects.rosters.pages import rule_in_words
from projects.rosters.queries import LISTED, lists_in
from projects.rosters.scope import asked_of, members, needs, of_rule
from projects.turn.models import GOES_ON, Becomes, TurnLine, TurnOfYear

NAMED = 8  # projects that a line names


def lists_of(county: Unit, year: int) -> list[Roster]:
    """The lists of *year* that are open, in their order."""
    return list(Roster.objects.of(county, year).filter(closed_at=None))


def standing(county: Unit, year: int, on: date) -> dict[int, list[str]]:
    """The codes of the lists by hand of *year* by the project that stands there on *on*, or stood at its end."""
    day = min(on, date(year, 12, 31))
    found: dict[int, list[str]] = {}
    stays = Listed.objects.filter(roster__county=county, roster__year=year, roster__closed_at=None, roster__rule="")
    for project, code in stays.on(day).order_by("roster__position", "pk").values_list("project", "roster__code"):
        found.setdefault(project, []).append(code)
    return found


@dataclass(frozen=True)
class Going:
    """One list of the old year: whether it goes on, by which rule, how many stand on it now and in the new year, which
    leave and which come."""

    roster: Roster
    goes_on: bool
    rule: str  # in words; nothing where it is kept by hand
    now: int
    then: int
    leave: Sequence[str]
    come: Sequence[str]
    more: int  # that aren't named
    month: Period | None = None  # as of which the rule was asked


def going(turn: TurnOfYear, user: User, now: datetime) -> list[Going]:
    """What becomes of the lists; a few queries a list. A rule is asked of the newest month's rows: what hangs on the
    year's plan shows once January has begun."""
    on, year = timezone.localdate(now), turn.year - 1
    lists, lines = lists_of(turn.county, year), list(turn.lines.all())
    names = dict(Project.objects.filter(county=turn.county).values_list("pk", "name"))
    hand = standing(turn.county, year, on)
    old, new = _month(turn.county, year, on), _month(turn.county, turn.year, on)
    drafted: dict[str, set[int]] = {}
    for line in lines:
        for code in line.lists if line.becomes in GOES_ON else ():
            drafted.setdefault(code, set()).add(line.project_id)
    found = []
    for one in lists:
        after: set[int]
        if one.by_rule:
            before = set(members(turn.county, one.code, old, old.last)) if old else set()
            parts = lists_in(one.rule)
            if parts and set(QueryDict(one.rule)) == {LISTED}:  # what it is made of, as it is drafted
                after = set().union(*(drafted.get(code, set()) for code in parts))
            elif new and not parts:
                after = _by_rule(one, turn, new)
            else:
                after = set(before)
            after -= _dropped(one, lines)
        else:
            before = {pk for pk, codes in hand.items() if one.code in codes}
            after = drafted.get(one.code, set())
        leave, come = ([names[pk] for pk in sorted(pks) if pk in names] for pks in (before - after, after - before))
        words = rule_in_words(one.rule, user, now) if one.by_rule else ""
        more = max(0, len(leave) - NAMED) + max(0, len(come) - NAMED)
        found.append(
            Going(one, one.code not in turn.dropped, words, len(before), len(after), leave[:NAMED], come[:NAMED], more,
                  (new or old) if one.by_rule else None)
        )  # fmt: skip
    return found


def _month(county: Unit, year: int, on: date) -> Period | None:
    """The newest month of *year* that has begun and has rows."""
    months = [str(Period.month(year, n)) for n in range(1, 13) if Period.month(year, n).first <= on]
    rows = (
        ProjectMonth.objects.filter(county=county, month__in=months).order_by("-month").values_list("month", flat=True)
    )
    newest = rows.first()
    return Period.of(date.fromisoformat(f"{newest}-01")) if newest else None


def _by_rule(roster: Roster, turn: TurnOfYear, month: Period) -> set[int]:
    """Whom the rule finds in the new year's rows, with the plans as they are drafted."""
    asked = asked_of(turn.county, month, month.last)
    plans = AnnualPlan.objects.with_drafts().filter(project=OuterRef("project"), year=turn.year).values("investment")
    rows: Any = ProjectMonth.objects.of(turn.county, month).filter(project__county=turn.county)
    rows = listing.bring(rows.exclude(state__in=GONE), asked, needs([roster])).annotate(drafted=Subquery(plans[:1]))
    rows = rows.filter(_as_drafted(of_rule(roster.rule, asked)))
    return set(rows.order_by().values_list("project_id", flat=True))


def _as_drafted(where: Q) -> Q:
    """*where*, of the drafted plan: rows know none before it is in force."""
    found = Q(*(_of_draft(one) for one in where.children))
    found.connector, found.negated = where.connector, where.negated
    return found


def _of_draft(one: Any) -> Any:
    if isinstance(one, Q):
        return _as_drafted(one)
    if isinstance(one, tuple) and one[0].partition("__")[0] == "plan":
        return one[0].replace("plan", "drafted", 1), one[1]
    return one


def _dropped(roster: Roster, lines: Sequence[TurnLine]) -> set[int]:
    """Whom a rule has no more once the turn is in force: what is given up is on no list, what stops only on those
    whose rule doesn't ask for others."""
    states = QueryDict(roster.rule).getlist("state")
    keeps = not states or State.SUSPENDED in states
    return {
        line.project_id
        for line in lines
        if line.becomes == Becomes.WITHDRAWN or (line.becomes == Becomes.STOPPED and not keeps)
    }
