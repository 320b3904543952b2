"""The pages of campaigns: opened with one press, figures that open, the own list, the printed table (D01, D02)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.http import QueryDict

from core.lists.listing import Listing
from core.refusals import NotAllowed
from dispatch.campaigns import pages
from dispatch.campaigns.handling import services as handling
from dispatch.campaigns.lists import TASKS
from dispatch.campaigns.models import Campaign, Status, Task
from dispatch.campaigns.sheet import services as sheets
from organization.profiles.rules import rules_of
from projects.models import Listed
from projects.registry.months.services import extend
from projects.rosters.services import make_roster
from tests.support.campaigns import make_campaign, make_part, make_task
from tests.support.factories import NOW, make_project, unit_of
from tests.support.squads import make_squad

pytestmark = [pytest.mark.requirement("D01"), pytest.mark.django_db]
TODAY = date(2026, 7, 5)


@pytest.fixture
def campaign(county: Any, people: Any) -> Campaign:
    return make_campaign(county, people.office, squad=make_squad(county, people))


@pytest.fixture
def tasks(campaign: Any, people: Any) -> list[Task]:
    """Of Xicheng one late and one done in time, of Dongguan one that is not due."""
    done = make_task(campaign, people.office, title="建台账")
    handling.finish_task(done, text="已建", by=people.officer, now=NOW)
    late = make_task(campaign, people.office, target=Decimal(10), measure="宗")
    handling.report_task(late, text="4宗", number=Decimal(4), by=people.officer, now=NOW)
    other = unit_of(campaign.county, "dongguan")
    open_ = make_task(campaign, people.office, title="抓入库", unit=other, due_on=date(2026, 9, 30))
    return [done, late, open_]


def test_how_units_stand(campaign: Any, tasks: Any, people: Any) -> None:
    found = pages.standing(campaign, people.leader, TODAY)
    lines = {line.unit.code: line for line in found.lines}
    west = lines["xicheng"]
    assert (west.tasks, west.done, west.late, west.average, west.in_time, west.judged) == (2, 1, 1, 70, 1, 2)
    assert (lines["dongguan"].rate, found.whole.tasks, found.whole.average, found.waiting) == (None, 3, 46, 1)
    assert [task.title for task in found.late] == ["起底闲置土地"]
    assert [(one.phase.name, one.tasks, one.done, one.here) for one in found.bar.stretches] == [
        ("大起底", 2, 1, False),
        ("大会战", 1, 0, True),
    ]
    assert (found.bar.day, found.bar.days) == (66, 153)


def test_each_figure_is_counted_by_the_list_that_it_opens(campaign: Any, tasks: Any, people: Any) -> None:
    found, now = pages.standing(campaign, people.leader, TODAY), datetime(2026, 7, 5, 2, tzinfo=UTC)
    for line in (found.whole, *found.lines):
        for query, number in (
            ("", line.tasks),
            ("&state=done&state=confirmed", line.done),
            ("&state=late", line.late),
        ):
            asked = QueryDict(line.href.partition("?")[2] + query)
            assert Listing(TASKS, people.leader, asked, now=now).count == number, (line.unit, query)
    for one in found.bar.stretches:
        asked = QueryDict(one.href.partition("?")[2])
        assert Listing(TASKS, people.leader, asked, now=now).count == one.tasks


def test_a_unit_sees_its_own_tasks_and_what_it_helps_with(campaign: Any, tasks: Any, people: Any) -> None:
    assert set(Task.objects.visible_to(people.officer)) == set(tasks[:2])
    helped = make_task(campaign, people.office, unit=unit_of(campaign.county, "tongji"), title="核数",
                       helpers=[unit_of(campaign.county, "xicheng")])  # fmt: skip
    assert helped in Task.objects.visible_to(people.officer)
    assert pages.standing(campaign, people.other_officer, TODAY).whole.tasks == 1


def test_a_unit_splits_on_its_list_and_what_is_wrong_stands_there(
    campaign: Any, tasks: Any, people: Any, sign_in: Any
) -> None:
    client, late = sign_in(people.officer), tasks[1]
    late.refresh_from_db()
    page = client.get("/dispatch/campaigns/ours/").content.decode()
    post = people.unit_head.current_posts[0].pk
    assert f'value="post:{post}"' in page
    typed = {"version": late.version} | {
        f"t{late.pk}-{name}": value
        for name, value in (("title", "东片"), ("who", f"post:{post}"), ("due_on", "2026-07-01"), ("target", "6"))
    }
    answer = client.post(f"/dispatch/campaigns/tasks/{late.pk}/split/", typed)
    assert answer.status_code == 422
    assert "晚于上级任务的时限" in answer.content.decode()
    assert 'value="东片"' in answer.content.decode()
    answer = client.post(f"/dispatch/campaigns/tasks/{late.pk}/split/", typed | {f"t{late.pk}-due_on": "2026-06-20"})
    assert answer["Location"] == f"/dispatch/campaigns/ours/#t{late.pk}"
    part = Task.objects.get(title="东片")
    assert (part.post_id, part.target, part.measure) == (post, 6, "宗")
    assert "东片" in sign_in(people.unit_head).get("/dispatch/campaigns/ours/").content.decode()


def test_the_office_opens_what_the_document_names_and_edits_it(
    county: Any, people: Any, sign_in: Any, monkeypatch: Any
) -> None:
    from dispatch.campaigns.rules import CampaignRules, Offered, OfferedTask

    offered = Offered("days", "百日攻坚", "09-15", "12-25", tasks=(OfferedTask("起底", unit="xicheng", due="10-10"),))
    rules = rules_of(county)
    sections = {**rules.sections, CampaignRules: CampaignRules(offered=(offered,))}
    monkeypatch.setattr(type(rules), "__getitem__", lambda self, cls: sections[cls])
    client = sign_in(people.office)
    page = client.get("/dispatch/campaigns/new/?offered=days&year=2026").content.decode()
    sent = dict(re.findall(r'name="(first_on|last_on)"[^>]*?value="([\d-]+)"', page)) or {
        name: value for value, name in re.findall(r'value="([\d-]+)"[^>]*?name="(first_on|last_on)"', page)
    }
    assert sent == {"first_on": "2026-09-15", "last_on": "2026-12-25"}
    client.post("/dispatch/campaigns/new/", {"offered": "days", "name": "大干一百天", **sent})
    task = Task.objects.get()
    assert (task.campaign.name, task.unit.code, task.due_on) == ("大干一百天", "xicheng", date(2026, 10, 10))


def test_phases_are_typed_a_line_each_and_a_wrong_one_is_named(county: Any, people: Any, sign_in: Any) -> None:
    client = sign_in(people.office)
    typed = {"name": "百日攻坚", "first_on": "2026-09-15", "last_on": "2026-12-25"}
    for phases, words in (
        ("大起底 2026-09-15 至 2026-10-10\n大会战 10月11日起", "“大会战 10月11日起”"),
        ("大起底 2026-09-01 至 2026-10-10", "不在行动期间"),
        ("大起底 2026-09-15 至 2026-10-10\n大会战 2026-10-10 至 2026-12-25", "重叠"),
        ("大起底 2026-09-31 至 2026-10-10", "2026-09-31"),
    ):
        page = client.post("/dispatch/campaigns/new/", typed | {"phases": phases})
        assert (page.status_code, words in page.content.decode()) == (422, True), phases
    client.post("/dispatch/campaigns/new/", typed | {"phases": "大起底 2026年9月15日至2026年10月10日"})
    assert [phase.name for phase in Campaign.objects.get().stretches] == ["大起底"]


def test_the_road_of_a_task_is_told_in_words(campaign: Any, tasks: Any, people: Any, sign_in: Any) -> None:
    page = sign_in(people.office).get(f"/dispatch/campaigns/tasks/{tasks[1].pk}/").content.decode()
    assert "下达给西城镇" in page
    assert "进展：已完成4 宗" in page


def test_the_table_is_printed_whole_or_of_a_unit(campaign: Any, tasks: Any, people: Any) -> None:
    make_part(Task.objects.get(pk=tasks[1].pk), people.officer, title="东片", due_on=date(2026, 6, 20))
    whole = sheets.paper_of(campaign, None)
    rows = [[cell.text for cell in row] for row in next(iter(whole.tables())).rows]
    assert (whole.title, len(rows), whole.annexes[0].wide) == ("百日攻坚任务分解表", 3, True)
    own = sheets.paper_of(campaign, unit_of(campaign.county, "xicheng"))
    rows = [[cell.text for cell in row] for row in next(iter(own.tables())).rows]
    assert (own.title, [row[0] for row in rows]) == ("西城镇百日攻坚责任清单", ["1", "2", "2.1"])
    assert "东片" in rows[2]


def test_who_sees_a_part_of_it_prints_the_own_list_only(campaign: Any, tasks: Any, people: Any, sign_in: Any) -> None:
    client = sign_in(people.officer)
    own, other = (unit_of(campaign.county, code).pk for code in ("xicheng", "dongguan"))
    found = {pk: client.get(f"/dispatch/campaigns/{campaign.pk}/sheet/{pk}/").status_code for pk in (0, own, other)}
    assert found == {0: 403, own: 200, other: 403}


def test_the_pdf_is_made_by_a_worker_and_made_anew_when_a_task_changes(
    campaign: Any, tasks: Any, people: Any, settings: Any
) -> None:
    run = sheets.request_sheet(campaign, None, now=NOW)
    assert run is not None
    sheets.make_sheet(run.pk, now=NOW)
    file = sheets.kept_sheet(campaign, None)
    assert file is not None
    assert file.content.read(5) == b"%PDF-"
    assert sheets.request_sheet(campaign, None, now=NOW) is None
    make_task(campaign, people.office, title="再一项")
    assert sheets.kept_sheet(campaign, None) is None


def test_a_task_about_a_project_stands_on_its_page_and_in_its_history(
    campaign: Any, people: Any, sign_in: Any
) -> None:
    project = make_project(campaign.county, stage="started")
    make_task(campaign, people.office, title="促开工", project=project)
    client = sign_in(people.office)
    assert "促开工" in client.get(f"/dispatch/projects/{project.pk}/campaigns/").content.decode()
    assert "百日攻坚“促开工”：下达给西城镇" in client.get(f"/projects/{project.pk}/history/").content.decode()


def test_more_that_is_late_than_fits_is_said_and_opens(campaign: Any, people: Any, sign_in: Any) -> None:
    for n in range(9):
        make_task(campaign, people.office, title=f"第{n}项")
    with time_machine.travel(datetime(2026, 7, 5, 2, tzinfo=UTC), tick=False):
        page = sign_in(people.office).get(f"/dispatch/campaigns/{campaign.pk}/").content.decode()
    assert re.search(r'state=late">\s*全部 9 个</a>', page)


def test_a_campaign_of_a_list_offers_its_projects_alone(county: Any, people: Any, sign_in: Any) -> None:
    on, off = (make_project(county, name=name, stage="started") for name in ("供水管网", "标准厂房"))
    extend(county, now=NOW)
    roster = make_roster(county, year=2026, name="重点清单", by=people.office, now=NOW)
    Listed.objects.create(roster=roster, project=on, entered_on=date(2026, 1, 5), entered_by=people.office)
    campaign, client = make_campaign(county, people.office, listed=roster.code), sign_in(people.office)
    assert "范围：重点清单" in client.get(f"/dispatch/campaigns/{campaign.pk}/").content.decode()
    facts = {"title": "促投产", "unit": unit_of(county, "xicheng").pk, "due_on": "2026-07-01"}
    url = f"/dispatch/campaigns/{campaign.pk}/give/"
    with time_machine.travel(NOW, tick=False):
        assert client.post(url, facts | {"project": off.pk}).status_code == 422
        assert client.post(url, facts | {"project": on.pk}).status_code == 303
    assert Task.objects.get().project == on


@pytest.mark.requirement("D02")
def test_a_squads_page_shows_the_campaign_that_it_carries(
    campaign: Any, tasks: Any, people: Any, sign_in: Any
) -> None:
    address = f"/dispatch/squads/{campaign.squad_id}/campaigns/"
    assert "百日攻坚" in sign_in(people.squad).get(address).content.decode()


def test_over_the_web_done_is_stated_returned_and_confirmed(tasks: Any, people: Any, sign_in: Any) -> None:
    task = tasks[2]
    address = f"/dispatch/campaigns/tasks/{task.pk}"

    def post(person: Any, act: str, **typed: str) -> int:
        task.refresh_from_db()
        sent = {f"{act}-{name}": value for name, value in typed.items()} | {"version": task.version}
        return sign_in(person).post(f"{address}/{act}/", sent).status_code

    assert post(people.other_officer, "finish", text="完成") == 303
    assert post(people.other_officer, "confirm") == 403
    assert post(people.office, "return") == 422  # no reason
    assert post(people.office, "return", reason="缺清单") == 303
    assert post(people.other_officer, "finish", text="补齐") == 303
    assert post(people.office, "confirm") == 303
    task.refresh_from_db()
    assert task.status == Status.CONFIRMED
    with pytest.raises(NotAllowed):
        handling.confirm_task(task, by=people.office, now=NOW)


CAMPAIGN = {"name": "百日会战", "first_on": "2026-05-01", "last_on": "2026-09-30"}
STALE = {
    "change": ("campaign", "change", CAMPAIGN),
    "end": ("campaign", "end", {"summary": "完成"}),
    "report": ("task", "report", {"report-text": "在办", "report-percent": "9"}),
    "finish": ("task", "finish", {"finish-text": "完成"}),
    "drop": ("task", "drop", {"drop-reason": "并入"}),
}


@pytest.mark.parametrize("case", STALE)
def test_who_has_seen_an_older_page_changes_nothing(
    campaign: Any, tasks: Any, people: Any, sign_in: Any, case: str
) -> None:
    what, act, typed = STALE[case]
    record = campaign if what == "campaign" else tasks[2]
    record.refresh_from_db()
    address = f"/dispatch/campaigns/{'' if what == 'campaign' else 'tasks/'}{record.pk}/{act}/"
    answer = sign_in(people.office).post(address, {**typed, "version": record.version - 1})
    assert answer.status_code in (409, 422)
    assert next(iter(typed.values())) in answer.content.decode(), "nothing typed is lost"
    before = record.version
    record.refresh_from_db()
    assert record.version == before
