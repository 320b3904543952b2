"""What moving a project onto a list or off it does to the figures is shown before, and is what is counted after."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.days.periods import Period
from core.refusals import Refused
from dispatch.standings.figures import standing
from organization.profiles.loader import digest
from organization.profiles.models import CountyProfile
from projects.choices import State
from projects.models import Listed, Roster
from projects.registry.months import services as months
from projects.rosters import services as rosters
from projects.rosters.effect import effect_of
from tests.support.factories import NOW, WAN, make_project, make_report

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P05"), pytest.mark.requirement("P03")]
JUNE = Period.month(2026, 6)


@pytest.fixture
def world(county: Any, people: Any) -> dict[str, Any]:
    """Ranked is what stands on the key list or on the front, which are made by hand; two units, one suspended."""
    found: dict[str, Any] = {
        "dam": make_project(county, name="堤防加固", plan=1_000 * WAN),
        "plant": make_project(county, name="污水厂", lead_unit="dongguan", plan=500 * WAN),
        "road": make_project(county, name="旧路", plan=300 * WAN, state=State.SUSPENDED, state_reason="资金"),
    }
    for one in found.values():
        make_report(one, "2026-05", works=100 * WAN)
    lists = {"key": "", "front": "", "all": "list=key&list=front", "size": "size=50m"}
    for code, rule in lists.items():
        found[code] = Roster.objects.create(county=county, year=2026, code=code, name=code, rule=rule)
    found["june"] = months.fill(county, now=NOW)
    return found


def ranked_over(county: Any, code: str) -> None:
    data = {"ranking": {"list": code}, "list": [{"code": code, "label": code}]}
    CountyProfile.objects.create(county=county, key="own", version=1, data=data, digest=digest(data), loaded_at=NOW)


def move(verb: Any, county: Any, people: Any, roster: Roster, *projects: Any, **more: Any) -> Any:
    told: dict[str, Any] = {"by": people.office, "now": NOW, "reason": "县里确定", "document": "政发〔2026〕3号"}
    version = rosters.stamps(one.pk for one in projects)
    return verb(county, roster=roster, on=more.pop("on", NOW.date()), version=version, **(told | more))


def said(effect: Any, when: str) -> tuple[set[Any], set[Any]]:
    """The lists' figures and the rates of *effect*, as they are before or after."""
    lists = {(one.roster, one.unit, getattr(one.projects, when), getattr(one.plan, when)) for one in effect.lists}
    parts = ("numerator", "denominator", "rate")
    rates = {
        (one.unit, str(one.label), *(getattr(getattr(one, part), when) for part in parts)) for one in effect.rates
    }
    return lists, rates


@pytest.mark.parametrize("ranked", ["key", "all", "size", ""])
def test_what_is_shown_before_is_what_is_counted_after(county: Any, people: Any, world: Any, ranked: str) -> None:
    if ranked:
        ranked_over(county, ranked)
    move(rosters.put_on, county, people, world["front"], world["plant"])
    every = [world["dam"], world["plant"], world["road"]]
    pks = [one.pk for one in every]
    on = effect_of(people.office, world["key"], NOW, on=pks)
    assert on is not None
    assert {one.roster for one in on.lists} == {"key", "all"}  # what isn't made of the list isn't there
    assert bool(on.rates) == (ranked in ("key", "all"))
    before = said(on, "before")
    move(rosters.put_on, county, people, world["key"], *every)
    now = effect_of(people.office, world["key"], NOW, off=pks)
    assert now is not None
    assert said(on, "after") == said(now, "before")
    move(rosters.take_off, county, people, world["key"], *every)
    left = effect_of(people.office, world["key"], NOW, on=pks)
    assert left is not None
    assert said(now, "after") == said(left, "before") == before


