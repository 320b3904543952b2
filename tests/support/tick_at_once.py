"""Tick when told to: `python -m tests.dispatch.tick_at_once GATE MOMENT`, let go by the file GATE."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import django


def main() -> None:
    django.setup()
    from jobs import heartbeat
    from jobs.steps import steps
    from organization.profiles import rules
    from tests.support.times import at, fixed_rules

    fixed = fixed_rules()
    heart: Any = heartbeat
    theirs: Any = rules
    theirs.default_rules = lambda: fixed
    kept = tuple(step for step in steps() if step.key != "drafted")
    heart.steps = lambda: kept
    gate = Path(sys.argv[1])
    gate.with_name(f"{gate.name}.ready.{os.getpid()}").touch()
    while not gate.exists():
        time.sleep(0.001)
    sys.exit("\n".join(heart.tick(at(sys.argv[2])).failures) or 0)


if __name__ == "__main__":
    main()
