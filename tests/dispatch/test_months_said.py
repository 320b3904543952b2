"""Pages of a month say what came in late, what its sums hold beside the rate, and where a figure stands again; what is
said of a whole county's month finds its rows there."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from core.days.periods import Period
from core.lists.listing import Listing
from core.refusals import Stale
from dispatch.bulletins.services import draft_bulletin
from dispatch.rounds.services import open_due
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.choices import Stage, State
from projects.list.lists import PROJECTS
from projects.models import ProjectMonth
from projects.reports import services as reports
from projects.reports.closing import close_month
from tests.support.factories import NOW, WAN, count, make_project, make_report
from tests.support.months import publish_ranking
from tests.support.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.by_services]
APRIL, MAY = Period.month(2026, 4), Period.month(2026, 5)
RANKING = "/dispatch/rankings/2026-04/"
BESIDE = "另有无年度计划项目完成投资60万元，计入完成投资，不计入完成率。"


@pytest.fixture(autouse=True)
def at_work(county: Unit, people: People, settings: Any, tmp_path: Any) -> Any:
    """One project with a plan and one without, April reported; on 10 June."""
    settings.MEDIA_ROOT = tmp_path
    one = make_project(county, name="堤防", stage=Stage.STARTED, plan=1_000 * WAN, sponsor="县领导01")
    other = make_project(county, name="无计划", stage=Stage.STARTED)
    make_report(one, "2026-04", works=250 * WAN)
    make_report(other, "2026-04", works=60 * WAN)
    count([one, other])
    with time_machine.travel(NOW, tick=False):
        yield one


def words(page: Any) -> str:
    """What is read on *page*, without spaces."""
    return re.sub(r"<[^>]+>|\s", "", page.text)


def late(project: Any, people: People) -> None:
    reports.save(project, APRIL, works=270 * WAN, by=people.office, now=NOW, reason="漏报")


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ("office", "/"),
        ("leader", "/"),
        ("office", RANKING),
        ("officer", RANKING),
        ("office", RANKING + "?live=1"),
        ("office", "/dispatch/bulletins/{bulletin}/"),
    ],
)
@pytest.mark.parametrize("published", [False, True])
def test_pages_of_a_month_say_what_was_corrected_once_it_was_over(
    county: Unit, people: People, sign_in: Any, at_work: Any, who: str, page: str, published: bool
) -> None:
    if published:
        publish_ranking(county, APRIL, by=people.office, now=NOW)
    bulletin = draft_bulletin(county, "monthly", APRIL, now=NOW, unfinished="会议急用")
    client: Client = sign_in(getattr(people, who))
    address = page.format(bulletin=bulletin.pk)
    assert 'id="month-changes"' not in client.get(address).text
    late(at_work, people)
    assert "更正：完成投资+20万元（1个项目）" in words(client.get(address))


@pytest.mark.parametrize("who", ["office", "leader", "officer", "reader"])
def test_the_rate_at_home_opens_a_list_with_the_same_totals(people: People, sign_in: Any, who: str) -> None:
    client = sign_in(getattr(people, who))
    page = client.get("/")
    assert "按现有登记" in page.text
    assert "无年度计划的项目完成60万元，不计入完成率" in words(page)
    address = page.text.partition('<a class="fig"')[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    listed: Listing = client.get(address).context["listing"]
    shown = page.context["investment"]
    assert (listed.totals["done"], listed.totals["rated"], listed.totals["plan"]) == (shown.done, *shown.quotient)
    assert listed.spec is PROJECTS
    assert str(listed.asked.period) == "2026-04"


def test_a_leaders_projects_are_those_that_were_pursued_in_the_month(
    county: Unit, people: People, sign_in: Any, at_work: Any
) -> None:
    """One that was given up since stands on the list of that month, and so on the page."""
    gone = make_project(
        county, name="已撤销", stage=Stage.STARTED, plan=900 * WAN, sponsor="县领导01", state=State.WITHDRAWN,
        state_reason="撤销",
    )  # fmt: skip
    ProjectMonth.objects.filter(project=gone, month="2026-04").update(state=State.ACTIVE)
    client = sign_in(people.leader)
    page = client.get("/")
    listed = client.get("/projects/?answers=mine&period=2026-04").context["listing"]
    red = client.get("/projects/?answers=mine&period=2026-04&light=red").context["listing"]
    assert page.context["mine"] == page.context["sponsored"] == listed.count == 2
    assert page.context["red"].count == red.count == 1


def test_a_bulletins_tables_say_what_their_sums_hold_beside_the_rate(county: Unit, people: People) -> None:
    paper = draft_bulletin(county, "monthly", APRIL, now=NOW, unfinished="会议急用")
    notes = [block["note"] for block in paper.content if block["key"].startswith("ranking.")]
    assert [BESIDE in note for note in notes] == [*[False] * (len(notes) - 1), True]
    other = draft_bulletin(county, "monthly", Period.month(2026, 3), now=NOW, unfinished="会议急用")
    assert not [block for block in other.content if BESIDE[:8] in block.get("note", "")]


def of_rounds(county: Unit, people: People) -> None:
    open_due(county, now=NOW, rules=rules_of(county), days={})


SPEAKS: dict[str, Any] = {
    "close": lambda county, people: close_month(county, APRIL, by=people.office, now=NOW),
    "publish": lambda county, people: publish_ranking(county, APRIL, by=people.office, now=NOW),
    "draft": lambda county, people: draft_bulletin(county, "monthly", APRIL, now=NOW, unfinished="会议急用"),
    "round": of_rounds,
}


@pytest.mark.parametrize("act", SPEAKS)
def test_what_is_said_of_a_countys_month_finds_its_rows_though_nothing_made_them_in_time(
    county: Unit, people: People, at_work: Any, act: str
) -> None:
    ProjectMonth.objects.filter(county=county, month__gte="2026-04").delete()
    before = ProjectMonth.objects.of(county, APRIL).count()
    if act == "publish":  # who saw the page before is told that the figures are others now
        with pytest.raises(Stale):
            SPEAKS[act](county, people)
    SPEAKS[act](county, people)
    assert (before, ProjectMonth.objects.of(county, APRIL).count()) == (0, 2)
