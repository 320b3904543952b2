"""The month as pages: the grid without a script and as it saves itself, one project, the review desk."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.urls import reverse
from openpyxl import load_workbook

from core.days.periods import Period
from core.refusals import Refused
from organization.profiles.rules import rules_of
from projects.choices import ReportStatus, Stage
from projects.models import MonthlyReport, Project
from projects.reports import services as reports
from projects.reports.closing import close_month
from projects.reports.grid import fill, rows_of
from projects.rules import ReportRules
from tests.support.broken_tables import CASES
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of

MAY = Period.month(2026, 5)
GRID = "/projects/reports/2026-05/"
REVIEW = "/projects/review/2026-05/"
JSON = {"Accept": "application/json"}
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


@pytest.fixture
def officer(people, sign_in):
    return sign_in(people.officer)


def cells(project, works="", progress="", version=0, **more):
    pk = f"r-{project.pk}"
    return {f"{pk}-version": version, f"{pk}-works": works, f"{pk}-progress": progress} | {
        f"{pk}-{name}": value for name, value in more.items()
    }


def words(answer):
    """The page as read: without tags."""
    return re.sub(r"<[^>]*>", "", answer.content.decode())


def of(project):
    return MonthlyReport.objects.get(project=project, month="2026-05")


class TestGrid:
    @pytest.mark.requirement("P09")
    def test_last_months_figures_stand_beside_and_nothing_is_filled_in(self, officer, project):
        answer = officer.get(GRID)
        page = answer.content.decode()
        assert "6月5日 18:00 已截止" in words(answer)
        assert "逾期 5 天" in words(answer)
        for text in ("10,000", "2,000", 'placeholder="基础完成"', "未填", "1–4月累计", "其余 1 个没有变化"):
            assert text in page

    @pytest.mark.requirement("P09")
    def test_a_plain_form_saves_and_submits(self, officer, project):
        answer = officer.post(GRID, cells(project, "500", "主体施工") | {"do": "submit"})
        assert (answer.status_code, answer["Location"]) == (303, GRID)
        assert (of(project).status, of(project).works_ytd) == (ReportStatus.SUBMITTED, 2500 * WAN)
        assert re.search("已上报 1 个项目.*逾期 5 天", words(officer.get(GRID)))

    @pytest.mark.parametrize(
        ("typed", "yuan"),
        [("１２３４．5", 12345000), ("0.05亿", 5000000), ("1,000", 10000000), ("−5", -50000), ("", None)],
    )
    def test_amounts_as_people_type_them(self, officer, project, typed, yuan):
        assert officer.post(GRID, cells(project, typed, "主体施工")).status_code == 303
        assert of(project).works == yuan

    @pytest.mark.parametrize("typed", ["一千", "abc", "12,34", "9" * 300, "=1+1", "<b>5</b>"])
    def test_what_cannot_be_read_comes_back_as_typed_with_a_sentence(self, officer, project, county, typed):
        other = make_project(county, name="体育公园", stage=Stage.STARTED)
        answer = officer.post(GRID, cells(project, typed, "主体施工") | cells(other, "7", "开挖") | {"do": "submit"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert typed.replace("<", "&lt;").replace(">", "&gt;") in page
        assert "主体施工" in page
        assert 'aria-invalid="true"' in page
        assert not MonthlyReport.objects.filter(project=project, month="2026-05").exists()
        assert of(other).status == ReportStatus.SUBMITTED  # its neighbours went

    def test_a_text_of_300_characters_is_kept_one_too_long_is_said(self, officer, project):
        assert officer.post(GRID, cells(project, "1", "长" * 300)).status_code == 303
        answer = officer.post(GRID, cells(project, "1", "长" * 1001, version=1))
        assert answer.status_code == 422
        assert "长" * 1001 in answer.content.decode()

    @pytest.mark.requirement("P09")
    def test_an_odd_figure_asks_and_a_word_lets_it_go(self, officer, project):
        officer.post(GRID, cells(project, "9000", "主体施工") | {"do": "submit"})
        page = words(officer.get(GRID))
        assert "超过年计划 10,000" in page
        assert "改为 7,000" in page
        assert of(project).status == ReportStatus.DRAFT
        typed = cells(project, "9000", "主体施工", version=1, explanation="设备款一次支付")
        officer.post(GRID, typed | {"do": "submit"})
        assert (of(project).status, of(project).explanation) == (ReportStatus.SUBMITTED, "设备款一次支付")

    def test_the_offered_figure_is_a_button_without_a_script(self, officer, project):
        officer.post(GRID, cells(project, "9000", "主体施工"))
        officer.post(GRID, cells(project, "9000", "主体施工", version=1) | {"likely": f"{project.pk}:7,000"})
        assert of(project).works == 7000 * WAN

    def test_the_others_are_left_unchanged_by_one_button(self, officer, project, county):
        other = make_project(county, name="体育公园", stage=Stage.STARTED)
        officer.post(GRID, cells(project, "5", "主体施工") | cells(other) | {"do": "unchanged"})
        assert (of(project).works, of(other).works, of(other).unchanged) == (5 * WAN, 0, True)
        third = make_project(county, name="供水管网", stage=Stage.STARTED)
        officer.post(GRID, cells(third) | {"same": third.pk})
        assert of(third).unchanged

    @pytest.mark.requirement("P09")
    def test_a_conflict_shows_both_and_saving_again_means_mine(self, officer, project, people):
        reports.save(project, MAY, by=people.unit_head, now=NOW, works=600 * WAN, progress="二层")
        answer = officer.post(GRID, cells(project, "700", "三层"))
        page = answer.content.decode()
        assert answer.status_code == 422
        for text in ("镇长", "600", "二层", 'value="700"', 'value="三层"', f'name="r-{project.pk}-version" value="1"'):
            assert text in page
        assert of(project).works == 600 * WAN
        officer.post(GRID, cells(project, "700", "三层", version=1))
        assert (of(project).works, of(project).version) == (700 * WAN, 2)

    def test_what_is_saved_again_after_a_conflict_has_seen_the_others_version(self, project, people, county):
        """Also where the other was faster than this page had read the row."""
        (row,) = rows_of([project], MAY, rules_of(county)[ReportRules], False)
        reports.save(project, MAY, by=people.unit_head, now=NOW, works=600 * WAN, progress="二层")
        typed = QueryDict(mutable=True)
        typed.update(cells(project, "700", "三层"))
        fill(row, typed, by=people.officer, now=NOW)
        assert row.conflict is not None
        assert (row.version, row.works, row.state.code) == (1, "700", "conflict")

    def test_theirs_can_be_taken_without_a_script(self, officer, project, people):
        reports.save(project, MAY, by=people.unit_head, now=NOW, works=600 * WAN, progress="二层")
        answer = officer.post(GRID, cells(project, "700", "三层", version=1) | {"theirs": project.pk})
        assert answer.status_code == 303
        assert of(project).works == 600 * WAN

    @pytest.mark.requirement("P09")
    def test_a_returned_row_says_why_and_goes_up_with_the_others_only_when_mended(self, officer, project):
        make_report(project, "2026-05", status=ReportStatus.RETURNED, return_reason="请写到部位", works=WAN)
        assert "退回：请写到部位" in officer.get(GRID).content.decode()
        officer.post(GRID, cells(project, "1", "主体施工", version=1) | {"do": "submit"})
        assert of(project).status == ReportStatus.RETURNED
        officer.post(GRID, cells(project, "1", "三层梁板", version=1) | {"do": "submit"})
        assert (of(project).status, of(project).return_reason) == (ReportStatus.SUBMITTED, "")

    def test_a_closed_month_is_read_only(self, officer, project, county, people):
        close_month(county, MAY, by=people.office, now=NOW)
        page = officer.get(GRID).content.decode()
        assert "已关账" in page
        assert f"r-{project.pk}-works" not in page
        answer = officer.post(GRID, cells(project, "700", "三层"))
        assert answer.status_code == 422
        assert "700" in answer.content.decode()

    def test_an_empty_grid_says_what_would_be_there(self, officer, people, county):
        assert "本月没有要报的项目" in officer.get(GRID).content.decode()

    def test_months_that_are_none_or_to_come_are_not_found(self, officer, people):
        for month in ("2026-07", "2026-13", "2026", "2026-Q2", "x"):
            assert officer.get(f"/projects/reports/{month}/").status_code == 404

    def test_months_before_the_countys_first_projects_are_not_found_nor_closed(self, people, sign_in, county, project):
        made = make_project(county, name="更早", lead_unit="dongguan", stage=Stage.STARTED)
        Project.objects.filter(pk=made.pk).update(counts_from=date(2025, 3, 1))
        Project.objects.filter(pk=project.pk).update(counts_from=date(2026, 1, 1))
        office, unit = sign_in(people.office), f"unit={made.lead_unit_id}"
        for month, status in {"2025-02": 404, "2025-03": 200}.items():
            table = reverse("projects:grid_table", args=[month])
            for page in (
                f"/projects/reports/{month}/?{unit}",
                f"{table}?download=1&{unit}",
                f"/projects/{made.pk}/reports/{month}/",
            ):
                assert office.get(page).status_code == status, page
        with pytest.raises(Refused, match="2025年3月"):
            close_month(county, Period.parse("2025-01"), by=people.office, now=NOW)
        close_month(county, Period.parse("2025-02"), by=people.office, now=NOW)

    def test_another_units_grid_is_refused_the_office_may_choose(self, people, sign_in, county, project):
        east = unit_of(county, "dongguan").pk
        assert sign_in(people.officer).get(f"{GRID}?unit={east}").status_code == 403
        assert sign_in(people.reader).get(GRID).status_code == 403
        office = sign_in(people.office)
        assert "东关乡" in office.get(f"{GRID}?unit={east}").content.decode()
        assert office.get(f"{GRID}?unit=xicheng").status_code == 200
        assert office.get(f"{GRID}?unit=nowhere").status_code == 404

    def test_a_row_of_another_unit_is_not_stored(self, officer, county, people):
        other = make_project(county, name="别的乡", lead_unit="dongguan", stage=Stage.STARTED)
        for headers in ({}, JSON):
            officer.post(GRID, cells(other, "1", "x"), headers=headers)
        assert not MonthlyReport.objects.exists()

    def test_the_queries_do_not_grow_with_the_rows(
        self, officer, county, people, django_assert_num_queries, django_assert_max_num_queries
    ):
        def fill(count):
            for number in range(count):
                project = make_project(county, name=f"项目{number}", stage=Stage.STARTED, plan=1, sponsor="县领导01")
                make_report(project, "2026-04", works=WAN)
                make_report(project, "2026-05", works=WAN, status=ReportStatus.DRAFT)

        fill(2)
        officer.get(GRID)  # warms the navigation
        with django_assert_max_num_queries(16) as few:
            officer.get(GRID)
        fill(40)
        with django_assert_num_queries(len(few)):
            officer.get(GRID)

    def test_a_large_unit_is_filled_page_by_page(self, officer, county, people):
        made = [make_project(county, name=f"项目{n}", stage=Stage.STARTED) for n in range(81)]
        last = made[-1]
        assert f"r-{last.pk}-works" not in officer.get(GRID).content.decode()
        assert f"r-{last.pk}-works" in officer.get(f"{GRID}?page=2").content.decode()
        officer.post(f"{GRID}?page=2", cells(last, "5", "开挖") | {"do": "submit"})
        assert of(last).status == ReportStatus.SUBMITTED
        officer.post(GRID, cells(made[0]) | {"do": "unchanged"})
        assert MonthlyReport.objects.filter(unchanged=True).count() == 80


class TestAutosave:
    @pytest.mark.requirement("P09")
    def test_a_row_alone_is_stored_and_answered(self, officer, project):
        answer = officer.post(GRID, cells(project, "500", "主体施工"), headers=JSON).json()
        row = answer["rows"][str(project.pk)]
        assert (row["state"], row["version"], row["ready"], row["note"]) == ("saved", 1, True, "")
        assert "已保存" in row["status"]
        assert answer["at"] == "10:00"

    def test_a_question_an_error_and_a_conflict_come_with_words(self, officer, project, county, people):
        other = make_project(county, name="体育公园", stage=Stage.STARTED)
        third = make_project(county, name="供水管网", stage=Stage.STARTED)
        reports.save(third, MAY, by=people.unit_head, now=NOW, works=3 * WAN, progress="沟槽")
        typed = cells(project, "9000", "主体") | cells(other, "abc") | cells(third, "5", "管道")
        rows = officer.post(GRID, typed, headers=JSON).json()["rows"]
        asked, wrong, twice = (rows[str(p.pk)] for p in (project, other, third))
        assert (asked["state"], asked["bad"]["works"], "改为 7,000" in asked["note"]) == ("red", True, True)
        assert (wrong["state"], "abc" in wrong["note"]) == ("error", True)
        assert twice["state"] == "conflict"
        assert twice["theirs"] == {"works": "3", "progress": "沟槽", "problem": "", "explanation": ""}
        assert twice["version"] == 1

    def test_what_went_up_meanwhile_says_so_and_quotes_what_was_typed(self, officer, project):
        make_report(project, "2026-05", works=1, status=ReportStatus.SUBMITTED)
        row = officer.post(GRID, cells(project, "500", "主体", version=1), headers=JSON).json()["rows"][
            str(project.pk)
        ]
        assert row["state"] == "error"
        assert "500" in row["note"]

    def test_the_same_again_writes_nothing(self, officer, project):
        for _again in range(2):
            officer.post(GRID, cells(project, "500", "主体施工"), headers=JSON)
        assert (of(project).version, of(project).history.count()) == (1, 1)


class TestOneProject:
    def url(self, project):
        return f"/projects/{project.pk}/reports/2026-05/"

    @pytest.mark.requirement("P09")
    def test_everything_is_filled_in_and_submitted(self, officer, project):
        typed = {
            "version": 0, "works": "500", "progress": "三层", "funds_ytd": "2,600", "paid_ytd": "2400",
            "statistics_ytd": "2000", "problem": "图审没过", "request": "请住建局", "do": "submit",
        }  # fmt: skip
        assert officer.post(self.url(project), typed).status_code == 303
        report = of(project)
        assert (report.status, report.statistics_ytd, report.problem) == ("submitted", 2000 * WAN, "图审没过")

    def test_what_is_missing_is_said_and_nothing_is_lost(self, officer, project):
        answer = officer.post(self.url(project), {"version": 0, "works": "", "progress": "三层", "do": "submit"})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "本月完成没有填" in page
        assert "三层" in page

    def test_the_office_has_no_field_for_statistics(self, people, sign_in, project):
        office = sign_in(people.office)
        assert "statistics_ytd" not in office.get(self.url(project)).content.decode()
        assert office.post(self.url(project), {"version": 0, "works": "5", "statistics_ytd": "9"}).status_code == 303
        assert of(project).statistics_ytd is None

    def test_a_conflict_keeps_what_was_typed(self, officer, project, people):
        reports.save(project, MAY, by=people.unit_head, now=NOW, works=600 * WAN, progress="二层")
        answer = officer.post(self.url(project), {"version": 0, "works": "700", "progress": "三层"})
        page = answer.content.decode()
        assert answer.status_code == 409
        for text in ("镇长", "600", 'value="700"', 'name="version" value="1"'):
            assert text in page

    def test_history_in_words(self, officer, project, people):
        reports.save(project, MAY, by=people.officer, now=NOW, works=600 * WAN, progress="二层")
        reports.save(project, MAY, by=people.unit_head, now=NOW, works=700 * WAN)
        reports.submit([of(project)], by=people.officer, now=NOW)
        page = officer.get(self.url(project)).content.decode()
        for text in ("由 600 改为 700", "已上报", "项目专员"):
            assert text in page

    def test_readers_see_strangers_do_not(self, people, sign_in, project):
        assert sign_in(people.reader).get(self.url(project)).status_code == 200
        assert sign_in(people.reader).post(self.url(project), {"version": 0}).status_code == 403
        assert sign_in(people.other_officer).get(self.url(project)).status_code == 404


class TestTable:
    URL = f"{GRID}table/"

    def download(self, client):
        answer = client.get(f"{self.URL}?download=1")
        return load_workbook(io.BytesIO(b"".join(answer.streaming_content)))

    def bring(self, client, book):
        content = io.BytesIO()
        book.save(content)
        return client.post(self.URL, {"table": SimpleUploadedFile("back.xlsx", content.getvalue())})

    def head(self, sheet):
        return next(row for row in sheet.iter_rows() if any(c.value == "项目" for c in row))

    @pytest.mark.requirement("P18")
    def test_taken_away_filled_in_and_brought_back(self, officer, project, county):
        other = make_project(county, name="=体育公园", stage=Stage.STARTED)
        book = self.download(officer)
        sheet = book.active
        head = self.head(sheet)
        at = {str(c.value).split("（")[0]: c.column for c in head}
        first = head[0].row + 1
        assert [sheet.cell(first, at[k]).value for k in ("项目", "年计划", "1–4月累计")] == [
            "粮食烘干中心",
            10000,
            2000,
        ]
        sheet.cell(first, at["本月完成"]).value = 512.5
        sheet.cell(first, at["形象进度"]).value = "三层"
        answer = self.bring(officer, book)
        assert (answer.status_code, of(project).works) == (303, 5125000)
        assert not MonthlyReport.objects.filter(project=other).exists()

    def test_what_is_wrong_is_said_by_line_and_the_rest_goes_in(self, officer, project, county, people):
        other = make_project(county, name="体育公园", stage=Stage.STARTED)
        third = make_project(county, name="供水管网", stage=Stage.STARTED)
        book = self.download(officer)
        reports.save(third, MAY, by=people.unit_head, now=NOW, works=1, progress="沟槽")
        sheet = book.active
        head = self.head(sheet)
        at = {str(c.value).split("（")[0]: c.column for c in head}
        first = head[0].row + 1
        for line, (works, words) in enumerate([("一千", "主体"), ("1.2亿", "开挖"), (5, "管道")], first):
            sheet.cell(line, at["本月完成"]).value = works
            sheet.cell(line, at["形象进度"]).value = words
        sheet.cell(first + 3, at["项目"]).value = "没有这个项目"
        sheet.cell(first + 3, at["本月完成"]).value = 1
        answer = self.bring(officer, book)
        page = answer.content.decode()
        assert answer.status_code == 422
        for text in ("一千", "镇长", "没有这个项目", "3 行没有存上"):
            assert text in page
        assert of(other).works == 120_000_000

    def test_a_file_above_what_the_site_allows_is_not_read(self, officer, project, settings):
        settings.UPLOAD_MEGABYTES = 1
        answer = officer.post(self.URL, {"table": SimpleUploadedFile("x.csv", b"," * (2**20 + 1))})
        assert "文件太大" in answer.content.decode()

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"", "空"),
            (b"%PDF-1.7", "PDF"),
            (b"a,b\n1,2\n", "下载"),
            (CASES["last corner of a sheet kept elsewhere"][0](), "这个文件读不了"),
        ],
    )
    def test_another_file_is_refused_with_a_sentence_at_its_field(self, officer, project, content, says):
        answer = officer.post(self.URL, {"table": SimpleUploadedFile("x.xlsx", content)})
        assert answer.status_code == 422
        _before, field = answer.content.decode().split('aria-describedby="table_error">')
        assert says in field.split("</div>")[0]
