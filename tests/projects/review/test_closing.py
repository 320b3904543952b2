"""A month is closed after a look at what is left out; before its last day with a reason, whoever asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from core.amounts import figures
from core.days.periods import Period
from core.refusals import NeedsReason
from projects.choices import ReportStatus, Stage
from projects.models import ReportingMonth
from projects.reports.closing import close_month
from projects.review.pages import left_out
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of

pytestmark = pytest.mark.django_db
MAY, JUNE = Period.month(2026, 5), Period.month(2026, 6)


@pytest.fixture(autouse=True)
def in_the_middle_of_a_month() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


def test_before_its_last_day_it_needs_a_reason_which_stays(county, people):
    told = {"by": people.office}
    for day in (10, 29):
        with pytest.raises(NeedsReason):
            close_month(county, JUNE, now=NOW.replace(day=day), **told)
    assert not ReportingMonth.objects.filter(closed_at__isnull=False).exists()
    assert close_month(county, JUNE, now=NOW, reason="提前汇总", **told).reason == "提前汇总"


def test_on_its_last_day_it_needs_none(county, people):
    assert close_month(county, JUNE, by=people.office, now=NOW.replace(day=30)).closed_at


def test_what_is_left_out_is_said_unit_by_unit(county, people):
    def project(name, unit="xicheng"):
        return make_project(county, name=name, lead_unit=unit, stage=Stage.STARTED, plan=100 * WAN)

    make_report(project("已接收"), "2026-05", works=7 * WAN)
    make_report(project("未接收"), "2026-05", works=5 * WAN, status=ReportStatus.SUBMITTED)
    make_report(project("草稿"), "2026-05", works=3 * WAN, status=ReportStatus.DRAFT)
    project("未报")
    project("邻乡", "dongguan")
    found = [(one.unit, one.missing, one.plan, one.waiting, one.works) for one in left_out(county, MAY)]
    assert found == [
        (unit_of(county, "xicheng"), 2, 200 * WAN, 1, 5 * WAN),
        (unit_of(county, "dongguan"), 1, 100 * WAN, 0, 0),
    ]


def test_the_page_asks_and_a_press_there_closes(county, people, sign_in):
    project = make_project(county, stage=Stage.STARTED, plan=100 * WAN)
    make_report(project, "2026-05", works=5 * WAN, status=ReportStatus.SUBMITTED)
    client, page = sign_in(people.office), "/projects/review/2026-05/close/"
    asked = client.get(page).content.decode()
    assert "未报 0 项，已报未接收 1 项" in asked
    assert f'href="/projects/reports/2026-05/?unit={project.lead_unit_id}"' in asked
    assert not ReportingMonth.objects.filter(closed_at__isnull=False).exists()
    client.post(page)
    assert ReportingMonth.objects.get().closed_at


def test_a_month_that_goes_on_is_closed_with_a_reason_only(county, people, sign_in):
    make_project(county, stage=Stage.STARTED)
    today = timezone.localdate()
    month = Period.of(today)
    client, page = sign_in(people.office), f"/projects/review/{month}/close/"
    assert client.post(page).status_code == 422
    assert client.post(page, {"reason": "提前汇总"}).status_code == 303
    assert ReportingMonth.objects.get(month=str(month)).reason == "提前汇总"


@pytest.mark.parametrize(("day", "said"), [(9, "6月9日"), (29, "6月29日"), (30, "6月底"), (31, "6月底")])
def test_no_figure_is_said_to_be_of_a_day_to_come(day, said):
    on = JUNE.first + timedelta(days=day - 1)
    assert figures.up_to(JUNE, on) == said


PAGES = [
    ("leader", "/"),
    ("officer", "/"),
    ("office", "/projects/?period={month}"),
    ("office", "/dispatch/rankings/{month}/"),
]


@pytest.mark.parametrize(("who", "page"), PAGES)
def test_no_page_says_a_day_to_come(county, people, sign_in, who, page):
    """Of the month that goes on each page says today, not its end."""
    today = timezone.localdate()
    month = Period.of(today)
    make_project(county, stage=Stage.STARTED, plan=100 * WAN, sponsor="县领导01")
    text = re.sub(r"<[^>]+>", "", sign_in(getattr(people, who)).get(page.format(month=month)).content.decode())
    to_come = (figures.day(month.last), figures.day(month.last, today), f"{figures.month(str(month), today)}底")
    assert "截至" in text
    assert not [end for end in to_come for gap in ("", " ") if f"截至{gap}{end}" in text]
