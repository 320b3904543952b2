"""`script/drill`: what a house is to survive is done to one of its own: `restore`, `kills`, `year`."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from core import console
from drill.house import house


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/drill")
    which = parser.add_subparsers(dest="which", required=True)
    restore = which.add_parser("restore", help="a county of years is backed up, lost, brought back and compared")
    restore.add_argument("--years", type=int, default=10, help="how many it has reported (10)")
    restore.add_argument("--projects", type=int, default=300, help="how many report each month (300)")
    restore.add_argument("--files", type=int, default=1_000, help="how many were sent in (1,000)")
    restore.add_argument("--kilobytes", type=int, default=300, help="how large each is (300)")
    kills = which.add_parser("kills", help="its processes are killed and stopped while people save")
    kills.add_argument("--only", metavar="WORD", default="", help="only the kills whose name has this word")
    year = which.add_parser("year", help="a year of heartbeats, and again with outages and two workers at once")
    year.add_argument("--projects", type=int, default=18, help="of the county (18)")
    year.add_argument("--units", type=int, default=3, help="that report; two people each and twenty more (3)")
    year.add_argument("--seed", type=int, default=1, help="of the outages (1)")
    year.add_argument("--once", action="store_true", help="without the second run: how long a year takes")
    options = parser.parse_args()
    with house() as folder:
        import django

        django.setup()
        sys.exit(import_module(f"drill.{options.which}").main(folder, options))


if __name__ == "__main__":
    console.run(main)
