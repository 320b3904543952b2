"""A problem is placed, handed up, waits, is given days, merged, opened again; consultations are held on it (D06)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.days.periods import Period
from core.due import due_items
from core.refusals import NotAllowed, Refused, Wrong
from dispatch.models import Consultation, Problem
from dispatch.problems import board, road
from dispatch.problems import services as problems
from dispatch.problems.handling import permissions
from dispatch.problems.handling import services as handling
from dispatch.problems.owners import placing
from dispatch.problems.rules import Place, ProblemRules
from dispatch.problems.together import groups
from dispatch.standings import figures
from jobs.heartbeat import tick
from organization.profiles.rules import rules_of
from outbox.models import Notice
from projects.choices import Stage
from tests.support.factories import make_project, unit_of
from tests.support.locks import statements
from tests.support.times import at, fixed_rules, with_sections

pytestmark = [pytest.mark.requirement("D06"), pytest.mark.django_db]
ON, NOW = date(2026, 6, 8), at("2026-06-08 10:00")  # a Monday; the 19th is Duanwu


@pytest.fixture(autouse=True)
def rules(monkeypatch: Any) -> Any:
    found = fixed_rules()
    monkeypatch.setattr("organization.profiles.rules.default_rules", lambda: found)
    return found


@pytest.fixture
def project(county):
    return make_project(county, stage=Stage.STARTED, sponsor=None, created_at=at("2026-06-01 09:00"))


def day(number: int, hour: int = 9) -> dict[str, Any]:
    return {"on": date(2026, 6, number), "now": at(f"2026-06-{number:02} {hour:02}:00")}


def raised(project, people, unit: str = "zhujian", **facts: Any) -> Problem:
    owner = unit_of(project.county, unit) if unit else None
    facts = {"title": "用地没有批下来", "by": people.officer, "on": ON, "now": NOW} | facts
    return problems.raise_problem(project, owner_unit=owner, **facts)


def told(person: Any, kind: str) -> int:
    return Notice.objects.filter(person=person, kind=kind).count()


def kinds(problem: Problem) -> list[str]:
    return list(problem.steps.order_by("pk").values_list("kind", flat=True))


def due_of(county, person, moment) -> dict[str, Any]:
    return {item.kind: item for item in due_items(county, at(moment), person=person)}


def by_office(monkeypatch, rules: Any, **more: Any) -> None:
    new = with_sections(rules, replace(rules[ProblemRules], **more))
    monkeypatch.setattr("organization.profiles.rules.default_rules", lambda: new)


# placing ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "owner", "office", "placed"),
    [
        ("rule", "zhujian", False, True),  # the rule names a unit that can solve it
        ("rule", "zhihuibu", False, False),  # nobody is named: it lies with the office
        ("rule", "zhihuibu", True, True),  # the office takes it itself
        ("office", "zhujian", False, False),  # the office places each one
        ("office", "zhujian", True, True),
    ],
)
def test_what_is_placed_on_intake(county, project, mode, owner, office, placed) -> None:
    found = placing("", project, ProblemRules(place=mode), ON, owner=unit_of(county, owner), by_office=office)
    assert found.placed is placed


@pytest.mark.parametrize(
    ("category", "sector", "level", "unit"),
    [("land", "industry", 1, "gongxin"), ("land", "tourism", 2, "zhujian"), ("money", "industry", 0, "zhihuibu")],
)
def test_a_line_of_the_county_places_by_category_and_portfolio(county, people, rules, category, sector, level, unit):
    from organization.portfolios.models import Portfolio

    Portfolio.objects.create(post=people.leader.main_post, sectors=["industry"], since=ON, at=NOW)
    codes = [one.code for one in rules[ProblemRules].ladder]
    lines = (
        Place("land", portfolio=people.leader.main_post.title, level=codes[1], unit="gongxin"),
        Place("land", level=codes[2], unit="zhujian"),
    )
    found = placing(category, make_project(county, sector=sector), replace(rules[ProblemRules], places=lines), ON)
    assert (found.level, found.unit.code, found.placed) == (level, unit, unit != "zhihuibu")


def test_what_nobody_is_named_for_waits_for_the_office_in_words(county, people, project, sign_in) -> None:
    problem = raised(project, people, "", category="labour")
    assert (problem.placed_on, problem.owner_unit.code) == (None, "zhihuibu")
    assert told(people.office, "problem_unplaced") == 1
    item = due_of(county, people.office, "2026-06-09 09:00")["problem_place"]
    assert (str(item.due_at.date()), "用工" in item.why) == ("2026-06-09", True)
    assert "problem_place" not in due_of(county, people.approver, "2026-06-09 09:00")
    client = sign_in(people.office)
    page = client.get(f"/dispatch/problems/{problem.pk}/").text
    assert 'id="unplaced"' in page
    assert "没有明确由哪个单位办" in page
    assert problem.title in client.get("/dispatch/problems/list/?placed=no").text
    typed = {"place-level": "1", "place-owner_unit": unit_of(county, "gongxin").pk, "place-category": "labour"}
    assert client.post(f"/dispatch/problems/{problem.pk}/place/", typed | {"version": "1"}).status_code == 303
    problem.refresh_from_db()
    assert (problem.level, problem.owner_unit.code, problem.placed_on is None) == (1, "gongxin", False)
    assert 'id="unplaced"' not in client.get(f"/dispatch/problems/{problem.pk}/").text


def test_placed_its_level_is_told_and_its_days_begin(monkeypatch, rules, county, people, project) -> None:
    by_office(monkeypatch, rules, place="office")
    problem = raised(project, people)
    assert problem.placed_on is None
    assert told(people.approver, "problem_assigned") == 0, "its unit is asked when it is placed"
    assert not {"problem_answer"} & due_of(county, people.approver, "2026-06-09 09:00").keys()
    with pytest.raises(NotAllowed):
        handling.place(problem, owner_unit=problem.owner_unit, by=people.officer, **day(10))
    handling.place(problem, owner_unit=problem.owner_unit, level=2, by=people.office, note="县里定", **day(10))
    problem.refresh_from_db()
    assert (problem.level, problem.due_on, problem.placed_on) == (2, date(2026, 6, 17), date(2026, 6, 10))
    assert told(people.leader, "problem_placed") == told(people.approver, "problem_placed") == 1
    assert "problem_answer" in due_of(county, people.approver, "2026-06-11 09:00")
    with pytest.raises(NotAllowed):
        handling.place(problem, owner_unit=problem.owner_unit, by=people.office, **day(10))


# handed up, waiting, more days ---------------------------------------------------------------------------------------


def test_handed_up_with_a_reason(people, project) -> None:
    problem = raised(project, people)
    with pytest.raises(Wrong):
        handling.hand_up(problem, reason=" ", by=people.approver, **day(9))
    with pytest.raises(NotAllowed):
        handling.hand_up(problem, reason="不归我管", by=people.other_officer, **day(9))
    handling.hand_up(problem, reason="要动用机动指标", by=people.approver, **day(9))
    handling.hand_up(problem, reason="要县里定", by=people.office, **day(10))
    problem.refresh_from_db()
    assert (problem.level, problem.due_on) == (2, date(2026, 6, 17))
    assert kinds(problem) == ["raised", "handed_up", "handed_up"]
    assert told(people.leader, "problem_handed_up") == 1
    with pytest.raises(NotAllowed):
        handling.hand_up(problem, reason="再上", by=people.office, **day(10))


def test_where_the_county_says_so_nothing_climbs_by_itself(monkeypatch, rules, people, project) -> None:
    by_office(monkeypatch, rules, climbs=False)
    problem = raised(project, people)
    tick(at("2026-07-16 07:00"))
    assert Problem.objects.get(pk=problem.pk).level == 0
    assert not problems.next_climbs(problem.county, now=at("2026-07-16 08:00")).exists()


def test_what_waits_stands_still_and_goes_on_with_what_was_left(rules, people, project) -> None:
    problem = raised(project, people)  # due on the 15th; on the 10th three of five days are left
    handling.let_wait(problem, until=date(2026, 6, 18), reason="等省厅批复", by=people.office, **day(10))
    problem.refresh_from_db()
    assert (problem.waits_until, problem.due_on) == (date(2026, 6, 18), date(2026, 6, 24))
    assert "挂起至" in board.card(problem, rules, at("2026-06-16 09:00"), {}).words
    tick(at("2026-06-17 07:00"))
    assert Problem.objects.get(pk=problem.pk).level == 0
    tick(at("2026-06-25 07:00"))
    assert Problem.objects.get(pk=problem.pk).level == 1
    with pytest.raises(NotAllowed):
        handling.let_wait(problem, until=date(2026, 7, 9), reason="等", by=people.officer, **day(25))


@pytest.mark.parametrize(("granted", "due"), [(True, date(2026, 6, 22)), (False, date(2026, 6, 15))])
def test_more_days_are_asked_for_and_answered_before_the_day(county, people, project, granted, due) -> None:
    problem = raised(project, people)
    handling.ask_more(problem, until=date(2026, 6, 22), reason="雨季", by=people.approver, **day(12))
    with pytest.raises(NotAllowed):
        handling.answer_more(problem, granted=True, by=people.approver, **day(12))
    assert "problem_more" in due_of(county, people.office, "2026-06-12 10:00")
    if not granted:
        with pytest.raises(Wrong):
            handling.answer_more(problem, granted=False, by=people.office, **day(12))
    handling.answer_more(problem, granted=granted, note="按期", by=people.office, **day(12))
    problem.refresh_from_db()
    assert (problem.due_on, problem.asked_until) == (due, None)
    assert told(people.approver, "problem_more_answered") == 1


def test_after_the_day_nothing_is_put_off(people, project) -> None:
    problem = raised(project, people)
    handling.ask_more(problem, until=date(2026, 6, 22), reason="雨季", by=people.approver, **day(15))
    for act in (
        lambda: handling.answer_more(problem, granted=True, by=people.office, **day(16)),
        lambda: handling.let_wait(problem, until=date(2026, 6, 22), reason="等", by=people.office, **day(16)),
        lambda: handling.ask_more(problem, until=date(2026, 6, 22), reason="雨", by=people.approver, **day(16)),
    ):
        with pytest.raises(Refused):
            act()
    assert not permissions.can_ask_more(people.approver, Problem.objects.get(pk=problem.pk), on=date(2026, 6, 16))


# merged, opened again ------------------------------------------------------------


def test_a_double_is_merged_both_keep_their_steps_and_it_counts_once(county, people, project) -> None:
    one, two = raised(project, people), raised(project, people, title="批文没有")
    handling.merge(two, into=one, reason="同一件", by=people.office, **day(9))
    two.refresh_from_db()
    assert (two.status, two.merged_into, kinds(one), kinds(two)) == (
        "closed", one, ["raised", "merged"], ["raised", "merged"],
    )  # fmt: skip
    assert list(Problem.objects.open()) == [one]
    problems.close(one, note="批了", by=people.officer, **day(10))
    counts = figures.problems(county, Period.month(2026, 6), date(2026, 6, 11))
    assert (counts["open"], counts["closed_in_month"]) == (0, 1)
    assert board.summary(Problem.objects.all(), date(2026, 6, 11), {}).closed == 1
    with pytest.raises(Wrong):
        handling.merge(raised(project, people, title="另"), into=one, by=people.office, **day(11))


def test_it_is_opened_again_with_a_reason_and_new_days(people, project) -> None:
    problem = problems.close(raised(project, people), note="批了", by=people.officer, **day(9))
    assert not permissions.can_open_again(people.approver, problem)
    handling.open_again(problem, reason="批文被撤", by=people.officer, **day(10))
    problem.refresh_from_db()
    assert (problem.status, problem.closed_on, problem.due_on) == ("open", None, date(2026, 6, 17))
    assert told(people.approver, "problem_reopened") == 1


# consultations ------------------------------------------------------------


def consulted(problem: Problem, people, number: int = 10, **more: Any) -> Problem:
    facts = {"led_by": people.leader.main_post, "held_on": date(2026, 6, number), "present": "住建、自然资源",
             "opinions": "可调剂指标", "result": "自然资源局本周内报批"} | more  # fmt: skip
    return handling.consult(problem, by=people.office, **facts, **day(number))


def test_a_consultation_is_written_down_and_its_result_reported_to_the_leader(county, people, project, sign_in):
    problem = raised(project, people)
    client = sign_in(people.office)
    consulted(problem, people)
    row = Consultation.objects.get()
    assert (row.level, row.report_due, row.led_by) == (0, date(2026, 6, 17), people.leader.main_post)
    assert due_of(county, people.approver, "2026-06-11 09:00")["problem_report"].due_at == at("2026-06-17 18:00")
    page = client.get(f"/dispatch/problems/{problem.pk}/").text
    assert "自然资源局本周内报批" in page
    assert "可调剂指标" in page
    problem.refresh_from_db()
    handling.report_up(problem, text="已组卷上报", by=people.approver, **day(12))
    row.refresh_from_db()
    assert (row.reported_on, row.report) == (date(2026, 6, 12), "已组卷上报")
    assert told(people.leader, "problem_reported") == 1
    assert "problem_report" not in due_of(county, people.approver, "2026-06-12 10:00")
    with pytest.raises(NotAllowed):
        handling.report_up(problem, text="再报", by=people.approver, **day(12))


def test_the_result_of_the_problem_is_the_report_too(people, project) -> None:
    problem = consulted(raised(project, people), people)
    problems.answer(problem, result="批了", by=people.approver, **day(12))
    assert Consultation.objects.get().report == "批了"
    assert told(people.leader, "problem_reported") == 1


def test_a_report_that_is_late_is_told_once(people, project) -> None:
    problem = consulted(raised(project, people), people)
    for moment in ("2026-06-17 09:00", "2026-06-18 07:00", "2026-06-18 12:00", "2026-06-22 08:00"):
        tick(at(moment))
        late = 0 if moment.startswith("2026-06-17") else 1
        assert told(people.approver, "problem_report_late") == told(people.leader, "problem_report_late") == late
    assert kinds(problem).count("late") == 1


@pytest.mark.parametrize(("since", "due"), [("decision", date(2026, 6, 17)), ("placed", date(2026, 6, 15))])
def test_from_when_the_days_of_the_report_count(monkeypatch, rules, people, project, since, due) -> None:
    by_office(monkeypatch, rules, report_from=since)
    assert consulted(raised(project, people), people).report_due == due


# the road, the same together ------------------------------------------------------------


def test_the_road_says_where_it_lay_and_how_many_working_days(monkeypatch, rules, people, county, project) -> None:
    by_office(monkeypatch, rules, place="office")
    problem = raised(project, people)
    handling.place(problem, owner_unit=problem.owner_unit, by=people.office, **day(9))
    problem.refresh_from_db()
    handling.let_wait(problem, until=date(2026, 6, 12), reason="等", by=people.office, **day(10))
    handling.hand_up(Problem.objects.get(), reason="定不了", by=people.approver, **day(16))
    answered = problems.answer(Problem.objects.get(), result="好", by=people.approver, **day(18))
    problems.close(answered, by=people.officer, **day(22))
    found = road.road(Problem.objects.get(), rules_of(county), at("2026-06-30 09:00"), {})
    label = [str(one.label) for one in rules[ProblemRules].ladder]
    assert [(one.level, one.state, one.workdays) for one in found] == [
        (label[0], "待研判", 1), (label[0], "在办", 1), (label[0], "挂起", 2), (label[0], "在办", 2),
        (label[1], "在办", 2), (label[1], "已报结果", 1),
    ]  # fmt: skip
    assert [one.until for one in found] == [date(2026, 6, n) for n in (9, 10, 12, 16, 18, 22)]
    assert road.in_words(found) == f"{label[0]}6个工作日 → {label[1]}3个工作日"


def test_the_roads_of_many_take_as_many_queries_as_of_one(county, people, project, django_assert_num_queries) -> None:
    rows = [raised(project, people, title=f"第{n}件") for n in range(5)]
    rules = rules_of(county)
    for some in (rows[:1], rows):
        with django_assert_num_queries(2):
            road.roads(some, rules, at("2026-06-12 09:00"), {})


def test_the_same_problem_in_many_projects_is_seen_as_one(county, people, rules, sign_in) -> None:
    made = [
        raised(make_project(county, name=f"项目{n}", lead_unit=unit), people, title="用地", category=category)
        for n, (unit, category) in enumerate(
            [("xicheng", "land"), ("xicheng", "land"), ("xicheng", "land"), ("dongguan", "land"), ("xicheng", "money")]
        )
    ]
    handling.merge(made[2], into=made[1], by=people.office, **day(9))
    found = groups(Problem.objects.all(), rules[ProblemRules], date(2026, 6, 9))
    assert [(one.category, one.place.code, one.projects, one.problems) for one in found] == [("land", "xicheng", 2, 2)]
    client = sign_in(people.office)
    assert "category=land&amp;place=xicheng" in client.get("/dispatch/problems/together/").text
    listed = client.get("/dispatch/problems/list/?category=land&place=xicheng").text
    assert "项目0" in listed
    assert "项目3" not in listed


def test_the_top_of_the_ladder_is_a_view_of_the_list(people, project, sign_in) -> None:
    low, high = raised(project, people, title="低"), raised(project, people, title="高处")
    Problem.objects.filter(pk=high.pk).update(level=2)
    page = sign_in(people.office).get("/dispatch/problems/list/?top=yes").text
    assert high.title in page
    assert low.title not in page.replace("最低", "")


# handed back down, a merge taken back -------------------------------------------------------------------------------


def test_a_level_hands_back_down_what_a_lower_one_can_solve(project, people, rules) -> None:
    problem = raised(project, people)
    handling.hand_up(problem, reason="定不了", by=people.office, **day(9))
    with pytest.raises(NotAllowed):
        handling.hand_down(problem, level=0, reason="能办", by=people.officer, **day(10))
    for wrong in ({"level": 1}, {"level": 5}, {"level": -1}, {"reason": " "}):
        with pytest.raises(Wrong):
            handling.hand_down(problem, **({"level": 0, "reason": "能办", "by": people.office} | day(10) | wrong))
    back = handling.hand_down(problem, level=0, reason="属部门职责", by=people.office, **day(10))
    assert (back.level, back.due_on) == (0, date(2026, 6, 17))  # the days begin anew
    assert told(people.finance, "problem_handed_down") == 1
    assert kinds(problem)[-1] == "handed_dwn"
    assert not permissions.can_hand_down(people.office, back)


def test_what_was_handed_back_down_can_climb_again(project, people, rules) -> None:
    problem = raised(project, people)
    assert problems.escalate(problem, now=at("2026-06-16 09:00")) == 1
    problem.refresh_from_db()
    handling.hand_down(problem, level=0, reason="属部门职责", by=people.office, **day(16, 10))
    problem.refresh_from_db()
    assert problems.escalate(problem, now=at("2026-06-25 09:00")) == 1
    problem.refresh_from_db()
    assert problem.level == 1
    assert problems.escalate(problem, now=at("2026-06-25 09:00")) == 0


def test_a_merge_taken_back_gives_each_its_own_doubles_again(project, people) -> None:
    first, second, third = (raised(project, people, title=title) for title in ("用地", "同用地", "又是用地"))
    handling.merge(third, into=second, by=people.office, **day(9))
    merged = handling.merge(second, into=first, by=people.office, **day(10))
    third.refresh_from_db()
    assert third.merged_into == first
    with pytest.raises(NotAllowed):
        handling.unmerge(merged, by=people.officer, now=at("2026-06-10 10:00"))
    back = handling.unmerge(merged, by=people.office, now=at("2026-06-10 10:00"))
    third.refresh_from_db()
    assert (back.status, back.merged_into, back.closed_on, third.merged_into) == ("open", None, None, second)
    assert kinds(first)[-1] == "noted"
    with pytest.raises(Refused):
        handling.unmerge(first, by=people.office, now=at("2026-06-10 11:00"))


def test_both_lock_before_they_read(project, people, rules) -> None:
    problem, double = raised(project, people), raised(project, people, title="同一件")
    handling.hand_up(problem, reason="定不了", by=people.office, **day(9))
    merged = handling.merge(double, into=problem, by=people.office, **day(9))
    for act in (
        lambda: handling.hand_down(problem, level=0, reason="能办", by=people.office, **day(9)),
        lambda: handling.unmerge(merged, by=people.office, now=at("2026-06-09 10:00")),
    ):
        with statements() as log:
            act()
        assert not log.read_before_lock(Problem)
