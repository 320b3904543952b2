"""What the apps declare is gathered here, once: so a lower app shows what a higher one has, and imports nothing of it.

A table is a constant in a module of a fixed name, at the top of an app or in one of its subjects:
`dispatch/due.py`, `dispatch/problems/due.py`. A module that can't be imported, or has no table, is an error that
names it: nothing is left out in silence. What an item may do stands at its class.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import AppConfig, apps
from django.conf import settings


class Table(NamedTuple):
    constant: str  # its name in the module
    item: str  # what one item is


#: By the name of the module that declares it.
TABLES = {
    "navigation": Table("ENTRIES", "a line of the menu (core.navigation.Entry)"),
    "due": Table("DUE", "what people have to do by some moment (core.due.Due)"),
    "led_by": Table("LEDBY", "who leads the projects that something is due of (core.due.Leading)"),
    "tick": Table("STEPS", "what the heartbeat does in each county (core.tick.Step)"),
    "indicators": Table("INDICATORS", "a rate that units are compared by (core.indicators.Indicator)"),
    "panels": Table("PANELS", "a part of another app's page (core.panels.Panel)"),
    "rules": Table("RULES", "a section of the county's profile (organization.rules.Section)"),
    "loads": Table("LOADS", "what follows from a county's file (organization.profiles.rules.Load)"),
    "habits": Table("HABITS", "how an app's people behave in the replayed year (core.habits.Habit)"),
    "acts": Table("ACTS", "an act on rows that were chosen on a list (core.lists.acts.Act)"),
    "narrows": Table("NARROWS", "a filter that a subject adds to a lower one's list (core.lists.narrows.Narrow)"),
    "lists": Table("LISTS", "a list of records (core.lists.spec.ListSpec)"),
    "exports": Table("EXPORTS", "a table that goes out as a file beside those of lists (core.exports.Export)"),
    "schedule": Table("JOBS", "what a worker runs by itself or when asked (jobs.schedule.Job)"),
    "waiting": Table("WAITS", "what waits, for the page of jobs (jobs.waiting.Waiting)"),
    "told": Table("TOLD", "a fact that people are told (core.told.Told)"),
    "settled": Table("SETTLES", "what settles the matter of a notice (core.settled.Settled)"),
    "noted": Table("NOTED", "an act that the log keeps (core.noted.Noted)"),
    "undo": Table("UNDO", "how an act is taken back (core.undo.Undo)"),
    "banners": Table("BANNERS", "what is said on every page while it is so (core.banners.Banner)"),
    "begun": Table("BEGUN", "the months that a county has begun (core.begun.Begun)"),
    "scopes": Table("SCOPES", "rates that are counted over a list (core.scopes.Scope)"),
    "called": Table("CALLED", "what the calendar shows and does for a subject (core.called.Called)"),
    "happened": Table("HISTORY", "lines of a record's history that a higher app brings (core.happened.Happened)"),
    "fillings": Table("FILLINGS", "what is filled in from a month's grid beside its report (core.fillings.Filling)"),
    "demands": Table("DEMANDS", "who has to report on a month (core.demands.Demand)"),
    "affected": Table("AFFECTED", "what hangs on a unit, post or person (core.affected.Affected)"),
}


class NotGathered(ImportError):
    """A module of a table's name has no such table; the message names both."""


@cache
def gather(name: str) -> tuple[Any, ...]:
    """The items of the table *name* of all apps, in the order of INSTALLED_APPS; subjects by name, after their app.

    Raises NotGathered for a module without its table, KeyError for a name that is no table, and whatever importing
    a module raises.
    """
    found: list[Any] = []
    for module in modules(name):
        found += table_of(module, name)
    return tuple(found)


def table_of(module: str, name: str) -> tuple[Any, ...]:
    """The table *name* as *module* declares it."""
    constant = TABLES[name].constant
    table = getattr(import_module(module), constant, None)
    if not isinstance(table, tuple | list):
        raise NotGathered(f"{module} has no {constant}: a module of that name declares {TABLES[name].item}")
    return tuple(table)


def modules(name: str) -> list[str]:
    """The modules that declare the table *name*; found by looking, not by importing."""
    return [
        ".".join([app.name, *subject, name])
        for app in own_apps()
        for subject, folder in _folders(Path(app.path))
        if (folder / f"{name}.py").is_file() or (folder / name / "__init__.py").is_file()
    ]


def own_apps() -> list[AppConfig]:
    """Our apps that declare: those beside `config`, without core, which says what the tables are."""
    return [app for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR and app.name != "core"]


def _folders(app: Path) -> Iterator[tuple[tuple[str, ...], Path]]:
    yield (), app
    for folder in sorted(app.iterdir()):
        if folder.name not in TABLES and (folder / "__init__.py").is_file():
            yield (folder.name,), folder
