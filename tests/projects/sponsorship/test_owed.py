"""Who owes a visit by when: the rule by itself, and against what the list asks the database."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.days.periods import Period
from projects.sponsorship.rules import Duty, Seen, SponsorshipRules, asked_from, due_on, owed

WEEKLY = Duty("leader", "每周现场办公", "leader", ("office", "visit"), "week")
HEADS = Duty("head", "每周现场办公", "head", ("office",), "week")
QUARTERLY = Duty("visit", "每季度踏查", "leader", ("visit",), "quarter")
STUDY = Duty("study", "每季度研究", "leader", ("study",), "quarter")
MONTHLY = Duty("month", "每月到现场", "leader", ("visit",), "month")
BEGAN = date(2025, 1, 1)


def rules(*duties: Duty, **more: Any) -> SponsorshipRules:
    return SponsorshipRules(duties=duties, **more)


def said(on: date, visits: list[Seen], kept: SponsorshipRules, **more: Any) -> list[str]:
    """Each duty with its period and what became of it."""
    told = {"since": BEGAN, "days": {}, "first": date(2026, 4, 1), **more}
    state = {True: "missed", False: "open"}
    return [
        f"{one.duty.code} {one.period} {f'{one.done:%m-%d}' if one.done else state[one.missed]}"
        for one in owed(on, visits, kept, **told)
    ]


def at(text: str, side: str = "leader", kind: str = "visit") -> Seen:
    return Seen(date.fromisoformat(text), side, kind)


CASES: list[tuple[str, date, list[Seen], SponsorshipRules, dict[str, Any], list[str]]] = [
    ("no duty", date(2026, 6, 10), [], rules(), {}, []),
    ("nothing done yet", date(2026, 6, 10), [], rules(QUARTERLY), {}, ["visit 2026-Q2 open"]),
    ("done", date(2026, 6, 10), [at("2026-04-01")], rules(QUARTERLY), {}, ["visit 2026-Q2 04-01"]),
    ("the last day counts", date(2026, 6, 30), [at("2026-06-30")], rules(QUARTERLY), {}, ["visit 2026-Q2 06-30"]),
    ("a day before isn't it", date(2026, 6, 10), [at("2026-03-31")], rules(QUARTERLY), {}, ["visit 2026-Q2 open"]),
    ("missed once it is over", date(2026, 7, 1), [], rules(QUARTERLY), {},
     ["visit 2026-Q2 missed", "visit 2026-Q3 open"]),
    ("open on its last day", date(2026, 6, 30), [], rules(QUARTERLY), {}, ["visit 2026-Q2 open"]),
    ("the other kind isn't it", date(2026, 6, 10), [at("2026-05-06")], rules(QUARTERLY, STUDY), {},
     ["visit 2026-Q2 05-06", "study 2026-Q2 open"]),
    ("the other side isn't it", date(2026, 6, 10), [at("2026-06-09", "head", "office")], rules(WEEKLY, HEADS),
     {"first": date(2026, 6, 8)}, ["leader 2026-W24 open", "head 2026-W24 06-09"]),
    ("the first of two days", date(2026, 6, 12), [at("2026-06-11"), at("2026-06-09")], rules(WEEKLY),
     {"first": date(2026, 6, 8)}, ["leader 2026-W24 06-09"]),
    ("a week without working days owes nothing", date(2026, 2, 24), [], rules(WEEKLY), {"first": date(2026, 2, 9)},
     ["leader 2026-W07 missed", "leader 2026-W09 open"]),
    ("a week of the office's own rest days", date(2026, 6, 12), [], rules(WEEKLY),
     {"first": date(2026, 6, 8), "days": {date(2026, 6, day): False for day in (8, 9, 10)}}, []),
    ("from a day within a period: the next one", date(2026, 6, 10), [], rules(MONTHLY),
     {"since": date(2026, 4, 2)}, ["month 2026-05 missed", "month 2026-06 open"]),
    ("the leader came within a period: the own first whole one", date(2026, 6, 10), [], rules(MONTHLY),
     {"led_since": date(2026, 4, 2)}, ["month 2026-05 missed", "month 2026-06 open"]),
    ("the leader came on a first day", date(2026, 6, 10), [], rules(MONTHLY), {"led_since": date(2026, 5, 1)},
     ["month 2026-05 missed", "month 2026-06 open"]),
    ("the leader came a day later", date(2026, 6, 10), [], rules(MONTHLY), {"led_since": date(2026, 5, 2)},
     ["month 2026-06 open"]),
    ("the leader came today", date(2026, 6, 10), [], rules(MONTHLY), {"led_since": date(2026, 6, 10)}, []),
    ("the project is younger than its leader", date(2026, 6, 10), [], rules(MONTHLY),
     {"led_since": date(2026, 4, 2), "since": date(2026, 5, 20)}, ["month 2026-06 open"]),
    ("the head owes from the project's day on", date(2026, 6, 12), [], rules(HEADS),
     {"led_since": date(2026, 6, 12), "first": date(2026, 6, 8)}, ["head 2026-W24 open"]),
    ("the county counts from", date(2026, 6, 10), [], rules(MONTHLY, counts_from=date(2026, 6, 1)), {},
     ["month 2026-06 open"]),
    ("completed within the period", date(2026, 6, 10), [], rules(MONTHLY), {"until": date(2026, 5, 20)},
     ["month 2026-04 missed"]),
]  # fmt: skip


@pytest.mark.requirement("P07")
@pytest.mark.parametrize(
    ("on", "visits", "kept", "more", "found"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_what_is_owed(on, visits, kept, more, found) -> None:
    assert said(on, visits, kept, **more) == found


@pytest.mark.parametrize(
    ("period", "due", "asked"),
    [
        ("2026-W24", date(2026, 6, 12), date(2026, 6, 8)),
        ("2026-05", date(2026, 5, 29), date(2026, 5, 15)),
        ("2026-Q2", date(2026, 6, 30), date(2026, 5, 1)),
    ],
)
def test_when_it_is_due_and_from_when_people_are_asked(period, due, asked) -> None:
    one = Period.parse(period)
    assert (due_on(one, rules(), {}), asked_from(one)) == (due, asked)
