"""What a worker died of, or never got, is taken up again by another; what kills workers isn't begun for ever."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from core.days.periods import Period
from dispatch.bulletins import papers
from dispatch.bulletins import services as bulletins
from jobs import asked
from jobs import services as jobs
from jobs.celery import app
from jobs.models import JobRun
from tests.outbox.test_worker_killed import start_worker, wait_until
from tests.support.factories import NOW, WAN, make_project, make_report
from tests.support.months import finish_month
from tests.support.processes import Elsewhere, kill
from tests.support.times import at

SEND = """
import django, sys; django.setup()
from jobs.celery import app
for pk in sys.argv[1:]: app.send_task("dispatch.bulletins.tasks.bulletin_paper", [int(pk)])
"""
WAITING, RUNNING, FAILED = JobRun.Status.WAITING, JobRun.Status.RUNNING, JobRun.Status.FAILED


@pytest.fixture
def sent(monkeypatch) -> list[int]:
    """The runs that were queued."""
    found: list[int] = []
    monkeypatch.setattr(app, "send_task", lambda task, args, **more: found.extend(args))
    return found


@pytest.fixture
def dead() -> str:
    """The name of a process that is there no more: another has its number."""
    return f"{asked.me().rpartition(':')[0]}:1"


def run_of(status: str, worker: str = "", *, tries: int = 1, age: timedelta = timedelta(minutes=1)) -> JobRun:
    return JobRun.objects.create(job="bulletin_pdf", about="bulletin:1", status=status, worker=worker, tries=tries,
                                 created_at=NOW - age, started_at=NOW - age)  # fmt: skip


@pytest.mark.django_db
def test_what_a_dead_process_had_waits_again_and_is_queued(sent, dead):
    long = timedelta(minutes=30)
    again = [run_of(RUNNING, dead), run_of(RUNNING, "elsewhere:7:1", age=long), run_of(WAITING, age=long)]
    kept = [run_of(RUNNING, asked.me(), age=long), run_of(RUNNING, "elsewhere:7:1"), run_of(WAITING)]
    killer = run_of(RUNNING, dead, tries=asked.TRIES)
    assert jobs.run_tick(now=NOW).done["taken_up"] == len(again)
    assert sent == [run.pk for run in again]
    stand = {run.pk: run.status for run in JobRun.objects.all()}
    assert [stand[run.pk] for run in (*again, *kept, killer)] == [WAITING] * 3 + [RUNNING, RUNNING, WAITING, FAILED]
    killer.refresh_from_db()
    assert killer.error == "已启动3次，后台进程均异常退出"


def day(what: str, *runs: tuple[int, str, str], owed: int) -> Any:
    """An hour of the day at 8:00, looked at at noon: (minutes after it, status, whose) of its runs."""
    return pytest.param(runs, owed, id=what)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("runs", "owed"),
    [
        day("nobody was there", owed=1),
        day("done late", (90, "done", "dead"), owed=0),
        day("under way", (90, "running", "me"), owed=0),
        day("on another machine, long ago", (90, "running", "elsewhere:7:1"), owed=1),
        day("its process died", (0, "running", "dead"), owed=1),
        day("it failed", (0, "failed", "dead"), owed=1),
        day("failed, then done", (0, "failed", "dead"), (9, "done", "dead"), owed=0),
        day("failed as often as that", (0, "failed", "dead"), (5, "failed", "dead"), (9, "running", "dead"), owed=0),
    ],
)
def test_what_was_missed_at_its_hour_is_made_up(monkeypatch, dead, runs, owed):
    hour, queued = at("2026-06-08 08:00"), []
    monkeypatch.setattr(app, "send_task", lambda task, *_args, **_more: queued.append(task))
    JobRun.objects.create(job="tick", status="done", created_at=hour - timedelta(days=9))
    for job in ("tidy", "backup"):
        JobRun.objects.create(job=job, status="done", created_at=hour - timedelta(hours=4))
    JobRun.objects.create(job="morning", status="done", created_at=hour - timedelta(days=1))
    whose = {"dead": dead, "me": asked.me()}
    for minutes, status, worker in runs:
        moment = hour + timedelta(minutes=minutes)
        JobRun.objects.create(job="morning", status=status, worker=whose.get(worker, worker), created_at=moment)
    assert jobs.run_tick(now=hour + timedelta(minutes=9)).done["taken_up"] == 0, "its hour has hardly begun"
    assert jobs.run_tick(now=hour + timedelta(hours=4)).done["taken_up"] == owed
    assert queued == ["outbox.tasks.morning"] * owed
    left = JobRun.objects.filter(job="morning", status="running").values_list("worker", flat=True)
    assert set(left) <= {asked.me()}, "what nobody works on doesn't say that it is under way"


@pytest.mark.django_db
def test_a_house_of_today_owes_nothing_of_before(monkeypatch):
    monkeypatch.setattr(app, "send_task", lambda *_args, **_more: pytest.fail("nobody was to do it"))
    noon = at("2026-06-08 12:00")
    assert (
        jobs.run_tick(now=noon).done["taken_up"] == jobs.run_tick(now=noon + timedelta(hours=1)).done["taken_up"] == 0
    )


@pytest.mark.django_db
def test_a_message_that_comes_back_is_worked_on_unless_another_has_it(dead):
    mine, others = run_of(RUNNING, dead), run_of(RUNNING, asked.me())
    with asked.working(mine.pk, now=NOW) as row:
        assert row is not None
        assert (row.tries, row.worker) == (2, asked.me())
    with asked.working(others.pk, now=NOW) as row:
        assert row is None


@pytest.mark.slow
@pytest.mark.xdist_group("worker")
@pytest.mark.django_db(transaction=True)
def test_a_pdf_whose_process_is_killed_in_the_middle_is_made_all_the_same_and_so_are_the_others(
    county, tmp_path: Path
):
    make_report(make_project(county, plan=9 * WAN, stage="started"), "2026-05", works=5 * WAN)
    finish_month(county, "2026-05")
    bulletin = bulletins.draft_bulletin(county, "monthly", Period.month(2026, 5), now=NOW)
    told = {"about": f"bulletin:{bulletin.pk}", "created_at": timezone.now()}
    pdf, *others = [JobRun.objects.create(job=paper.job, **told).pk for paper in papers.papers_of(bulletin)]
    outside, log = Elsewhere(tmp_path, DJANGO_SETTINGS_MODULE="tests.support.worker_settings"), tmp_path / "worker.log"

    def stands(run: int) -> tuple[str, str]:
        return outside.rows(f"select status, worker from jobs_jobrun where id = {run}")[0]

    worker = start_worker(outside, log)
    try:
        assert outside.start("-c", SEND, str(pdf)).wait() == 0
        wait_until("the PDF begun", lambda: stands(pdf)[0] == RUNNING, worker, log)
        os.kill(int(stands(pdf)[1].split(":")[1]), signal.SIGKILL)
        assert outside.start("-c", SEND, *map(str, others)).wait() == 0
        for run in (pdf, *others):
            wait_until("a paper made", lambda run=run: stands(run)[0] not in {RUNNING, WAITING}, worker, log)
    finally:
        kill(worker)
    runs = outside.rows("select status, tries from jobs_jobrun where about like 'bulletin:%' order by id")
    assert runs == [("done", 2), *[("done", 1)] * len(others)]
    [kept] = outside.rows(
        "select pdf_id is null, docx_id is null, xlsx_id is null, zip_id is null from dispatch_bulletin"
    )
    assert not any(kept)
