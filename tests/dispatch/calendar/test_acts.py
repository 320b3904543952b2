"""What the calendar does when a day has come: each act once, to whoever holds the posts then, also after an outage."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.due import due_items
from core.models import WorkdayOverride
from core.web.once import one_request
from dispatch.calendar import services
from dispatch.calendar.lot import drawn
from dispatch.calendar.models import CalendarAct
from dispatch.calendar.rules import CalendarRule, CalendarRules, Party
from dispatch.models import Problem, Round, RoundRow
from dispatch.rounds import services as rounds
from organization.people.models import Post
from organization.profiles.rules import default_rules
from outbox.models import Notice
from tests.support.factories import make_project, unit_of
from tests.support.times import at, with_sections

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D03")]
LEADERS = (Party(role="leader"),)
MEETING = CalendarRule("meeting", "例会", "meeting", nth=1, weekday=1, answers=(Party(role="office"),), to=LEADERS)
REPORT = CalendarRule("report", "报送", "round", days=(15, 30), open_workdays=3)
HANDOVER = CalendarRule(
    "handover", "转报", "hand_on", days=(5, 18), to=(Party(place="sponsors"), Party(place="owners"))
)
LOT = CalendarRule("spot", "抽查", "lot", every="week", weekday=3, draws=2, to=(Party(role="office"),))


def rules(*own):
    return with_sections(default_rules(), CalendarRules(own))


def tick(county, moment, *own, days=None):
    return services.carry_out(county, now=at(moment), rules=rules(*own), days=days or {})


def told():
    return {(notice.kind, notice.person_id, notice.subject) for notice in Notice.objects.all()}


def test_a_meeting_is_told_once_to_those_who_hold_the_posts_on_the_day(county, people):
    assert tick(county, "2026-06-02 07:00", MEETING) == 0, "a rule begins on the day it is first seen"
    leader = people.leader.main_post
    Post.objects.filter(pk=leader.pk).update(holder=people.reader)  # who was leader has left
    assert tick(county, "2026-07-06 07:00", MEETING) == 1
    assert tick(county, "2026-07-06 07:05", MEETING) == 0
    [act] = CalendarAct.objects.all()
    assert (act.day, act.due_at) == (date(2026, 7, 6), at("2026-07-06 18:00"))
    persons = {notice.person_id for notice in Notice.objects.filter(kind="calendar_act")}
    assert {people.office.pk, people.reader.pk} <= persons
    assert people.leader.pk not in persons


def test_after_nine_days_without_power_each_late_act_is_done_once_with_its_own_day(county, people):
    make_project(county, stage="started")
    own = (HANDOVER, LOT, MEETING)
    tick(county, "2026-06-01 07:00", *own)
    tick(county, "2026-06-08 07:00", *own)
    before = set(CalendarAct.objects.values_list("pk", flat=True))
    assert tick(county, "2026-06-19 12:00", *own) == 3
    late = CalendarAct.objects.exclude(pk__in=before).order_by("day")
    assert [(act.rule, str(act.day)) for act in late] == [
        ("spot", "2026-06-10"), ("spot", "2026-06-17"), ("handover", "2026-06-18")
    ]  # fmt: skip
    assert tick(county, "2026-06-19 12:05", *own) == 0


def test_an_act_that_was_done_is_not_done_again_when_its_day_is_moved(county, people):
    tick(county, "2026-06-01 06:00", MEETING)
    assert CalendarAct.objects.count() == 1
    moved = {date(2026, 6, 1): False}
    assert tick(county, "2026-06-03 07:00", MEETING, days=moved) == 0


def test_what_was_gathered_is_sent_on_as_it_stood(county, people):
    project = make_project(county, name="粮库", stage="started", sponsor="县领导01")
    silent = make_project(county, name="公路", stage="started")
    opened = Round.objects.create(
        county=county,
        kind="called",
        period="2026-06-15",
        opened_at=at("2026-06-10 07:00"),
        due_at=at("2026-06-15 18:00"),
    )
    RoundRow.objects.create(
        round=opened, unit=project.lead_unit, project=project, note="主体封顶", problem="缺电",
        submitted_at=at("2026-06-15 10:00"),
    )  # fmt: skip
    RoundRow.objects.create(round=opened, unit=silent.lead_unit, project=silent)
    owner = unit_of(county, "gongxin")
    Problem.objects.create(
        county=county, project=silent, key="x", title="土地未批", category="land", owner_unit=owner,
        raised_on=date(2026, 6, 1), due_on=date(2026, 6, 20),
    )  # fmt: skip
    tick(county, "2026-06-17 07:00", HANDOVER)
    tick(county, "2026-06-18 07:00", HANDOVER)
    [act] = CalendarAct.objects.all()
    RoundRow.objects.update(note="改了")
    act.refresh_from_db()
    assert [(row["about"], row["note"], row["problem"]) for row in act.rows] == [
        ("粮库", "主体封顶", "缺电"), ("公路", "", f"土地未批（{owner}）")
    ]  # fmt: skip
    receivers = {pk for pk, _name in act.receivers}
    assert (
        set(Post.objects.filter(title="县领导01", unit__county=county).values_list("holder", flat=True)) <= receivers
    )
    assert act.done_at, "nobody has to do anything more"


def test_the_lot_can_be_drawn_again_by_anybody(county, people):
    keys = {str(make_project(county, name=f"第{n}", stage="started").pk) for n in range(9)}
    make_project(county, name="停了", stage="started", state="suspended", state_reason="资金")
    tick(county, "2026-06-02 07:00", LOT)
    tick(county, "2026-06-03 07:00", LOT)
    [act] = CalendarAct.objects.all()
    assert act.among == 9
    assert [str(row["pk"]) for row in act.rows] == drawn(keys, 2, f"{county.code}/spot/2026-06-03")
    other = drawn(keys, 9, "another day")
    assert sorted(other) == sorted(keys)
    assert other != drawn(keys, 9, act.seed)


def test_it_stays_on_the_list_of_what_is_due_until_somebody_has_done_it(county, people):
    tick(county, "2026-06-01 06:00", MEETING)
    [act] = CalendarAct.objects.all()

    def due(person):
        with one_request():
            return [
                item.key
                for item in due_items(county, at("2026-06-01 09:00"), person=person)
                if item.kind == "calendar_act"
            ]

    assert due(people.office) == [f"calendar:{act.pk}"]
    assert due(people.officer) == []
    services.finish(act, by=people.office, now=at("2026-06-01 17:00"), note="已开", version=1)
    assert due(people.office) == []


def test_a_round_of_the_15th_opens_before_it_and_closes_by_itself(county, people):
    make_project(county, stage="started", created_at=at("2026-05-01 08:00"))
    own = rules(REPORT)

    def step(moment):
        opened = rounds.open_due(county, now=at(moment), rules=own, days={})
        rounds.close_due(county, now=at(moment), rules=own, days={})
        return [one.period for one in opened if one.kind == "called"]

    assert step("2026-06-09 07:00") == []
    assert step("2026-06-10 07:00") == ["2026-06-15"]
    assert step("2026-06-10 07:05") == []
    opened = Round.objects.get(kind="called")
    assert (opened.due_at, opened.rows.count(), opened.closed_at) == (at("2026-06-15 18:00"), 1, None)
    assert rounds.title(opened) == "6月15日报送"
    assert step("2026-08-13 07:00") == ["2026-06-30", "2026-07-15", "2026-07-30", "2026-08-15"], "after a long silence"
    opened.refresh_from_db()
    assert opened.closed_at == at("2026-06-17 07:00")


def test_a_rest_day_of_the_office_moves_what_is_to_come(county, people):
    WorkdayOverride.objects.create(day=date(2026, 7, 6), is_workday=False, source="县里通知")
    tick(county, "2026-06-02 07:00", MEETING)
    days = {date(2026, 7, 6): False}
    assert tick(county, "2026-07-06 07:00", MEETING, days=days) == 0
    assert tick(county, "2026-07-07 07:00", MEETING, days=days) == 1
    assert CalendarAct.objects.get().day == date(2026, 7, 6) + timedelta(days=1)
