"""Which migrations only add: those that a county's data of before go through unhurt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import migrations
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, ManyToManyField, UniqueConstraint

HARMLESS = (
    migrations.CreateModel, migrations.AddIndex, migrations.RemoveIndex, migrations.RenameIndex,
    migrations.RemoveConstraint, migrations.AlterModelOptions, migrations.AlterModelManagers, migrations.RunPython,
)  # fmt: skip


def narrowings(migration: Any, before: ProjectState) -> list[str]:
    """What of *migration* takes away, renames, makes narrower, or adds without filling; nothing if it only adds.

    Tables that the same migration makes are empty: anything may be done to them. A constraint on a table with rows,
    and a value that has to be there, need a RunPython in the same migration that mends or fills.
    """
    state = before.clone()
    app = migration.app_label
    fills = [
        place for place, operation in enumerate(migration.operations) if isinstance(operation, migrations.RunPython)
    ]
    made: set[str] = set()
    found = []
    for place, operation in enumerate(migration.operations):
        model = str(getattr(operation, "model_name", getattr(operation, "name", ""))).lower()
        if isinstance(operation, migrations.CreateModel):
            made.add(model)
        elif isinstance(operation, HARMLESS) or (
            model in made and not isinstance(operation, migrations.SeparateDatabaseAndState)
        ):
            pass
        elif isinstance(operation, migrations.AddField):
            filled = any(later > place for later in fills)
            found += [
                f"{operation.describe()}: {why}"
                for why in _adding(operation.field, operation.preserve_default, filled)
            ]
        elif isinstance(operation, migrations.AlterField):
            old = state.models[app, model].fields[operation.name]
            filled = any(earlier < place for earlier in fills)
            found += [f"{operation.describe()}: {why}" for why in _altering(old, operation.field, filled)]
        elif isinstance(operation, migrations.AddConstraint):
            weaker = _weaker(before.models.get((app, model)), operation.constraint)
            if not weaker and not any(earlier < place for earlier in fills):
                found.append(f"{operation.describe()}: rows of before may break it, and nothing mends them first")
        else:
            found.append(f"{operation.describe()}: doesn't only add")
        operation.state_forwards(app, state)
    return found


def _adding(field: Any, keeps_default: bool, filled: bool) -> Iterator[str]:
    if isinstance(field, ManyToManyField) or field.null:
        return
    if field.unique:
        yield "one value for all rows, and no two may have it"
    implied = field.blank and field.empty_strings_allowed
    if field.default is NOT_PROVIDED and field.db_default is NOT_PROVIDED and not implied:
        yield "rows of before have no value"
    elif not keeps_default and not filled:
        yield "the value given once is nobody's: a RunPython has to fill it"


def _weaker(model: Any, constraint: Any) -> bool:
    """Whether rows of before met *constraint* anyhow: one of its name forbade the same of all rows, or of the same
    ones, by no more fields."""
    old = {one.name: one for one in model.options.get("constraints", ())}.get(constraint.name) if model else None
    same = isinstance(old, UniqueConstraint) and isinstance(constraint, UniqueConstraint)
    of_these = same and old.condition in (None, constraint.condition)
    return of_these and bool(old.fields) and set(old.fields) <= set(constraint.fields)


def _altering(old: Any, new: Any, filled: bool) -> Iterator[str]:
    if (type(old), old.remote_field and old.remote_field.model) != (
        type(new),
        new.remote_field and new.remote_field.model,
    ):
        yield "another type"
    if old.null and not new.null and not filled:
        yield "empty ones are refused now"
    if new.unique and not old.unique:
        yield "equal ones are refused now"
    if new.max_length is not None and (old.max_length is None or new.max_length < old.max_length):
        yield "shorter than before"
    if new.choices and (
        not old.choices or {key for key, _label in old.flatchoices} - {key for key, _label in new.flatchoices}
    ):
        yield "a value of before can't be chosen any more"
    for size in ("max_digits", "decimal_places"):
        if getattr(new, size, None) != getattr(old, size, None):
            yield "digits are cut"
