"""Breaks lines of ours one by one, in a copy of the tree, and says which of them no test missed.

Which modules: those of `KINDS`. Which tests: those that import the module, and those of its subject (`near`). Which
places: all that `Places` finds, in the order of a hash of what they say: a run is the same each time, and moving
code from file to file changes nothing. Our own, since the libraries are more than is needed: mutmut and cosmic-ray are
well kept, but bring a runner, a store and rewritten modules of their own.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = [
    path.name
    for path in ROOT.iterdir()
    if (path / "__init__.py").is_file() and path.name not in ("tests", "bench", "recount")
]
# Kinds of module, each by the names of its files. Places are taken from each kind in turn.
KINDS = {
    "gates": {"gates", "ladder", "way", "steps"},
    "lights": {"lights"},
    "indicators": {"indicators", "ranking"},
    "permissions": {"permissions"},
    "services": {"services", "writer"},
    "others": {"bulk", "files", "listing", "grid", "planner", "rates", "questions"},
}
SWAP: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
LOOKUPS = {"lt": "lte", "lte": "lt", "gt": "gte", "gte": "gt"}
ASKED = {"filter", "exclude", "get", "Q", "get_or_create", "create"}
DROPPED = {"select_for_update", "order_by"}
# Broken, they do the same: (function, what was done) and why.
EQUAL = {
    (
        "rows_of",
        "MonthlyReport.objects.filter(project__in=projects, month=str(period))"
        " → MonthlyReport.objects.filter(month=str(period))",
    ): "more is read, each row still takes its own project's",
    (
        "_on_file_of",
        "MonthlyReport.objects.filter(project__in=projects, month__gte=first, month__lte=last)"
        " → MonthlyReport.objects.filter(project__in=projects, month__lte=last)",
    ): "other years are read too, and are asked by their month",
    (
        "_on_file_of",
        "closed.filter(month__gte=first, month__lte=last) → closed.filter(month__lte=last)",
    ): "other years are read too, and are asked by their month",
    ("_reason", "facts.planned_start or period.last → facts.planned_start"): "only a day that is known is overdue",
    ("GATES", "p.total_investment or 0 → p.total_investment"): "`when` has asked whether there is one",
}


@dataclass(frozen=True)
class Place:
    """One way to break one line: *start* to *end* (bytes) of the file becomes *text*."""

    path: str
    line: int
    where: str  # the function or table around it
    said: str
    start: int
    end: int
    text: str

    @property
    def order(self) -> str:
        return sha256(f"{self.where} {self.said}".encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.where}: {self.said}"


class Places(ast.NodeVisitor):
    """All places of one module."""

    def __init__(self, path: str, source: bytes) -> None:
        self.path, self.source = path, source
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.where = ""
        self.found: list[Place] = []
        self.visit(ast.parse(source))

    def put(self, node: ast.expr | ast.stmt, said: str, text: str) -> None:
        start = self.starts[node.lineno - 1] + node.col_offset
        end = self.starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        if (self.where, said) not in EQUAL:
            self.found.append(Place(self.path, node.lineno, self.where, said, start, end, text))

    def swap(self, node: ast.expr, new: ast.expr) -> None:
        text = ast.unparse(new)
        self.put(node, f"{ast.unparse(node)} → {text}", f"({text})")

    def named(self, node: ast.FunctionDef | ast.ClassDef) -> None:
        before, self.where = self.where, f"{self.where}.{node.name}".strip(".")
        for part in node.body:
            self.visit(part)
        self.where = before

    visit_FunctionDef = visit_ClassDef = named

    def visit_Assign(self, node: ast.Assign | ast.AnnAssign) -> None:
        before = self.where
        if not before:
            self.where = ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)
        if node.value is not None:
            self.visit(node.value)
        self.where = before

    visit_AnnAssign = visit_Assign

    def visit_If(self, node: ast.If) -> None:
        if not ast.unparse(node.test).endswith("TYPE_CHECKING"):
            if isinstance(node.body[-1], ast.Raise | ast.Return | ast.Continue) and not node.orelse:
                # What `:=` names is named all the same.
                named = any(isinstance(part, ast.NamedExpr) for part in ast.walk(node.test))
                text = f"({ast.unparse(node.test)}) and False" if named else "False"
                self.put(node.test, f"without the guard: if {ast.unparse(node.test)}", text)
            self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call):
            self.put(node, f"left out: {ast.unparse(node)}", "None")
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.put(node, f"left out: {ast.unparse(node)}", "pass")
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        for number, sign in enumerate(node.ops):
            signs = [SWAP[type(sign)]() if number == n else one for n, one in enumerate(node.ops)]
            self.swap(node, ast.Compare(node.left, signs, node.comparators))
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        self.swap(node, ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values))
        for number in range(len(node.values)):
            rest = [one for n, one in enumerate(node.values) if n != number]
            self.swap(node, rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest))
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.BitAnd | ast.BitOr) and any(
            isinstance(n, ast.Call) for n in (node.left, node.right)
        ):
            self.swap(node, node.left)
            self.swap(node, node.right)
        elif isinstance(node.op, ast.Add | ast.Sub) and isinstance(node.right, ast.Constant):
            self.swap(node, node.left)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not | ast.Invert):
            self.swap(node, node.operand)
        self.generic_visit(node)

    def visit_Tuple(self, node: ast.Tuple | ast.List | ast.Set) -> None:
        """A member taken off a list of names: roles, models, fields."""
        plain = isinstance(node.ctx, ast.Load) if not isinstance(node, ast.Set) else True
        if plain and len(node.elts) > 1 and all(isinstance(one, ast.Name | ast.Attribute) for one in node.elts):
            for number, one in enumerate(node.elts):
                if ast.unparse(one)[0].isupper():
                    rest = [n for m, n in enumerate(node.elts) if m != number]
                    self.swap(node, type(node)(elts=rest))
        self.generic_visit(node)

    visit_List = visit_Set = visit_Tuple

    def visit_Call(self, node: ast.Call) -> None:
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name in ("_", "gettext", "gettext_lazy", "ngettext"):
            return
        if name in DROPPED and isinstance(function, ast.Attribute):
            self.swap(node, function.value)
        if name in ASKED - {"create", "get_or_create"}:
            for number, word in enumerate(node.keywords):
                if word.arg is None:
                    continue
                rest = [one for n, one in enumerate(node.keywords) if n != number]
                if node.args or rest or name != "get":
                    self.swap(node, ast.Call(function, node.args, rest))
                field, _, lookup = word.arg.rpartition("__")
                if lookup in LOOKUPS:
                    other = [
                        ast.keyword(f"{field}__{LOOKUPS[lookup]}", word.value) if one is word else one
                        for one in node.keywords
                    ]
                    self.swap(node, ast.Call(function, node.args, other))
        self.generic_visit(node)


# which tests are near ------------------------------------------------------------------------------------------


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def imports_of(path: Path) -> frozenset[str]:
    """Every module that *path* names, and every name it takes from one, dotted."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return frozenset(found)


