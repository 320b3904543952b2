"""A county ranks by what it likes: its own rates, in its own order, on everything that shows a ranking."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from core.days.periods import Period
from core.indicators import declared
from dispatch.bulletins.letter import wording_of
from dispatch.bulletins.links import link_to
from dispatch.bulletins.services import draft_bulletin
from dispatch.home.pages import county_of, unit_rates
from dispatch.prose.blocks import build
from dispatch.standings.figures import figures, group_from_json
from dispatch.standings.services import publish_ranking, ranking_version
from organization.profiles import loader as profiles
from organization.profiles.models import CountyProfile
from organization.units.models import Unit
from tests.dispatch.standings.test_standings import contest
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of
from tests.support.people import People

pytestmark = pytest.mark.django_db
MAY = Period.month(2026, 5)
PAGE = "/dispatch/rankings/2026-05/"
COUNTIES = {  # indicators of the profile, what decides, what is shown
    "three others": (["entry_rate", "completion_rate", "approval_rate"], "completion_rate", None),
    "a fourth first": (["completion_rate", "investment_rate", "start_rate", "entry_rate"], "completion_rate", None),
    "what decides is not named": (["start_rate"], "approval_rate", ("start_rate", "approval_rate")),
    "one alone": (["completion_rate"], "completion_rate", None),
}


@pytest.fixture(params=COUNTIES)
def shown(request: pytest.FixtureRequest, county: Unit, people: People) -> tuple[str, ...]:
    """The rates of a county that has a profile of its own and two months of figures; keys in its order."""
    indicators, order_by, shown = COUNTIES[request.param]
    data = profiles.read("default")
    data["ranking"] |= {"indicators": indicators, "order_by": order_by}
    data = json.loads(json.dumps(data, default=str))
    CountyProfile.objects.create(county=county, key="own", version=1, data=data, digest=request.param, loaded_at=NOW)
    contest(county, {"xicheng": (30, 100), "dongguan": (60, 100), "gongxin": (10, 100)}, "2026-04")
    make_report(unit_of(county, "xicheng").led_projects.get(), "2026-05", works=WAN)
    for unit, done in (("xicheng", date(2026, 4, 1)), ("dongguan", date(2026, 5, 3)), ("xicheng", None)):
        make_project(
            county, lead_unit=unit, name=f"{unit}竣工{done}", stage="entered", plan=WAN,
            planned_completion=date(2026, 4, 30), completed_on=done,
        )  # fmt: skip
    return tuple(shown or indicators)


def labels(keys: tuple[str, ...]) -> list[str]:
    return [str(declared()[key].label) for key in keys]


@pytest.mark.requirement("D12")
def test_every_page_has_the_countys_own_rates(shown: tuple[str, ...], people: People, county: Unit, sign_in) -> None:
    client = sign_in(people.office)
    unit = unit_of(county, "xicheng").pk
    for published in (False, True):
        page = client.get(PAGE).context["page"]
        assert [column.key for column in page.columns] == list(shown)
        assert all([indicator.key for indicator, _figure in row.items] == list(shown) for row in page.ranking.rows)
        assert client.get(f"{PAGE}?unit={unit}&figure={shown[-1]}").status_code == 200
        trend = client.get(f"{PAGE}trend/")
        assert f"figure={page.ranking.order_by}" in trend.content.decode()
        file = b"".join(client.get(f"{PAGE}export/").streaming_content)
        cells = [cell for row in load_workbook(BytesIO(file)).active.iter_rows(values_only=True) for cell in row]
        assert [cell for cell in cells if cell in labels(tuple(declared()))] == labels(shown)
        if not published:
            publish_ranking(
                county, MAY, by=people.office, now=NOW, version=ranking_version(county, MAY), unfinished="没有开轮次"
            )
    for address in link_to_unit(county, page.ranking.order_by), "/":
        assert client.get(address).status_code == 200


def link_to_unit(county: Unit, order_by: str) -> str:
    unit = unit_of(county, "xicheng").pk
    return link_to("unit", id=unit, period="2026-05", group="township", figure=order_by)


def test_home_bars_are_the_rate_that_decides(shown: tuple[str, ...], county: Unit) -> None:
    survey, investment, _earlier = county_of(county, MAY)
    standing = unit_rates(survey)
    assert [figure for _row, figure in standing.leading] == [
        row.indicators[standing.order_by] for row in standing.rows if row.rank
    ]
    assert investment.plan == 303 * WAN


@pytest.mark.requirement("D12")
def test_a_published_ranking_keeps_every_rate_and_its_total(shown: tuple[str, ...], county: Unit) -> None:
    from dispatch.standings.figures import standing

    live = standing(county, MAY, group="township")
    data = publish_ranking(
        county, MAY, by=None, now=NOW, version=ranking_version(county, MAY), unfinished="没有开轮次"
    ).data
    kept = group_from_json(data, data["groups"][0], data["decimals"])
    assert kept.rows == live.rows
    assert kept.indicators == live.indicators == shown
    assert kept.totals.indicators == live.totals.indicators
    if "completion_rate" in shown:
        assert kept.totals.indicators["completion_rate"].denominator == 3


def test_the_command_has_the_countys_own_rates_first(shown: tuple[str, ...], county: Unit) -> None:
    printed = {}
    for form in ("json", "table", "csv"):
        out = StringIO()
        call_command("ranking", "2026-05", "--format", form, stdout=out)
        printed[form] = out.getvalue()
    (row, *_rest) = json.loads(printed["json"])
    assert list(row["indicators"])[: len(shown)] == list(shown)
    head = printed["table"].split("\n")[0].split()
    assert [cell for cell in head if cell in labels(tuple(declared()))][: len(shown)] == labels(shown)
    assert printed["csv"].split(",")[3] == f"{shown[0]}.numerator"


def test_the_table_of_a_bulletin_has_the_countys_own_rates(shown: tuple[str, ...], county: Unit) -> None:
    blocks = {
        block["key"]: block
        for block in draft_bulletin(county, "monthly", MAY, now=NOW, unfinished="没有开轮次").content
    }
    table = blocks["ranking.township"]
    heads = {"investment_rate": ["完成率", "与序时\n进度差"], "start_rate": ["开工率"], "entry_rate": ["入统率"]}
    rates = [label for key in shown for label in heads.get(key, [str(declared()[key].label)])]
    known = ["名次", "单位", "项目数", "年度计划", "累计完成", *rates, "位次\n变化"]
    there = [column["label"] for column in table["columns"]]
    assert there == [label for label in known if label in there], "in the county's order"
    assert {*known} - {*there} <= {"位次\n变化"}, "a column in which nothing stands isn't there"
    if "completion_rate" in shown:
        at = known.index(str(declared()["completion_rate"].label))
        assert [row[at]["text"] for row in table["rows"]] == ["66.7", "100.0", "50.0"]
    assert f"figure={figures(county, MAY, NOW)['groups'][0]['order_by']}" in table["rows"][1][1]["href"]


def test_a_sentence_may_speak_of_every_rate(shown: tuple[str, ...], county: Unit) -> None:
    found: dict[str, Any] = figures(county, MAY, NOW)
    wording = dict(wording_of(county, "monthly"))
    wording["section"] = [{
        "key": "one", "heading": "甲", "each": "groups", "text": ["{" + shown[0] + "}：{names}"],
        "lists": {"names": {"from": "rows", "take": 1, "item": "{name}{" + shown[0] + "}"}},
    }]  # fmt: skip
    (block, *_rest) = build(found, wording, county="示范县", link=lambda name, **about: "")
    assert len(block["paragraphs"]) == sum(
        1 for group in found["groups"] if any(row["projects"] for row in group["rows"])
    )
