"""The rows that stand for a project at the end of a month, where this version of the product has them."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from organization.units.models import Unit

HERE = "projects.registry.months"


def tables() -> tuple[tuple[Any, str], ...]:
    """Their tables as `bench.spread` wants them; none in a version without them."""
    if find_spec(HERE) is None:
        return ()
    models = import_module(f"{HERE}.models")
    wanted = (("ProjectMonth", "t.month"), ("FormerFact", ""), ("MonthChange", "t.month"))
    return tuple((getattr(models, name), order) for name, order in wanted if hasattr(models, name))


def fill(county: Unit, *, now: datetime) -> None:
    """Makes them for the whole of *county*, as its services would have."""
    if tables():
        import_module(f"{HERE}.services").fill(county, now=now)
