"""What the editor shows beside the text: who edits, and of what the bulletin is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation

from dispatch.bulletins.editor.structure import LABELS, Block, flat, printed, tables_of
from dispatch.bulletins.letter import letter, words_of
from dispatch.bulletins.links import linking
from dispatch.bulletins.models import Bulletin
from dispatch.prose.blocks import build, numeral
from dispatch.prose.rules import PROJECT_COLUMNS, UNIT_COLUMNS
from dispatch.prose.wording import text_of

OPENING = 12  # characters by which a section without a heading is known


@dataclass(frozen=True)
class Part:
    """A section, table or annex in the list: *label* is what stands before its heading; *name* is its heading, else
    how it begins; *last*, *first* of those that it changes places with."""

    key: str
    label: str
    heading: str
    name: str
    moves: bool
    first: bool
    last: bool
    section: bool


@dataclass(frozen=True)
class Column:
    """A column; *label* is what stands over it, or was typed; *known* what it is called in the list."""

    key: str
    label: str
    known: str = ""


@dataclass(frozen=True)
class Table:
    """The columns that a table has, in their order, and those that it could have."""

    key: str
    title: str
    columns: tuple[Column, ...]
    more: tuple[Column, ...]


@dataclass(frozen=True)
class Layout:
    """All that can be changed about the make of a bulletin."""

    title: str
    addressee: str
    copies: str
    new: str  # the heading of a section that is to be added
    parts: tuple[Part, ...]
    left_out: tuple[Block, ...]
    tables: tuple[Table, ...]


def layout(bulletin: Bulletin, typed: Mapping[str, str] | None = None) -> Layout:
    """The make of *bulletin*; with what was *typed* into the form, where that was refused."""
    typed = typed or {}
    framed, there = letter(bulletin), printed(bulletin.content)
    parts, numbers = [], {"section": 0, "annex": 0}
    moving = [(block["key"], block["kind"] == "annex") for block in there if block["kind"] != "table"]
    for block in there:
        annex, table = block["kind"] == "annex", block["kind"] == "table"
        label = ("图" if "chart" in block else "表") if table else "附件" if annex else ""
        if not table:
            which = "annex" if annex else "section"
            said = not annex and not (block["paragraphs"] and block["heading"])  # then it has no number
            label = f"附件{numbers[which] + 1}" if annex else "" if said else f"{numeral(numbers[which])}、"
            numbers[which] += not said
        alike = [key for key, kind in moving if kind == annex]
        ends = not table and (alike[0] == block["key"], alike[-1] == block["key"])
        heading = typed.get(f"heading:{block['key']}", block.get("heading") or block.get("title", ""))
        first, last = ends or (True, True)
        name = heading or f"{text_of(block.get('paragraphs', ()))[:OPENING]}…"
        parts.append(Part(block["key"], label, heading, name, not table, first, last, not (table or annex)))
    gone = [block for block in bulletin.content if block.get("out")]
    return Layout(
        title=typed.get("title_lines", "\n".join(framed.title_lines)),
        addressee=typed.get("addressee", framed.addressee),
        copies=typed.get("copies", framed.copies),
        new=typed.get("new", ""),
        parts=tuple(parts),
        left_out=tuple(gone),
        tables=tuple(_tables(bulletin, there, typed)),
    )


def _tables(bulletin: Bulletin, there: Sequence[Block], typed: Mapping[str, str]) -> list[Table]:
    wording, chosen = words_of(bulletin), bulletin.shape.get("columns", {})
    titles = {block["key"].partition(".")[0] if block["kind"] == "table" else block["key"]: block["title"]
              for block in there if "rows" in block}  # fmt: skip
    known = columns_of(wording)
    found = []
    for key, generated in tables_of(wording).items():
        if key not in titles:
            continue
        now = [
            Column(one["key"], typed.get(f"column:{key}:{one['key']}", flat(one["label"])), flat(one["label"]))
            for one in chosen.get(key, generated)
        ]
        have = {column.key for column in now}
        more = [Column(name, flat(one["label"])) for name, one in known[key].items() if name not in have]
        found.append(Table(key, titles[key], tuple(now), tuple(more)))
    return found


def tables_anew(bulletin: Bulletin, wording: Mapping[str, Any]) -> list[Block]:
    """The blocks as they were generated, their tables with the columns of *wording*."""
    with translation.override(settings.LANGUAGE_CODE):
        built = build(bulletin.figures, wording, county=bulletin.county.short_name, link=linking(bulletin.figures))
    fresh = {block["key"]: block for block in built if "rows" in block}
    return [fresh.get(block["key"], block) for block in bulletin.draft]


def as_generated(bulletin: Bulletin) -> list[Block]:
    """The blocks as they were generated, with the county's own columns whichever the office chose."""
    chosen = bulletin.shape.get("columns")
    return tables_anew(bulletin, words_of(bulletin)) if chosen else list(bulletin.draft)


def columns_of(wording: Mapping[str, Any]) -> dict[str, dict[str, Mapping[str, Any]]]:
    """By table every column that it can have, by its key: as the county's wording names it here or in another table,
    else as it is usually called."""
    tables = tables_of(wording)
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for table, columns in tables.items():
        could = UNIT_COLUMNS if table == "ranking" else PROJECT_COLUMNS
        elsewhere = [
            one for name, others in tables.items() if (name == "ranking") == (table == "ranking") for one in others
        ]
        named = {one["key"]: one for one in [*elsewhere, *columns]}
        usual = {key: {"key": key, "label": LABELS[key], "share": 1} for key in could if key in LABELS}
        found[table] = {key: named.get(key) or usual[key] for key in dict.fromkeys([*named, *usual])}
    return found
