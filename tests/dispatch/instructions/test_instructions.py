"""A leader asks on a project, a red light or a problem; the unit answers; the leader accepts or asks again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.due import due_items
from core.refusals import NotAllowed, Refused, Stale, Wrong
from dispatch.instructions import pages
from dispatch.instructions import services as instructions
from dispatch.models import Instruction, Problem
from dispatch.problems import services as problems
from organization.people.models import Post
from organization.profiles.models import CountyProfile
from organization.units.models import Unit
from outbox.models import Notice
from projects.models import Project, Sponsor
from projects.page import pages as project_page
from tests.support.factories import NOW, WAN, make_project, unit_of

pytestmark = pytest.mark.django_db
TODAY = NOW.date()  # Wednesday, 10 June 2026


@pytest.fixture
def project(county, people) -> Project:
    """Red: a plan, and nothing done by the end of May."""
    return make_project(county, plan=10_000 * WAN, stage="started", name="粮库")


@pytest.fixture
def problem(project, people) -> Problem:
    """Owned by another unit than the one that leads the project."""
    owner = unit_of(project.county, "zhujian")
    return problems.raise_problem(project, title="道路", owner_unit=owner, by=people.officer, on=TODAY, now=NOW)


def ask(about: Any, by: Any, **more: Any) -> Instruction:
    return instructions.instruct(about, **({"text": "为何落后", "by": by, "on": TODAY, "now": NOW} | more))


def rules(county: Unit, **keys: Any) -> None:
    CountyProfile.objects.update_or_create(
        county=county, defaults={"key": "test", "data": {"instructions": keys}, "digest": str(keys), "loaded_at": NOW}
    )


def due(county: Unit, people: Any, kind: str, now: Any = NOW) -> set[str]:
    """Who has an item of *kind* to do."""
    found = {name: due_items(county, now, person=person) for name, person in people.all().items()}
    return {name for name, items in found.items() if kind in {item.kind for item in items}}


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("person__username", flat=True))


@pytest.mark.parametrize("name", ["leader", "other_leader", "office", "office_head"])
def test_leaders_ask_and_the_office_for_them(people, project, name) -> None:
    post = people.leader.current_posts[0]
    made = ask(project, getattr(people, name), post=post if "office" in name else None)
    assert made.by_office is ("office" in name)
    assert made.title == ("县领导01过问（办公室录入）" if "office" in name else f"{made.post.title}过问")


def test_nobody_else_asks(people, project) -> None:
    for name, person in people.all().items():
        if name not in ("leader", "other_leader", "office", "office_head"):
            with pytest.raises(NotAllowed):
                ask(project, person)
    with pytest.raises(NotAllowed):  # in the name of another leader
        ask(project, people.leader, post=people.other_leader.current_posts[0])
    assert not Instruction.objects.exists()


def test_where_the_county_says_so_only_who_answers_for_the_project_asks(people, project) -> None:
    rules(project.county, by="answering")
    Sponsor.objects.create(project=project, post=people.leader.current_posts[0])
    ask(project, people.leader)
    ask(project, people.office, post=people.other_leader.current_posts[0])
    with pytest.raises(NotAllowed):
        ask(project, people.other_leader)
    rules(project.county, enabled=False)
    with pytest.raises(NotAllowed):
        ask(project, people.leader)


@pytest.mark.parametrize(
    "more",
    [
        {"text": "  "},
        {"text": "问" * 301},
        {"workdays": 0},
        {"workdays": 61},
        {"on": TODAY + timedelta(days=1)},
        {"on": TODAY - timedelta(days=1)},  # one's own is written today
        {"light": "slow"},
    ],
)
def test_what_an_instruction_cannot_say(people, project, more) -> None:
    with pytest.raises((Wrong, Stale)):
        ask(project, people.leader, **more)
    assert not Instruction.objects.exists()


def test_the_office_enters_what_was_given_earlier_for_a_leader_it_names(people, project) -> None:
    with pytest.raises(Wrong):
        ask(project, people.office)
    with pytest.raises(Wrong):
        ask(project, people.office, post=people.officer.current_posts[0])
    made = ask(project, people.office, post=people.leader.current_posts[0], on=date(2026, 6, 8))
    assert (made.on, made.asked_on, made.due_on) == (date(2026, 6, 8), TODAY, date(2026, 6, 15))


def test_a_given_up_project_is_not_asked_about(people, project) -> None:
    made = ask(project, people.leader)
    Project.objects.filter(pk=project.pk).update(state="withdrawn", state_reason="投资方退出")
    with pytest.raises(NotAllowed):
        ask(project, people.leader)
    assert not due(project.county, people, "instruction_answer")
    assert not Instruction.objects.filter(pk=made.pk).owed().exists()


def test_a_red_light_is_kept_by_its_code_and_as_it_was_that_day(people, project) -> None:
    made = ask(project, people.leader, light="behind")
    assert made.light == "behind"
    assert made.light_words.startswith("滞后：")
    project.plans.update(investment=0)
    made.refresh_from_db()
    assert made.light_words.startswith("滞后：")


def test_the_database_wants_one_thing_that_it_is_on_and_lights_of_projects_only(people, project, problem) -> None:
    made = ask(problem, people.leader)
    for broken in ({"project": project}, {"problem": None}, {"light": "behind"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Instruction.objects.filter(pk=made.pk).update(**broken)


@pytest.mark.parametrize(
    ("on", "answers"),
    [("project", {"officer", "unit_head"}), ("problem", {"finance", "approver"})],
)
def test_it_is_due_to_the_unit_that_leads_the_project_or_owns_the_problem(
    people, project, problem, on, answers
) -> None:
    made = ask({"project": project, "problem": problem}[on], people.leader)
    assert due(project.county, people, "instruction_answer") == answers
    assert told("instruction_given") == answers
    for name, person in people.all().items():
        if name not in answers:
            with pytest.raises(NotAllowed):
                instructions.answer_instruction(made, text="已增派", by=person, now=NOW)
    instructions.answer_instruction(made, text="已增派", by=getattr(people, min(answers)), now=NOW)
    assert not due(project.county, people, "instruction_answer")
    assert due(project.county, people, "instruction_settle") == {"leader"}
    assert told("instruction_answered") == {"leader"}


def test_the_answer_is_accepted_or_asked_on_by_the_leader_alone(people, project) -> None:
    made = ask(project, people.leader)
    with pytest.raises(NotAllowed):  # nothing to accept yet
        instructions.accept_answer(made, by=people.leader, now=NOW)
    instructions.answer_instruction(made, text="在办", by=people.officer, now=NOW)
    for name in ("other_leader", "office", "officer"):
        with pytest.raises(NotAllowed):
            instructions.ask_again(made, text="何时", by=getattr(people, name), now=NOW)
    later = NOW + timedelta(days=1)
    again = instructions.ask_again(made, text="何时", by=people.leader, now=later, workdays=1)
    assert (again.status, again.asked_on, again.due_on) == ("open", date(2026, 6, 11), date(2026, 6, 12))
    assert due(project.county, people, "instruction_answer") == {"officer", "unit_head"}
    instructions.answer_instruction(made, text="月底前", by=people.officer, now=later)
    settled = instructions.accept_answer(made, by=people.leader, now=later, text="按此办")
    assert (settled.status, settled.closed_on) == ("accepted", date(2026, 6, 11))
    assert not due(project.county, people, "instruction_settle")


def test_what_the_office_entered_the_office_settles_too(people, project) -> None:
    made = ask(project, people.office, post=people.leader.current_posts[0])
    instructions.answer_instruction(made, text="在办", by=people.officer, now=NOW)
    assert due(project.county, people, "instruction_settle") == {"leader", "office", "office_head"}
    assert instructions.accept_answer(made, by=people.office_head, now=NOW).status == "accepted"


def test_it_is_taken_back_only_until_somebody_has_answered(people, project) -> None:
    gone, kept = ask(project, people.leader), ask(project, people.leader, text="何时")
    with pytest.raises(NotAllowed):
        instructions.withdraw_instruction(gone, by=people.other_leader, now=NOW)
    assert instructions.withdraw_instruction(gone, by=people.leader, now=NOW).status == "withdrawn"
    instructions.answer_instruction(kept, text="在办", by=people.officer, now=NOW)
    instructions.ask_again(kept, text="何时", by=people.leader, now=NOW)
    with pytest.raises(NotAllowed):
        instructions.withdraw_instruction(kept, by=people.leader, now=NOW)


def test_who_acts_on_an_old_page_is_told(people, project) -> None:
    made = ask(project, people.leader)
    seen = made.version
    instructions.answer_instruction(made, text="在办", by=people.unit_head, now=NOW, version=seen)
    with pytest.raises(Refused, match="刚有人"):
        instructions.answer_instruction(made, text="在办", by=people.officer, now=NOW, version=seen)


def test_heads_are_told_once_when_a_day_has_passed_without_an_answer(people, project) -> None:
    made = ask(project, people.leader, workdays=1)  # due on Thursday
    friday, county = NOW + timedelta(days=2), project.county
    assert instructions.remind_late(county, now=NOW + timedelta(days=1), days={}) == 0
    assert [instructions.remind_late(county, now=friday, days={}) for _n in range(2)] == [1, 0]
    assert told("instruction_late") == {"unit_head"}
    assert [step.kind for step in made.steps.all()] == ["given", "late"]
    instructions.answer_instruction(made, text="在办", by=people.officer, now=friday)
    instructions.ask_again(made, text="何时", by=people.leader, now=friday, workdays=1)
    assert instructions.remind_late(county, now=friday + timedelta(days=5), days={}) == 1
    assert Notice.objects.filter(kind="instruction_late").count() == 2


def test_who_leads_the_project_now_answers(people, project) -> None:
    made = ask(project, people.leader)
    Project.objects.filter(pk=project.pk).update(lead_unit=unit_of(project.county, "dongguan"))
    assert due(project.county, people, "instruction_answer") == {"other_officer"}
    assert Instruction.objects.get(pk=made.pk).unit.code == "dongguan"


def test_who_has_the_leaders_post_now_finds_what_stands(people, project) -> None:
    made = ask(project, people.leader)
    instructions.answer_instruction(made, text="在办", by=people.officer, now=NOW)
    Post.objects.filter(holder=people.leader).update(holder=people.reader)
    vars(people.leader).pop("current_posts", None)
    vars(people.reader).pop("current_posts", None)
    assert due(project.county, people, "instruction_settle") == {"reader"}


def test_what_stands_of_a_post_that_goes_is_that_of_the_other(people, project) -> None:
    stands, settled = ask(project, people.leader), ask(project, people.leader)
    instructions.withdraw_instruction(settled, by=people.leader, now=NOW)
    one, other = people.leader.current_posts[0], people.other_leader.current_posts[0]
    assert instructions.hand_on(one, other, by=people.admin, now=NOW, reason="分工调整") == 1
    assert set(Instruction.objects.values_list("pk", "post")) == {(stands.pk, other.pk), (settled.pk, one.pk)}
    assert instructions.hand_on(one, other, by=people.admin, now=NOW, reason="分工调整") == 0


def test_who_owes_an_answer_since_when_is_asked_for_many_projects_at_once(
    people, project, problem, django_assert_num_queries
) -> None:
    county = project.county
    first = ask(problem, people.leader, workdays=1)
    ask(project, people.leader, now=NOW + timedelta(days=1), on=TODAY + timedelta(days=1))
    quiet = make_project(county)
    with django_assert_num_queries(1):
        found = pages.owed(county, [project.pk, quiet.pk], TODAY + timedelta(days=5))
    (pk, owes), *none = found.items()
    assert not none
    assert (pk, owes.unit.code, owes.since, owes.due_on, owes.late) == (
        project.pk, "zhujian", TODAY, date(2026, 6, 11), True,
    )  # fmt: skip
    assert owes.instruction == first


def test_each_turn_stands_in_the_history_of_the_project(people, project) -> None:
    made = ask(project, people.office, post=people.leader.current_posts[0], light="behind")
    step = timedelta(minutes=1)
    instructions.answer_instruction(made, text="缺资金", by=people.officer, now=NOW + step)
    instructions.ask_again(made, text="差多少", by=people.office, now=NOW + 2 * step)
    instructions.answer_instruction(made, text="三百万", by=people.officer, now=NOW + 3 * step)
    instructions.accept_answer(made, by=people.office, now=NOW + 4 * step)
    lines = [(line.text, line.who, line.why) for line in project_page.whole_history(project)]
    what, officer, office = "县领导01过问（办公室录入）", people.officer.name, people.office.name
    found = [line for line in lines if what in line[0]]
    assert found[:4] == [
        (f"{what}：办结", office, ""),
        (f"{what}：单位答复", officer, "三百万"),
        (f"{what}：再次过问，6月15日前答复", office, "差多少"),
        (f"{what}：单位答复", officer, "缺资金"),
    ]
    assert found[4][0].startswith(f"{what}，针对“滞后：")
    assert found[4][0].endswith("”，6月15日前答复")


def test_others_of_the_county_see_what_is_on_their_own_projects(people, project, problem) -> None:
    ask(project, people.leader)
    ask(problem, people.leader)
    seen = {name: Instruction.objects.visible_to(person).count() for name, person in people.all().items()}
    whole = ("office", "office_head", "leader", "other_leader", "statistics", "supervision", "finance", "approver",
             "reader", "officer", "unit_head")  # fmt: skip
    assert {name for name, n in seen.items() if n == 2} == set(whole)
    assert {n for name, n in seen.items() if name not in whole} == {0}
