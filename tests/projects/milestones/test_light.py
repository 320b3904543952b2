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
    assert "6月17日" in said.reason
    assert "8 个工作日" in said.reason  # without the rest day of 19 June
    assert light(Facts.of(row), Period.month(2026, 6), LightRules()).code == "not_due"


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
