#!/usr/bin/env python3
"""Everything about the words people read, in pure Python, since a fresh machine has no gettext.

    script/words            what has no Chinese, what is unused, which placeholders differ; fails on a fault
    script/words merge      writes each app's locale/zh_Hans anew: what is unused goes, locale/fragments/*.po come in
    script/words compile    the .mo files (set-up does this)

Source strings are English and their own translation. Strings are found the way Django finds them: `_()` and its
sisters in Python, the translation tags in templates. A string stands once: in the catalogue of the lowest app that
says it. What pages of no app say (the frame, components, sign-in, errors) is core's.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from core import console  # noqa: E402  found by the line above

APPS = (
    "core", "paper", "organization", "jobs", "outbox", "projects", "funding", "investment", "dispatch",
    "simulation", "config",
)  # fmt: skip
CHINESE = "zh_Hans"
PATH = f"locale/{CHINESE}/LC_MESSAGES/django.po"  # inside an app
FRAGMENTS = "locale/fragments"  # Chinese that waits for `merge`
ONE, PLURAL, CONTEXT, CONTEXT_PLURAL = None, (1, 2), ((1, "c"), 2), ((1, "c"), 2, 3)
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), ONE),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), PLURAL),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), CONTEXT),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), CONTEXT_PLURAL),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[-#0 +]*\d*(?:\.\d+)?[a-z]|%[sd](?![a-z])|\{\w*(?::[^{}]*)?\}")

Key = tuple[str | None, str]  # (context, the string or its singular)


@dataclass
class Word:
    """One string of the source and where it stands."""

    context: str | None
    text: str
    plural: str | None = None
    places: list[tuple[str, int]] = field(default_factory=list)

    @property
    def id(self) -> str | tuple[str, str]:
        return (self.text, self.plural) if self.plural else self.text


def collect(root: Path = ROOT) -> dict[Key, Word]:
    """Every string of the Python modules and templates under *root*, in the order of its first place."""
    words: dict[Key, Word] = {}
    for path in _sources(root):
        for line, message, context in _strings(path):
            text, plural = (message[0], message[1]) if isinstance(message, tuple) else (message, None)
            if not text:
                continue
            word = words.setdefault((context, text), Word(context, text))
            word.plural = word.plural or plural
            word.places.append((str(path.relative_to(root)), line))
    return words


def _sources(root: Path) -> Iterator[Path]:
    for app in APPS:
        yield from sorted(p for p in (root / app).rglob("*.py") if "migrations" not in p.parts)
    for folder in (root / "templates", *(root / app / "templates" for app in APPS)):
        yield from sorted(p for p in folder.rglob("*") if p.suffix in {".html", ".txt", ".svg", ".xml"})


def _strings(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], str | None]]:
    from babel.messages.extract import extract
    from django.utils.translation.template import templatize

    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield from _calls(source)
        return
    # A page with all but its strings blanked out; without indentation its tokens are Python's.
    source = "\n".join(line.strip() for line in templatize(source, origin=str(path)).split("\n"))
    for line, message, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
        yield line, message, context


def _calls(source: str) -> Iterator[tuple[int, str | tuple[str, str], str | None]]:
    """The calls of KEYWORDS in a module, read from its tree: Babel sees none within an f-string before Python 3.12."""
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(found, key=lambda node: (node.lineno, node.col_offset)):
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        if name not in KEYWORDS:
            continue
        said = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        wanted = 1 + sum(KEYWORDS[name] in kinds for kinds in ((PLURAL, CONTEXT, CONTEXT_PLURAL), (CONTEXT_PLURAL,)))
        if len(said) < wanted:
            continue  # a variable: its string stands where it is written
        context = said.pop(0) if KEYWORDS[name] in (CONTEXT, CONTEXT_PLURAL) else None
        plural = KEYWORDS[name] in (PLURAL, CONTEXT_PLURAL)
        yield call.lineno, (said[0], said[1]) if plural else said[0], context


def catalogues(root: Path = ROOT) -> list[Path]:
    """The .po files of the apps, the winner last: core's over dispatch's."""
    return [path for app in reversed(APPS) if (path := root / app / PATH).exists()]


def fragments(root: Path = ROOT) -> list[Path]:
    """The .po files that wait for `merge`."""
    return sorted((root / FRAGMENTS).glob("*.po"))


def home(word: Word) -> str:
    """The app whose catalogue has *word*: the lowest of those that say it."""
    return min((_app(place) for place, _line in word.places), key=APPS.index)


def _app(place: str) -> str:
    parts = Path(place).parts
    name = parts[1] if parts[0] == "templates" else parts[0]
    return name if name in APPS else APPS[0]


def load(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=CHINESE, abort_invalid=True)


def translations(root: Path = ROOT, *, waiting: bool = False) -> tuple[dict[Key, tuple[str, ...]], list[str]]:
    """The Chinese of each string, and a sentence for each that two catalogues translate differently.

    *waiting*: with the fragments', which win.
    """
    found: dict[Key, tuple[str, ...]] = {}
    conflicts = []
    for path in [*catalogues(root), *(fragments(root) if waiting else ())]:
        for message in load(path):
            strings = message.string if isinstance(message.string, (tuple, list)) else (message.string or "",)
            if not message.id or not all(strings) or message.fuzzy:
                continue
            key = (message.context, message.id[0] if isinstance(message.id, (tuple, list)) else message.id)
            other = found.get(key, tuple(strings))
            if other != tuple(strings):
                conflicts.append(f"{path.relative_to(root)}: {key[1]!r} is {strings[0]!r}, elsewhere {other[0]!r}")
            found[key] = tuple(strings)
    return found, conflicts


def problems(root: Path = ROOT) -> tuple[list[str], list[str]]:
    """(what is wrong, what is merely untidy), one sentence each."""
    words, (chinese, conflicts) = collect(root), translations(root)
    wrong = []
    for key, word in words.items():
        place = "{}:{}".format(*word.places[0])
        if key not in chinese:
            wrong.append(f"{place}: no Chinese for {word.text!r}")
            continue
        for text in chinese[key]:
            if placeholders(text) != placeholders(word.plural or word.text):
                wrong.append(f"{place}: placeholders differ: {word.text!r} -> {text!r}")
    unused = [f"unused: {key[1]!r}" for key in chinese if key not in words]
    return wrong, conflicts + unused


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text.replace("%%", "")))


def merge(root: Path = ROOT) -> None:
    """Write the catalogue of each app anew, and take away what is in none: empty ones, and the fragments."""
    words, (chinese, _conflicts) = collect(root), translations(root, waiting=True)
    made: dict[str, Catalog] = {}
    for key, word in words.items():
        app = home(word)
        if app not in made:
            made[app] = Catalog(locale=CHINESE, project="county-projects", fuzzy=False, header_comment="")
        strings = chinese.get(key, ("",))
        made[app].add(
            word.id,
            tuple(strings) if word.plural else strings[0],
            locations=[(place, 0) for place in sorted({place for place, _line in word.places})],
            context=word.context,
        )
    for path in [*catalogues(root), *fragments(root)]:
        path.with_suffix(".mo").unlink(missing_ok=True)
        path.unlink()
    for app, catalog in made.items():
        path = root / app / PATH
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=110, omit_header=False, include_lineno=False)
        _forget_dates(path)


def _forget_dates(path: Path) -> None:
    """Headers that change at every merge, and people who don't exist, only make differences to read."""
    noise = ('"POT-', '"PO-', '"Last-Translator', '"Language-Team', '"Report-Msgid', '"Generated-By')
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(noise)), encoding="utf-8")


def compile_all(root: Path = ROOT) -> None:
    """Make each .mo that is missing or older than its .po."""
    for path in catalogues(root):
        target = path.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
            with target.open("wb") as file:
                write_mo(file, load(path))


def main(command: str = "report") -> int:
    if command == "compile":
        compile_all()
    elif command == "merge":
        print("\n".join(translations()[1]))
        merge()
        compile_all()
    elif command == "report":
        wrong, untidy = problems()
        print("\n".join([*untidy, *wrong]) or "Every string has its Chinese.")
        return 1 if wrong else 0
    else:
        print(__doc__)
        return 0 if command in {"-h", "--help"} else 2
    return 0


if __name__ == "__main__":
    console.run(lambda: main(*sys.argv[1:2]))
