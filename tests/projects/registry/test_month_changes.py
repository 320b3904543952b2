"""A page of a month says what was changed of it afterwards, and leads to the single changes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from core.days.periods import Period
from organization.units.models import Unit
from projects.models import MonthChange, MonthlyReport, ProjectMonth
from projects.registry import services as registry
from projects.registry.months.pages import changes_of, newest_reported
from projects.reports import services as reports
from projects.reports.closing import close_month
from tests.support.factories import NOW, WAN, count, make_project, make_report, unit_of

pytestmark = pytest.mark.django_db
MAY = Period.month(2026, 5)
WORKS = {"done": [100 * WAN, 2_100 * WAN]}
STATE = {"state": ["active", "suspended"]}
LEFT = {"lead_unit_id": ["xicheng", "dongguan"]}


def change(county: Unit, fields: dict[str, list[Any]], *, days: int = 0, project: Any = None, month: str = "2026-05"):
    project = project or make_project(county)
    amounts = {name: new - old for name, (old, new) in fields.items() if name in ("done", "plan")}
    if "lead_unit_id" in fields:
        fields = {"lead_unit_id": [unit_of(county, code).pk for code in fields["lead_unit_id"]]}
    at = NOW + timedelta(days=days)
    return MonthChange.objects.create(
        county=county, project=project, month=month, fields=fields, at=at, reason="核对后补报", **amounts
    )


@pytest.mark.parametrize(
    ("each", "said"),
    [
        ([WORKS], "6月10日更正：完成投资+2,000万元（1个项目）"),
        ([WORKS, WORKS], "6月10日更正：完成投资+4,000万元（2个项目）"),
        (
            [{"done": [900 * WAN, 0], "plan": [0, 50 * WAN]}],
            "6月10日更正：完成投资−900万元（1个项目）；年度计划投资+50万元（1个项目）",
        ),
        ([STATE], "6月10日更正：1个项目的状态"),
        ([STATE, LEFT], "6月10日更正：2个项目的责任单位、状态"),
        ([WORKS, STATE], "6月10日更正：完成投资+2,000万元（1个项目）；1个项目的状态"),
        # one up, one down: no figure of the county moved, but two projects' did
        ([WORKS, {"done": [2_100 * WAN, 100 * WAN]}], "6月10日更正：2个项目的年内累计完成"),
    ],
)
def test_a_day_is_said_in_a_line(county, each, said) -> None:
    for fields in each:
        change(county, fields)
    with translation.override("zh-hans"):
        assert [line.text for line in changes_of(county, MAY)] == [said]


def test_three_days_are_said_and_the_rest_is_counted(county) -> None:
    for days in range(5):
        change(county, STATE, days=days)
    with translation.override("zh-hans"):
        lines = changes_of(county, MAY)
    assert [line.text[:5] for line in lines] == ["6月14日", "6月13日", "6月12日", "…此前还有"]
    assert lines[-1].text == "…此前还有2天的更正"


def test_each_month_says_its_own_and_a_quarter_that_of_its_last_month(county) -> None:
    change(county, WORKS)
    assert changes_of(county, Period.month(2026, 4)) == []
    assert changes_of(county, Period.month(2026, 6)) == []
    change(county, WORKS, month="2026-06")
    assert len(changes_of(county, Period.parse("2026-Q2"))) == 1


def test_a_unit_s_page_says_what_it_led_and_what_it_lost(county) -> None:
    ours, theirs = (unit_of(county, code) for code in ("xicheng", "dongguan"))
    change(county, WORKS, project=make_project(county, lead_unit=ours))
    assert len(changes_of(county, MAY, [ours.pk])) == 1
    assert changes_of(county, MAY, [theirs.pk]) == []
    change(county, LEFT, days=1, project=make_project(county, lead_unit=theirs))
    assert len(changes_of(county, MAY, [theirs.pk])) == 1
    assert len(changes_of(county, MAY, [ours.pk])) == 2


def test_nothing_changed_says_nothing_and_is_one_query(county, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        assert changes_of(county, MAY) == []
    assert render_to_string("projects/_month_changes.html", {"month_changes": []}).strip() == ""


def test_the_line_leads_to_the_changes_that_it_counts(county, people, sign_in) -> None:
    change(county, WORKS, project=make_project(county, name="北塔粮库"))
    change(county, STATE, project=make_project(county, name="南湖水厂"), days=1)
    change(county, WORKS, month="2026-06", project=make_project(county, name="东环路"))
    later, earlier = changes_of(county, MAY, [unit_of(county, "xicheng").pk])
    page = sign_in(people.office).get(earlier.href)
    assert page.status_code == 200
    text = page.content.decode()
    assert "北塔粮库" in text
    assert "核对后补报" in text
    assert "100 万元 → 2,100 万元" in text
    assert "南湖水厂" not in text
    assert "东环路" not in text
    assert "南湖水厂" in sign_in(people.office).get(later.href).content.decode()
    part = render_to_string("projects/_month_changes.html", {"month_changes": [later]})
    assert later.href.replace("&", "&amp;") in part


def test_others_see_the_changes_of_their_projects_only(county, people, sign_in) -> None:
    change(county, WORKS, project=make_project(county, name="北塔粮库", lead_unit="xicheng"))
    change(county, WORKS, project=make_project(county, name="南湖水厂", lead_unit="dongguan"))
    text = sign_in(people.officer).get("/projects/month-changes/").content.decode()
    assert "北塔粮库" in text
    assert "南湖水厂" not in text


def test_the_newest_month_with_an_accepted_report(county) -> None:
    one = make_project(county)
    assert newest_reported(county, date(2026, 6, 10)) is None
    for month, status in (("2026-03", "accepted"), ("2026-04", "submitted"), ("2026-08", "accepted")):
        make_report(one, month, status=status)
    count([one])
    assert newest_reported(county, date(2026, 6, 10)) == Period.month(2026, 3)
    assert newest_reported(county.pk, date(2026, 8, 1)) == Period.month(2026, 8)
    MonthlyReport.objects.update(status="returned")
    count([one])
    assert newest_reported(county, date(2026, 8, 1)) is None
    assert ProjectMonth.objects.filter(project=one).exists()


@pytest.mark.by_services
def test_a_project_that_a_report_brings_into_a_closed_month_is_a_correction_there(county, people) -> None:
    """April is open still, May is closed: what came on file in June and reports on April has a row of May since."""
    close_month(county, MAY, by=None, now=NOW)
    new = registry.register(county=county, by=people.office, now=NOW, name="新桥", total_investment=3_000 * WAN,
                            lead_unit=unit_of(county, "xicheng"))  # fmt: skip
    rows = ProjectMonth.objects.filter(project=new, month="2026-05")
    assert not rows.exists()
    report = reports.save(new, Period.month(2026, 4), by=None, now=NOW, works=5 * WAN, progress="施工")
    reports.submit([report], by=None, now=NOW)
    reports.accept(report, by=None, now=NOW)
    (change,) = MonthChange.objects.filter(project=new, month="2026-05")
    assert (change.done, change.fields["lead_unit_id"], rows.get().done) == (
        5 * WAN,
        [None, new.lead_unit_id],
        5 * WAN,
    )
    with translation.override("zh-hans"):
        assert "完成投资+5万元" in changes_of(county, MAY)[0].text
