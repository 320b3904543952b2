"""Lists of codes that a county names itself: label of a code, code of what people write. Pure.

A column keeps the code where the list has it, else exactly what was said: nothing is lost, and what a list doesn't
have can be found and put right later.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

from django.utils import translation
from django.utils.translation import gettext as _

from core.amounts.cells import tight
from core.shapes import Name, Say, once, tables

SHAPE = re.compile(r"[a-z0-9][a-z0-9_]*")
ENDS = re.compile(r"(类|项目|工程|行业|产业|领域)+$")
LANGUAGES = ("zh-hans", "en")
UNLISTED = "~"  # asks a list for what no class has; no code can be written so


def short(longest: int) -> Any:
    """The rule that a code is small letters, digits and underscores, at most *longest* of them."""

    def wrong(value: str) -> str:
        if SHAPE.fullmatch(value) and len(value) <= longest:
            return ""
        said = _("expected a code of at most %(n)s small letters, digits or “_”, found “%(value)s”")
        return said % {"n": longest, "value": value}

    return wrong


@dataclass(frozen=True)
class Coded:
    """An entry: `words` are other ways to write the label."""

    code: Annotated[str, short(20)]
    label: Name
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flagged(Coded):
    """An entry that is counted by its flags; which there are says the list that has it."""

    flags: tuple[str, ...] = ()


def labels(entries: Iterable[Coded]) -> dict[str, Any]:
    """The labels by code, in the list's order."""
    return {entry.code: entry.label for entry in entries}


def label_of(entries: Iterable[Coded], stored: str) -> str:
    """What people read for *stored*: the label of the code, or what stands there."""
    return str(labels(entries).get(stored, stored))


def codes_with(entries: Iterable[Flagged], flag: str) -> list[str]:
    return [entry.code for entry in entries if flag in entry.flags]


def match(entries: Iterable[Coded], text: str) -> str:
    """The code that *text* means by code, label (in either language) or words (`_key`); "" for none.

    Of a text in parts (`基础设施/交通/公路`) the parts are looked for, where they all mean one code.
    """
    known = _index(tuple(spellings(entry) for entry in entries))
    if found := known.get(_key(text)):
        return found
    parts = {known[key] for part in text.split("/") if (key := _key(part)) in known}
    return parts.pop() if len(parts) == 1 else ""


def coded(entries: Iterable[Coded], text: str) -> str:
    """What is to be stored for *text*: the code it means, or the text itself."""
    return match(entries, text) or text


def options(entries: Collection[Coded], standing: str = "", *, blank: str = "—") -> list[tuple[str, Any]]:
    """What a select offers: nothing first, so that nobody chose by not looking; the list; and what stands there though
    the list doesn't have it, marked as such."""
    found: list[tuple[str, Any]] = [("", blank), *labels(entries).items()]
    if standing and standing not in dict(found):
        found.append((standing, marked(entries, standing)))
    return found


def marked(entries: Iterable[Coded], stored: str) -> str:
    """`label_of`, and that it is in no class where there is a list and it isn't."""
    known = labels(entries)
    if stored and known and stored not in known:
        return _("%(value)s (not in the class list)") % {"value": stored}
    return str(known.get(stored, stored))


def check_codes(table: Any, keys: Iterable[str], where: tuple[str, ...], say: Say) -> None:
    """Says codes that stand twice in a list, and ways to write that mean two entries of one."""
    for key in keys:
        once(table, key, "code", where, say)
        seen: dict[str, Any] = {}
        for index, entry in tables(table, key):
            words = entry.get("words")
            for word in [entry.get("label"), *(words if isinstance(words, list) else ())]:
                other = seen.setdefault(_key(word), entry.get("code")) if isinstance(word, str) else None
                if other is not None and other != entry.get("code"):
                    said = _("“%(word)s” is said of “%(other)s” already: it can mean one code only")
                    say((*where, key, index), said % {"word": word, "other": other})


def _key(text: str) -> str:
    """*text* without what makes no difference: blanks, case, and what titles end with (`交通类项目` is 交通)."""
    whole = tight(text).casefold()
    return ENDS.sub("", whole) or whole


def spellings(entry: Any) -> tuple[str, ...]:
    """The code of *entry* and all that means it: its label in every language, its words."""
    said = []
    for language in LANGUAGES:
        with translation.override(language):
            said.append(str(entry.label))
    return (entry.code, *said, *entry.words)


@lru_cache(maxsize=64)
def _index(entries: tuple[tuple[str, ...], ...]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for code, *words in entries:
        for word in (code, *words):
            found.setdefault(_key(word), code)
    return found
