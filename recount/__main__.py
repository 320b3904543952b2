"""`script/recount`: a county's year with an office's edits, played in a database of its own and counted a second time.

Ends with code 1 where a page, a paper or a file shows a figure that the facts don't give.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
from datetime import date
from pathlib import Path

from core import console


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/recount")
    parser.add_argument("--profile", default="huinan", help="whose county (huinan)")
    parser.add_argument("--projects", type=int, default=60, help="how many it begins with (60)")
    parser.add_argument("--seed", type=int, default=1, help="the same number makes the same year again (1)")
    parser.add_argument("--year", type=int, default=2026, help="which year is replayed (2026)")
    parser.add_argument("--months", type=int, default=12, help="how many of its months (12)")
    parser.add_argument("--no-edits", action="store_true", help="the replayed year as it is")
    parser.add_argument("--small", action="store_true", help="fewer pages of each kind, as in the test")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="recount-") as folder:
        os.environ["DJANGO_SETTINGS_MODULE"] = "recount.settings"
        os.environ["RECOUNT_DIR"] = folder
        import django

        django.setup()
        logging.disable(logging.ERROR)
        sys.exit(_run(options, Path(folder)))


def _run(options: argparse.Namespace, folder: Path) -> int:
    from django.db import connection
    from django.test.utils import setup_test_environment

    from recount.run import recount

    setup_test_environment(debug=False)
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        tally = recount(
            options.profile, start=date(options.year, 1, 1), months=options.months, count=options.projects,
            seed=options.seed, edited=not options.no_edits, small=options.small, say=_say,
        )  # fmt: skip
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    for line in tally.report():
        _say(line)
    return 1 if tally.differences else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    console.run(main)
