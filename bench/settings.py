"""The application's own settings, with a database and files of the benchmarks' own."""

import os
from pathlib import Path

from config.settings import *  # noqa: F403
from config.settings import DATABASES, STORAGES

ROOT_URLCONF = "bench.floor"
MEDIA_ROOT = Path(os.environ["BENCH_DIR"]) / "files"
if "sqlite" in str(DATABASES["default"]["ENGINE"]):
    DATABASES["default"]["TEST"] = {"NAME": str(Path(os.environ["BENCH_DIR"]) / "bench.sqlite3")}
else:
    DATABASES["default"]["TEST"] = {"NAME": os.environ["BENCH_NAME"]}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
