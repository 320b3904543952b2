"""What the documents say of the program, as far as a program can check it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from config import env
from core.collect import TABLES
from organization.profiles.loader import FOLDER, read
from organization.profiles.rules import sections

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "AGENTS.md", *sorted((ROOT / "docs").rglob("*.md"))]
FOR_DEVELOPERS = {"DEBUG", "AXES_ENABLED"}


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_variable_that_is_read_is_explained_and_no_other():
    scripts = text("script/supervise.py") + text("script/server")
    there = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text("config/settings.py")))
    there |= {name for name in ("PORT", "WEB_CONCURRENCY", "DEMO") if name in scripts}
    rows = re.findall(r"^\| (`[A-Z_`, ]+`) \|", text("docs/deployment.md"), re.M)
    told = {name for row in rows for name in re.findall(r"[A-Z_]+", row)}
    assert told == there - FOR_DEVELOPERS


def test_every_variable_can_stand_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "value").write_text("yes\n")
    (tmp_path / "number").write_text("25\n")
    monkeypatch.setenv("HTTPS_FILE", str(tmp_path / "value"))
    monkeypatch.setenv("EMAIL_PORT_FILE", str(tmp_path / "number"))
    assert (env.text("HTTPS"), env.flag("HTTPS"), env.number("EMAIL_PORT", 0)) == ("yes", True, 25)


def keys(kind: Any) -> set[str]:
    """The keys of a section and of the tables in it."""
    found = set()
    for field, hint in get_type_hints(kind).items():
        if field == getattr(kind, "REST", ""):  # keys that each county chooses
            continue
        inner = [argument for argument in get_args(hint) if is_dataclass(argument)]
        found |= {field}.union(*(keys(argument) for argument in inner))
    return found


@pytest.mark.parametrize("section", sorted(key for key, part in sections().items() if not part.many))
def test_the_default_profile_names_every_key_that_may_be_written(section):
    """The administrator's handbook says so; a key that no default has stands there as a comment."""
    written = text("organization/profiles/default.toml")
    names = re.findall(r"[\w.]+(?= = )|(?<=\[)[\w.]+(?=\])", written)
    named = {part for name in names for part in name.split(".")}
    assert keys(sections()[section].cls) <= named


def test_the_profile_in_the_handbook_can_be_loaded(tmp_path):
    example = re.search(r"```toml\n(.*?)```", text("docs/handbook/administrator.md"), re.S)
    (tmp_path / "mouxian.toml").write_text(example[1], encoding="utf-8")
    assert read(str(tmp_path / "mouxian.toml"))["county"]["name"] == "某县"


def test_every_file_that_a_document_names_is_there():
    named = {
        (path.name, name)
        for path in DOCUMENTS
        for name in re.findall(
            r"`([\w./*-]+/[\w./*-]+\.(?:py|html|toml|md|css|png))`", path.read_text(encoding="utf-8")
        )
        if not name.startswith("/")
    }
    places = [ROOT, FOLDER.parent, ROOT / "docs"]
    lost = {(where, name) for where, name in named if not any(list(place.glob(name)) for place in places)}
    assert named
    assert not lost


def test_all_that_shows_the_security_is_there_and_each_line_says_what_does():
    """A test that was renamed or deleted shows nothing any more; a line without one says why."""
    said = text("docs/security.md")
    named = set(re.findall(r"`((?:tests|deploy|script|core|organization|jobs|config|docs)/[\w./-]+)`", said))
    rows = [row.split("|")[1:-1] for row in re.findall(r"^\|.*\|$", said, re.M)]
    unsaid = [
        how for _asked, how, shown in rows if "–" in shown and not re.search(r"\*\*[Nn]ot|[Nn]one$", how.strip())
    ]
    assert len(named) > 40
    assert not [name for name in named if not (ROOT / name).exists()]
    assert not unsaid


def test_every_library_has_its_line_among_the_decisions():
    rows = re.findall(r"^\| ([^|]+) \|", text("docs/decisions/0001-libraries.md").lower(), re.M)
    told = set(re.findall(r"[\w-]+", " ".join(rows)))
    needed = tomllib.loads(text("pyproject.toml"))["project"]["dependencies"]
    assert not [name for name in needed if re.split(r"[^\w-]", name)[0].lower() not in told]


def test_the_tables_that_apps_declare_are_explained():
    rows = re.findall(r"^\| `(\w+)\.py` \| `([A-Z]+)` \|", text("AGENTS.md"), re.M)
    assert dict(rows) == {name: table.constant for name, table in TABLES.items()}


def test_every_layer_is_among_the_decisions():
    """The list of layers is for people, the contracts of the linter are what holds: they say the same."""
    rows = re.findall(r"^\| (`\w+`.*?) \| (.*) \|$", text("docs/decisions/0011-subjects-are-folders.md"), re.M)
    told = [re.findall(r"`(\w+)`", names) for names, _what in rows[:10]]
    contracts = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = {c.get("containers", [""])[0]: c["layers"][::-1] for c in contracts if c["type"] == "layers"}
    assert told == [re.findall(r"\w+", names) for names in layers[""]]
    for app in ("organization", "projects", "dispatch"):
        said = next(what for names, what in rows if names == f"`{app}`")
        assert re.findall(r"\w+", said) == re.findall(r"\w+", " ".join(layers[app])), app
