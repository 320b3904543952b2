"""Which figures are made of which: who changes one by hand is shown the others. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dispatch.prose.hand import changed
from dispatch.prose.wording import Paragraph, Run, text_of

Block = dict[str, Any]

#: By the first part of a figure's key (`rate` of `rate.unit.3`): what it is made of, of the same unit, class, project.
MADE_OF = {
    "rate": ("done", "plan"),
    "gap": ("rate", "pace"),
    "lag_change": ("gap",),
    "lead_change": ("gap",),
    "growth": ("done",),
    "as_one": ("projects",),
    "start_rate": ("started", "started_some", "due_to_start"),
    "not_started": ("due_to_start", "started", "started_some"),
    "entry_rate": ("entered", "entered_some", "due_to_enter"),
    "not_yet_entered": ("due_to_enter", "entered", "entered_some"),
    "open": ("carried", "raised", "closed"),
}
#: Of the county these are the sums of what units, classes and projects have.
SUMS = ("projects", "plan", "done", "own", "total_investment", "behind")


def base(key: str) -> str:
    """*key* without the mark of its second place in a text."""
    return key.split("#")[0]


def made_of(key: str) -> tuple[str, ...]:
    """The keys that the figure *key* is made of directly; "done.*" stands for those of all its parts."""
    name, dot, about = base(key).partition(".")
    found = tuple(f"{one}{dot}{about}" for one in MADE_OF.get(name, ()))
    return (*found, f"{name}.*") if name in SUMS and not about else found


def _hangs(key: str, on: str) -> bool:
    return any(one == on or (one.endswith(".*") and on.startswith(one[:-1])) for one in made_of(key))


def dependants(changed_keys: Iterable[str], keys: Iterable[str]) -> set[str]:
    """Those of *keys* that hang on one of *changed_keys*, directly or by others that needn't be printed."""
    known = {base(key) for key in keys}
    reach, found = {base(key) for key in changed_keys}, set()
    every = known | {one for key in known for one in _behind(key)}
    while True:
        more = {key for key in every - reach if any(_hangs(key, on) for on in reach)}
        if not more:
            return {key for key in keys if base(key) in found}
        reach |= more
        found |= more & known


def _behind(key: str) -> set[str]:
    """All that *key* is made of, down to the last."""
    found: set[str] = set()
    rest = [key]
    while rest:
        for one in made_of(rest.pop()):
            if not one.endswith("*") and one not in found:
                found.add(one)
                rest.append(one)
    return found


def depends(paragraphs: Iterable[Paragraph]) -> dict[str, list[str]]:
    """For each figure of a block, what it is made of."""
    keys = {run["key"] for runs in paragraphs for run in runs if "key" in run}
    return {key: list(made_of(key)) for key in sorted(keys) if made_of(key)}


# what has to be seen before it is signed ----------------------------------------------------------------------------


@dataclass(frozen=True)
class ToSee:
    """Something that stands in the way of sign-off: a figure changed without a reason (*run*), one that hangs on a
    changed one and stands as it was (*run*, *of*), a block left empty, a proposal that nobody confirmed."""

    block: str
    heading: str
    run: Run | None = None
    of: tuple[Run, ...] = ()
    proposed: bool = False


def to_see(blocks: Iterable[Block]) -> list[ToSee]:
    """All that has to be mended before *blocks* can be sent for sign-off."""
    blocks = [block for block in blocks if "paragraphs" in block]
    found = []
    hands = [run for block in blocks for run in changed(block["paragraphs"])]
    for block in blocks:
        empty = not text_of(block["paragraphs"]).strip()
        if block["kind"] == "written" and empty:
            found.append(ToSee(block["key"], block["heading"]))
        elif block.get("proposed"):
            found.append(ToSee(block["key"], block["heading"], proposed=True))
        if block["kind"] == "text":
            here = changed(block["paragraphs"])
            found += [ToSee(block["key"], block["heading"], run) for run in here if not run["reason"]]
    return found + list(_hanging(blocks, hands))


def _hanging(blocks: Iterable[Mapping[str, Any]], hands: list[Run]) -> Iterable[ToSee]:
    """Figures that hang on one of *hands* and stand as the data have them, without a word that they stay."""
    if not hands:
        return
    keys = {run["key"] for block in blocks for runs in block["paragraphs"] for run in runs if "key" in run}
    late = dependants((run["key"] for run in hands), keys)
    for block in blocks:
        for run in (run for runs in block["paragraphs"] for run in runs):
            if run.get("key") in late and "was" not in run and not run.get("stays"):
                bases = tuple(hand for hand in hands if run["key"] in dependants([hand["key"]], [run["key"]]))
                yield ToSee(block["key"], block["heading"], run, of=bases)
