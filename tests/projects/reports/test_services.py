"""What happens to a monthly report, from the first key to the closed month."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.days.periods import Period
from core.refusals import NeedsReason, NotAllowed, Stale, Wrong
from dispatch.standings.ranking import survey
from projects.choices import ReportStatus, Stage
from projects.models import MonthlyReport, ProjectMonth, ReportingMonth
from projects.reports import services as reports
from projects.reports.closing import close_month, reopen_month
from projects.reports.services import Locked
from tests.support.factories import NOW, WAN, make_project, make_report
from tests.support.people import make_county

MAY = Period.month(2026, 5)
APRIL = Period.month(2026, 4)
JUNE = Period.month(2026, 6)
pytestmark = pytest.mark.django_db


@pytest.fixture
def project(county, people):
    return make_project(county, stage=Stage.STARTED, plan=10_000 * WAN)


def filled(project, people, period=MAY, works=500 * WAN, **values):
    return reports.save(project, period, by=people.officer, now=NOW, works=works, progress="主体施工", **values)


class TestSave:
    @pytest.mark.requirement("P09")
    def test_it_makes_a_draft_that_stands_on_the_months_before(self, project, people):
        make_report(project, "2026-03", works=100 * WAN)
        make_report(project, "2026-04", works=50 * WAN, status=ReportStatus.SUBMITTED)
        report = filled(project, people)
        report.refresh_from_db()
        assert (report.status, report.version) == (ReportStatus.DRAFT, 1)
        assert (report.works_before, report.works_ytd) == (150 * WAN, 650 * WAN)
        assert (report.updated_by, report.updated_at) == (people.officer, NOW)
        assert report.history.count() == 1

    def test_the_year_begins_at_nothing(self, project, people):
        make_report(project, "2025-12", works=900 * WAN)
        report = filled(project, people, period=Period.month(2026, 1))
        assert (report.works_before, report.works_ytd) == (0, 500 * WAN)

    def test_equal_values_write_nothing_whatever_the_version(self, project, people):
        report = filled(project, people)
        again = filled(project, people, version=77)
        assert again.version == report.version
        assert report.history.count() == 1

    def test_nothing_typed_makes_no_draft(self, project, people):
        reports.save(project, MAY, by=people.officer, now=NOW, version=0, works=None, progress="", explanation="")
        assert not MonthlyReport.objects.exists()

    def test_what_is_not_given_stays(self, project, people):
        filled(project, people, problem="征地没有完成")
        report = reports.save(project, MAY, by=people.officer, now=NOW, version=1, works=1)
        assert (report.problem, report.progress, report.works_ytd) == ("征地没有完成", "主体施工", 1)

    def test_a_figure_taken_out_again_leaves_no_sum_behind(self, project, people):
        filled(project, people)
        report = reports.save(project, MAY, by=people.officer, now=NOW, version=1, works=None)
        report.refresh_from_db()
        assert (report.works, report.works_ytd) == (None, None)

    def test_two_people_at_one_report_the_second_is_told_what_the_first_wrote(self, project, people):
        filled(project, people)
        reports.save(project, MAY, by=people.unit_head, now=NOW, version=1, works=600 * WAN)
        with pytest.raises(Stale) as refused:
            reports.save(project, MAY, by=people.officer, now=NOW, version=1, works=700 * WAN)
        theirs = refused.value.record
        assert (theirs.works, theirs.version, theirs.updated_by) == (600 * WAN, 2, people.unit_head)
        assert "镇长" in str(refused.value)
        assert MonthlyReport.objects.get().works == 600 * WAN

    def test_both_began_from_nothing(self, project, people):
        filled(project, people, version=0)
        with pytest.raises(Stale):
            reports.save(project, MAY, by=people.unit_head, now=NOW, version=0, works=1)

    def test_a_sitting_at_a_draft_is_one_row_of_history(self, project, people):
        for minute, works in enumerate((1, 12, 120)):
            reports.save(project, MAY, by=people.officer, now=NOW + timedelta(minutes=minute), works=works)
        report = MonthlyReport.objects.get()
        (row,) = report.history.all()
        assert (row.works, row.version, row.history_type) == (120, 3, "+")
        assert row.history_date == NOW + timedelta(minutes=2)

    def test_another_person_a_break_and_a_step_begin_a_row_of_their_own(self, project, people):
        filled(project, people)
        reports.save(project, MAY, by=people.unit_head, now=NOW, works=2 * WAN)
        reports.save(project, MAY, by=people.officer, now=NOW, works=3 * WAN)
        late = NOW + timedelta(hours=2)
        report = reports.save(project, MAY, by=people.officer, now=late, works=4 * WAN)
        reports.submit([report], by=people.officer, now=late)
        reports.give_back(report, by=people.office, now=late, reason="请核实")
        report = reports.save(project, MAY, by=people.officer, now=late, works=5 * WAN)
        reports.save(project, MAY, by=people.officer, now=late, works=6 * WAN)
        reports.submit([report], by=people.officer, now=late)
        kept = [(row.status, row.works // WAN) for row in report.history.order_by("history_id")]
        assert kept == [
            ("draft", 500), ("draft", 2), ("draft", 3), ("draft", 4), ("submitted", 4), ("returned", 4),
            ("draft", 6), ("submitted", 6),
        ]  # fmt: skip

    def test_a_stranger_is_refused(self, project, people):
        for stranger in (people.other_officer, people.leader, people.statistics, people.reader):
            with pytest.raises(NotAllowed):
                reports.save(project, MAY, by=stranger, now=NOW, works=1)

    def test_the_statistics_figure_is_the_units_own(self, project, people):
        with pytest.raises(NotAllowed):
            reports.save(project, MAY, by=people.office, now=NOW, statistics_ytd=1)
        report = reports.save(project, MAY, by=people.officer, now=NOW, statistics_ytd=1)
        assert report.statistics_ytd == 1
        reports.save(project, MAY, by=people.office, now=NOW, version=1, statistics_ytd=1, funds_ytd=5)  # untouched

    def test_a_month_to_come_and_a_closed_month_are_locked(self, project, people, county):
        with pytest.raises(Locked):
            filled(project, people, period=Period.month(2026, 7))
        close_month(county, MAY, by=people.office, now=NOW)
        with pytest.raises(Locked):
            filled(project, people)

    @pytest.mark.parametrize("status", [ReportStatus.SUBMITTED, ReportStatus.APPROVED, ReportStatus.ACCEPTED])
    def test_what_went_up_is_locked(self, project, people, status):
        make_report(project, "2026-05", works=1, status=status)
        with pytest.raises(Locked):
            filled(project, people)

    def test_too_long_a_text_is_refused_with_a_sentence(self, project, people):
        with pytest.raises(Wrong, match="301"):
            filled(project, people, explanation="长" * 301)

    def test_no_change_copies_the_words_of_last_time(self, project, people):
        make_report(project, "2026-04", works=5, progress="基础完成")
        report = reports.copy_last(project, MAY, by=people.officer, now=NOW)
        assert (report.works, report.progress, report.unchanged, report.works_ytd) == (0, "基础完成", True, 5)
        report = reports.save(project, MAY, by=people.officer, now=NOW, version=1, works=3)
        assert not report.unchanged


class TestSubmit:
    @pytest.mark.requirement("P09")
    def test_the_complete_go_and_the_others_are_held_with_sentences(self, project, people, county):
        other = make_project(county, name="体育公园", stage=Stage.STARTED, plan=100 * WAN)
        third = make_project(county, name="供水管网", stage=Stage.STARTED)
        good = filled(project, people)
        odd = filled(other, people, works=101 * WAN)
        half = reports.save(third, MAY, by=people.officer, now=NOW, works=1)
        done = reports.submit([good, odd, half], by=people.officer, now=NOW)
        assert done.sent == [good]
        assert {held.report: len(held.sentences) for held in done.held} == {odd: 1, half: 1}
        good.refresh_from_db()
        assert (good.status, good.submitted_at, good.submitted_by) == ("submitted", NOW, people.officer)
        odd = reports.save(other, MAY, by=people.officer, now=NOW, version=1, explanation="设备款一次支付")
        assert reports.submit([odd], by=people.officer, now=NOW).sent == [odd]

    def test_less_than_nothing_goes_only_with_a_word(self, project, people):
        make_report(project, "2026-04", works=10)
        report = filled(project, people, works=-3)
        assert report.works_ytd == 7
        assert reports.submit([report], by=people.officer, now=NOW).held
        filled(project, people, works=-3, explanation="四月多报，更正")
        assert reports.submit([report], by=people.officer, now=NOW).sent

    def test_pressing_twice_is_harmless(self, project, people):
        report = filled(project, people)
        reports.submit([report], by=people.officer, now=NOW)
        again = reports.submit([report], by=people.officer, now=NOW + timedelta(minutes=1))
        assert (again.sent, again.held) == ([], [])
        report.refresh_from_db()
        assert report.submitted_at == NOW

    def test_a_stranger_and_a_closed_month_are_held(self, project, people, county):
        report = filled(project, people)
        assert reports.submit([report], by=people.other_officer, now=NOW).held
        close_month(county, MAY, by=people.office, now=NOW)
        assert reports.submit([report], by=people.officer, now=NOW).held


class TestDecide:
    @pytest.fixture
    def sponsored(self, county, people):
        project = make_project(county, name="产业园", stage=Stage.STARTED, sponsor="县领导01")
        report = filled(project, people)
        return reports.submit([report], by=people.officer, now=NOW).sent[0]

    @pytest.mark.requirement("P09")
    def test_the_sponsor_approves_the_office_accepts(self, sponsored, people):
        approved = reports.approve(sponsored, by=people.leader, now=NOW)
        assert (approved.status, approved.approved_by) == (ReportStatus.APPROVED, people.leader)
        accepted = reports.accept(sponsored, by=people.office, now=NOW)
        assert (accepted.status, accepted.accepted_by) == (ReportStatus.ACCEPTED, people.office)
        assert list(MonthlyReport.objects.counted()) == [accepted]

    def test_only_its_sponsor_approves_and_only_the_office_accepts(self, sponsored, people):
        for person in (people.other_leader, people.office, people.officer):
            with pytest.raises(NotAllowed):
                reports.approve(sponsored, by=person, now=NOW)
        for person in (people.leader, people.officer, people.supervision):
            with pytest.raises(NotAllowed):
                reports.accept(sponsored, by=person, now=NOW)

    def test_past_the_sponsor_only_with_a_reason_that_stays(self, sponsored, people):
        with pytest.raises(NeedsReason):
            reports.accept(sponsored, by=people.office, now=NOW)
        report = reports.accept(sponsored, by=people.office, now=NOW, reason="领导外出，电话同意")
        assert report.status == ReportStatus.ACCEPTED
        assert report.history.first().history_change_reason == "领导外出，电话同意"

    def test_nobody_in_the_sponsoring_post_means_no_approval_is_waited_for(self, sponsored, people):
        people.leader.posts.update(holder=None)
        assert reports.accept(sponsored, by=people.office, now=NOW).status == ReportStatus.ACCEPTED

    def test_given_back_with_a_reason_mended_and_sent_again(self, sponsored, people):
        with pytest.raises(NeedsReason):
            reports.give_back(sponsored, by=people.leader, now=NOW, reason="  ")
        report = reports.give_back(sponsored, by=people.leader, now=NOW, reason="形象进度不具体")
        assert (report.status, report.return_reason) == (ReportStatus.RETURNED, "形象进度不具体")
        report = reports.save(report.project, MAY, by=people.officer, now=NOW, progress="三层封顶")
        assert (report.status, report.return_reason) == (ReportStatus.DRAFT, "形象进度不具体")
        reports.submit([report], by=people.officer, now=NOW)
        report.refresh_from_db()
        assert (report.status, report.return_reason) == (ReportStatus.SUBMITTED, "")

    def test_the_sponsor_cannot_take_back_what_is_approved(self, sponsored, people):
        reports.approve(sponsored, by=people.leader, now=NOW)
        with pytest.raises(Locked):
            reports.give_back(sponsored, by=people.leader, now=NOW, reason="再看看")
        with pytest.raises(NotAllowed):
            reports.give_back(sponsored, by=people.officer, now=NOW, reason="再看看")
        reports.give_back(sponsored, by=people.office, now=NOW, reason="再看看")

    def test_what_was_looked_at_is_what_is_decided(self, sponsored, people):
        version = sponsored.version
        reports.give_back(sponsored, by=people.office, now=NOW, reason="数不对")
        report = reports.save(sponsored.project, MAY, by=people.officer, now=NOW, works=9)
        reports.submit([report], by=people.officer, now=NOW)
        with pytest.raises(Stale):
            reports.approve(report, by=people.leader, now=NOW, version=version)

    def test_a_draft_is_not_accepted(self, project, people):
        with pytest.raises(Locked):
            reports.accept(filled(project, people), by=people.office, now=NOW)


class TestMonth:
    @pytest.mark.requirement("P09")
    def test_closed_by_the_office_reopened_with_a_reason(self, county, people, project):
        with pytest.raises(NotAllowed):
            close_month(county, MAY, by=people.officer, now=NOW)
        close_month(county, MAY, by=people.office, now=NOW)
        close_month(county, MAY, by=people.office, now=NOW)
        with pytest.raises(NeedsReason):
            reopen_month(county, MAY, by=people.office, now=NOW, reason="")
        month = reopen_month(county, MAY, by=people.office, now=NOW, reason="两个项目漏报")
        assert (month.closed_at, month.reason) == (None, "两个项目漏报")
        assert ReportingMonth.objects.get().history.count() >= 2
        filled(project, people)

    def test_an_accepted_figure_is_corrected_after_reopening_and_carried_through_the_year(
        self, county, people, project
    ):
        april = make_report(project, "2026-04", works=100)
        may = make_report(project, "2026-05", works=10)
        june = make_report(project, "2026-06", works=1, status=ReportStatus.DRAFT)
        close_month(county, APRIL, by=people.office, now=NOW)
        with pytest.raises(Locked):
            reports.save(project, APRIL, by=people.office, now=NOW, works=90, reason="凭证更正")
        reopen_month(county, APRIL, by=people.office, now=NOW, reason="凭证更正")
        with pytest.raises(Locked):
            reports.save(project, APRIL, by=people.officer, now=NOW, works=90, reason="凭证更正")
        reports.save(project, APRIL, by=people.office, now=NOW, works=90, reason="凭证更正")
        for report, total in ((april, 90), (may, 100), (june, 101)):
            report.refresh_from_db()
            assert report.works_ytd == total
            assert report.history.count() == 2
        assert april.status == ReportStatus.ACCEPTED
        assert may.version == 1  # what others are typing there is not disturbed

    def test_an_accepted_month_corrected_to_nothing_leaves_the_months_before_counted(
        self, county, people, project, sign_in
    ):
        make_report(project, "2026-04", works=40 * WAN)
        make_report(project, "2026-05", works=10 * WAN)
        reports.save(project, MAY, by=people.office, now=NOW, works=None, reason="凭证不全")
        row = ProjectMonth.objects.of(county, MAY).get(project=project)
        assert (row.done, row.done_month) == (40 * WAN, "2026-04")
        assert survey(county, MAY).total.quotients["investment_rate"].numerator == 40 * WAN
        page = sign_in(people.office).get(f"/projects/{project.pk}/").context["money"]
        assert page.measures[0][1] == 40 * WAN

    def test_a_late_month_counts_in_the_later_ones_once_it_is_accepted(self, people, project):
        may = make_report(project, "2026-05", works=10)
        report = filled(project, people, period=APRIL, works=5)
        reports.submit([report], by=people.officer, now=NOW)
        may.refresh_from_db()
        assert may.works_ytd == 10
        reports.accept(report, by=people.office, now=NOW)
        may.refresh_from_db()
        assert (may.works_before, may.works_ytd) == (5, 15)


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["save", "save", "clear", "submit", "accept", "return"]),
        st.integers(1, 6),
        st.integers(-5, 50),
    ),
    max_size=14,
)


@pytest.mark.requirement("P09")
@given(moves=MOVES)
def test_whatever_happens_the_year_to_date_is_the_sum_of_the_months(db, moves):
    county = make_county(code=f"c{datetime.now().timestamp():.6f}".replace(".", ""))
    project = make_project(county, stage=Stage.STARTED)
    for move, month, works in moves:
        period = Period.month(2026, month)
        report = project.reports.filter(month=str(period)).first()
        try:
            if move == "save":
                reports.save(project, period, by=None, now=NOW, works=works, progress="施工", explanation="更正")
            elif move == "clear":
                reports.save(project, period, by=None, now=NOW, works=None)
            elif report and move == "submit":
                reports.submit([report], by=None, now=NOW)
            elif report and move == "accept":
                reports.accept(report, by=None, now=NOW)
            elif report:
                reports.give_back(report, by=None, now=NOW, reason="核实")
        except Locked:
            pass
    rows = list(project.reports.order_by("month"))
    for row in rows:
        accepted = row.status == ReportStatus.ACCEPTED
        earlier = [r.works or 0 for r in rows if r.month < row.month and (not accepted or r.status == "accepted")]
        assert row.works_before == sum(earlier)
        assert row.works_ytd == (None if row.works is None else sum(earlier) + row.works)
