"""Supervision sees the whole county and writes what it saw; the unit answers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.http import QueryDict

from core.due import due_items
from core.lists.listing import Listing
from core.refusals import NotAllowed, Wrong
from dispatch.models import Problem
from dispatch.problems import services as problems
from projects.models import Project, SupervisionNote
from projects.page import pages as page
from projects.supervision.lists import NOTES, STATES
from projects.supervision.services import answer_supervision, note_supervision
from tests.support.factories import NOW, make_project

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 8)
BY = date(2026, 6, 20)


@pytest.fixture
def project(county, people) -> Project:
    return make_project(county)


def note(project: Project, by: Any, **more: Any) -> SupervisionNote:
    told: dict[str, Any] = {"text": "现场无人施工", "on": ON, "now": NOW} | more
    return note_supervision(project, by=by, **told)


def test_supervision_sees_every_project_and_problem(county, people, project) -> None:
    make_project(county, lead_unit="dongguan")
    problems.raise_problem(project, title="用地", by=people.officer, on=ON, now=NOW)
    assert Project.objects.visible_to(people.supervision).count() == 2
    assert Problem.objects.visible_to(people.supervision).count() == 1


def test_only_supervision_writes_and_only_the_unit_answers(people, project) -> None:
    everybody = people.all().items()
    for name, person in everybody:
        if name != "supervision":
            with pytest.raises(NotAllowed):
                note(project, person)
    made = note(project, people.supervision)
    for name, person in everybody:
        if name not in ("officer", "unit_head"):
            with pytest.raises(NotAllowed):
                answer_supervision(made, text="已整改", by=person, now=NOW)
    answered = answer_supervision(made, text="已整改", by=people.unit_head, now=NOW)
    assert (answered.answer, answered.answered_by) == ("已整改", people.unit_head)
    with pytest.raises(NotAllowed):
        answer_supervision(made, text="再答", by=people.officer, now=NOW)


@pytest.mark.parametrize(
    "more",
    [{"text": " "}, {"on": NOW.date() + timedelta(days=1)}, {"answer_by": NOW.date() - timedelta(days=1)}],
)
def test_what_a_note_cannot_say(people, project, more) -> None:
    with pytest.raises(Wrong):
        note(project, people.supervision, **more)
    assert not SupervisionNote.objects.exists()


def test_an_empty_answer_is_none(people, project) -> None:
    with pytest.raises(Wrong):
        answer_supervision(note(project, people.supervision), text=" ", by=people.officer, now=NOW)


@pytest.mark.parametrize("wanted", [BY, None])
def test_an_answer_that_is_wanted_is_due_to_the_unit(county, people, project, wanted) -> None:
    made = note(project, people.supervision, answer_by=wanted)

    def due() -> set[str]:
        items = {name: due_items(county, NOW, person=person) for name, person in people.all().items()}
        return {name for name, found in items.items() if f"supervision:{made.pk}" in {item.key for item in found}}

    assert due() == ({"officer", "unit_head"} if wanted else set())
    Project.objects.filter(pk=project.pk).update(state="withdrawn", state_reason="投资方退出")
    assert due() == set()
    Project.objects.filter(pk=project.pk).update(state="active", state_reason="")
    answer_supervision(made, text="已复工", by=people.officer, now=NOW)
    assert due() == set()


@pytest.mark.parametrize(
    ("state", "found"), [("waiting", ["今天"]), ("late", ["昨天"]), ("answered", ["已答"]), ("none", ["只看"])]
)
def test_each_state_of_the_list_has_its_notes_and_says_so(people, project, state, found) -> None:
    today = NOW.date()
    for text, wanted in (("今天", today), ("昨天", today), ("已答", today), ("只看", None)):
        made = note(project, people.supervision, text=text, answer_by=wanted)
        if text == "昨天":
            SupervisionNote.objects.filter(pk=made.pk).update(answer_by=today - timedelta(days=1))
        if text == "已答":
            answer_supervision(made, text="已复工", by=people.officer, now=NOW)
    listing = Listing(NOTES, people.office, QueryDict(f"state={state}&col=text&col=state"), now=NOW)
    shown = [(row["text"], NOTES.by_key["state"].value(row, listing.look(None))) for row in listing.rows()]
    assert shown == [(text, str(STATES[state])) for text in found]


def test_notes_and_answers_stand_in_the_history(people, project) -> None:
    note(project, people.supervision, text="只看")
    made = note(project, people.supervision, answer_by=BY, now=NOW + timedelta(minutes=1))
    answer_supervision(made, text="已复工", by=people.officer, now=NOW + timedelta(minutes=2))
    who = people.supervision.name
    lines = [(line.text, line.who, line.why, line.on) for line in page.whole_history(project)]
    assert [line for line in lines if "督查" in line[0]] == [
        ("督查记录已答复", people.officer.name, "已复工", None),
        ("督查提出问题，要求 6月20日前答复", who, "现场无人施工", ON),
        ("督查写下记录", who, "只看", ON),
    ]


def test_a_note_and_its_answer_on_the_pages(people, project, sign_in) -> None:
    client = sign_in(people.supervision)
    sent = {"text": "围挡有缺口", "on": "2026-06-08"}
    assert client.post(f"/projects/{project.pk}/supervision/new/", sent)["Location"] == f"/projects/{project.pk}/"
    made = SupervisionNote.objects.get()
    assert "围挡有缺口" in client.get("/projects/supervision/").content.decode()
    assert "围挡有缺口" not in client.get("/projects/supervision/?state=waiting").content.decode()
    client = sign_in(people.officer)
    where = f"/projects/supervision/{made.pk}/answer/"
    assert f'href="{where}"' in client.get(f"/projects/{project.pk}/supervision/").content.decode()
    client.post(where, {"text": "已补齐", "version": made.version})
    assert "已补齐" in sign_in(people.supervision).get("/projects/supervision/").content.decode()
