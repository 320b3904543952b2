"""On which days a rule falls, and what a county's document says of its year, counted by hand."""

from __future__ import annotations

import io
import json
from collections import Counter
from datetime import date

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from core.days import workdays
from dispatch.calendar import year
from dispatch.calendar.recurrence import acts
from dispatch.calendar.rules import CalendarRule
from organization.profiles.loader import ProfileError, build, read


def rule(**facts):
    return CalendarRule(**{"code": "a", "label": "甲", "does": "task", **facts})


def on(*rules, first="2026-01-01", last="2026-12-31", code="a", days=None):
    found = acts(rules, date.fromisoformat(first), date.fromisoformat(last), days or {})
    return [f"{act.day:%m-%d}" for act in found if act.rule == code]


@pytest.mark.requirement("D03")
@pytest.mark.parametrize(
    ("facts", "last", "days"),
    [
        ({"days": (15, 30), "shift": "none"}, "2026-03-31", "01-15 01-30 02-15 02-28 03-15 03-30"),  # no 30 February
        (
            {"days": (15, 30)},
            "2026-03-31",
            "01-15 01-30 02-24 02-28 03-16 03-30",
        ),  # Spring Festival; 28 February is worked
        ({"days": (15, 30), "shift": "before"}, "2026-03-31", "01-15 01-30 02-14 02-28 03-13 03-30"),  # both moved
        ({"days": (15, 30), "shift": "nearest"}, "2026-03-31", "01-15 01-30 02-14 02-28 03-16 03-30"),
        ({"days": (31, 30), "shift": "none"}, "2026-04-30", "01-30 01-31 02-28 03-30 03-31 04-30"),  # one, not two
        ({"nth": 1, "weekday": 1}, "2026-05-31", "01-05 02-02 03-02 04-07 05-06"),  # Qingming, 1 May
        ({"nth": -1, "weekday": 5}, "2026-04-30", "01-30 02-27 03-27 04-24"),
        ({"nth": 5, "weekday": 5}, "2026-06-30", "01-30 05-29"),
        ({"last_workday": True}, "2026-05-31", "01-30 02-28 03-31 04-30 05-29"),  # 28 February is worked
        ({"every": "week", "step": 2, "weekday": 1, "first": date(2026, 1, 7)}, "2026-02-28", "01-19 02-02 02-24"),
        ({"step": 2, "days": (10,), "first": date(2025, 12, 1)}, "2026-08-31", "02-10 04-10 06-10 08-10"),
        ({"every": "quarter", "days": (20,)}, "2026-12-31", "03-20 06-22 09-20 12-21"),  # 20 September is worked
        ({"every": "quarter", "month": 1, "days": (20,), "step": 2}, "2026-12-31", "01-20 07-20"),
        ({"every": "half", "last_workday": True}, "2026-12-31", "06-30 12-31"),
        ({"every": "year", "month": 10, "days": (15,)}, "2026-12-31", "10-15"),
        ({"days": (1,), "months": (5, 10)}, "2026-12-31", "05-06 10-08"),
        ({"days": (10,), "until": date(2026, 2, 10)}, "2026-12-31", "01-12 02-10"),  # 10 January is a Saturday
    ],
)
def test_a_rule_falls_on_these_days(facts, last, days):
    assert on(rule(**facts), last=last) == days.split()


@pytest.mark.requirement("D03")
def test_what_stands_before_another_act_follows_it():
    meeting = rule(code="m", nth=1, weekday=1)
    papers = rule(before="m", before_days=7, shift="before")
    assert on(meeting, papers, last="2026-05-31") == ["01-26", "02-14", "03-31", "04-29", "05-25"], (
        "a week before 7 April and 6 May, where the meetings are moved to; 23 February is a holiday"
    )
    assert on(meeting, papers, first="2026-12-28", last="2026-12-31") == ["12-28"], "of next year's first meeting"


