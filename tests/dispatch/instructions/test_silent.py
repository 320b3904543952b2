"""A red project of which nobody has said why is itself a thing to do: the rule, and the query that asks the same."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from core.days.periods import Period
from core.due import due_items
from dispatch.instructions import services as instructions
from dispatch.instructions.pages import silent_units
from dispatch.instructions.silent import is_silent, silent
from dispatch.models import Instruction, Problem
from dispatch.problems import services as problems
from projects.models import MonthlyReport, Project
from tests.dispatch.instructions.test_instructions import rules
from tests.support.factories import NOW, WAN, make_project, make_report
from tests.support.months import finish_month

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
MAY = Period.month(2026, 5)
PROBLEMS = ("none", "open", "closed")
WORDS: tuple[dict[str, str], ...] = ({}, {"explanation": "雨季停工"}, {"problem": "缺资金"})
ASKED = ("none", "project", "problem", "settled")


def make(county: Any, people: Any, works: int, on_file: str, words: dict[str, str], asked: str, n: int) -> Project:
    project = make_project(county, name=f"工程{n}", plan=10_000 * WAN, stage="started")
    make_report(project, "2026-04", works=works * WAN, explanation="四月的话不算")
    make_report(project, "2026-05", works=0, **words)
    problem = problems.raise_problem(project, title="用地", by=people.officer, on=TODAY, now=NOW)
    if asked != "none":
        about = problem if asked == "problem" else project
        made = instructions.instruct(about, text="为何", by=people.leader, on=TODAY, now=NOW)
        if asked == "settled":
            instructions.withdraw_instruction(made, by=people.leader, now=NOW)
    if on_file == "closed":
        Problem.objects.filter(pk=problem.pk).update(status="closed", closed_on=TODAY)
    elif on_file == "none" and asked != "problem":
        problem.delete()
    elif on_file == "none":
        Problem.objects.filter(pk=problem.pk).update(status="closed", closed_on=TODAY)
    return project


def test_the_query_asks_what_the_rule_says(county, people) -> None:
    cases = [*product((0,), PROBLEMS, WORDS, ASKED), (9_000, "none", {}, "none")]
    wanted, names = set(), {}
    for n, (works, on_file, words, asked) in enumerate(cases):
        project = make(county, people, works, on_file, words, asked, n)
        names[project.pk] = n
        said = words.get("explanation", "") + words.get("problem", "")
        light = "on_pace" if works else "behind"
        if is_silent(light, open_problem=on_file == "open", said=said, asked=asked in ("project", "problem")):
            wanted.add(n)
    finish_month(county, "2026-05")
    assert {names[row.project_id] for row in silent(county, MAY)} == wanted
    assert len(wanted) == 4  # red, without a word: no problem or a closed one, never asked or settled


def test_it_is_due_to_those_who_fill_in_for_the_unit_and_counted_on_the_offices_home(county, people) -> None:
    project = make_project(county, name="粮库", plan=10_000 * WAN, stage="started")
    make_project(county, lead_unit="dongguan", name="别的", plan=10_000 * WAN, stage="started")

    def owing() -> set[str]:
        key = f"red_silent:{project.pk}"
        found = {name: due_items(county, NOW, person=person) for name, person in people.all().items()}
        return {name for name, items in found.items() if key in {item.key for item in items}}

    assert owing() == {"officer", "unit_head"}
    assert {one.unit.code: one.names for one in silent_units(county, TODAY)} == {
        "xicheng": ["粮库"], "dongguan": ["别的"],
    }  # fmt: skip
    problems.raise_problem(project, title="用地", by=people.officer, on=TODAY, now=NOW)
    assert owing() == set()
    assert [one.unit.code for one in silent_units(county, TODAY)] == ["dongguan"]


def test_a_county_can_do_without(county, people) -> None:
    make_project(county, plan=10_000 * WAN, stage="started")
    rules(county, silent_red=False)
    assert not [item for item in due_items(county, NOW) if item.kind == "red_silent"]
    assert silent_units(county, TODAY) == []


def test_it_is_one_query_however_many_there_are(county, people, django_assert_num_queries) -> None:
    for n in range(5):
        make_project(county, name=f"工程{n}", plan=10_000 * WAN, stage="started")
    with django_assert_num_queries(2):  # the county's rules, and the rows
        assert len(list(silent(county, MAY))) == 5
    assert not Instruction.objects.exists()
    assert not MonthlyReport.objects.exists()
