"""What the apps declare is gathered once, all of it, and each app declares only what is its own."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from core import collect
from core.collect import TABLES, NotGathered, gather

APPS = [app.name for app in collect.own_apps()]
CONSTANTS = {table.constant: name for name, table in TABLES.items()}


def sources() -> Iterator[tuple[str, Path]]:
    """(dotted name, file) of every module of our apps, core's too."""
    for app in ("core", *APPS):
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            parts = path.relative_to(settings.BASE_DIR).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def test_every_module_and_constant_of_a_tables_name_is_gathered():
    lost = []
    for module, path in sources():
        name = module.rpartition(".")[2]
        spared = module.startswith("core.") or ".management.commands." in module
        if name in TABLES and not spared and module not in collect.modules(name):
            lost.append(f"{module} has the name of a table and is not looked into")
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            for target in targets:
                table = CONSTANTS.get(getattr(target, "id", ""))
                if table and module not in collect.modules(table):
                    lost.append(f"{module} declares {TABLES[table].constant}, which is gathered from {table}.py only")
    assert not lost


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_declared_by_the_app_that_its_items_lie_in(name):
    assert gather(name), "a table that nobody declares is none"
    for module in collect.modules(name):
        app = module.split(".")[0]
        for item in collect.table_of(module, name):
            assert is_dataclass(item)
            assert type(item).__module__.split(".")[0] in ("core", "organization", "jobs")
            above = {what for what in _parts(item) if LAYERS.index(what.split(".")[0]) > LAYERS.index(app)}
            assert not above, f"{module} declares what lies in an app above"
            url = getattr(item, "url", "")
            assert ":" not in url or url.split(":")[0] in (app, "core"), f"{module} declares an address of another app"


LAYERS = ["core", "organization", "jobs", "outbox", "projects", "funding", "investment", "dispatch", "simulation"]


def _parts(item: Any) -> Iterator[str]:
    """Where the functions and classes of an item lie, and the addresses that it names."""
    for field in fields(item):
        value = getattr(item, field.name)
        if callable(value):
            yield value.__module__
        elif field.name == "url" and ":" in value:
            yield value.replace(":", ".")


@pytest.fixture
def app(tmp_path, monkeypatch):
    """An app `quarry` with the files that a test puts there."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(collect, "own_apps", lambda: [SimpleNamespace(name="quarry", path=str(tmp_path / "quarry"))])
    gather.cache_clear()

    def put(**files: str) -> None:
        for name, text in {"__init__": "", **files}.items():
            path = tmp_path / "quarry" / f"{name.replace('__of__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    yield put
    gather.cache_clear()
    for name in [name for name in sys.modules if name.split(".")[0] == "quarry"]:
        del sys.modules[name]


def test_a_table_stands_at_the_top_of_an_app_or_in_a_subject(app):
    app(due="DUE = (1,)", stones__of____init__="", stones__of__due="DUE = [2, 3]", sand__of__due="DUE = (4,)")
    assert gather("due") == (1, 2, 3), "sand is no package"
    assert gather("tick") == ()


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("import nowhere_at_all", ModuleNotFoundError, "nowhere_at_all"),
        ("from quarry.due import DUE\nDUE = ()", ImportError, "quarry.due"),
        ("DEU = (1,)", NotGathered, "quarry.due has no DUE"),
        ("DUE = 1", NotGathered, "quarry.due has no DUE"),
    ],
)
def test_nothing_is_left_out_in_silence(app, text, error, said):
    app(due=text)
    with pytest.raises(error, match=said):
        gather("due")
