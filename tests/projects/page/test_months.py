"""A project's page as of a month: how it stood then, and what was dated into a closed month and waits."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from core.days.periods import Period
from core.refusals import Stale
from projects.choices import Stage
from projects.lifecycle import services as lifecycle
from projects.models import MonthChange, Project, ProjectMonth
from projects.plans.services import set_plan
from projects.registry import services as registry
from projects.registry import succession
from projects.registry.months import services as months
from projects.reports.closing import close_month
from tests.support.factories import NOW, WAN, count, make_project, make_report, unit_of
from tests.support.shown import send

pytestmark = [pytest.mark.django_db, pytest.mark.by_services]


@pytest.fixture
def project(county: Any) -> Project:
    """Led by Xicheng, with reports to May; January to April are closed."""
    made = make_project(county, stage=Stage.STARTED, plan=1_000 * WAN)
    for number in (3, 4, 5):
        make_report(made, f"2026-0{number}", works=number * 10 * WAN, funds_ytd=7 * WAN)
    count([made])
    for number in (1, 2, 3, 4):
        close_month(county, Period.month(2026, number), by=None, now=NOW)
    return made


def shown(client: Any, project: Project, query: str = "") -> str:
    answer = client.get(reverse("projects:page", args=[project.pk]) + query)
    assert answer.status_code == 200
    return plain(answer.content.decode())


def plain(page: str) -> str:
    """Without what keeps a number with its unit, and without spaces."""
    return re.sub(r"\s+", "", re.sub(r'<span class="nw">([^<]*)</span>', r"\1", page))


def hand_on(project: Project, on: date = date(2026, 3, 15)) -> None:
    to = unit_of(project.county, "dongguan")
    succession.hand_on(project.lead_unit, to, by=None, on=on, now=NOW, reason="并镇")


def test_a_past_month_is_shown_as_it_stood(project, people, sign_in) -> None:
    hand_on(project, date(2026, 5, 20))
    set_plan(project, 2026, investment=2_000 * WAN, by=people.office, now=NOW, reason="调整")
    client = sign_in(people.office)
    now, then = shown(client, project), shown(client, project, "?period=2026-04")
    assert "截至5月底" in now
    assert 'id="then"' not in now
    assert '?period=2026-04">4月末' in now
    assert "以下为4月末的情况：阶段开工，状态推进中，责任单位西城镇" in then
    assert "1,000" in then
    assert "70" in then
    assert 'id="then"' not in shown(client, project, "?period=2099-11"), "a month that is still to come"
    assert 'id="then"' not in shown(client, project, "?period=x")


def test_a_month_that_was_corrected_says_so(project, people, sign_in) -> None:
    MonthChange.objects.create(county=project.county, project=project, month="2026-04", at=NOW, reason="漏报",
                               fields={"done": [0, 5 * WAN]}, done=5 * WAN)  # fmt: skip
    client = sign_in(people.office)
    assert "6月10日更正：完成投资+5万元<" in shown(client, project, "?period=2026-04")
    assert "更正：" not in shown(client, project)


def test_a_start_that_was_put_off_says_its_first_day(project, people, sign_in) -> None:
    waits = make_project(project.county, name="桥", stage=Stage.PREWORK, planned_start=date(2026, 3, 1))
    client = sign_in(people.office)
    assert "首次计划" not in shown(client, waits)
    registry.edit(waits, by=people.office, now=NOW - timedelta(days=20), planned_start=date(2026, 9, 1), reason="征地")
    assert "首次计划2026年3月1日，已推迟到2026年9月1日" in shown(client, waits)


def test_what_was_dated_into_closed_months_waits_in_words(project, people, sign_in) -> None:
    client = sign_in(people.office)
    assert 'id="late"' not in shown(client, project)
    hand_on(project)
    set_plan(project, 2026, investment=2_000 * WAN, by=people.office, now=NOW, reason="调整")  # of today: doesn't wait
    page = shown(client, project)
    assert "责任单位：西城镇→东关乡，3月15日变更，因3月至4月已关账，自5月起计入" in page
    link = reverse("projects:correct_months", args=[project.pk])
    assert link in page
    assert link not in shown(sign_in(people.leader), project)


def test_the_office_corrects_with_a_reason_and_months_and_history_say_it(project, people, sign_in) -> None:
    hand_on(project)
    client, url = sign_in(people.office), reverse("projects:correct_months", args=[project.pk])
    without = send(client, url, {"since": "2026-03"})
    assert without.status_code == 422
    assert "请写明为什么更正已关账月份" in without.content.decode()
    assert send(client, url, {"since": "2026-03", "reason": "区划已于3月调整"}).status_code == 303
    rows = ProjectMonth.objects.filter(project=project, month__gte="2026-02", month__lte="2026-05")
    assert list(rows.order_by("month").values_list("lead_unit__code", flat=True)) == ["xicheng", *["dongguan"] * 3]
    assert 'id="late"' not in shown(client, project)
    told = plain(client.get(reverse("projects:history", args=[project.pk])).content.decode())
    assert "更正3月、4月数据" in told
    assert "责任单位由西城镇改为东关乡" in told
    assert "区划已于3月调整" in told
    assert "没有待更正的内容" in client.get(url).content.decode()


def test_from_a_later_month_on_the_months_before_it_stay(project, people) -> None:
    hand_on(project)
    months.correct(project, Period.month(2026, 4), by=people.office, now=NOW, reason="自4月")
    rows = ProjectMonth.objects.filter(project=project, month__in=["2026-03", "2026-04"]).order_by("month")
    assert list(rows.values_list("lead_unit__code", flat=True)) == ["xicheng", "dongguan"]


def test_who_looked_at_an_older_page_corrects_nothing(project, people) -> None:
    hand_on(project)
    seen = months.seen_of(months.waiting(project))
    lifecycle.suspend(
        Project.objects.get(pk=project.pk), by=people.office, on=date(2026, 4, 2), now=NOW, reason="资金"
    )
    with pytest.raises(Stale):
        months.correct(project, Period.month(2026, 3), by=people.office, now=NOW, reason="补录", version=seen)
    assert len(months.waiting(project)) == 2
