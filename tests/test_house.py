"""What holds for the whole house, read from its sources: one way to write history, one clock, one REASON."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = (
    "core", "paper", "organization", "jobs", "outbox", "projects", "funding", "investment", "dispatch", "simulation",
)  # fmt: skip
CLOCKS = {"timezone.now", "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
TODAY = {"timezone.localdate", "timezone.localtime"}  # without a moment they ask the clock
# Who may: what answers a request, and what runs by itself. The counts of the navigation are asked by the page's frame.
MAY_ASK = {"views.py", "tasks.py", "management", "middleware.py", "templatetags", "context.py"}
MAY_ASK |= {"navigation.py", "counts.py"}


@cache
def nodes() -> dict[Path, list[ast.AST]]:
    """Everything that stands in our sources, by file."""
    paths = [path.relative_to(ROOT) for app in APPS for path in sorted((ROOT / app).rglob("*.py"))]
    ours = [path for path in paths if "migrations" not in path.parts]
    return {path: list(ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))) for path in ours}


def asks_the_clock(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func)
    return name in CLOCKS or (name in TODAY and not node.args and not node.keywords)


def writes_history(node: ast.AST) -> bool:
    hand = {"_history_user", "_history_date", "_change_reason"}
    return isinstance(node, ast.Attribute) and node.attr in hand


def fixes_a_reason(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and any(ast.unparse(target) == "REASON" for target in node.targets)


def of_the_web(node: ast.AST) -> bool:
    """Imports what has to do with a request."""
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    return any(name.startswith(("django.http", "django.shortcuts", "django.views", "core.web.htmx")) for name in names)


def found(test, *, clocks: bool = True) -> set[str]:
    read = {path: all_of_it for path, all_of_it in nodes().items() if clocks or MAY_ASK.isdisjoint(path.parts)}
    return {str(path) for path, all_of_it in read.items() if any(map(test, all_of_it))}


def test_history_is_written_in_one_place() -> None:
    assert found(writes_history) == {"core/records/history.py"}


def test_time_is_an_argument() -> None:
    assert found(asks_the_clock, clocks=False) == set()


def test_rules_gates_and_ladders_know_no_request() -> None:
    """The contract of the linter names them and forbids services and views; what is Django's own it can't."""
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    rules = next(c["source_modules"] for c in linter["contracts"] if c["name"].startswith("What must be true"))
    paths = [path for name in rules for path in ROOT.glob(f"{name.replace('.', '/')}.py")]
    ours = [path for path in paths if path.relative_to(ROOT).parts[0] in APPS]
    trees = {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in ours}
    assert len(trees) > 8
    assert not [name for name, tree in trees.items() if any(map(of_the_web, ast.walk(tree)))]


def test_what_the_type_checker_is_told_to_overlook_says_why() -> None:
    overlooked = re.compile(r"#\s*type: ignore(?!\[[a-z-]+\]  # \w)")
    looked = [
        path
        for top in (*APPS, "config", "script", "bench", "recount", "drill", "tests")
        for path in (ROOT / top).rglob("*.py")
    ]
    assert not [str(path) for path in looked if overlooked.search(path.read_text(encoding="utf-8"))]


def test_there_is_one_length_of_a_reason() -> None:
    assert found(fixes_a_reason) == {"core/records/history.py"}


def attribute(name: str, of: str = "") -> Callable[[ast.AST], bool]:
    """What reads `.name` of something that is called *of*."""
    return lambda node: isinstance(node, ast.Attribute) and node.attr == name and ast.unparse(node.value).endswith(of)


def number(value: int) -> Callable[[ast.AST], bool]:
    return lambda node: isinstance(node, ast.Constant) and node.value == value and type(node.value) is int


def says(text: str) -> Callable[[ast.AST], bool]:
    """What has *text* in a string or as the name of an argument."""

    def said(node: ast.AST) -> bool:
        here = node.value if isinstance(node, ast.Constant) else node.arg if isinstance(node, ast.keyword) else None
        return isinstance(here, str) and text in here

    return said


def kinds(node: ast.AST) -> bool:
    """A list of kinds of units with townships, zones and departments in it."""
    wanted = {"UnitKind.TOWNSHIP", "UnitKind.ZONE", "UnitKind.DEPARTMENT"}
    return isinstance(node, ast.Tuple | ast.List | ast.Set) and wanted <= {ast.unparse(one) for one in node.elts}


def opens(node: ast.AST) -> bool:
    """What reads a file of a format that strangers' files have."""
    readers = ("python_calamine", "zipfile", "tarfile", "xml", "defusedxml", "PIL", "pypdf", "xlrd")
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    calls = {"load_workbook", "openpyxl.load_workbook", "csv.reader", "csv.DictReader"}
    return bool({name.split(".")[0] for name in names} & set(readers)) or (
        isinstance(node, ast.Call) and ast.unparse(node.func) in calls
    )


