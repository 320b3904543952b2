"""A real worker whose processes are replaced after every task: what was asked for is done all the same, each once."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from django.utils import timezone

from dispatch.bulletins.papers import PAPERS
from jobs.models import JobRun
from tests.outbox.test_worker_killed import forget, redis_url, start_worker, wait_until
from tests.support.processes import Elsewhere, kill

RUNS = 8
OURS = "about like 'bulletin:%'"
SEND = """
import django, sys; django.setup()
from jobs.celery import app
for pk in sys.argv[1:]: app.send_task("dispatch.bulletins.tasks.bulletin_paper", [int(pk)])
"""


@pytest.mark.slow
@pytest.mark.requirement("D04")
@pytest.mark.xdist_group("worker")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broker", ["filesystem", "redis"])
def test_nothing_is_lost_when_a_process_that_has_grown_is_replaced(broker: str, tmp_path: Path):
    url, prefix = (redis_url() if broker == "redis" else ""), f"test-{uuid.uuid4().hex}-"
    # Just asked for, since what is old is put away; of bulletins that aren't there: each says so, and would say
    # nothing if nobody had taken it.
    jobs = [paper.job for paper in PAPERS.values()]
    asked = timezone.now()
    runs = [
        JobRun.objects.create(job=jobs[n % len(jobs)], about=f"bulletin:{n + 1}", created_at=asked)
        for n in range(RUNS)
    ]
    told = {"REDIS_URL": url, "QUEUE_PREFIX": prefix, "CHILD_KIB": "1"}
    outside = Elsewhere(tmp_path, DJANGO_SETTINGS_MODULE="tests.support.worker_settings", **told)
    log, seen = tmp_path / "worker.log", set[str]()

    def open_runs() -> int:
        for children in Path("/proc").glob(f"{worker.pid}/task/*/children"):  # a thread forks them; on Linux
            seen.update(children.read_text().split())
        return outside.rows(f"select count(*) from jobs_jobrun where {OURS} and status != 'failed'")[0][0]

    worker = start_worker(outside, log)
    try:
        assert outside.start("-c", SEND, *(str(run.pk) for run in runs)).wait() == 0
        wait_until("every run done", lambda: open_runs() == 0, worker, log)
    finally:
        kill(worker)
        if url:
            forget(url, prefix)
    said = outside.rows(f"select distinct error from jobs_jobrun where {OURS}")
    assert [error.partition(":")[0] for (error,) in said] == ["DoesNotExist"]
    assert not seen or len(seen) > RUNS, "another process for every task"
