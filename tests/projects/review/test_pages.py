"""The desk of a month: what waits for a decision, page by page; decisions one by one and many at once; closing."""

from __future__ import annotations

import json
import re

import pytest
import time_machine

from core.days.periods import Period
from projects.choices import ReportStatus, Stage
from projects.models import MonthlyReport, ReportingMonth
from projects.reports import services as reports
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of
from tests.support.shown import shown

MAY = Period.month(2026, 5)
REVIEW = "/projects/review/2026-05/"
pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def june():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def project(county, people):
    project = make_project(county, name="粮食烘干中心", stage=Stage.STARTED, plan=10_000 * WAN)
    make_report(project, "2026-04", works=2000 * WAN, progress="基础完成")
    return project


def words(answer):
    """The page as read: without tags."""
    return re.sub(r"<[^>]*>", "", answer.content.decode())


@pytest.fixture
def submitted(project, people):
    report = reports.save(project, MAY, by=people.officer, now=NOW, works=5 * WAN, progress="三层")
    return reports.submit([report], by=people.officer, now=NOW).sent[0]


@pytest.fixture
def sponsored(county, people):
    project = make_project(county, name="产业园", stage=Stage.STARTED, sponsor="县领导01")
    report = reports.save(project, MAY, by=people.officer, now=NOW, works=5 * WAN, progress="三层")
    return reports.submit([report], by=people.officer, now=NOW).sent[0]


def test_both_questions_of_the_desk_say_the_figures_they_are_about(people, sign_in, sponsored):
    office, said = sign_in(people.office), "产业园 5月：完成 5 万元，累计 5 万元；形象进度：三层"
    page = office.get(REVIEW).content.decode()
    assert '<dialog class="dlg" id="accept"' in page
    for dialog in ("accept", "give-back"):
        assert re.search(f'data-dialog="{dialog}" data-name="{said}"', page)
    for act in ("accept", "return"):  # and so do their pages, without a script
        assert said in office.get(f"/projects/{sponsored.project_id}/reports/2026-05/{act}/").content.decode()


@pytest.mark.requirement("P09")
def test_the_office_sees_what_waits_and_who_has_not_reported(people, sign_in, submitted, sponsored, county):
    make_project(county, name="别的乡", lead_unit="dongguan", stage=Stage.STARTED)
    page = words(sign_in(people.office).get(REVIEW))
    for text in ("2 个待审核，1 个没有报", "粮食烘干中心", "等县领导01签批", "1 个单位没有报齐", "东关乡"):
        assert text in page


@pytest.mark.requirement("P09")
def test_all_that_ask_nothing_are_accepted_at_once(people, sign_in, submitted, sponsored, county):
    odd = make_project(county, name="体育公园", stage=Stage.STARTED, plan=WAN)
    report = reports.save(odd, MAY, by=people.officer, now=NOW, works=5 * WAN, progress="三层", explanation="多报")
    reports.submit([report], by=people.officer, now=NOW)
    office = sign_in(people.office)
    office.post(REVIEW, shown(office, REVIEW, REVIEW))
    assert [r.project.name for r in MonthlyReport.objects.counted().of_month(MAY)] == ["粮食烘干中心"]


def test_one_is_accepted_with_htmx_and_the_part_comes_back(people, sign_in, submitted):
    url = f"/projects/{submitted.project_id}/reports/2026-05/accept/"
    answer = sign_in(people.office).post(url, {"version": submitted.version}, headers={"HX-Request": "true"})
    assert answer.content.decode().startswith('<div id="review">')
    submitted.refresh_from_db()
    assert submitted.status == ReportStatus.ACCEPTED
    assert json.loads(answer["HX-Trigger"])["counts"]["review"] == [0, False], "the menu's number comes along"


def test_past_the_sponsor_a_reason_is_asked_for(people, sign_in, sponsored):
    office = sign_in(people.office)
    url = f"/projects/{sponsored.project_id}/reports/2026-05/accept/?version=1"
    assert "直接接收" in office.get(url).content.decode()
    assert office.post(url, {"reason": ""}).status_code == 422
    too_long = office.post(url, {"reason": "因" * 101})
    assert (too_long.status_code, "因" * 101 in too_long.content.decode()) == (422, True)
    assert office.post(url, {"reason": "领导出差"}).status_code == 303
    sponsored.refresh_from_db()
    assert sponsored.status == ReportStatus.ACCEPTED


@pytest.mark.requirement("P09")
def test_a_leader_approves_own_projects_only(people, sign_in, submitted, sponsored):
    leader = sign_in(people.leader)
    page = leader.get(REVIEW).content.decode()
    assert "1 个等您签批" in page
    assert "粮食烘干中心" not in page
    assert leader.post(f"/projects/{submitted.project_id}/reports/2026-05/approve/").status_code == 403
    leader.post(REVIEW, shown(leader, REVIEW, REVIEW))
    sponsored.refresh_from_db()
    submitted.refresh_from_db()
    assert (sponsored.status, submitted.status) == (ReportStatus.APPROVED, ReportStatus.SUBMITTED)


def test_giving_back_needs_a_reason(people, sign_in, sponsored):
    leader = sign_in(people.leader)
    url = f"/projects/{sponsored.project_id}/reports/2026-05/return/?version=1"
    assert leader.get(url).status_code == 200
    assert leader.post(url, {"reason": " "}).status_code == 422
    too_long = leader.post(url, {"reason": "长" * 400})
    assert too_long.status_code == 422
    assert "长" * 400 in too_long.content.decode()
    leader.post(url, {"reason": "写到部位"})
    sponsored.refresh_from_db()
    assert (sponsored.status, sponsored.return_reason) == (ReportStatus.RETURNED, "写到部位")


