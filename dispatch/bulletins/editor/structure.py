"""What an office changes about the make of a bulletin: headings, title, addressee, copies; sections and annexes left
out, added, moved; which columns its tables have and what they are called. Pure.

All of it is one value, the shape, which a bulletin keeps beside its text: `letter` (title_lines, addressee, copies),
`blocks` by key (heading, out), `columns` by table (annex.behind, or ranking for all groups) with what each is called,
`own` (sections that were added), `order` (keys). The text follows it whenever the figures are taken anew.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.refusals import Wrong
from dispatch.prose.hand import refreshed

Block = dict[str, Any]
Shape = Mapping[str, Any]

TITLE_LINES, LONGEST, HEADING, ADDRESSEE = 4, 40, 60, 300  # lines of a title; characters of one, a heading, an address
COLUMN = 20  # characters over a column
OWN = "own"  # what the key of an added section begins with
MOST_OWN = 20
WORDS: tuple[str, ...] = ("paragraphs", "edited", "version", "proposed")  # what a block has of people
FRAME = ("title_lines", "addressee", "copies")
#: What the columns are called that a county's wording can name and doesn't.
LABELS = {
    "rank": "名次", "number": "序号", "name": "名称", "unit": "责任单位", "projects": "项目数", "plan": "年度计划",
    "done": "完成投资", "rate": "完成率（%）", "gap": "与序时进度差（百分点）", "start_rate": "开工率（%）",
    "entry_rate": "入统率（%）", "movement": "位次变化", "reason": "情况",
}  # fmt: skip


def printed(blocks: Iterable[Block]) -> list[Block]:
    """Those that stand on the page."""
    return [block for block in blocks if not block.get("out")]


def content_of(draft: Sequence[Block], content: Iterable[Block], shape: Shape) -> list[Block]:
    """The blocks of *draft* with the words that stand in *content*, made as *shape* says."""
    have = {block["key"]: block for block in content}
    blocks: dict[str, Block] = {}
    leads: dict[str, str] = {}  # the section that a table stands under
    lead = ""
    for block in draft:
        mine = have.get(block["key"], {})
        words = {key: mine[key] for key in WORDS if key in mine} if _says(block) else {}
        blocks[block["key"]] = {**block, **words}
        if block["kind"] == "table":
            leads[block["key"]] = lead
        elif block["kind"] != "annex":
            lead = block["key"]
    for one in shape.get("own", ()):
        new = {
            "key": one["key"],
            "kind": "written",
            "heading": one["heading"],
            "hint": "",
            "paragraphs": [],
            "version": 1,
        }
        words = {key: value for key, value in have.get(one["key"], {}).items() if key in WORDS}
        blocks[one["key"]] = {**new, **words, "own": True}
    for key, block in blocks.items():
        told = shape.get("blocks", {}).get(key, {})
        if told.get("heading"):
            block["heading" if "heading" in block else "title"] = told["heading"]
        if told.get("out") or shape.get("blocks", {}).get(leads.get(key, ""), {}).get("out"):
            block["out"] = True
    found: list[Block] = []
    for key in _ordered(blocks, shape):
        found += [blocks[key], *(blocks[table] for table, under in leads.items() if under == key)]
    return found + [blocks[table] for table, under in leads.items() if not under]


def taken_anew(fresh: Sequence[Block], content: Sequence[Block], shape: Shape) -> list[Block]:
    """*content* with the newest figures, those of *fresh*: generated text anew, edited text keeps its words."""
    own = {block["key"]: block for block in content}
    found = []
    for block in fresh:
        mine = own.get(block["key"])
        if mine is None or not _says(block):
            found.append(block)
        elif mine.get("edited") or (block["kind"] == "written" and mine["paragraphs"] and not mine.get("proposed")):
            kept = refreshed(mine["paragraphs"], block["paragraphs"])
            own_words = {"paragraphs": kept, "edited": mine.get("edited"), "version": mine["version"] + 1}
            found.append({**block, **own_words, "proposed": False})
        else:  # what a person has looked at needn't be looked at again where it says the same
            seen = not mine.get("proposed") and mine["paragraphs"] == block["paragraphs"]
            again = {"proposed": False} if seen and "proposed" in block else {}
            found.append({**block, **again, "version": mine["version"] + 1})
    return content_of(fresh, [*found, *(block for block in content if block.get("own"))], shape)


def _says(block: Block) -> bool:
    return "paragraphs" in block


def _ordered(blocks: Mapping[str, Block], shape: Shape) -> list[str]:
    """Keys of sections, then of annexes, as they stand; one that the order doesn't know yet comes after the one that
    it was generated after."""
    after = {one["key"]: one.get("after", "") for one in shape.get("own", ())}
    natural = [key for key, block in blocks.items() if block["kind"] != "table" and key not in after]
    for key, before in after.items():
        at = natural.index(before) + 1 if before in natural else sum(blocks[k]["kind"] != "annex" for k in natural)
        natural.insert(at, key)
    keys = [key for key in shape.get("order", ()) if key in natural]
    for at, key in enumerate(natural):
        if key not in keys:
            keys.insert(keys.index(natural[at - 1]) + 1 if at else 0, key)
    return sorted(keys, key=lambda key: blocks[key]["kind"] == "annex")


# changes ------------------------------------------------------------------------------------------------------------


def framed(shape: Shape, name: str, value: Any, generated: Any) -> Shape:
    """*name* of `FRAME` reads *value*; what was generated isn't kept."""
    letter = {**shape.get("letter", {}), name: value}
    if value == generated:
        del letter[name]
    return {**shape, "letter": letter}


