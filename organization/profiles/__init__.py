"""County profiles: one readable file says what differs in a county (design 1.3).

`read` takes a file to checked data, `build` takes data to `Rules`. A wrong key is answered with the file,
the line and what was expected; all mistakes of a file at once.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
import types
from dataclasses import MISSING, fields, is_dataclass
from datetime import time
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from django.utils.translation import gettext as _

from organization.models import REPORTING, Role, UnitKind
from organization.rules import (
    CountyRules,
    LightRules,
    ProblemRules,
    RankingRules,
    ReportRules,
    RoundRules,
    Rules,
)

FOLDER = Path(__file__).parent
SECTIONS: dict[str, type] = {
    "county": CountyRules,
    "monthly": RoundRules,
    "weekly": RoundRules,
    "lights": LightRules,
    "reports": ReportRules,
    "problems": ProblemRules,
    "ranking": RankingRules,
}
UNIT_KEYS = {
    "code": str,
    "name": str,
    "short_name": str,
    "kind": UnitKind,
    "parent": str,
    "aliases": tuple[str, ...],
}
POST_KEYS = {"unit": str, "title": str, "role": Role}


class ProfileError(ValueError):
    """A profile that can't be used; `problems` are sentences with file and line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def path_of(name: str) -> Path:
    """The file that *name* means: a profile that comes with the application, or a path."""
    known = FOLDER / f"{name}.toml"
    return known if known.exists() else Path(name)


def read(name: str) -> dict[str, Any]:
    """The complete data of the profile *name* (or file): its own keys over those of `default.toml`.

    Raises ProfileError with every mistake, each as "file, line n: what is wrong; what was expected".
    """
    path = path_of(name)
    if not path.exists():
        names = ", ".join(sorted(p.stem for p in FOLDER.glob("*.toml")))
        raise ProfileError(
            [_("There is no profile “%(name)s”. There are: %(names)s") % {"name": name, "names": names}]
        )
    text = path.read_text(encoding="utf-8-sig")
    try:
        own = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError([f"{path.name}: {error}"]) from error
    if problems := list(_problems(own, path.name, text.splitlines())):
        raise ProfileError(problems)
    if path == FOLDER / "default.toml":
        return own
    return _merge(tomllib.loads((FOLDER / "default.toml").read_text(encoding="utf-8")), own)


def build(data: dict[str, Any], *, key: str, version: int) -> Rules:
    """The rules that checked *data* says."""
    sections = {name: _make(cls, data.get(name, {})) for name, cls in SECTIONS.items()}
    return Rules(key=key, version=version, bulletin=data.get("bulletin", {}), **sections)


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


def _problems(data: dict[str, Any], file: str, lines: list[str]) -> list[str]:
    found: list[str] = []

    def say(where: tuple[str, ...], message: str) -> None:
        line = _line(lines, where)
        found.append(_("%(file)s, line %(line)s: %(message)s") % {"file": file, "line": line, "message": message})

    known = {*SECTIONS, "bulletin", "unit", "post"}
    for name, value in data.items():
        if name not in known:
            say((name,), _unknown(name, known))
        elif name in SECTIONS:
            _check(SECTIONS[name], value, (name,), say)
    for name, keys in (("unit", UNIT_KEYS), ("post", POST_KEYS)):
        for index, table in enumerate(data.get(name, [])):
            _check_keys(keys, set(keys) - {"parent", "aliases", "short_name"}, table, (name, f"#{index}"), say)
    _check_groups(data.get("ranking"), say)
    codes = [unit.get("code") for unit in data.get("unit", [])]
    for index, unit in enumerate(data.get("unit", [])):
        if codes.index(unit.get("code")) < index:
            say(
                ("unit", f"#{index}", "code"),
                _("the code “%(code)s” stands twice") % {"code": unit.get("code")},
            )
        if unit.get("parent") and unit["parent"] not in codes[:index]:
            say(
                ("unit", f"#{index}", "parent"),
                _("no unit above has the code “%(code)s”") % {"code": unit["parent"]},
            )
    for index, post in enumerate(data.get("post", [])):
        if post.get("unit") not in codes:
            say(
                ("post", f"#{index}", "unit"),
                _("no unit has the code “%(code)s”") % {"code": post.get("unit")},
            )
    return found


