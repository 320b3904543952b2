"""An index that another one begins with answers nothing more, and is paid by each row that is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models

GROWING = ("projects", "dispatch", "outbox", "funding", "investment")  # what has rows for each project, month, person


def doubled(model: Any) -> Iterator[str]:
    """The columns of *model* with an index of their own that one over more columns begins with."""
    wider = [index.fields[0].lstrip("-") for index in model._meta.indexes if index.fields and not index.condition]
    wider += [
        constraint.fields[0]
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields and not constraint.condition
    ]
    return (field.name for field in model._meta.local_fields if field.db_index and field.name in wider)


@pytest.mark.parametrize("app", GROWING)
def test_no_column_is_indexed_twice(app: str) -> None:
    found = {model.__name__: list(doubled(model)) for model in apps.get_app_config(app).get_models()}
    assert {name: columns for name, columns in found.items() if columns} == {}


def test_history_has_no_index_by_its_moments() -> None:
    histories = [model for model in apps.get_models() if model.__name__.startswith("Historical")]
    moments: list[Any] = [
        field for model in histories for field in model._meta.local_fields if field.name == "history_date"
    ]
    assert moments
    assert [field.model.__name__ for field in moments if field.db_index] == []
