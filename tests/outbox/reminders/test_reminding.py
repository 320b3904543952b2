"""People are reminded from the one list of what is due: each step of each thing once, whoever ticks when."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from core.collect import gather
from core.days import workdays
from core.days.office import local_day
from core.due import Due, DueItem, due_items, kinds
from organization.handovers import services as handovers
from organization.people.models import Post, User
from organization.permissions import works_for
from organization.portfolios.models import Portfolio
from organization.profiles.rules import default_rules
from organization.units.models import Unit
from outbox.digest import deliver
from outbox.models import Delivery, GroupMessage, Notice
from outbox.reminders import services
from outbox.reminders.ladder import Step, reached
from outbox.reminders.models import Morning, Pause, Reminded
from outbox.rules import Group, Ladder, ReminderRules
from outbox.settling import settle
from tests.support.factories import unit_of
from tests.support.furnished import furnished
from tests.support.times import at, with_sections

pytestmark = [pytest.mark.requirement("D04"), pytest.mark.django_db]
LADDER = Ladder(before=(3, 1), on_day=True, after=(1, 3), head=1, leader=5)
RULES = ReminderRules(ladder=(LADDER,), urgent=("haste",), group=(Group("towns", "乡镇群"),))
DUE = date(2026, 6, 12)  # Friday; the 19th is the Dragon Boat Festival


@dataclass
class Desk:
    """A county whose only list of what is due is `things`."""

    county: Unit
    things: list[DueItem] = field(default_factory=list)
    rules: ReminderRules = RULES

    def put(
        self, name: str, on: date = DUE, unit: str = "xicheng", kind: str = "thing", project: int | None = None
    ) -> DueItem:
        moment = at(f"{on} 18:00")
        item = DueItem(
            kind,
            f"{kind}:{name}",
            unit_of(self.county, unit).pk,
            f"办{name}",
            due_at=moment,
            link=f"/{name}/",
            project_id=project,
        )
        self.things.append(item)
        return item

    def items(self, county: Unit, now: datetime, person: User | None):
        units = {unit.pk: unit for unit in Unit.objects.filter(county=county)}
        return [one for one in self.things if person is None or works_for(person, units[one.unit_id])]

    def remind(self, text: str | datetime) -> int:
        rules = with_sections(default_rules(), self.rules)
        now = at(text) if isinstance(text, str) else text
        return services.remind(self.county, now=now, rules=rules, days={})


@pytest.fixture
def desk(county, people, monkeypatch):
    default_rules()  # read before the kinds that it names are gone
    made = Desk(county)
    due = Due("things", made.items, {"thing": "事", "haste": "急事"})
    other = gather
    for place in ("outbox.reminders.services", "outbox.reminders.settled", "core.due"):
        monkeypatch.setattr(f"{place}.gather", lambda name: (due,) if name == "due" else other(name))
    monkeypatch.setattr("outbox.hours.rules_of", lambda county: with_sections(default_rules(), made.rules))
    return made


def told(person: User) -> list[str]:
    """What *person* was reminded of: which step of what."""
    keys = Notice.objects.filter(person=person, key__startswith="remind:").order_by("pk").values_list("key", flat=True)
    return [f"{key.split(':')[3]} {key.split(':')[6]}" for key in keys]


@pytest.mark.parametrize(
    ("on", "steps"),
    [
        ("2026-06-08", []),
        ("2026-06-09", ["own-3"]),
        ("2026-06-10", ["own-3"]),
        ("2026-06-11", ["own-1"]),
        ("2026-06-12", ["own+0"]),
        ("2026-06-14", ["own+0"]),
        ("2026-06-15", ["own+1", "head+1"]),
        ("2026-06-17", ["own+3", "head+1"]),
        ("2026-06-22", ["own+3", "head+1", "leader+5"]),
    ],
)
def test_the_ladder_counts_working_days_and_the_newest_step_holds(on, steps):
    found = reached(LADDER, DUE, date.fromisoformat(on), {})
    assert [f"{step.who}{step.offset:+d}" for step in found] == steps


def test_what_is_due_on_a_rest_day_is_told_on_the_working_day_before():
    assert reached(LADDER, date(2026, 6, 13), DUE, {})[-1] == Step("own", 0)


def test_before_on_after_to_the_head_when_overdue_and_to_the_leader_when_long_overdue(desk, people):
    Portfolio.objects.create(post=people.other_leader.main_post, at=at("2026-01-01 08:00")).units.add(
        unit_of(desk.county, "xicheng")
    )
    desk.put("甲")
    for day in range(8, 31):
        for hour in ("07:00", "07:05", "18:10"):
            desk.remind(f"2026-06-{day:02} {hour}")
    assert told(people.officer) == ["own-3 甲", "own-1 甲", "own+0 甲", "own+1 甲", "own+3 甲"]
    assert told(people.unit_head) == ["head+1 甲"]
    assert told(people.other_leader) == ["leader+5 甲"]
    assert told(people.other_officer) == told(people.leader) == []
    head = Notice.objects.get(person=people.unit_head)
    assert head.subject == "西城镇：办甲，应于6月12日完成，逾期1个工作日"
    assert "12 June" in head.subject_en or "06-12" in head.subject_en or "1 working day" in head.subject_en


def test_after_nine_days_without_power_one_digest_tells_how_it_stands(desk, people):
    desk.put("甲")
    desk.put("乙", on=date(2026, 6, 10))
    desk.remind("2026-06-08 07:00")
    desk.remind("2026-06-09 07:00")
    desk.remind("2026-06-18 09:40")
    assert told(people.officer) == ["own-3 甲", "own-1 乙", "own+3 甲", "own+3 乙"]
    deliver(now=at("2026-06-18 09:45"))
    assert [one.to for one in mail.outbox].count([people.officer.email]) == 1
    assert Delivery.objects.filter(notice__person=people.officer, status="settled").count() == 2, "the older ones"


def test_on_a_countys_first_morning_what_was_late_before_is_no_news(desk, people):
    desk.put("旧", on=date(2026, 5, 6))
    desk.put("今")
    assert desk.remind("2026-06-12 07:00") == 1
    assert told(people.officer) == ["own+0 今"]


@pytest.mark.parametrize("moment", ["2026-06-12 06:59", "2026-06-12 20:00", "2026-06-13 10:00"])
def test_nothing_is_written_at_night_or_on_rest_days(desk, people, moment):
    desk.put("甲")
    assert desk.remind(moment) == 0
    assert not Morning.objects.exists()


def test_what_is_urgent_goes_at_once_but_waits_for_the_end_of_quiet_hours(desk, people):
    desk.remind("2026-06-12 07:00")
    desk.put("急", kind="haste")
    desk.put("缓")
    assert desk.remind("2026-06-12 10:00") == 1, "the other one waits for the morning"
    assert deliver(now=at("2026-06-12 10:01")).mails == 1
    desk.put("急二", on=date(2026, 6, 15), kind="haste")
    Notice.objects.create(
        key="n",
        person=people.officer,
        county=desk.county,
        kind="x",
        subject="夜里",
        urgent=True,
        created_at=at("2026-06-12 21:00"),
    )
    Delivery.objects.create(notice=Notice.objects.get(key="n"), channel="mail", not_before=at("2026-06-12 21:00"))
    assert deliver(now=at("2026-06-12 21:01")).mails == 0, "night"
    assert deliver(now=at("2026-06-13 10:00")).mails == 0, "Saturday"
    desk.rules = replace(RULES, rest_days=True, evening=at("2026-06-13 22:00").time())
    assert deliver(now=at("2026-06-13 21:30")).mails == 1, "a county that works on Saturdays until ten"


def test_due_on_another_day_it_begins_anew_and_what_is_done_is_settled(desk, people):
    desk.put("甲")
    desk.put("乙")
    desk.remind("2026-06-12 07:00")
    desk.things[0] = replace(desk.things[0], due_at=at("2026-06-18 18:00"))
    del desk.things[1]
    desk.remind("2026-06-15 07:00")
    assert told(people.officer) == ["own+0 甲", "own+0 乙", "own-3 甲"]
    settle(notices := list(Notice.objects.filter(person=people.officer).order_by("pk")))
    assert [notice.settled for notice in notices] == ["已改为6月18日到期", "已办完或不再要求", ""]


def test_what_is_put_off_rests_and_comes_back_but_the_head_hears_all_the_same(desk, people):
    desk.put("甲")
    desk.put("乙")
    services.put_off(
        people.officer, kind="thing", item="thing:甲", until=date(2026, 6, 17), now=at("2026-06-08 10:00")
    )
    pause = services.put_off(people.unit_head, kind="thing", now=at("2026-06-08 10:00"))
    for day in (9, 11, 12, 15, 16):
        desk.remind(f"2026-06-{day:02} 07:00")
    assert told(people.officer) == ["own-3 乙", "own-1 乙", "own+0 乙", "own+1 乙"]
    assert told(people.unit_head) == ["head+1 甲", "head+1 乙"], "what is overdue can't be muted"
    desk.remind("2026-06-17 07:00")
    assert told(people.officer)[4:] == ["own+3 甲", "own+3 乙"], "the pause is over that morning"
    assert list(Pause.objects.all()) == [pause]


def test_a_pause_that_ends_between_two_steps_tells_the_last_one_again(desk, people):
    desk.put("甲")
    desk.remind("2026-06-09 07:00")
    services.put_off(
        people.officer, kind="thing", item="thing:甲", until=date(2026, 6, 10), now=at("2026-06-09 10:00")
    )
    for _again in range(2):
        desk.remind("2026-06-10 07:00")
    assert told(people.officer) == ["own-3 甲", "own-3 甲"]
    assert not Pause.objects.exists()


def test_of_a_vacant_post_the_head_is_told_and_why(desk, people, monkeypatch):
    Post.objects.filter(holder__in=[people.officer, people.unit_head]).update(holder=None)
    Post.objects.filter(title="综合岗").update(holder=people.office)
    desk.put("甲")
    desk.remind("2026-06-12 07:00")
    notice = Notice.objects.filter(person=people.office).get()
    assert "岗位空缺" in notice.body
    assert notice.subject.startswith("西城镇：")


@pytest.mark.parametrize("taken_over", [True, False])
def test_mail_of_who_left_goes_to_who_took_over_else_to_the_head(desk, people, taken_over):
    desk.put("甲")
    desk.remind("2026-06-12 07:00")
    Notice.objects.filter(person=people.officer).update(kind="report_returned")  # a matter of work, whatever it is
    own = Notice.objects.create(
        key="own:1",
        person=people.officer,
        county=desk.county,
        kind="password_reset",
        subject="密码",
        created_at=at("2026-06-12 07:00"),
    )
    Delivery.objects.create(notice=own, channel="mail", not_before=at("2026-06-12 07:00"))
    post, to = people.officer.main_post, people.squad if taken_over else people.unit_head
    if taken_over:
        handovers.plan_change(
            post,
            kind="handover",
            on=DUE,
            by=people.office,
            now=at("2026-06-12 07:30"),
            reason="调动",
            to_user=people.squad,
        )
    else:
        handovers.plan_change(post, kind="vacate", on=DUE, by=people.office, now=at("2026-06-12 07:30"), reason="调动")
    User.objects.filter(pk=people.officer.pk).update(is_active=False)
    deliver(now=at("2026-06-12 08:00"))
    deliver(now=at("2026-06-15 08:00"))
    left = Delivery.objects.filter(notice__person=people.officer)
    assert set(left.values_list("status", "error")) == {("left", f"已改告{to}"), ("left", "")}
    told_on = Notice.objects.get(person=to, kind="report_returned")
    assert "已离岗" in told_on.body
    assert not Notice.objects.filter(kind="password_reset").exclude(person=people.officer).exists(), "nobody else's"
    assert Delivery.objects.get(notice=told_on).status in ("sent", "settled")


def test_a_group_is_told_once_a_morning_of_what_is_due_or_late(desk, people):
    desk.put("甲")
    desk.put("乙", unit="dongguan")
    desk.put("丙", on=date(2026, 6, 15))
    for moment in ("2026-06-11 07:00", "2026-06-12 07:00", "2026-06-12 07:05"):
        desk.remind(moment)
    one = GroupMessage.objects.get()
    assert (one.subject, one.not_before) == ("6月12日：2件事到期或逾期", at("2026-06-12 08:00"))
    assert one.lines == ["1. 西城镇：办甲，6月12日18:00到期", "2. 东关乡：办乙，6月12日18:00到期"] or one.lines == [
        "1. 西城镇：办甲，6月12日 18:00到期",
        "2. 东关乡：办乙，6月12日 18:00到期",
    ]
    desk.rules = replace(RULES, group=(Group("towns", "乡镇群", overdue=3),))
    desk.remind("2026-06-15 07:00")
    assert GroupMessage.objects.count() == 1
    desk.remind("2026-06-17 07:00")
    assert len(GroupMessage.objects.first().lines) == 2


STEPS = st.lists(st.tuples(st.integers(0, 24 * 24), st.booleans()), min_size=1, max_size=14)
THINGS = st.lists(st.tuples(st.integers(0, 24), st.sampled_from(["xicheng", "dongguan"])), min_size=1, max_size=4)


@given(ticks=STEPS, things=THINGS)
def test_whenever_and_by_however_many_it_is_asked_no_step_is_told_twice_and_none_is_lost(
    desk, people, monkeypatch, ticks, things
):
    """Ticks at any hour of 24 days, with silences; each maybe by two workers, of whom the second comes in between."""
    begin = at("2026-06-01 00:00")
    with transaction.atomic():
        desk.things.clear()
        for n, (day, unit) in enumerate(things):
            desk.put(f"{n}", on=date(2026, 6, 1) + timedelta(days=day), unit=unit)
        desk.remind("2026-05-25 07:00")
        for hours, two in sorted(ticks):
            now = begin + timedelta(hours=hours)
            if two:
                _interrupted(desk, now, monkeypatch)
            desk.remind(now)
            today = local_day(now)
            if not (7 <= now.astimezone(begin.tzinfo).hour < 20 and workdays.is_workday(today)):
                continue
            for one in desk.things:
                for step in reached(LADDER, local_day(one.due_at), today, {}):
                    assert Reminded.objects.filter(item=one.key, who=step.who, offset=step.offset).count() == 1
        keys = Notice.objects.filter(key__startswith="remind:").values_list("key", flat=True)
        sent = Counter((key.split(":")[3], key.split(":")[6]) for key in keys)
        units = {f"{n}": unit for n, (_day, unit) in enumerate(things)}
        for row in Reminded.objects.all():
            name = row.item.split(":")[1]
            # Nobody leads: the office's two are told; in Dongguan there is no head.
            people_told = {"own": 1, "head": int(units[name] == "xicheng"), "leader": 2}[row.who]
            assert sent[f"{row.who}{row.offset:+d}", name] == people_told, row
        transaction.set_rollback(True)


def _interrupted(desk: Desk, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other worker does it all between this one's question and its claim."""

    def after_the_other() -> Any:
        patch.undo()
        desk.remind(now)
        return transaction.atomic()

    with monkeypatch.context() as patch:
        patch.setattr("outbox.reminders.services.transaction", SimpleNamespace(atomic=after_the_other))
        assert desk.remind(now) == 0


