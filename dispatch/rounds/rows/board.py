"""The rows of a round, each with the state that it is in: what the page of a round and the list of the day show."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from core.days.periods import Period
from dispatch.rounds.models import Extension, Out, Round, RoundRow
from dispatch.rounds.more_days import due_for, given
from dispatch.rounds.rows.states import Facts, State, state_of
from projects.choices import ReportStatus
from projects.models import MonthlyReport


def states(
    opened: Round, rows: Iterable[RoundRow], owed: Collection[int], *, now: datetime
) -> list[tuple[RoundRow, State]]:
    """Each of *rows*, of which those *owed* (keys) are, with its state: two queries."""
    more, back = given(opened), _given_back(opened)
    found = []
    for row in rows:
        facts = Facts(
            owed=row.pk in owed,
            due_at=due_for(opened, row.unit_id, more),
            round_due=opened.due_at,
            now=now,
            submitted_at=row.submitted_at,
            spared=row.spared if row.out == Out.SPARED else "",
            out=str(row.get_out_display()) if row.out else "",
            returned=row.returned or back.get(row.project_id, ""),
            left_out=row.left_out,
        )
        found.append((row, state_of(facts)))
    return found


def _given_back(opened: Round) -> dict[int, str]:
    """{project: why} of a month's reports that were given back."""
    if opened.kind != Round.Kind.MONTHLY:
        return {}
    returned = MonthlyReport.objects.of_county(opened.county_id, Period.parse(opened.period), ReportStatus.RETURNED)
    return dict(returned.values_list("project", "return_reason"))


def asked_for(opened: Round) -> list[Extension]:
    """Who asked for more days in the round, what waits for an answer first."""
    rows = opened.extensions.select_related("unit", "by", "answered_by")
    return sorted(rows, key=lambda one: (one.answered_at is not None, one.at))
