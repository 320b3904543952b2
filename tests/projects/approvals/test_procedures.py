"""What follows what: waves side by side, what blocks, rings, ends of validities. Pure."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from organization.profiles.rules import default_rules
from projects.approvals import checks
from projects.approvals.checks import Standing
from projects.procedures import Procedure, blocking, months_after, ring, track_of, waves
from projects.rules import ApprovalRules

pytestmark = pytest.mark.requirement("P04")
ON = date(2026, 6, 10)
CHAIN = (
    Procedure("filing"),
    Procedure("site"),
    Procedure("land_planning", after=("filing", "site")),
    Procedure("environment", after=("filing",)),
    Procedure("works_planning", after=("land_planning",)),
    Procedure("construction", after=("environment",), law=("works_planning",)),
)
ALL = [one.code for one in CHAIN]


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        (ALL, [["filing", "site"], ["land_planning", "environment"], ["works_planning"], ["construction"]]),
        # what isn't needed holds nobody up, but what stands before it does
        (["filing", "works_planning", "environment"], [["filing"], ["environment", "works_planning"]]),
        (["construction"], [["construction"]]),
        ([], []),
    ],
)
def test_what_runs_in_parallel_stands_in_one_wave(codes, found) -> None:
    assert waves(CHAIN, codes) == found


@pytest.mark.parametrize(
    ("code", "there", "needed", "waits"),
    [
        ("filing", [], ALL, []),
        ("land_planning", [], ALL, ["filing", "site"]),
        ("land_planning", ["site"], ALL, ["filing"]),
        ("works_planning", ["filing"], ["filing", "site", "works_planning"], ["site"]),  # through what isn't needed
        ("construction", ["works_planning", "environment"], ALL, []),
    ],
)
def test_what_an_approval_waits_for(code, there, needed, waits) -> None:
    assert blocking(CHAIN, code, there, needed) == waits


@pytest.mark.parametrize(
    ("state", "standing", "waits"),
    [
        ("open", {}, ["site"]),
        ("obtained", {"obtained_on": ON}, []),
        ("expired", {"obtained_on": ON, "valid_until": ON - timedelta(days=1)}, ["site"]),
        ("not needed", {"state": "not_needed"}, []),
        ("merged", {"state": "merged"}, []),
        ("tolerated", {"state": "tolerated", "tolerated_until": ON}, []),
        ("tolerated too long", {"state": "tolerated", "tolerated_until": ON - timedelta(days=1)}, ["site"]),
        ("refused", {"state": "refused"}, ["site"]),
        ("submitted again", {"state": "resubmitted"}, ["site"]),
        ("argued", {"state": "argued"}, ["site"]),
    ],
)
def test_which_states_let_the_next_one_start(state, standing, waits) -> None:
    known = {"site": Standing(**({"state": "open"} | standing)), "land_planning": Standing("open")}
    assert checks.waits_for(CHAIN, "land_planning", known, None, ON) == waits


@pytest.mark.parametrize(
    ("until", "started", "over"),
    [
        (None, None, False),
        (ON, None, False),  # the last day counts
        (ON - timedelta(days=1), None, True),
        (ON - timedelta(days=1), ON - timedelta(days=1), False),  # works had begun
        (ON - timedelta(days=2), ON - timedelta(days=1), True),
    ],
)
def test_a_document_expires_unless_works_have_begun(until, started, over) -> None:
    assert checks.expired(until, started, ON) is over


def test_a_ring_is_named() -> None:
    assert ring(CHAIN) == []
    assert ring((Procedure("site", after=("filing",)), Procedure("filing", law=("site",)))) == ["site", "filing"]
    assert ring((Procedure("site", after=("site",)),)) == ["site"]


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2026, 6, 10), 24, date(2028, 6, 10)),
    ],
)
def test_months_after_a_day(day, months, then) -> None:
    assert months_after(day, months) == then


@given(days=some.lists(some.integers(0, 140), min_size=1, max_size=30), until=some.integers(0, 120))
def test_each_warning_comes_once_whenever_the_heartbeat_beats(days: list[int], until: int) -> None:
    """Under any sequence of ticks: no mark twice, none after the end, the nearest one reached never left out."""
    told: list[int] = []
    marks, end = (90, 30, 7), ON + timedelta(days=until)
    for day in sorted(days):
        on = ON + timedelta(days=day)
        found = checks.to_warn(end, marks, told, on)
        assert not set(found) & set(told)
        assert not found or day <= until
        told += found
        reached = [mark for mark in marks if 0 <= until - day <= mark]
        assert not reached or min(reached) in told
    assert len(told) == len(set(told))
    seen = [until - day for day in days if day <= until]
    assert set(told) == {mark for mark in marks if seen and min(seen) <= mark}


def test_the_catalogue_that_every_county_has_is_whole() -> None:
    rules = default_rules()[ApprovalRules]
    assert {code for track in rules.tracks for code in track.steps} == set(rules.by_code)
    assert ring(rules.catalogue) == []
    taken = {kind: getattr(track_of(rules.tracks, kind), "code", "") for kind in ("government", "enterprise", "")}
    assert taken == {"government": "approve", "enterprise": "file", "": "file"}
