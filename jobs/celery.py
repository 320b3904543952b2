"""The Celery application. What runs when stands in the apps' `schedule.py`."""

import os
from collections.abc import Callable
from typing import Any

from celery import Celery
from celery.signals import worker_ready
from kombu.entity import Exchange, Queue

from jobs import queue, quiet

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

queue.use()
app = Celery("county")
PATIENCE = 1.0  # seconds for a broker
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = [
    Queue(name, Exchange(name, type="direct"), routing_key=name) for name in (quiet.USUAL, quiet.QUIET)
]
app.autodiscover_tasks()


def task(do: Callable[..., None]) -> Any:
    """*do* as a task that a worker runs: `do.delay(…)`. The one place where Celery's lack of types is met."""
    return app.task(do)


def work(do: Callable[..., None]) -> Any:
    """*do*, which somebody asked for, as a task whose message comes back where its process dies (`jobs.asked`)."""
    return app.task(do, reject_on_worker_lost=True)


def send(name: str, args: list[Any], *, expires: float | None = None, to: str = quiet.USUAL) -> None:
    """Queue the task *name* in the queue *to*. A broker that is away, or hangs, raises within seconds: somebody's page
    waits for it."""
    once = {"max_retries": 1, "interval_start": 0, "connect_retries_timeout": PATIENCE}
    hurry = {**app.conf.broker_transport_options, **once}
    hurry |= {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE}
    with app.connection_for_write(transport_options=hurry) as broker:
        app.send_task(name, args, connection=broker, retry=False, expires=expires, queue=to)


def plan(sender: Celery, **_kwargs: Any) -> None:
    import django
    from django.apps import apps

    from jobs.schedule import beat  # it reads the settings, which are not there before

    if not apps.ready:  # what runs is gathered from the apps
        django.setup()

    sender.conf.beat_schedule = beat()


def begin(**_kwargs: Any) -> None:
    """A worker that has just started does at once what was due while none was there."""
    app.send_task("jobs.tasks.tick", expires=60)


app.on_after_configure.connect(plan)
worker_ready.connect(begin)
