"""The light of a project and its boundaries; the table in Python and in the database say the same."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from core.days.periods import Period
from organization.units.models import Unit
from projects import lights
from projects.choices import ReportStatus, Stage, State
from projects.lights import Facts, light
from projects.models import AnnualPlan, MonthlyReport, Project, ProjectMonth
from projects.rules import LightRules
from tests.support.factories import WAN, make_project, make_report, unit_of

pytestmark = pytest.mark.requirement("P02", "D12")
JUNE = Period.month(2026, 6)
RULES = LightRules(amber_below=10, red_below=30, start_amber_days=0, start_red_days=30, nodes=True)
PLAN = 1_200_000


def under_way(done: int | None, plan: int | None = PLAN) -> Facts:
    return Facts(stage=Stage.STARTED, plan=plan, done=done, planned_start=date(2026, 1, 1))


def to_start(day: date | None, **more: Any) -> Facts:
    return Facts(stage=Stage.PREWORK, plan=PLAN, planned_start=day, **more)


@pytest.mark.parametrize(
    ("done", "code"),
    [  # pace of June: 600,000 of 1,200,000; 10 points are 120,000; a boundary belongs to the worse light
        (600_000, "on_pace"),
        (480_001, "on_pace"),
        (480_000, "slow"),
        (240_001, "slow"),
        (240_000, "behind"),
        (0, "behind"),
        (None, "behind"),  # nobody reported: counts as nothing done, and the reason says so
        (5_000_000, "on_pace"),
    ],
)
def test_points_below_pace(done: int | None, code: str):
    assert light(under_way(done), JUNE, RULES).code == code


@pytest.mark.parametrize(
    ("day", "code"),
    [  # the light of June is that of 30 June
        (date(2026, 7, 1), "not_due"),
        (date(2026, 6, 30), "not_due"),
        (date(2026, 6, 29), "start_late"),
        (date(2026, 5, 31), "start_late"),
        (date(2026, 5, 30), "start_overdue"),
        (None, "no_start_date"),
    ],
)
def test_start_overdue(day: date | None, code: str):
    assert light(to_start(day), JUNE, RULES).code == code


@pytest.mark.parametrize(
    ("facts", "colour"),
    [
        (under_way(0, plan=None), "grey"),
        (under_way(0, plan=0), "grey"),
        (to_start(date(2026, 9, 1)), "grey"),
        (Facts(stage=Stage.STARTED, state=State.SUSPENDED, plan=PLAN), "stop"),
        (Facts(stage=Stage.STARTED, state=State.WITHDRAWN, plan=PLAN), "stop"),
        (Facts(stage=Stage.COMPLETED, plan=PLAN, done=0), "green"),
        (to_start(date(2026, 3, 1), started_on=date(2026, 6, 30)), "red"),  # started, and now behind in money
    ],
)
def test_what_is_not_due_is_grey_and_what_stands_still_is_stop(facts: Facts, colour: str):
    assert light(facts, JUNE, RULES).colour == colour


def test_the_boundary_is_taken_from_unrounded_values():
    plan = 3_000_000_001
    done = plan * 2 // 5  # a hair below 40 %: ten points and a hair below pace
    assert lights.gap(under_way(done, plan), JUNE) < Fraction(-10)
    assert light(under_way(done, plan), JUNE, RULES).code == "slow"
    assert light(under_way(done + 1, plan), JUNE, RULES).code == "on_pace"


def test_in_january_nobody_is_thirty_points_behind():
    january = Period.month(2026, 1)
    assert light(under_way(0), january, RULES).code == "on_pace"
    assert light(under_way(0), Period.month(2026, 2), RULES).code == "slow"


def test_the_reason_is_a_sentence():
    with override("en"):
        assert light(under_way(200_000), JUNE, RULES).reason == "16.7% of the plan done, 33.3 points below pace"
        assert light(under_way(PLAN // 2), JUNE, RULES).reason == "50.0% of the plan done, 0.0 points above pace"
        assert (
            light(under_way(None), JUNE, RULES).reason == "Nothing accepted this year; by now 50.0% of the plan is due"
        )
        assert "102 days ago" in light(to_start(date(2026, 3, 20)), JUNE, RULES).reason
        for line in lights.LINES:
            assert str(line.label)
    withdrawn = light(Facts(state=State.WITHDRAWN), JUNE, RULES)
    assert withdrawn.label == str(State.WITHDRAWN.label)


def test_a_start_after_the_month_does_not_brighten_the_month():
    late = Facts(stage=Stage.STARTED, plan=PLAN, planned_start=date(2026, 3, 1), started_on=date(2026, 7, 20))
    assert light(late, JUNE, RULES).code == "start_overdue"
    assert light(late, Period.month(2026, 7), RULES).code != "start_overdue"


def test_a_start_that_is_put_off_or_taken_off_stays_due_on_its_first_day():
    first = date(2026, 3, 1)
    with override("en"):
        off = light(to_start(date(2026, 9, 1), first_start=first), JUNE, RULES)
        gone = light(to_start(None, first_start=first), JUNE, RULES)
        soon = light(to_start(date(2026, 9, 1), first_start=date(2026, 8, 1)), JUNE, RULES)
    assert (off.code, gone.code, soon.code) == ("start_overdue", "start_overdue", "not_due")
    assert off.reason.endswith("the start was put off to Sep 1")
    assert gone.reason.endswith("no new start is planned")
    assert to_start(first, first_start=first).postponed is False
    assert to_start(date(2026, 2, 1), first_start=first).postponed is False  # brought forward


def test_a_stage_without_its_day_is_believed():
    assert light(Facts(stage=Stage.STARTED, plan=PLAN, done=PLAN), JUNE, RULES).code == "on_pace"
    assert light(Facts(stage=Stage.COMPLETED, plan=PLAN), JUNE, RULES).code == "completed"
    done_in_july = Facts(
        stage=Stage.COMPLETED, plan=PLAN, planned_start=date(2026, 3, 1), completed_on=date(2026, 7, 1)
    )
    assert light(done_in_july, JUNE, RULES).code == "behind"  # was under way then: no start is overdue


# the same table as a condition ---------------------------------------------------------------------------------------


def in_database(county: Unit, period: Period, rules: LightRules = RULES) -> dict[int, str]:
    rows = ProjectMonth.objects.filter(county=county, month=str(period)).with_light(period, rules)
    return dict(rows.values_list("project", "light"))


def test_figures_come_from_the_last_accepted_report_up_to_the_month(county):
    project = make_project(county, plan=PLAN, stage=Stage.STARTED)
    make_report(project, "2026-04", works=100)
    make_report(project, "2026-05", works=200)
    make_report(project, "2026-06", works=400, status=ReportStatus.SUBMITTED)
    make_report(project, "2026-07", works=800)
    make_report(project, "2025-12", works=9_999)

    def figures(month: int) -> tuple[Any, ...]:
        return (
            ProjectMonth.objects.of(county, Period.month(2026, month)).values_list("plan", "done", "done_month").get()
        )

    assert figures(6) == (PLAN, 300, "2026-05")
    assert figures(3) == (PLAN, None, None)
    assert figures(7) == (PLAN, 1500, "2026-07")
    next_year = ProjectMonth.objects.of(county, Period.month(2027, 1))
    assert next_year.values_list("plan", "done").get() == (None, None)


def on_file(county, found: list[Facts], period: Period, rules: LightRules = RULES) -> dict[int, str]:
    """Puts projects with these facts on file, and nothing else; {pk: the code that the table in Python gives}."""
    Project.objects.all().delete()
    unit = unit_of(county, "xicheng")
    expected = {}
    for number, facts in enumerate(found):
        project = Project(
            county=county,
            lead_unit=unit,
            name=f"{number}",
            stage=facts.stage,
            state=facts.state,
            state_reason="" if facts.state == State.ACTIVE else "停",
            planned_start=facts.planned_start,
            started_on=facts.started_on,
            completed_on=facts.completed_on,
        )
        marked: Any = project
        marked.skip_history_when_saving = True
        project.save()
        if facts.packs:
            Project.objects.filter(pk=project.pk).update(package=project)
        if facts.plan is not None:
            AnnualPlan.objects.bulk_create([AnnualPlan(project=project, year=2026, investment=facts.plan)])
        if facts.done is not None:
            MonthlyReport.objects.bulk_create(
                [
                    MonthlyReport(
                        county_id=project.county_id,
                        project=project,
                        month="2026-01",
                        works_ytd=facts.done,
                        status=ReportStatus.ACCEPTED,
                    )
                ]
            )
        expected[project.pk] = lights.verdict(facts, period, rules).code
    # What rows say of milestones is told them, as a closed month's is: what it is made of has tests of its own.
    rows = list(ProjectMonth.objects.of(county, period).order_by("project"))
    for row, facts in zip(rows, found, strict=True):
        row.node_late, row.node_risk = facts.node_late, facts.node_risk
    ProjectMonth.objects.bulk_update(rows, ["node_late", "node_risk"])
    return expected


@pytest.mark.parametrize("month", [5, 6])
def test_the_condition_and_the_rule_agree_on_each_boundary(county, month):
    """The month's end and the two deadlines, amounts at 10 and 30 points below pace: one off on each side."""
    late, scale = date(2026, 1, 1), lights.Scale(Period.month(2026, month), RULES)
    dues: list[date | None] = [None]
    for last in (date(2026, 6, 30), date(2026, 5, 31), date(2026, 5, 30), date(2026, 5, 1)):
        dues += [last - timedelta(days=1), last, last + timedelta(days=1)]
    pace = PLAN * month // 12
    done = [None, 0, *(pace - PLAN * points // 100 + off for points in (0, 10, 30) for off in (-1, 0, 1))]
    found = [
        *(
            Facts(stage=stage, plan=PLAN, planned_start=day)
            for day in dues
            for stage in (Stage.PREWORK, Stage.STARTED)
        ),
        *(Facts(stage=Stage.STARTED, plan=PLAN, planned_start=late, started_on=day) for day in dues),
        *(Facts(stage=stage, plan=PLAN, started_on=late, completed_on=day) for day in dues for stage in Stage.values),
        *(Facts(stage=Stage.STARTED, plan=PLAN, done=amount, started_on=late) for amount in done),
        *(Facts(stage=Stage.STARTED, plan=plan, started_on=late) for plan in (None, 0)),
        *(
            Facts(stage=stage, plan=PLAN, done=amount, started_on=since, node_late=days, node_risk=risk)
            for days in (None, 0, 1, 10, 11)
            for risk in (None, *(scale.on + timedelta(days=RULES.node_near_days + off) for off in (-1, 0, 1)))
            for stage, since in ((Stage.PREWORK, None), (Stage.STARTED, late))
            for amount in done
        ),
        *(Facts(state=state, plan=PLAN) for state in State.values),
        *(Facts(state=state, plan=PLAN, packs=True) for state in State.values),
    ]
    expected = on_file(county, found, Period.month(2026, month))
    assert in_database(county, Period.month(2026, month)) == expected
    assert set(expected.values()) == set(lights.BY_CODE)


days = st.none() | st.dates(date(2026, 4, 1), date(2026, 9, 1))
near = st.sampled_from([0, 240_000, 240_001, 480_000, 480_001, 600_000, 1_200_000])
cases = st.builds(
    Facts,
    stage=st.sampled_from(Stage.values),
    state=st.sampled_from([State.ACTIVE, State.ACTIVE, State.SUSPENDED]),
    plan=st.none() | st.sampled_from([0, PLAN]) | st.integers(1, 10**13),
    done=st.none() | near | st.integers(-(10**9), 10**13),
    planned_start=days,
    started_on=days,
    completed_on=days,
    node_late=st.none() | st.integers(0, 20),
    node_risk=days,
)


@given(
    st.lists(cases, min_size=1, max_size=12),
    st.integers(1, 12),
    st.integers(0, 60),
    st.integers(0, 40),
    st.integers(0, 90),
    st.booleans(),
)
def test_the_condition_and_the_rule_agree(county, found, month, amber, start_amber, start_red, nodes):
    period = Period.month(2026, month)
    rules = LightRules(
        amber_below=amber,
        red_below=amber + 20,
        start_amber_days=start_amber,
        start_red_days=start_amber + start_red,
        nodes=nodes,
    )
    expected = on_file(county, found, period, rules)
    assert in_database(county, period, rules) == expected


def test_the_largest_amounts_that_can_be_typed_do_not_overflow(county):
    project = make_project(county, stage=Stage.STARTED, plan=9_000_000_000_000_000)
    make_report(project, "2026-05", works=9_000_000_000_000_000)
    for points in (1, 7, 9, 11):
        for month in range(5, 13):
            assert ProjectMonth.objects.of(county, Period.month(2026, month))
            in_database(county, Period.month(2026, month), LightRules(amber_below=points, red_below=points + 2))


def test_lights_can_be_counted_by_colour(county):
    for number in range(3):
        make_project(county, name=f"甲{number}", stage=Stage.STARTED, plan=100 * WAN)
    make_project(county, name="乙", planned_start=date(2026, 12, 1))
    lit = ProjectMonth.objects.of(county, JUNE).with_light(JUNE, RULES)
    assert lit.filter(light__in=lights.codes("red")).count() == 3
    assert lit.filter(light__in=lights.codes("grey")).count() == 1
