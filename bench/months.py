"""The rows that stand for a project at the end of a month, where this version of the product has them."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from organization.units.models import Unit

HERE = "projects.registry.months"


def tables() -> tuple[Any, ...]:
    """Their tables; none in a version without them."""
    if find_spec(HERE) is None:
        return ()
    return (import_module(f"{HERE}.models").ProjectMonth,)


def fill(county: Unit) -> None:
    """Makes them for the whole of *county*, as its services would have."""
    if tables():
        import_module(f"{HERE}.services").fill(county)
