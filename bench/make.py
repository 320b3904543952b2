"""`python -m bench.make`: the database of the benchmarks, and the static files that a server needs."""

from __future__ import annotations

import django

django.setup()

from django.db import connection  # noqa: E402  the models want the settings

from bench import data  # noqa: E402

connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
data.make()
