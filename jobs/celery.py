"""The Celery application. What runs when stands in the apps' `schedule.py`."""

import os
from collections.abc import Callable
from typing import Any

from celery import Celery

from jobs import queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

queue.use()
app = Celery("county")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def task(do: Callable[..., None]) -> Any:
    """*do* as a task that a worker runs: `do.delay(…)`. The one place where Celery's lack of types is met."""
    return app.task(do)


def plan(sender: Celery, **_kwargs: Any) -> None:
    import django
    from django.apps import apps

    from jobs.schedule import beat  # it reads the settings, which are not there before

    if not apps.ready:  # what runs is gathered from the apps
        django.setup()

    sender.conf.beat_schedule = beat()


app.on_after_configure.connect(plan)
