"""Days reckoned backwards and forwards; late and at risk; what a county's file can get wrong."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.days.workdays import add_workdays, is_workday
from projects.milestones import rules
from projects.milestones.rules import Node, Point, ScheduleRules

pytestmark = pytest.mark.requirement("P06")
RULES = ScheduleRules(late_days=0, near_days=10)
ON = date(2026, 6, 10)


@st.composite
def chains(draw: Any) -> list[Node]:
    """Milestones of which each may wait for some of those before it."""
    made: list[Node] = []
    for n in range(draw(st.integers(1, 7))):
        after = draw(st.sets(st.sampled_from([node.code for node in made]), max_size=3)) if made else set()
        made.append(Node(f"m{n}", draw(st.integers(0, 15)), tuple(sorted(after))))
    return made


@given(chains(), st.dates(date(2025, 1, 1), date(2027, 12, 31)))
def test_laid_backwards_nothing_is_before_its_predecessor_and_each_takes_its_working_days(
    nodes: list[Node], target: date
) -> None:
    planned = rules.backwards(nodes, target)
    assert not rules.out_of_order(nodes, planned)
    assert max(planned.values()) == rules.last_workday(target) <= target
    for node in nodes:
        assert is_workday(planned[node.code])
        assert add_workdays(add_workdays(planned[node.code], -node.days), node.days) == planned[node.code]
        for code in node.after:
            assert planned[code] <= add_workdays(planned[node.code], -node.days)


@given(chains(), st.dates(date(2025, 1, 1), date(2027, 12, 31)))
def test_read_forwards_the_days_are_the_same_or_sooner_and_those_of_a_single_chain_the_same(
    nodes: list[Node], target: date
) -> None:
    planned = rules.backwards(nodes, target)
    soonest = rules.forwards(nodes, planned)
    assert all(soonest[code] <= day for code, day in planned.items())
    line = [Node(node.code, node.days, (nodes[n - 1].code,) if n else ()) for n, node in enumerate(nodes)]
    laid = rules.backwards(line, target)
    assert rules.forwards(line, laid) == laid


@given(chains(), st.integers(0, 7), st.integers(-30, 30))
def test_what_hangs_on_a_milestone_moves_along_and_the_order_holds(nodes: list[Node], which: int, by: int) -> None:
    planned = rules.backwards(nodes, date(2026, 12, 31))
    code = nodes[which % len(nodes)].code
    moved = {code: add_workdays(planned[code], by)}
    found = rules.along(nodes, planned, moved, {})
    assert found[code] == moved[code]
    assert not rules.out_of_order(nodes, found)
    if by >= 0:
        assert all(found[one] >= day for one, day in planned.items())


def test_working_days_are_those_of_the_state_council() -> None:
    """The National Day of 2024 takes 1–7 October; Sunday 29 September and Saturday 12 October are worked."""
    nodes = [Node("a", 5), Node("b", 2, ("a",))]
    assert rules.backwards(nodes, date(2024, 10, 8)) == {"a": date(2024, 9, 29), "b": date(2024, 10, 8)}
    assert rules.backwards(nodes, date(2024, 10, 6))["b"] == date(2024, 9, 30)
    worked = {date(2024, 10, 5): True}  # the office's own correction
    assert rules.backwards(nodes, date(2024, 10, 6), worked)["b"] == date(2024, 10, 5)


def test_a_ring_names_its_milestones() -> None:
    with pytest.raises(rules.Ring) as found:
        rules.backwards([Node("a", 1, ("c",)), Node("b", 1, ("a",)), Node("c", 1, ("b",))], ON)
    assert found.value.codes == ["a", "c", "b", "a"]


DAY = timedelta(days=1)
A = Point("a", "可研", (), ON + 5 * DAY)
CASES = [
    # planned, forecast, actual, those before → state
    (ON - DAY, None, None, A, "late"),
    (ON, None, None, A, "risk"),  # within ten days, the one before isn't reached
    (ON + 10 * DAY, None, None, A, "risk"),
    (ON + 11 * DAY, None, None, A, "open"),
    (ON + 60 * DAY, None, None, A._replace(planned=ON - DAY), "risk"),  # the one before is late
    (ON + 60 * DAY, None, None, A._replace(planned=ON - DAY, actual=ON), "open"),
    (ON + 60 * DAY, ON + 61 * DAY, None, A, "risk"),
    (ON + 60 * DAY, ON + 60 * DAY, None, A, "open"),
    (ON - 9 * DAY, ON + 61 * DAY, ON, A, "done"),
]


@pytest.mark.parametrize(("planned", "forecast", "actual", "before", "state"), CASES)
def test_late_and_at_risk(planned: date, forecast: Any, actual: Any, before: Point, state: str) -> None:
    point = Point("b", "立项", ("a",), planned, forecast, actual)
    verdict = rules.verdict(point, {"a": before, "b": point}, ON, RULES)
    assert verdict.state == state
    assert bool(verdict.why) == (state in ("late", "risk") or actual is not None)


def test_days_of_grace_before_it_is_late() -> None:
    point = Point("b", "立项", (), ON - 3 * DAY)
    assert rules.state_of(point, {}, ON, ScheduleRules(late_days=3)) != "late"
    assert rules.state_of(point, {}, ON, ScheduleRules(late_days=2)) == "late"
