"""Many projects at once: chosen on the list, looked at, done by one press, taken back as they were."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.days.periods import Period
from core.models import Done
from core.refusals import NotAllowed, Refused, Stale
from core.undo import tidy
from organization.people.models import Post
from organization.units.models import Unit
from outbox.models import Notice
from projects.choices import Stage, State
from projects.lifecycle import services as lifecycle
from projects.many import services as many
from projects.many.rows import stamps, versions
from projects.models import Project, ProjectMonth, ReportingMonth, Sponsor
from projects.plans.services import set_plan
from projects.registry import services as registry
from projects.registry.months import services as months
from projects.reports.closing import close_month
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of
from tests.support.people import People, make_county, make_people
from tests.support.plugins.chance import dear

pytestmark = [pytest.mark.django_db, pytest.mark.by_services]
SIX = NOW + timedelta(hours=6)


def make_world(county: Unit, people: People) -> SimpleNamespace:
    """Three projects of one unit, of which one has a sponsor and one two; one of another unit, and one given up."""
    one = make_project(county, name="堤防加固", stage=Stage.STARTED, plan=1_000 * WAN)
    two = make_project(county, name="粮库", stage=Stage.ENTERED, plan=900 * WAN, sponsor="县领导01")
    three = make_project(county, name="管廊", sponsor="县领导02")
    Sponsor.objects.create(project=three, post=people.leader.current_posts[0], position=1)
    other = make_project(county, name="污水厂", lead_unit="dongguan", plan=10 * WAN)
    gone = make_project(county, name="旧厂", state=State.WITHDRAWN, state_reason="停办")
    for month in ("2026-04", "2026-05"):
        make_report(one, month, works=100 * WAN)
    months.fill(county, now=NOW)
    leader = people.leader.current_posts[0]
    every = [one, two, three, other, gone]
    return SimpleNamespace(
        county=county, people=people, one=one, two=two, three=three, other=other, gone=gone, leader=leader, every=every
    )


@pytest.fixture
def world(county: Unit, people: People) -> SimpleNamespace:
    return make_world(county, people)


def figures(county: Unit) -> list[tuple[Any, ...]]:
    rows = ProjectMonth.objects.filter(county=county).order_by("project", "month")
    names = [field.attname for field in ProjectMonth._meta.concrete_fields if field.name not in ("id", "version")]
    return list(rows.values_list(*names))


def stands(world: Any) -> list[tuple[Any, ...]]:
    """What the acts change, of every project."""
    found = []
    for pk in (project.pk for project in world.every):
        project = Project.objects.get(pk=pk)
        sponsors = Sponsor.objects.filter(project=pk).order_by("position")
        sponsored = list(sponsors.values_list("post", "position", "by_portfolio"))
        found.append((project.lead_unit_id, project.state, project.state_reason, sponsored))
    return found


def hand_over(world: Any, *projects: Project, to: str = "dongguan", now: datetime = NOW, who: Any = None) -> Done:
    told = {"by": who or world.people.office, "now": now, "reason": "统一牵头"}
    version = versions(project.pk for project in projects)
    return many.hand_over(world.county, unit=unit_of(world.county, to), version=version, **told)


def give_leader(world: Any, *projects: Project, now: datetime = NOW) -> Done:
    told = {"by": world.people.office, "now": now, "reason": "分工调整"}
    version = stamps(project.pk for project in projects)
    return many.give_leader(world.county, leader=world.leader, version=version, **told)


def withdraw(world: Any, *projects: Project, now: datetime = NOW) -> Done:
    version = versions(project.pk for project in projects)
    return many.withdraw(world.county, version=version, by=world.people.office, now=now, reason="不再实施")


def back(world: Any, done: Done, now: datetime = SIX, who: Any = None) -> str:
    return many.take_back(done, by=who or world.people.office, now=now, reason="撤回")


DOINGS: dict[str, Callable[..., Done]] = {"hand over": hand_over, "give a leader": give_leader, "withdraw": withdraw}


# on the pages -----------------------------------------------------------------------------------------------------


def of_form(page: str) -> dict[str, Any]:
    """What the form of a preview sends unseen."""
    body = page[page.index("data-guard") :]
    rows = re.findall(r'name="row" value="([\d:]+)"', body)
    return {"row": rows, **dict(re.findall(r'name="(looked)" value="(\w+)"', body))}


def words(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


ASKED: dict[str, tuple[Callable[[Any], dict[str, Any]], str]] = {  # what is filled in; what becomes of the first
    "lead-unit": (lambda world: {"unit": unit_of(world.county, "dongguan").pk, "reason": "统一牵头"}, "东关乡"),
    "leader": (lambda world: {"leader": world.leader.pk, "reason": "分工调整"}, "县领导01"),
    "withdraw": (lambda world: {"reason": "不再实施"}, "已取消"),
}


@pytest.mark.parametrize("act", ASKED)
def test_rows_are_chosen_looked_at_and_changed_by_one_press(world: Any, sign_in: Any, act: str) -> None:
    client, before = sign_in(world.people.office), stands(world)
    page = client.get("/projects/").content.decode()
    assert f'formaction="/projects/act/{act}/"' in page
    assert f'name="row" value="{world.one.pk}"' in page
    address = f"/projects/act/{act}/?row={world.one.pk}&row={world.gone.pk}&row=999999"
    page = client.get(address).content.decode()
    assert re.search("为什么不变 旧厂 \\S+ 项目已不再推进", words(page))
    filled, becomes = ASKED[act]
    page = client.post(f"/projects/act/{act}/", filled(world) | of_form(page)).content.decode()
    assert becomes in words(page)
    assert stands(world) == before, "a look changes nothing"
    rows_of_history = (
        Project.history.filter(id=world.one.pk).count() + Sponsor.history.filter(project=world.one).count()
    )
    client.post(f"/projects/act/{act}/", filled(world) | of_form(page))
    after = stands(world)
    assert [a == b for a, b in zip(before, after, strict=True)] == [False, True, True, True, True]
    now = Project.history.filter(id=world.one.pk).count() + Sponsor.history.filter(project=world.one).count()
    assert now == rows_of_history + 1, "one entry of history a project"
    done = Done.objects.get()
    assert done.by == world.people.office
    assert [row["name"] for row in done.rows] == [world.one.name]
    assert f"/undo/{done.key}/{done.pk}/" in client.get("/did/").content.decode()
    assert f"/undo/{done.key}/{done.pk}/" in client.get(f"/did/{done.pk}/").content.decode()
    client.post(f"/undo/{done.key}/{done.pk}/")
    assert stands(world) == before


def test_what_was_changed_between_look_and_press_is_told_and_nothing_done(world: Any, sign_in: Any) -> None:
    client, filled = sign_in(world.people.office), ASKED["lead-unit"][0](world)
    rows = {"row": [world.one.pk, world.two.pk]}
    page = client.post("/projects/act/lead-unit/", filled | rows).content.decode()
    registry.edit(world.two, by=world.people.office, now=NOW, remark="另记")
    before = stands(world)
    answer = client.post("/projects/act/lead-unit/", filled | of_form(page))
    assert answer.status_code == 409
    assert "这期间有 1 个项目被人改过：粮库" in words(answer.content.decode())
    assert stands(world) == before
    client.post("/projects/act/lead-unit/", filled | of_form(answer.content.decode()))
    assert stands(world) != before


def test_another_value_is_looked_at_before_it_is_done(world: Any, sign_in: Any) -> None:
    client, filled = sign_in(world.people.office), ASKED["lead-unit"][0](world)
    page = client.post("/projects/act/lead-unit/", filled | {"row": world.one.pk}).content.decode()
    other = filled | of_form(page) | {"unit": unit_of(world.county, "kaifaqu").pk}
    answer = client.post("/projects/act/lead-unit/", other)
    assert answer.status_code == 200
    assert "开发区" in words(answer.content.decode())
    assert Done.objects.count() == 0


def test_without_a_reason_the_form_says_so_and_keeps_what_was_chosen(world: Any, sign_in: Any) -> None:
    filled = ASKED["lead-unit"][0](world) | {"reason": "", "row": world.one.pk}
    answer = sign_in(world.people.office).post("/projects/act/lead-unit/", filled)
    assert answer.status_code == 422
    assert f'value="{world.one.pk}:1"' in answer.content.decode()


def test_all_of_the_filter_are_more_than_the_page(world: Any, sign_in: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("core.lists.listing.PER_PAGE", 1)
    client = sign_in(world.people.office)
    page = client.get("/projects/act/withdraw/?unit=xicheng&all=1").content.decode()
    assert {row.split(":")[0] for row in of_form(page)["row"]} == {
        str(one.pk) for one in (world.one, world.two, world.three)
    }
    monkeypatch.setattr("core.lists.acts.MOST", 2)
    page = client.get("/projects/act/withdraw/?unit=xicheng&all=1").content.decode()
    assert "现在选了 3 项" in words(page)
    assert "data-guard" not in page


def test_who_may_not_chooses_rows_for_a_file_only(world: Any, sign_in: Any) -> None:
    client = sign_in(world.people.officer)
    page = client.get("/projects/").content.decode()
    assert re.findall(r'formaction="/projects/act/(\w+)/', page) == ["resumed"]  # an officer says when works went on
    assert client.get(f"/projects/act/withdraw/?row={world.one.pk}").status_code == 403
    answer = client.get(f"/projects/act/export/?row={world.one.pk}&row={world.two.pk}&stage=started&sort=name")
    assert answer["Location"] == f"/projects/export.xlsx?stage=started&sort=name&pk={world.one.pk}&pk={world.two.pk}"
    assert client.get("/projects/act/export/?all=1&stage=started")["Location"].endswith("export.xlsx?stage=started")


def test_another_units_rows_are_nobodys_to_choose(world: Any, sign_in: Any) -> None:
    page = sign_in(world.people.officer).get(f"/projects/?pk={world.one.pk}&pk={world.other.pk}").content.decode()
    assert world.one.name in page
    assert world.other.name not in page


# what may and can -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("doing", DOINGS.values(), ids=DOINGS)
def test_all_are_changed_or_none(world: Any, doing: Any) -> None:
    before = stands(world)
    with pytest.raises(Stale):
        doing(world, world.one, world.gone)
    assert stands(world) == before


def test_only_the_office_does_it(world: Any) -> None:
    with pytest.raises(NotAllowed):
        hand_over(world, world.one, who=world.people.unit_head)


def test_a_project_that_the_unit_has_already_isnt_handed_to_it(world: Any) -> None:
    make_project(world.county, name="堤防加固", lead_unit="dongguan")
    with pytest.raises(Refused, match="堤防加固"):
        hand_over(world, world.one, world.two)


def test_people_are_told_once_of_all_their_projects_and_when_it_is_taken_back(world: Any) -> None:
    done = hand_over(world, world.one, world.two)
    back(world, done)
    notices = list(Notice.objects.filter(person=world.people.other_officer).order_by("pk"))
    assert [notice.kind for notice in notices] == ["projects_handed", "projects_handed_back"]
    assert all("堤防加固" in notice.body and "粮库" in notice.body for notice in notices)


def test_a_leader_takes_the_place_of_the_first_and_the_others_stay(world: Any) -> None:
    give_leader(world, world.one, world.three)
    posts = lambda project: list(project.sponsors.values_list("post__title", flat=True))  # noqa: E731
    assert posts(world.one) == ["县领导01"]
    assert posts(world.three) == ["县领导01"]
    second = Post.objects.get(title="县领导02")
    Sponsor.objects.create(project=world.one, post=second, position=1)
    world.leader = second
    give_leader(world, world.two)
    assert posts(world.two) == ["县领导02"]


# taken back -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("doing", DOINGS.values(), ids=DOINGS)
def test_what_was_changed_since_is_left_and_the_rest_goes_back(world: Any, doing: Any) -> None:
    if doing is give_leader:
        world.leader = Post.objects.get(title="县领导02")
    before = stands(world)
    done = doing(world, world.one, world.two)
    registry.edit(Project.objects.get(pk=world.two.pk), by=world.people.office, now=NOW, remark="另记")
    if doing is give_leader:
        registry.set_sponsors(world.two, [], by=world.people.office, now=NOW)
    touched = stands(world)[1]
    said = back(world, done)
    assert "粮库" in said
    after = stands(world)
    assert after == [before[0], touched, *before[2:]]
    done.refresh_from_db()
    assert [bool(row["left"]) for row in done.rows] == [False, True]
    with pytest.raises(Refused):
        back(world, done)


def test_who_did_it_and_the_head_of_the_office_take_it_back(world: Any, sign_in: Any) -> None:
    """The first post of the office is its head's."""
    done = hand_over(world, world.one, who=world.people.office)
    with pytest.raises(NotAllowed):
        back(world, done, who=world.people.office_head)
    assert back(world, hand_over(world, world.two, who=world.people.office_head))
    assert str(done.words) not in sign_in(world.people.office_head).get("/did/").content.decode()


