"""What the sentence after an act offers to take back is taken back: the record is as it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import F
from django.forms import model_to_dict

from core.days.periods import Period
from core.models import Done
from core.undo import undos
from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.services import draft_bulletin
from dispatch.models import Round, RoundRow
from dispatch.problems.services import raise_problem
from funding.bids.services import create_bid
from funding.models import Channel
from investment.leads.services import create_lead
from investment.models import Mode
from organization.absences.models import Absence
from organization.changes.models import UnitChange
from organization.handovers.models import PostChange
from organization.people.models import Post, Role
from projects.approvals.models import ApprovalItem
from projects.choices import Stage
from projects.entries import services as entries
from projects.ledger import services as imports
from projects.models import GatheredFile, ReportingMonth, Schedule, Visit
from projects.registry import services as registry
from projects.rosters.services import make_roster
from tests.support.campaigns import make_campaign, make_task
from tests.support.factories import NOW, make_project, make_report, make_schedule, unit_of
from tests.support.rights_world import LEDGER

pytestmark = pytest.mark.django_db
TYPED = {"on": "2026-06-01", "reason": "理由", "version": "1", "unfinished": "会议急用"}

OWN = {
    "report_submitted": {"works": "1", "progress": "主体施工", "do": "submit"},
    "problem_closed": {"close-note": "已通水"},
    "problem_merged": {"merge-reason": "同一件事"},
    "schedule_changed": {"target": "2027-09-30", "template": "whole"},
    "gathered_aside": {"do": "aside"},
    "campaign": {"name": "百日会战", "first_on": "2026-05-01", "last_on": "2026-09-30"},
    "campaign_task": {"drop-reason": "并入另一项"},
    "approval_item_left_out": {"state-state": "not_needed", "state-on": "2026-06-01", "state-reason": "不涉及"},
}


def _closed_round(county: Any) -> Round:
    """A month's round with a line that nobody answered, the month closed."""
    ReportingMonth.objects.create(county=county, month="2026-04", closed_at=NOW)
    project = make_project(county, name="渠", stage=Stage.STARTED)
    made = Round.objects.create(county=county, kind="monthly", period="2026-04", opened_at=NOW, due_at=NOW)
    RoundRow.objects.create(round=made, unit=project.lead_unit, project=project)
    return made


@pytest.fixture
def world(county, people) -> SimpleNamespace:
    about = {"county": county, "by": people.office, "now": NOW, "name": "管网"}
    unit = unit_of(county, "xicheng")
    planned = {"county": county, "kind": "rename", "on": date(2027, 9, 1), "reason": "改称", "planned_at": NOW}
    lead = create_lead(
        **about, investor="某公司", mode=Mode.CHAIN, squad=unit, found_on=date(2026, 1, 1), contact="投资部"
    )
    Post.objects.create(unit=unit, title="管理岗", role=Role.ADMIN, holder=people.office)
    return SimpleNamespace(
        unit=unit,
        project=make_project(county, stage=Stage.STARTED, plan=100),
        month=ReportingMonth.objects.create(county=county, month="2026-05"),
        bid=create_bid(**about, unit=unit, channel=Channel.CENTRAL_BUDGET, year=2026),
        lead=lead,
        post=people.reader.current_posts[0],
        unit_plan=UnitChange.objects.create(**planned, unit=unit_of(county, "dongguan"), new_name="东关镇"),
        post_plan=PostChange.objects.create(**planned, post=people.leader.current_posts[0], new_title="县长"),
        absence=Absence.objects.create(
            post=people.reader.current_posts[0],
            person=people.reader,
            since=date(2099, 1, 5),
            deputy=people.finance.current_posts[0],
            reason="学习",
            recorded_by=people.reader,
            recorded_at=NOW,
        ),
        problem=raise_problem(
            make_project(county, name="桥"),
            title="缺水",
            by=people.office,
            on=date(2026, 6, 1),
            now=NOW,
            owner_unit=unit_of(county, "zhujian"),
        ),
        double=raise_problem(
            make_project(county, name="桥"),
            title="同一件事",
            by=people.office,
            on=date(2026, 6, 1),
            now=NOW,
            owner_unit=unit_of(county, "zhujian"),
        ),
        week=Round.objects.create(county=county, kind="weekly", period="2026-W24", opened_at=NOW, due_at=NOW),
        round=_closed_round(county),
        visit=Visit.objects.create(
            project=make_project(county, name="水厂"),
            post=people.leader.current_posts[0],
            side="leader",
            kind="visit",
            on=date(2026, 6, 1),
            by=people.leader,
            at=NOW,
        ),
        report=make_report(make_project(county, name="堤防"), "2026-05", works=10_000, status="draft"),
        ledger=imports.preview(
            LEDGER, "台账.csv", county=county, options=imports.Options(), by=people.office, now=NOW
        ),
        campaign=(campaign := make_campaign(county, people.office)),
        task=make_task(campaign, people.office, helpers=[unit_of(county, "tongji")]),
        form=GatheredFile.objects.create(county=county, name="西城镇.xlsx", by=people.office, at=NOW),
        roster=make_roster(county, year=2026, name="县重点项目", by=people.office, now=NOW),
        schedule=make_schedule(make_project(county, name="渠首"), people.office).project.schedule,
        item=ApprovalItem.objects.create(
            project=make_project(county, name="泵站"), kind="energy", track="file", needed_from=date(2026, 1, 1)
        ),
        proposal=entries.propose_entry(
            make_project(county, name="管廊", stage=Stage.STARTED, plan=100), by=people.officer, on=NOW.date(), now=NOW
        ),
        bulletin=_drafted(county),  # the last, with what its figures are made of
    )


