"""Each row of a round stands for itself: not needed this time, more days, given back, late; and the grid of the month
fills the rounds within it, each of which keeps its own copy."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from core.days.periods import Period
from core.due import due_items
from core.fillings import open_within
from core.refusals import NeedsReason, NotAllowed, Refused, Wrong
from dispatch.models import Extension, Problem, Round, RoundRow
from dispatch.problems import services as problems
from dispatch.rounds import services as rounds
from dispatch.rounds.picture import services as drawing
from dispatch.rounds.rows import services as rows
from dispatch.rounds.rows.board import states
from dispatch.rounds.rows.states import Facts, state_of
from jobs.models import JobRun
from outbox.models import Notice
from projects.models import MonthlyReport
from projects.reports import services as reports
from tests.support.factories import NOW, WAN, make_project, make_report

HOUR = timedelta(hours=1)
JUNE = Period.month(2026, 6)
pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D05")]


@pytest.fixture(autouse=True)
def june():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def opened(county, people):
    """The week's round: two rows of the township, one of another."""
    made = Round.objects.create(
        county=county, kind="weekly", period="2026-W24", opened_at=NOW, due_at=NOW + timedelta(hours=8)
    )
    for name, unit in (("粮库扩建", "xicheng"), ("供水管网", "xicheng"), ("标准厂房", "dongguan")):
        project = make_project(county, name=name, lead_unit=unit, stage="started", plan=1_000 * WAN)
        RoundRow.objects.create(round=made, unit=project.lead_unit, project=project)
    return made


def row_of(opened, name):
    return opened.rows.select_related("unit", "project").get(project__name=name)


def codes(opened, now=NOW):
    owed = set(RoundRow.objects.missing_in(opened).values_list("pk", flat=True))
    found = states(opened, opened.rows.select_related("unit", "project").order_by("pk"), owed, now=now)
    return {row.project.name: state.code for row, state in found}


DUE = NOW + timedelta(hours=8)
FACTS = {"owed": True, "due_at": DUE, "round_due": DUE, "now": NOW}


@pytest.mark.parametrize(
    ("facts", "code", "word"),
    [
        ({}, "open", "没有报"),
        ({"now": DUE + HOUR}, "missing", "没有报"),
        ({"due_at": DUE + 48 * HOUR, "now": DUE + HOUR}, "extended", "延至"),
        ({"due_at": DUE + 48 * HOUR, "now": DUE + 49 * HOUR}, "missing", "没有报"),
        ({"returned": "写细"}, "returned", "退回：写细"),
        ({"spared": "停工"}, "spared", "本次不需报：停工"),
        ({"owed": False, "submitted_at": DUE}, "done", "已报"),
        ({"owed": False, "submitted_at": DUE + HOUR}, "late", "迟报"),
        ({"owed": False, "submitted_at": DUE + HOUR, "due_at": DUE + 48 * HOUR}, "done", "已报"),
        ({"left_out": "没有"}, "left_out", "不报：没有"),
    ],
)
def test_a_row_says_how_it_stands(facts, code, word):
    state = state_of(Facts(**(FACTS | facts)))
    assert (state.code, word in state.word) == (code, True), state


def test_what_is_not_needed_this_time_is_owed_no_more_until_the_office_needs_it_after_all(opened, people, county):
    row = row_of(opened, "粮库扩建")
    with pytest.raises(NeedsReason):
        rows.spare(opened, [row.pk], by=people.office, now=NOW, reason=" ")
    with pytest.raises(NotAllowed):
        rows.spare(opened, [row.pk], by=people.officer, now=NOW, reason="停工")
    assert rows.spare(opened, [row.pk], by=people.office, now=NOW, reason="停工整改") == 1
    rounds.keep_in_step(county, now=NOW)
    assert codes(opened) == {"粮库扩建": "spared", "供水管网": "open", "标准厂房": "open"}
    assert rounds.owed(opened)[row.unit] == ["供水管网"]
    assert rows.need(opened, [row.pk], by=people.office, now=NOW) == 1
    assert codes(opened)["粮库扩建"] == "open"
    rounds.close(opened, now=NOW)
    with pytest.raises(Refused, match="关闭"):
        rows.spare(opened, [row.pk], by=people.office, now=NOW, reason="停工")