def test_after_a_day_it_can_not_be_taken_back_and_after_a_week_it_is_forgotten(
    world: Any, sign_in: Any, monkeypatch: Any
) -> None:
    done, client = hand_over(world, world.one), sign_in(world.people.office)
    before = stands(world)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(hours=25))
    page = client.get("/did/").content.decode()
    assert done.words in page
    client.cookies["django_language"] = "en"
    english = client.get("/did/").content.decode()
    assert done.words_en in english
    assert "handed to" in done.words_en
    assert done.words not in english
    client.cookies.pop("django_language")
    assert "/undo/" not in page
    client.post(f"/undo/{done.key}/{done.pk}/")
    assert stands(world) == before
    assert tidy(now=NOW + timedelta(days=6)) == 0
    assert tidy(now=NOW + timedelta(days=8)) == 1


def test_where_the_month_was_closed_since_its_figures_stay(world: Any) -> None:
    done = withdraw(world, world.one)
    close_month(world.county, Period.month(2026, 6), by=None, now=NOW + timedelta(hours=1), reason="提前结账")
    assert ReportingMonth.objects.filter(closed_at__gt=NOW).exists()
    with pytest.raises(Refused):
        back(world, done)


def test_a_page_of_many_acts_asks_the_same_as_one_of_few(
    world: Any, sign_in: Any, django_assert_max_num_queries: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    for to in ("dongguan", "kaifaqu", "xicheng") * 3:
        hand_over(world, world.one, to=to)
    client = sign_in(world.people.office)
    client.get("/did/")
    with django_assert_max_num_queries(12):
        client.get("/did/")


# whatever happens -------------------------------------------------------------------------------------------------

MOMENTS = [  # in the middle of a month, on its last day, at the end of a year
    datetime.fromisoformat(at) for at in ("2026-06-10T02:00+00:00", "2026-05-31T15:00+00:00", "2026-12-31T15:30+00:00")
]
BEFORE: dict[str, Callable[..., Any]] = {
    "handed away": lambda world, now: hand_over(world, world.one, world.two, to="kaifaqu", now=now),
    "handed there and back": lambda world, now: [
        hand_over(world, world.one, to=to, now=now + timedelta(seconds=n))
        for n, to in enumerate(("dongguan", "xicheng"))
    ],
    "suspended": lambda world, now: lifecycle.suspend(
        Project.objects.get(pk=world.one.pk), by=world.people.office, on=now.date(), now=now, reason="资金"
    ),
    "month closed": lambda world, now: close_month(
        world.county, Period.of(now.date()).previous(), by=world.people.office, now=now
    ),
    "planned": lambda world, now: set_plan(
        world.two, now.year, investment=77 * WAN, by=world.people.office, now=now, reason="调整"
    ),
}


@dear
@given(
    moment=st.sampled_from(MOMENTS),
    first=st.lists(st.sampled_from(sorted(BEFORE)), max_size=3, unique=True),
    earlier=st.sampled_from([0, 1, 20, 24 * 40]),
    doing=st.sampled_from(sorted(DOINGS)),
    later=st.sampled_from([1, 10, 23]),
)
def test_whatever_is_taken_back_leaves_every_figure_as_it_was(
    db: None, moment: datetime, first: list[str], earlier: int, doing: str, later: int
) -> None:
    code = f"c{datetime.now().timestamp():.6f}".replace(".", "")
    county = make_county(code)
    world = make_world(county, make_people(county, prefix=f"{code}_"))
    for n, name in enumerate(first):
        BEFORE[name](world, moment - timedelta(hours=earlier, minutes=9 - n))
    months.extend(county, now=moment)
    if doing == "give a leader":
        world.leader = Post.objects.get(title="县领导02", unit__county=county)
        chosen = [world.one, world.two]
    else:
        chosen = [world.one, world.two, world.three]
    before, rows = stands(world), figures(county)
    done = DOINGS[doing](world, *chosen, now=moment)
    assert stands(world) != before
    assert not list(months.check(now=moment, county=county))
    back(world, done, now=moment + timedelta(hours=later))
    assert stands(world) == before
    assert figures(county) == rows
    assert not list(months.check(now=moment + timedelta(hours=later), county=county))


def test_what_was_as_before_the_day_goes_back_to_what_it_was_within_the_day(world: Any) -> None:
    """Handed away and back: the months then know of neither; once it is taken back, of the first."""
    hand_over(world, world.one, to="kaifaqu", now=NOW - timedelta(hours=1))
    rows = figures(world.county)
    done = hand_over(world, world.one, to="xicheng")
    assert figures(world.county) != rows
    back(world, done)
    assert figures(world.county) == rows
    assert not list(months.check(now=SIX, county=world.county))


def test_days_of_the_history_say_who_took_what_back(world: Any, sign_in: Any) -> None:
    back(world, withdraw(world, world.one))
    page = words(sign_in(world.people.office).get(f"/projects/{world.one.pk}/history/").content.decode())
    assert re.search("撤回：取消 1 个 ?项目", page)
    assert world.one.stage_changes.order_by("-pk").first().on == date(2026, 6, 10)
