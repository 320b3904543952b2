"""Rounds open by themselves, one row for each project that has to report, and catch up after a power cut."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict
from django.utils import translation

from core.days import workdays
from core.days.office import is_quiet, next_post
from core.days.periods import Period
from core.due import due_items
from core.lists.listing import Listing
from core.models import WorkdayOverride
from dispatch.models import Round, RoundRow
from dispatch.rounds import windows as rules_of_rounds
from dispatch.rounds.lists import ROUNDS
from dispatch.rounds.rows.services import answer_more_days, ask_more_days
from dispatch.rounds.windows import window, windows
from jobs.heartbeat import tick
from outbox.models import Notice
from projects.choices import ReportStatus, Stage
from projects.models import ReportingMonth
from projects.rules import RoundRules
from tests.support.factories import make_project, make_report
from tests.support.times import MONTHLY, WEEKLY, at, fixed_rules


@pytest.fixture(autouse=True)
def _rules(monkeypatch):
    rules = fixed_rules()
    monkeypatch.setattr("organization.profiles.rules.default_rules", lambda: rules)


# when ---------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("D03")
def test_a_month_opens_in_itself_and_is_due_in_the_next():
    may = window("monthly", Period.month(2026, 5), MONTHLY, {})
    assert (may.opens_at, may.due_at) == (at("2026-05-25 07:00"), at("2026-06-05 18:00"))


@pytest.mark.requirement("D03")
def test_days_that_are_rest_days_move_to_the_next_working_day():
    june = window("monthly", Period.month(2026, 6), MONTHLY, {})
    assert june.due_at == at("2026-07-06 18:00"), "5 July 2026 is a Sunday"
    september = window("monthly", Period.month(2026, 9), MONTHLY, {})
    assert september.due_at == at("2026-10-08 18:00"), "1 to 7 October are rest days"
    moved = window("monthly", Period.month(2026, 6), MONTHLY, {date(2026, 7, 5): True})
    assert moved.due_at == at("2026-07-05 18:00"), "the office's own calendar wins"


@pytest.mark.requirement("D03")
def test_a_day_that_the_month_does_not_have_is_its_last():
    rules = RoundRules(open_day=31, due_day=30)
    assert window("monthly", Period.month(2027, 1), rules, {}).due_at.date() == date(2027, 3, 1), (
        "28 February is a Sunday"
    )


@pytest.mark.requirement("D03")
def test_a_week_without_a_working_day_has_no_round():
    week = Period.parse("2026-W21")
    rest = {date(2026, 5, day): False for day in range(18, 25)}
    assert window("weekly", week, WEEKLY, rest) is None
    assert window("weekly", week, WEEKLY, {}).due_at == at("2026-05-22 18:00")


@pytest.mark.requirement("D03")
def test_after_a_long_silence_every_round_is_there_once():
    found = windows(
        "monthly", MONTHLY, after=Period.month(2026, 2), since=at("2026-01-01"), now=at("2026-06-30 12:00"), days={}
    )
    assert [str(w.period) for w in found] == ["2026-03", "2026-04", "2026-05", "2026-06"]


@pytest.mark.requirement("D03")
def test_a_county_is_not_asked_for_what_was_due_before_it_began():
    found = windows("monthly", MONTHLY, after=None, since=at("2026-06-10 10:00"), now=at("2026-06-26 12:00"), days={})
    assert [str(w.period) for w in found] == ["2026-06"]


@pytest.mark.requirement("D04")
def test_mail_goes_in_the_morning_of_a_working_day():
    assert next_post(at("2026-06-05 07:00"), {}) == at("2026-06-05 08:00")
    assert next_post(at("2026-06-05 10:00"), {}) == at("2026-06-08 08:00"), "Friday's talk is Monday's mail"
    assert [is_quiet(at(f"2026-06-05 {hour}"), {}) for hour in ("07:59", "08:00", "19:59", "20:00")] == [
        True,
        False,
        False,
        True,
    ]
    assert is_quiet(at("2026-06-06 10:00"), {})


# what ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def projects(county):
    made = at("2026-05-10 09:00")
    return {
        "started": make_project(county, name="粮库", stage=Stage.STARTED, created_at=made),
        "prework": make_project(county, name="标准厂房", stage=Stage.PREWORK, lead_unit="dongguan", created_at=made),
        "reserve": make_project(county, name="冷链", stage=Stage.RESERVE, created_at=made),
        "planned": make_project(county, name="水厂", stage=Stage.RESERVE, plan=1, created_at=made),
        "resting": make_project(
            county, name="酒厂", stage=Stage.STARTED, state="suspended", state_reason="资金", created_at=made
        ),
    }


def names(opened: Round) -> set[str]:
    return set(opened.rows.values_list("project__name", flat=True))


@pytest.mark.requirement("D03")
def test_the_months_and_the_weeks_round_open_with_a_row_for_each_project_that_has_to_report(county, projects):
    tick(at("2026-05-25 06:59"))
    assert not Round.objects.filter(period="2026-05").exists()
    tick(at("2026-05-25 07:00"))
    month, week = Round.objects.get(period="2026-05"), Round.objects.get(period="2026-W22")
    assert names(month) == {"粮库", "标准厂房", "水厂"}
    assert names(week) == {"粮库"}
    assert month.due_at == at("2026-06-05 18:00")
    assert RoundRow.objects.get(round=month, project=projects["prework"]).unit.code == "dongguan"


@pytest.mark.requirement("D03")
def test_an_open_round_follows_the_registry_and_nothing_comes_in_by_itself(county, projects):
    tick(at("2026-05-25 07:00"))
    make_project(county, name="敬老院", stage=Stage.STARTED, created_at=at("2026-06-02 09:00"))
    projects["started"].state, projects["started"].state_reason = "withdrawn", "不建了"
    projects["started"].save()
    tick(at("2026-06-05 17:00"))
    month = Round.objects.get(period="2026-05")
    assert names(month) == {"粮库", "标准厂房", "水厂"}
    assert dict(month.rows.exclude(out="").values_list("project__name", "out")) == {"粮库": "withdrawn"}
    assert {row.project.name for row in month.rows.missing()} == {"标准厂房", "水厂"}


def test_who_has_not_reported_is_asked_from_the_reports(county, projects):
    tick(at("2026-05-25 07:00"))
    month = Round.objects.get(period="2026-05")
    report = make_report(
        projects["started"], "2026-05", status=ReportStatus.SUBMITTED, submitted_at=at("2026-06-08 09:00")
    )
    make_report(projects["prework"], "2026-05", status=ReportStatus.DRAFT)
    assert {row.project.name for row in month.rows.missing()} == {"标准厂房", "水厂"}
    tick(at("2026-06-08 09:30"))
    row = month.rows.get(project=projects["started"])
    assert (row.report, row.submitted_at) == (report, at("2026-06-08 09:00"))
    assert row.submitted_at > month.due_at, "late stays late"
    report.status, report.return_reason = ReportStatus.RETURNED, "少了形象进度"
    report.save()
    assert {row.project.name for row in month.rows.missing()} == {"粮库", "标准厂房", "水厂"}, "returned is owed again"


@pytest.mark.requirement("D04")
def test_officers_hear_that_it_opened_and_are_reminded_by_what_is_due_heads_once_it_is_late(county, people, projects):
    """Before, on and after the day; a unit that was given more days is reminded by those."""
    days = ["05-25", "06-03", "06-04", "06-05", "06-08"]
    for day in days[:3]:
        tick(at(f"2026-{day} 09:00"))
    month, unit = Round.objects.get(period="2026-05"), projects["prework"].lead_unit
    until, sooner = date(2026, 6, 9), at("2026-06-04 10:00")
    asked = ask_more_days(month, unit, until=until, reason="下雨", by=people.other_officer, now=sooner)
    answer_more_days(asked, until=until, by=people.office, now=sooner)
    for day in days[3:]:
        tick(at(f"2026-{day} 09:00"))

    def told(person):
        kept = Notice.objects.filter(person=person).order_by("pk")
        ours = kept.filter(key__startswith=f"round:{month.pk}:") | kept.filter(key__contains=":report_fill:2026-05:")
        return [(notice.kind, f"{notice.created_at:%m-%d}") for notice in ours]

    assert told(people.officer) == [("report_open", days[0]), *(("remind_own", day) for day in days[1:])]
    assert told(people.unit_head) == [("remind_head", days[4])]
    assert told(people.other_officer)[-1] == ("remind_own", days[4])
    newest = Notice.objects.filter(person=people.other_officer, key__contains=":report_fill:2026-05:").latest("pk")
    assert "6月9日" in newest.subject
    assert told(people.leader) == []


@pytest.mark.requirement("D04")
def test_who_has_reported_is_left_in_peace(county, people, projects):
    tick(at("2026-05-25 07:00"))
    for name in ("started", "planned"):
        make_report(projects[name], "2026-05", status=ReportStatus.SUBMITTED, submitted_at=at("2026-06-01 09:00"))
    tick(at("2026-06-03 07:00"))
    told = Notice.objects.filter(key__contains=":report_fill:2026-05:", kind="remind_own")
    assert set(told.values_list("person", flat=True)) == {people.other_officer.pk}
    assert "1个项目" in told.get().subject.replace(" ", "")


def test_a_report_returned_after_a_reminder_brings_no_reminder_of_the_past(county, people, projects):
    for moment in ("2026-05-25 07:00", "2026-06-03 07:00"):
        tick(at(moment))
    count = Notice.objects.count()
    make_project(county, name="敬老院", stage=Stage.STARTED, lead_unit="kaifaqu", created_at=at("2026-05-12 09:00"))
    tick(at("2026-06-03 12:00"))
    assert Notice.objects.count() == count


def test_a_week_closes_by_itself_and_a_month_with_the_office(county, people, projects):
    for moment in ("2026-05-25 07:00", "2026-06-02 06:59"):
        tick(at(moment))
    assert Round.objects.get(period="2026-W22").closed_at is None
    tick(at("2026-06-02 07:00"))
    assert Round.objects.get(period="2026-W22").closed_at == at("2026-06-02 07:00")
    assert Round.objects.get(period="2026-05").closed_at is None
    ReportingMonth.objects.create(
        county=county, month="2026-05", closed_at=at("2026-06-06 10:00"), closed_by=people.office
    )
    tick(at("2026-06-06 11:00"))
    assert Round.objects.get(period="2026-05").closed_at == at("2026-06-06 10:00")


def test_nothing_opens_in_a_county_without_projects(county):
    tick(at("2026-05-25 07:00"))
    assert not Round.objects.exists()


def test_every_kind_has_its_rules():
    assert set(rules_of_rounds.KINDS) == set(Round.Kind.values)


@pytest.mark.parametrize(
    ("now", "told", "years"),
    [
        (datetime(2026, 6, 10, 2, tzinfo=UTC), False, []), (datetime(2026, 10, 20, 2, tzinfo=UTC), False, []),
        (datetime(2026, 12, 1, 2, tzinfo=UTC), False, [2027]), (datetime(2027, 3, 1, 2, tzinfo=UTC), False, [2027]),
        (datetime(2026, 12, 1, 2, tzinfo=UTC), True, []),
    ],
)  # fmt: skip
def test_moved_days_that_nobody_knows_are_said_to_the_office_and_where_the_rounds_are(
    county, people, now, told, years, monkeypatch
):
    monkeypatch.setattr(workdays, "moved_days_known", lambda year: year < 2027)
    if told:
        WorkdayOverride.objects.create(day=date(2027, 2, 6), is_workday=True, source="国办通知")
    keys = [f"workdays:{year}" for year in years]
    for person, sees in ((people.office, keys), (people.officer, []), (None, keys)):
        found = due_items(county, now, person=person)
        assert [item.key for item in found if item.kind == "workdays"] == sees
    with translation.override("en"):
        said = ROUNDS.sub(Listing(ROUNDS, people.office, QueryDict(""), now=now))
    assert [str(year) for year in years] == [
        text.split(" aren't")[0][-4:] for text in said if "moved working days" in text
    ]
