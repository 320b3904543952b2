"""A lead on its way to a project: gates, losses, and landing once, whoever clicks how often (I01)."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest

from core.refusals import Closed, NeedsReason, NotAllowed, Stale, Wrong
from investment.leads import services
from investment.leads.gates import LADDER
from investment.leads.permissions import can_add_lead, can_edit_lead, can_land
from investment.models import Lead, LeadChange, LeadStage, LeadState, Mode
from organization.units.models import Unit
from projects.choices import Stage
from projects.models import Project
from tests.projects.lifecycle.test_lifecycle import in_threads, meeting_place
from tests.support.factories import NOW, WAN, unit_of
from tests.support.people import People, make_county, make_people

ON = date(2026, 6, 1)
pytestmark = pytest.mark.django_db

# What each gate needs to be open.
OPENING: dict[str, Any] = {
    "contact": "招商总监",
    "intent_on": date(2026, 2, 1),
    "investment": 50_000 * WAN,
    "argued_on": date(2026, 3, 1),
    "signed_on": date(2026, 4, 1),
    "landing_unit": "kaifaqu",
}


def make_lead(county: Unit, by: Any, **facts: Any) -> Lead:
    given: dict[str, Any] = {
        "name": "人参深加工",
        "investor": "某某药业有限公司",
        "mode": Mode.CHAIN,
        "squad": unit_of(county, "gongxin"),
        "found_on": date(2026, 1, 5),
    }
    given |= facts
    if isinstance(given.get("landing_unit"), str):
        given["landing_unit"] = unit_of(county, given["landing_unit"])
    return services.create_lead(county=county, by=by, now=NOW, **given)


def advance(lead: Lead, to: str, by: Any, on: date = ON) -> Lead:
    return services.advance(lead, to=to, by=by, on=on, now=NOW)


def make_signed(county: Unit, by: Any, **facts: Any) -> Lead:
    lead = make_lead(county, by, **(OPENING | facts))
    for stage in LADDER.order[1:5]:
        lead = advance(lead, stage, by)
    return lead


@pytest.mark.requirement("I01")
def test_a_lead_goes_from_talks_to_the_contract_and_lands_as_a_project(county: Unit, people: People) -> None:
    lead = make_signed(county, people.investment)
    assert lead.stage == LeadStage.SIGNED
    project = services.land(lead, by=people.office, on=ON, now=NOW)
    lead.refresh_from_db()
    assert (lead.stage, lead.project) == (LeadStage.LANDED, project)
    assert project.lead == lead
    assert (project.name, project.investor, project.total_investment) == (
        "人参深加工",
        "某某药业有限公司",
        50_000 * WAN,
    )
    assert (project.lead_unit.code, project.stage, project.investment_kind) == ("kaifaqu", Stage.PLANNED, "enterprise")
    assert project.stage_changes.get().on == ON
    steps = list(lead.changes.order_by("pk").values_list("new", flat=True))
    assert steps == list(LADDER.order)


@pytest.mark.requirement("I01")
def test_landing_twice_is_one_project(county: Unit, people: People) -> None:
    lead = make_signed(county, people.investment)
    first = services.land(lead, by=people.office, on=ON, now=NOW)
    assert services.land(lead, by=people.office, on=ON, now=NOW) == first
    assert Project.objects.count() == 1
    assert LeadChange.objects.filter(lead=lead, new="landed").count() == 1


@pytest.mark.requirement("I01")
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_make_one_project(tmp_path: Any) -> None:
    """On PostgreSQL the row lock, on SQLite the immediate transaction lets the second wait and find the first's."""
    county = make_county()
    office = make_people(county).office
    lead = make_signed(county, office)
    barrier = threading.Barrier(2)

    def go() -> int:
        mine = Lead.objects.get(pk=lead.pk)
        barrier.wait(10)
        return services.land(mine, by=office, on=ON, now=NOW).pk

    with meeting_place(tmp_path):
        one, other = in_threads(go, go)
        assert one == other
        assert isinstance(one, int)
        counts = in_threads(lambda: (Project.objects.count(), LeadChange.objects.filter(new="landed").count()))
        assert counts == [(1, 1)]


@pytest.mark.parametrize("gate", LADDER.gates, ids=lambda gate: gate.code)
def test_each_gate_blocks_alone_and_opens(county: Unit, gate: Any) -> None:
    unit = unit_of(county, "kaifaqu")
    facts = OPENING | {"landing_unit": unit}
    lead = Lead(stage=LADDER.order[LADDER.order.index(gate.stage) - 1], **(facts | {gate.field: None}))
    assert gate.code in {g.code for g in LADDER.blockers(lead)}
    setattr(lead, gate.field, facts[gate.field])
    assert gate.code not in {g.code for g in LADDER.blockers(lead)}


def test_every_gate_has_a_case_and_every_field_exists() -> None:
    assert {gate.field for gate in LADDER.gates} == set(OPENING)
    assert {gate.field for gate in LADDER.gates} <= {field.name for field in Lead._meta.get_fields()}


def test_a_framework_agreement_is_an_intent_but_no_signing(county: Unit, people: People) -> None:
    lead = make_lead(county, people.investment, contact="总监", framework_on=date(2026, 2, 1), investment=WAN)
    lead = advance(lead, LeadStage.TALKS, people.investment)
    lead = advance(lead, LeadStage.INTENT, people.investment)
    assert lead.intent_on is None  # the day of a letter that doesn't exist is not made up
    lead = advance(lead, LeadStage.ARGUED, people.investment)
    assert [gate.code for gate in LADDER.blockers(lead)] == ["signed_on"]


