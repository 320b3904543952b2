"""Which way the house points where the linter's contracts can't look: keys between tables, names in strings; what an
app gathers by hand; how much lies in one folder."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Field

from core.collect import TABLES

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
#: "dispatch.problems" -> (place of its app, place of its subject), lowest first; `a | b` share a place.
LAYERS = {
    contract.get("containers", [""])[0]: {
        name.strip(): place for place, names in enumerate(reversed(contract["layers"])) for name in names.split("|")
    }
    for contract in CONTRACTS
    if contract["type"] == "layers"
}
HOUSE = LAYERS[""]
#: Who names others on purpose: settings and the start put the house together.
WIRING = "config"
#: A string that points up all the same, and why.
SPARED = {
    ("projects/registry/models.py", "projects.LedgerRow"): "a project keeps the row of the ledger that it came from",
}
#: Names that the house fixes: who looks for one knows where it is, so it doesn't make a folder harder to read.
FIXED = {*TABLES, "__init__", "apps", "models", "urls", "tasks", "counts"}
A_DOZEN = 12


def points_up(here: str, there: str) -> bool:
    """Whether *there* lies above *here* or across from it; both are dotted names, down to the subject at least."""
    app, other = here.split(".")[0], there.split(".")[0]
    if app != other:
        return HOUSE[other] >= HOUSE[app]
    subjects, (mine, its) = LAYERS.get(app, {}), (name.split(".")[1] if "." in name else "" for name in (here, there))
    return mine != its and subjects.get(its, -1) >= subjects.get(mine, len(HOUSE) + 99)


def keys() -> Iterator[tuple[str, Field, str]]:
    """(module of a table, its key, module of the table it points to), history and links of many to many too."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in HOUSE:
            for field in model._meta.get_fields():
                if isinstance(field, Field) and field.remote_field and field.related_model is not None:
                    yield model.__module__, field, field.related_model.__module__


def test_no_key_points_upward_or_across():
    found = list(keys())
    ours = [(here, field, there) for here, field, there in found if there.split(".")[0] in HOUSE]
    ours = [row for row in ours if not row[0].startswith("core.")]  # to the user, below
    up = {f"{field.model._meta.label}.{field.name}" for here, field, there in ours if points_up(here, there)}
    assert len(ours) > 60
    spared = {"projects.Project.source_row", "projects.HistoricalProject.source_row"}  # SPARED says why
    assert up - spared == set()


def test_every_subject_has_its_place_among_the_layers():
    """An app of several subjects says which may know which: a contract of the linter."""
    spared = {"management", "models", "migrations", "templatetags"}
    lost = set()
    for app in HOUSE:
        there = {path.parent.name for path in (ROOT / app).glob("*/__init__.py")} - spared
        lost |= {f"{app}.{name}" for name in there - set(LAYERS.get(app, {}))} if len(there) > 1 else set()
    assert lost == set()


def test_core_points_to_the_user_only():
    told = {f"{field.related_model._meta.label}" for here, field, there in keys() if here.split(".")[0] == "core"}
    assert told == {"organization.User"}


def names(tree: ast.AST) -> Iterator[str]:
    """Strings that name a module, something in it, or a model of ours."""
    ours = re.compile(rf"({'|'.join(HOUSE)})(\.[A-Za-z_]\w*)+")
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and ours.fullmatch(node.value):
            yield node.value


def where(name: str) -> str:
    """The module that a string names, an `app.Model` turned into the module of its table."""
    app, last = name.split(".")[0], name.split(".")[1]
    return apps.get_model(app, last).__module__ if last[:1].isupper() and name.count(".") == 1 else name


def test_a_name_in_a_string_is_an_import_too():
    paths = [path for app in HOUSE if app != WIRING for path in sorted((ROOT / app).rglob("*.py"))]
    found = [
        (str(path.relative_to(ROOT)), ".".join(path.relative_to(ROOT).with_suffix("").parts), name)
        for path in paths
        if "migrations" not in path.parts
        for name in names(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert len(found) > 5
    up = {(path, name) for path, here, name in found if points_up(here, where(name))}
    settings = {(path, name) for path, name in up if name == "config.settings"}  # the settings are everyone's
    assert up - settings - set(SPARED) == set()


@pytest.mark.parametrize(
    ("here", "there", "up"),
    [
        ("jobs.schedule", "outbox.tasks.deliver", True),
        ("outbox.schedule", "jobs.tasks.tick", False),
        ("funding.bids.models", "investment.leads.models", True),
        ("dispatch.problems.models", "funding.bids.models", False),
        ("dispatch.rounds.models", "dispatch.problems.models", True),
        ("dispatch.problems.models", "dispatch.rounds.models", False),
        ("dispatch.problems.models", "dispatch.problems.services", False),
        ("dispatch.problems.tick", "dispatch.tasks", False),
    ],
)
def test_up_is_what_the_contracts_say(here, there, up):
    assert points_up(here, there) is up


def subjects(module: str) -> set[str]:
    """Each subject that has a module of this name: what its app has to gather by hand."""
    return {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in subject_files(module)}


def subject_files(module: str) -> list[Path]:
    return [path for app in HOUSE for path in sorted((ROOT / app).glob(f"*/{module}.py"))]


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.is_file() else ast.Module([], [])
    return {node.module or "" for node in tree.body if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("module", ["models", "tasks"])
def test_what_a_subject_has_is_reached_by_its_app(module):
    """Django looks for models, Celery for tasks, at the top of an app only."""
    lost = set()
    for name in subjects(module):
        app = ROOT / name.split(".")[0]
        top = app / module / "__init__.py" if (app / module).is_dir() else app / f"{module}.py"
        lost |= {name} - imported(top)
    spared = {"core.flow.models"}  # abstract: each kind of record has its own tables
    assert subjects(module)
    assert lost == spared & subjects(module)


def folders() -> list[str]:
    here = {path.parent for app in HOUSE for path in (ROOT / app).rglob("*.py")}
    return sorted(str(path.relative_to(ROOT)) for path in here if "migrations" not in path.parts)


@pytest.mark.parametrize("folder", folders())
def test_a_folder_holds_a_dozen_modules_at_most(folder):
    """Besides those whose names the house fixes; more is two subjects."""
    flat = {path.stem for path in (ROOT / folder).glob("*.py")} - FIXED
    assert len(flat) <= A_DOZEN, sorted(flat)
