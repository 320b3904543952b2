"""Values read from a file against the types declared for them: dataclasses, typed dicts, and rules on a value.

A declared type may carry rules, as in `Annotated[int, between(1, 31)]`: functions that answer what is wrong with a
value of that type, or "". A dataclass whose `REST` names its one field, a dict, is a table with keys of the county's
own: they are that field's. `check` says every mistake with the place it stands at; `make` builds what `check` passed.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Any, Literal, Required, Union, get_args, get_origin, get_type_hints, is_typeddict

from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _

Where = tuple[str, ...]  # keys from the outside in; "#2" is the third of a list
Say = Callable[[Where, str], None]
Rule = Callable[[Any], str]

#: What any table may say besides its own keys: the document and item it is from, and whether it is assumed because
#: the document is silent.
ORIGIN: dict[str, type] = {"source": str, "assumed": bool}
NAMED = "text, or a table with the text in Chinese and in English"
#: What a county names: `"县政府"`, or `{zh = "县政府", en = "County government"}`, shown in the language of the page.
Name = Annotated[str, NAMED]


def between(low: int, high: int) -> Rule:
    """From *low* to *high*, both allowed."""

    def wrong(value: int) -> str:
        if low <= value <= high:
            return ""
        return _("expected a number from %(low)s to %(high)s, found %(value)s") % {
            "low": low, "high": high, "value": value
        }  # fmt: skip

    return wrong


def one_of(known: Iterable[str] | Callable[[], Iterable[str]]) -> Rule:
    """One of the words *known*; a function is asked when it is needed."""

    def wrong(value: str) -> str:
        words = set(known() if callable(known) else known)
        return "" if value in words else unknown(value, words)

    return wrong


def unknown(word: str, known: Iterable[str]) -> str:
    """The sentence for a word that isn't among *known*: the nearest, or all there are."""
    close = get_close_matches(word, list(known), n=1)
    if close:
        return _("“%(key)s” is not known; did you mean “%(close)s”?") % {"key": word, "close": close[0]}
    return _("“%(key)s” is not known; expected one of: %(known)s") % {"key": word, "known": ", ".join(sorted(known))}