def test_only_a_signed_lead_with_a_place_lands(county: Unit, people: People) -> None:
    lead = make_lead(county, people.investment, **OPENING)
    with pytest.raises(NotAllowed):
        services.land(lead, by=people.office, on=ON, now=NOW)
    with pytest.raises(NotAllowed):
        advance(make_signed(county, people.office), LeadStage.LANDED, people.office)
    nowhere = make_signed(county, people.investment, landing_unit=None)
    with pytest.raises(Closed) as refused:
        services.land(nowhere, by=people.office, on=ON, now=NOW)
    assert [gate.code for gate in refused.value.gates] == ["landing_unit"]
    assert not Project.objects.exists()


def test_no_step_is_left_out_and_a_second_click_is_told(county: Unit, people: People) -> None:
    lead = make_lead(county, people.investment, **OPENING)
    with pytest.raises(NotAllowed):
        advance(lead, LeadStage.INTENT, people.investment)
    services.advance(lead, to=LeadStage.TALKS, by=people.investment, on=ON, now=NOW, expect="lead")
    with pytest.raises(Stale):
        services.advance(lead, to=LeadStage.TALKS, by=people.investment, on=ON, now=NOW, expect="lead")
    with pytest.raises(Wrong):
        advance(lead, LeadStage.INTENT, people.investment, on=date(2026, 6, 11))  # tomorrow


@pytest.mark.requirement("I01")
def test_lost_with_a_reason_and_taken_up_again(county: Unit, people: People) -> None:
    lead = make_lead(county, people.investment, **OPENING)
    with pytest.raises(NeedsReason):
        services.lose(lead, by=people.investment, on=ON, now=NOW, reason=" ")
    lead = services.lose(lead, by=people.investment, on=ON, now=NOW, reason="用地指标不足")
    assert (lead.state, lead.lost_reason) == (LeadState.LOST, "用地指标不足")
    with pytest.raises(NotAllowed):
        advance(lead, LeadStage.TALKS, people.investment)
    lead = services.resume(lead, by=people.investment, on=ON, now=NOW)
    assert advance(lead, LeadStage.TALKS, people.investment).stage == LeadStage.TALKS


def test_a_landed_lead_is_not_lost_any_more(county: Unit, people: People) -> None:
    lead = make_signed(county, people.investment)
    services.land(lead, by=people.office, on=ON, now=NOW)
    with pytest.raises(NotAllowed):
        services.lose(lead, by=people.office, on=ON, now=NOW, reason="撤")


def test_days_before_the_lead_was_found_or_to_come_are_told_by_field(county: Unit, people: People) -> None:
    with pytest.raises(Wrong) as refused:
        make_lead(county, people.investment, intent_on=date(2026, 1, 4), signed_on=date(2026, 6, 11))
    assert set(refused.value.fields) == {"intent_on", "signed_on"}


def test_two_people_editing_the_second_is_told(county: Unit, people: People) -> None:
    lead = make_lead(county, people.investment)
    services.edit_lead(lead, by=people.office, now=NOW, version=1, sector="医药")
    with pytest.raises(Stale):
        services.edit_lead(lead, by=people.investment, now=NOW, version=1, sector="食品")


def test_what_a_stage_needs_cannot_be_emptied_afterwards(county: Unit, people: People) -> None:
    lead = make_signed(county, people.investment)
    with pytest.raises(Wrong) as refused:
        services.edit_lead(lead, by=people.investment, now=NOW, investment=None)
    assert set(refused.value.fields) == {"investment"}


def test_who_may_edit_land_and_see(county: Unit, people: People) -> None:
    lead = make_lead(county, people.investment, landing_unit=unit_of(county, "xicheng"))
    everyone = people.all().items()
    assert {n for n, p in everyone if can_edit_lead(p, lead)} == {"office", "office_head", "investment", "squad"}
    assert {n for n, p in everyone if can_land(p, lead)} == {"office", "office_head", "officer", "unit_head"}
    seen = {name for name, person in everyone if Lead.objects.visible_to(person).exists()}
    assert "other_officer" not in seen
    assert {"officer", "squad", "investment", "leader", "office"} <= seen
    with pytest.raises(NotAllowed):
        services.edit_lead(lead, by=people.leader, now=NOW, sector="医药")
    with pytest.raises(NotAllowed):
        services.create_lead(
            county=county, by=people.squad, now=NOW, name="他班", investor="某公司", mode=Mode.FUND,
            squad=unit_of(county, "zhujian"), found_on=ON,
        )  # fmt: skip


def test_nobody_puts_a_lead_on_file_for_a_squad_of_another_county(county: Unit, people: People) -> None:
    assert can_add_lead(people.office, county, unit_of(county, "xicheng"))
    assert not can_add_lead(people.office, county, unit_of(make_county(code="other"), "xicheng"))


def test_the_officer_of_the_unit_where_it_lands_may_land_it(county: Unit, people: People) -> None:
    lead = make_signed(county, people.investment, landing_unit=unit_of(county, "xicheng"))
    with pytest.raises(NotAllowed):
        services.land(lead, by=people.investment, on=ON, now=NOW)
    assert services.land(lead, by=people.officer, on=ON, now=NOW).lead_unit.code == "xicheng"
