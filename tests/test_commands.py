"""What every command owes whoever types it: an explanation of each option, and a quiet end."""

from __future__ import annotations

import ast
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from core.collect import own_apps

ROOT = Path(__file__).resolve().parent.parent
OURS = {name: app for name, app in get_commands().items() if app in {"core", *(a.name for a in own_apps())}}
SCRIPTS = {  # what the explanation has to name
    "server": ("--port", "--host", "PORT", "DEMO"),
    "bootstrap": ("server", "test"),
    "test": ("--requirements", "pytest"),
    "bench": ("--rounds", "DATABASE_URL"),
    "recount": ("--profile", "--small", "DATABASE_URL"),
    "drill": ("restore", "kills", "--years", "--only", "DATABASE_URL"),
    "fonts": ("FOLDER", "DOC_FONT_DIR"),
    "lock": ("--upgrade",),
    "fuzz": ("--minutes", "--seed"),
    "fuzz.py": ("--minutes", "--seed"),
    "mutate": ("--count", "--only"),
    "mutate.py": ("--count", "--only"),
    "words": ("merge", "compile"),
    "vendor.py": ("--lock", "--stand-in"),
    "supervise.py": ("--port", "--host", "--ask"),
}


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_option_of_a_command_is_explained(name):
    command = load_command_class(OURS[name], name)
    everywhere = {action.dest for action in BaseCommand().create_parser("manage.py", name)._actions}
    own = [action for action in command.create_parser("manage.py", name)._actions if action.dest not in everywhere]
    assert command.help, name
    assert not [action.dest for action in own if not action.help]


def test_no_script_is_forgotten():
    hidden = {"__pycache__", "words.py"}  # words.py is what `words` runs
    assert {path.name for path in (ROOT / "script").iterdir()} - hidden == set(SCRIPTS)


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_a_script_explains_itself_and_does_nothing_else(name):
    path = f"script/{name}"
    run = [sys.executable, path] if name.endswith(".py") else [path]
    done = subprocess.run([*run, "--help"], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stderr) == (0, "")
    assert not [word for word in SCRIPTS[name] if word not in done.stdout]


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "help"],
        ["manage.py", "tick", "--help"],
        ["manage.py", "load_profile", "no-such-profile"],  # speaks on stderr
        ["script/words.py", "--help"],
        ["script/supervise.py", "--help"],
    ],
    ids=" ".join,
)
def test_a_command_whose_reader_has_gone_ends_without_a_word(command):
    read, write = os.pipe()
    os.close(read)  # before a single line: the worst `| head` there is
    spoken = "no-such-profile" in command
    environment = {**os.environ, "DATABASE_URL": "sqlite:///:memory:"}
    try:
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=environment, stdout=write,
            stderr=write if spoken else subprocess.PIPE, timeout=60,
        )  # fmt: skip
    finally:
        os.close(write)
    assert not done.stderr
    assert done.returncode in {0, 141}  # argparse swallows it where output isn't kept back


def test_a_taken_port_is_said_before_anything_is_installed(tmp_path):
    """In a copy of the tree in which the first step of the installation would be seen."""
    for name in ("script", "core"):
        (tmp_path / name).mkdir()
    for name in ("script/server", "script/supervise.py", "core/__init__.py", "core/console.py"):
        target = tmp_path / name
        target.write_bytes((ROOT / name).read_bytes())
        target.chmod(0o755)
    (tmp_path / "script/bootstrap").write_text("#!/bin/sh\necho installing; exit 1\n")
    (tmp_path / "script/bootstrap").chmod(0o755)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            ["script/server", "--port", port], cwd=tmp_path, capture_output=True, text=True, timeout=30
        )
    assert done.returncode == 1
    assert done.stdout == ""
    assert f"Port {port} is taken" in done.stderr
    free = subprocess.run(["script/server", "--port", port], cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert "installing" in free.stdout


def test_every_skipped_test_says_why():
    silent = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                named = {keyword.arg: keyword.value for keyword in node.keywords}
                why = {
                    "skip": named.get("reason", node.args[0] if node.args else None),
                    "skipif": named.get("reason"),
                    "importorskip": named.get("reason"),
                }.get(node.func.attr, node)
                if why is None or (isinstance(why, ast.Constant) and not why.value):
                    silent.append(f"{path.name}:{node.lineno}")
    assert not silent
