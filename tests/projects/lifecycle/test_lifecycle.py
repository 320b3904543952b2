"""The stages, their gates, and the one door."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, connections
from hypothesis import given
from hypothesis import strategies as st

from core.flow.gates import Gate
from core.flow.models import Change
from core.refusals import Closed, NeedsReason, NotAllowed, Stale, Wrong
from projects.choices import ApprovalKind, ChangeKind, Stage, State
from projects.lifecycle import gates as lifecycle
from projects.lifecycle.services import advance, resume, send_back, suspend, withdraw
from projects.models import AnnualPlan, Approval, Project, StageChange
from projects.page.forms import ApprovalForm, ProjectForm
from projects.plans.forms import PlanForm
from tests.support.factories import NOW, WAN, make_project
from tests.support.people import make_county, make_people

pytestmark = pytest.mark.requirement("P02")
ON = date(2026, 6, 9)

OPEN = {
    "total_investment": 20_000 * WAN,
    "lead_unit_id": 1,
    "approval_kinds": frozenset({ApprovalKind.FILING, ApprovalKind.CONSTRUCTION}),
    "code": "2601-220523-04-01-123456",
    "planned_start": date(2026, 3, 1),
    "responsible": "项目科长",
    "planned_years": frozenset({2026}),
    "started_on": date(2026, 3, 10),
    "entered_on": date(2026, 4, 10),
    "completed_on": date(2026, 5, 20),
}
ONLY_SITE = frozenset({ApprovalKind.SITE, ApprovalKind.CONSTRUCTION})
CASES: dict[str, dict[str, Any]] = {  # gate: what closes it
    "total_investment": {"total_investment": None},
    "lead_unit": {"lead_unit_id": None},
    "approval": {"approval_kinds": frozenset()},
    "code": {"code": "", "approval_kinds": ONLY_SITE},
    "planned_start": {"planned_start": None},
    "responsible": {"responsible": "", "planned_years": frozenset()},
    "construction": {"approval_kinds": frozenset({ApprovalKind.FILING})},
    "plan": {"planned_years": frozenset()},
    "started_on": {"started_on": None},
    "decision": {"approval_kinds": ONLY_SITE},
    "large_enough": {"total_investment": 499 * WAN},
    "entered_on": {"entered_on": None},
    "completed_on": {"completed_on": None},
}


def facts(stage: str = Stage.PLANNED, **changed: Any) -> Any:
    return SimpleNamespace(**{**OPEN, "stage": stage, "state": State.ACTIVE, **changed})


def codes(gates: list[Gate]) -> set[str]:
    return {gate.code for gate in gates}


# the table ----------------------------------------------------------------------------------------------------------


def test_every_gate_has_a_case():
    assert set(CASES) == {gate.code for gate in lifecycle.GATES}


@pytest.mark.parametrize("code", CASES)
def test_a_gate_closes_and_opens(code: str):
    gate = lifecycle.BY_CODE[code]
    assert gate.met(facts())
    assert not gate.met(facts(**CASES[code]))
    assert code in codes(lifecycle.blockers(facts(**CASES[code]), gate.stage))
    assert code not in codes(lifecycle.blockers(facts(), gate.stage))


@pytest.mark.parametrize(
    ("code", "left"),
    [
        ("code", {"code": ""}),
        ("code", {"approval_kinds": ONLY_SITE}),
        ("responsible", {"responsible": ""}),
        ("responsible", {"planned_years": frozenset()}),
        ("decision", {"approval_kinds": frozenset({ApprovalKind.FEASIBILITY})}),
        ("decision", {"approval_kinds": frozenset({ApprovalKind.PROPOSAL})}),
    ],
)
def test_where_one_of_several_opens_a_gate_each_does(code: str, left: dict[str, Any]):
    assert lifecycle.BY_CODE[code].met(facts(**left))


def test_a_gate_says_where_it_is_mended():
    forms: dict[str, Any] = {"facts": ProjectForm, "approval": ApprovalForm, "plan": PlanForm}
    for gate in lifecycle.GATES:
        assert gate.field in forms[gate.form].base_fields, gate.code
        assert str(gate.label)
        assert str(gate.why)


def test_a_project_of_4_99_million_does_not_enter_and_one_of_5_million_does():
    assert "large_enough" in codes(lifecycle.blockers(facts(total_investment=4_999_999), Stage.ENTERED))
    assert "large_enough" not in codes(lifecycle.blockers(facts(total_investment=5_000_000), Stage.ENTERED))


def test_earlier_gate_that_came_undone_still_blocks():
    undone = facts(Stage.STARTED, code="", approval_kinds=ONLY_SITE)
    assert "code" in codes(lifecycle.blockers(undone, Stage.ENTERED))


@given(
    st.sets(st.sampled_from(sorted(CASES))),
    st.sampled_from(lifecycle.ORDER),
    st.sampled_from(lifecycle.ORDER),
)
def test_what_blocks_a_stage_blocks_every_later_one(closed: set[str], one: Stage, other: Stage):
    changed: dict[str, Any] = {}
    for code in sorted(closed):  # the last one wins: not by the chance of a hash
        changed |= CASES[code]
    project = facts(**changed)
    near, far = sorted((one, other), key=lifecycle.rank)
    found = codes(lifecycle.blockers(project, near))
    if far == Stage.COMPLETED:  # entry and completion come in either order
        found -= {gate.code for gate in lifecycle.GATES if gate.stage == Stage.ENTERED}
    assert found <= codes(lifecycle.blockers(project, far))


def test_the_form_says_when_a_field_is_needed():
    assert lifecycle.needs("total_investment", Stage.RESERVE) == "now"
    assert lifecycle.needs("total_investment", Stage.PLANNED) == "next"
    assert lifecycle.needs("planned_start", Stage.RESERVE) == "next"
    assert lifecycle.needs("planned_start", Stage.PLANNED) == ""
    assert lifecycle.needs("entered_on", Stage.STARTED) == "next"
    assert lifecycle.needs("site", Stage.COMPLETED) == ""


def test_entry_and_completion_come_in_either_order():
    assert lifecycle.targets(facts(Stage.STARTED)) == (Stage.ENTERED, Stage.COMPLETED)
    assert lifecycle.targets(facts(Stage.COMPLETED, entered_on=None)) == (Stage.ENTERED,)
    assert lifecycle.targets(facts(Stage.COMPLETED)) == ()
    assert not lifecycle.blockers(facts(Stage.STARTED, entered_on=None), Stage.COMPLETED)


def test_what_was_completed_and_never_entered_is_odd():
    assert lifecycle.oddities(facts(Stage.COMPLETED, entered_on=None)) == ["completed_never_entered"]
    assert lifecycle.oddities(facts(Stage.COMPLETED)) == []


@pytest.mark.parametrize(
    ("started_on", "completed_on", "odd"),
    [
        (ON, date(2026, 6, 8), ["completed_before_start"]),
        (ON, ON, []),
        (ON, None, []),
        (None, ON, ["entered_without_start"]),
    ],
)
def test_days_in_the_wrong_order_are_odd(started_on: date | None, completed_on: date | None, odd: list[str]):
    found = facts(Stage.COMPLETED, started_on=started_on, completed_on=completed_on)
    assert lifecycle.oddities(found) == odd


ODD = [("planned", "active", True), ("planned", "suspended", False), ("reserve", "active", False)]


@pytest.mark.requirement("P02")
@pytest.mark.parametrize(("stage", "state", "odd"), ODD)
def test_a_planned_project_with_an_approval_is_odd(county, stage, state, odd):
    project = make_project(county, stage=stage, state=state, state_reason="暂缓")
    Approval.objects.get_or_create(project=project, kind=ApprovalKind.FILING, obtained_on=date(2026, 1, 15))
    make_project(county)  # without one
    assert list(Project.objects.planned_with_approval()) == ([project] if odd else [])
    assert lifecycle.oddities(project) == (["planned_with_approval"] if odd else [])


# the door -----------------------------------------------------------------------------------------------------------


def step(project: Project, to: str, by, **more) -> Change:
    return advance(project, to=to, by=by, **{"on": ON, "now": NOW, **more})


def test_a_project_walks_from_planned_to_completed(county, people):
    project = make_project(county)
    Approval.objects.create(project=project, kind=ApprovalKind.FILING, obtained_on=ON)
    step(project, Stage.RESERVE, people.officer)
    project.refresh_from_db()
    Project.objects.filter(pk=project.pk).update(
        code="2601-220523-04-01-123456", planned_start=date(2026, 5, 1), responsible="科长"
    )
    project.refresh_from_db()
    step(project, Stage.PREWORK, people.officer)
    AnnualPlan.objects.create(project=project, year=2026, investment=1000 * WAN)
    Approval.objects.create(project=project, kind=ApprovalKind.CONSTRUCTION, obtained_on=ON)
    for stage, by in (
        (Stage.STARTED, people.officer),
        (Stage.ENTERED, people.statistics),
        (Stage.COMPLETED, people.office),
    ):
        project.refresh_from_db()
        step(project, stage, by)
    project.refresh_from_db()
    assert project.stage == Stage.COMPLETED
    assert (project.started_on, project.entered_on, project.completed_on) == (ON, ON, ON)
    assert list(project.stage_changes.order_by("pk").values_list("old", "new")) == [
        ("planned", "reserve"),
        ("reserve", "prework"),
        ("prework", "started"),
        ("started", "entered"),
        ("entered", "completed"),
    ]


def test_a_step_keeps_who_when_why_and_what_the_gates_saw(county, people):
    project = make_project(county, stage=Stage.STARTED, plan=10 * WAN, responsible="科长")
    change = step(project, Stage.ENTERED, people.statistics, on=date(2026, 6, 1), reason="统计局已接收")
    assert (change.kind, change.old, change.new) == (ChangeKind.ADVANCED, "started", "entered")
    assert (change.on, change.typed_at, change.by, change.reason) == (
        date(2026, 6, 1),
        NOW,
        people.statistics,
        "统计局已接收",
    )
    assert {"code": "large_enough", "met": True} in change.gates
    record = project.history.order_by("-history_id").first()
    assert (record.history_user, record.history_date, record.history_change_reason) == (
        people.statistics,
        NOW,
        "统计局已接收",
    )
    assert record.entered_on == date(2026, 6, 1)


def test_it_is_refused_with_all_blockers_at_once(county, people):
    project = make_project(county, total_investment=None)
    with pytest.raises(Closed) as refused:
        step(project, Stage.RESERVE, people.officer)
    assert codes(refused.value.gates) == {"total_investment", "approval"}
    project.refresh_from_db()
    assert project.stage == Stage.PLANNED
    assert not project.stage_changes.exists()


def test_no_stage_is_skipped(county, people):
    project = make_project(county, stage=Stage.RESERVE)
    with pytest.raises(NotAllowed):
        step(project, Stage.STARTED, people.office)


def test_who_was_slower_is_told(county, people):
    project = make_project(county, stage=Stage.PREWORK, plan=WAN)
    Approval.objects.create(project=project, kind=ApprovalKind.CONSTRUCTION, obtained_on=ON)
    stale = Project.objects.get(pk=project.pk)
    step(project, Stage.STARTED, people.officer)
    with pytest.raises(Stale) as refused:
        step(stale, Stage.STARTED, people.office)
    assert refused.value.record.stage == Stage.STARTED


def test_only_the_office_makes_an_exception_and_only_with_a_reason(county, people):
    project = make_project(county, stage=Stage.PREWORK, plan=WAN)
    with pytest.raises(NotAllowed):
        step(project, Stage.STARTED, people.officer, waive=["construction"], reason="先开基础")
    with pytest.raises(NeedsReason):
        step(project, Stage.STARTED, people.office, waive=["construction"], reason="  ")
    change = step(project, Stage.STARTED, people.office, waive=["construction", "plan"], reason="先开基础，7月补齐")
    assert change.waived == ["construction"]  # only what was closed
    project.refresh_from_db()
    assert "construction" in codes(lifecycle.blockers(project))  # and it blocks again at the next stage


def test_no_exception_is_made_for_what_cannot_be_missing(county, people):
    project = make_project(county, total_investment=None)
    with pytest.raises(NotAllowed):
        step(project, Stage.RESERVE, people.office, waive=["total_investment", "approval"], reason="急")


def test_a_day_on_file_is_not_overwritten_by_a_step(county, people):
    project = make_project(county, stage=Stage.PREWORK, plan=WAN, started_on=date(2026, 4, 1))
    Approval.objects.create(project=project, kind=ApprovalKind.CONSTRUCTION, obtained_on=ON)
    step(project, Stage.STARTED, people.officer)
    project.refresh_from_db()
    assert project.started_on == date(2026, 4, 1)


def test_a_day_in_the_future_has_not_happened(county, people):
    project = make_project(county, stage=Stage.STARTED, plan=WAN, responsible="科长")
    with pytest.raises(Wrong) as refused:
        step(project, Stage.ENTERED, people.statistics, on=date(2026, 6, 11))
    assert list(refused.value.fields) == ["on"]


def test_a_late_entry_does_not_undo_a_completion(county, people):
    project = make_project(county, stage=Stage.COMPLETED, plan=WAN, entered_on=None)
    change = step(project, Stage.ENTERED, people.statistics)
    project.refresh_from_db()
    assert (project.stage, project.entered_on) == (Stage.COMPLETED, ON)
    assert (change.old, change.new) == ("completed", "entered")
    assert not Project.objects.completed_never_entered().exists()


def test_steps_back_are_the_offices_and_need_a_reason(county, people):
    project = make_project(county, stage=Stage.STARTED)
    back: dict[str, Any] = {"to": Stage.PREWORK, "on": ON, "now": NOW}
    with pytest.raises(NotAllowed):
        send_back(project, by=people.officer, reason="误转", **back)
    with pytest.raises(NeedsReason):
        send_back(project, by=people.office, reason="", **back)
    with pytest.raises(NotAllowed):
        send_back(project, by=people.office, reason="误转", **{**back, "to": Stage.ENTERED})
    send_back(project, by=people.office, reason="误转", **back)
    project.refresh_from_db()
    assert project.stage == Stage.PREWORK
    assert project.started_on == date(2026, 3, 10)  # facts stay


def test_a_suspended_project_stands_still_until_it_is_taken_up_again(county, people):
    project = make_project(county, stage=Stage.STARTED, plan=WAN)
    with pytest.raises(NeedsReason):
        suspend(project, by=people.unit_head, on=ON, now=NOW, reason="")
    with pytest.raises(NotAllowed):
        suspend(project, by=people.officer, on=ON, now=NOW, reason="资金不到位")
    suspend(project, by=people.unit_head, on=ON, now=NOW, reason="资金不到位")
    project.refresh_from_db()
    assert (project.state, project.state_reason) == (State.SUSPENDED, "资金不到位")
    with pytest.raises(NotAllowed):
        step(project, Stage.ENTERED, people.office)
    with pytest.raises(Wrong, match="6月9日"):  # counted by their days, it would be suspended for ever
        resume(project, by=people.unit_head, on=ON - timedelta(days=1), now=NOW)
    resume(project, by=people.unit_head, on=ON, now=NOW)
    project.refresh_from_db()
    assert (project.state, project.state_reason, project.stage) == (State.ACTIVE, "", Stage.STARTED)
    with pytest.raises(Wrong, match="6月9日"):
        suspend(project, by=people.unit_head, on=ON - timedelta(days=1), now=NOW, reason="资金不到位")


def test_withdrawing_is_the_offices_and_keeps_the_reason(county, people):
    project = make_project(county)
    with pytest.raises(NotAllowed):
        withdraw(project, by=people.unit_head, on=ON, now=NOW, reason="投资方退出")
    withdraw(project, by=people.office, on=ON, now=NOW, reason="投资方退出")
    project.refresh_from_db()
    assert project.state == State.WITHDRAWN
    with pytest.raises(NeedsReason):
        resume(project, by=people.office, on=ON, now=NOW)
    resume(project, by=people.office, on=ON, now=NOW, reason="重新签约")
    assert list(project.stage_changes.order_by("pk").values_list("kind", flat=True)) == ["withdrawn", "resumed"]


@pytest.mark.parametrize("name", ["other_officer", "leader", "reader", "supervision", "investment", "statistics"])
def test_others_do_not_move_it(county, people, name: str):
    project = make_project(county, stage=Stage.PREWORK, plan=WAN)
    with pytest.raises(NotAllowed):
        step(project, Stage.STARTED, getattr(people, name))


@contextmanager
def meeting_place(folder: Path) -> Iterator[None]:
    """A database in which the connections of two threads meet: the tests' own on a server, on SQLite a file."""
    if connection.vendor != "sqlite":
        yield
        return
    settings = connections.settings["default"]
    name, file = settings["NAME"], str(folder / "meeting.sqlite3")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [file])
    settings["NAME"] = file
    try:
        yield
    finally:
        settings["NAME"] = name


def in_threads(*jobs: Callable[[], object]) -> list[Any]:
    """What each job returns, or the name of its error; all at once, each with a connection of its own."""
    results: list[Any] = []

    def run(job: Callable[[], object]) -> None:
        try:
            results.append(job())
        except Exception as error:
            results.append(type(error).__name__)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_moves_it_and_the_other_is_told(tmp_path):
    """On PostgreSQL the row lock, on SQLite the immediate transaction lets the second wait and then see the first."""
    county = make_county()
    office = make_people(county).office
    project = make_project(county, stage=Stage.PREWORK, plan=WAN)
    Approval.objects.create(project=project, kind=ApprovalKind.CONSTRUCTION, obtained_on=ON)
    barrier = threading.Barrier(2)

    def go() -> str:
        mine = Project.objects.get(pk=project.pk)
        barrier.wait(10)
        step(mine, Stage.STARTED, office)
        return "ok"

    with meeting_place(tmp_path):
        assert sorted(map(str, in_threads(go, go))) == ["Stale", "ok"]
        assert in_threads(lambda: StageChange.objects.filter(project=project).count()) == [1]