@pytest.mark.parametrize(
    ("rule", "homes"),
    [
        pytest.param(
            opens,
            # our own seals and files
            {
                "core/tables/reader.py",
                "core/tables/unpacker.py",
                "jobs/backups/services.py",
                "core/tables/packed.py",
                "paper/proofs/pictures.py",
                "core/pictures/reader.py",
                "projects/photos/habits.py",
            },  # what it draws itself
            id="what people send is opened behind the fence",
        ),
        pytest.param(number(5_000_000), {"projects/choices.py"}, id="FLOOR"),
        pytest.param(number(10_000), {"core/amounts/grammar.py", "paper/pdf.py"}, id="WAN (paper's is no money)"),
        pytest.param(kinds, {"organization/units/models.py"}, id="REPORTING: kinds of units"),
        pytest.param(says("completed_on__gte"), {"projects/reports/months.py"}, id="owes_report: which projects"),
        pytest.param(says("path__startswith"), {"organization/units/models.py"}, id="within: a unit's subtree"),
        pytest.param(attribute("startswith", ".path"), set(), id="is_within: above or not"),
        pytest.param(attribute("pace", "period"), {"core/indicators.py"}, id="pace, gap"),
        pytest.param(
            attribute("objects", "WorkdayOverride"), {"core/days/moved.py", "core/days/office.py"}, id="calendar"
        ),
    ],
)
def test_a_rule_has_one_home(rule: Callable[[ast.AST], bool], homes: set[str]) -> None:
    assert found(rule) == homes


SAYS_IF_DRAFTS = {"in_force", "with_drafts", "select_for_update", "bulk_create"}  # for a write none is left out


def reads_drafts_unsaid(node: ast.AST) -> bool:
    """Reads annual plans without saying whether drafts of the turn of the year are meant."""
    if not isinstance(node, ast.Attribute) or node.attr in SAYS_IF_DRAFTS:
        return False
    return ast.unparse(node.value).endswith("AnnualPlan.objects")


def test_who_reads_plans_says_whether_drafts_are_meant() -> None:
    assert found(reads_drafts_unsaid) == set()
    assert any(map(reads_drafts_unsaid, ast.walk(ast.parse("AnnualPlan.objects.filter(year=2027)"))))
    # … and these join them to a project: rows and history as they stand, what is fixed for a year and isn't yet
    assert found(says("plans__")) == {
        "projects/packages/habits.py", "projects/plans/lists.py", "projects/registry/affected.py",
    }  # fmt: skip
    assert found(attribute("plans", "project")) == {
        "projects/page/pages.py", "projects/page/views.py", "projects/plans/pages.py",
        "projects/registry/months/pages.py",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("source", "asks"),
    [
        ("timezone.now()", True),
        ("datetime.now(UTC)", True),
        ("timezone.localdate()", True),
        ("timezone.localdate(now)", False),
        ("now.date()", False),
    ],
)
def test_the_clock_is_known_by_its_calls(source: str, asks: bool) -> None:
    assert asks_the_clock(ast.parse(source, mode="eval").body) is asks
