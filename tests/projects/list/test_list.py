"""The list of projects: what is found, counted, shown, and what goes out as a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from core.days.periods import Period
from core.lists.listing import Listing
from organization.changes import services as changes
from organization.units.models import Unit, UnitKind
from projects.choices import Stage, State
from projects.list import columns, filters
from projects.list.listing import ask
from projects.list.lists import PROJECTS
from projects.models import Project
from projects.plans.services import set_plan
from projects.reports.months import latest_period
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of
from tests.support.times import at

pytestmark = [pytest.mark.requirement("P01"), pytest.mark.django_db]
ON = date(2026, 6, 10)


@pytest.fixture
def projects(county, people):
    """Six projects as of May: behind, slow, on pace, start overdue, not due, suspended."""
    made = {
        "behind": make_project(county, name="滞后厂房", stage=Stage.STARTED, plan=1200 * WAN, sponsor="县领导01"),
        "slow": make_project(county, name="偏慢道路", stage=Stage.ENTERED, plan=1200 * WAN, lead_unit="dongguan"),
        "good": make_project(county, name="正常学校", stage=Stage.STARTED, plan=1200 * WAN, level="city"),
        "start": make_project(
            county, name="应开医院", stage=Stage.PREWORK, plan=100 * WAN, planned_start=date(2026, 3, 1)
        ),
        "later": make_project(county, name="年底大桥", stage=Stage.RESERVE, planned_start=date(2026, 12, 1)),
        "stop": make_project(
            county, name="停建酒店", stage=Stage.STARTED, state=State.SUSPENDED, state_reason="资金", plan=9 * WAN
        ),
    }
    for name, works in (("behind", 100), ("slow", 300), ("good", 600)):
        make_report(made[name], "2026-05", works=works * WAN)
    return made


def listed(user, query: str = "") -> Listing:
    return Listing(PROJECTS, user, QueryDict(query), now=NOW)


def names(user, query: str = "") -> list[str]:
    return [row["project__name"] for row in listed(user, query).rows()] if listed(user, query).count else []


# what is found ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("light=behind", ["滞后厂房"]),
        ("light=slow", ["偏慢道路"]),
        ("light=good", ["正常学校"]),
        ("light=start", ["应开医院"]),
        ("light=grey", ["年底大桥"]),
        ("light=stop", ["停建酒店"]),
        ("light=behind&light=slow", ["滞后厂房", "偏慢道路"]),
        ("stage=started", ["滞后厂房", "正常学校", "停建酒店"]),
        ("stage=started&light=good", ["正常学校"]),
        ("unit=dongguan", ["偏慢道路"]),
        ("level=city&level=province", ["正常学校"]),
        ("state=suspended", ["停建酒店"]),
        ("plan=without", ["年底大桥"]),
        ("plan=with&stage=prework", ["应开医院"]),
        ("stage=started&state=active&entered=no", ["滞后厂房", "正常学校"]),
        ("size=1b", []),
        ("q=厂房", ["滞后厂房"]),
        ("q=东关乡", ["偏慢道路"]),
        ("q=zhcf", ["滞后厂房"]),
        ("q=ZCXX", ["正常学校"]),
        ("q=hc 东关", []),
    ],
)
def test_filters_and_search_find(people, projects, query, expected):
    assert names(people.office, query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("light=start_overdue", ["应开医院"]),
        ("light=red", ["滞后厂房", "应开医院"]),
        ("light=behind&light=slow&light=no_start_date", ["滞后厂房", "偏慢道路"]),
    ],
)
def test_links_from_elsewhere_name_lights_by_code_or_colour(people, projects, query, expected):
    assert names(people.office, query) == expected
    assert all(chip.said for chip in listed(people.office, query).chips if chip.key == "light")


def test_links_from_elsewhere_name_units_by_id(county, people, projects):
    shown = listed(people.office, f"unit={unit_of(county, 'dongguan').pk}")
    assert [row["project__name"] for row in shown.rows()] == ["偏慢道路"]
    assert next(chip.said for chip in shown.chips if chip.key == "unit") == "东关乡"
    assert listed(people.office, "unit=99999999").count == 0


def test_a_unit_that_was_moved_is_found_by_its_code_with_all_below_it(county, people, projects):
    unit, place = unit_of(county, "dongguan"), unit_of(county, "kaifaqu")
    station = Unit(code="zhan", name="东关站", short_name="东关站", kind=UnitKind.OTHER, parent=unit)
    station.save()
    make_project(county, name="站房", lead_unit=station)
    changes.plan_change(unit, kind="move", new_parent=place, on=NOW.date(), by=people.admin, now=NOW, reason="调整")
    assert set(names(people.office, "unit=dongguan")) == {"偏慢道路", "站房"}


def test_sponsors_are_a_filter(people, projects):
    post = projects["behind"].sponsors.get().post_id
    assert names(people.office, f"sponsor={post}") == ["滞后厂房"]
    assert names(people.leader, "sponsor=mine") == ["滞后厂房"]


def test_my_unit_is_mine(people, projects):
    assert "偏慢道路" not in names(people.officer, "unit=mine")
    assert names(people.other_officer, "unit=mine") == ["偏慢道路"]


def test_an_officer_sees_what_concerns_the_own_unit(people, projects):
    assert names(people.other_officer) == ["偏慢道路"]
    assert listed(people.leader).count == 6


def test_what_was_withdrawn_is_left_out_until_it_is_asked_for(county, people, projects):
    make_project(county, name="取消商场", state=State.WITHDRAWN, state_reason="退出")
    assert "取消商场" not in names(people.office)
    assert names(people.office, "state=withdrawn") == ["取消商场"]


def test_not_reported_this_month_are_those_whose_report_is_not_handed_in(people, projects):
    found = names(people.office, "report=missing")
    assert set(found) == {"应开医院"}  # May is being reported on 10 June; the three that work have reported


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        ("name", "年底大桥", "滞后厂房"),
        ("-rate", "正常学校", "年底大桥"),
        ("rate", "应开医院", "年底大桥"),
        ("-done", "正常学校", "停建酒店"),
        ("stage", "年底大桥", "偏慢道路"),
    ],
)
def test_columns_sort_with_empty_values_last(people, projects, sort, first, last):
    found = names(people.office, f"sort={sort}")
    assert (found[0], found[-1]) == (first, last)


def test_every_column_can_be_shown_sorted_and_written(people, projects):
    for column in columns.COLUMNS:
        for sign in ("", "-"):
            shown = listed(people.office, f"col={column.key}&sort={sign}{column.key}")
            assert shown.body
            assert len(list(shown.file_rows())) == 7, column.key


def test_every_filter_takes_every_value(people, projects):
    for filter in filters.FILTERS:
        options = filter.options if not callable(filter.options) else ()
        for value, *_label in [*options, ("nonsense",)]:
            assert listed(people.office, f"{filter.key}={value}").count >= 0, (filter.key, value)


# totals and counts --------------------------------------------------------------------------------------------------


def test_the_total_is_a_sum_over_a_sum(people, projects):
    shown = listed(people.office, "stage=started&state=active")
    assert shown.totals == {
        "n": 2,
        "summed": 2,
        "summed_groups": 2,
        "total_investment": 40_000 * WAN,
        "plan": 2400 * WAN,
        "done": 700 * WAN,
        "rated": 700 * WAN,
    }
    assert "29.2" in shown.body  # 700 of 2400, not the mean of 8.3 and 50


def test_counts_of_the_views_are_those_of_their_lists(people, projects):
    for user in (people.office, people.officer, people.leader):
        for tab in listed(user).tabs:
            assert tab.count == listed(user, tab.href.removeprefix("?")).count, tab.label


def test_counts_are_exact_as_soon_as_somebody_writes(people, projects):
    def behind(month: str) -> int:
        shown = listed(people.office, f"period={month}")
        return next(tab.count for tab in shown.tabs if tab.href == "?light=behind")

    before, plans = behind("2026-06"), listed(people.office).totals["plan"]
    set_plan(projects["good"], 2026, investment=90_000 * WAN, reason="调整", by=people.office, now=NOW)
    assert behind("2026-06") == before + 1
    assert listed(people.office, "period=2026-06").totals["plan"] == (1200 * 2 + 90_000 + 100) * WAN
    assert (behind("2026-05"), listed(people.office).totals["plan"]) == (1, plans)  # it holds from June on


def test_the_list_is_as_of_the_newest_month_that_counts(county, people, projects):
    assert str(listed(people.office).asked.period) == "2026-05"
    assert latest_period(county, ON) == Period.month(2026, 5)
    make_report(projects["good"], "2026-06", works=1, status="submitted")
    assert str(listed(people.office).asked.period) == "2026-05"
    assert listed(people.office, "period=2026-04").asked.period == Period.month(2026, 4)
    assert listed(people.office, "period=nonsense").asked.period == Period.month(2026, 5)
    assert ask(people.office, county, QueryDict(""), at("2026-09-01 09:00")).period == Period.month(2026, 5)


# the page -----------------------------------------------------------------------------------------------------------


def queries(client, url: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_the_list_costs_the_same_queries_however_many_rows(county, people, projects, sign_in):
    client = sign_in(people.office)
    client.get("/projects/")
    few = queries(client, "/projects/?stage=started")
    for number in range(60):
        make_project(county, name=f"项目{number}", stage=Stage.STARTED, plan=WAN, sponsor="县领导02")
    client.get("/projects/")
    many = queries(client, "/projects/?stage=started")
    assert many == few <= 17  # one is the names of the lists of the year, for the filter
    assert queries(client, "/projects/?stage=started&sort=-rate&page=2") <= 17
    assert queries(client, "/projects/?light=behind&sort=gap") <= 17


def test_the_page_works_without_a_script_and_in_parts(people, projects, sign_in):
    client = sign_in(people.office)
    page = client.get("/projects/?stage=started").content.decode()
    assert page.count("<html") == 1
    assert '<form class="filters" method="get"' in page
    assert 'name="stage" value="started" checked' in page
    part = client.get("/projects/?stage=started", headers={"HX-Request": "true"})
    assert part.content.decode().strip().startswith('<div id="list">')
    assert "HX-Request" in part["Vary"]


def test_what_people_typed_does_not_become_markup(county, people, sign_in):
    make_project(county, name="<script>alert(1)</script>", remark="<b>")
    page = sign_in(people.office).get("/projects/?col=remark&q=<i>").content.decode()
    assert "<script>alert" not in page
    assert 'value="&lt;i&gt;"' in page


def test_an_empty_list_says_what_to_do_next(county, people, sign_in):
    client = sign_in(people.office)
    assert "/projects/new/" in client.get("/projects/").content.decode()
    make_project(county)
    assert 'class="nil"' in client.get("/projects/?q=没有这样的").content.decode()


def test_chosen_columns_are_remembered(people, projects, sign_in):
    client = sign_in(people.office)
    client.get("/projects/?col=code&col=name")
    head = re.search(r"<thead>(.*?)</thead>", client.get("/projects/").content.decode(), re.S)[1]
    assert head.count("<th ") == 2


def test_a_page_beyond_the_last_is_the_last(county, people, sign_in):
    for number in range(55):
        make_project(county, name=f"项目{number}")
    page = sign_in(people.office).get("/projects/?page=99").content.decode()
    assert page.count("<tr>") == 5 + 1  # with the head


# files --------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("P18")
def test_the_sheet_is_exactly_what_is_on_screen(people, projects, sign_in):
    client = sign_in(people.office)
    client.get("/projects/?col=name&col=plan&col=done&col=rate&col=sponsors")
    answer = client.get("/projects/export.xlsx?stage=started&state=active&sort=-rate")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))[2:]
    assert len(rows[0]) == 6
    assert rows[1][2:4] == (2400, 700)
    assert [row[:2] for row in rows[2:4]] == [(1, "正常学校"), (2, "滞后厂房")]
    assert float(rows[2][4]) == 50.0
    assert rows[3][5] == "县领导01"


def test_the_file_has_no_column_for_what_is_drawn_and_the_button_says_how_many_rows(people, projects, sign_in):
    """The ruler is a drawing: rate and gap are its figures."""
    client = sign_in(people.office)
    page = client.get("/projects/?stage=started&col=name&col=rate&col=ruler&col=gap")
    assert f"导出这 {page.context['listing'].count} 项" in page.content.decode()
    listing = page.context["listing"]
    heads = [column.label for column in listing.file_columns()]
    assert heads == ["项目", "完成率", "差距"]
    for row in list(listing.file_rows())[1:]:
        assert row[2] is None or abs(float(row[1]) - float(row[2]) - 41.6667) < 0.001


@pytest.mark.requirement("P18")
def test_a_formula_in_a_name_stays_text_on_the_way_out(county, people, sign_in):
    make_project(county, name='=HYPERLINK("http://x")')
    client = sign_in(people.office)
    answer = client.get("/projects/export.xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    cells = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert [cell.data_type for cell in cells] == ["s"]
    text = b"".join(client.get("/projects/export.csv").streaming_content).decode("utf-8-sig")
    assert any("'=HYPERLINK" in cell for row in csv.reader(io.StringIO(text)) for cell in row)


@pytest.mark.requirement("P18")
def test_the_csv_opens_in_a_sheet_program_and_has_all_pages(county, people, sign_in):
    for number in range(120):
        make_project(county, name=f"项目{number}")
    raw = b"".join(sign_in(people.office).get("/projects/export.csv").streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf")
    assert len(list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))) == 122


def test_files_hold_what_the_person_may_see(people, projects, sign_in):
    raw = b"".join(sign_in(people.other_officer).get("/projects/export.csv").streaming_content).decode("utf-8-sig")
    assert "偏慢道路" in raw
    assert "滞后厂房" not in raw


def test_search_asks_every_word(county):
    make_project(county, name="城东污水处理厂", lead_unit="dongguan")
    assert Project.objects.search("污水 东关").count() == 1
    assert Project.objects.search("污水 西城").count() == 0
    assert Project.objects.search("  ").count() == 1


@pytest.mark.parametrize("name", ["unit", "sponsor", "squad", "portfolio", "answers", "beside", "sector"])
def test_a_number_that_is_no_key_finds_nothing(county, people, sign_in, name):
    make_project(county)
    assert sign_in(people.office).get(f"/projects/?{name}={'9' * 40}").context["listing"].count == 0
