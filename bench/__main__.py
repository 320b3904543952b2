"""`script/bench`: a county in a database of its own, then one case after the other, in a process that made nothing.

`cities` and `load` make data of their own and take minutes: they run when they are named.

The data are made by another process (`bench.make`), so that what is measured has the heap of a web worker and not
that of 150,000 rows just written.
"""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

from core import console

LONG = ("cities", "load")
REAL_TIME = ("server", "papers", "pictures", "uploads")  # processes of their own, with the machine's clock


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench")
    parser.add_argument("names", nargs="*", help="which; all if none is named")
    parser.add_argument("--rounds", type=int, default=15, help="how often each is measured (15)")
    alone = sys.argv[1] if sys.argv[1:2] and sys.argv[1] in LONG else ""
    options = parser.parse_args([] if alone else None)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
        os.environ["BENCH_DIR"] = folder
        named = urlsplit(os.environ.get("DATABASE_URL", "")).path.strip("/") or "county"
        os.environ["BENCH_NAME"] = f"{named}_bench_{alone}".rstrip("_")  # on a server: two may run beside each other
        import django

        django.setup()
        logging.disable(logging.WARNING)
        if alone:
            import_module(f"bench.{alone}").main(sys.argv[2:])
        else:
            _measure(parser, options, Path(folder))


def _measure(parser: argparse.ArgumentParser, options: argparse.Namespace, folder: Path) -> None:
    import time_machine
    from django.db import connection
    from django.utils import translation

    from bench import data, pages, paper, papers, pictures, server, uploads
    from bench.cases import CASES
    from bench.run import Result, line, table

    cases = {**CASES, "paper": paper.measure, "papers": papers.measure, "pictures": pictures.measure}
    cases |= {"server": server.measure, "page": pages.project_page, "board": pages.board}
    cases["uploads"] = uploads.measure
    unknown = set(options.names) - set(cases)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(cases)}")
    print("making the county …", flush=True)
    subprocess.run([sys.executable, "-m", "bench.make"], check=True)
    name, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"]
    results: list[Result] = []
    try:
        translation.activate("zh-hans")
        for key in options.names or cases:
            # a page asks which month is reported on: always the same, on whichever day this runs
            with (
                nullcontext()
                if key in ("server", "papers", "pictures", "uploads")
                else time_machine.travel(data.NOW, tick=True)
            ):
                found = cases[key](options.rounds)
            for result in found if isinstance(found, list) else [found]:
                results.append(result)
                print(line(result), flush=True)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    print(f"\n{connection.vendor}, {options.rounds} rounds, {os.cpu_count()} cores, medians\n")
    print(table(results))


if __name__ == "__main__":
    console.run(main)
