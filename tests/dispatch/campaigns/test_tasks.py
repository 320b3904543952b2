"""A task is given, split, reported on, stated as done, confirmed or given back; each act is a step (D01)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.due import due_items
from core.refusals import NeedsReason, NotAllowed, Refused, Stale, Wrong
from dispatch.campaigns.giving import services as giving
from dispatch.campaigns.handling import services as handling
from dispatch.campaigns.models import Status, Task, TaskStep
from organization.people.models import Post
from organization.units.models import Unit
from outbox.models import Notice
from tests.support.campaigns import make_campaign, make_part, make_task
from tests.support.factories import NOW, unit_of

pytestmark = [pytest.mark.requirement("D01"), pytest.mark.django_db]
Kind = TaskStep.Kind


@pytest.fixture
def campaign(county: Any, people: Any) -> Any:
    return make_campaign(county, people.office)


@pytest.fixture
def task(campaign: Any, people: Any) -> Task:
    return make_task(campaign, people.office, target=Decimal(10), measure="宗")


def told(person: Any, kind: str) -> int:
    return Notice.objects.filter(person=person, kind=kind).count()


def fresh(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


BROKEN: dict[str, tuple[dict[str, Any], str, str]] = {
    "nothing to do": ({"title": " "}, "title", "要做什么"),
    "no unit": ({"unit": None}, "unit", "责任单位"),
    "no day": ({"due_on": None}, "due_on", "哪天"),
    "a day before the campaign": ({"due_on": date(2026, 4, 30)}, "due_on", "不在行动期间"),
    "a day after the campaign": ({"due_on": date(2026, 10, 1)}, "due_on", "不在行动期间"),
    "a target of nothing": ({"target": Decimal(0), "measure": "个"}, "target", "大于"),
    "a target of what": ({"target": Decimal(5)}, "measure", "计量单位"),
    "a measure of how many": ({"measure": "个"}, "target", "多少"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_cant_be_is_said_at_its_field_and_nothing_is_written(campaign: Any, people: Any, case: str) -> None:
    facts, field, words = BROKEN[case]
    with pytest.raises(Wrong) as refused:
        make_task(campaign, people.office, **facts)
    assert words in refused.value.fields[field]
    assert not Task.objects.exists()


def test_a_unit_that_left_gets_no_task(campaign: Any, people: Any) -> None:
    Unit.objects.filter(code="dongguan").update(active=False, until=NOW.date() - timedelta(days=1))
    with pytest.raises(Wrong, match="东关乡已不"):
        make_task(campaign, people.office, unit=unit_of(campaign.county, "dongguan"))


def test_a_part_is_due_no_later_than_the_whole_and_goes_to_its_own_people(task: Task, people: Any) -> None:
    with pytest.raises(Wrong) as refused:
        make_part(task, people.officer, due_on=task.due_on + timedelta(days=1))
    assert "晚于" in refused.value.fields["due_on"]
    with pytest.raises(Wrong) as refused:
        make_part(task, people.officer, unit=unit_of(task.county, "dongguan"))
    assert "who" in refused.value.fields
    stranger = Post.objects.get(unit__code="dongguan", title="项目专员")
    with pytest.raises(Wrong):
        make_part(task, people.officer, post=stranger)
    assert not task.parts.exists()


def test_a_part_goes_to_a_unit_that_helps_or_stands_below(task: Task, people: Any) -> None:
    helping = unit_of(task.county, "dongguan")
    giving.change_task(task, helpers=[helping], by=people.office, now=NOW)
    village = Unit(code="cun", name="一村", short_name="一村", kind="other", parent=task.unit, county=task.county)
    village.save()
    assert make_part(task, people.officer, unit=helping).unit == helping
    assert make_part(task, people.officer, unit=village).unit == village


def test_the_whole_is_not_due_before_its_parts(task: Task, people: Any) -> None:
    make_part(task, people.officer)
    with pytest.raises(Wrong) as refused:
        giving.change_task(task, due_on=date(2026, 6, 1), reason="提前", by=people.office, now=NOW)
    assert "逐宗核实" in refused.value.fields["due_on"]


def test_parts_are_split_once_more_and_no_deeper_and_nothing_is_part_of_itself(task: Task, people: Any) -> None:
    part = make_part(task, people.officer)
    deepest = make_part(part, people.officer, title="东片")
    with pytest.raises(NotAllowed, match="不再拆分"):
        make_part(deepest, people.officer)
    assert [one.pk for one in deepest.above()] == [part.pk, task.pk]


def test_the_whole_is_read_from_its_parts(task: Task, people: Any) -> None:
    parts = [make_part(task, people.officer, target=Decimal(n), measure="宗", title=f"{n}片") for n in (4, 6)]
    below = make_part(parts[1], people.officer, target=Decimal(6), measure="宗", title="东片")
    handling.report_task(parts[0], text="核实", number=Decimal(4), by=people.officer, now=NOW)
    handling.report_task(below, text="核实", number=Decimal(3), by=people.officer, now=NOW)
    assert (fresh(parts[1]).reached, fresh(parts[1]).percent) == (3, 50)
    assert (fresh(task).reached, fresh(task).percent) == (7, 70)
    handling.report_task(task, text="全镇情况", number=Decimal(10), by=people.officer, now=NOW)
    assert fresh(task).percent == 70  # what is read isn't stated
    giving.drop_task(fresh(parts[0]), reason="并入另一片", by=people.officer, now=NOW)
    assert (fresh(task).reached, fresh(task).percent) == (3, 30)


def test_progress_is_added_and_never_overwritten(task: Task, people: Any) -> None:
    for number in (2, 5):
        handling.report_task(task, text=f"{number}宗", number=Decimal(number), by=people.officer, now=NOW)
    assert [step.number for step in task.steps.filter(kind=Kind.REPORTED).order_by("pk")] == [2, 5]
    assert (fresh(task).reached, fresh(task).percent) == (5, 50)
    handling.report_task(task, text="资料在补", by=people.officer, now=NOW)  # words only: the number stands
    assert fresh(task).reached == 5


def test_what_is_stated_can_be(campaign: Any, task: Task, people: Any) -> None:
    with pytest.raises(Wrong, match="多少"):
        handling.report_task(task, text="在办", by=people.officer, now=NOW)
    with pytest.raises(Wrong):
        handling.report_task(task, text="在办", number=Decimal(-1), by=people.officer, now=NOW)
    with pytest.raises(Wrong):
        handling.report_task(task, text=" ", number=Decimal(1), by=people.officer, now=NOW)
    other = make_task(campaign, people.office, title="建台账")
    with pytest.raises(Wrong):
        handling.report_task(other, text="在办", percent=101, by=people.officer, now=NOW)
    assert not TaskStep.objects.filter(kind=Kind.REPORTED).exists()


def test_done_is_stated_by_the_unit_and_confirmed_by_the_office(task: Task, people: Any) -> None:
    with pytest.raises(NotAllowed):
        handling.finish_task(task, text="完成", number=Decimal(10), by=people.other_officer, now=NOW)
    done = handling.finish_task(task, text="完成", number=Decimal(10), by=people.officer, now=NOW)
    assert (done.status, done.done_on, told(people.office, "campaign_task_done")) == (Status.DONE, NOW.date(), 1)
    with pytest.raises(NotAllowed):
        handling.confirm_task(done, by=people.unit_head, now=NOW)
    confirmed = handling.confirm_task(done, by=people.office, now=NOW)
    assert (confirmed.status, told(people.officer, "campaign_task_confirmed")) == (Status.CONFIRMED, 1)


def test_a_part_is_confirmed_by_the_unit_whose_task_it_is(task: Task, people: Any) -> None:
    part = make_part(task, people.officer)
    with pytest.raises(Refused, match="逐宗核实"):
        handling.finish_task(task, text="完成", number=Decimal(10), by=people.officer, now=NOW)
    done = handling.finish_task(part, text="核实完", by=people.unit_head, now=NOW)
    assert done.percent == 100
    with pytest.raises(NotAllowed, match="由他人"):
        handling.confirm_task(done, by=people.unit_head, now=NOW)
    assert handling.confirm_task(done, by=people.officer, now=NOW).status == Status.CONFIRMED


def test_not_done_yet_goes_back_with_a_reason_and_a_new_day(task: Task, people: Any) -> None:
    done = handling.finish_task(task, text="完成", number=Decimal(8), by=people.officer, now=NOW)
    with pytest.raises(NeedsReason):
        handling.return_task(done, reason=" ", by=people.office, now=NOW)
    with pytest.raises(Wrong):
        handling.return_task(done, reason="还差2宗", due_on=NOW.date() - timedelta(days=1), by=people.office, now=NOW)
    back = handling.return_task(done, reason="还差2宗", due_on=date(2026, 7, 5), by=people.office, now=NOW)
    assert (back.status, back.due_on, back.done_on) == (Status.OPEN, date(2026, 7, 5), None)
    assert told(people.officer, "campaign_task_returned") == 1


def test_more_days_are_asked_for_before_the_day_and_answered(task: Task, people: Any) -> None:
    with pytest.raises(Wrong, match="晚于"):
        handling.ask_more_days(task, until=task.due_on, reason="下雨", by=people.officer, now=NOW)
    with pytest.raises(Wrong, match="不能晚于"):
        handling.ask_more_days(task, until=date(2026, 10, 1), reason="下雨", by=people.officer, now=NOW)
    late = NOW + timedelta(days=60)
    with pytest.raises(NotAllowed, match="已过"):
        handling.ask_more_days(task, until=date(2026, 9, 1), reason="下雨", by=people.officer, now=late)
    asked = handling.ask_more_days(task, until=date(2026, 7, 10), reason="下雨", by=people.officer, now=NOW)
    with pytest.raises(NotAllowed):
        handling.ask_more_days(asked, until=date(2026, 7, 20), reason="下雨", by=people.officer, now=NOW)
    with pytest.raises(NeedsReason):
        handling.answer_more_days(asked, granted=False, by=people.office, now=NOW)
    given = handling.answer_more_days(asked, granted=True, by=people.office, now=NOW)
    assert (given.due_on, given.asked_until) == (date(2026, 7, 10), None)


def test_another_unit_or_day_needs_a_reason(task: Task, people: Any) -> None:
    with pytest.raises(NeedsReason):
        giving.change_task(task, due_on=date(2026, 7, 1), by=people.office, now=NOW)
    moved = giving.change_task(task, unit=unit_of(task.county, "dongguan"), reason="分工", by=people.office, now=NOW)
    assert (moved.unit.code, told(people.other_officer, "campaign_task_changed")) == ("dongguan", 1)


def test_two_people_at_one_task_the_second_has_to_read_again(task: Task, people: Any) -> None:
    handling.report_task(task, text="2宗", number=Decimal(2), by=people.officer, now=NOW, version=1)
    with pytest.raises(Stale):
        handling.report_task(task, text="3宗", number=Decimal(3), by=people.unit_head, now=NOW, version=1)
    assert fresh(task).reached == 2


BACK = {
    "progress": (
        lambda t, p: handling.report_task(t, text="2宗", number=Decimal(2), by=p.officer, now=NOW),
        "officer",
    ),
    "done": (lambda t, p: handling.finish_task(t, text="完", number=Decimal(9), by=p.officer, now=NOW), "officer"),
    "a change": (
        lambda t, p: giving.change_task(
            t, due_on=date(2026, 7, 1), helpers=[unit_of(t.county, "tongji")], reason="协助", by=p.office, now=NOW
        ),
        "office",
    ),
    "taken off": (lambda t, p: giving.drop_task(t, reason="不办了", by=p.office, now=NOW), "office"),
    "asked": (
        lambda t, p: handling.ask_more_days(t, until=date(2026, 7, 9), reason="下雨", by=p.officer, now=NOW),
        "officer",
    ),
}


def stands(task: Task) -> dict[str, Any]:
    row = fresh(task)
    names = (*handling.MOVING, "reached", "percent", "due_on", "unit_id", "title", "target")
    return {name: getattr(row, name) for name in names} | {"helpers": set(row.helpers.all())}


@pytest.mark.parametrize("case", BACK)
def test_taken_back_it_is_as_it_was_and_the_step_stays(task: Task, people: Any, case: str) -> None:
    act, who = BACK[case]
    handling.report_task(task, text="1宗", number=Decimal(1), by=people.officer, now=NOW)
    before = stands(task)
    after = act(fresh(task), people)
    assert stands(task) != before
    handling.take_back_task(after, by=getattr(people, who), now=NOW, version=after.version)
    assert stands(task) == before
    assert task.steps.filter(withdrawn=True).count() == 1
    handling.take_back_task(fresh(task), by=people.officer, now=NOW)  # the act before is next
    assert fresh(task).reached is None


def test_a_task_just_given_is_gone_and_the_whole_is_read_anew(task: Task, people: Any) -> None:
    part = make_part(task, people.officer, target=Decimal(10), measure="宗")
    handling.report_task(part, text="5宗", number=Decimal(5), by=people.officer, now=NOW)
    handling.take_back_task(fresh(part), by=people.officer, now=NOW)
    assert fresh(task).percent == 0
    with pytest.raises(NotAllowed, match="有拆分"):
        handling.take_back_task(fresh(task), by=people.office, now=NOW)
    assert handling.take_back_task(fresh(part), by=people.officer, now=NOW) is None
    assert not task.parts.exists()


def test_only_who_did_it_or_the_office_takes_it_back(task: Task, people: Any) -> None:
    handling.report_task(task, text="1宗", number=Decimal(1), by=people.officer, now=NOW)
    with pytest.raises(NotAllowed):
        handling.take_back_task(fresh(task), by=people.unit_head, now=NOW)


def kinds(county: Any, person: Any, days: int) -> list[str]:
    found = due_items(county, NOW + timedelta(days=days), person=person)
    return [item.kind for item in found if item.kind.startswith("campaign")]


def test_a_task_is_due_when_its_day_is_near_and_waits_for_the_office_when_it_is_stated(
    task: Task, people: Any
) -> None:
    county, near = task.county, (task.due_on - NOW.date()).days - 14
    assert kinds(county, people.officer, near - 1) == []
    assert kinds(county, people.officer, near) == ["campaign_task"]
    assert kinds(county, people.officer, near + 100) == ["campaign_task"]  # late
    assert kinds(county, people.other_officer, near) == kinds(county, people.office, near) == []
    handling.ask_more_days(task, until=date(2026, 7, 9), reason="下雨", by=people.officer, now=NOW)
    assert kinds(county, people.office, 0) == ["campaign_more"]
    handling.finish_task(fresh(task), text="完", number=Decimal(10), by=people.officer, now=NOW)
    assert kinds(county, people.office, near) == ["campaign_check"]
    assert kinds(county, people.officer, near) == []


def test_a_part_is_due_of_the_person_and_waits_for_the_unit(task: Task, people: Any) -> None:
    part = make_part(task, people.officer, due_on=NOW.date())
    assert "campaign_task" in kinds(task.county, people.unit_head, 0)
    handling.finish_task(part, text="完", by=people.unit_head, now=NOW)
    assert kinds(task.county, people.officer, 0) == ["campaign_check"]


def test_what_a_unit_has_goes_on_to_the_one_that_takes_its_place(task: Task, campaign: Any, people: Any) -> None:
    xicheng, to = task.unit, unit_of(task.county, "dongguan")
    helped = make_task(campaign, people.office, title="建台账", unit=unit_of(task.county, "tongji"), helpers=[xicheng])
    make_part(task, people.officer)
    assert giving.hand_on(xicheng, to, by=None, now=NOW, reason="并入东关") == 2
    assert {one.unit_id for one in Task.objects.exclude(pk=helped.pk)} == {to.pk}
    assert list(fresh(helped).helpers.all()) == [to]
    with pytest.raises(NotAllowed):  # a merge isn't taken back from one task
        handling.take_back_task(fresh(task), by=people.office, now=NOW)
