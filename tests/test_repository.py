"""What must never get into the repository."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.plugins.servers import ONCE_MORE, SAME

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 500
LONG_BY_NATURE = {".toml", ".po", ".json", ".csv", ".svg", ".lock"}
BINARY = {".png", ".jpg", ".xlsx", ".xls", ".docx", ".pdf", ".mo", ".otf", ".ico"}
# In pieces, so that this file isn't what it looks for.
REGISTRIES = [
    ".".join(name) for name in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmmirror", "com"))
]
REGISTRIES += [
    ".".join(name) for name in (("yarnpkg", "com"), ("tuna", "tsinghua", "edu"), ("mirrors", "aliyun", "com"))
]
OF_ONE_MACHINE = re.compile(
    "|".join(rf"(?<![\w./-])/{name}/" for name in ("wo" + "rk", "ro" + "ot", "ho" + "me/[a-z]"))
)
TEMPORARY = "/t" + "mp/"


def _files() -> list[Path]:
    """What git keeps, or would with the next commit."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"],
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git work tree")
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in _files() if path.suffix not in BINARY
    }


def test_no_package_registry_is_named(texts):
    assert not [(name, host) for name, text in texts.items() for host in REGISTRIES if host in text]
    assert '"resolved"' not in texts["package-lock.json"]


def test_no_path_of_one_machine_is_named(texts):
    assert not [(name, hit.group()) for name, text in texts.items() if (hit := OF_ONE_MACHINE.search(text))]
    code = {name: text for name, text in texts.items() if not name.startswith(("docs/", "README"))}
    assert not [name for name, text in code.items() if TEMPORARY in text]


def test_no_file_has_grown_past_reading(texts):
    own = {
        name: text.count("\n")
        for name, text in texts.items()
        if Path(name).suffix not in LONG_BY_NATURE
        and not name.startswith(("requirements", "tests/data/"))
        and "/migrations/" not in name
    }
    assert not {name: lines for name, lines in own.items() if lines > LONGEST}


def test_nothing_of_others_and_nothing_made_is_committed(texts):
    names = set(texts) | {str(path.relative_to(ROOT)) for path in _files()}
    made = ("static/vendor/", "node_modules/", "var/", ".venv/", "staticfiles/")
    assert not [name for name in names if name.startswith(made) or ".min." in name or name.endswith((".mo", ".otf"))]
    squeezed = [name for name, text in texts.items() if name.startswith("static/") and _longest_line(text) > 1000]
    assert not [name for name in squeezed if not name.endswith(".svg")]


def _longest_line(text: str) -> int:
    return max(map(len, text.splitlines()), default=0)


@pytest.mark.parametrize(
    "name", sorted(str(p.relative_to(ROOT / "templates")) for p in ROOT.glob("templates/**/*.html"))
)
def test_each_template_loads_and_no_component_is_left_raw(name):
    """Cotton turns <c-…> into tags while loading; one that it leaves alone would reach the browser."""
    from django.template.loader import get_template

    compiled: Any = get_template(name)
    source = "".join(str(getattr(node, "s", "")) for node in compiled.template.nodelist.get_nodes_by_type(object))
    assert "<c-" not in source


def test_the_runtime_is_a_part_of_what_tests_run_with():
    """Both files pin the same versions, so what is tested is what runs."""
    pins = [
        set(re.findall(r"^\S+==\S+", (ROOT / f).read_text(), re.M))
        for f in ("requirements.txt", "requirements-dev.txt")
    ]
    assert pins[0] <= pins[1]


@pytest.mark.parametrize("part", [*SAME, *ONCE_MORE])
def test_what_the_second_database_leaves_out_is_there(part):
    """A line that names what has moved leaves nothing out, and nobody would see it but by the clock."""
    path, _, test = part.partition("::")
    assert (ROOT / path).exists()
    assert not test or f"def {test}" in (ROOT / path).read_text(encoding="utf-8")


def test_how_much_is_tried_at_random_is_said_once():
    """A test with settings of its own is not quick where all are checked, and not long where `long` is asked for."""
    own = re.compile(r"^@settings\(|^from hypothesis import .*\bsettings\b", re.M)
    tests = {path for path in ROOT.glob("tests/**/*.py") if own.search(path.read_text(encoding="utf-8"))}
    assert tests == {ROOT / "tests/support/plugins/chance.py"}


# What begins a block. Inline elements stay with their sentence: a line's end between them would be a space.
BLOCK = re.compile(
    r"<(?:div|p|section|article|aside|nav|header|main|footer|form|fieldset|legend|details|summary|dialog|template|table|caption"
    r"|thead|tbody|tr|th|td|ul|ol|li|dl|dt|dd|h[1-6]|h\{\{ level \}\}|c-(?!vars|slot)[\w-]+)(?=[\s>/])"
)
WIDE = 160


def test_templates_have_one_block_a_line_and_lines_that_can_be_read(texts):
    templates = {
        name: text for name, text in texts.items() if name.endswith((".html", ".txt")) and "templates/" in name
    }
    assert templates
    assert not [
        f"{name}:{number}"
        for name, text in templates.items()
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > WIDE or len(BLOCK.findall(line)) > 1
    ]
