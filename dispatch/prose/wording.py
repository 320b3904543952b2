"""Sentences with figures in them: a tiny formatter for a county's wording.

A paragraph is a list of runs. A run is `{"text"}`, or a figure `{"text", "key", "value", "href"}`; what a person made
of one says `dispatch.prose.hand`. Runs are plain JSON: they are stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Run = dict[str, Any]
Paragraph = list[Run]

PART = re.compile(r"\{(?P<name>\w+)(?::(?P<words>[^{}]*))?\}|(?P<open>\[\??)|(?P<close>\])|(?P<text>[^{}\[\]]+)")


class WordingError(ValueError):
    """A wording that can't be rendered; the message quotes it."""


@dataclass(frozen=True)
class Figure:
    """A figure in a sentence. *sign* is that of its value, for the choice of words; *zero* leaves out its clause."""

    key: str
    text: str
    value: str | int | None = None
    href: str = ""
    sign: int = 1

    def run(self) -> Run:
        return {"text": self.text, "key": self.key, "value": self.value, "href": self.href}


class Names(list[Run]):
    """Names in a row; *size* is how many, for the choice of words."""

    def __init__(self, runs: Iterable[Run] = (), size: int = 0) -> None:
        super().__init__(runs)
        self.size = size


Value = Figure | Names | Sequence[Run] | str | int | None


def names(template: str) -> list[str]:
    """The values that *template* asks for, in order. Raises WordingError where it can't be rendered."""
    parts = _paired(template)
    for part in parts:
        if (part["words"] or "").count("|") > 2:
            raise WordingError(template)
    return [part["name"] for part in parts if part["name"]]


def render(template: str, values: Mapping[str, Value]) -> Paragraph:
    """*template* with *values*.

    `{name}` is a value, `{name:above|below|level}` the word for its sign, none where it is unknown; of names in a row
    the word for many, one, none of them. `[…]` is left out when a value in it is
    missing, zero or empty; `[?…]` only when one is missing: a zero is said. Raises WordingError for an unknown name or
    an unpaired bracket.
    """
    return joined(_clause(template, _paired(template), 0, values)[0])


def _paired(template: str) -> list[re.Match[str]]:
    """The parts of *template*, whose brackets pair."""
    parts = list(_parse(template))
    depth = 0
    for part in parts:
        depth += bool(part["open"]) - bool(part["close"])
        if depth < 0:
            break
    if depth:
        raise WordingError(template)
    return parts


def _parse(template: str) -> Iterable[re.Match[str]]:
    at = 0
    while at < len(template):
        found = PART.match(template, at)
        if not found:
            raise WordingError(template)
        at = found.end()
        yield found


def _clause(
    template: str, parts: list[re.Match[str]], at: int, values: Mapping[str, Value]
) -> tuple[Paragraph, int, int]:
    """(runs, where it stopped, whether its values are 2 all said, 1 all known, 0 neither) up to a closing bracket."""
    runs: Paragraph = []
    said = 2
    while at < len(parts):
        part = parts[at]
        at += 1
        if part["text"]:
            runs.append({"text": part["text"]})
        elif part["open"]:
            inner, at, complete = _clause(template, parts, at, values)
            if complete >= (1 if part["open"] == "[?" else 2):
                runs += inner
        elif part["close"]:
            return runs, at, said
        else:
            if part["name"] not in values:
                raise WordingError(f"{{{part['name']}}}: {template}")
            value = values[part["name"]]
            if part["words"] is not None:
                runs.append({"text": _word(template, part["words"], value)})
            else:
                said = min(said, 2 if _says(value) else 1 if _known(value) else 0)
                runs += _runs(value)
    return runs, at, said


def _word(template: str, words: str, value: Value) -> str:
    above, below, level, *more = [*words.split("|"), "", ""]
    if any(more) or words.count("|") > 2:
        raise WordingError(template)
    if isinstance(value, Names):
        return above if value.size > 1 else below if value.size else level
    if not isinstance(value, Figure) or value.value is None:
        return ""
    return above if value.sign > 0 else below if value.sign < 0 else level


def _says(value: Value) -> bool:
    if isinstance(value, Figure):
        return value.value is not None and value.sign != 0
    return bool(value)


def _known(value: Value) -> bool:
    return value.value is not None if isinstance(value, Figure) else value is not None


def _runs(value: Value) -> Paragraph:
    if value is None:
        return []
    if isinstance(value, Figure):
        return [value.run()]
    if isinstance(value, str | int):
        return [{"text": str(value)}]
    return list(value)


def joined(runs: Iterable[Run]) -> Paragraph:
    """Neighbouring runs of mere text as one."""
    result: Paragraph = []
    for run in runs:
        if result and "key" not in run and "key" not in result[-1]:
            result[-1] = {"text": result[-1]["text"] + run["text"]}
        elif run["text"] or "key" in run:
            result.append(dict(run))
    return result


def text_of(paragraphs: Iterable[Paragraph]) -> str:
    """Paragraphs as a person edits them: one a line."""
    return "\n".join("".join(run["text"] for run in runs) for runs in paragraphs)


def unique(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """The same figure said twice gets a key for each place."""
    seen: dict[str, int] = {}
    for run in (run for runs in paragraphs for run in runs if "key" in run):
        seen[run["key"]] = seen.get(run["key"], 0) + 1
        if seen[run["key"]] > 1:
            run["key"] = f"{run['key']}#{seen[run['key']]}"
    return paragraphs


MARKS = re.compile(r"[，；、：\s]+(?=[，；。：）])|(?<=。)[，；、。]+|(?<=（)[，；、]+|（）")
NOTHING = "，；、。： "


def tidy(runs: Paragraph) -> Paragraph:
    """*runs* without the marks that clauses left out leave: none at the beginning, none twice; [] if nothing is
    said."""
    runs = joined({**run, "text": MARKS.sub("", run["text"])} if "key" not in run else run for run in runs)
    while runs and "key" not in runs[0] and not (text := runs[0]["text"].lstrip(NOTHING)):
        runs = runs[1:]
    if runs and "key" not in runs[0]:
        runs = [{"text": text}, *runs[1:]]
    return runs