def test_more_days_are_asked_before_the_day_and_answered_with_a_new_one(opened, people, county, sign_in):
    unit, url = row_of(opened, "粮库扩建").unit, reverse("dispatch:round", args=[opened.pk])
    officer = sign_in(people.officer)
    assert (
        officer.post(f"{url}more-days/", {"unit": unit.pk, "until": "2026-06-10", "reason": "下雨"}).status_code == 303
    )
    assert not Extension.objects.exists()  # no later day
    officer.post(f"{url}more-days/", {"unit": unit.pk, "until": "2026-06-13", "reason": "下雨"})
    asked = Extension.objects.get()
    assert "申请延期" in Notice.objects.filter(kind="more_days_asked").first().subject
    [due] = [one for one in due_items(county, NOW, person=people.office) if one.kind == "more_days"]
    assert due.why == "下雨"
    with pytest.raises(Refused, match="已经申请"):
        rows.ask_more_days(opened, unit, until=date(2026, 6, 15), reason="再问", by=people.officer, now=NOW)
    office = sign_in(people.office)
    assert "下雨" in office.get(url).content.decode()
    office.post(f"{url}more-days/{asked.pk}/", {"do": "give", "until": "2026-06-13"})
    asked.refresh_from_db()
    assert asked.given == opened.due_at + timedelta(days=5)  # a Saturday: the Monday after, at the same hour
    assert "同意延到" in Notice.objects.get(kind="more_days_answered").subject
    later = DUE + HOUR
    assert codes(opened, later) == {"粮库扩建": "extended", "供水管网": "extended", "标准厂房": "missing"}
    mine = [one for one in due_items(county, later, person=people.officer) if one.kind == "week_fill"]
    assert [one.due_at for one in mine] == [asked.given]
    late = [one.unit_id for one in due_items(county, later) if one.kind == "week_fill" and one.due_at < later]
    assert late == [row_of(opened, "标准厂房").unit_id]  # who has more days isn't reminded as late
    with pytest.raises(Refused, match="已经答复"):
        rows.answer_more_days(asked, until=None, reason="不行", by=people.office, now=NOW)


def test_too_late_for_more_days_or_refused_with_a_reason(opened, people):
    other = row_of(opened, "标准厂房").unit
    with pytest.raises(Refused, match="截止前"):
        rows.ask_more_days(
            opened, other, until=date(2026, 6, 15), reason="忘了", by=people.other_officer, now=DUE + HOUR
        )
    with pytest.raises(NotAllowed):
        rows.ask_more_days(opened, other, until=date(2026, 6, 15), reason="下雨", by=people.officer, now=NOW)
    asked = rows.ask_more_days(opened, other, until=date(2026, 6, 15), reason="下雨", by=people.other_officer, now=NOW)
    with pytest.raises(NeedsReason):
        rows.answer_more_days(asked, until=None, by=people.office, now=NOW)
    with pytest.raises(Wrong):
        rows.answer_more_days(asked, until=date(2026, 6, 10), by=people.office, now=NOW)
    rows.answer_more_days(asked, until=None, reason="例会要用", by=people.office, now=NOW)
    assert rows.more_days_go_on(other, row_of(opened, "粮库扩建").unit, by=None, now=NOW) == 1  # a unit that goes
    asked.refresh_from_db()
    assert asked.unit_id == row_of(opened, "粮库扩建").unit_id
    assert codes(opened, DUE + HOUR)["标准厂房"] == "missing"
    rows.ask_more_days(opened, other, until=date(2026, 6, 12), reason="再问", by=people.other_officer, now=NOW)


def test_a_row_that_goes_back_is_owed_until_it_is_written_anew(opened, people, sign_in):
    row = row_of(opened, "标准厂房")
    rows.fill_week(opened, {row.pk: ("封顶", "")}, by=people.other_officer, now=NOW)
    url = reverse("dispatch:round", args=[opened.pk])
    office = sign_in(people.office)
    office.post(f"{url}rows/", {"do": "return", "row": row.pk, "reason": "写到部位", "unit": row.unit_id})
    assert codes(opened)["标准厂房"] == "returned"
    assert "写到部位" in office.get(f"{url}?unit={row.unit_id}").content.decode()
    assert Notice.objects.get(kind="round_row_returned").person == people.other_officer
    first = row_of(opened, "标准厂房").submitted_at
    rows.fill_week(opened, {row.pk: ("三号楼封顶", "")}, by=people.other_officer, now=NOW + HOUR)
    assert (codes(opened)["标准厂房"], row_of(opened, "标准厂房").submitted_at) == ("done", first)


