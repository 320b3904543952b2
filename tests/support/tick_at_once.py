"""Tick when told to: `python -m tests.dispatch.tick_at_once GATE MOMENT`, let go by the file GATE."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import django


def main() -> None:
    django.setup()
    from jobs import heartbeat as heart
    from organization.profiles import rules
    from tests.support.times import at, fixed_rules

    fixed = fixed_rules()
    rules.default_rules = lambda: fixed  # type: ignore[assignment]
    steps = tuple(step for step in heart.steps() if step.key != "drafted")
    heart.steps = lambda: steps
    gate = Path(sys.argv[1])
    gate.with_name(f"{gate.name}.ready.{os.getpid()}").touch()
    while not gate.exists():
        time.sleep(0.001)
    sys.exit("\n".join(heart.tick(at(sys.argv[2])).failures) or 0)


if __name__ == "__main__":
    main()