def test_a_person_puts_off_and_takes_up_on_a_page(desk, people, sign_in):
    desk.put("甲", on=date.today() + timedelta(days=9))
    client = sign_in(people.officer)
    until = date.today() + timedelta(days=5)
    page = client.get("/outbox/reminders/").content.decode()
    assert "办甲" in page
    client.post("/outbox/reminders/put-off/", {"kind": "thing", "item": "thing:甲", "until": f"{until}"})
    client.post("/outbox/reminders/put-off/", {"kind": "thing"})
    assert set(Pause.objects.values_list("person", "item", "until", "said")) == {
        (people.officer.pk, "thing:甲", until, "办甲"), (people.officer.pk, "", None, "事")
    }  # fmt: skip
    for wrong in (
        {"kind": "nonsense"},
        {"kind": "thing", "until": "2020-01-01"},
        {"kind": "thing", "until": "morgen"},
    ):
        client.post("/outbox/reminders/put-off/", wrong)
    assert Pause.objects.count() == 2
    pk = Pause.objects.get(item="").pk
    assert sign_in(people.other_officer).post(f"/outbox/reminders/{pk}/take-up/").status_code == 404
    sign_in(people.officer).post(f"/outbox/reminders/{pk}/take-up/")
    assert Pause.objects.get().item == "thing:甲"


def test_every_kind_that_has_a_day_has_words_and_a_ladder(county, people):
    furnished(county, people)
    found = [item for item in due_items(county, at("2026-06-10 10:00")) if item.due_at]
    assert len({item.kind for item in found}) > 5
    assert {item.kind for item in found} <= set(kinds())
    rules = default_rules()[ReminderRules]
    assert all(rules.of(kind) for kind in kinds())
