"""A schedule is laid, moved, reached and taken back; what can't be is a sentence; nobody is overruled unseen."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from core.days.office import calendar
from core.days.periods import Period
from core.due import due_items
from core.indicators import Quotient
from core.models import WorkdayOverride
from core.refusals import NeedsReason, NotAllowed, Refused, Stale, Wrong
from organization.units.models import Unit
from outbox.models import Notice
from projects.choices import Stage
from projects.milestones import pages, rules, wall
from projects.milestones import services as milestones
from projects.milestones.indicators import MILESTONE_RATE
from projects.milestones.lists import MILESTONES
from projects.milestones.models import Milestone, Schedule
from projects.milestones.rules import Point, ScheduleRules, state_of
from projects.milestones.services import Typed
from projects.models import Project, ProjectMonth
from projects.page.pages import whole_history
from projects.registry import services as registry
from tests.support.factories import NOW, count, make_project
from tests.support.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P06")]
TODAY = NOW.date()
TARGET = date(2027, 3, 31)


@pytest.fixture
def project(county: Unit) -> Project:
    return make_project(county, name="粮库", stage=Stage.PREWORK)


def laid(project: Project, by: Any, **more: Any) -> Schedule:
    told: dict[str, Any] = {"target": TARGET, "template": "start", "by": by, "now": NOW} | more
    return milestones.lay_out(project, **told)


def one(project: Project, code: str) -> Any:
    return Milestone.objects.with_actual().get(project=project, code=code)


def stands(project: Project) -> list[Any]:
    rows = Milestone.objects.filter(project=project).order_by("pk").values(*milestones.KEPT)
    return [Schedule.objects.values_list("target_on", "template").get(project=project), *rows]


def test_it_is_laid_from_the_target_day_by_the_unit_and_the_office(people: People, project: Project) -> None:
    for name, person in people.all().items():
        if name not in ("officer", "unit_head", "office", "office_head"):
            with pytest.raises(NotAllowed):
                laid(project, person)
    laid(project, people.officer)
    rows = list(Milestone.objects.filter(project=project))
    assert (rows[0].code, rows[-1].code, rows[-1].planned_on) == ("proposal", "entered", TARGET)
    assert {row.first_on == row.planned_on for row in rows} == {True}
    assert rows[0].label == "项目建议书批复"
    assert rows[0].label_en == "Project proposal approved"


BAD: list[tuple[dict[str, Any], type[Refused], str]] = [
    ({"target": TODAY - timedelta(days=1)}, Wrong, "target"),
    ({"target": date(1999, 12, 31)}, Wrong, "target"),
    ({"target": date(2060, 1, 1)}, Wrong, "target"),
    ({"template": "nothing"}, Wrong, "template"),
    ({"version": 3}, Stale, ""),
]


@pytest.mark.parametrize(("more", "refusal", "where"), BAD)
def test_what_cannot_be_laid(people: People, project: Project, more: Any, refusal: Any, where: str) -> None:
    with pytest.raises(refusal) as found:
        laid(project, people.office, **more)
    assert list(getattr(found.value, "fields", [])) == ([where] if where else [])
    assert not Milestone.objects.exists()
    assert not Schedule.objects.exists()


def test_a_target_put_off_wants_a_reason_and_is_told(people: People, project: Project) -> None:
    laid(project, people.officer)
    later = TARGET + timedelta(days=30)
    with pytest.raises(NeedsReason):
        laid(project, people.officer, target=later)
    laid(project, people.officer, target=later, reason="用地报批延后")
    assert {notice.person for notice in Notice.objects.filter(kind="schedule_put_off")} >= {people.office}
    assert one(project, "started").first_on < one(project, "started").planned_on
    with pytest.raises(NeedsReason):
        milestones.move(one(project, "entered"), to=date(2027, 7, 1), by=people.officer, now=NOW)


def test_moved_alone_the_order_is_kept_and_moved_along_the_others_follow(people: People, project: Project) -> None:
    laid(project, people.officer)
    tender, works = one(project, "tender"), one(project, "works_planning")
    with pytest.raises(Wrong) as found:
        milestones.move(tender, to=date(2026, 11, 2), by=people.officer, now=NOW)
    assert list(found.value.fields) == [f"planned_{tender.pk}"]
    assert works.name in found.value.why
    milestones.move(tender, to=date(2026, 11, 2), along=True, by=people.officer, now=NOW)
    assert one(project, "tender").planned_on == date(2026, 11, 2)
    assert one(project, "works_planning").planned_on < works.planned_on
    assert one(project, "entered").planned_on == TARGET
    with pytest.raises(Wrong) as found:
        milestones.move(tender, to=date(2026, 10, 1), along=True, by=people.officer, now=NOW)
    assert "10月9日" in found.value.why or "10月8日" in found.value.why  # the next working day


def test_a_day_that_an_approval_ends_is_computed_and_never_typed(people: People, project: Project) -> None:
    laid(project, people.officer)
    energy = one(project, "energy")
    assert energy.actual_on is None
    with pytest.raises(Wrong):
        milestones.finish(energy, on=TODAY, by=people.officer, now=NOW)
    told: dict[str, Any] = {"document_number": "1号", "by": people.office, "now": NOW}
    registry.record_approval(project, kind="energy", obtained_on=date(2026, 6, 1), **told)
    assert one(project, "energy").actual_on == date(2026, 6, 1)
    assert one(project, "energy").done_on is None
    Project.objects.filter(pk=project.pk).update(started_on=date(2026, 6, 2))
    assert one(project, "started").actual_on == date(2026, 6, 2)


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ({"planned": date(1999, 12, 31)}, "planned"),
        ({"planned": date(2026, 10, 2)}, "planned"),  # a holiday
        ({"planned": date(2051, 1, 2)}, "planned"),
        ({"forecast": date(1900, 1, 1)}, "forecast"),
        ({"done": TODAY + timedelta(days=1)}, "done"),
    ],
)
def test_days_that_cannot_be(people: People, project: Project, typed: Any, where: str) -> None:
    laid(project, people.officer)
    row = one(project, "demolition")
    told = Typed(**({"planned": row.planned_on} | typed))
    with pytest.raises(Wrong) as found:
        milestones.set_days(project, typed={row.pk: told}, by=people.officer, now=NOW)
    assert list(found.value.fields) == [f"{where}_{row.pk}"]


def test_own_milestones_are_added_between_others_and_taken_out(people: People, project: Project) -> None:
    laid(project, people.officer)
    about: dict[str, Any] = {"by": people.officer, "now": NOW}
    tender, permit = one(project, "tender"), one(project, "construction")
    between: dict[str, Any] = {"after": tender, "until": permit, "planned_on": tender.planned_on}
    for label, why in ((" ", "label"), ("长" * 300, "label")):
        with pytest.raises(Wrong) as found:
            milestones.add(project, label=label, **between, **about)
        assert list(found.value.fields) == [why]
    with pytest.raises(Wrong) as found:  # a ring
        milestones.add(project, label="图审", after=permit, until=tender, planned_on=permit.planned_on, **about)
    assert list(found.value.fields) == ["until"]
    assert permit.name in found.value.why
    milestones.add(project, label="图审", **between, **about)
    assert "own_1" in one(project, "construction").after
    laid(project, people.officer)  # laid anew it stays, in its place
    assert tender.planned_on <= one(project, "own_1").planned_on <= permit.planned_on
    with pytest.raises(Stale):
        milestones.remove(one(project, "tender"), version=1, **about)
    milestones.remove(one(project, "tender"), **about)
    assert set(one(project, "own_1").after) == {"works_planning"}


def test_each_act_can_be_taken_back_once(people: People, project: Project) -> None:
    schedule = laid(project, people.officer)
    about: dict[str, Any] = {"by": people.officer, "now": NOW}
    acts = (
        lambda: milestones.move(one(project, "tender"), to=date(2026, 11, 2), along=True, **about),
        lambda: milestones.forecast(one(project, "tender"), expected=date(2027, 1, 4), **about),
        lambda: milestones.finish(one(project, "demolition"), on=TODAY, **about),
        lambda: milestones.remove(one(project, "tender"), **about),
        lambda: laid(project, people.officer, template="whole", target=date(2027, 3, 1)),
    )
    for act in acts:
        before = stands(project)
        act()
        assert stands(project) != before
        milestones.take_back(schedule, **about)
        assert stands(project) == before
        with pytest.raises(NotAllowed):
            milestones.take_back(schedule, **about)
    assert [line.text for line in whole_history(project) if "倒排" in line.text]


def test_what_is_late_is_told_once_for_each_planned_day(county: Unit, people: People, project: Project) -> None:
    laid(project, people.officer, target=TODAY + timedelta(days=30), template="works")
    late = Milestone.objects.open().filter(planned_on__lt=TODAY).count()
    assert late > 0
    days = calendar()
    assert milestones.tell_late(county, now=NOW, late_days=0, days=days) == late
    assert milestones.tell_late(county, now=NOW + timedelta(hours=1), late_days=0, days=days) == 0
    items = [item for item in due_items(county, NOW, person=people.officer) if item.kind == "milestone"]
    assert [item.project_id for item in items] == [project.pk]
    assert not [item for item in due_items(county, NOW, person=people.other_officer) if item.kind == "milestone"]


def test_the_share_reached_by_the_day_first_planned(county: Unit, people: People) -> None:
    project = make_project(county, stage=Stage.STARTED, plan=100, started_on=date(2026, 1, 20))
    laid(
        project,
        people.office,
        template="works",
        target=date(2026, 11, 30),
        now=datetime.fromisoformat("2026-01-05T10:00+08:00"),
    )
    period = Period.month(2026, 5)
    rows = ProjectMonth.objects.of(county, period).filter(project=project)
    assert rows.exists()
    due = Milestone.objects.filter(project=project, first_on__gte=date(2026, 1, 1), first_on__lte=period.last)
    found = rows.aggregate(n=_sum(MILESTONE_RATE.numerator(period)), d=_sum(MILESTONE_RATE.denominator(period)))
    reached = [row for row in due.with_actual() if row.actual_on and row.actual_on <= row.first_on]
    assert Quotient(found["n"], found["d"]) == Quotient(len(reached), due.count())
    assert found["d"] > found["n"]


def _sum(expression: Any) -> Any:
    return Sum(expression)


def test_years_whose_moved_days_nobody_told_are_said(people: People, project: Project) -> None:
    laid(project, people.officer, target=date(2035, 6, 29))
    assert pages.of_project(project, TODAY).unknown == [2034, 2035] or pages.of_project(project, TODAY).unknown == [
        2035
    ]
    WorkdayOverride.objects.create(day=date(2035, 2, 8), is_workday=False)
    assert 2035 not in pages.of_project(project, TODAY).unknown


def test_the_pages_cost_no_more_with_more_projects(county: Unit, people: People, sign_in: Any) -> None:
    client = sign_in(people.leader)

    def cost(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    costs = []
    for number in (2, 6):
        for n in range(number):
            unit = ("xicheng", "dongguan")[n % 2]
            project = make_project(county, name=f"工程<{number}{n}>", lead_unit=unit, stage=Stage.PREWORK)
            laid(project, people.office)
        count(Project.objects.all())
        costs.append([cost("/projects/schedule/"), cost(f"/projects/{project.pk}/schedule/")])
    assert costs[0] == costs[1]
    page = client.get("/projects/schedule/").content.decode()
    assert page.count('<svg class="chart-svg wall"') == 1
    assert "工程&lt;63&gt;" in page
    assert "工程<63>" not in page
    assert client.get("/projects/schedule/?unit=xicheng").content.decode().count("<details>") == 4
    own = Project.objects.filter(lead_unit__code="xicheng")[0]
    officer = sign_in(people.officer).get(f"/projects/{own.pk}/schedule/").content.decode()
    assert officer.count('role="slider"') == Milestone.objects.open().filter(project=own).count() > 10


def test_what_was_typed_stays_when_it_is_refused(people: People, project: Project, sign_in: Any) -> None:
    laid(project, people.officer)
    client, rows = sign_in(people.officer), Milestone.objects.filter(project=project)
    sent = {"version": "1"} | {f"planned_{row.pk}": str(row.planned_on) for row in rows}
    tender = one(project, "tender")
    answer = client.post(f"/projects/{project.pk}/schedule/", sent | {f"planned_{tender.pk}": "2026-10-03"})
    assert answer.status_code == 422
    assert 'value="2026-10-03"' in answer.content.decode()
    assert f"planned_{tender.pk}_error" in answer.content.decode()
    answer = client.post(f"/projects/{project.pk}/schedule/", sent | {f"planned_{tender.pk}": "2027-03-30"})
    assert answer.status_code == 422  # the permit comes before it
    late = sent | {f"planned_{one(project, 'entered').pk}": "2027-04-30"}
    asked = client.post(f"/projects/{project.pk}/schedule/", late)
    assert asked.status_code == 422
    assert 'name="reason"' in asked.content.decode()
    assert client.post(f"/projects/{project.pk}/schedule/", late | {"reason": "报批延后"}).status_code == 303
    assert Schedule.objects.get(project=project).target_on == date(2027, 4, 30)


def test_the_drawing_of_a_large_county_is_bounded() -> None:
    on = TODAY
    points = [
        Point(f"m{n}", f"节点{n}", (f"m{n - 1}",) if n else (), on + timedelta(days=30 * (n - 6))) for n in range(20)
    ]
    chains = [
        wall.Chain(pk, f"项目{pk}", "城西镇", points, [state_of(p, {}, on, ScheduleRules()) for p in points])
        for pk in range(1, 62)
    ]
    chart = wall.draw(chains, on, ScheduleRules())
    assert (len(chart.sheets), chart.number, chart.late) == (3, 61 * 20, 61 * 6)
    assert MILESTONES.order[-1] == "pk"


def test_what_a_schedule_cannot_be_and_what_stood_so_before(
    people: People, project: Project, monkeypatch: Any
) -> None:
    told: dict[str, Any] = {"by": people.office, "now": NOW}
    with pytest.raises(Stale):
        milestones.set_days(project, typed={}, **told)  # nothing is laid yet
    with pytest.raises(Wrong):
        milestones.add(project, label="交地", planned_on=date(2099, 1, 5), **told)
    milestones.add(project, label="交地", planned_on=date(2026, 7, 1), **told)
    first = Milestone.objects.get(project=project)
    milestones.add(project, label="进场", planned_on=date(2026, 7, 10), after=first, **told)
    milestones.add(project, label="通电", planned_on=date(2026, 8, 3), **told)
    behind, third = Milestone.objects.filter(project=project).exclude(pk=first.pk).order_by("pk")
    with pytest.raises(Stale):
        milestones.set_days(project, typed={first.pk + 999: Typed(date(2026, 7, 2))}, **told)
    Milestone.objects.filter(pk=behind.pk).update(planned_on=date(2026, 6, 25))  # out of order, as it stands
    milestones.move(third, to=date(2026, 8, 4), reason="改期", **told)
    with pytest.raises(Wrong):
        milestones.move(first, to=date(2026, 7, 2), **told)
    with pytest.raises(Wrong):
        milestones.add(project, label="清表", planned_on=date(2026, 6, 29), after=first, **told)
    milestones.remove(third, **told)
    with pytest.raises(Stale):
        milestones.remove(third, **told)
    monkeypatch.setattr(rules, "MOST", 2)
    with pytest.raises(Refused, match="最多"):
        milestones.add(project, label="再一个", planned_on=date(2026, 8, 4), **told)
    monkeypatch.setattr(milestones, "FIRST", date(2026, 6, 1))
    with pytest.raises(Wrong, match="2000"):
        laid(project, people.office, target=date(2026, 6, 30))
