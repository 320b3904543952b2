"""A save that changes nothing visible writes no version and no history, whatever is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from core.days.periods import Period
from dispatch.problems import services as problems
from funding.bids import services as funding
from funding.models import Channel
from investment.leads import services as investment
from investment.models import Mode
from organization.people.models import Post
from organization.units.models import Unit
from outbox.models import Notice
from projects.plans.services import set_plan
from projects.registry import services as registry
from projects.reports import services as reports
from tests.support.factories import NOW, WAN, make_project, unit_of
from tests.support.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P05")]
ON = date(2026, 6, 10)
TEXT, AS_A_BROWSER_SENDS_IT = "主体施工\n\n封顶", " 主体施工 \r\n\r\n封顶\r\n"


@dataclass
class Kept:
    """A record, how it is saved once more (with a text), and the text's field."""

    record: Any
    again: Callable[[str], Any]


def project(county: Unit, people: People) -> Kept:
    kept = make_project(county, scope=TEXT)
    return Kept(kept, lambda text: registry.edit(kept, by=people.officer, now=NOW, scope=text, name=f" {kept.name} "))


def plan(county: Unit, people: People) -> Kept:
    told: dict[str, Any] = {"investment": 12 * WAN, "months": [WAN] * 12, "by": people.officer, "now": NOW}
    one = make_project(county)
    kept = set_plan(one, 2026, target=TEXT, **told)
    return Kept(kept, lambda text: set_plan(one, 2026, target=text, reason="核对", **told))


def report(county: Unit, people: People) -> Kept:
    told: dict[str, Any] = {"works": WAN, "by": people.officer, "now": NOW}
    one, may = make_project(county), Period.month(2026, 5)
    kept = reports.save(one, may, progress=TEXT, **told)
    return Kept(kept, lambda text: reports.save(one, may, progress=text, version=kept.version, **told))


def bid(county: Unit, people: People) -> Kept:
    told: dict[str, Any] = {
        "unit": unit_of(county, "xicheng"),
        "name": "管网",
        "channel": Channel.CENTRAL_BUDGET,
        "year": 2026,
    }
    kept = funding.create_bid(county=county, by=people.office, now=NOW, remark=TEXT, **told)
    return Kept(kept, lambda text: funding.edit_bid(kept, by=people.office, now=NOW, remark=text, **told))


def lead(county: Unit, people: People) -> Kept:
    told: dict[str, Any] = {
        "name": "人参",
        "investor": "某药业",
        "mode": Mode.CHAIN,
        "squad": unit_of(county, "gongxin"),
        "found_on": ON,
    }
    kept = investment.create_lead(county=county, by=people.office, now=NOW, remark=TEXT, **told)
    return Kept(kept, lambda text: investment.edit_lead(kept, by=people.office, now=NOW, remark=text, **told))


def problem(county: Unit, people: People) -> Kept:
    kept = problems.raise_problem(make_project(county), title="缺资金", by=people.officer, on=ON, now=NOW)
    unit = kept.owner_unit
    return Kept(kept, lambda text: problems.assign(kept, owner_unit=unit, by=people.office, on=ON, now=NOW))


@pytest.mark.parametrize("make", [project, plan, report, bid, lead, problem], ids=lambda make: make.__name__)
def test_a_save_that_changes_nothing_visible_writes_no_version(county: Unit, people: People, make: Any) -> None:
    kept = make(county, people)
    record = kept.record
    record.refresh_from_db()
    version, notices = getattr(record, "version", None), Notice.objects.count()
    for text in (TEXT, AS_A_BROWSER_SENDS_IT, TEXT.replace("\n", "\r")):
        kept.again(text)
    record.refresh_from_db()
    assert (getattr(record, "version", None), record.history.count()) == (version, 1)
    assert Notice.objects.count() == notices


def test_a_text_is_kept_as_it_is_seen(county: Unit, people: People) -> None:
    one = registry.register(
        county=county, by=people.officer, now=NOW, name=" 水厂 ", lead_unit=unit_of(county, "xicheng"),
        scope=AS_A_BROWSER_SENDS_IT,
    )  # fmt: skip
    assert (one.name, one.scope) == ("水厂", TEXT)
    assert registry.edit(one, by=people.officer, now=NOW, remark=" 急\r\n").remark == "急"


def test_sponsors_in_the_same_order_are_no_change(county: Unit, people: People) -> None:
    one = make_project(county, sponsor="县领导01")
    one.sponsors.update(position=3)
    registry.set_sponsors(one, [Post.objects.get(title="县领导01")] * 2, by=people.office, now=NOW)
    assert one.sponsors.get().history.count() == 1
