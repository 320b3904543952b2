"""Settings of the worker that the tests kill: mail that takes its time, a beat every second, a short lease."""

import os

from config.settings import *  # noqa: F403
from config.settings import CELERY_BROKER_TRANSPORT_OPTIONS as _OPTIONS
from config.settings import REDIS_URL as _REDIS

EMAIL_BACKEND = "tests.support.slow_mail.SlowFiles"
OUTBOX_LEASE = 3
TICK_EVERY = 1
if "CHILD_KIB" in os.environ:
    CELERY_WORKER_MAX_MEMORY_PER_CHILD = int(os.environ["CHILD_KIB"])
if _REDIS:
    CELERY_BROKER_TRANSPORT_OPTIONS = {**_OPTIONS, "global_keyprefix": os.environ["QUEUE_PREFIX"]}
