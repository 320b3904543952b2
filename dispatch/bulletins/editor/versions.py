"""What a bulletin said at two moments, side by side: what was taken out and what was put in, paragraph by paragraph.
Figures are compared whole. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from dispatch.bulletins.editor.structure import Block, printed
from dispatch.prose.hand import TOKEN
from dispatch.prose.wording import text_of

Kind = Literal["same", "out", "in"]
GAP = "　"  # between the cells of a row
MOST = 2000  # rows of a table that are kept to be compared


@dataclass(frozen=True)
class Bit:
    """A stretch of text that stands in both, was taken out, or was put in."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Compared:
    """A part of the bulletin: its heading and the paragraphs in which something differs."""

    title: str
    heading: tuple[Bit, ...]
    lines: tuple[tuple[Bit, ...], ...]

    @property
    def renamed(self) -> bool:
        return any(bit.kind != "same" for bit in self.heading)


def parts_of(content: Sequence[Block], letter: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is printed as plain parts: the frame, then sections and tables in the order of the page."""
    frame = [*letter["title_lines"], letter["addressee"], letter["copies"]]
    found: list[dict[str, Any]] = [{"key": "", "heading": "", "lines": [line for line in frame if line]}]
    for block in printed(content):
        if "rows" in block:
            rows = [[column["label"] for column in block["columns"]]]
            rows += [[cell["text"] for cell in row] for row in block["rows"][:MOST]]
            lines = [GAP.join(row) for row in rows]
        else:
            lines = text_of(block["paragraphs"]).split("\n") if block["paragraphs"] else []
        heading = block.get("heading") or block.get("title", "")
        found.append({"key": block["key"], "heading": heading, "lines": lines})
    return found


def compared(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> list[Compared]:
    """The parts that differ, in the order of the newer one; what is only in the older comes last."""
    was = {part["key"]: part for part in old}
    now = {part["key"] for part in new}
    nothing = {"heading": "", "lines": []}
    pairs = [(was.get(part["key"], nothing), part) for part in new]
    pairs += [(part, nothing) for part in old if part["key"] not in now]
    found = []
    for before, after in pairs:
        if before["heading"] != after["heading"] or list(before["lines"]) != list(after["lines"]):
            heading = tuple(bits(before["heading"], after["heading"]))
            found.append(
                Compared(
                    after["heading"] or before["heading"], heading, tuple(_lines(before["lines"], after["lines"]))
                )
            )
    return found


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Bit, ...]]:
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        before, after = list(old[a:b]), list(new[c:d])
        size = max(len(before), len(after))
        for was, now in zip(before + [""] * (size - len(before)), after + [""] * (size - len(after)), strict=True):
            yield tuple(bits(was, now))


def bits(old: str, new: str) -> Iterator[Bit]:
    """How *new* came of *old*."""
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            yield Bit("same", "".join(before[a:b]))
            continue
        if b > a:
            yield Bit("out", "".join(before[a:b]))
        if d > c:
            yield Bit("in", "".join(after[c:d]))
