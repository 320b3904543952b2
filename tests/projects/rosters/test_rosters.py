"""Lists of a year: by a rule exactly what the list of projects finds, by hand who was put on it, from day to day."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from core.days.periods import Period
from core.lists.listing import Listing
from core.models import Done, SavedView
from core.refusals import NeedsReason, NotAllowed, Refused, Stale, Wrong
from organization.units.models import Unit
from projects.choices import Stage, State
from projects.list.lists import PROJECTS
from projects.models import Listed, Project, Roster
from projects.page.pages import whole_history
from projects.registry.months import services as months
from projects.rosters import pages, services
from projects.rosters.queries import wrong_with
from projects.rosters.scope import members
from tests.support.factories import NOW, WAN, make_project, make_report
from tests.support.people import People, make_county
from tests.support.plugins.chance import dear

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P03")]
MAY, APRIL = Period.month(2026, 5), Period.month(2026, 4)
TODAY = NOW.date()


def make_world(county: Unit, people: People) -> SimpleNamespace:
    """Large by total and small by plan, small by total and large by plan; of two units; an odd one, one gone."""
    by_total = make_project(
        county, name="堤防加固", stage=Stage.STARTED, plan=900 * WAN, total_investment=30_000 * WAN, level="city"
    )
    by_plan = make_project(county, name="粮库", stage=Stage.ENTERED, plan=12_000 * WAN, total_investment=12_000 * WAN)
    other = make_project(county, name="污水厂", lead_unit="dongguan", plan=10 * WAN, total_investment=900 * WAN)
    odd = make_project(
        county, name="旧桥", stage=Stage.COMPLETED, entered_on=None, total_investment=600 * WAN, plan=600 * WAN
    )
    gone = make_project(county, name="旧厂", state=State.WITHDRAWN, state_reason="停办", level="city")
    for month in ("2026-04", "2026-05"):
        make_report(by_total, month, works=100 * WAN)
        make_report(by_plan, month, works=50 * WAN)
    months.fill(county, now=NOW)
    hand = Roster.objects.create(county=county, year=2026, code="key", name="重点项目")
    return SimpleNamespace(
        county=county, people=people, by_total=by_total, by_plan=by_plan, other=other, odd=odd, gone=gone, hand=hand
    )


@pytest.fixture
def world(county: Unit, people: People) -> SimpleNamespace:
    return make_world(county, people)


def ruled(world: Any, code: str, rule: str) -> Roster:
    return Roster.objects.create(county=world.county, year=2026, code=code, name=code, rule=rule)


def put(world: Any, *projects: Project, on: date = TODAY, roster: Any = None, who: Any = None, **more: Any) -> Done:
    told: dict[str, Any] = {
        "version": services.stamps(one.pk for one in projects),
        "now": NOW,
        "reason": "年初确定",
    } | more
    return services.put_on(world.county, roster=roster or world.hand, on=on, by=who or world.people.office, **told)


def off(world: Any, *projects: Project, on: date = TODAY, **more: Any) -> Done:
    told: dict[str, Any] = {
        "version": services.stamps(one.pk for one in projects),
        "now": NOW,
        "reason": "调出",
    } | more
    return services.take_off(world.county, roster=world.hand, on=on, by=world.people.office, **told)


def shown(world: Any, query: str, who: Any = None) -> set[int]:
    """What the list of projects shows under *query*."""
    return set(Listing(PROJECTS, who or world.people.office, QueryDict(query), now=NOW).keys())


# by a rule ----------------------------------------------------------------------------------------------------------


def test_over_one_yi_is_of_the_plan_here_and_of_the_total_there(world: Any) -> None:
    ruled(world, "plan", "year_plan=100m")
    ruled(world, "total", "size=100m")
    assert members(world.county, "plan", MAY, TODAY) == [world.by_plan.pk]
    assert members(world.county, "total", MAY, TODAY) == sorted(
        [world.by_total.pk, world.by_plan.pk, world.gone.pk][:2]
    )


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ("level=city", {"堤防加固"}),  # what was given up isn't on it
        ("odd=never_entered", {"旧桥"}),
        ("stage=started&state=active&entered=no", {"堤防加固"}),
        ("unit=dongguan", {"污水厂"}),
        ("q=粮&stage=entered", {"粮库"}),
        ("light=behind", {"粮库"}),
        ("list=key&list=odd", {"污水厂", "旧桥"}),  # made of a list by hand and one by a rule
    ],
)
def test_a_rule_takes_in_what_it_finds(world: Any, rule: str, names: set[str]) -> None:
    put(world, world.other, on=date(2026, 5, 4))
    ruled(world, "odd", "odd=never_entered")
    ruled(world, "asked", rule)
    found = set(members(world.county, "asked", MAY, TODAY))
    assert set(Project.objects.filter(pk__in=found).values_list("name", flat=True)) == names
    assert shown(world, "list=asked") == found


VALUES = {
    "stage": [stage.value for stage in Stage],
    "state": ["active", "suspended"],
    "level": ["city", "county"],
    "unit": ["xicheng", "dongguan"],
    "plan": ["with", "without"],
    "year_plan": ["50m", "100m"],
    "size": ["50m", "100m", "500m"],
    "entered": ["yes", "no"],
    "counted": ["yes", "no"],
    "light": ["behind", "good", "grey"],
    "odd": ["never_entered"],
    "q": ["粮", "旧"],
}
RULES = st.dictionaries(
    st.sampled_from(sorted(VALUES)), st.lists(st.integers(0, 9), min_size=1, max_size=3), min_size=1, max_size=3
)


@dear
@given(picked=RULES, month=st.integers(1, 6))
def test_a_project_is_on_a_list_by_rule_exactly_when_the_filter_says_so(
    world: Any, picked: dict[str, list[int]], month: int
) -> None:
    chosen = {key: sorted({VALUES[key][n % len(VALUES[key])] for n in ns}) for key, ns in picked.items()}
    rule, period = (
        urlencode([(k, v) for k, vs in chosen.items() for v in vs[: 1 if k == "q" else None]]),
        f"2026-0{month}",
    )
    assert wrong_with(rule) == ""
    Roster.objects.filter(code="asked").delete()
    one = ruled(world, "asked", rule)
    wanted = shown(world, f"{rule}&period={period}")
    assert shown(world, f"list=asked&period={period}") == wanted
    assert set(members(world.county, "asked", Period.parse(period), TODAY)) == wanted
    look = pages.Look(world.people.office, world.county, 2026, NOW)
    moves = look.moves([one])["asked"]
    assert moves[month - 1].number == len(wanted)
    there: set[int] = set()
    for move in moves[:month]:  # who came and who left lead from nothing to who is there
        there = (there | set(move.came)) - set(move.went)
    assert there == wanted


@pytest.mark.parametrize(
    "rule",
    [
        "", "?", "sort=name", "period=2026-05", "nothing=1", "unit=mine", "sponsor=3", "report=missing", "pk=1",
        "state=withdrawn", "odd=approved", "stage=flying", "q=" + "x" * 600,
    ],
)  # fmt: skip
def test_what_can_be_no_rule_is_said(world: Any, rule: str) -> None:
    assert wrong_with(rule)
    if rule:
        with pytest.raises(Wrong):
            services.make_roster(world.county, year=2026, name="甲", rule=rule, by=world.people.office, now=NOW)


def test_a_list_made_of_lists_is_not_made_of_itself(world: Any) -> None:
    told: dict[str, Any] = {"by": world.people.office, "now": NOW}
    both = services.make_roster(world.county, year=2026, name="合成", rule="list=key", **told)
    for rule in (f"list={both.code}", "list=nowhere"):
        with pytest.raises(Wrong):
            services.make_roster(world.county, year=2026, name="再合成", rule=rule, **told)
    with pytest.raises(Wrong):
        services.change_roster(both, name="合成", rule=f"list={both.code}", reason="改", **told)


# by hand ------------------------------------------------------------------------------------------------------------


def test_a_stay_holds_from_its_first_day_until_it_is_left(world: Any) -> None:
    put(world, world.by_total, world.other, on=date(2026, 2, 10))
    off(world, world.other, on=date(2026, 4, 2))
    on = lambda day: set(Listed.objects.on(day).values_list("project__name", flat=True))  # noqa: E731
    assert on(date(2026, 2, 9)) == set()
    assert on(date(2026, 4, 1)) == {"堤防加固", "污水厂"}
    assert on(date(2026, 4, 2)) == {"堤防加固"}
    assert shown(world, "list=key") == {world.by_total.pk}
    assert shown(world, "list=key&period=2026-03") == {world.by_total.pk, world.other.pk}
    look = pages.Look(world.people.office, world.county, 2026, NOW)
    said = [(move.month.first.month, move.number, move.said) for move in look.moves([world.hand])["key"]]
    assert said == [(1, 0, ""), (2, 2, "+2"), (3, 2, ""), (4, 1, "−1"), (5, 1, ""), (6, 1, "")]


def test_a_package_moves_with_its_first_and_its_last_part(world: Any, sign_in: Any) -> None:
    """Each part comes on its own; with the package as one it came with the first of them, and left with the last."""
    package = Project.objects.create(county=world.county, lead_unit=world.by_total.lead_unit, name="打包")
    Project.objects.filter(pk__in=(package.pk, world.by_total.pk, world.other.pk)).update(package=package)
    put(world, world.by_total, on=date(2026, 2, 10))
    put(world, world.other, on=date(2026, 3, 10))
    off(world, world.by_total, on=date(2026, 4, 2))
    off(world, world.other, on=date(2026, 5, 2))
    put(world, world.by_total, on=date(2026, 6, 2))
    put(world, world.other, on=date(2026, 6, 2))
    moves = pages.Look(world.people.office, world.county, 2026, NOW).moves([world.hand])["key"]
    assert [(len(one.came), len(one.went), one.number, one.one) for one in moves] == [
        (0, 0, 0, (0, 0, 0)), (1, 0, 1, (1, 0, 1)), (1, 0, 2, (0, 0, 1)), (0, 1, 1, (0, 0, 1)), (0, 1, 0, (0, 1, 0)),
        (2, 0, 2, (1, 0, 1)),
    ]  # fmt: skip
    assert [one.said_both for one in moves] == [
        "", "", "（打包项目按一个计为 0 个）", "（打包项目按一个计为 0 个）", "", "（打包项目按一个计为 +1 个）",
    ]  # fmt: skip
    client = sign_in(world.people.office)
    index, page = (
        client.get(path).content.decode() for path in ("/projects/lists/", f"/projects/lists/{world.hand.pk}/")
    )
    assert "2</a> (1)" in index
    assert "+2 (+1)" in index
    assert "括号内为打包项目按一个计" in index
    assert page.count("打包项目按一个计为 1 个") >= 4  # as it stands, at the end of months, who came


def refused_cases() -> dict[str, Any]:
    return {
        "not the office": (NotAllowed, lambda w: put(w, w.one, who=w.people.unit_head)),
        "in the future": (Wrong, lambda w: put(w, w.other, on=date(2026, 12, 1))),
        "another year's day": (Wrong, lambda w: put(w, w.other, on=date(2025, 12, 31))),
        "on it already": (Refused, lambda w: put(w, w.other, w.by_plan)),
        "before the last exit": (Refused, lambda w: put(w, w.odd, on=date(2026, 3, 1))),
        "given up": (Refused, lambda w: put(w, w.gone)),
        "seen before": (Stale, lambda w: put(w, w.other, version={w.other.pk: 0, w.by_plan.pk: 0})),
        "another county's": (Stale, lambda w: put(w, w.foreign, version={w.foreign.pk: 0})),
        "by its rule": (Wrong, lambda w: put(w, w.other, roster=w.ruled)),
        "not on it": (Refused, lambda w: off(w, w.other)),
        "left before it came": (Refused, lambda w: off(w, w.by_plan, on=date(2026, 1, 1))),
    }


@pytest.mark.parametrize("case", refused_cases())
def test_what_is_refused_changes_nothing(world: Any, case: str) -> None:
    world.one = world.other
    world.ruled = ruled(world, "odd", "odd=never_entered")
    put(world, world.by_plan, world.odd, on=date(2026, 2, 1))
    off(world, world.odd, on=date(2026, 4, 1))
    if case == "another county's":
        world.foreign = make_project(make_county("yuanxian", "远县"))
    before = list(Listed.objects.order_by("pk").values())
    kind, act = refused_cases()[case]
    with pytest.raises(kind):
        act(world)
    assert list(Listed.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("doing", [put, off], ids=["put on", "taken off"])
def test_it_is_taken_back_and_the_history_says_both(world: Any, doing: Any) -> None:
    if doing is off:
        put(world, world.by_total, world.other, on=date(2026, 3, 1))
    before = list(Listed.objects.order_by("pk").values())
    done = doing(world, world.by_total, world.other)
    done.refresh_from_db()
    services.take_back(done, by=world.people.office, now=NOW, reason="撤回")
    assert list(Listed.objects.order_by("pk").values()) == before
    lines = [one.text for one in whole_history(world.other) if "重点项目" in one.text]
    assert any("撤回" in line for line in lines)
    with pytest.raises(Refused):
        services.take_back(done, by=world.people.office, now=NOW, reason="再撤")


def test_what_was_changed_since_stays(world: Any) -> None:
    done = put(world, world.by_total, world.other, on=date(2026, 3, 1))
    off(world, world.other)
    said = services.take_back(done, by=world.people.office, now=NOW, reason="撤回")
    assert "污水厂" in said
    assert [one.project for one in Listed.objects.all()] == [world.other]


# lists --------------------------------------------------------------------------------------------------------------


def test_a_list_is_closed_and_opened_again(world: Any, sign_in: Any) -> None:
    put(world, world.by_total)
    told: dict[str, Any] = {"by": world.people.office, "now": NOW}
    with pytest.raises(NeedsReason):
        services.close_roster(world.hand, reason=" ", **told)
    services.close_roster(world.hand, reason="不再使用", **told)
    with pytest.raises(Refused):
        put(world, world.other)
    assert shown(world, "list=key") == {world.by_total.pk}  # what stood on it stays readable
    services.open_roster(world.hand, **told)
    assert put(world, world.other)


def test_another_rule_wants_a_reason_and_a_list_stays_what_it_is(world: Any) -> None:
    told: dict[str, Any] = {"by": world.people.office, "now": NOW}
    one = services.make_roster(world.county, year=2026, name="在建", rule="stage=started", **told)
    with pytest.raises(NeedsReason):
        services.change_roster(one, name="在建", rule="stage=entered", **told)
    with pytest.raises(Refused):
        services.change_roster(one, name="在建", rule="", reason="改", **told)
    changed = services.change_roster(one, name="在统", rule="stage=entered", reason="口径调整", **told)
    assert members(world.county, changed.code, MAY, TODAY) == [world.by_plan.pk]
    with pytest.raises(Wrong):  # the name stands already
        services.make_roster(world.county, year=2026, name="在统", rule="stage=entered", **told)


# pages --------------------------------------------------------------------------------------------------------------


def test_figures_of_a_list_are_those_of_the_list_of_projects_under_it(world: Any) -> None:
    put(world, world.by_total, world.other, world.odd)
    ruled(world, "total", "size=100m")
    look = pages.Look(world.people.office, world.county, 2026, NOW)
    for line in look.lines():
        listing = Listing(PROJECTS, world.people.office, QueryDict(line.href.partition("?")[2]), now=NOW)
        totals = listing.totals
        assert line.sums.projects == listing.count
        assert (line.sums.total, line.sums.plan) == (totals["total_investment"], totals["plan"])
        assert (line.sums.done or 0) == totals["done"]


def test_people_see_the_projects_of_lists_that_they_may_see(world: Any, sign_in: Any) -> None:
    put(world, world.by_total, world.other)
    page = sign_in(world.people.other_officer).get(f"/projects/lists/{world.hand.pk}/").content.decode()
    assert ("污水厂" in page, "堤防加固" in page) == (True, False)
    file = sign_in(world.people.other_officer).get(f"/projects/lists/{world.hand.pk}/list.xlsx")
    book = load_workbook(BytesIO(b"".join(file.streaming_content)))
    cells = [str(cell.value) for sheet in book for row in sheet for cell in row]
    assert len(book.sheetnames) == 3
    assert ("污水厂" in cells, "堤防加固" in cells) == (True, False)


def test_a_rule_is_seen_before_it_is_saved(world: Any, sign_in: Any) -> None:
    client = sign_in(world.people.office)
    view = SavedView.objects.create(
        list="projects",
        county=world.county.pk,
        owner=world.people.office,
        name="在建",
        query="stage=started&sort=name",
    )
    data = {"name": "在建清单", "keeps": f"view-{view.pk}", "note": "", "rule": ""}
    page = client.post("/projects/lists/new/", data)
    assert (page.status_code, Roster.objects.filter(name="在建清单").exists()) == (200, False)
    found = page.context["found"]
    assert (found.number, found.of, found.dropped) == (1, 4, 3)
    assert client.post("/projects/lists/new/", data | {"looked": found.sign}).status_code == 303
    made = Roster.objects.get(name="在建清单")
    assert made.rule == "stage=started"
    make = {"name": "全部", "keeps": "rule", "rule": "unit=mine", "note": ""}
    assert client.post("/projects/lists/new/", make).status_code == 422
    edit = {"name": "在建清单", "keeps": "rule", "rule": "stage=entered", "reason": "调整", "version": made.version}
    looked = client.post(f"/projects/lists/{made.pk}/edit/", edit).context["found"]
    assert [[name for name, _href in one] for one in (looked.came, looked.went)] == [["粮库"], ["堤防加固"]]


def test_chosen_rows_are_put_on_a_list_and_the_project_says_so(world: Any, sign_in: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    client = sign_in(world.people.office)
    row = f"{world.by_total.pk}:0"
    data = {"row": row, "roster": world.hand.pk, "on": "2026-06-01", "reason": "县里确定", "document": "县会纪要3期"}
    page = client.post("/projects/act/list-on/", data)
    looked = page.context["page"].sign
    assert client.post("/projects/act/list-on/", data | {"looked": looked}).status_code == 303
    stay = Listed.objects.get()
    assert (stay.project, stay.entered_on, stay.entered_why) == (world.by_total, date(2026, 6, 1), "县里确定")
    part = client.get(f"/projects/{world.by_total.pk}/lists/").content.decode()
    assert ("重点项目" in part, "县里确定" in part) == (True, True)
    bad = client.post("/projects/act/list-on/", data | {"roster": "9" * 30, "on": "2026-02-31"})
    assert bad.status_code == 422


def test_more_lists_and_more_projects_ask_no_more(world: Any, django_assert_max_num_queries: Any) -> None:
    """A query a month and a few besides: however many lists and projects there are, and whatever others have."""

    def asked() -> int:
        with django_assert_max_num_queries(60) as seen:
            pages.Look(world.people.office, world.county, 2026, NOW).lines()
        return len(seen)

    put(world, world.by_total)
    ruled(world, "total", "size=100m")
    few = asked()
    for n in range(6):
        ruled(world, f"more{n}", "stage=started&size=50m")
        make_project(world.county, name=f"路{n}", stage=Stage.STARTED, plan=100 * WAN)
    months.fill(world.county, now=NOW)
    assert asked() == few


def test_a_county_file_makes_the_lists_of_the_year_once(world: Any) -> None:
    from projects.rosters.loads import LOADS

    data = {
        "list": [{"code": "key", "label": "别的名"}, {"code": "odd", "label": "竣工", "rule": "odd=never_entered"}]
    }
    moment = datetime(2026, 6, 1, 9, tzinfo=NOW.tzinfo)
    assert LOADS[0].store(world.county, data, moment) == ["竣工"]
    assert LOADS[0].store(world.county, data, moment) == []
    assert Roster.objects.get(code="key").name == "重点项目"  # the office's own words stay


def test_what_a_list_cannot_be_is_a_sentence(world: SimpleNamespace, monkeypatch: Any) -> None:
    told: dict[str, Any] = {"by": world.people.office, "now": NOW}
    own, other = ruled(world, "own", "level=city"), ruled(world, "other", "state=active")
    ruled(world, "made", "list=own")
    with pytest.raises(Wrong, match="由它合成"):
        services.change_roster(own, name="own", rule="list=other", reason="改规则", **told)
    with pytest.raises(Wrong, match="请写清单名称"):
        services.change_roster(other, name=" ", rule=other.rule, **told)
    with pytest.raises(Refused, match="已在使用"):
        services.open_roster(other, **told)
    with pytest.raises(Wrong, match="别的县"):
        services.put_on(make_county("linxian"), roster=world.hand, on=TODAY, version={}, reason="年初", **told)
    monkeypatch.setattr(services, "MOST", 4)
    with pytest.raises(Refused, match="最多 4 张"):
        services.make_roster(world.county, year=2026, name="再一张", **told)
