from __future__ import annotations

from fractions import Fraction

import pytest

from core import charts


@pytest.mark.parametrize(
    ("top", "scale"), [(14_000, [0, 5000, 10_000, 15_000]), (0, [0, 1]), (3, [0, 1, 2, 3]), (0.5, [0, 1])]
)
def test_the_axis_begins_at_zero_and_has_round_steps(top, scale):
    assert charts.steps(Fraction(top)) == scale


def test_bars_stand_on_the_axis_and_lines_end_at_their_words():
    chart = charts.year_line(
        title="t", plan=[n * 10_000_000 for n in range(1, 13)], done=[0, None, 50_000_000], target=120_000_000
    )
    assert len(chart.bars) == 2
    for bar in chart.bars:
        assert bar.y + bar.height == pytest.approx(chart.bottom)
    assert len(chart.plan.split()) == 12
    assert abs(chart.plan_end.at - chart.pace_end.at) >= 16
    assert chart.rows[1][2] == "—"
    assert chart.narrow.width == 358


def test_more_than_the_plan_stays_on_the_drawing():
    chart = charts.year_line(title="t", done=[900_000_000], target=10_000_000)
    assert chart.bars[0].y >= 28


def test_nothing_known_yet_is_an_empty_drawing():
    chart = charts.year_line(title="t")
    assert not chart.bars
    assert not chart.plan
    assert charts.bars([], title="t").height > 0


def test_horizontal_bars_keep_inside_their_room():
    chart = charts.bars(
        [charts.Item("甲", Fraction(244), pace=Fraction(50)), charts.Item("乙", None)], title="t", most=100
    )
    assert chart.bars[0].x + chart.bars[0].width <= chart.right
    assert chart.bars[1].width == 0
    assert chart.bars[1].value == "—"