def _check_groups(ranking: Any, say: Any) -> None:
    """A unit stands in one table of the bulletin, or its text says more than the tables: so does each kind."""
    groups = ranking.get("groups") if isinstance(ranking, dict) else None
    if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
        return
    seen: set[str] = set()
    for index, group in enumerate(groups):
        kinds = group.get("kinds")
        for kind in kinds if isinstance(kinds, list) else ():
            if kind in seen:
                say(("ranking", "groups", f"#{index}", "kinds"), _("“%(kind)s” stands in two groups") % {"kind": kind})
            seen.add(kind)
    if left := [str(kind) for kind in REPORTING if kind not in seen]:
        words = {"kinds": ", ".join(left)}
        say(("ranking", "groups", "#0"), _("expected each kind of unit in one group; in none: %(kinds)s") % words)


def _check(cls: type, value: Any, where: tuple[str, ...], say: Any) -> None:
    if not isinstance(value, dict):
        say(where, _("expected a table with: %(keys)s") % {"keys": ", ".join(f.name for f in fields(cls))})
        return
    required = {f.name for f in fields(cls) if f.default is MISSING and f.default_factory is MISSING}
    # A county's file may say half of a section: the default file has the rest.
    _check_keys(get_type_hints(cls), required if where[-1].startswith("#") else set(), value, where, say)


def _check_keys(hints: dict[str, Any], required: set[str], table: Any, where: tuple[str, ...], say: Any) -> None:
    for key, value in table.items():
        if key not in hints:
            say((*where, key), _unknown(key, set(hints)))
        else:
            _check_value(hints[key], value, (*where, key), say)
    for key in sorted(required - set(table)):
        say(where, _("“%(key)s” is missing") % {"key": key})


def _check_value(hint: Any, value: Any, where: tuple[str, ...], say: Any) -> None:
    origin, args = get_origin(hint), get_args(hint)
    if origin is tuple:
        if not isinstance(value, list):
            say(where, _("expected a list, found %(value)s") % {"value": _shown(value)})
            return
        for index, item in enumerate(value):
            if is_dataclass(args[0]):
                _check(args[0], item, (*where, f"#{index}"), say)  # type: ignore[arg-type]
            else:
                _check_value(args[0], item, where, say)
    elif origin is dict:
        if not isinstance(value, dict):
            say(where, _("expected a table, found %(value)s") % {"value": _shown(value)})
    elif origin is Literal or (isinstance(hint, type) and issubclass(hint, StrEnum | str) and hint is not str):
        allowed = list(args) if origin is Literal else list(hint.values)
        if value not in allowed:
            words = ", ".join(map(str, allowed))
            say(
                where,
                _("expected one of %(words)s, found %(value)s") % {"words": words, "value": _shown(value)},
            )
    elif origin in (Union, types.UnionType):
        return
    elif not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        kinds = {int: _("a whole number"), str: _("text in quotes"), bool: "true / false", time: "18:00:00"}
        expected = kinds.get(hint, hint.__name__)
        say(where, _("expected %(kind)s, found %(value)s") % {"kind": expected, "value": _shown(value)})


def _unknown(key: str, known: set[str]) -> str:
    close = get_close_matches(key, known, n=1)
    if close:
        return _("“%(key)s” is not known; did you mean “%(close)s”?") % {"key": key, "close": close[0]}
    return _("“%(key)s” is not known; expected one of: %(known)s") % {
        "key": key,
        "known": ", ".join(sorted(known)),
    }


def _shown(value: Any) -> str:
    return f"“{value}”" if isinstance(value, str) else str(value)


def _line(lines: list[str], where: tuple[str, ...]) -> int:
    """The line that the key at *where* stands in, or that of the nearest table around it; counted from 1."""
    at = 0
    path: list[str] = []
    for part in where:
        if part.startswith("#"):
            heads = [n for n, line in enumerate(lines) if line.strip() == f"[[{'.'.join(path)}]]"]
            at = heads[int(part[1:])] if int(part[1:]) < len(heads) else at
            continue
        path.append(part)
        head = re.compile(rf"\s*\[{{1,2}}{re.escape('.'.join(path))}\]{{1,2}}\s*(#.*)?$")
        key = re.compile(rf"\s*[\"']?{re.escape(part)}[\"']?\s*=")
        for n in range(at, len(lines)):
            if head.match(lines[n]) or key.match(lines[n]):
                at = n
                break
    return at + 1


# Making ------------------------------------------------------------------------------------------------------------


def _make(cls: type, table: dict[str, Any]) -> Any:
    hints = get_type_hints(cls)
    return cls(**{key: _value(hints[key], value) for key, value in table.items()})


def _value(hint: Any, value: Any) -> Any:
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return tuple(_make(inner, item) if is_dataclass(inner) else _value(inner, item) for item in value)  # type: ignore[arg-type]
    if hint is time and isinstance(value, str):  # a stored profile is JSON, which has no times
        return time.fromisoformat(value)
    if isinstance(hint, type) and issubclass(hint, StrEnum | str) and hint is not str:
        return hint(value)
    return value
