"""Sentences with figures in them: a tiny formatter for a county's wording, and what people change by hand.

A paragraph is a list of runs. A run is `{"text"}`, or a figure `{"text", "key", "value", "href"}`; one that was
changed by hand has `"was"` (the text it had) and perhaps `"reason"`. Runs are plain JSON: they are stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

Run = dict[str, Any]
Paragraph = list[Run]

PART = re.compile(r"\{(?P<name>\w+)(?::(?P<words>[^{}]*))?\}|(?P<open>\[\??)|(?P<close>\])|(?P<text>[^{}\[\]]+)")
TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?%?|\n|\s|.", re.S)


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


Value = Figure | Sequence[Run] | str | int | None


def names(template: str) -> list[str]:
    """The values that *template* asks for, in order. Raises WordingError where it can't be rendered."""
    parts = _paired(template)
    for part in parts:
        if (part["words"] or "").count("|") > 2:
            raise WordingError(template)
    return [part["name"] for part in parts if part["name"]]


def render(template: str, values: Mapping[str, Value]) -> Paragraph:
    """*template* with *values*.

    `{name}` is a value, `{name:above|below|level}` the word for its sign. `[…]` is left out when a value in it is
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
    if not isinstance(value, Figure):
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


def reconcile(system: list[Paragraph], text: str, reasons: Mapping[str, str]) -> list[Paragraph]:
    """What a person wrote, as runs: figures of *system* that still stand are figures, others say what they were.

    Numbers are compared whole, so that 116.3 is not 16.3 with something before it. A figure whose place no longer
    has a number was taken out on purpose and needs no reason.
    """
    text = "\n".join(line.strip() for line in text.replace("\r", "").split("\n") if line.strip())
    old = [(token, run) for at, runs in enumerate(system) for token, run in _tokens(runs, at)]
    new = TOKEN.findall(text)
    matcher = SequenceMatcher(None, [token for token, _run in old], new, autojunk=False)
    same: dict[int, int] = {}
    for block in matcher.get_matching_blocks():
        same.update(zip(range(block.a, block.a + block.size), range(block.b, block.b + block.size), strict=True))

    marks: dict[int, tuple[int, Run]] = {}  # where a figure begins in the new tokens: (where it ends, its run)
    taken: set[int] = set()
    for start, end, run in _places(old):
        places = [same[at] for at in range(start, end) if at in same]
        if len(places) == end - start and places[-1] - places[0] == end - start - 1:
            marks[places[0]] = (places[-1] + 1, run)
            taken.update(places)
            continue
        if run["key"].startswith("name.") or not any(char.isdigit() for char in run["text"]):
            continue  # a name may be written otherwise
        low = max((same[at] + 1 for at in range(start) if at in same), default=0)
        high = min((same[at] for at in range(end, len(old)) if at in same), default=len(new))
        for at in range(low, high):
            if new[at][0].isdigit() and at not in taken:
                hand = {"text": new[at], "key": run["key"], "value": run["value"], "href": run["href"]}
                hand |= {"was": run["text"], "reason": reasons.get(run["key"], "")}
                marks[at] = (at + 1, hand)
                taken.add(at)
                break
    return _rebuilt(new, marks)


def _tokens(runs: Paragraph, at: int) -> Iterable[tuple[str, Run]]:
    if at:
        yield "\n", {"text": "\n"}
    for run in runs:
        for token in TOKEN.findall(run["text"]):
            yield token, run


def _places(old: list[tuple[str, Run]]) -> Iterable[tuple[int, int, Run]]:
    at = 0
    while at < len(old):
        run, start = old[at][1], at
        while at < len(old) and old[at][1] is run:
            at += 1
        if "key" in run:
            yield start, at, run


def _rebuilt(new: list[str], marks: dict[int, tuple[int, Run]]) -> list[Paragraph]:
    paragraphs: list[Paragraph] = [[]]
    at = 0
    while at < len(new):
        if at in marks:
            end, run = marks[at]
            paragraphs[-1].append({**run, "text": "".join(new[at:end])})
            at = end
            continue
        if new[at] == "\n":
            paragraphs.append([])
        else:
            paragraphs[-1].append({"text": new[at]})
        at += 1
    return [runs for runs in map(joined, paragraphs) if runs]


def changed(paragraphs: Iterable[Paragraph]) -> list[Run]:
    """The figures changed by hand."""
    return [run for runs in paragraphs for run in runs if "was" in run]


def refreshed(paragraphs: list[Paragraph], system: list[Paragraph]) -> list[Paragraph]:
    """Paragraphs edited by hand with the newest figures of *system* in their places; changed ones stay as changed."""
    newest = {run["key"]: run for runs in system for run in runs if "key" in run}
    result = []
    for runs in paragraphs:
        line: Paragraph = []
        for run in runs:
            fresh = newest.get(run.get("key", ""))
            if fresh is None:
                line.append({"text": run["text"]} if "key" in run else run)
            elif "was" in run:
                same = run["text"] == fresh["text"]
                line.append(fresh if same else {**run, "was": fresh["text"], "value": fresh["value"]})
            else:
                line.append(fresh)
        result.append(joined(line))
    return result