@pytest.mark.requirement("D03")
def test_the_offices_own_days_win():
    assert on(rule(days=(15,)), last="2026-01-31", days={date(2026, 1, 15): False}) == ["01-16"]
    [act] = acts([rule(days=(15,))], date(2026, 1, 1), date(2026, 1, 31), {date(2026, 1, 15): False})
    assert act.named == date(2026, 1, 15), "by which it stays the same act"


@pytest.mark.requirement("D03")
def test_it_is_due_so_many_days_later():
    [act] = acts([rule(days=(15,), due_workdays=3)], date(2026, 1, 1), date(2026, 1, 31), {})
    assert (act.day, f"{act.due:%m-%d %H:%M}") == (date(2026, 1, 15), "01-20 18:00")
    [act] = acts([rule(does="round", days=(30,), open_workdays=3)], date(2026, 1, 1), date(2026, 1, 31), {})
    assert (act.day, f"{act.due:%m-%d}") == (date(2026, 1, 27), "01-30"), "a round opens before its day"


@given(
    st.builds(
        lambda days, shift, step: rule(days=tuple(days), shift=shift, step=step),
        st.lists(st.integers(1, 31), min_size=1, max_size=4),
        st.sampled_from(["after", "before", "nearest"]),
        st.integers(1, 5),
    ),
    st.dates(date(2024, 1, 1), date(2026, 10, 1)),
    st.integers(0, 60),
)
def test_two_stretches_have_what_the_whole_has_and_all_on_working_days(one, first, length):
    middle = date.fromordinal(first.toordinal() + length)
    last = date.fromordinal(middle.toordinal() + 30)
    whole = acts([one], first, last, {})
    parts = [*acts([one], first, middle, {}), *acts([one], date.fromordinal(middle.toordinal() + 1), last, {})]
    assert [act.day for act in whole] == [act.day for act in parts]
    assert all(workdays.is_workday(act.day) for act in whole)


# the counties' documents ---------------------------------------------------------------------------------------------

FIRST_MONDAYS = "01-05 02-02 03-02 04-07 05-06 06-01 07-06 08-03 09-07 10-08 11-02 12-07"  # holidays: the day after
BY_HAND = [  # counted in the almanac of 2026, from what the documents say
    ("huinan", "meeting", FIRST_MONDAYS),
    ("dancheng", "meeting", FIRST_MONDAYS),
    ("dancheng", "material", "01-26 02-14 03-31 04-29 05-25 06-29 07-27 08-31 09-30 10-26 11-30 12-28"),
    ("dancheng", "tour", "02-02 04-07 06-01 08-03 10-08 12-07"),
    (
        "dancheng",
        "inspection",
        "01-15 01-30 02-14 02-28 03-13 03-31 04-15 04-30 05-15 05-29 06-15 06-30 07-15 07-31 08-14 08-31 09-15 09-30 "
        "10-15 10-30 11-13 11-30 12-15 12-31",
    ),
    (
        "lanxian",
        "report",  # opens three working days before the 15th, the 30th
        "01-12 01-27 02-12 02-25 03-11 03-25 04-10 04-27 05-12 05-27 06-10 06-25 07-10 07-27 08-12 08-26 09-10 09-24 "
        "10-12 10-27 11-11 11-25 12-10 12-25",
    ),
    (
        "lanxian",
        "handover",
        "01-05 01-19 02-05 02-24 03-05 03-18 04-07 04-20 05-06 05-18 06-05 06-18 07-06 07-20 08-05 08-18 09-07 09-18 "
        "10-08 10-19 11-05 11-18 12-07 12-18",
    ),
    ("lanxian", "tour", "10-15"),
    ("lanxian", "summary", "12-31"),
    ("qinshui", "entries", "01-30 02-28 03-31 04-30 05-29 06-30 07-31 08-31 09-30 10-30 11-30 12-31"),
    ("gongjian_county", "meeting", FIRST_MONDAYS),
    ("gongjian_town", "meeting", "03-20 06-22 09-20 12-21"),
    ("gongjian_town", "evaluation", "12-21"),
]
#: How many of each over the year: the month's and the week's rounds (no week of Spring Festival), bulletins, and the
#: rules of the document.
COUNTS = {
    "huinan": {"monthly": 12, "weekly": 51, "draft_monthly": 12, "meeting": 12},
    "dancheng": {"monthly": 12, "draft_monthly": 12, "draft_half": 1, "draft_annual": 1, "meeting": 12,
                 "material": 12, "tour": 6, "inspection": 24},
    "lanxian": {"monthly": 12, "weekly": 51, "draft_monthly": 12, "report": 24, "handover": 24, "meeting": 26,
                "tour": 1, "summary": 1},
    "qinshui": {"monthly": 12, "weekly": 51, "draft_monthly": 12, "entries": 12},
    "gongjian_county": {"monthly": 12, "draft_monthly": 12, "meeting": 12},
    "gongjian_services": {"monthly": 12, "weekly": 51, "draft_monthly": 12},
    "gongjian_town": {"monthly": 12, "draft_monthly": 12, "spot": 52, "meeting": 4, "evaluation": 1},
}  # fmt: skip