@pytest.mark.requirement("P09")
def test_the_month_is_closed_and_reopened(people, sign_in, submitted):
    office = sign_in(people.office)
    assert "还有 0 个没有报，1 个没有接收" in words(office.get(REVIEW))
    office.post(f"{REVIEW}close/")
    assert ReportingMonth.objects.get().closed_by == people.office
    assert office.post(f"{REVIEW}reopen/", {"reason": ""}).status_code == 422
    office.post(f"{REVIEW}reopen/", {"reason": "漏了两个"})
    assert ReportingMonth.objects.get().closed_at is None
    assert "漏了两个" in office.get(REVIEW).content.decode()
    assert sign_in(people.leader).post(f"{REVIEW}close/").status_code == 403


@pytest.fixture
def many(county, people):
    """52 reports that ask nothing, the last two of another unit; 51 more of April, accepted."""
    for number in range(1, 53):
        unit = "xicheng" if number < 51 else "dongguan"
        project = make_project(county, name=f"项目{number:02}", lead_unit=unit, stage=Stage.STARTED)
        if number < 52:
            make_report(project, "2026-04", works=WAN)
        make_report(project, "2026-05", works=WAN, status=ReportStatus.SUBMITTED)


def test_a_page_has_fifty_rows_and_the_counts_are_of_the_whole_month(people, sign_in, many):
    office = sign_in(people.office)
    first, second = (office.get(f"{REVIEW}{page}").content.decode() for page in ("", "?page=2"))
    for page, here, gone in ((first, "项目50", "项目51"), (second, "项目51", "项目50")):
        assert here in page
        assert gone not in page
        assert "52 个待审核" in re.sub(r"<[^>]*>", "", page)
        assert "接收没有疑问的 52 个" in page
    assert len(first) < 150_000
    april = "/projects/review/2026-04/"
    taken = [words(office.get(f"{april}?accepted={number}")) for number in (1, 2)]
    assert [("已接收 51 个" in page, "项目51" in page) for page in taken] == [(True, False), (True, True)]


@pytest.mark.requirement("P09")
def test_what_acts_on_many_acts_on_other_pages_too_but_not_on_what_has_changed(people, sign_in, county, many):
    office = sign_in(people.office)
    form = shown(office, REVIEW, REVIEW)
    MonthlyReport.objects.filter(project__name="项目51", month="2026-05").update(version=2)
    new = make_project(county, name="新来的", stage=Stage.STARTED)
    make_report(new, "2026-05", works=WAN, status=ReportStatus.SUBMITTED)
    office.post(REVIEW, form)
    waiting = MonthlyReport.objects.filter(status=ReportStatus.SUBMITTED)
    assert sorted(report.project.name for report in waiting) == ["新来的", "项目51"]


def test_a_units_button_acts_on_that_unit_alone(people, sign_in, county, many):
    office = sign_in(people.office)
    unit = unit_of(county, "dongguan")
    page = office.get(f"{REVIEW}?page=2").content.decode()
    assert "接收本单位 2 个" in page
    office.post(REVIEW, shown(office, REVIEW, REVIEW) | {"unit": unit.pk})
    taken = MonthlyReport.objects.of_month(MAY).counted()
    assert {report.project.lead_unit for report in taken} == {unit}
    assert len(taken) == 2


def test_an_act_on_a_row_comes_back_to_its_page(people, sign_in, many):
    office = sign_in(people.office)
    report = MonthlyReport.objects.get(project__name="项目51", month="2026-05")
    act = f"/projects/{report.project_id}/reports/2026-05/accept/?page=2"
    assert f'action="{act}"' in office.get(f"{REVIEW}?page=2").content.decode()
    assert office.post(act, {"version": 1})["Location"] == f"{REVIEW}?page=2"
    other = MonthlyReport.objects.get(project__name="项目52", month="2026-05")
    url = f"/projects/{other.project_id}/reports/2026-05/return/?version=1&page=2"
    assert office.post(url, {"reason": "写到部位"})["Location"] == f"{REVIEW}?page=2"
    assert office.get(f"{REVIEW}?page=2").status_code == 200  # the page that is gone is the last there is


def test_others_have_no_desk(people, sign_in):
    for person in (people.officer, people.reader, people.statistics):
        assert sign_in(person).get(REVIEW).status_code == 403


def test_the_queries_do_not_grow(people, sign_in, county, django_assert_num_queries, django_assert_max_num_queries):
    def fill(count):
        for number in range(count):
            project = make_project(county, name=f"项{number}", stage=Stage.STARTED, sponsor="县领导01")
            make_report(project, "2026-05", works=WAN, status=ReportStatus.SUBMITTED, submitted_by=people.officer)

    office = sign_in(people.office)
    fill(2)
    office.get(REVIEW)
    with django_assert_max_num_queries(24) as few:
        office.get(REVIEW)
    fill(20)
    with django_assert_num_queries(len(few)):
        office.get(REVIEW)


def test_a_month_below_zero_has_one_sign_on_every_page(people, sign_in, project):
    make_report(project, "2026-05", works=-2050 * WAN, status=ReportStatus.SUBMITTED, explanation="退回工程款")
    own = f"/projects/{project.pk}/"
    pages = [REVIEW, own, f"{own}history/", f"{own}reports/2026-05/", "/projects/reports/2026-05/", "/"]
    said = {page: words(sign_in(people.office).get(page)) for page in pages}
    assert {page: found for page in pages if (found := re.findall(r"(?<![\w-])-\d\S*", said[page]))} == {}
    assert "−2,050" in said[REVIEW]
    assert "−50" in said[REVIEW]
