"""The application's own settings, with a database and files of the recount's own."""

import os
from pathlib import Path

from config.settings import *  # noqa: F403
from config.settings import DATABASES, STORAGES

FOLDER = Path(os.environ["RECOUNT_DIR"])
MEDIA_ROOT = FOLDER / "files"
if "sqlite" in str(DATABASES["default"]["ENGINE"]):
    DATABASES["default"]["TEST"] = {"NAME": str(FOLDER / "recount.sqlite3"), "MIGRATE": False}
else:
    DATABASES["default"]["TEST"] = {"NAME": "county_recount", "MIGRATE": False}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
