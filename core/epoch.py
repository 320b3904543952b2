"""The day since which migrations only add: a database of before is recognised, not migrated.

The first migrations were written anew on that day, so what was stored before fits none of them. The stamp is one
row among those that Django keeps of applied migrations: there on every database, written before the first table is
made, and out of reach of the migrations themselves.
"""

from __future__ import annotations

import shlex
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.utils import translation
from django.utils.translation import gettext as _

EPOCH = "2"  # another one whenever first migrations are written anew; then `python -m tests.support.saved_database`
LABEL = "epoch"  # stands where an app's label does; no app has this name


class OfBefore(Exception):
    """The database was made before this epoch, or by another one; says what to do."""


def ready(connection: BaseDatabaseWrapper) -> None:
    """Stamp an empty database; raise `OfBefore` for one that this epoch's migrations can't continue."""
    recorder = MigrationRecorder(connection)
    applied = recorder.applied_migrations()
    if not applied:
        recorder.record_applied(LABEL, EPOCH)
        return
    if (LABEL, EPOCH) not in applied:
        raise OfBefore(explanation(connection))


def explanation(connection: BaseDatabaseWrapper) -> str:
    """What has happened and which commands keep the old data aside and begin anew, in Chinese and in English."""
    commands = "\n".join(
        f"  {line}" for line in [*aside(connection.vendor, connection.settings_dict), "script/server"]
    )
    said = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            said.append(
                _(
                    "The data in %(database)s are older than this program: all tables were laid out anew since, and "
                    "nothing leads from the old ones to the new. Nothing was changed. The demonstration county has "
                    "to be made anew. These commands keep the old data aside and start again:"
                )
                % {"database": connection.settings_dict["NAME"]}
            )
    return "\n\n".join([*said, commands])


def aside(vendor: str, database: dict[str, Any]) -> list[str]:
    """The commands of a shell that keep *database* and the folder of data aside, under names that are free."""
    lines = []
    name = str(database["NAME"])
    if vendor == "postgresql":
        reach = _reach(database)
        rename = f'ALTER DATABASE "{name}" RENAME TO "{name}_before"'
        lines += [f"psql{reach} -d postgres -c {shlex.quote(rename)}", f"createdb{reach} {shlex.quote(name)}"]
    elif not Path(name).resolve().is_relative_to(Path(settings.VAR).resolve()):
        lines.append(_move(Path(name)))
    return [*lines, _move(Path(settings.VAR))]


def _reach(database: dict[str, Any]) -> str:
    options = {"-h": database.get("HOST"), "-p": database.get("PORT"), "-U": database.get("USER")}
    return "".join(f" {option} {shlex.quote(str(value))}" for option, value in options.items() if value)


def _move(path: Path) -> str:
    base = Path(settings.BASE_DIR)
    shown = path.relative_to(base) if path.is_relative_to(base) else path
    names = (f"{path.name}.before{number if number > 1 else ''}" for number in count(1))
    free = next(name for name in names if not path.with_name(name).exists())
    return f"mv {shlex.quote(str(shown))} {shlex.quote(str(shown.with_name(free)))}"
