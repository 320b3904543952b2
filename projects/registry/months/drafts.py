"""A county's plans of a year are drafts, or are in force: from which day they count in the months' rows.

The turn of the year says it, in its transaction. Months that are closed keep what they showed: plans become drafts
from the first month behind them on, and count again from such a one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from core.days.periods import Period
from organization.people.models import User
from organization.units.models import Unit
from projects.registry.models import Project
from projects.registry.months import services as months
from projects.registry.months.models import Drafting, Fact, FormerFact
from projects.registry.months.rows import Known, Row, first_open


def drafted(county: Unit | int, year: int, on: date) -> bool:
    """Whether the plans of *year* are drafts only on the day *on*. One small query."""
    day = max(on, date(year, 1, 1))
    spans = Drafting.of_county(county if isinstance(county, int) else county.pk)
    return any(span.year == year and span.holds(day) for span in spans)


@transaction.atomic
def hold_plans(county: Unit, year: int, *, by: User | None, now: datetime, reason: str = "") -> None:
    """The plans of *year* are drafts: they count in no month that isn't closed. Held twice is held once."""
    last = Drafting.objects.select_for_update().filter(county=county, year=year).last()
    if last is not None and last.until is None:
        return
    begins = date(year, 1, 1) if last is None or last.until is None else last.until
    since = first_open(begins, months.closed_months(county.pk))
    if last is not None and last.until == since:
        last.until = None
        last.save()
    else:
        Drafting.objects.create(county=county, year=year, since=since)
    _write_anew(county, year, Period.of(since), by=by, now=now, reason=reason)


@transaction.atomic
def release_plans(
    county: Unit, year: int, *, on: date, by: User | None, now: datetime, reason: str = ""
) -> date | None:
    """The plans of *year* count from the month of *on*, but in no closed one: from which day; None where they did."""
    last = Drafting.objects.select_for_update().filter(county=county, year=year, until=None).last()
    if last is None:
        return None
    last.until = max(last.since, first_open(on, months.closed_months(county.pk)))
    last.save()
    _write_anew(county, year, Period.of(last.since), in_force=last.until, by=by, now=now, reason=reason)
    return last.until


def _write_anew(
    county: Unit,
    year: int,
    since: Period,
    *,
    in_force: date | None = None,
    by: User | None,
    now: datetime,
    reason: str,
) -> None:
    """The rows of *county* from *since* on, of projects with a plan of *year*. Of a plan that was changed before it
    was a draft, it is the one *in_force* that counts from that day on."""
    mine = list(Project.objects.select_for_update().filter(county=county).order_by("pk").values_list("pk", flat=True))
    plans: Any = Project._meta.get_field("plans").related_model
    there = set(plans.objects.filter(project__county=county, year=year).values_list("project", flat=True))
    for part in months._parts([pk for pk in mine if pk in there]):
        known, old = months._known(part, Period.month(year, 1)), months._rows_on_file(part, Period.month(year, 1))
        if in_force is not None:
            _settle(known.values(), old, year, in_force, by=by, now=now, reason=reason)
        months._write(known, old, dict.fromkeys(part, since), months.horizon(now), now, by, reason)


def _settle(
    known: Iterable[Known],
    old: Mapping[int, Mapping[str, Row]],
    year: int,
    in_force: date,
    *,
    by: User | None,
    now: datetime,
    reason: str,
) -> None:
    """What a plan that was changed in the year before it was a draft was until the day *in_force*."""
    made = []
    for one in known:
        former = one.former.get((Fact.PLAN, year), [])
        if not any(before.until > in_force for before in former):
            continue
        lasts = {Period.parse(row.month).last: row.plan for row in old.get(one.project, {}).values()}
        shown = [day for day in lasts if day.year == year and day < in_force and not one.is_draft(day)]
        new = FormerFact(
            project_id=one.project, fact=Fact.PLAN, year=year, on=in_force, until=in_force, at=now, by=by,
            reason=reason.strip()[: months.LONGEST], amount_was=lasts[max(shown)] if shown else None,
        )  # fmt: skip
        one.former[Fact.PLAN, year] = [*former, new]
        made.append(new)
    FormerFact.objects.bulk_create(made)