def named(shape: Shape, key: str, heading: str, generated: str) -> Shape:
    """The block *key* is called *heading*; nothing is called as it was generated."""
    if any(one["key"] == key for one in shape.get("own", ())):
        own = [{**one, "heading": heading or one["heading"]} if one["key"] == key else one for one in shape["own"]]
        return {**shape, "own": own}
    return _about(shape, key, heading="" if heading == generated else heading)


def left_out(shape: Shape, key: str, out: bool) -> Shape:
    """The block *key* isn't printed, or is again."""
    return _about(shape, key, out=out)


def _about(shape: Shape, key: str, **told: Any) -> Shape:
    blocks = copy.deepcopy(dict(shape.get("blocks", {})))
    blocks[key] = {name: value for name, value in {**blocks.get(key, {}), **told}.items() if value}
    return {**shape, "blocks": {name: value for name, value in blocks.items() if value}}


def added(shape: Shape, after: str, heading: str) -> Shape:
    """A section to be written stands after *after*. Raises Wrong."""
    own = shape.get("own", [])
    if len(own) >= MOST_OWN:
        raise Wrong({"new": _("%(n)s sections are added already: leave one out first") % {"n": MOST_OWN}})
    numbers = [int(one["key"].removeprefix(OWN)) for one in own]
    new = {"key": f"{OWN}{max(numbers, default=0) + 1}", "heading": heading, "after": after}
    order = list(shape.get("order", []))
    if after in order:
        order.insert(order.index(after) + 1, new["key"])
    return {**shape, "own": [*own, new], "order": order}


def moved(shape: Shape, content: Sequence[Block], key: str, step: int) -> Shape:
    """The section or annex *key* changes places with the printed one before (-1) or after it (1), if there is one."""
    order = [block["key"] for block in content if block["kind"] != "table"]
    kinds = {block["key"]: block["kind"] == "annex" for block in content}
    beside = [block["key"] for block in printed(content) if block["key"] in order]
    beside = [one for one in beside if kinds[one] == kinds.get(key)]
    if key not in beside or not 0 <= (at := beside.index(key) + step) < len(beside):
        return shape
    here, there = order.index(key), order.index(beside[at])
    order[here], order[there] = order[there], order[here]
    return {**shape, "order": order}


def with_columns(shape: Shape, table: str, columns: Sequence[Mapping[str, Any]], generated: Any) -> Shape:
    """The *table* has these *columns* in this order. Raises Wrong without any."""
    if not columns:
        raise Wrong({"columns": _("A table has at least one column")})
    chosen = {**shape.get("columns", {}), table: [dict(column) for column in columns]}
    if chosen[table] == [dict(column) for column in generated]:
        del chosen[table]
    return {**shape, "columns": chosen}


def headed(
    shape: Shape, table: str, heads: Mapping[str, str], known: Mapping[str, Mapping[str, Any]], generated: Any
) -> Shape:
    """The columns of *table* are called as *heads* says, by their keys; nothing is called as it is in *known*."""
    columns = []
    for column in shape.get("columns", {}).get(table, generated):
        usual = known[column["key"]]["label"] if column["key"] in known else column["label"]
        head = heads.get(column["key"], flat(column["label"]))
        kept = column["label"] if head == flat(column["label"]) else head  # with its break of line
        columns.append({**column, "label": usual if head in ("", flat(usual)) else kept})
    return with_columns(shape, table, columns, generated)


