"""The turn of the year: prepared from December, sent round, agreed, in force on a day; last year stays as it was."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Sum

from core.banners import said as banners_said
from core.days.periods import Period
from core.due import due_items
from core.refusals import NeedsReason, NotAllowed, Refused, Stale, Wrong
from dispatch.daylists.kinds import _plans as list_plans
from dispatch.standings import services as rankings
from organization.units.models import Unit
from projects.choices import Nature, Stage, State
from projects.indicators import INVESTMENT_RATE
from projects.ledger.export import registry_rows
from projects.lifecycle.gates import GATES
from projects.models import AnnualPlan, Project, ProjectMonth
from projects.plans.services import set_plan
from projects.registry.months import services as months
from projects.registry.months.services import extend, follow
from projects.registry.services import edit
from projects.reports.closing import close_month
from projects.reports.months import owes_report, standings
from projects.resumptions.models import continued
from projects.rules import LightRules
from projects.turn import services as turns
from projects.turn.force import plans_in_force
from projects.turn.models import TurnOfYear
from tests.support.factories import WAN, make_project, make_report

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P05")]
PLACE = ZoneInfo("Asia/Shanghai")


def at(month: int, day: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, 10, tzinfo=PLACE)


DECEMBER, JANUARY = at(12, 1), at(1, 5, 2027)


@pytest.fixture
def there(county, people) -> dict[str, Any]:
    """One that goes on, one completed, one suspended, one that is new, one that the office will give up."""
    return {
        "goes": make_project(county, name="甲", plan=900 * WAN, stage=Stage.STARTED, nature=Nature.NEW),
        "over": make_project(county, name="乙", plan=500 * WAN, stage=Stage.COMPLETED),
        "lies": make_project(county, name="丙", plan=WAN, state=State.SUSPENDED, state_reason="资金"),
        "new": make_project(county, name="丁", stage=Stage.RESERVE),
        "given": make_project(county, name="戊", plan=WAN),
    }


def agreed(county: Any, people: Any, there: dict[str, Any]) -> TurnOfYear:
    told: dict[str, Any] = {"by": people.office, "now": DECEMBER}
    turn = turns.prepare_turn(county, 2027, **told)
    turn = turns.decide_lines(turn, {there["given"].pk: ("withdrawn", "业主放弃")}, **told)
    turn = turns.send_round(turn, fill_by=date(2026, 12, 20), **told)
    for key in ("goes", "new"):
        set_plan(there[key], 2027, investment=300 * WAN, by=people.officer, now=DECEMBER)
    return turns.agree_turn(turn, **told)


def test_each_project_gets_what_becomes_of_it_from_december_on(county, people, there) -> None:
    with pytest.raises(Refused, match="12月1日"):
        turns.prepare_turn(county, 2027, by=people.office, now=at(11, 30))
    with pytest.raises(NotAllowed):
        turns.prepare_turn(county, 2027, by=people.officer, now=DECEMBER)
    turn = turns.prepare_turn(county, 2027, by=people.office, now=DECEMBER)
    assert dict(turn.lines.values_list("project__name", "becomes")) == {
        "甲": "continued", "乙": "completed", "丙": "stopped", "丁": "joins", "戊": "continued"
    }  # fmt: skip
    make_project(county, name="己")
    assert turns.prepare_turn(county, 2027, by=people.office, now=DECEMBER).lines.count() == 6  # adds, changes none
    with pytest.raises(NeedsReason):
        turns.decide_lines(turn, {there["goes"].pk: ("stopped", " ")}, by=people.office, now=DECEMBER)
    with pytest.raises(Stale):
        turns.decide_lines(turn, {}, by=people.office, now=DECEMBER, version=turn.version + 1)


def test_it_is_sent_round_filled_in_and_agreed_before_it_is_in_force(county, people, there) -> None:
    def owed(now: datetime, person: Any) -> list[tuple[str, int]]:
        return [(i.kind, i.count) for i in due_items(county, now, person=person) if i.kind.startswith("turn")]

    told: dict[str, Any] = {"by": people.office, "now": DECEMBER}
    assert owed(at(11, 30), None) == []
    assert owed(DECEMBER, people.office) == [("turn_of_year", 1)]
    turn = turns.prepare_turn(county, 2027, **told)
    with pytest.raises(Refused):
        turns.agree_turn(turn, **told)
    with pytest.raises(Wrong):
        turns.send_round(turn, fill_by=date(2026, 11, 30), **told)
    turns.send_round(turn, fill_by=date(2026, 12, 20), **told)
    assert owed(DECEMBER, people.officer) == [("turn_figures", 3)]
    assert owed(DECEMBER, people.other_officer) == []
    for key in ("goes", "new"):
        set_plan(there[key], 2027, investment=WAN, by=people.officer, now=DECEMBER)
    with pytest.raises(NeedsReason, match="戊"):
        turns.agree_turn(turn, **told)
    with pytest.raises(Refused):
        turns.put_in_force(turn, on=date(2027, 1, 5), by=people.office, now=JANUARY)
    turn = turns.agree_turn(turn, reason="投资待批", **told)
    for day in (date(2026, 12, 31), date(2027, 1, 6)):
        with pytest.raises(Wrong):
            turns.put_in_force(turn, on=day, by=people.office, now=JANUARY)


def test_in_force_it_changes_the_new_year_only_and_goes_back_whole(county, people, there) -> None:
    turn = agreed(county, people, there)
    extend(county, now=JANUARY)
    rows = list(ProjectMonth.objects.filter(month__lt="2027").order_by("pk").values())
    plans = list(AnnualPlan.objects.filter(year=2026).order_by("pk").values())
    done = turns.put_in_force(turn, on=date(2027, 1, 5), by=people.office, now=JANUARY)
    for one in there.values():
        one.refresh_from_db()
    assert (there["goes"].nature, there["new"].nature, there["over"].nature) == (Nature.CONTINUED, "", "")
    assert (there["given"].state, there["given"].state_reason) == (State.WITHDRAWN, "业主放弃")
    assert there["lies"].state == State.SUSPENDED
    assert list(ProjectMonth.objects.filter(month__lt="2027").order_by("pk").values()) == rows
    assert list(AnnualPlan.objects.filter(year=2026).order_by("pk").values()) == plans
    make_report(there["goes"], "2027-01", works=WAN)
    later = JANUARY + timedelta(hours=1)
    with pytest.raises(Refused, match="2027"):
        turns.take_back_turn(done, by=people.office, now=later, reason="撤回")
    there["goes"].reports.all().delete()
    turns.take_back_turn(done, by=people.office, now=later, reason="撤回")
    for one in there.values():
        one.refresh_from_db()
    assert (there["goes"].nature, there["given"].state) == (Nature.NEW, State.ACTIVE)
    assert TurnOfYear.objects.get().state == TurnOfYear.State.AGREED


def test_january_without_a_plan_in_force_is_said_and_ranks_nobody(county, people, there, sign_in, monkeypatch) -> None:
    january = Period.month(2027, 1)

    def publish() -> Any:
        version = rankings.ranking_version(county, january)
        told: dict[str, Any] = {"by": people.office, "now": at(2, 10, 2027), "unfinished": "试"}
        return rankings.publish_ranking(county, january, version=version, **told)

    extend(county, now=at(2, 10, 2027))
    assert not [said for said in banners_said(county, date(2026, 12, 31)) if "计划" in said]
    assert banners_said(county, date(2027, 1, 1)) != []
    turn = agreed(county, people, there)  # plans are drafted, and not in force
    said = banners_said(county, date(2027, 1, 2))
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_any: date(2027, 1, 2))
    page = sign_in(people.reader).get("/account/").content.decode()
    monkeypatch.undo()
    assert said[0] in page
    with pytest.raises(Refused, match="2027"):
        publish()
    turns.put_in_force(turn, on=date(2027, 1, 5), by=people.office, now=JANUARY)
    assert plans_in_force(county, 2027)
    assert banners_said(county, date(2027, 1, 6)) == []
    assert publish().published_by == people.office


def test_drafts_are_no_plan_for_gate_ledger_day_list_and_resumption(county: Any, people: Any, there: Any) -> None:
    goes, new, end = there["goes"].pk, there["new"].pk, date(2027, 2, 28)
    Project.objects.filter(pk=goes).update(started_on=date(2026, 5, 1))
    plan = next(gate for gate in GATES if gate.code == "plan")

    def says() -> tuple[Any, ...]:
        """Of the new one whether it has a plan; of the other one what the ledger and the day list say it is to do, and
        whether its resumption is asked for."""
        [row] = registry_rows(Project.objects.filter(pk=goes), Period.month(2027, 2))
        ledger = 300 * WAN in row
        gate = plan.met(Project.objects.get(pk=new))
        return gate, ledger, list_plans([goes], end), continued(county.pk, 2027).filter(pk=goes).exists()

    turn = agreed(county, people, there)
    assert says() == (False, False, {}, False)
    done = turns.put_in_force(turn, on=date(2027, 2, 3), by=people.office, now=at(2, 3, 2027))
    assert says() == (True, True, {goes: 300 * WAN}, True)
    turns.take_back_turn(done, by=people.office, now=at(2, 4, 2027), reason="撤回")
    assert says() == (False, False, {}, False)


@pytest.mark.by_services
def test_drafted_plans_count_nowhere_until_they_are_in_force(county: Any, people: Any, there: Any) -> None:
    """Each step, and what months' rows, rate, light, list, home and what is owed say of January and February then."""
    told: dict[str, Any] = {"by": people.office, "now": DECEMBER}
    goes, new = there["goes"], there["new"]
    follow(there.values(), on=DECEMBER.date(), now=DECEMBER, by=None)
    rates = ProjectMonth.objects.of(county, Period.month(2027, 2)).counted()

    def counts() -> tuple[Any, ...]:
        assert not list(months.check(now=at(2, 20, 2027)))
        rows = dict(goes.months.filter(month__in=("2027-01", "2027-02")).values_list("month", "plan"))
        rate = rates.aggregate(sum=Sum(INVESTMENT_RATE.denominator(Period.month(2027, 2))))["sum"]
        standing = standings([goes.pk], Period.month(2027, 2))[goes.pk].plan
        owing = Project.objects.filter(owes_report(Period.month(2027, 2)), pk=new.pk).count()
        light = goes.months.with_light(Period.month(2027, 2), LightRules()).get(month="2027-02").light
        return (*((one or 0) // WAN for one in (*rows.values(), rate, standing)), owing, light)

    def plan(amount: int, now: datetime) -> None:
        set_plan(goes, 2027, investment=amount * WAN, by=people.officer, now=now, reason="调整")

    nothing = (0, 0, 0, 0, 0, "no_plan")
    set_plan(new, 2027, investment=100 * WAN, by=people.officer, now=DECEMBER)
    plan(250, DECEMBER)
    assert counts() == (250, 250, 350, 250, 1, "slow")  # no turn was begun: a year's plans count at once
    turn = turns.prepare_turn(county, 2027, **told)
    assert counts() == nothing
    plan(300, DECEMBER)
    assert counts() == nothing
    turns.send_round(turn, fill_by=date(2026, 12, 20), **told)
    turn = turns.agree_turn(turn, reason="待批", **told)
    assert counts() == nothing
    done = turns.put_in_force(turn, on=date(2027, 2, 3), by=people.office, now=at(2, 3, 2027))
    assert counts() == (0, 300, 400, 300, 1, "slow")  # from its day on: the end of January lies before
    plan(320, at(2, 4, 2027))
    assert counts() == (0, 320, 420, 320, 1, "slow")
    turns.take_back_turn(done, by=people.office, now=at(2, 5, 2027), reason="撤回")
    assert counts() == nothing
    plan(330, at(2, 6, 2027))
    turn = TurnOfYear.objects.get()
    turns.put_in_force(turn, on=date(2027, 1, 9), by=people.office, now=at(2, 7, 2027))
    assert counts() == (330, 330, 430, 330, 1, "slow")


@pytest.mark.by_services
def test_months_that_are_closed_keep_the_plan_that_they_were_closed_with(county: Any, people: Any, there: Any) -> None:
    """A turn that is prepared or taken back once January is closed holds back the plans of the months behind it."""
    february, goes = at(2, 10, 2027), there["goes"]
    told: dict[str, Any] = {"by": people.office, "now": february}
    follow(there.values(), on=DECEMBER.date(), now=DECEMBER, by=None)
    set_plan(goes, 2027, investment=250 * WAN, by=people.officer, now=DECEMBER)
    close_month(county, Period.month(2027, 1), by=None, now=february)

    def plans() -> list[int]:
        assert not list(months.check(now=at(3, 20, 2027)))
        found = goes.months.filter(month__in=("2027-01", "2027-02", "2027-03")).order_by("month")
        return [(plan or 0) // WAN for plan in found.values_list("plan", flat=True)]

    turn = turns.prepare_turn(county, 2027, **told)
    assert plans() == [250, 0, 0]
    set_plan(goes, 2027, investment=400 * WAN, by=people.officer, now=february, reason="调整")
    assert plans() == [250, 0, 0]
    turns.send_round(turn, fill_by=february.date(), **told)
    turn = turns.agree_turn(turn, reason="待批", **told)
    done = turns.put_in_force(turn, on=date(2027, 1, 5), **told)
    assert plans() == [250, 400, 400]
    close_month(county, Period.month(2027, 2), by=None, now=at(3, 3, 2027))
    turns.take_back_turn(done, by=people.office, now=at(3, 3, 2027), reason="撤回")
    assert plans() == [250, 400, 0]


def test_what_is_out_of_turn_or_was_changed_since_is_a_sentence(county, people, there) -> None:
    told: dict[str, Any] = {"by": people.office, "now": DECEMBER}
    unit, other = there["goes"].lead_unit, Unit.objects.get(code="dongguan")
    turn = turns.prepare_turn(county, 2027, **told)
    mine: dict[str, Any] = {"by": people.officer, "now": DECEMBER, "note": "待批"}
    with pytest.raises(Refused, match="没有在征集"):
        turns.answer_turn(turn, unit, **mine)
    with pytest.raises(Wrong, match="没有这种去向"):
        turns.decide_lines(turn, {there["goes"].pk: ("gone", "")}, **told)
    turn = turns.send_round(turn, fill_by=date(2026, 12, 20), **told)
    with pytest.raises(Refused, match="没有转入新年度的项目"):
        turns.answer_turn(turn, other, by=people.other_officer, now=DECEMBER, note="待批")
    answer = turns.answer_turn(turn, unit, **mine)
    turns.ask_again(answer, reason="漏报", **told)
    with pytest.raises(Refused, match="没有可以退回的"):
        turns.ask_again(answer, reason="再报", **told)
    turn = turns.agree_turn(turn, reason="待批", **told)
    for act in (
        lambda: turns.decide_lines(turn, {}, **told),
        lambda: turns.decide_lists(turn, [], **told),
        lambda: turns.send_round(turn, fill_by=date(2026, 12, 22), **told),
    ):
        with pytest.raises(Refused, match="已经审定"):
            act()
    with pytest.raises(Refused, match="以后才能审定"):
        turns.agree_turn(turn, reason="待批", **told)
    done = turns.put_in_force(turn, on=date(2027, 1, 5), by=people.office, now=JANUARY)
    with pytest.raises(Refused, match="已经生效"):
        turns.prepare_turn(county, 2027, by=people.office, now=JANUARY)
    later = JANUARY + timedelta(hours=1)
    edit(Project.objects.get(pk=there["goes"].pk), by=people.office, now=later, owner="某公司")
    with pytest.raises(Refused, match="甲"):
        turns.take_back_turn(done, by=people.office, now=later, reason="撤回")
    assert TurnOfYear.objects.get().state == TurnOfYear.State.IN_FORCE


def test_the_page_makes_each_step_in_turn(county, people, there, sign_in, monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: DECEMBER)
    client, at_ = sign_in(people.office), "/projects/turn/2027/"

    def version() -> str:
        return str(TurnOfYear.objects.get().version)

    assert client.post(at_, {"do": "prepare"}).status_code == 303
    given = {f"b-{there['given'].pk}": "stopped", f"w-{there['given'].pk}": "资金"}
    other = {f"b-{there['goes'].pk}": "withdrawn", f"w-{there['goes'].pk}": ""}
    refused = client.post(at_, {"do": "decide", "version": version(), **given, **other})
    assert (refused.status_code, 'value="资金"' in refused.content.decode()) == (422, True)  # nothing typed is lost
    client.post(at_, {"do": "decide", "version": version(), **given})
    client.post(at_, {"do": "send", "version": version(), "fill_by": "2026-12-20"})
    assert client.post(at_, {"do": "agree", "version": version(), "reason": ""}).status_code == 422
    client.post(at_, {"do": "agree", "version": version(), "reason": "待批"})
    monkeypatch.setattr("django.utils.timezone.now", lambda: JANUARY)
    client = sign_in(people.office)  # a month later
    page = client.get(client.post(at_, {"do": "force", "version": version(), "on": "2027-01-05"})["Location"])
    assert "/undo/turn_in_force/" in page.content.decode()
    there["given"].refresh_from_db()
    assert there["given"].state == State.SUSPENDED
