"""A problem without a result in time climbs, one level for each day missed."""

from __future__ import annotations

from datetime import date

import pytest

from dispatch.problems.ladder import Climb, climb_at, climbs, clock, due_on
from tests.support.times import at

pytestmark = pytest.mark.requirement("D06")

# June 2026: Friday the 19th is Duanwu, a rest day; no day is moved for it.
FRIDAY, MONDAY = date(2026, 6, 5), date(2026, 6, 8)


def test_the_day_after_is_the_first_of_five_working_days():
    assert due_on(date(2026, 6, 8), 5, {}) == date(2026, 6, 15)
    assert due_on(date(2026, 6, 15), 5, {}) == date(2026, 6, 23), "Duanwu on the 19th and a weekend are not counted"


def test_the_offices_own_calendar_wins():
    assert due_on(date(2026, 6, 8), 5, {date(2026, 6, 13): True}) == date(2026, 6, 13)


def test_it_climbs_on_the_next_working_morning():
    assert climb_at(date(2026, 6, 8), {}) == at("2026-06-09 07:00")
    assert climb_at(FRIDAY, {}) == at("2026-06-08 07:00")
    assert climb_at(date(2026, 6, 18), {}) == at("2026-06-22 07:00")


def test_nothing_climbs_before_its_morning():
    def up(now):
        return list(climbs(0, MONDAY, top=2, due_workdays=5, now=at(now), days={}))

    assert up("2026-06-09 06:59") == []
    assert up("2026-06-09 07:00") == [Climb(1, at("2026-06-09 07:00"), date(2026, 6, 16))]


def test_each_due_day_that_was_missed_is_one_level_and_the_top_is_the_end():
    steps = list(climbs(0, MONDAY, top=2, due_workdays=5, now=at("2026-12-01 07:00"), days={}))
    assert [(step.level, step.due_on) for step in steps] == [(1, date(2026, 6, 16)), (2, date(2026, 6, 25))]
    assert list(climbs(2, MONDAY, top=2, due_workdays=5, now=at("2026-12-01 07:00"), days={})) == []


@pytest.mark.parametrize(
    ("on", "used", "left", "late"),
    [
        ("2026-06-08", 0, 5, False),
        ("2026-06-09", 1, 4, False),
        ("2026-06-15", 5, 0, False),
        ("2026-06-16", 6, -1, True),
    ],
)
def test_the_clock_counts_working_days(on: str, used: int, left: int, late: bool):
    shown = clock(date(2026, 6, 15), date.fromisoformat(on), 5, {})
    assert (shown.used, shown.left, shown.late) == (used, left, late)
