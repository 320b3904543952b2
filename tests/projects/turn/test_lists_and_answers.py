"""The turn drafts the new year's lists and sponsors; units send their figures back; last year stays as it was."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.days.periods import Period
from core.due import due_items
from core.models import Done
from core.refusals import NeedsReason, NotAllowed, Refused, Stale, Wrong
from organization.people.models import Post
from projects.choices import Stage, State
from projects.models import AnnualPlan, Listed, ProjectMonth, Roster, Sponsor, TurnOfYear
from projects.page.pages import whole_history
from projects.plans import pages as plan_pages
from projects.plans.services import set_plan
from projects.registry.months.services import extend
from projects.rosters.scope import members
from projects.turn import pages
from projects.turn import services as turns
from projects.turn.lists_of_year import going
from projects.turn.services import Decision
from tests.support.factories import WAN, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P05")]
PLACE = ZoneInfo("Asia/Shanghai")
DECEMBER = datetime(2026, 12, 1, 10, tzinfo=PLACE)
JANUARY = datetime(2027, 1, 5, 10, tzinfo=PLACE)
IN_FORCE = date(2027, 1, 5)


@pytest.fixture
def there(county: Any, people: Any) -> dict[str, Any]:
    """Three on the key list, of which one is completed; one beside it; a rule by level, one by state, one of lists."""
    found: dict[str, Any] = {
        "goes": make_project(county, name="甲", plan=900 * WAN, stage=Stage.STARTED, level="city", sponsor="县领导01"),
        "over": make_project(county, name="乙", plan=500 * WAN, stage=Stage.COMPLETED, level="city"),
        "lies": make_project(county, name="丙", plan=WAN, level="city", state=State.SUSPENDED, state_reason="资金"),
        "new": make_project(county, name="丁", stage=Stage.RESERVE, lead_unit="dongguan"),
    }
    rules = {"key": "", "city": "level=city", "live": "level=city&state=active", "made": "list=key", "old": ""}
    for n, (code, rule) in enumerate(rules.items()):
        found[code] = Roster.objects.create(county=county, year=2026, code=code, name=code, rule=rule, position=n)
    for key in ("goes", "over", "lies"):
        told = {"entered_on": date(2026, 1, 8), "entered_by": people.office, "entered_why": "年初确定"}
        Listed.objects.create(roster=found["key"], project=found[key], **told)
    extend(county, now=DECEMBER)
    return found


def drafted(county: Any, people: Any, there: Any, **more: Decision) -> TurnOfYear:
    turn = turns.prepare_turn(county, 2027, by=people.office, now=DECEMBER)
    return turns.decide_lines(turn, {there[key].pk: one for key, one in more.items()}, by=people.office, now=DECEMBER)


def in_force(turn: TurnOfYear, people: Any, document: str = "") -> Done:
    told: dict[str, Any] = {"by": people.office, "now": DECEMBER}
    turns.send_round(turn, fill_by=date(2026, 12, 20), **told)
    turns.agree_turn(turn, reason="待批", **told)
    return turns.put_in_force(turn, on=IN_FORCE, by=people.office, now=JANUARY, document=document)


def test_the_lists_of_the_new_year_are_drafted_chosen_and_made(county: Any, people: Any, there: Any) -> None:
    post = Post.objects.get(title="县领导02")
    turn = drafted(county, people, there, new=Decision("joins", "", post.pk, ["key", "nowhere"]))
    assert dict(turn.lines.values_list("project__name", "lists")) == {"甲": ["key"], "乙": [], "丙": [], "丁": ["key"]}
    turn = turns.decide_lists(turn, ["key", "city", "live", "made"], by=people.office, now=DECEMBER)
    said = {one.roster.code: (one.goes_on, one.now, one.then, one.leave, one.come) for one in
            going(turn, people.office, DECEMBER)}  # fmt: skip
    assert said == {
        "key": (True, 3, 2, ["乙", "丙"], ["丁"]),
        "city": (True, 3, 3, [], []),
        "live": (True, 2, 2, [], []),
        "made": (True, 3, 2, ["乙", "丙"], ["丁"]),
        "old": (False, 0, 0, [], []),
    }
    assert Roster.objects.filter(year=2027).count() == 0  # a draft is no list
    before = list(Listed.objects.order_by("pk").values()), list(Roster.objects.order_by("pk").values())
    rows = list(ProjectMonth.objects.filter(month__lt="2027").order_by("pk").values())
    in_force(turn, people, "政发〔2027〕1号")
    made = {one.code: one.rule for one in Roster.objects.filter(year=2027)}
    assert made == {"key": "", "city": "level=city", "live": "level=city&state=active", "made": "list=key"}
    stays = Listed.objects.filter(roster__year=2027).order_by("project__name")
    assert [(one.project.name, one.entered_on, one.entered_by_paper) for one in stays] == [
        ("丁", IN_FORCE, "政发〔2027〕1号"), ("甲", IN_FORCE, "政发〔2027〕1号"),
    ]  # fmt: skip
    january = Period.month(2027, 1)
    extend(county, now=JANUARY)
    key = {there[name].pk for name in ("goes", "new")}
    assert set(members(county, "key", january, IN_FORCE)) == set(members(county, "made", january, IN_FORCE)) == key
    assert set(members(county, "key", Period.month(2026, 12), IN_FORCE)) == {
        there[name].pk for name in ("goes", "over", "lies")
    }
    after = (
        list(Listed.objects.filter(roster__year=2026).order_by("pk").values()),
        list(Roster.objects.filter(year=2026).order_by("pk").values()),
    )
    assert after == before  # last year stays as it was
    assert list(ProjectMonth.objects.filter(month__lt="2027").order_by("pk").values()) == rows


def test_a_sponsor_goes_on_unless_another_is_chosen(county: Any, people: Any, there: Any) -> None:
    first, other = Post.objects.get(title="县领导01"), Post.objects.get(title="县领导02")
    turn = drafted(county, people, there, new=Decision("joins", "", other.pk))
    with pytest.raises(Wrong):
        turns.decide_lines(
            turn, {there["goes"].pk: Decision("continued", "", 999_999)}, by=people.office, now=DECEMBER
        )
    row = next(one for one in pages.lines_of(turn, turn.lines.all()) if one.line.project == there["goes"])
    assert (row.now, row.left) == ("县领导01", "")
    first.active = False
    first.save()
    row = next(one for one in pages.lines_of(turn, turn.lines.all()) if one.line.project == there["goes"])
    assert "已撤销" in row.left
    first.active = True
    first.save()
    assert Sponsor.objects.filter(project=there["new"]).count() == 0
    done = in_force(turn, people)
    posts = {key: [one.post_id for one in there[key].sponsors.all()] for key in ("goes", "new")}
    assert posts == {"goes": [first.pk], "new": [other.pk]}
    later = JANUARY + timedelta(hours=1)
    turns.take_back_turn(done, by=people.office, now=later, reason="撤回")
    assert Sponsor.objects.filter(project=there["new"]).count() == 0
    assert Roster.objects.filter(year=2027).count() == Listed.objects.filter(roster__year=2027).count() == 0
    assert any("县领导02" in str(line) for line in whole_history(there["new"]))


def test_what_somebody_did_to_a_new_list_since_keeps_it(county: Any, people: Any, there: Any) -> None:
    done = in_force(drafted(county, people, there), people)
    Roster.objects.filter(year=2027, code="city").update(version=2)
    with pytest.raises(Refused, match="city"):
        turns.take_back_turn(done, by=people.office, now=JANUARY + timedelta(hours=1), reason="撤回")
    assert TurnOfYear.objects.get().state == TurnOfYear.State.IN_FORCE
    assert Roster.objects.filter(year=2027).count() == 5


def test_a_list_that_the_year_has_already_only_gets_its_projects(county: Any, people: Any, there: Any) -> None:
    own = Roster.objects.create(county=county, year=2027, code="key", name="新名")
    closed = Roster.objects.create(county=county, year=2027, code="old", name="停", closed_at=DECEMBER)
    in_force(drafted(county, people, there, goes=Decision("continued", "", None, ["key", "old"])), people)
    assert ([one.project.name for one in own.stays.all()], closed.stays.count()) == (["甲"], 0)
    own.refresh_from_db()
    assert own.name == "新名"


def test_drafts_are_no_plans_in_force_before_the_year(
    county: Any, people: Any, there: Any, sign_in: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: DECEMBER)
    rows = ProjectMonth.objects.filter(month__lt="2027").order_by("pk")
    before = list(rows.values())
    set_plan(there["goes"], 2027, investment=700 * WAN, by=people.officer, now=DECEMBER)
    assert list(rows.values()) == before
    newest, this = plan_pages.fixed_of(there["goes"], DECEMBER.date(), people.officer)
    assert [(one.year, one.draft) for one in (newest, this)] == [(2027, True), (2026, False)]
    client = sign_in(people.officer)
    for path in (f"/projects/{there['goes'].pk}/plans/", "/projects/plans/2027/"):
        assert "草案" in client.get(path).content.decode()
    assert "草案" not in client.get("/projects/plans/2026/").content.decode()
    assert "700" not in client.get("/projects/").content.decode()
    turn = drafted(county, people, there)
    turns.send_round(turn, fill_by=date(2026, 12, 20), by=people.office, now=DECEMBER)
    turns.agree_turn(turn, reason="待批", by=people.office, now=DECEMBER)
    with pytest.raises(Wrong):  # nor can it be put in force before
        turns.put_in_force(turn, on=date(2026, 12, 31), by=people.office, now=DECEMBER)


def test_a_unit_sends_its_figures_back_and_can_be_asked_again(county: Any, people: Any, there: Any) -> None:
    def owed(person: Any) -> list[tuple[int, str]]:
        found = due_items(county, DECEMBER, person=person)
        return [(one.count, one.about) for one in found if one.kind == "turn_figures"]

    told: dict[str, Any] = {"by": people.officer, "now": DECEMBER}
    turn = drafted(county, people, there)
    unit = there["goes"].lead_unit
    with pytest.raises(Refused):
        turns.answer_turn(turn, unit, **told)  # not sent round yet
    turns.send_round(turn, fill_by=date(2026, 12, 20), by=people.office, now=DECEMBER)
    assert owed(people.unit_head)[0][0] == 1
    with pytest.raises(NotAllowed):
        turns.answer_turn(turn, unit, by=people.other_officer, now=DECEMBER)
    with pytest.raises(NeedsReason, match="甲"):
        turns.answer_turn(turn, unit, **told)
    set_plan(there["goes"], 2027, investment=WAN, **told)
    assert "没有报回" in owed(people.unit_head)[0][1]
    with pytest.raises(Stale):
        turns.answer_turn(turn, unit, version=1, **told)
    answer = turns.answer_turn(turn, unit, version=0, **told)
    assert (owed(people.unit_head), pages.owing_units(people.unit_head, 2027)) == ([], [])
    with pytest.raises(Refused):
        turns.answer_turn(turn, unit, **told)
    with pytest.raises(NeedsReason):
        turns.ask_again(answer, by=people.office, now=DECEMBER, reason=" ")
    turns.ask_again(answer, by=people.office, now=DECEMBER, reason="目标不清", version=1)
    assert "目标不清" in owed(people.unit_head)[0][1]
    assert [one.lacks for one in pages.answered(TurnOfYear.objects.get()) if one.unit == unit] == [0]
    assert AnnualPlan.objects.filter(year=2027).count() == 1


def test_the_pages_of_units_and_office(county: Any, people: Any, there: Any, sign_in: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: DECEMBER)
    turn = drafted(county, people, there)
    office, at = sign_in(people.office), "/projects/turn/2027/"
    pk = there["goes"].pk
    page = office.get(at).content.decode()
    assert (f'name="s-{pk}"' in page, f'name="l-{pk}"' in page, 'name="goes"' in page) == (True, True, True)
    data = {"do": "decide", "version": turn.version, f"b-{pk}": "continued", f"w-{pk}": "", f"s-{pk}": "0"}
    assert office.post(at, data | {f"l-{pk}": ["", "old"]}).status_code == 303
    assert turn.lines.get(project=pk).lists == ["old"]
    turn.refresh_from_db()
    goes = {"do": "lists", "version": turn.version, "goes": ["key"]}
    assert office.post(at, goes).status_code == 303
    assert office.post(at, goes).status_code == 422  # the same page once more is an old one
    turn.refresh_from_db()
    turns.send_round(turn, fill_by=date(2026, 12, 20), by=people.office, now=DECEMBER)
    unit = sign_in(people.unit_head)
    assert "/projects/turn/2027/back/" in unit.get("/projects/plans/2027/").content.decode()
    back = "/projects/turn/2027/back/"
    assert unit.post(back, {"version": 0, "note": ""}).status_code == 422
    assert unit.post(back, {"version": 0, "note": "待批"}).status_code == 303
    assert "/back/" not in unit.get("/projects/plans/2027/").content.decode()
    answer = turn.answers.get()
    office = sign_in(people.office)
    assert "待批" in office.get(at).content.decode()
    again = office.post(f"{at}again/{answer.pk}/", {"version": 1, "reason": "漏报"})
    assert again.status_code == 303
    assert "漏报" in sign_in(people.unit_head).get(back).content.decode()


def test_more_projects_ask_no_more(county: Any, people: Any, there: Any, django_assert_max_num_queries: Any) -> None:
    turn = drafted(county, people, there)

    def asked() -> int:
        with django_assert_max_num_queries(50) as seen:
            pages.lines_of(turn, pages.page_of(turn, "1").object_list)
            pages.answered(turn)
            going(turn, people.office, DECEMBER)
        return len(seen)

    few = asked()
    for n in range(5):
        make_project(county, name=f"路{n}", plan=WAN, lead_unit="dongguan")
    turns.prepare_turn(county, 2027, by=people.office, now=DECEMBER)
    assert asked() == few