def flat(label: str) -> str:
    """What stands over a column as one line."""
    return label.replace("\n", "")


def worded(wording: Mapping[str, Any], shape: Shape) -> Mapping[str, Any]:
    """The county's *wording* with the columns that *shape* chose."""
    chosen = shape.get("columns", {})
    if not chosen:
        return wording
    annexes = [
        {**annex, "columns": chosen.get(f"annex.{annex['list']}", annex["columns"])}
        for annex in wording.get("annex", ())
    ]
    ranking = wording.get("ranking", {})
    if "ranking" in chosen and ranking:
        ranking = {**ranking, "columns": chosen["ranking"]}
    return {**wording, "annex": annexes, "ranking": ranking}


def tables_of(wording: Mapping[str, Any]) -> dict[str, Sequence[Mapping[str, Any]]]:
    """The columns of each table as the county's *wording* has them."""
    found = {f"annex.{annex['list']}": annex["columns"] for annex in wording.get("annex", ())}
    if wording.get("ranking"):
        found["ranking"] = wording["ranking"]["columns"]
    return found


def demand_shape(shape: Shape) -> None:
    """Raises Wrong where it can't be printed."""
    wrong = {}
    lines = shape.get("letter", {}).get("title_lines")
    if lines is not None and not (0 < len(lines) <= TITLE_LINES and all(len(line) <= LONGEST for line in lines)):
        said = _("A title has one to %(n)s lines of at most %(long)s characters")
        wrong["title_lines"] = said % {"n": TITLE_LINES, "long": LONGEST}
    if any(len(shape.get("letter", {}).get(name, "")) > ADDRESSEE for name in FRAME[1:]):
        wrong["addressee"] = _("At most %(long)s characters") % {"long": ADDRESSEE}
    headings = [told.get("heading", "") for told in shape.get("blocks", {}).values()]
    if any(len(heading) > HEADING for heading in [*headings, *(one["heading"] for one in shape.get("own", ()))]):
        wrong["heading"] = _("A heading has at most %(long)s characters") % {"long": HEADING}
    heads = [column["label"] for columns in shape.get("columns", {}).values() for column in columns]
    if any(len(head) > COLUMN for head in heads):
        wrong["columns"] = _("The heading of a column has at most %(long)s characters") % {"long": COLUMN}
    if any(not one["heading"] for one in shape.get("own", ())):
        wrong["new"] = _("Write the heading of the new section")
    if wrong:
        raise Wrong(wrong)


def differences(
    before: tuple[Mapping[str, Any], Sequence[Block]], after: tuple[Mapping[str, Any], Sequence[Block]]
) -> list[tuple[str, str, str]]:
    """(what, how it was, how it is) between two makes, each its frame and its blocks."""
    (frame, old), (framed_now, new) = before, after
    found = [
        (name, _text(frame.get(name)), _text(framed_now.get(name)))
        for name in FRAME
        if frame.get(name) != framed_now.get(name)
    ]
    was = {block["key"]: block for block in old}
    for block in new:
        then = was.get(block["key"])
        if then is None:
            found.append((block["key"], "", _title(block)))
            continue
        if _title(then) != _title(block):
            found.append((block["key"], _title(then), _title(block)))
        if bool(then.get("out")) != bool(block.get("out")):
            found.append((block["key"], _standing(then), _standing(block)))
        if (columns := _columns(then)) != _columns(block):
            found.append((block["key"], columns, _columns(block)))
    orders = [[block["key"] for block in blocks if block["key"] in was] for blocks in (old, new)]
    if orders[0] != orders[1]:
        old_order, new_order = ("、".join(_title(was[key]) for key in order) for order in orders)
        found.append(("order", old_order, new_order))
    return found


def _standing(block: Block) -> str:
    return _("%(heading)s (left out)") % {"heading": _title(block)} if block.get("out") else _title(block)


def _title(block: Block) -> str:
    return str(block.get("heading") or block.get("title", ""))


def _columns(block: Block) -> str:
    return "、".join(flat(column["label"]) for column in block.get("columns", ()))


def _text(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list | tuple) else str(value or "")
