"""What people type by mistake into the forms of lists, schedules and sponsorship is said beside the form, and nothing
of it is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from projects.models import Listed, Member, Milestone, Project, Roster, Visit
from projects.registry.models import Sponsor
from projects.rosters.services import make_roster
from projects.sponsorship.models import Part
from projects.sponsorship.services import appoint
from tests.support.factories import NOW, make_project, make_schedule
from tests.support.shown import shown

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P03", "P06", "P07")]
LONG, OLD, AHEAD = "长" * 301, "1999-12-31", "2126-01-01"


class World:
    def __init__(self, county: Any, people: Any) -> None:
        self.project: Project = make_project(county, name="粮库", stage="prework", sponsor="县领导01")
        self.milestone = make_schedule(self.project, people.office)
        self.roster = make_roster(county, year=2026, name="重点项目", by=people.office, now=NOW)
        told: dict[str, Any] = {"by": people.office, "now": NOW, "on": date(2026, 6, 1)}
        post = people.officer.current_posts[0]
        self.member = appoint(self.project, part=Part.SECRETARY, post=post, **told)
        self.leader = people.leader.current_posts[0].pk

    def kept(self) -> list[Any]:
        return [
            list(one.objects.order_by("pk").values()) for one in (Roster, Listed, Milestone, Member, Visit, Sponsor)
        ]


def p(path: str) -> Callable[[World], str]:
    return lambda world: f"/projects/{world.project.pk}/{path}"


def visit(**typed: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"post": world.leader, "kind": "office", "on": "2026-06-09"} | typed


def days(world: World, **typed: Any) -> dict[str, Any]:
    """The table of days with something else at the milestone that no paper ends."""
    rows = Milestone.objects.filter(project=world.project)
    sent = {f"planned_{row.pk}": f"{row.planned_on}" for row in rows}
    return sent | {f"{name}_{world.milestone.pk}": value for name, value in typed.items()}


CASES: list[tuple[str, Callable[[World], str], Any]] = [
    ("a list without a name", lambda w: "/projects/lists/new/", {"name": " ", "keeps": "hand"}),
    ("a list's name of 301 characters", lambda w: "/projects/lists/new/", {"name": LONG, "keeps": "hand"}),
    ("a list's note of 301 characters", lambda w: "/projects/lists/new/",
     {"name": "甲", "keeps": "hand", "note": LONG}),
    ("a list called as another", lambda w: "/projects/lists/new/", {"name": "重点项目", "keeps": "hand"}),
    ("a rule of an amount", lambda w: "/projects/lists/new/", {"name": "甲", "keeps": "rule", "rule": "size=1.2亿"}),
    ("a rule that nothing keeps", lambda w: "/projects/lists/new/",
     {"name": "甲", "keeps": "rule", "rule": "sponsor=1"}),
    ("a list closed without a reason", lambda w: f"/projects/lists/{w.roster.pk}/close/", {"reason": " "}),
    ("a schedule to a day before 2000", p("schedule/new/"), {"target": OLD, "template": "start", "reason": "改"}),
    ("a schedule a hundred years ahead", p("schedule/new/"), {"target": AHEAD, "template": "start", "reason": "改"}),
    ("a schedule to an amount", p("schedule/new/"), {"target": "1.2亿", "template": "start", "reason": "改"}),
    ("a schedule by no template", p("schedule/new/"), {"target": "2027-06-30", "template": "环", "reason": "改"}),
    ("a milestone of 301 characters", p("schedule/add/"), {"label": LONG, "planned_on": "2027-06-30"}),
    ("a milestone before 2000", p("schedule/add/"), {"label": "图审", "planned_on": OLD}),
    ("a milestone on an amount", p("schedule/add/"), {"label": "图审", "planned_on": "1.2亿"}),
    ("a milestone in a ring", p("schedule/add/"), lambda w: {
        "label": "图审", "planned_on": "2027-06-30", "after": w.milestone.pk, "until": w.milestone.pk}),
    ("a milestone planned before 2000", p("schedule/"), lambda w: days(w, planned=OLD)),
    ("a milestone reached in time to come", p("schedule/"), lambda w: days(w, done=AHEAD)),
    ("a visit to come", p("sponsorship/visit/"), visit(on=AHEAD)),
    ("a visit before 2000", p("sponsorship/visit/"), visit(on=OLD)),
    ("a visit on an amount", p("sponsorship/visit/"), visit(on="1.2亿")),
    ("a visit at a place of 301 characters", p("sponsorship/visit/"), visit(place=LONG)),
    ("a visit of nobody", p("sponsorship/visit/"), visit(post="0")),
    ("a study that settled nothing", p("sponsorship/visit/"), visit(kind="study", settled="　")),
    ("somebody without post and title", p("sponsorship/team/"), {"part": "builder", "on": "2026-06-09"}),
    ("somebody before the one before came", p("sponsorship/team/"),
     {"part": "secretary", "title": "项目经理", "on": "2026-05-31"}),
    ("a title of 301 characters", p("sponsorship/team/"), {"part": "builder", "title": LONG, "on": "2026-06-09"}),
    ("an end before the start", lambda w: f"/projects/sponsorship/members/{w.member.pk}/end/",
     {"on": "2026-05-31", "reason": "离任"}),
    ("an end without a reason", lambda w: f"/projects/sponsorship/members/{w.member.pk}/end/", {"on": "2026-06-30"}),
]  # fmt: skip


@pytest.mark.parametrize(("where", "typed"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_it_is_said_and_nothing_is_kept(where: Any, typed: Any, county: Any, people: Any, sign_in: Any) -> None:
    world = World(county, people)
    client, address = sign_in(people.office), where(world)
    sent = shown(client, address) | (typed(world) if callable(typed) else typed)
    before = world.kept()
    answer = client.post(address, sent)
    assert answer.status_code == 422
    assert world.kept() == before
