"""Into the statistics: proposed by unit and office, confirmed by the statistics side alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from core.due import due_items
from core.refusals import Closed, NeedsReason, NotAllowed, Refused, Stale, Wrong
from organization.people.models import Post, Role
from organization.profiles.models import CountyProfile
from projects.choices import Stage
from projects.entries import services as entries
from projects.entries.models import EntryProposal, EntryRecord, unconfirmed
from projects.lifecycle.services import advance, send_back
from projects.models import Project
from projects.page import pages as page
from projects.registry import services as registry
from projects.registry.permissions import confirming_role
from tests.support.factories import NOW, WAN, make_project

pytestmark = [pytest.mark.requirement("P02"), pytest.mark.django_db]
ON = date(2026, 6, 1)


@pytest.fixture
def project(county, people) -> Project:
    return make_project(county, stage=Stage.STARTED, plan=100 * WAN)


def propose(project: Project, by: Any, **more: Any) -> EntryProposal:
    return entries.propose_entry(project, by=by, **({"on": ON, "now": NOW} | more))


def confirmed_by(county: Any, role: str) -> None:
    data = {"entry": {"confirmed_by": role}}
    CountyProfile.objects.create(county=county, key="test", data=data, digest=role, loaded_at=NOW)


@pytest.mark.parametrize(
    ("who", "proposes", "confirms"),
    [
        ("office", True, False),
        ("officer", True, False),
        ("unit_head", True, False),
        ("statistics", False, True),
        ("other_officer", False, False),
        ("leader", False, False),
        ("supervision", False, False),
        ("approver", False, False),
    ],
)
def test_who_proposes_and_who_confirms(project, people, who, proposes, confirms) -> None:
    person = getattr(people, who)
    if not confirms:
        for act in (advance, entries.confirm_entry):
            told: dict[str, Any] = {"to": Stage.ENTERED} if act is advance else {}
            with pytest.raises(NotAllowed):
                act(project, by=person, on=ON, now=NOW, **told)
    if not proposes:
        with pytest.raises(NotAllowed):
            propose(project, person)
    proposal = propose(project, person if proposes else people.office)
    if confirms:
        entries.accept_proposal(proposal, by=person, now=NOW)
    else:
        with pytest.raises(NotAllowed):
            entries.accept_proposal(proposal, by=person, now=NOW)
        with pytest.raises(NotAllowed):
            entries.return_proposal(proposal, by=person, now=NOW, reason="缺合同")
    project.refresh_from_db()
    assert (project.stage == Stage.ENTERED) is confirms


def test_confirmed_the_project_is_in_the_statistics_since_the_day_proposed(project, people) -> None:
    proposal = propose(project, people.officer, statistics_start_on=date(2026, 5, 20), note="合同已签")
    entries.accept_proposal(proposal, by=people.statistics, now=NOW)
    project.refresh_from_db()
    assert (project.stage, project.entered_on, project.statistics_start_on) == ("entered", ON, date(2026, 5, 20))
    proposal.refresh_from_db()
    assert (proposal.status, proposal.answered_by, proposal.answered_at) == ("confirmed", people.statistics, NOW)
    record = project.entry_record
    assert (record.source, record.confirmed_by, record.confirmed_at) == ("confirmed", people.statistics, NOW)
    assert not unconfirmed(Project.objects.all(), project.county).exists()
    change = project.stage_changes.get(new="entered")
    assert (change.by, change.on) == (people.statistics, ON)


def test_the_statistics_side_may_write_another_day_and_enter_what_nobody_proposed(project, people, county) -> None:
    other = make_project(county, name="另一个", stage=Stage.STARTED, plan=WAN)
    entries.accept_proposal(propose(project, people.officer), by=people.statistics, now=NOW, on=date(2026, 6, 3))
    entries.confirm_entry(other, by=people.statistics, on=ON, now=NOW)
    found = dict(Project.objects.values_list("name", "entered_on"))
    assert found == {project.name: date(2026, 6, 3), "另一个": ON}


def test_a_step_of_the_statistics_side_answers_what_waits(project, people) -> None:
    propose(project, people.officer)
    entries.confirm_entry(project, by=people.statistics, on=ON, now=NOW)
    assert not EntryProposal.objects.waiting().exists()


def test_one_waits_at_a_time_and_returned_it_can_be_proposed_again(project, people) -> None:
    first = propose(project, people.officer)
    with pytest.raises(Refused, match=people.officer.name):
        propose(project, people.office)
    with pytest.raises(NeedsReason):
        entries.return_proposal(first, by=people.statistics, now=NOW, reason=" ")
    entries.return_proposal(first, by=people.statistics, now=NOW, reason="缺合同")
    second = propose(project, people.officer)
    entries.withdraw_proposal(second, by=people.officer, now=NOW)
    propose(project, people.office)
    assert list(EntryProposal.objects.order_by("pk").values_list("status", flat=True)) == [
        "returned",
        "withdrawn",
        "waiting",
    ]
    with pytest.raises(Stale):
        entries.accept_proposal(first, by=people.statistics, now=NOW)
    with pytest.raises(Stale):
        entries.reopen_proposal(first, by=people.statistics, now=NOW)  # another one waits


def test_only_who_could_propose_it_takes_it_back(project, people) -> None:
    proposal = propose(project, people.office)
    for who in ("statistics", "other_officer", "leader"):
        with pytest.raises(NotAllowed):
            entries.withdraw_proposal(proposal, by=getattr(people, who), now=NOW)
    entries.withdraw_proposal(proposal, by=people.officer, now=NOW)


@pytest.mark.parametrize(
    ("facts", "more", "refused"),
    [
        ({"total_investment": 100 * WAN}, {}, Closed),
        ({"stage": Stage.PREWORK}, {}, NotAllowed),
        ({"stage": Stage.ENTERED}, {}, NotAllowed),
        ({"state": "suspended", "state_reason": "停"}, {}, NotAllowed),
        ({}, {"on": NOW.date() + timedelta(days=1)}, Wrong),
        ({}, {"statistics_start_on": NOW.date() + timedelta(days=1)}, Wrong),
    ],
)
def test_what_could_not_enter_is_not_proposed(county, people, facts, more, refused) -> None:
    project = make_project(county, **({"stage": Stage.STARTED, "plan": WAN} | facts))
    with pytest.raises(refused):
        propose(project, people.officer, **more)
    assert not EntryProposal.objects.exists()


def test_the_office_lets_it_pass_by_exception_when_it_proposes_it(project, people) -> None:
    project.approvals.filter(kind="filing").delete()
    with pytest.raises(Closed):
        propose(project, people.officer)
    for by, note, refused in ((people.officer, "已报", NotAllowed), (people.office, " ", NeedsReason)):
        with pytest.raises(refused):
            propose(project, by, waive=["decision", "code"], note=note)
    with pytest.raises(Closed):
        propose(project, people.office, note="已报", waive=["large_enough"])
    proposal = propose(project, people.office, waive=["decision", "code"], note="核准件月底补")
    entries.accept_proposal(proposal, by=people.statistics, now=NOW)
    change = project.stage_changes.get(new="entered")
    assert (change.waived, change.reason, change.by) == (["decision"], "核准件月底补", people.statistics)


@pytest.mark.parametrize(
    ("said", "held", "role"),
    [
        (None, True, Role.STATISTICS),
        (None, False, Role.OFFICE),  # the file says statistics, and nobody holds the post
        (Role.OFFICE, True, Role.OFFICE),
        (Role.STATISTICS, True, Role.STATISTICS),
    ],
)
def test_a_county_says_who_confirms_and_the_office_does_where_nobody_holds_the_post(
    county, people, project, sign_in, said, held, role
) -> None:
    if said:
        confirmed_by(county, said)
    if not held:
        Post.objects.filter(role=Role.STATISTICS).update(holder=None)
    assert confirming_role(county) == role
    text = sign_in(people.office).get("/projects/entries/").content.decode()
    assert ('id="no-post"' in text) is (not held)
    by = people.office if role == Role.OFFICE else people.statistics
    entries.confirm_entry(project, by=by, on=ON, now=NOW)


def test_the_day_of_entry_is_no_back_door(project, people) -> None:
    with pytest.raises(Wrong) as refused:
        registry.edit(project, by=people.office, now=NOW, entered_on=ON)
    assert list(refused.value.fields) == ["entered_on"]


DAY_BEFORE = ON - timedelta(days=1)


@pytest.mark.parametrize(
    ("held", "confirmed", "who"),
    [
        (True, False, {"statistics", "office", "office_head", "officer", "unit_head"}),
        (True, True, {"statistics"}),
        (False, True, {"office", "office_head"}),
    ],
)
def test_a_confirmed_day_is_changed_by_who_confirms_entries(county, people, held, confirmed, who) -> None:
    project = make_project(county, name="粮库", stage=Stage.ENTERED, entered_on=ON)
    record = {"confirmed_by": people.statistics, "confirmed_at": NOW} if confirmed else {}
    EntryRecord.objects.create(county=county, project=project, source="ledger", **record)
    if not held:
        Post.objects.filter(role=Role.STATISTICS).update(holder=None)
    refused: dict[str, Any] = {}
    for name, person in people.all().items():
        told: dict[str, Any] = {"by": person, "now": NOW, "entered_on": DAY_BEFORE}
        try:
            registry.edit(project, **told, reason="笔误")
        except (Wrong, NotAllowed) as refusal:
            refused[name] = refusal
        else:
            Project.objects.filter(pk=project.pk).update(entered_on=ON)
            with pytest.raises(NeedsReason):
                registry.edit(project, **told)
    assert set(people.all()) - set(refused) == who
    said = {refusal.fields["entered_on"] for refusal in refused.values() if isinstance(refusal, Wrong)}
    assert all(("统计岗" if held else "指挥部办公室") in why for why in said)
    assert bool(said) == confirmed
    with pytest.raises(NotAllowed):  # the day, and nothing beside it
        registry.edit(project, by=people.statistics, now=NOW, reason="笔误", entered_on=DAY_BEFORE, remark="另记")


def test_the_day_is_corrected_on_a_page(county, people, sign_in) -> None:
    project = make_project(county, name="粮库", stage=Stage.ENTERED, entered_on=ON)
    entries.confirm_on_file(project, by=people.statistics, now=NOW)
    where, panel = f"/projects/{project.pk}/entry/day/", f"/projects/{project.pk}/entry/"
    assert where not in sign_in(people.officer).get(panel).content.decode()
    client = sign_in(people.statistics)
    assert where in client.get(panel).content.decode()
    sent = {"entered_on": DAY_BEFORE.isoformat(), "version": project.version, "reason": ""}
    assert client.post(where, sent).status_code == 422
    assert client.post(where, sent | {"reason": "笔误"})["Location"] == f"/projects/{project.pk}/"
    project.refresh_from_db()
    assert project.entered_on == DAY_BEFORE
    assert ("笔误", people.statistics.name) in [(line.why, line.who) for line in page.whole_history(project)]
    with pytest.raises(NotAllowed):
        entries.correct_day(make_project(county), by=people.statistics, now=NOW, entered_on=ON, reason="笔误")


def test_an_entry_that_came_without_its_day_gets_it(county, people, sign_in) -> None:
    ledger = make_project(county, name="台账", stage=Stage.ENTERED, entered_on=None)
    EntryRecord.objects.create(county=county, project=ledger, source="ledger")
    where = f"/projects/{ledger.pk}/entry/day/"
    client = sign_in(people.statistics)
    assert where in client.get(f"/projects/{ledger.pk}/entry/").text
    sent = {"entered_on": ON.isoformat(), "version": ledger.version, "reason": "按统计平台入库时间"}
    assert sign_in(people.office).post(where, sent).status_code == 403
    assert sign_in(people.statistics).post(where, sent).status_code == 303
    ledger.refresh_from_db()
    assert ledger.entered_on == ON


def test_a_proposal_that_a_ledger_overtook_is_answered_with_the_entry(project, people) -> None:
    proposal = propose(project, people.officer)
    Project.objects.filter(pk=project.pk).update(stage=Stage.ENTERED)
    EntryRecord.objects.create(county=project.county, project=project, source="ledger")
    entries.confirm_on_file(project, by=people.statistics, now=NOW)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.answered_by) == ("confirmed", people.statistics)


def test_an_exception_stays_when_who_made_it_leaves_and_covers_nothing_else(project, people) -> None:
    project.approvals.exclude(kind="construction").delete()
    Project.objects.filter(pk=project.pk).update(total_investment=4 * 10**6)
    with pytest.raises(Closed):
        propose(project, people.office, note="会议同意", waive=["decision"])
    Project.objects.filter(pk=project.pk).update(total_investment=10**8)
    made = propose(project, people.office, note="会议同意", waive=["decision"])
    with pytest.raises(NotAllowed):
        entries.confirm_entry(project, by=people.statistics, on=ON, now=NOW, waive=["decision", "large_enough"])
    Post.objects.filter(holder=people.office).update(holder=None)
    entries.accept_proposal(EntryProposal.objects.get(pk=made.pk), by=people.statistics, now=NOW)
    project.refresh_from_db()
    assert project.stage == Stage.ENTERED


def test_the_desk_counts_what_it_has_no_room_for(county, people, sign_in, monkeypatch) -> None:
    monkeypatch.setattr("projects.entries.pages.SHOWN", 1)
    for name in ("甲", "乙"):
        propose(make_project(county, name=name, stage=Stage.STARTED, plan=100 * WAN), people.office)
    assert "待确认 2 个" in sign_in(people.statistics).get("/projects/entries/").text


def test_an_entry_on_file_is_confirmed_once(county, people) -> None:
    ledger = make_project(county, name="台账", stage=Stage.ENTERED, entered_on=None)
    EntryRecord.objects.create(county=county, project=ledger, source="ledger")
    typed = make_project(county, name="建库", stage=Stage.ENTERED)
    make_project(county, name="未入", stage=Stage.STARTED)
    assert list(unconfirmed(Project.objects.all(), county)) == [ledger, typed]
    for project in (ledger, typed):
        with pytest.raises(NotAllowed):
            entries.confirm_on_file(project, by=people.office, now=NOW)
        for moment in (NOW, NOW + timedelta(days=1)):
            entries.confirm_on_file(project, by=people.statistics, now=moment)
    assert list(EntryRecord.objects.values_list("project__name", "source", "confirmed_at")) == [
        ("台账", "ledger", NOW),
        ("建库", "confirmed", NOW),
    ]
    with pytest.raises(NotAllowed):
        entries.confirm_on_file(make_project(county, name="前期"), by=people.statistics, now=NOW)
    assert not unconfirmed(Project.objects.all(), county).exists()


def test_what_waits_is_due_to_who_confirms(county, project, people) -> None:
    proposal = propose(project, people.officer)

    def due(person: Any) -> bool:
        return f"entry:{proposal.pk}" in {item.key for item in due_items(county, NOW, person=person)}

    assert {name for name, person in people.all().items() if due(person)} == {"statistics"}
    Project.objects.filter(pk=project.pk).update(state="suspended", state_reason="停工")
    assert not due(None)
    Project.objects.filter(pk=project.pk).update(state="active", state_reason="")
    entries.return_proposal(proposal, by=people.statistics, now=NOW, reason="缺合同")
    assert not due(None)


def test_the_history_says_it_in_words(project, people) -> None:
    first = propose(project, people.officer, note="合同已签")
    entries.return_proposal(first, by=people.statistics, now=NOW + timedelta(minutes=1), reason="缺名录库证明")
    second = propose(project, people.officer, now=NOW + timedelta(minutes=2))
    entries.accept_proposal(second, by=people.statistics, now=NOW + timedelta(minutes=3))
    project.refresh_from_db()
    send_back(project, to="started", by=people.office, on=ON, now=NOW + timedelta(minutes=4), reason="误")
    lines = [(line.text, line.who, line.why) for line in page.whole_history(project)]
    assert ("提请入统", people.officer.name, "合同已签") in lines
    assert ("入统提请被退回", people.statistics.name, "缺名录库证明") in lines
    assert ("入统提请已确认", people.statistics.name, "") in lines


# the pages ----------------------------------------------------------------------------------------------------------


def test_the_officer_proposes_the_desk_confirms(project, people, sign_in) -> None:
    client = sign_in(people.officer)
    shown = client.get(f"/projects/{project.pk}/").content.decode()
    assert f'href="/projects/{project.pk}/move/entered/"' in shown
    sent = {"on": "2026-06-01", "expect": "started", "version": project.version, "reason": "合同已签"}
    client.post(f"/projects/{project.pk}/move/entered/", sent)
    proposal = EntryProposal.objects.get()
    assert proposal.note == "合同已签"
    shown = client.get(f"/projects/{project.pk}/").content.decode()
    assert f'href="/projects/{project.pk}/move/entered/"' not in shown, "it waits"
    client = sign_in(people.statistics)
    assert f'id="p{proposal.pk}"' in client.get("/projects/entries/").content.decode()
    client.post(f"/projects/entries/{proposal.pk}/confirm/", {"on": "2026-06-01", "version": proposal.version})
    project.refresh_from_db()
    assert project.stage == Stage.ENTERED
    part = client.get(f"/projects/{project.pk}/entry/").content.decode()
    assert people.statistics.name in part


def test_the_desk_confirms_what_came_by_ledger_and_hints_at_what_is_missing(county, people, sign_in) -> None:
    ledger = make_project(county, name="台账", stage=Stage.ENTERED)
    EntryRecord.objects.create(county=county, project=ledger, source="ledger")
    late = make_project(county, name="应统未统", stage=Stage.STARTED)
    client = sign_in(people.statistics)
    text = client.get("/projects/entries/").content.decode()
    assert f'action="/projects/{ledger.pk}/entry/confirm/"' in text
    assert late.name in text.partition('id="missing"')[2]
    client.post(f"/projects/{ledger.pk}/entry/confirm/", {"desk": "1"})
    assert EntryRecord.objects.get().confirmed_by == people.statistics