def year_of(name):
    return year.of_year(build(read(name), key=name, version=1), 2026, {})


@pytest.mark.requirement("D03")
@pytest.mark.parametrize("name", COUNTS)
def test_a_countys_year_is_what_its_document_says(name):
    found = year_of(name)
    assert Counter(act.rule for act in found) == COUNTS[name]
    for county, code, days in BY_HAND:
        if county == name:
            assert [f"{act.day:%m-%d}" for act in found if act.rule == code] == days.split(), code


@pytest.mark.requirement("D03")
def test_reports_of_the_15th_and_30th_are_due_there():
    due = [f"{act.due:%m-%d}" for act in year_of("lanxian") if act.rule == "report"]
    assert due[:8] == ["01-15", "01-30", "02-24", "02-28", "03-16", "03-30", "04-15", "04-30"]


# what can be wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.requirement("D03")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("days = [31]\nmonths = [2]", "永远轮不到"),
        ("days = [31]\nevery = 'quarter'\nmonth = 2\nmonths = [11]", "永远轮不到"),
        ("days = [1]\nevery = 'half'\nmonths = [5]", "永远轮不到"),
        ("days = [1]\nmonths = [5]\nfirst = 2026-06-01\nuntil = 2026-12-31", "永远轮不到"),
        ("days = [1]\nfirst = 2026-06-01\nuntil = 2026-05-31", "早于"),
        ("days = [1]\nlast_workday = true", "三种"),
        ("nth = 1", "weekday"),
        ("every = 'week'", "星期几"),
        ("every = 'week'\nstep = 2\nweekday = 1", "first"),
        ("before = 'b'", "“b”"),
        ("before = 'a'", "a → a"),
        ("days = [1]\nto = [{unit = 'nowhere'}]", "nowhere"),
        ("days = [1]\nto = [{}]", "写明"),
        ("days = [1]\nto = [{post = '县长'}]", "县长"),
        ("days = [1]\nsize = '2b'", "2b"),
    ],
)
def test_a_rule_that_cannot_be_is_said_in_words(text, words, tmp_path):
    path = tmp_path / "qinghe.toml"
    path.write_text(
        f'[county]\nname = "青禾县"\n[[calendar.rule]]\ncode = "a"\nlabel = "甲"\ndoes = "task"\n{text}\n', "utf-8"
    )
    with pytest.raises(ProfileError) as error:
        read(str(path))
    assert words in str(error.value)
    assert len(error.value.problems) == 1


@pytest.mark.requirement("D03")
def test_the_command_prints_the_year_for_people_and_for_machines(county):
    out = io.StringIO()
    call_command("calendar", 2026, format="json", stdout=out)
    rows = json.loads(out.getvalue())
    assert set(rows[0]) == {"date", "rule", "kind", "title", "due", "for"}
    assert [row["date"] for row in rows if row["rule"] == "monthly"][:2] == ["2026-01-20", "2026-02-24"]
    out = io.StringIO()
    call_command("calendar", 2026, stdout=out)
    assert len(out.getvalue().splitlines()) == len(rows)