def test_the_figures_by_unit_are_those_of_the_ranking(county: Any, people: Any, world: Any) -> None:
    ranked_over(county, "key")
    move(rosters.put_on, county, people, world["key"], world["plant"])
    effect = effect_of(people.office, world["key"], NOW, on=[world["dam"].pk, world["road"].pk])
    assert effect is not None
    assert said(effect, "after")[0] == {
        ("key", "", "3", "1,500"), ("key", "西城镇", "2", "1,000"),  # who is suspended stands there and counts not
        ("all", "", "3", "1,500"), ("all", "西城镇", "2", "1,000"),
    }  # fmt: skip
    rate = {one.unit: one for one in effect.rates if "投资" in str(one.label)}
    assert (rate[""].numerator.before, rate[""].denominator.before, rate[""].rate.before) == ("100", "500", "20.0")
    assert (rate[""].numerator.after, rate[""].denominator.after, rate[""].rate.after) == ("200", "1,500", "13.3")
    town = rate["西城镇"]
    assert (town.denominator.before, town.rate.before, town.denominator.after, town.rate.after) == (
        "0", "—", "1,000", "10.0",
    )  # fmt: skip
    assert "东关街道" not in rate  # whom it doesn't touch
    move(rosters.put_on, county, people, world["key"], world["dam"], world["road"])
    ranking = standing(county, JUNE)
    assert ranking.totals.indicators["investment_rate"].shown == "13.3"
    assert {row.name: row.indicators["investment_rate"].shown for row in ranking.rows if row.projects}[
        "西城镇"
    ] == "10.0"


def test_the_page_shows_it_and_asks_for_the_paper(
    county: Any, people: Any, world: Any, sign_in: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    ranked_over(county, "key")
    client, at, pk = sign_in(people.office), "/projects/act/list-on/", world["dam"].pk
    first = client.get(at, {"row": pk, "one": "1", "roster": world["key"].pk})
    assert first.context["page"].form["roster"].value() == str(world["key"].pk)
    data = {"row": f"{pk}:0", "one": "1", "roster": world["key"].pk, "on": "2026-06-01", "reason": "县里确定"}
    assert client.post(at, data).status_code == 422  # no paper
    data["document"] = "政发〔2026〕3号"
    page = client.post(at, data)
    text = page.content.decode()
    assert ('id="effect"' in text, "1,000" in text, Listed.objects.count()) == (True, True, 0)
    looked = page.context["page"].sign
    make_report(world["dam"], "2026-06", works=50 * WAN)  # the figures move: it is shown anew
    months.fill(county, now=NOW)
    again = client.post(at, data | {"looked": looked})
    assert (again.status_code, Listed.objects.count()) == (200, 0)
    done = client.post(at, data | {"looked": again.context["page"].sign})
    assert (done.status_code, done["Location"]) == (303, f"/projects/{pk}/")
    stay = Listed.objects.get()
    assert (stay.entered_by_paper, stay.entry) == ("政发〔2026〕3号", "政发〔2026〕3号；县里确定")
    part = client.get(f"/projects/{pk}/lists/").content.decode()
    assert ("政发〔2026〕3号" in part, f"roster={world['key'].pk}" in part) == (True, True)
    assert "政发〔2026〕3号" in client.get(f"/projects/{pk}/history/").content.decode()
    assert "roster=" not in sign_in(people.officer).get(f"/projects/{pk}/lists/").content.decode()


def test_a_day_of_another_year_and_a_month_without_rows(county: Any, people: Any, world: Any) -> None:
    with pytest.raises(Refused, match="2026"):
        move(rosters.put_on, county, people, world["key"], world["dam"], on=date(2025, 12, 31))
    later = Roster.objects.create(county=county, year=2027, code="key", name="key")
    assert effect_of(people.office, later, NOW, on=[world["dam"].pk]) is None


def test_more_projects_and_more_lists_ask_no_more(
    county: Any, people: Any, world: Any, django_assert_max_num_queries: Any
) -> None:
    ranked_over(county, "key")

    def asked(*projects: Any) -> int:
        with django_assert_max_num_queries(45) as seen:
            effect_of(people.office, world["key"], NOW, on=[one.pk for one in projects])
        return len(seen)

    few = asked(world["dam"])
    more = [make_project(county, name=f"桥{n}", plan=WAN, lead_unit="dongguan") for n in range(5)]
    months.fill(county, now=NOW)
    assert asked(world["dam"], *more) <= few  # the first may have asked for what is kept since
