"""复工 by the year: put on file once, due in spring, counted by its day, asked for on the list."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from core.days.periods import Period
from core.due import due_items
from core.indicators import Quotient, declared, totals
from core.refusals import NeedsReason, NotAllowed, Refused, Wrong
from core.undo import undos
from organization.units.models import Unit
from projects.choices import Stage
from projects.many.rows import versions
from projects.models import Project, ProjectMonth, Resumption
from projects.page.pages import whole_history
from projects.plans.models import AnnualPlan
from projects.resumptions.models import resumed
from projects.resumptions.pages import planned_by
from projects.resumptions.rules import ResumptionRules
from projects.resumptions.services import RESUMED, record_resumption, record_resumptions, take_back
from tests.support.factories import NOW, make_project
from tests.support.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P02")]
MARCH = date(2026, 3, 2)


@pytest.fixture
def old(county: Unit) -> Project:
    return make_project(county, name="旧厂", stage=Stage.STARTED, started_on=date(2025, 4, 1), plan=100)


def rate(county: Unit, month: int) -> tuple[int, int]:
    period = Period.month(2026, month)
    key = "resumption_rate"
    rows = totals([declared()[key]], ProjectMonth.objects.of(county, period).counted(), period, "county")
    found = sum((Quotient(row[f"{key}_n"], row[f"{key}_d"]) for row in rows), Quotient())
    return found.numerator, found.denominator


@pytest.mark.requirement("D12")
def test_started_or_resumed_of_those_planned(county: Unit, people: People, old: Project) -> None:
    make_project(county, name="新厂", stage=Stage.STARTED, plan=100)  # planned and started in March
    make_project(county, name="迟厂", planned_start=date(2026, 5, 1), plan=100)
    make_project(county, name="无计划", stage=Stage.STARTED, started_on=date(2024, 4, 1), planned_start=None)
    assert [rate(county, month) for month in (2, 3, 5)] == [(0, 1), (1, 2), (1, 3)]
    record_resumption(old, 2026, resumed_on=MARCH, by=people.officer, now=NOW)
    assert [rate(county, month) for month in (2, 3, 5)] == [(0, 1), (2, 2), (2, 3)]


def test_what_can_t_be_is_said(county: Unit, people: People, old: Project) -> None:
    told: dict[str, Any] = {"by": people.office, "now": NOW}
    new = make_project(county, name="新厂", stage=Stage.STARTED)
    done = make_project(
        county, name="完", stage=Stage.COMPLETED, started_on=date(2024, 1, 2), completed_on=date(2026, 1, 9)
    )
    for project, day in ((old, None), (old, date(2025, 12, 1)), (old, date(2026, 12, 1)), (new, MARCH), (done, MARCH)):
        with pytest.raises(Wrong):
            record_resumption(project, 2026, resumed_on=day, **told)
    with pytest.raises(NotAllowed):
        record_resumption(old, 2026, resumed_on=MARCH, by=people.other_officer, now=NOW)
    record_resumption(old, 2026, resumed_on=MARCH, **told)
    for day in (MARCH + timedelta(days=1), None):
        with pytest.raises(NeedsReason):
            record_resumption(old, 2026, resumed_on=day, **told)
    record_resumption(old, 2026, resumed_on=None, reason="误填", **told)
    assert not Resumption.objects.exists()
    said = [record.text for record in whole_history(old)]
    assert {"2026年复工已登记", "撤下2026年复工记录"} <= set(said)


def test_units_are_asked_in_spring(county: Unit, people: People, old: Project) -> None:
    def asked(day: date, person: Any = None) -> list[str]:
        now = datetime.combine(day, NOW.timetz())
        return [item.why for item in due_items(county, now, person=person) if item.kind == "resumption"]

    assert asked(date(2026, 2, 19)) == []
    assert asked(date(2026, 2, 20)) == asked(date(2026, 3, 20), people.officer) == ["旧厂"]
    assert asked(date(2026, 3, 20), people.other_officer) == []
    record_resumption(old, 2026, resumed_on=MARCH, by=people.officer, now=NOW)
    assert asked(date(2026, 3, 20)) == []


def test_a_plan_by_month_that_begins_later_says_by_when() -> None:
    rules = ResumptionRules()
    assert planned_by(None, 2026, rules) == date(2026, 3, 28)
    for months, day in (
        ([], date(2026, 3, 28)),
        ([5, *[0] * 11], date(2026, 3, 28)),
        ([0, 0, 0, 9, *[0] * 8], date(2026, 4, 30)),
    ):
        assert planned_by(AnnualPlan(year=2026, months=months), 2026, rules) == day


def test_the_list_and_the_act_on_its_rows(county: Unit, people: People, old: Project, client: Client) -> None:
    other = make_project(county, name="老桥", stage=Stage.STARTED, started_on=date(2024, 4, 1), plan=100)
    new = make_project(county, name="新厂", stage=Stage.STARTED, plan=100)
    client.force_login(people.office)

    def listed(key: str) -> set[str]:
        page = client.get(f"/projects/?period=2026-05&resumed={key}").content.decode()
        return {name for name in ("旧厂", "老桥", "新厂") if name in page}

    assert (listed("no"), listed("yes")) == ({"旧厂", "老桥"}, set())
    chosen = {"row": [old.pk, other.pk, new.pk], "resumed_on": "2026-03-02"}
    page = client.post("/projects/act/resumed/", chosen)
    assert "按开工日期统计" in page.content.decode()
    record_resumption(old, 2026, resumed_on=MARCH, by=people.office, now=NOW)
    assert (listed("no"), listed("yes")) == ({"老桥"}, {"旧厂"})
    shown = client.get(f"/projects/{old.pk}/resumptions/").content.decode()
    assert "2026" in shown
    shown = client.get(f"/projects/{other.pk}/resumptions/").content.decode()
    assert "今年复工尚未登记" in shown


def test_many_put_on_file_together_are_taken_back_but_what_was_changed_since(
    county: Unit, people: People, old: Project
) -> None:
    other = make_project(county, name="老桥", stage=Stage.STARTED, started_on=date(2024, 4, 1), plan=100)
    told: dict[str, Any] = {"by": people.office, "now": NOW}
    done = record_resumptions(county, resumed_on=MARCH, version=versions([old.pk, other.pk]), **told)
    assert resumed(county.pk, 2026).count() == 2
    other.refresh_from_db()
    record_resumption(other, 2026, resumed_on=date(2026, 3, 9), reason="写错", **told)
    with pytest.raises(NotAllowed):
        take_back(done, by=people.officer, now=NOW, reason="")
    assert "老桥" in take_back(done, reason="", **told)
    assert [one.name for one in resumed(county.pk, 2026)] == ["老桥"]
    assert undos()[RESUMED].can(people.office, done)
    with pytest.raises(Refused):
        take_back(done, reason="", **told)
