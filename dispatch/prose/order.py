"""Which sections and annexes a kind of bulletin has, in which order: the county's own structure. Pure.

`section` and `annex` are what there are words for; `more` are a county's own beside those, or in place of one with the
same key. `order` names the sections that are printed, as they stand; `annexes` the annexes. Without them all stand as
they are written, but those with on = false.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Words = Mapping[str, Any]


def known_sections(wording: Words) -> dict[str, Words]:
    """Every section that there are words for, by key."""
    return {one["key"]: one for one in (*wording.get("section", ()), *wording.get("more", ()))}


def sections_of(wording: Words) -> list[Words]:
    """The sections of the paper."""
    known = known_sections(wording)
    if "order" in wording:
        return [known[key] for key in wording["order"]]
    return [one for one in known.values() if one.get("on", True)]


def annexes_of(wording: Words) -> list[Words]:
    """The annexes of the paper, those that turn out to be empty among them."""
    known = {one["list"]: one for one in wording.get("annex", ())}
    if "annexes" in wording:
        return [known[key] for key in wording["annexes"]]
    return [one for one in known.values() if one.get("on", True)]
