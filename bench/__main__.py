from __future__ import annotations

import argparse
import logging
import os
import tempfile


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench")
    parser.add_argument("names", nargs="*", help="which; all if none is named")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    folder = tempfile.TemporaryDirectory(prefix="bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    os.environ.setdefault("BENCH_DIR", folder.name)
    import django

    django.setup()
    logging.disable(logging.WARNING)
    from django.db import connection
    from django.utils import translation

    from bench import data, server
    from bench.cases import CASES
    from bench.run import Result, table

    cases = {**CASES, "server": server.measure}
    unknown = set(options.names) - set(cases)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(cases)}")
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    results: list[Result] = []
    try:
        translation.activate("zh-hans")
        print("making the county …", flush=True)
        data.make()
        for key in options.names or cases:
            found = cases[key](options.rounds)
            results += found if isinstance(found, list) else [found]
            print(table(results).splitlines()[-1], flush=True)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        folder.cleanup()
    print(f"\n{connection.vendor}, {options.rounds} rounds, {os.cpu_count()} cores, medians\n")
    print(table(results))


if __name__ == "__main__":
    main()
