"""What people change by hand in sentences with figures: which figures still stand, which say what they were.

A run that was changed has `"was"` (the text it had) and perhaps `"reason"`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

from dispatch.prose.wording import Paragraph, Run, joined

TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?%?|\n|\s|.", re.S)


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


def stay(paragraphs: Iterable[Paragraph], said: Mapping[str, str]) -> list[Paragraph]:
    """*paragraphs* where the figures that hang on a changed one and stay as the data have them say why (`stays`)."""
    return [
        [
            {**run, "stays": said[run["key"]]} if "was" not in run and said.get(run.get("key", "")) else run
            for run in runs
        ]
        for runs in paragraphs
    ]


def staying(paragraphs: Iterable[Paragraph]) -> dict[str, str]:
    """What was said of the figures that stay, by key."""
    return {run["key"]: run["stays"] for runs in paragraphs for run in runs if run.get("stays")}


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