def tables(table: Any, key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """("#n", table) for the tables that *table* lists under *key*; what is no table is passed over."""
    found = table.get(key) if isinstance(table, Mapping) else None
    for index, item in enumerate(found if isinstance(found, list) else ()):
        if isinstance(item, Mapping):
            yield f"#{index}", item


# checking --------------------------------------------------------------------------------------------------------


def check(hint: Any, value: Any, where: Where, say: Say, *, partly: bool = False) -> None:
    """Say all that is wrong with *value*, for which *hint* is declared; *partly*: keys may be missing at the top."""
    hint, rules = _bare(hint)
    if hint is str and NAMED in rules and isinstance(value, dict):
        for key, text in value.items():
            if key not in ("zh", "en") or not isinstance(text, str):
                say(where, _("expected a table with: %(keys)s") % {"keys": 'zh = "…", en = "…"'})
                return
        if "zh" not in value:
            say(where, _("“%(key)s” is missing") % {"key": "zh"})
        return
    if is_dataclass(hint) or is_typeddict(hint):
        _check_table(hint, value, where, say, partly)
        return
    if not _check_plain(hint, value, where, say):
        return
    for rule in rules:
        if callable(rule) and (message := rule(value)):
            say(where, message)


def _bare(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """A declared type without Required, and the rules it carries."""
    if get_origin(hint) is Required:
        hint = get_args(hint)[0]
    if get_origin(hint) is Annotated:
        return get_args(hint)[0], get_args(hint)[1:]
    return hint, ()


def _check_table(cls: Any, value: Any, where: Where, say: Say, partly: bool) -> None:
    hints = get_type_hints(cls, include_extras=True)
    if not isinstance(value, dict):
        say(where, _("expected a table with: %(keys)s") % {"keys": ", ".join(hints)})
        return
    if is_dataclass(cls):
        needed = {f.name for f in fields(cls) if f.default is MISSING and f.default_factory is MISSING}
    else:
        needed = {key for key, hint in hints.items() if get_origin(hint) is Required}
    rest = getattr(cls, "REST", "")
    for key, item in value.items():
        if rest and key not in ORIGIN:
            check(get_args(hints[rest])[1], item, (*where, key), say)
        elif key in hints or key in ORIGIN:
            check(hints[key] if key in hints else ORIGIN[key], item, (*where, key), say)
        else:
            say((*where, key), unknown(key, hints))
    for key in sorted(needed - set(value)) if not partly else ():
        say(where, _("“%(key)s” is missing") % {"key": key})


def _check_plain(hint: Any, value: Any, where: Where, say: Say) -> bool:
    """Whether *value* is of the type; lists and mappings are gone through."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in (tuple, list):
        if not isinstance(value, list):
            say(where, _("expected a list, found %(value)s") % {"value": shown(value)})
            return False
        for index, item in enumerate(value):
            check(args[0], item, (*where, f"#{index}"), say)
        return True
    if origin is dict:
        if not isinstance(value, dict):
            say(where, _("expected a table, found %(value)s") % {"value": shown(value)})
            return False
        for key, item in value.items():
            check(args[1], item, (*where, key), say)
        return True
    if origin is Literal or (isinstance(hint, type) and issubclass(hint, StrEnum | str) and hint is not str):
        allowed = list(args) if origin is Literal else list(hint.values)
        if value not in allowed:
            words = ", ".join(map(str, allowed))
            said = _("expected one of %(words)s, found %(value)s") % {"words": words, "value": shown(value)}
            say(where, said)
            return False
        return True
    if origin in (Union, types.UnionType):
        hint, _rest = args, None
    number = hint is int or (isinstance(hint, tuple) and bool not in hint and date not in hint)
    moment = isinstance(value, datetime)  # is a date as well for Python, for nobody else
    if not isinstance(value, hint) or (number and isinstance(value, bool)) or moment:
        say(where, _("expected %(kind)s, found %(value)s") % {"kind": _kind(hint), "value": shown(value)})
        return False
    return True


def _kind(hint: Any) -> str:
    kinds = {
        int: _("a whole number"),
        str: _("text in quotes"),
        bool: "true / false",
        time: "18:00:00",
        date: "2024-03-01",
    }
    if isinstance(hint, tuple):
        return "2024-03-01" if date in hint else _("a number")
    return str(kinds.get(hint, hint.__name__))


def shown(value: Any) -> str:
    return f"“{value}”" if isinstance(value, str) else str(value)


# making ----------------------------------------------------------------------------------------------------------


def make(hint: Any, value: Any) -> Any:
    """What *hint* declares from *value*, which `check` has passed. Typed dicts stay the dicts that they are."""
    hint, rules = _bare(hint)
    origin = get_origin(hint)
    if is_dataclass(hint):
        declared: Any = hint
        hints = get_type_hints(hint, include_extras=True)
        if rest := getattr(hint, "REST", ""):
            own = {key: item for key, item in value.items() if key not in ORIGIN}
            return declared(**{rest: make(hints[rest], own)})
        return declared(**{key: make(hints[key], item) for key, item in value.items() if key in hints})
    if NAMED in rules and isinstance(value, dict):
        return _in_language(value["zh"], value["en"]) if value.get("en") else value["zh"]
    if origin is tuple:
        return tuple(make(get_args(hint)[0], item) for item in value)
    if origin is dict:
        return {key: make(get_args(hint)[1], item) for key, item in value.items()}
    if hint is time and isinstance(value, str):  # a stored profile is JSON, which has no times
        return time.fromisoformat(value)
    if isinstance(value, str) and date in (hint, *(get_args(hint) if origin in (Union, types.UnionType) else ())):
        return date.fromisoformat(value)  # nor days
    if isinstance(hint, type) and issubclass(hint, StrEnum | str) and hint is not str:
        return hint(value)
    return value


def both(value: Any) -> tuple[str, str]:
    """The Chinese of a `Name` as it stands in a file, and its English or ""."""
    if isinstance(value, Mapping):
        return str(value.get("zh", "")), str(value.get("en", ""))
    return str(value), ""


def said(zh: str, en: str) -> str:
    """*zh*, or *en* on an English page where there is one."""
    return en if en and (get_language() or "").startswith("en") else zh


_in_language = lazy(said, str)


def once(table: Any, key: str, name: str, where: tuple[str, ...], say: Say) -> None:
    """No two tables of a list have the same *name*."""
    seen: list[Any] = []
    for index, item in tables(table, key):
        if name in item and item[name] in seen:
            say((*where, key, index, name), _("the code “%(code)s” stands twice") % {"code": item[name]})
        seen.append(item.get(name))