def near(path: str) -> list[str]:
    """The tests of the module's subject, then those that import it, or what imports it where those are few."""
    module = module_of(ROOT / path)
    folder = (ROOT / "tests" / path).parent
    subject = [test for test in tests() if test.parent == folder]
    users = {module_of(file) for file in ours() if module in imports_of(file)} | {module.rpartition(".")[0]}
    users -= set(APPS)
    found = subject + [test for test in tests() if module in imports_of(test)]
    if len(set(found)) < 3:
        found += [test for test in tests() if imports_of(test) & users]
    if "permissions" in path:
        found += [test for test in tests() if test.name == "test_rights.py"]
    return [str(test.relative_to(ROOT)) for test in dict.fromkeys(found)]


@cache
def tests() -> list[Path]:
    return sorted(path for path in (ROOT / "tests").rglob("test_*.py") if "browser" not in path.parts)


@cache
def ours() -> list[Path]:
    return [path for app in APPS for path in sorted((ROOT / app).rglob("*.py"))]


def kind_of(path: Path) -> str | None:
    return next((kind for kind, names in KINDS.items() if path.stem in names), None)


def places(only: Iterable[str]) -> list[Place]:
    """All places, from each kind of module in turn, within a kind in the order of their hashes."""
    found: dict[str, list[Place]] = {}
    for file in ours():
        path = str(file.relative_to(ROOT))
        kind = kind_of(file)
        if kind and (not only or any(word in path for word in only)):
            found.setdefault(kind, []).extend(Places(path, file.read_bytes()).found)
    turns = [
        (turn, kind, place)
        for kind, those in found.items()
        for turn, place in enumerate(sorted(those, key=lambda place: place.order))
    ]
    return [place for _turn, _kind, place in sorted(turns, key=lambda one: one[:2])]


