"""Settings of what `test_line` starts: a clock set ahead, a quick beat, styles where they lie."""

import os
from datetime import UTC, datetime, timedelta

import time_machine

from config.settings import *  # noqa: F403
from config.settings import STORAGES as _STORAGES

# The same for each process, however late it starts: all of them go by one clock.
_ahead = timedelta(seconds=float(os.environ["CLOCK_AHEAD"]))
time_machine.travel(datetime.now(UTC) + _ahead, tick=True).start()

TICK_EVERY = 2
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # as the people of the tests have it
STORAGES = {**_STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