def _drafted(county: Any) -> Bulletin:
    """A draft that can be sent: what people have to write stands there."""
    bulletin = draft_bulletin(county, "monthly", Period.month(2026, 5), now=NOW, unfinished="会议急用")
    for block in bulletin.content:
        if block["kind"] == "written":
            block["paragraphs"] = [[{"key": "", "text": "加快。"}]]
    bulletin.save()
    return bulletin


# The record, and the address of the act.
ACTS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "schedule_changed": ("schedule", lambda record: f"/projects/{record.project_id}/schedule/new/"),
    "roster_closed": ("roster", lambda record: f"/projects/lists/{record.pk}/close/"),
    "gathered_aside": ("form", lambda record: f"/projects/gathering/{record.pk}/"),
    "report_submitted": ("report", lambda record: f"/projects/{record.project_id}/reports/{record.month}/"),
    "project_suspended": ("project", lambda record: f"/projects/{record.pk}/suspend/"),
    "month_closed": ("month", lambda record: f"/projects/review/{record.month}/close/"),
    "bulletin_submitted": ("bulletin", lambda record: f"/dispatch/bulletins/{record.pk}/submit/"),
    "draft_deleted": ("bulletin", lambda record: f"/dispatch/bulletins/{record.pk}/delete/"),
    "bid_failed": ("bid", lambda record: f"/funding/{record.pk}/fail/"),
    "entry_returned": ("proposal", lambda record: f"/projects/entries/{record.pk}/return/"),
    "approval_item_left_out": ("item", lambda record: f"/projects/approvals/item/{record.pk}/state/"),
    "post_vacated": ("post", lambda record: f"/organization/people/{record.pk}/vacate/"),
    "unit_plan_withdrawn": (
        "unit_plan",
        lambda record: f"/organization/units/planned/{record.pk}/withdraw/",
    ),
    "post_plan_withdrawn": (
        "post_plan",
        lambda record: f"/organization/people/planned/{record.pk}/withdraw/",
    ),
    "visit_withdrawn": ("visit", lambda record: f"/projects/sponsorship/visits/{record.pk}/withdraw/"),
    "absence_ended": ("absence", lambda record: f"/organization/people/away/{record.pk}/end/"),
    "campaign": ("campaign", lambda record: f"/dispatch/campaigns/{record.pk}/change/"),
    "campaign_task": ("task", lambda record: f"/dispatch/campaigns/tasks/{record.pk}/drop/"),
    "problem_closed": ("problem", lambda record: f"/dispatch/problems/{record.pk}/close/"),
    "problem_merged": ("double", lambda record: f"/dispatch/problems/{record.pk}/merge/"),
    "round_closed": ("week", lambda record: f"/dispatch/rounds/{record.pk}/close/"),
    "rows_left_out": ("round", lambda record: f"/dispatch/rounds/{record.pk}/leave-out/"),
    "lead_lost": ("lead", lambda record: f"/investment/{record.pk}/lose/"),
    "ledger_stored": ("ledger", lambda record: f"/projects/import/{record.pk}/store/"),
    "unit_renamed": ("unit", lambda record: f"/organization/units/{record.pk}/rename/"),
}


NOT_COMPARED = ("version", "reason", "at", "sending")  # what was chosen when it was sent stands in the form again


