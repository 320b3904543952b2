"""What people and programs send where a number, a day, a month, a key or a word belongs, and what pages ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from django.http import QueryDict
from django.urls import Resolver404, resolve
from django.utils.datastructures import MultiValueDict

from recount.pages.html import Node, read

VALUES = {
    "nul": "西\0城",
    "power": "²",
    "ring": "①",
    "5,000 digits": "9" * 5_000,
    "23 digits": "9" * 23,
    "18 digits": "9" * 18,
    "below": "-1",
    "beyond floats": "1e400",
    "no number": "NaN",
    "endless": "Infinity",
    "a year": "2026",
    "year 0": "0000-01",
    "year 1": "0001-01",
    "year 9999": "9999-12",
    "day 1": "0001-01-01",
    "day 9999": "9999-12-31",
    "no day": "2026-02-30",
    "week": "2026-W53",
    "long": "长" * 300,
    "50 KB": "x" * 50_000,
    "half": "\udcff",
    "JSON": '{"a": [1,',
    "from the right": "\u202e西城\u200f",
    "nowhere": "nowhere",
}
NUMBERS = ("power", "5,000 digits", "23 digits", "below", "beyond floats", "endless")
WORDS = ("nul", "long", "50 KB", "from the right")
KEYS = ("nul", "ring", "5,000 digits", "23 digits", "nowhere")
DAYS = ("5,000 digits", "year 0", "day 1", "day 9999")
KINDS: dict[str, tuple[str, ...]] = {
    "text": WORDS,
    "number": NUMBERS,
    "date": DAYS,
    "choice": KEYS,
    "hidden": (*KEYS, "a year", "year 9999"),
    "button": ("nul", "23 digits", "50 KB"),
    "read": (*KEYS, "50 KB", "year 0", "year 9999", "day 9999"),
}
# What another database answers otherwise than SQLite: NUL, ranges, lengths.
ELSEWHERE = ("nul", "23 digits", "18 digits", "below", "long", "year 1", "year 9999", "day 9999")


def values_for(kind: str, *, elsewhere: bool = False) -> dict[str, str]:
    """What is tried of fields of *kind*, by its name."""
    return {said: VALUES[said] for said in KINDS[kind] if said in ELSEWHERE or not elsewhere}


@dataclass(frozen=True)
class Form:
    """A form as a page shows it: where it goes, and what it sends if nobody changes anything."""

    action: str
    sends: dict[str, Any]
    kinds: dict[str, str]  # of each field: text, number, date, choice, hidden, file, button

    @property
    def name(self) -> tuple[str, frozenset[str]]:
        """What two forms of one kind have in common: the view, and the fields without the keys in their names."""
        return view_of(self.action), frozenset(re.sub(r"\d+", "#", name) for name in self.kinds)


def view_of(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""


def forms_of(page: str, at: str) -> Iterator[Form]:
    """The forms of *page* that change something; what is required and empty is filled in plainly."""
    tree = read(page)
    outside = [node for node in tree.walk() if node.attrs.get("form")]
    for form in tree.all("form"):
        fields = [*form.walk(), *(node for node in outside if node.attrs["form"] == form.attrs.get("id"))]
        buttons = [node for node in fields if node.tag == "button"]
        actions = {form.attrs.get("action") or at} if form.attrs.get("method", "").lower() == "post" else set()
        actions |= {node.attrs["formaction"] for node in buttons if node.attrs.get("formaction")}
        actions |= {node.attrs["hx-post"] for node in [form, *fields] if node.attrs.get("hx-post")}
        for action in sorted(actions):
            sends, kinds = _fields(fields)
            yield Form(action, sends, kinds)


def _fields(nodes: list[Node]) -> tuple[dict[str, Any], dict[str, str]]:
    sends: dict[str, Any] = {}
    kinds: dict[str, str] = {}
    for node in nodes:
        name = node.attrs.get("name", "")
        if not name or name == "csrfmiddlewaretoken" or "disabled" in node.attrs:
            continue
        if node.tag == "select":
            options = node.all("option")
            chosen = [one for one in options if "selected" in one.attrs] or options
            value = next((one.attrs.get("value", "") for one in [*chosen, *options] if one.attrs.get("value")), "")
            sends[name], kinds[name] = value, "choice"
        elif node.tag == "textarea":
            sends[name], kinds[name] = node.text() or "文字", "text"
        elif node.tag == "button":
            kinds.setdefault(name, "button")
            if "value" in node.attrs:
                sends.setdefault(name, node.attrs["value"])
        elif node.tag == "input":
            _input(name, node.attrs, sends, kinds)
    return sends, kinds


def _input(name: str, attrs: dict[str, str], sends: dict[str, Any], kinds: dict[str, str]) -> None:
    kind, value = attrs.get("type", "text"), attrs.get("value", "")
    if kind in ("radio", "checkbox"):
        kinds[name] = "choice"
        if "checked" in attrs or name not in sends:
            sends[name] = value
    elif kind == "hidden":
        sends[name], kinds[name] = value, "hidden"
    elif kind == "date":
        sends[name], kinds[name] = value or "2026-06-01", "date"
    elif kind == "number" or attrs.get("inputmode") in ("decimal", "numeric"):
        sends[name], kinds[name] = value or "1", "number"
    elif kind == "file":
        kinds[name] = "file"
    else:
        sends[name], kinds[name] = value or "文字", "text"


@contextmanager
def names_read() -> Iterator[set[str]]:
    """The names that pages look up in what was sent meanwhile."""
    found: set[str] = set()
    plain = MultiValueDict.__getitem__, getattr(MultiValueDict, "_getlist")  # noqa: B009, MultiValueDict.__contains__

    def note(self: Any, key: Any) -> None:
        if isinstance(self, QueryDict) and isinstance(key, str):
            found.add(key)

    def item(self: Any, key: Any) -> Any:
        note(self, key)
        return plain[0](self, key)

    def several(self: Any, key: Any, *more: Any, **named: Any) -> Any:
        note(self, key)
        return plain[1](self, key, *more, **named)

    def inside(self: Any, key: Any) -> bool:
        note(self, key)
        return bool(dict.__contains__(self, key))

    with (
        patch.object(MultiValueDict, "__getitem__", item),
        patch.object(MultiValueDict, "_getlist", several),
        patch.object(QueryDict, "__contains__", inside, create=True),
    ):
        yield found
