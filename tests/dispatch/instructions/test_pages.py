"""A leader writes beside a red light, the unit answers on its page, both see it until it is settled."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from dispatch.instructions import services as instructions
from dispatch.models import Instruction
from dispatch.problems import services as problems
from projects.models import Project
from tests.dispatch.instructions.test_instructions import rules
from tests.support.factories import NOW, WAN, make_project

pytestmark = pytest.mark.django_db
BUTTON = "/instructions/new/?light=behind"


@pytest.fixture(autouse=True)
def june():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def project(county, people) -> Project:
    return make_project(county, plan=10_000 * WAN, stage="started", name="粮库", sponsor="县领导01")


def read(client: Any, where: str) -> str:
    return client.get(where).content.decode()


@pytest.mark.parametrize(
    ("name", "shown"), [("leader", True), ("office", True), ("officer", False), ("statistics", False)]
)
def test_only_leaders_and_the_office_have_the_button_beside_the_light(people, project, sign_in, name, shown) -> None:
    problem = problems.raise_problem(project, title="用地", by=people.officer, on=NOW.date(), now=NOW)
    client = sign_in(getattr(people, name))
    assert (BUTTON in read(client, f"/projects/{project.pk}/")) is shown
    assert (BUTTON in read(client, f"/projects/{project.pk}/?period=2026-04")) is False  # of a past month
    asks = f"/dispatch/instructions/problem/{problem.pk}/new/"
    assert (asks in read(client, f"/dispatch/problems/{problem.pk}/")) is shown


def test_where_a_county_keeps_none_nothing_of_it_is_shown(people, project, sign_in) -> None:
    rules(project.county, enabled=False)
    client = sign_in(people.leader)
    for where in ("/", f"/projects/{project.pk}/"):
        assert "/instructions/" not in read(client, where)
    assert client.get("/dispatch/instructions/").status_code == 403


def test_a_leader_writes_beside_the_light_and_what_is_wrong_is_said_there(people, project, sign_in) -> None:
    client = sign_in(people.leader)
    assert BUTTON in read(client, "/")  # the red rows of the first page
    where = f"/dispatch/projects/{project.pk}/instructions/new/"
    chosen = client.get(f"{where}?light=behind").context["form"]["light"].value()
    assert (chosen, client.get(where).context["form"]["light"].value()) == ("behind", "")
    sent = {"kind": "inquiry", "light": "behind", "text": "为何落后", "workdays": "0"}
    refused = client.post(where, sent)
    assert refused.status_code == 422
    assert "工作日数填 1 到 60" in refused.content.decode()
    assert "为何落后" in refused.content.decode()
    assert client.post(where, sent | {"workdays": "2"})["Location"] == f"/projects/{project.pk}/"
    made = Instruction.objects.get()
    assert (made.light, made.by_office, str(made.due_on)) == ("behind", False, "2026-06-12")
    assert "您的 1 条过问批示待答复" in read(client, "/")


def test_the_office_enters_it_for_a_leader_with_the_day(people, project, sign_in) -> None:
    client = sign_in(people.office)
    where, post = f"/dispatch/projects/{project.pk}/instructions/new/", people.leader.current_posts[0]
    sent = {"kind": "instruction", "text": "限期整改", "workdays": "5", "on": "2026-06-08"}
    assert client.post(where, sent).status_code == 422  # for whom?
    client.post(where, sent | {"post": post.pk})
    made = Instruction.objects.get()
    assert (made.title, str(made.on)) == ("县领导01批示（办公室录入）", "2026-06-08")
    assert "限期整改" in read(client, "/dispatch/instructions/?state=open")
    assert "县领导01批示（办公室录入）" in read(client, f"/dispatch/projects/{project.pk}/instructions/")


def test_the_unit_answers_and_the_leader_settles_it_on_its_page(people, project, sign_in) -> None:
    made = instructions.instruct(project, text="为何落后", by=people.leader, on=NOW.date(), now=NOW)
    where = f"/dispatch/instructions/{made.pk}/"
    client = sign_in(people.officer)
    assert where in read(client, "/")
    assert client.post(f"{where}answer/", {"answer-text": " ", "version": made.version}).status_code == 422
    client.post(f"{where}answer/", {"answer-text": "已增派班组", "version": made.version})
    assert client.post(f"{where}accept/", {"version": 2}).status_code == 403
    client = sign_in(people.leader)
    assert where in read(client, "/")
    stale = client.post(f"{where}again/", {"again-text": "何时追上", "again-workdays": "2", "version": 1})
    assert stale.status_code == 409
    assert "何时追上" in stale.content.decode()
    client.post(f"{where}again/", {"again-text": "何时追上", "again-workdays": "2", "version": 2})
    made.refresh_from_db()
    assert (made.status, str(made.due_on)) == ("open", "2026-06-12")
    instructions.answer_instruction(made, text="月底前", by=people.officer, now=NOW)
    client.post(f"{where}accept/", {"accept-text": "", "version": 4})
    made.refresh_from_db()
    assert made.status == "accepted"
    assert where not in read(client, "/")
    said = read(client, where)
    assert all(words in said for words in ("为何落后", "已增派班组", "何时追上", "月底前"))


def test_the_office_finds_the_red_ones_that_nobody_explained(people, project, sign_in) -> None:
    client = sign_in(people.office)
    assert "1 个项目亮红灯，未报问题也未说明" in read(client, "/")
    assert "粮库" in read(client, "/dispatch/instructions/silent/")
    client = sign_in(people.officer)
    assert f"/dispatch/problems/new/?project={project.pk}" in read(client, "/")
    instructions.instruct(project, text="为何落后", by=people.leader, on=NOW.date(), now=NOW)
    assert "粮库" not in read(client, "/dispatch/instructions/silent/")