def test_the_weeks_own_page_fills_the_running_row_too_until_the_month_is_handed_in(opened, people):
    """What is typed for the week is the month's: its words, its problem, and the figure that stands there already."""
    row = row_of(opened, "粮库扩建")
    reports.save(row.project, JUNE, by=people.officer, now=NOW, works=30 * WAN, progress="二层", problem="缺变压器")

    def week(words, problem=""):
        assert rows.fill_week(opened, {row.pk: (words, problem)}, by=people.officer, now=NOW) == (1, [])
        row.refresh_from_db()
        running = MonthlyReport.objects.get(project=row.project, month="2026-06")
        return (row.note, row.problem, row.works), (running.progress, running.problem, running.works)

    assert week("三层") == (("三层", "", 30 * WAN), ("三层", "缺变压器", 30 * WAN))
    assert week("四层", "缺钢筋") == (("四层", "缺钢筋", 30 * WAN), ("四层", "缺钢筋", 30 * WAN))
    reports.submit(MonthlyReport.objects.filter(project=row.project), by=people.officer, now=NOW)
    assert week("五层") == (("五层", "", 30 * WAN), ("四层", "缺钢筋", 30 * WAN))
    MonthlyReport.objects.filter(project=row.project).update(status="returned")
    assert week("六层") == (("六层", "", 30 * WAN), ("四层", "缺钢筋", 30 * WAN))


def test_one_filling_serves_the_rounds_within_the_month_and_each_keeps_its_copy(opened, people, county, sign_in):
    """The grid of June has the week's round as a button; what is typed later changes the running row alone."""
    project, other = row_of(opened, "粮库扩建").project, row_of(opened, "供水管网").project
    url = "/projects/reports/2026-06/"
    make_report(project, "2026-05", works=100 * WAN)
    officer = sign_in(people.officer)
    page = officer.get(url).content.decode()
    assert "报送“6月8日–6月14日周报”（还差 2 个）" in page
    [asked] = open_within(county, JUNE, project.lead_unit)
    pk = f"r-{project.pk}"
    typed = {f"{pk}-version": 0, f"{pk}-works": "30", f"{pk}-progress": "主体三层", f"{pk}-problem": "缺变压器"}
    typed |= {f"r-{other.pk}-version": 0, f"r-{other.pk}-works": "", f"r-{other.pk}-progress": ""}
    assert officer.post(url, typed | {"do": f"in:{asked.key}"}).status_code == 303
    row = row_of(opened, "粮库扩建")
    copy = (row.note, row.problem, row.works, row.total)
    assert copy == ("主体三层", "缺变压器", 30 * WAN, 130 * WAN)
    assert codes(opened) == {"粮库扩建": "done", "供水管网": "open", "标准厂房": "open"}
    running = MonthlyReport.objects.get(project=project, month="2026-06")
    assert (running.works, running.status, running.problem) == (30 * WAN, "draft", "缺变压器")

    reports.save(project, JUNE, by=people.officer, now=NOW, works=80 * WAN, progress="主体五层")
    row.refresh_from_db()
    assert (row.note, row.works) == ("主体三层", 30 * WAN)
    handed = rows.hand_in_copies(opened, [project.pk, other.pk], by=people.officer, now=NOW + HOUR)
    row.refresh_from_db()
    assert (handed.done, len(handed.said), row.note, row.works, row.submitted_at) == (1, 1, "主体五层", 80 * WAN, NOW)

    problems.collect(county, now=NOW + HOUR)
    reports.submit([MonthlyReport.objects.get(pk=running.pk)], by=people.officer, now=NOW + HOUR)
    problems.collect(county, now=NOW + 2 * HOUR)
    assert Problem.objects.filter(project=project).count() == 1  # said twice, it is one
    rounds.close(opened, now=NOW)
    assert open_within(county, JUNE, project.lead_unit) == []
    with pytest.raises(Refused):
        rows.hand_in_copies(opened, [project.pk], by=people.officer, now=NOW + HOUR)


def test_the_form_of_a_unit_says_for_which_rounds_it_is_and_asks_for_problems(opened, people, sign_in):
    answer = sign_in(people.officer).get("/projects/reports/2026-06/table/?download=1")
    from io import BytesIO

    from openpyxl import load_workbook

    cells = [
        str(cell.value) for line in load_workbook(BytesIO(b"".join(answer))).active for cell in line if cell.value
    ]
    assert "问题" in cells
    assert any("周报" in text for text in cells)


@pytest.mark.slow
def test_the_text_for_a_chat_group_is_a_picture_too(opened, people, county, sign_in, settings):
    office, url = sign_in(people.office), reverse("dispatch:round_picture", args=[opened.pk])
    assert sign_in(people.officer).post(url).status_code == 403
    office = sign_in(people.office)
    assert office.post(url).status_code == 303
    run = JobRun.objects.get(job="round_picture")
    drawing.make_picture(run.pk, now=NOW)
    run.refresh_from_db()
    if run.result.get("unavailable"):
        pytest.skip(run.result["unavailable"])
    answer = office.get(f"{url}file/")
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"\x89PNG")
    width, height = int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    assert 600 < width < 800 > height > 200  # as wide as a phone shows, and no longer than its text
    rows.spare(opened, [row_of(opened, "标准厂房").pk], by=people.office, now=NOW, reason="停工")
    assert office.get(f"{url}file/").status_code == 303  # the text says something else now
