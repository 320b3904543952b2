"""County profiles: one readable file says what differs in a county (design 1.3).

`read` takes a file to checked data, `build` takes data to `Rules`. What a file may say is declared by the apps, each
its own part (`RULES` in their `rules.py`). A mistake is answered with the file, the line and what was expected; all
mistakes of a file at once.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core import shapes
from core.shapes import Where, unknown
from organization.profiles.rules import Profile, Rules, sections

FOLDER = Path(__file__).parent


class ProfileError(ValueError):
    """A profile that can't be used; `problems` are sentences with file and line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def path_of(name: str) -> Path:
    """The file that *name* means: a profile that comes with the application, or a path. Raises ProfileError."""
    known = FOLDER / f"{name}.toml"
    path = known if known.exists() else Path(name)
    if not path.exists():
        names = ", ".join(sorted(p.stem for p in FOLDER.glob("*.toml")))
        raise ProfileError(
            [_("There is no profile “%(name)s”. There are: %(names)s") % {"name": name, "names": names}]
        )
    return path


def read(name: str, posts: Iterable[str] = ()) -> dict[str, Any]:
    """The complete data of the profile *name* (or file): its own keys over those of `default.toml`.

    *posts* are titles that the county has besides those of the file.
    Raises ProfileError with every mistake, each as "file, line n: what is wrong; what was expected".
    """
    path = path_of(name)
    text = path.read_text(encoding="utf-8-sig")
    try:
        own = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError([f"{path.name}: {error}"]) from error
    data = _merge(_default(), own)
    if problems := _problems(own, data, path.name, text.splitlines(), posts):
        raise ProfileError(problems)
    return data


def build(data: dict[str, Any], *, key: str, version: int) -> Rules:
    """The rules that checked *data* says; what it says nothing of, since it was stored before, is as by default."""
    data = complete(data)
    parts = (section for section in sections().values() if not section.many)
    return Rules(key, version, {part.cls: shapes.make(part.cls, data.get(part.key, {})) for part in parts})


def complete(data: dict[str, Any]) -> dict[str, Any]:
    """*data* with what it says nothing of, as by default."""
    return _merge(_default(), data)


@cache
def _default() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "default.toml").read_text(encoding="utf-8"))


def digest(data: dict[str, Any]) -> str:
    return hashlib.sha256(repr(_sorted(data)).encode()).hexdigest()


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((key, _sorted(item)) for key, item in value.items())
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _merge(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """*own* over *base*, table by table; lists are taken whole."""
    merged = dict(base)
    for key, value in own.items():
        both_tables = isinstance(value, dict) and isinstance(base.get(key), dict)
        merged[key] = _merge(base[key], value) if both_tables else value
    return merged


# Checking ----------------------------------------------------------------------------------------------------------


def _problems(
    own: dict[str, Any], data: dict[str, Any], file: str, lines: list[str], posts: Iterable[str]
) -> list[str]:
    """All mistakes of *own*, and of *data* where keys of a file and of the default don't go together; by line."""
    found: dict[tuple[int, str], None] = {}

    def say(where: Where, message: str) -> None:
        found[_line(lines, where), message] = None

    known = sections()
    for name, value in own.items():
        if name not in known:
            say((name,), unknown(name, known))
        elif not known[name].many:
            # A county's file may say half of a section: the default file has the rest.
            shapes.check(known[name].cls, value, (name,), say, partly=True)
        elif isinstance(value, list):
            for index, table in enumerate(value):
                shapes.check(known[name].cls, table, (name, f"#{index}"), say)
        else:
            say((name,), _("expected tables, each under [[%(name)s]]") % {"name": name})
    titles = {shapes.both(post.get("title"))[0] for _index, post in shapes.tables(data, "post")}
    profile = Profile(data, frozenset({*posts, *titles}))
    for section in known.values():
        if section.check:
            section.check(data.get(section.key), profile, say)
    said = _("%(file)s, line %(line)s: %(message)s")
    return [said % {"file": file, "line": line, "message": message} for line, message in sorted(found)]


def _line(lines: list[str], where: Where) -> int:
    """The line that the key at *where* stands in, or that of the nearest table around it; counted from 1."""
    at = 0
    path: list[str] = []
    for part in where:
        if part.startswith("#"):
            at = _item(lines, at, path, int(part[1:]))
            continue
        path.append(part)
        head = re.compile(rf"\s*\[{{1,2}}{re.escape('.'.join(path))}\]{{1,2}}\s*(#.*)?$")
        key = re.compile(rf"(\s*|.*[{{,]\s*)[\"']?{re.escape(part)}[\"']?\s*=")
        for n in range(at, len(lines)):
            if head.match(lines[n]) or key.match(lines[n]):
                at = n
                break
    return at + 1


def _item(lines: list[str], at: int, path: list[str], index: int) -> int:
    """The line of item *index* of the list at *path*: its own table, or its line where the list has one for each."""
    heads = [n for n, line in enumerate(lines) if re.match(rf"\s*\[\[{re.escape('.'.join(path))}\]\]", line)]
    if heads:
        return heads[index] if index < len(heads) else at
    if not lines or not lines[at].rstrip().endswith("["):
        return at
    rows = [n for n in range(at + 1, len(lines)) if lines[n].strip() and not lines[n].lstrip().startswith("#")]
    return rows[index] if index < len(rows) else at
