"""The year as a page, a person's own file, and the working days that the office corrects."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from core.banners import said
from core.days import moved, office
from core.models import WorkdayOverride
from core.refusals import Refused
from dispatch.calendar import ics, pages, services
from dispatch.calendar.models import CalendarAddress
from dispatch.calendar.receivers import concerned
from dispatch.calendar.rules import CalendarRule, CalendarRules, Party
from organization.people.models import Post
from organization.profiles.rules import default_rules
from tests.support.factories import NOW
from tests.support.times import with_sections

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D03")]
OWN = (
    CalendarRule("meeting", "例会；全体, 准时\\到", "meeting", nth=1, weekday=1, to=(Party(role="leader"),)),
    CalendarRule("spot", "抽查", "lot", every="week", weekday=3, draws=2, answers=(Party(role="office"),)),
)


@pytest.fixture(autouse=True)
def _rules(monkeypatch):
    rules = with_sections(default_rules(), CalendarRules(OWN))
    monkeypatch.setattr("organization.profiles.rules.default_rules", lambda: rules)


def read_back(content: bytes):
    icalendar = pytest.importorskip("icalendar", reason="a test wants a real library to read what was written")
    return icalendar.Calendar.from_ical(content)


def test_the_year_stands_by_months_and_can_be_narrowed(county, people, sign_in, django_assert_max_num_queries):
    client = sign_in(people.office)
    client.get("/dispatch/calendar/2026/")
    with django_assert_max_num_queries(20):
        page = client.get("/dispatch/calendar/2026/")
    assert page.context["page"].total == 12 + 51 + 12 + 12 + 52
    assert [len(month.lines) > 0 for month in page.context["page"].months] == [True] * 12
    assert client.get("/dispatch/calendar/2026/?does=lot").context["page"].total == 52
    assert client.get("/dispatch/calendar/2026/?does=nonsense").context["page"].total == page.context["page"].total
    assert sign_in(people.leader).get("/dispatch/calendar/2026/?own=1").context["page"].total == 12
    assert client.get("/dispatch/calendar/").headers["Location"].startswith("/dispatch/calendar/20")


def test_an_act_that_was_done_is_a_link_whatever_it_made(county, people, sign_in):
    rules = with_sections(default_rules(), CalendarRules(OWN))
    services.carry_out(county, now=office.at(date(2026, 5, 30)), rules=rules, days={})
    services.carry_out(county, now=office.at(date(2026, 6, 1)), rules=rules, days={})
    found = pages.year_of(county, people.office, rules, 2026, {}, on=date(2026, 6, 1))
    linked = [line for month in found.months for line in month.lines if line.href]
    assert [(line.act.rule, line.act.day, line.today) for line in linked] == [("meeting", date(2026, 6, 1), True)]


def test_a_calendar_programme_reads_what_concerns_a_person_and_nothing_else(county, people, sign_in):
    client = sign_in(people.leader)
    assert client.post("/dispatch/calendar/address/").status_code == 303
    address = CalendarAddress.objects.get(person=people.leader)
    where = f"/dispatch/calendar/{address.token}.ics"
    answer = Client().get(where)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert "no-store" in answer.headers["Cache-Control"]
    assert b"SUMMARY" in answer.content
    assert "抽查".encode() not in b"".join(answer.content.split(b"\r\n "))
    client.post("/dispatch/calendar/address/")
    assert Client().get(where).status_code == 404, "the address before leads nowhere"
    fresh = CalendarAddress.objects.get(person=people.leader)
    people.leader.is_active = False
    people.leader.save()
    assert Client().get(f"/dispatch/calendar/{fresh.token}.ics").status_code == 404, (
        "nor does that of somebody who left"
    )


def test_a_real_library_reads_the_file_as_it_was_meant(county, people):
    rules = with_sections(default_rules(), CalendarRules(OWN))
    content = pages.file_of(
        people.leader, county, rules, {}, now=NOW, on=date(2026, 6, 10), page="https://x.example/calendar/"
    )
    events = list(read_back(content).walk("VEVENT"))
    assert [str(event["SUMMARY"]).partition("：")[0] for event in events] == [OWN[0].label] * 13
    days = [event["DTSTART"].dt for event in events]
    assert days[:4] == [date(2026, 6, 1), date(2026, 7, 6), date(2026, 8, 3), date(2026, 9, 7)]
    assert all((event["DTEND"].dt - event["DTSTART"].dt).days == 1 for event in events)
    assert len({str(event["UID"]) for event in events}) == len(events)


@given(st.text(max_size=200), st.text(max_size=400))
def test_whatever_a_rule_is_called_the_lines_hold_and_are_read_back(summary, description):
    content = ics.written([ics.Event("a", date(2026, 6, 1), summary, description)], name=summary, now=NOW)
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    for line in lines:
        line.decode()
    [event] = read_back(content).walk("VEVENT")
    plain = summary.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(sign for sign in plain if (sign >= " " or sign in "\n\t") and sign != "\x7f")
    assert str(event["SUMMARY"]) == kept


# working days --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2027-02-06 班 国办通知", [(date(2027, 2, 6), True, "国办通知")]),
        ("2027年2月5日\t休\t国办发明电 3号\n\n2027-2-6\t上班", [
            (date(2027, 2, 5), False, "国办发明电 3号"), (date(2027, 2, 6), True, "")]),
        ("2027-02-06 班\n2027-02-06 休", [(date(2027, 2, 6), False, "")]),  # the last word counts
    ],
)  # fmt: skip
def test_a_pasted_table_of_days_is_read(text, found):
    assert [(one.day, one.is_workday, one.source) for one in moved.read(text)] == found


@pytest.mark.parametrize("text", ["", "2027-02-30 班", "2027-02 班", "明天 班", "2027-02-06", "2027-02-06 也许"])
def test_what_cannot_be_read_is_said_and_nothing_kept(text):
    with pytest.raises(Refused):
        moved.read(text)


def test_the_office_corrects_days_and_the_year_follows(county, people, sign_in):
    client = sign_in(people.office)
    assert client.post("/dispatch/calendar/2026/days/", {"text": "2026-07-06 休 县里通知"}).status_code == 303
    row = WorkdayOverride.objects.get()
    assert (row.day, row.is_workday, row.told_by) == (date(2026, 7, 6), False, people.office)
    lines = client.get("/dispatch/calendar/2026/?does=meeting").context["page"].months[6].lines
    assert [line.act.day for line in lines] == [date(2026, 7, 7)]
    assert client.post("/dispatch/calendar/2026/days/", {"text": "2026-07-06 也许"}).status_code == 422
    assert client.post("/dispatch/calendar/2026/days/back/", {"day": "2026-07-06"}).status_code == 303
    assert not WorkdayOverride.objects.exists()
    assert client.post("/dispatch/calendar/2026/days/back/", {"day": "x"}).status_code == 303


def test_from_december_on_it_is_said_until_next_years_days_are_there(county):
    def spoken(day):
        return [text for text in said(county, day) if "2036" in text]

    assert not spoken(date(2035, 11, 30))
    assert spoken(date(2035, 12, 1))
    assert spoken(date(2035, 12, 31))
    WorkdayOverride.objects.create(day=date(2036, 2, 2), is_workday=True, source="国办通知")
    assert not spoken(date(2035, 12, 1))


def test_who_holds_the_post_now_is_meant(county, people):
    [meeting, _spot] = OWN
    assert concerned(people.leader, meeting.to, county)
    Post.objects.filter(holder=people.leader).update(holder=people.finance)
    fresh = type(people.leader).objects.get(pk=people.leader.pk)
    assert not concerned(fresh, meeting.to, county)
