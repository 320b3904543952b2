"""A model's own columns, by name."""

from __future__ import annotations

from typing import Any

from django.db import models


def field_of(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    """The field *name* of *model*. TypeError for a relation that another table holds."""
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{model.__name__}.{name} is no field of its own")
    return field


def label_of(model: type[models.Model], name: str) -> Any:
    """What people call the field."""
    return field_of(model, name).verbose_name
