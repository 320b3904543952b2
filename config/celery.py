"""The Celery application. What runs when stands in `dispatch/schedule.py`."""

import os
from typing import Any

from celery import Celery

from config import queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

queue.use()
app = Celery("county")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect
def plan(sender: Celery, **_kwargs: Any) -> None:
    from dispatch.schedule import beat  # it reads the settings, which are not there before

    sender.conf.beat_schedule = beat()
