"""The page of a ranking: every figure opens, what is published stays, and who may do what."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from core.days.periods import Period
from dispatch.models import RankingSnapshot
from organization.people.models import User
from organization.profiles.models import CountyProfile
from organization.units.models import Unit
from projects.models import MonthlyReport
from tests.dispatch.standings.test_standings import contest
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of
from tests.support.months import publish_ranking
from tests.support.people import People

MAY = Period.month(2026, 5)
PAGE = "/dispatch/rankings/2026-05/"
pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def figures(county: Unit) -> None:
    contest(county, {"xicheng": (30, 100), "dongguan": (60, 100), "gongxin": (10, 100)})


def as_seen(client: Client, **more: object) -> dict[str, object]:
    """What is sent from the page as it stands, by one who knows that the month is not finished."""
    return {"version": client.get(PAGE).context["page"].version, "unfinished": "会议急用", **more}


def url(county: Unit, unit: str, figure: str = "investment_rate", group: str = "township", **more: object) -> str:
    query = "".join(f"&{key}={value}" for key, value in more.items())
    return f"{PAGE}?group={group}&unit={unit_of(county, unit).pk}&figure={figure}{query}"


@pytest.mark.requirement("D12")
def test_everybody_of_the_county_sees_the_ranking(people: People, sign_in: SignIn) -> None:
    for person in people.all().values():
        page = sign_in(person).get(PAGE)
        assert page.status_code == 200
        board = page.content.decode().partition('id="board"')[2]
        assert board.index("东关乡") < board.index("西城镇")


def test_the_newest_month_with_figures_opens(people: People, sign_in: SignIn) -> None:
    response = sign_in(people.office).get(reverse("dispatch:rankings"))
    assert response["Location"] == PAGE


@pytest.mark.requirement("D12")
def test_every_figure_opens_the_projects_behind_it(county: Unit, people: People, sign_in: SignIn) -> None:
    client = sign_in(people.office)
    for key in ("investment_rate", "start_rate", "entry_rate"):
        text = client.get(url(county, "xicheng", key)).content.decode()
        assert "xicheng的项目" in text
        assert "dongguan的项目" not in text
    text = client.get(url(county, "xicheng")).content.decode()
    assert "30.0000%" in text


def test_the_address_of_a_figure_keeps_what_is_asked_for_but_not_the_figure_that_is_open(
    county: Unit, people: People, sign_in: SignIn
) -> None:
    text = sign_in(people.office).get(url(county, "xicheng", live=1, all=1, q='"<b>')).content.decode()
    addresses = {unescape(found) for found in re.findall(r'class="open" [^>]*hx-get="([^"]*)"', text)}
    units = [unit_of(county, code).pk for code in ("xicheng", "dongguan")]
    asked = "?group=township&live=1&q=%22%3Cb%3E"
    rates = ("investment_rate", "start_rate", "entry_rate")
    assert {f"{asked}&unit={unit}&figure={rate}" for unit in units for rate in rates} >= addresses
    assert f"{asked}&unit={units[0]}&figure=investment_rate" in addresses


def test_a_unit_named_without_its_group_opens_in_it(county: Unit, people: People, sign_in: SignIn) -> None:
    address = url(county, "gongxin", group="")
    assert "gongxin的项目" in sign_in(people.office).get(address).content.decode()


def test_a_published_figure_opens_the_units_that_counted_then(county: Unit, people: People, sign_in: SignIn) -> None:
    publish_ranking(county, MAY, by=people.office, now=NOW)
    moved = unit_of(county, "xicheng")
    moved.parent = unit_of(county, "dongguan")
    moved.save()
    client = sign_in(people.office)
    assert "xicheng的项目" in client.get(url(county, "xicheng")).text
    assert "xicheng的项目" not in client.get(url(county, "dongguan")).text
    assert "xicheng的项目" in client.get(url(county, "dongguan", live=1)).text


def test_home_opens_the_figures_that_it_shows(county: Unit, people: People, sign_in: SignIn) -> None:
    publish_ranking(county, MAY, by=people.office, now=NOW)
    MonthlyReport.objects.filter(project__lead_unit__code="dongguan").update(works=90 * WAN, works_ytd=90 * WAN)
    client = sign_in(people.leader)
    home = client.get("/").text
    assert "按现有登记" in home
    address = re.search(r'href="(/dispatch/rankings/2026-05/[^"]*unit=[^"]*)"[^>]*>90.0</a>', home)
    assert address is not None
    assert ">90.0</a>" in client.get(unescape(address[1])).text


def test_a_withdrawn_ranking_stays_readable_and_says_so(county: Unit, people: People, sign_in: SignIn) -> None:
    snapshot = publish_ranking(county, MAY, by=people.office, now=NOW)
    MonthlyReport.objects.filter(project__lead_unit__code="dongguan").update(works=90 * WAN, works_ytd=90 * WAN)
    client = sign_in(people.office)
    assert f"{PAGE}withdraw/?version=1" in client.get(PAGE).text
    assert client.post(f"{PAGE}withdraw/", {"version": 1, "reason": ""}).status_code == 422
    assert client.post(f"{PAGE}withdraw/", {"version": 9, "reason": "数不对"}).status_code == 422
    assert client.post(f"{PAGE}withdraw/", {"version": 1, "reason": "数不对"}).status_code == 303
    assert client.post(f"{PAGE}withdraw/", {"version": 1, "reason": "数不对"}).status_code == 303  # a second click
    assert "已经撤回" in client.get(PAGE).text
    now = sign_in(people.reader).get(PAGE).text
    assert "数不对" in now
    assert ">90.0</a>" in now
    then = sign_in(people.reader).get(f"{PAGE}?withdrawn={snapshot.pk}").text
    assert "已撤回" in then
    assert ">60.0</a>" in then
    for key in ("0999", "x", "²", "9" * 30):
        assert client.get(f"{PAGE}?withdrawn={key}").status_code == 404
    assert client.get(f"{PAGE}withdraw/").status_code == 404  # nothing stands any more


def test_htmx_gets_the_part(county: Unit, people: People, sign_in: SignIn) -> None:
    part = sign_in(people.office).get(url(county, "xicheng"), headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div class="with-side"')
    assert "<html" not in part


def test_a_figure_of_another_page_opens_as_a_sheet_over_it(county: Unit, people: People, sign_in: SignIn) -> None:
    """A group with its ranks, whose figures open in the same sheet; a figure with the projects behind it."""
    client, over = sign_in(people.office), {"HX-Request": "true", "HX-Target": "over"}
    group = client.get(f"{PAGE}?group=township", headers=over).content.decode()
    assert group.lstrip().startswith('<div class="sheet-in">')
    assert unescape(re.findall(r'href="([^"]+)" hx-get', group)[0]).startswith(f"{PAGE}?group=township&unit=")
    figure = client.get(url(county, "xicheng"), headers=over).content.decode()
    assert "xicheng的项目" in figure
    assert 'id="board"' not in figure


def test_another_units_projects_are_counted_and_not_listed(county: Unit, people: People, sign_in: SignIn) -> None:
    text = sign_in(people.officer).get(url(county, "dongguan")).content.decode()
    assert "60.0" in text
    assert "dongguan的项目" not in text
    assert "xicheng的项目" in sign_in(people.officer).get(url(county, "xicheng")).content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/dispatch/rankings/2026-W05/",
        "/dispatch/rankings/never/",
        PAGE + "?group=none",
        PAGE + "?unit=999999&figure=investment_rate",
        PAGE + "?unit=x&figure=none",
        PAGE + "?figure=investment_rate",
        PAGE + "correct/",
    ],
)
def test_what_there_is_not_is_not_found(people: People, sign_in: SignIn, address: str) -> None:
    assert sign_in(people.office).get(address).status_code == 404


@pytest.mark.parametrize(("decimals", "shown"), [(0, "59"), (2, "59.22")])
def test_a_rate_has_the_decimals_that_the_county_ranks_by(
    county: Unit, people: People, sign_in: SignIn, decimals: int, shown: str
) -> None:
    make_report(make_project(county, lead_unit="dongguan", plan=3 * WAN, stage="started"), "2026-05", works=WAN)
    CountyProfile.objects.create(
        county=county, key="own", digest=shown, data={"ranking": {"decimals": decimals}}, loaded_at=NOW
    )
    client = sign_in(people.office)
    opened = client.get(url(county, "dongguan")).content.decode()
    assert f">{shown}</a>" in opened
    assert f"{shown}%</h2>" in opened


def test_leaders_are_shown_and_not_ranked(county: Unit, people: People, sign_in: SignIn) -> None:
    project = make_project(county, name="包联项目", plan=100 * WAN, sponsor="县领导01")
    make_report(project, "2026-05", works=40 * WAN)
    page = sign_in(people.leader).get(PAGE + "?group=leaders")
    assert page.context["page"].ranking.rows[0].rank is None
    row = page.context["page"].ranking.rows[0]
    text = (
        sign_in(people.leader).get(f"{PAGE}?group=leaders&unit={row.unit_id}&figure=investment_rate").content.decode()
    )
    assert "包联项目" in text


# publishing ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("D12")
def test_the_published_page_shows_frozen_figures_and_the_live_one_live(
    county: Unit, people: People, sign_in: SignIn
) -> None:
    client = sign_in(people.office)
    assert client.post(PAGE + "publish/", as_seen(client)).status_code == 303
    assert RankingSnapshot.objects.get().published_by == people.office
    MonthlyReport.objects.update(works=90 * WAN, works_ytd=90 * WAN)
    frozen = client.get(PAGE).context["page"]
    assert frozen.frozen
    assert [row.indicators["investment_rate"].display for row in frozen.ranking.rows[:2]] == [60, 30]
    live = client.get(PAGE + "?live=1").context["page"]
    assert [row.indicators["investment_rate"].display for row in live.ranking.rows[:2]] == [90, 90]
    kept = client.get(url(county, "xicheng")).context["opened"]
    assert [(line.name, line.numerator) for line in kept.lines] == [("xicheng的项目", 30 * WAN)]
    now = client.get(url(county, "xicheng", live=1)).context["opened"]
    assert now.lines[0].numerator == 90 * WAN


def test_two_clicks_publish_once(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.office)
    client.post(PAGE + "publish/", as_seen(client))
    first = RankingSnapshot.objects.get().published_at
    client.post(PAGE + "publish/", as_seen(client))
    assert RankingSnapshot.objects.get().published_at == first


def test_figures_that_one_has_not_seen_are_not_published(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.office)
    seen = as_seen(client)
    MonthlyReport.objects.update(works=90 * WAN, works_ytd=90 * WAN)
    client.post(PAGE + "publish/", seen)
    client.post(PAGE + "publish/", as_seen(client, unfinished=" "))
    assert not RankingSnapshot.objects.exists()
    client.post(PAGE + "publish/", as_seen(client))
    client.post(PAGE + "correct/", {"reason": "改", "version": 1})
    assert client.post(PAGE + "correct/", {"reason": "再改", "version": 1}).status_code == 422
    assert RankingSnapshot.objects.get().correction == "改"


def test_only_the_office_publishes(people: People, sign_in: SignIn) -> None:
    for person in (people.officer, people.leader, people.reader, people.admin):
        client = sign_in(person)
        assert client.post(PAGE + "publish/").status_code == 403
        assert "publish/" not in client.get(PAGE).content.decode()
    assert not RankingSnapshot.objects.exists()


def test_a_correction_stands_above_the_frozen_figures(county: Unit, people: People, sign_in: SignIn) -> None:
    publish_ranking(county, MAY, by=people.office, now=NOW)
    client = sign_in(people.office)
    assert client.post(PAGE + "correct/", {"reason": " "}).status_code == 422
    client.post(PAGE + "correct/", {"reason": "西城镇应为 3,000 万元，<b>排名</b>未变", "version": 1})
    text = client.get(PAGE).content.decode()
    assert "应为" in text
    assert "<b>排名</b>" not in text
    assert sign_in(people.leader).get(PAGE + "correct/").status_code == 403


def test_forms_work_without_javascript(county: Unit, people: People, sign_in: SignIn) -> None:
    client = sign_in(people.office)
    assert client.get(PAGE + "publish/").status_code == 200
    publish_ranking(county, MAY, by=people.office, now=NOW)
    assert client.get(PAGE + "correct/").status_code == 200


# export -------------------------------------------------------------------------------------------------------------


def sheet(response: Any) -> list[tuple[object, ...]]:
    content = b"".join(response.streaming_content)
    return list(load_workbook(BytesIO(content)).active.iter_rows(values_only=True))


def test_the_group_goes_out_as_it_is_on_the_page(people: People, sign_in: SignIn) -> None:
    rows = sheet(sign_in(people.office).get(PAGE + "export/?group=township"))
    names = [row[1] for row in rows if row[1]]
    assert names[1:] == ["东关乡", "西城镇", "开发区"]
    assert any(row[:4] == (1, "东关乡", 1, 60) for row in rows)


def test_all_groups_go_out_a_sheet_each(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.office)
    page = client.get(f"{PAGE}?group=department")
    tabs = [str(tab.label) for tab in page.context["page"].tabs][:-1]
    assert len(tabs) > 1
    assert f"导出全部 {len(tabs)} 组" in page.content.decode()
    sent: Any = client.get(PAGE + "export/?group=department")
    book = load_workbook(BytesIO(b"".join(sent.streaming_content)))
    assert (book.sheetnames, book.active.title) == (tabs, str(page.context["page"].ranking.label))
    assert len({one["A1"].value for one in book}) == len(tabs), "each says which it is"


def test_the_projects_behind_a_figure_go_out(county: Unit, people: People, sign_in: SignIn) -> None:
    make_project(county, name="=1+1", plan=50 * WAN)
    response = sign_in(people.office).get(url(county, "xicheng").replace(PAGE, PAGE + "export/"))
    rows = sheet(response)
    assert any(row[:3] == ("xicheng的项目", 30, 100) for row in rows)
    assert any(row[:3] == ("=1+1", 0, 50) for row in rows)


# cost ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [3, 30])
@pytest.mark.parametrize(("state", "most"), [("live", 8), ("published", 9)])
def test_the_page_asks_few_queries_however_many_projects(
    county: Unit,
    people: People,
    sign_in: SignIn,
    django_assert_max_num_queries: Any,
    count: int,
    state: str,
    most: int,
) -> None:
    for number in range(count):
        project = make_project(county, name=f"项目{number}", plan=100 * WAN)
        make_report(project, "2026-05", works=number * WAN)
    if state == "published":
        publish_ranking(county, MAY, by=people.office, now=NOW)
    client = sign_in(people.office)
    client.get(PAGE)
    with django_assert_max_num_queries(most):
        client.get(PAGE)


# movement over the months -------------------------------------------------------------------------------------------


@pytest.mark.requirement("D12")
def test_the_trend_shows_published_ranks_where_they_were_published(
    county: Unit, people: People, sign_in: SignIn
) -> None:
    project = unit_of(county, "xicheng").led_projects.get()
    make_report(project, "2026-04", works=5 * WAN)
    publish_ranking(county, Period.month(2026, 4), by=people.office, now=NOW)
    project.reports.filter(month="2026-04").update(works=0, works_ytd=0)
    other = unit_of(county, "dongguan").led_projects.get()
    make_report(other, "2026-04", works=9 * WAN)
    client = sign_in(people.office)
    trend = client.get(PAGE + "trend/?group=township").context["trend"]
    assert trend.head[1:] == ("1月", "2月", "3月", "4月", "5月")
    rows = {row[0]: row[-2:] for row in trend.rows}
    assert rows["西城镇"] == ("1", "2")  # first in April as published, though counted now it would be second
    assert len(trend.published) == 1
    part = client.get(PAGE + "trend/?group=township", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "<polyline" in part
    assert client.get("/dispatch/rankings/2026-01/trend/").context["trend"] is None
    assert client.get(PAGE + "trend/?group=leaders").status_code == 200


@pytest.mark.parametrize("months", [2, 5])
def test_the_trend_costs_the_same_for_more_months(
    county: Unit, people: People, sign_in: SignIn, months: int, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(people.office)
    client.get(PAGE)
    with django_assert_max_num_queries(13):
        client.get(f"/dispatch/rankings/2026-{months:02}/trend/")
