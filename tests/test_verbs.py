"""Nobody acts on what he never saw: a person's verb on a versioned record takes the version that the page showed."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any

import pytest
from django.apps import apps

from projects.models import MonthlyReport, ReportingMonth

APPS = ("organization", "projects", "funding", "investment", "dispatch")
# What has no version to take, and why.
WITHOUT = {
    "organization.squads.services.write_squad": "inside the transaction of a verb that has looked, or of a load",
    "dispatch.bulletins.editor.services.keep_turn": "says that somebody is there; nothing of the bulletin changes",
    "dispatch.bulletins.editor.services.keep_moment": "inside the transaction of a verb that has looked",
    "dispatch.bulletins.services.mark_read": "says that somebody has opened it; nothing of the bulletin changes",
    "dispatch.campaigns.giving.services.put": "inside the transaction of a verb that has looked",
    "dispatch.instructions.services.instruct": "puts something beside the project or the problem",
    "dispatch.replies.services.ask_replies": "puts something beside the bulletin",
    "dispatch.slips.services.issue_slip": "puts something beside the problem",
    "dispatch.problems.services.raise_problem": "puts something beside the project; nothing of the project changes",
    "dispatch.standings.services.take_back": "inside the transaction of a verb that has looked",
    "projects.sponsorship.services.record_visit": "puts something beside the project",
    "projects.sponsorship.services.appoint": "puts something beside the project",
    "projects.photos.services.add_photo": "puts something beside the project",
    "projects.supervision.services.note_supervision": "puts something beside the project",
    "projects.entries.services.confirm_on_file": "says that what stands there is so; once, whatever else changed",
    "projects.registry.months.services.follow": "inside the transaction of a verb that has looked",
    "projects.reports.services.carry_forward": "inside the transaction of a verb that has looked",
}


def services() -> Iterator[ModuleType]:
    """The modules of services of all apps, wherever they lie."""
    for app in APPS:
        package = importlib.import_module(app)
        for found in pkgutil.walk_packages(package.__path__, f"{app}."):
            if "services" in found.name.split("."):
                yield importlib.import_module(found.name)


def verbs() -> Iterator[tuple[str, Callable[..., Any]]]:
    for module in services():
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if not name.startswith("_") and function.__module__ == module.__name__:
                yield f"{module.__name__}.{name}", function


def versioned() -> set[str]:
    """The names of the models that have a version."""
    return {model.__name__ for model in apps.get_models() if "version" in {f.name for f in model._meta.fields}}


def acts_unseen(function: Callable[..., Any]) -> bool:
    """Whether a person (`by`) changes a versioned record, the first argument, without saying what he had seen."""
    taken = inspect.signature(function).parameters
    first = next(iter(taken.values()), None)
    if first is None or "by" not in taken or versioned().isdisjoint(re.findall(r"\w+", str(first.annotation))):
        return False
    return "version" not in taken or taken["version"].kind is not inspect.Parameter.KEYWORD_ONLY


def test_every_verb_on_a_versioned_record_takes_the_version_that_was_seen() -> None:
    found = dict(verbs())
    assert len(found) > 60
    assert set(WITHOUT) <= set(found)
    assert not sorted(name for name, verb in found.items() if acts_unseen(verb) and name not in WITHOUT)


def test_the_finder_sees_what_it_is_for() -> None:
    def unseen(record: MonthlyReport, *, by: Any) -> None: ...
    def many(records: Iterable[MonthlyReport], *, by: Any) -> None: ...
    def by_place(record: MonthlyReport, version: int, *, by: Any) -> None: ...
    def seen(record: MonthlyReport, *, by: Any, version: int | None = None) -> None: ...
    def nobodys(record: MonthlyReport, *, now: Any) -> None: ...
    def of_another(record: ReportingMonth, *, by: Any) -> None: ...

    assert all(acts_unseen(verb) for verb in (unseen, many, by_place))
    assert not any(acts_unseen(verb) for verb in (seen, nobodys, of_another))


@pytest.mark.parametrize("name", sorted(WITHOUT))
def test_what_takes_none_says_why(name: str) -> None:
    assert WITHOUT[name]
