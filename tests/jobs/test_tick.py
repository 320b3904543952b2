"""The heartbeat: doing it twice does nothing, two at once do it once, and a silence is made up for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from core.days.periods import Period
from core.refusals import Refused
from dispatch.models import Bulletin, Problem, ProblemStep, Round, RoundRow
from dispatch.problems import services as problems
from dispatch.rounds import services as rounds
from jobs import heartbeat as heart
from jobs import services as jobs
from jobs.heartbeat import tick
from jobs.models import JobRun
from jobs.services import JobFailed
from jobs.steps import steps as all_steps
from outbox.models import Delivery, Notice
from projects.choices import ReportStatus, Stage
from projects.reports.closing import close_month
from tests.support.factories import WAN, make_project, make_report, unit_of
from tests.support.processes import Elsewhere
from tests.support.times import at, fixed_rules

BEGIN = at("2026-05-28 09:00")  # Thursday
HOURS = 24 * 14  # to 11 June: a month falls due, weeks open and close, two problems climb twice


@pytest.fixture
def _rules(monkeypatch):
    rules = fixed_rules()
    monkeypatch.setattr("organization.profiles.rules.default_rules", lambda: rules)
    steps = tuple(step for step in all_steps() if step.key != "drafted")
    monkeypatch.setattr(heart, "steps", lambda: steps)


@pytest.fixture
def office(county, people, _rules):
    """A county in the middle of a month, with problems that will climb and a report that raises one."""
    made = at("2026-05-12 09:00")
    projects = [
        make_project(county, name=name, stage=Stage.STARTED, lead_unit=unit, created_at=made)
        for name, unit in (("粮库", "xicheng"), ("厂房", "dongguan"), ("水厂", "kaifaqu"))
    ]
    for on, unit in ((date(2026, 5, 20), "zhujian"), (date(2026, 5, 26), "xicheng")):
        problems.raise_problem(
            projects[0],
            title="用地",
            owner_unit=unit_of(county, unit),
            by=people.officer,
            on=on,
            now=at(f"{on} 10:00"),
        )
    make_report(
        projects[0],
        "2026-05",
        status=ReportStatus.SUBMITTED,
        submitted_at=at("2026-05-27 10:00"),
        problem="资金没有到位",
        submitted_by=people.officer,
    )
    return county


def record() -> dict[str, list]:
    """All that ticks write, without the moments at which they wrote it."""
    return {
        "rounds": sorted(Round.objects.values_list("kind", "period", "due_at", "closed_at")),
        "rows": sorted(RoundRow.objects.values_list("round__period", "project__name", "submitted_at"), key=str),
        "notices": sorted(
            Notice.objects.values_list("kind", "person__username", "subject", "body", "urgent"), key=str
        ),
        "mail": sorted(Delivery.objects.values_list("notice__subject", "notice__person__username", "not_before")),
        "problems": sorted(Problem.objects.values_list("title", "status", "level", "due_on", "owner_unit__code")),
        "steps": sorted(ProblemStep.objects.values_list("problem__title", "kind", "level", "on", "due_on"), key=str),
    }


def after(moments: list[datetime]) -> dict[str, list]:
    """What is on record after ticks at *moments*; then nothing of it."""
    with transaction.atomic():
        for moment in moments:
            assert tick(moment).failures == []
        found = record()
        transaction.set_rollback(True)
    return found


@pytest.mark.requirement("D03")
@pytest.mark.slow
@pytest.mark.django_db
def test_a_night_without_power_loses_nothing(office, monkeypatch):
    """Whenever ticks come, what is on record at the end is what a tick every three hours would have left. But for
    ladders, of which only the newest step is told after a silence (`tests/outbox/reminders/test_reminding.py`)."""
    steps = tuple(step for step in all_steps() if step.key not in {"drafted", "told_due"})
    monkeypatch.setattr(heart, "steps", lambda: steps)
    ends = [30, 24 * 6 + 5, 24 * 10, HOURS]
    expected: dict[int, dict[str, list]] = {}
    with transaction.atomic():
        for n in sorted({*range(0, HOURS, 3), *ends}):
            assert tick(BEGIN + timedelta(hours=n)).failures == []
            if n in ends:
                expected[n] = record()
        transaction.set_rollback(True)

    @given(end=st.sampled_from(ends), minutes=st.lists(st.integers(0, HOURS * 60), max_size=6))
    def check(end: int, minutes: list[int]) -> None:
        last = BEGIN + timedelta(hours=end)
        between = sorted({BEGIN + timedelta(minutes=n) for n in minutes if n < end * 60})
        assert after([BEGIN, *between, last]) == expected[end]

    check()
    climbs = [step for step in expected[HOURS]["steps"] if step[1] == "escalated"]
    assert len(climbs) >= 3, "the stretch is long enough for problems to climb"


@pytest.mark.django_db
@pytest.mark.parametrize("lacks", ["", "accepted", "left out", "closed", "planned"])
def test_the_bulletin_of_a_month_is_drafted_when_the_month_is_finished(county, people, monkeypatch, lacks):
    rules = fixed_rules()
    monkeypatch.setattr("organization.profiles.rules.default_rules", lambda: rules)
    plan = None if lacks == "planned" else 100 * WAN
    told = make_project(county, name="粮库", stage=Stage.STARTED, created_at=at("2026-05-12 09:00"), plan=plan)
    make_project(county, name="厂房", stage=Stage.STARTED, created_at=at("2026-05-12 09:00"))
    tick(at("2026-05-25 07:00"))
    waiting = ReportStatus.SUBMITTED if lacks == "accepted" else ReportStatus.ACCEPTED
    make_report(told, "2026-05", works=10 * WAN, status=waiting)
    if lacks != "closed":
        close_month(county, Period.month(2026, 5), by=people.office, now=at("2026-06-08 10:00"))
    opened = Round.objects.get(period="2026-05")
    if lacks == "closed":
        with pytest.raises(Refused):
            rounds.leave_out(opened, by=people.office, now=at("2026-06-08 11:00"), reason="停工未报")
    elif lacks != "left out":
        if lacks == "accepted":
            opened.rows.filter(project__name="厂房").update(left_out="停工未报")
        else:
            assert rounds.leave_out(opened, by=people.office, now=at("2026-06-08 11:00"), reason="停工未报") == 1
    tick(at("2026-06-20 07:00"))
    drafted = list(Bulletin.objects.values_list("period", "unfinished"))
    assert drafted == ([] if lacks else [("2026-05", "")])


@pytest.mark.django_db
def test_doing_it_again_does_nothing(office):
    tick(at("2026-06-08 07:00"))
    before = record()
    assert any(before.values())
    for _again in range(3):
        again = tick(at("2026-06-08 07:00"))
        assert not any(again.done.values())
    assert record() == before


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_do_nothing_twice(office, tmp_path: Path):
    """Real processes on the real database, all let go at the same moment."""
    outside = Elsewhere(tmp_path, DJANGO_SETTINGS_MODULE="config.settings")
    gate = tmp_path / "go"
    crew = [outside.start("-m", "tests.support.tick_at_once", str(gate), "2026-06-08T07:00") for _n in range(3)]
    for n in range(3):
        while not (tmp_path / f"go.ready.{crew[n].pid}").exists():
            assert crew[n].poll() is None
    gate.touch()
    assert [process.wait(120) for process in crew] == [0, 0, 0]
    with transaction.atomic():
        assert tick(at("2026-06-08 07:00")).failures == []
        alone = {
            "rounds": Round.objects.count(),
            "rows": RoundRow.objects.count(),
            "notices": Notice.objects.count(),
            "mail": Delivery.objects.count(),
            "problems": Problem.objects.count(),
            "steps": ProblemStep.objects.count(),
        }
        transaction.set_rollback(True)
    tables = {"rounds": "dispatch_round", "rows": "dispatch_roundrow", "problems": "dispatch_problem"}
    tables |= {"steps": "dispatch_problemstep", "notices": "outbox_notice", "mail": "outbox_delivery"}
    together = {name: outside.rows(f"select count(*) from {table}")[0][0] for name, table in tables.items()}
    assert together == alone


@pytest.mark.django_db
def test_a_step_that_fails_stops_neither_the_others_nor_other_counties(office, monkeypatch):
    def broken(*_args):
        Notice.objects.create(person=office_person, key="half", kind="x", subject="x", created_at=BEGIN)
        raise RuntimeError("kaputt")

    from organization.people.models import User

    office_person = User.objects.first()
    steps = tuple(replace(step, run=broken) if step.key == "told_due" else step for step in all_steps())
    monkeypatch.setattr(heart, "steps", lambda: steps)
    result = tick(at("2026-06-08 07:00"))
    assert result.failures == ["shifan: told_due: kaputt"]
    assert result.done["escalated"] > 0
    assert not Notice.objects.filter(key="half").exists(), "what the step had written is taken back"
    with pytest.raises(JobFailed):
        jobs.run_tick(now=at("2026-06-08 07:05"))
    run = JobRun.objects.get()
    assert (run.status, "kaputt" in run.error) == ("failed", True)


@pytest.mark.django_db
def test_the_command_says_what_it_did(office):
    out = StringIO()
    call_command("tick", "--at", "2026-06-08T07:00", stdout=out)
    assert "opened" in out.getvalue()
    out = StringIO()
    call_command("tick", "--at", "2026-06-08T07:00", stdout=out)
    assert out.getvalue().strip() == "nothing was due"
    assert JobRun.objects.filter(job="tick", status="done").count() == 2
    for moment in (
        "morgen",
        "2026-02-30",
        "2026-06-05T25:00",
        "0001-01-01",
        "1999-12-31",
        "9999-12-31",
        "2400-01-01T00:00+23:59",
    ):
        with pytest.raises(CommandError, match="--at"):
            call_command("tick", "--at", moment)


@pytest.mark.django_db
def test_a_job_that_misses_two_runs_is_marked(db):
    assert not any(state.missed for state in jobs.states(now=BEGIN)), "nothing has begun yet"
    with jobs.job("tick", now=BEGIN):
        pass
    assert not [s for s in jobs.states(now=BEGIN + timedelta(minutes=10)) if s.missed]
    late = [s.job.name for s in jobs.states(now=BEGIN + timedelta(minutes=12)) if s.missed]
    assert late == ["tick", "deliver"]


def test_every_job_has_a_task_and_expires_before_the_next():
    from celery import current_app

    import jobs.tasks  # noqa: F401
    import outbox.tasks  # noqa: F401
    from jobs.schedule import beat
    from jobs.schedule import scheduled as all_jobs

    for job in all_jobs():
        assert job.task in current_app.tasks
        assert beat()[job.name]["options"]["expires"] < job.every.total_seconds()
