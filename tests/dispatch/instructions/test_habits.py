"""Whom the leaders of the replayed year ask about."""

from __future__ import annotations

import pytest

from core.habits import Day, Scene
from dispatch.instructions import services as instructions
from dispatch.instructions.habits import _unasked
from tests.support.factories import NOW, WAN, make_project, make_report
from tests.support.months import finish_month

pytestmark = pytest.mark.django_db


def test_leaders_ask_about_other_reds_before_they_come_back_to_one(county, people) -> None:
    today = NOW.date()
    reds = [make_project(county, name=name, plan=10_000 * WAN, stage="started") for name in ("甲", "乙")]
    for project in reds:
        make_report(project, "2026-05", works=0)
    finish_month(county, "2026-05")
    scene = Scene(county, today, today, tuple(reds), {}, people.office)

    def next_ones(*, must: bool = False) -> list[int]:
        return [pk for pk, _light in _unasked(scene, Day(today, today, NOW), must=must)]

    first, second = (project.pk for project in reds)
    asks = {"text": "为何", "by": people.leader, "on": today, "now": NOW}
    assert next_ones() == [first, second]
    of_first = instructions.instruct(reds[0], **asks)
    assert next_ones() == [second]
    of_second = instructions.instruct(reds[1], **asks)
    assert next_ones() == []  # both questions stand
    assert next_ones(must=True) == [first, second]
    for made in (of_first, of_second):
        instructions.withdraw_instruction(made, by=people.leader, now=NOW)
    instructions.withdraw_instruction(instructions.instruct(reds[0], **asks), by=people.leader, now=NOW)
    assert next_ones() == [second]
