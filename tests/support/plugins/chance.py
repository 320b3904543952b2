"""How much is tried at random, said once for all tests with `@given`.

On a machine that checks for everyone (CI=true) few examples and the same each time, so that a red run is red again. By
hand more of them, other ones each time. The long search is a command:

    HYPOTHESIS_PROFILE=long script/test -m hypothesis
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings

# A slow machine is no fault (no deadline), nor is a county that stays on file from example to example.
COMMON: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}
PROFILES: dict[str, dict[str, Any]] = {
    "ci": {"max_examples": 25, "derandomize": True, "database": None},
    "hand": {"max_examples": 40},
    "long": {"max_examples": 2_000},
}

for name, own in PROFILES.items():
    settings.register_profile(name, **COMMON, **own)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "hand"))


def dear(test: Callable[..., None]) -> Callable[..., None]:
    """A test whose example takes a second or two: a quarter as many, and half of those on a database server."""
    share = 8 if os.environ.get("DATABASE_URL") else 4
    return settings(max_examples=settings.default.max_examples // share)(test)


def many(test: Callable[..., None]) -> Callable[..., None]:
    """A test whose example takes some hundredths of a second and whose cases are countless: two hundred at least."""
    return settings(max_examples=max(200, settings.default.max_examples))(test)
