"""A campaign is opened, changed, ended and taken back; what can't be of it is a sentence (D01)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.refusals import NotAllowed, Stale, Wrong
from dispatch.campaigns import services as campaigns
from dispatch.campaigns.handling import services as handling
from dispatch.campaigns.models import Campaign, Phase, Task
from dispatch.campaigns.rules import Offered, OfferedTask
from tests.support.campaigns import PHASES, make_campaign, make_task
from tests.support.factories import NOW, unit_of

pytestmark = [pytest.mark.requirement("D01"), pytest.mark.django_db]

JUNE = date(2026, 6, 1)
BROKEN: dict[str, tuple[dict[str, Any], str, str]] = {
    "no name": ({"name": " "}, "name", "起个名称"),
    "ends before it begins": ({"last_on": date(2026, 4, 30)}, "last_on", "早于"),
    "a phase that ends before it begins": (
        {"phases": [Phase("大起底", JUNE, date(2026, 5, 2))]}, "phases", "大起底"),
    "a phase before its days": (
        {"phases": [Phase("大起底", date(2026, 4, 1), JUNE)]}, "phases", "不在行动期间"),
    "a phase after its days": (
        {"phases": [Phase("大会战", JUNE, date(2026, 10, 1))]}, "phases", "不在行动期间"),
    "phases that overlap": (
        {"phases": [*PHASES, Phase("大比拼", date(2026, 6, 30), date(2026, 7, 1))]}, "phases", "重叠"),
    "two phases of one name": (
        {"phases": [PHASES[0], Phase("大起底", date(2026, 7, 1), date(2026, 7, 2))]}, "phases", "两个阶段"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_what_cant_be_is_said_at_its_field_and_nothing_is_written(county: Any, people: Any, case: str) -> None:
    facts, field, words = BROKEN[case]
    with pytest.raises(Wrong) as refused:
        make_campaign(county, people.office, **facts)
    assert words in refused.value.fields[field]
    assert not Campaign.objects.exists()


def test_one_day_after_the_other_is_no_overlap(county: Any, people: Any) -> None:
    campaign = make_campaign(county, people.office)
    assert [campaign.phase_of(on).name for on in (date(2026, 6, 30), date(2026, 7, 1))] == ["大起底", "大会战"]
    assert campaign.phase_of(date(2026, 10, 1)) is None


def test_only_the_office_opens_one(county: Any, people: Any) -> None:
    with pytest.raises(NotAllowed):
        make_campaign(county, people.unit_head)


def test_two_of_one_name_and_day_are_one_too_many(county: Any, people: Any) -> None:
    make_campaign(county, people.office)
    with pytest.raises(Wrong, match="已有"):
        make_campaign(county, people.office)


def test_its_days_cant_leave_a_task_outside(county: Any, people: Any) -> None:
    campaign = make_campaign(county, people.office)
    make_task(campaign, people.office)
    with pytest.raises(Wrong) as refused:
        campaigns.change_campaign(campaign, last_on=date(2026, 6, 29), phases=[], by=people.office, now=NOW)
    assert "起底闲置土地" in refused.value.fields["last_on"]


def offered(**more: Any) -> Offered:
    tasks = (
        OfferedTask(
            "起底项目盘子", kind="大起底", unit="tongji", helpers=("zhujian",), due="06-30", target=5, measure="个"
        ),
        OfferedTask("比推进速度"),
    )
    return Offered("days", "百日攻坚", "05-01", "09-30", tasks=tasks, **more)


def test_what_the_document_names_comes_with_its_tasks(county: Any, people: Any) -> None:
    office = unit_of(county, "zhihuibu")
    campaign = make_campaign(county, people.office, offered=offered(), lead=office)
    first, second = campaign.tasks.order_by("position")
    assert (first.unit.code, first.due_on, first.target, first.measure) == (
        "tongji",
        date(2026, 6, 30),
        5,
        "个",
    )
    assert [unit.code for unit in first.helpers.all()] == ["zhujian"]
    assert (second.unit, second.due_on) == (office, campaign.last_on)  # no unit, no day: the leading one, the last day


def test_an_opening_is_taken_back_with_its_tasks_until_a_unit_has_written(county: Any, people: Any) -> None:
    campaign = make_campaign(county, people.office, offered=offered(), lead=unit_of(county, "zhihuibu"))
    task = campaign.tasks.get(title="起底项目盘子")
    handling.report_task(task, text="已摸底", number=Decimal(1), by=people.statistics, now=NOW)
    with pytest.raises(NotAllowed, match="结束"):
        campaigns.take_back_campaign(campaign, by=people.office, now=NOW)
    other = make_campaign(
        county, people.office, name="大干三十天", offered=offered(), lead=unit_of(county, "zhihuibu")
    )
    campaigns.take_back_campaign(other, by=people.office, now=NOW)
    assert list(Campaign.objects.all()) == [campaign]
    assert Task.objects.count() == 2


def test_a_change_and_an_end_are_taken_back(county: Any, people: Any) -> None:
    campaign = make_campaign(county, people.office)
    changed = campaigns.change_campaign(campaign, name="百日会战", phases=[], by=people.office, now=NOW)
    campaigns.take_back_campaign(changed, by=people.office, now=NOW)
    fresh = Campaign.objects.get()
    assert (fresh.name, fresh.stretches) == ("百日攻坚", PHASES)
    ended = campaigns.end_campaign(fresh, summary="完成", by=people.office, now=NOW)
    assert ended.closed_on == NOW.date()
    campaigns.take_back_campaign(ended, by=people.office, now=NOW)
    assert Campaign.objects.get().closed_on is None


def test_nothing_is_written_to_a_campaign_that_is_over(county: Any, people: Any) -> None:
    campaign = make_campaign(county, people.office)
    task = make_task(campaign, people.office)
    ended = campaigns.end_campaign(campaign, summary="完成", by=people.office, now=NOW)
    with pytest.raises(NotAllowed, match="已结束"):
        make_task(ended, people.office)
    with pytest.raises(NotAllowed, match="已结束"):
        handling.report_task(task, text="迟到的一句", percent=10, by=people.officer, now=NOW)
    with pytest.raises(NotAllowed, match="已结束"):
        campaigns.change_campaign(ended, name="又一个", by=people.office, now=NOW)


def test_it_doesnt_end_before_it_begins(county: Any, people: Any) -> None:
    campaign = make_campaign(county, people.office, now=NOW - timedelta(days=90))
    with pytest.raises(NotAllowed, match="尚未开始"):
        campaigns.end_campaign(campaign, summary="完成", by=people.office, now=NOW - timedelta(days=90))


def test_who_has_seen_an_older_one_changes_nothing(county: Any, people: Any) -> None:
    campaign = make_campaign(county, people.office)
    campaigns.change_campaign(campaign, name="百日会战", by=people.office, now=NOW, version=1)
    with pytest.raises(Stale):
        campaigns.change_campaign(campaign, name="百日大战", by=people.office, now=NOW, version=1)
    assert Campaign.objects.get().name == "百日会战"
