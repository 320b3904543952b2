"""The ledger of problems: from raised to closed, and up the ladder when late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.due import due_items
from core.refusals import Refused, Stale
from dispatch.models import Problem, ProblemStep, Round, RoundRow
from dispatch.problems import services as problems
from dispatch.problems.permissions import can_answer, can_assign, can_close, can_note, can_raise, can_reject
from dispatch.problems.rules import Level, ProblemRules
from jobs.heartbeat import tick
from organization.people.models import Post, User
from outbox.models import Notice
from projects.choices import ReportSource, ReportStatus, Stage
from tests.support.factories import make_project, make_report, unit_of
from tests.support.times import at, fixed_rules, with_sections

pytestmark = pytest.mark.requirement("D06")
MONDAY = at("2026-06-08 10:00")


@pytest.fixture(autouse=True)
def _rules(monkeypatch):
    rules = fixed_rules()
    monkeypatch.setattr("organization.profiles.rules.default_rules", lambda: rules)


@pytest.fixture
def project(county):
    return make_project(county, stage=Stage.STARTED, sponsor=None, created_at=at("2026-06-01 09:00"))


@pytest.fixture
def problem(project, people, county):
    return problems.raise_problem(
        project,
        title="用地没有批下来",
        category="land",
        owner_unit=unit_of(county, "zhujian"),
        by=people.officer,
        on=date(2026, 6, 8),
        now=MONDAY,
        key="",
    )


def kinds(problem: Problem) -> list[str]:
    return list(problem.steps.order_by("pk").values_list("kind", flat=True))


def told(person, kind: str) -> int:
    return Notice.objects.filter(person=person, kind=kind).count()


def test_a_problem_has_an_owner_and_five_working_days(problem, people):
    assert (problem.due_on, problem.level, problem.status) == (date(2026, 6, 15), 0, "open")
    assert problem.raised_unit.code == "xicheng"
    assert told(people.approver, "problem_assigned") == 1
    assert problem.history.count() == 1


def test_the_same_source_is_one_problem(project, people):
    for _again in range(2):
        problems.raise_problem(
            project, title="资金没有到", by=people.officer, on=date(2026, 6, 8), now=MONDAY, key="report:7"
        )
    assert Problem.objects.count() == 1
    assert Problem.objects.get().category == "money", "the word for it stands in the sentence"


def test_the_owner_answers_the_raisers_side_confirms(problem, people):
    problems.answer(
        problem, result="6月10日取得批复", by=people.approver, on=date(2026, 6, 10), now=at("2026-06-10 09:00")
    )
    assert told(people.officer, "problem_answered") == 1
    problem.refresh_from_db()
    assert can_close(people.officer, problem)
    problems.close(problem, by=people.officer, on=date(2026, 6, 11), now=at("2026-06-11 09:00"))
    problem.refresh_from_db()
    assert (problem.status, problem.closed_on) == ("closed", date(2026, 6, 11))
    assert kinds(problem) == ["raised", "answered", "closed"]


def test_a_result_that_is_not_accepted_gives_the_owner_new_days_on_the_same_level(problem, people):
    problems.answer(problem, result="快了", by=people.approver, on=date(2026, 6, 12), now=at("2026-06-12 09:00"))
    problems.reject(
        problem, reason="没有批复文号", by=people.officer, on=date(2026, 6, 15), now=at("2026-06-15 09:00")
    )
    problem.refresh_from_db()
    assert (problem.status, problem.level, problem.due_on) == ("open", 0, date(2026, 6, 23))
    assert told(people.approver, "problem_rejected") == 1


def test_given_to_another_unit_its_days_begin_again(problem, people, county):
    problems.assign(
        problem,
        owner_unit=unit_of(county, "gongxin"),
        by=people.office,
        on=date(2026, 6, 10),
        now=at("2026-06-10 09:00"),
    )
    problem.refresh_from_db()
    assert (problem.owner_unit.code, problem.due_on) == ("gongxin", date(2026, 6, 17))
    assert told(people.squad, "problem_assigned") == 1


def test_two_who_write_at_once_the_second_is_told(problem, people):
    version = problem.version
    problems.answer(
        problem, result="好了", by=people.approver, on=date(2026, 6, 9), now=MONDAY.replace(day=9), version=version
    )
    with pytest.raises(Stale):
        problems.answer(
            problem, result="没好", by=people.office, on=date(2026, 6, 9), now=MONDAY.replace(day=9), version=version
        )
    with pytest.raises(Stale):
        problems.close(problem, by=people.office, on=date(2026, 6, 9), now=MONDAY.replace(day=9), version=version)


def test_nothing_is_written_for_a_day_to_come(problem, people):
    with pytest.raises(Refused):
        problems.answer(
            problem, result="好了", by=people.approver, on=date(2026, 6, 9), now=MONDAY, version=problem.version
        )


# who may --------------------------------------------------------------------------------------------------------


def test_anyone_who_sees_a_project_raises_a_problem_on_it(project, people):
    for name in ("officer", "unit_head", "leader", "office", "reader"):
        assert can_raise(getattr(people, name), project), name
    assert can_raise(people.other_officer, make_project(project.county, name="自己的", lead_unit="dongguan"))
    assert not can_raise(people.other_officer, project)


def test_only_the_raisers_side_or_the_office_closes(problem, people):
    may = {name for name, person in people.all().items() if can_close(person, problem)}
    assert may == {"officer", "unit_head", "office", "office_head"}
    assert can_close(people.approver, problem).why


def test_only_the_owner_or_the_office_answers(problem, people):
    may = {name for name, person in people.all().items() if can_answer(person, problem)}
    assert may == {"approver", "finance", "office", "office_head"}


def test_only_the_office_names_another_owner_and_nobody_rejects_what_was_not_reported(problem, people):
    assert {name for name, person in people.all().items() if can_assign(person, problem)} == {"office", "office_head"}
    assert not any(can_reject(person, problem) for person in people.all().values())


def test_leaders_may_write_to_a_problem_readers_may_not(problem, people):
    assert can_note(people.leader, problem)
    assert not can_note(people.reader, problem)


# climbing -------------------------------------------------------------------------------------------------------


def test_a_late_problem_climbs_by_itself_one_level_for_each_day_missed(problem, people):
    tick(at("2026-06-16 06:59"))
    problem.refresh_from_db()
    assert problem.level == 0
    tick(at("2026-06-16 07:00"))
    problem.refresh_from_db()
    assert (problem.level, problem.due_on) == (1, date(2026, 6, 24))
    assert told(people.office, "problem_escalated") == 1, "the second rung is the office's"
    assert told(people.approver, "problem_escalated") == 1, "the owner learns of it"
    assert told(people.leader, "problem_escalated") == 0
    tick(at("2026-06-25 07:00"))
    problem.refresh_from_db()
    assert problem.level == 2
    assert told(people.leader, "problem_escalated") == 1
    tick(at("2026-12-25 07:00"))
    problem.refresh_from_db()
    assert problem.level == 2, "there is nobody above"
    assert kinds(problem) == ["raised", "escalated", "escalated"]


def test_what_has_been_answered_does_not_climb(problem, people):
    problems.answer(problem, result="批了", by=people.approver, on=date(2026, 6, 12), now=at("2026-06-12 09:00"))
    tick(at("2026-07-16 07:00"))
    problem.refresh_from_db()
    assert problem.level == 0


def test_a_leaders_rung_is_the_sponsors_of_the_project_if_it_has_any(county, people):
    project = make_project(county, stage=Stage.STARTED, sponsor="县领导02")
    problem = problems.raise_problem(project, title="征迁", by=people.officer, on=date(2026, 6, 8), now=MONDAY, key="")
    tick(at("2026-12-16 07:00"))
    problem.refresh_from_db()
    assert problem.level == 2
    assert told(people.other_leader, "problem_escalated") == 1
    assert told(people.leader, "problem_escalated") == 0


@pytest.mark.parametrize(
    ("unit", "owner", "told_of"),
    [
        ("", "xicheng", {"unit_head"}),  # a title that many units have: the owner unit's own
        ("gongxin", "xicheng", {"squad"}),  # a unit's post, whoever owns the problem
        ("", "zhujian", {"approver"}),  # no such post there: whoever answers for the unit
    ],
)
def test_a_post_of_the_ladder_is_one_post_and_not_everybody_with_that_title(
    county, people, project, monkeypatch, unit, owner, told_of
):
    rules = fixed_rules()
    ladder = (rules[ProblemRules].ladder[0], Level("head", "局长", post="局长", unit=unit))
    rules = with_sections(rules, replace(rules[ProblemRules], ladder=ladder))
    monkeypatch.setattr("organization.profiles.rules.default_rules", lambda: rules)
    Post.objects.filter(holder__in=[people.unit_head, people.other_officer, people.squad]).update(title="局长")
    problem = problems.raise_problem(
        project, title="征迁", owner_unit=unit_of(county, owner), by=None, on=date(2026, 6, 8), now=MONDAY, key=""
    )
    strangers = {"other_officer", "squad"} - told_of
    for name in strangers:
        assert not can_note(getattr(people, name), problem), name
    tick(at("2026-06-16 07:00"))
    problem.refresh_from_db()
    assert problem.level == 1
    for name in told_of:
        person = User.objects.get(pk=getattr(people, name).pk)
        assert told(person, "problem_escalated") == 1, name
        assert can_note(person, problem), name
        assert Problem.objects.visible_to(person).filter(pk=problem.pk).exists(), name
        due = due_items(county, at("2026-06-16 09:00"), person=person)
        assert f"problem:{problem.pk}" in {item.key for item in due}, name
    for name in strangers:
        person = User.objects.get(pk=getattr(people, name).pk)
        assert told(person, "problem_escalated") == 0, name
        assert not can_note(person, problem), name
        assert not Problem.objects.visible_to(person).filter(pk=problem.pk).exists(), name


# from reports ---------------------------------------------------------------------------------------------------


def submitted(project, month, text, moment, **facts):
    return make_report(project, month, status=ReportStatus.SUBMITTED, submitted_at=at(moment), problem=text, **facts)


def test_a_problem_in_a_report_enters_the_ledger_once(project, people):
    report = submitted(
        project,
        "2026-05",
        "征迁没有完成。还差 12 户",
        "2026-06-04 16:00",
        request="请镇里协调",
        submitted_by=people.officer,
    )
    for hour in (16, 17):
        tick(at(f"2026-06-04 {hour}:05"))
    problem = Problem.objects.get()
    assert (problem.title, problem.detail) == ("征迁没有完成", "征迁没有完成。还差 12 户\n请镇里协调")
    assert (problem.key, problem.report, problem.category) == (f"report:{report.pk}", report, "demolition")
    assert (problem.owner_unit.code, problem.raised_on, problem.due_on) == (
        "zhihuibu",
        date(2026, 6, 4),
        date(2026, 6, 11),
    )
    assert told(people.office, "problem_collected") == 1


def test_drafts_and_imported_ledgers_raise_nothing(project):
    submitted(project, "2026-04", "旧账", "2026-05-04 16:00", source=ReportSource.IMPORT)
    make_report(project, "2026-05", status=ReportStatus.DRAFT, problem="还没报")
    tick(at("2026-06-04 16:05"))
    assert not Problem.objects.exists()


def test_problems_of_a_week_are_put_on_file_in_the_order_in_which_they_were_said(county, project, people):
    week = Round.objects.create(county=county, kind="weekly", period="2026-W23", opened_at=MONDAY, due_at=MONDAY)
    second = make_project(county, stage=Stage.STARTED, created_at=at("2026-06-01 09:00"))
    for one, text, hour in ((project, "用电没有接通", 17), (second, "征地没有完成", 16)):
        RoundRow.objects.create(
            round=week, unit=one.lead_unit, project=one, problem=text,
            submitted_at=at(f"2026-06-04 {hour}:00"), submitted_by=people.officer,
        )  # fmt: skip
    problems.collect(county, now=at("2026-06-04 18:00"))
    assert [one.title for one in Problem.objects.order_by("pk")] == ["征地没有完成", "用电没有接通"]


def test_the_same_words_next_month_are_the_same_problem_while_it_is_open(project, people):
    submitted(project, "2026-05", "资金没有到位", "2026-06-04 16:00")
    tick(at("2026-06-04 16:05"))
    submitted(project, "2026-06", "资金没有到位", "2026-07-03 16:00")
    tick(at("2026-07-03 16:05"))
    assert Problem.objects.count() == 1
    closed = {"by": people.officer, "on": date(2026, 7, 10), "now": at("2026-07-10 09:00")}
    problems.close(Problem.objects.get(), note="资金已到位", **closed)
    tick(at("2026-07-10 16:05"))
    assert Problem.objects.count() == 1, "closing it does not bring July's words back"
    submitted(project, "2026-07", "资金没有到位", "2026-08-04 16:00")
    tick(at("2026-08-04 16:05"))
    assert Problem.objects.count() == 2, "said again after it was closed, it is a new one"


def test_steps_are_evidence_of_who_and_when(problem, people):
    problems.note(problem, text="已报省厅", by=people.approver, on=date(2026, 6, 9), now=at("2026-06-09 11:00"))
    step = ProblemStep.objects.get(kind="noted")
    assert (step.by, step.on, step.typed_at, step.note) == (
        people.approver,
        date(2026, 6, 9),
        at("2026-06-09 11:00"),
        "已报省厅",
    )
