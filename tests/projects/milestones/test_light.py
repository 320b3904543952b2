"""A milestone that isn't reached lights its project as it stood at each month's end; closed months keep theirs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from core.days.periods import Period
from organization.profiles.loader import digest
from organization.profiles.models import CountyProfile
from projects.choices import ApprovalKind, Stage
from projects.lights import Facts, light
from projects.milestones import services as milestones
from projects.milestones.models import Milestone
from projects.registry import services as registry
from projects.registry.months import services as months
from projects.reports.closing import close_month
from projects.rules import LightRules
from tests.support.factories import NOW, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.by_services, pytest.mark.requirement("P06", "P02")]
ON = LightRules(nodes=True)


def at(month: int, day: int) -> datetime:
    return NOW.replace(month=month, day=day)


def test_the_light_of_a_month_is_of_the_days_planned_and_reached_by_its_end(county: Any, people: Any) -> None:
    project = make_project(county, name="粮库", stage=Stage.PREWORK, planned_start=date(2026, 12, 1))
    told: dict[str, Any] = {"by": people.office}

    def lit() -> list[str]:
        """The codes of June, July and August."""
        assert not list(months.check(now=at(8, 20)))
        found = project.months.filter(month__in=("2026-06", "2026-07", "2026-08")).order_by("month")
        said = [light(Facts.of(row), Period.parse(row.month), ON).code for row in found]
        again = [found.with_light(Period.parse(row.month), ON).get(month=row.month).light for row in found]
        assert said == again
        return said

    def node() -> Milestone:
        return Milestone.objects.get(project=project)

    assert lit() == ["not_due", "not_due", "not_due"]
    milestones.add(project, label="交地", planned_on=date(2026, 6, 17), now=NOW, **told)
    assert lit() == ["node_late", "node_overdue", "node_overdue"]
    milestones.move(node(), to=date(2026, 7, 29), now=at(7, 3), reason="征迁", **told)
    assert lit() == ["node_late", "node_late", "node_overdue"]  # June is over: it was planned otherwise then
    milestones.finish(node(), on=date(2026, 6, 30), now=at(7, 4), **told)
    assert lit() == ["not_due", "not_due", "not_due"]  # reached by its end, and June is still open
    milestones.finish(node(), on=None, now=at(7, 4), **told)
    close_month(county, Period.month(2026, 6), by=None, now=at(7, 5))
    milestones.finish(node(), on=date(2026, 6, 30), now=at(7, 6), **told)
    assert lit() == ["node_late", "not_due", "not_due"]  # what is closed keeps its light
    milestones.remove(node(), now=at(7, 7), **told)
    assert lit() == ["node_late", "not_due", "not_due"]
    row = project.months.get(month="2026-06")
    said = light(Facts.of(row), Period.month(2026, 6), ON)
    assert (said.colour, said.opens) == ("amber", "projects:schedule")
    assert said.reason == "“交地”应于6月17日完成，已逾期 8 个工作日"  # without the rest day of 19 June
    of_before = Facts(node_due=date(2026, 6, 17), node_late=8)  # closed before names were kept
    assert light(of_before, Period.month(2026, 6), ON).reason.startswith("倒排节点应于6月17日")
    assert light(Facts.of(row), Period.month(2026, 6), LightRules()).code == "not_due"


def test_what_is_at_risk_lights_amber_before_it_is_late(county: Any, people: Any) -> None:
    project = make_project(county, name="粮库", stage=Stage.PREWORK, planned_start=date(2026, 12, 1))
    told: dict[str, Any] = {"by": people.office}

    def june() -> tuple[str, str, str]:
        assert not list(months.check(now=at(7, 20)))
        row = project.months.get(month="2026-06")
        said = light(Facts.of(row), Period.parse(row.month), ON)
        assert project.months.with_light(Period.parse(row.month), ON).get(month=row.month).light == said.code
        return said.colour, said.code, said.reason

    milestones.add(project, label="交地", planned_on=date(2026, 7, 2), now=NOW, **told)
    land = Milestone.objects.get(label="交地")
    milestones.add(project, label="围挡", planned_on=date(2026, 7, 13), after=land, now=NOW, **told)

    def fence() -> Milestone:
        return Milestone.objects.get(label="围挡")

    assert june()[1] == "not_due"  # 13 days ahead
    milestones.move(fence(), to=date(2026, 7, 10), now=NOW, **told)
    assert june() == ("amber", "node_risk", "“围挡”应于7月10日完成，前置节点“交地”还没有完成")
    milestones.finish(land, on=date(2026, 6, 15), now=NOW + timedelta(days=20), **told)
    assert june()[1] == "not_due"
    milestones.forecast(fence(), expected=date(2026, 7, 10), now=NOW, **told)
    assert june()[1] == "not_due"  # as planned
    milestones.move(fence(), to=date(2026, 9, 30), now=NOW, reason="雨季", **told)
    milestones.forecast(fence(), expected=date(2026, 10, 12), now=NOW, **told)
    assert june() == ("amber", "node_risk", "“围挡”应于9月30日完成，预计10月12日才能完成")
    close_month(county, Period.month(2026, 6), by=None, now=at(7, 5))
    milestones.forecast(fence(), expected=None, now=at(7, 6), **told)
    assert june()[1] == "node_risk"  # what is closed keeps its light
    later = project.months.get(month="2026-07")
    assert (later.node_risk, later.node_due) == (None, date(2026, 9, 30))


def test_days_that_the_house_corrects_count_by_its_own_calendar(
    county: Any, people: Any, sign_in: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(7, 3))
    project = make_project(county, name="粮库", stage=Stage.PREWORK)
    milestones.add(project, label="交地", planned_on=date(2026, 5, 20), by=people.office, now=NOW)

    def late() -> list[int]:
        assert not list(months.check(now=at(7, 3)))
        both = project.months.filter(month__in=("2026-06", "2026-07")).order_by("month")
        return list(both.values_list("node_late", flat=True))

    assert late() == [28, 51]
    close_month(county, Period.month(2026, 6), by=None, now=at(7, 2))
    client = sign_in(people.office)
    text = "2026-06-19 班 端午不放\n2026-07-04 班\n2026-07-11 班"
    assert client.post("/dispatch/calendar/2026/days/", {"text": text}).status_code == 303
    assert late() == [28, 54]  # what is closed keeps what it said; the day in June counts from there on
    client.post("/dispatch/calendar/2026/days/back/", {"day": "2026-07-11"})
    assert late() == [28, 53]


def test_an_approval_that_ends_a_milestone_puts_the_light_out(county: Any, people: Any) -> None:
    project = make_project(county, name="粮库", stage=Stage.PREWORK)
    milestones.lay_out(project, target=date(2026, 9, 30), template="start", by=people.office, now=NOW)
    kind = ApprovalKind.FEASIBILITY
    Milestone.objects.filter(project=project).exclude(fact=kind).delete()
    months.follow([project], on=NOW.date(), now=NOW, by=None)

    def due() -> set[Any]:
        assert not list(months.check(now=NOW))
        return set(project.months.filter(month__gte="2026-06").values_list("node_due", flat=True))

    [planned] = due()
    assert planned is not None
    approval = registry.record_approval(project, kind=kind, obtained_on=date(2026, 6, 9), by=people.office, now=NOW)
    assert due() == {None}
    registry.remove_approval(approval, by=people.office, now=NOW + timedelta(hours=1), reason="笔误")
    assert due() == {planned}


def test_list_home_and_page_say_it_where_the_county_wants_it(
    county: Any, people: Any, sign_in: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(7, 3))
    project = make_project(county, name="粮库", stage=Stage.PREWORK, planned_start=date(2026, 12, 1))
    milestones.add(project, label="交地", planned_on=date(2026, 6, 1), by=people.office, now=NOW)
    client = sign_in(people.office)
    pages = ("/projects/?light=nodes&period=2026-06", "/", f"/projects/{project.pk}/?period=2026-06")
    listed, home, page = (client.get(page).content.decode() for page in pages)
    assert ("粮库" in listed, "节点逾期" in home, "节点逾期" in page) == (False, False, False)
    data = {"lights": {"nodes": True}}
    told = {"key": "test", "data": data, "digest": digest(data), "loaded_at": NOW}
    CountyProfile.objects.update_or_create(county=county, defaults=told)
    listed, home, page = (client.get(page).content.decode() for page in pages)
    assert "粮库" in listed
    assert "节点逾期" in home
    assert f'href="/projects/{project.pk}/schedule/"' in page.split("节点逾期")[1]