def stands(record: Any) -> dict[str, Any]:
    """What *record* says, without its version and the reason that stays with it."""
    found = model_to_dict(type(record).objects.get(pk=record.pk))
    if isinstance(record, Schedule):
        found["rows"] = list(record.project.milestones.order_by("pk").values("code", "planned_on", "first_on"))
    if isinstance(record, Round):
        found["rows"] = list(record.rows.order_by("pk").values_list("left_out", "left_out_by"))
    return {name: value for name, value in found.items() if name not in NOT_COMPARED}


def looked_at(client: Any, address: str) -> dict[str, str]:
    """What is sent by who has typed a new name and seen what it does."""
    seen = re.findall(r'name="version" value="(\d+)"', client.get(address).content.decode())
    typed = {"on": "2026-06-01", "reason": "理由", "new_name": "新城镇", "version": seen[0]}
    shown = re.findall(r'name="looked" value="(\w+)"', client.post(address, typed).content.decode())
    return typed | {"looked": shown[0]}


def act(world: Any, key: str, client: Any) -> tuple[Any, str, dict[str, str]]:
    """The record, and the form that the page after the act shows."""
    name, address = ACTS[key]
    record = getattr(world, name)
    typed = looked_at(client, address(record)) if key == "unit_renamed" else TYPED | OWN.get(key, {})
    if key == "problem_merged":
        typed["merge-into"] = str(world.problem.pk)
    page = client.get(client.post(address(record), typed)["Location"])
    url = f"/undo/{key}/{record.pk}/"
    assert f'action="{url}"' in page.content.decode()
    version = str(getattr(type(record).objects.get(pk=record.pk), "version", 0))
    assert f'name="version" value="{version}"' in page.content.decode()
    return record, url, {"version": version}


def test_every_undo_is_tried() -> None:
    """What is done to many rows is in `tests/projects/many`."""
    assert {key for key, undo in undos().items() if not undo.many} == set(ACTS)


@pytest.mark.parametrize("key", ACTS)
def test_what_was_done_can_be_taken_back_from_what_i_did_for_a_day(
    world: Any, people: Any, sign_in: Any, key: str
) -> None:
    client = sign_in(people.statistics if key == "entry_returned" else people.office)
    before = stands(getattr(world, ACTS[key][0]))
    record, url, form = act(world, key, client)
    page = client.get("/did/").content.decode()
    assert f'action="{url}"' in page
    assert re.search(rf'action="{url}">.*?name="version" value="{form["version"]}"', page, re.S)
    Done.objects.update(until=F("at"), at=F("at") - timedelta(days=1))
    assert f'action="{url}"' not in client.get("/did/").content.decode()
    client.post(url, form)
    assert stands(record) != before
    Done.objects.update(at=F("until"), until=F("until") + timedelta(days=1))
    client.post(url, form)
    assert stands(record) == before
    assert f'action="{url}"' not in client.get("/did/").content.decode()


def test_each_sees_what_he_did_himself(world: Any, people: Any, sign_in: Any) -> None:
    _record, url, _form = act(world, "project_suspended", sign_in(people.office))
    assert url not in sign_in(people.office_head).get("/did/").content.decode()


@pytest.mark.parametrize("key", ACTS)
def test_taken_back_the_record_is_as_it_was(world: Any, people: Any, sign_in: Any, key: str) -> None:
    client = sign_in(people.statistics if key == "entry_returned" else people.office)
    before = stands(getattr(world, ACTS[key][0]))
    record, url, form = act(world, key, client)
    assert stands(record) != before
    client.post(url, form)
    assert stands(record) == before


def test_who_has_not_seen_what_stands_there_takes_nothing_back(world: Any, people: Any, sign_in: Any) -> None:
    client = sign_in(people.office)
    record, url, form = act(world, "project_suspended", client)
    registry.edit(record, by=people.office, now=NOW, remark="另记")
    page = client.get(client.post(url, form)["Location"])
    assert "say red" in page.content.decode()
    assert stands(record)["state"] == "suspended"
    client.post(url, {})
    assert stands(record)["state"] == "suspended"


def test_who_may_not_is_not_offered_it_and_refused(world: Any, people: Any, sign_in: Any) -> None:
    _record, url, form = act(world, "month_closed", sign_in(people.office))
    client = sign_in(people.officer)
    assert client.post(url, form).status_code == 403
    assert ReportingMonth.objects.get(month="2026-05").closed_at is not None
    assert client.post("/undo/no_such/1/").status_code == 404