# running -------------------------------------------------------------------------------------------------------


FORK = multiprocessing.get_context("fork")
WARM = ("pytest", "django.test", "django.contrib.admin", "hypothesis", "openpyxl", "playwright.sync_api")


def _tested(folder: Path, tests: list[str]) -> None:
    """In a process of its own, which has what `WARM` names already: half of the time is theirs."""
    os.chdir(folder)
    sys.path[0] = str(folder)
    sys.dont_write_bytecode = True
    with open("mutate.log", "w") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    options = ["-x", "-q", "-p", "no:cacheprovider", "--nomigrations", "-m", "not slow"]
    code = int(sys.modules["pytest"].main([*options, *tests]))
    os._exit(code)


class Copy:
    """The tree as it stands, elsewhere: what is broken there is broken nowhere else."""

    def __init__(self, to: Path) -> None:
        self.to, self.said = to, ""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        names = [name for name in listed.stdout.decode().split("\0") if name and not (ROOT / name).is_symlink()]
        names += [str(path.relative_to(ROOT)) for path in ROOT.glob("*/locale/*/*/*.mo")]
        for name in names:
            if (ROOT / name).is_file():
                (to / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, to / name)
        for name in ("var/fonts", "static/vendor"):
            if (ROOT / name).is_dir():
                (to / name).parent.mkdir(parents=True, exist_ok=True)
                (to / name).symlink_to(ROOT / name)

    def noticed(self, tests: list[str], limit: float) -> bool:
        """Whether one of *tests* goes red. Too long is red too: a loop without end is a fault that one sees."""
        child = FORK.Process(target=_tested, args=(self.to, tests))
        child.start()
        child.join(limit)
        if child.is_alive():
            child.kill()
            return True
        self.said = (self.to / "mutate.log").read_text()[-3000:]
        if child.exitcode not in (0, 1, 2):  # 2: the module can't even be imported
            raise SystemExit(self.said)
        return child.exitcode != 0

    def survives(self, place: Place) -> bool:
        target = self.to / place.path
        whole = target.read_bytes()
        try:
            broken = whole[: place.start] + place.text.encode() + whole[place.end :]
            compile(broken, place.path, "exec")
            target.write_bytes(broken)
            return not self.noticed(near(place.path), 900)
        finally:
            target.write_bytes(whole)


def main() -> int:
    parser = argparse.ArgumentParser(description="Breaks lines one by one and lists what no test missed.")
    parser.add_argument("--count", type=int, default=120, help="how many places (120)")
    parser.add_argument("--skip", type=int, default=0, help="begin after so many of the order")
    parser.add_argument(
        "--only", nargs="*", default=[], metavar="WORD", help="only modules whose path has one of these"
    )
    parser.add_argument("--list", action="store_true", help="name the places and their nearest tests, break nothing")
    parser.add_argument(
        "--trust", action="store_true", help="don't try first whether the tests are green as they stand"
    )
    asked = parser.parse_args()
    for name in WARM:
        with contextlib.suppress(Exception):  # what wants a set-up Django has most of its imports by then
            importlib.import_module(name)
    chosen = places(asked.only)[asked.skip :][: asked.count]
    if asked.list:
        for place in chosen:
            print(place, "|", *near(place.path))
        return 0
    survivors = []
    with tempfile.TemporaryDirectory(prefix="mutate-") as folder:
        copy = Copy(Path(folder))
        firsts = sorted({test for place in chosen for test in near(place.path)})
        if not asked.trust and copy.noticed(firsts, 3600):
            print(
                copy.said, "The tests are red as they stand: there is nothing to find out.", sep="\n", file=sys.stderr
            )
            return 2
        for number, place in enumerate(chosen, 1):
            began = time.monotonic()
            lives = copy.survives(place)
            survivors += [place] if lives else []
            word = "SURVIVES" if lives else "noticed"
            print(f"{number}/{len(chosen)} {word} {time.monotonic() - began:.0f}s {place}", flush=True)
    print(f"{len(chosen)} broken, {len(survivors)} that no test missed")
    for place in survivors:
        print(f"  {place}")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
