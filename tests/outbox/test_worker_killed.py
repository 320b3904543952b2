"""A real worker is killed with -9 in the middle of sending 200 notices; in the end each is delivered once."""

from __future__ import annotations

import email
import os
import re
import subprocess
import time
import uuid
from collections import Counter
from email import policy
from pathlib import Path

import pytest
import redis

from organization.people.models import User
from outbox.models import Delivery
from outbox.services import Draft, notify_all
from tests.support.processes import Elsewhere, kill
from tests.support.times import at

PEOPLE, EACH = 100, 2
PATIENCE = 90  # seconds


def redis_url() -> str:
    url = os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/15"
    try:
        redis.Redis.from_url(url, socket_timeout=2).ping()
    except redis.RedisError:
        pytest.skip("no Redis answers on localhost")
    return url


def forget(url: str, prefix: str) -> None:
    server = redis.Redis.from_url(url)
    for key in server.scan_iter(f"{prefix}*"):
        server.delete(key)


def start_worker(outside: Elsewhere, log: Path) -> subprocess.Popen[bytes]:
    """Worker and beat as `script/server` has them."""
    return outside.start(
        *("-m", "celery", "--app=jobs.celery", "worker", "--beat", f"--schedule={outside.folder}/beat"),
        *("--concurrency=2", "--loglevel=INFO"),
        stdout=log.open("ab"),
        stderr=subprocess.STDOUT,
    )


def wait_until(what: str, reached, worker: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not reached():
        assert worker.poll() is None, f"the worker ended by itself:\n{log.read_text()[-3000:]}"
        assert time.monotonic() < end, f"{what} not within {PATIENCE} s:\n{log.read_text()[-3000:]}"
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.requirement("D04")
@pytest.mark.xdist_group("worker")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broker", ["filesystem", "redis"])
def test_each_notice_is_delivered_once_though_the_worker_is_killed(broker: str, tmp_path: Path):
    url, prefix = (redis_url() if broker == "redis" else ""), f"test-{uuid.uuid4().hex}-"
    people = [
        User.objects.create(username=f"p{n}", name=f"专员{n}", email=f"p{n}@county.example") for n in range(PEOPLE)
    ]
    drafts = [
        Draft(person, "test", f"n{n}-{person.pk}", f"事由〔{n}-{person.pk}〕", urgent=True)
        for person in people
        for n in range(EACH)
    ]
    assert notify_all(drafts, now=at("2026-06-05 07:00"), days={}) == PEOPLE * EACH
    outside = Elsewhere(
        tmp_path, DJANGO_SETTINGS_MODULE="tests.support.worker_settings", REDIS_URL=url, QUEUE_PREFIX=prefix
    )
    mail, log = tmp_path / "var" / "mail", tmp_path / "worker.log"

    def letters() -> int:
        return len(list(mail.glob("*.eml")))

    def waiting() -> int:
        return outside.rows("select count(*) from outbox_delivery where status != 'sent'")[0][0]

    worker = None
    try:
        for some in (PEOPLE // 5, PEOPLE // 2):
            worker = start_worker(outside, log)
            wait_until(f"{some} letters", lambda some=some: letters() >= some, worker, log)
            kill(worker)
            assert some <= letters() < PEOPLE, "killed in the middle"
            assert waiting() > 0
        worker = start_worker(outside, log)
        wait_until("every notice sent", lambda: waiting() == 0, worker, log)
    finally:
        if worker:
            kill(worker)
        if url:
            forget(url, prefix)

    texts = [
        email.message_from_bytes(path.read_bytes(), policy=policy.default).get_content() for path in mail.glob("*.eml")
    ]
    count = Counter(found for text in texts for found in re.findall(r"〔(.+?)〕", text))
    assert count == Counter(draft.subject[3:-1] for draft in drafts), "each notice once, none twice"
    assert len(texts) == PEOPLE, "one letter a person"
    assert outside.rows("select count(*) from outbox_delivery where status = 'sent'")[0][0] == PEOPLE * EACH
    assert Delivery.objects.count() == PEOPLE * EACH
