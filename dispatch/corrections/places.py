"""Where something stands in a bulletin, and how a correction says it. Pure: the paper's language is Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dispatch.prose.blocks import numeral
from dispatch.prose.wording import text_of

Block = Mapping[str, Any]


def ordinal(number: int) -> str:
    """一, 二 … for the *number*th, counted from 1."""
    return numeral(number - 1)


def places(blocks: Sequence[Block], title: str, stood: str) -> list[str]:
    """The places in which *stood* stands, in the order of the pages, as a correction names them."""
    return list(_places(blocks, title, stood))


def _places(blocks: Sequence[Block], title: str, stood: str) -> Iterator[str]:
    if stood in title:
        yield "标题"
    section, tables = 0, 0
    annexes = [block for block in blocks if block["kind"] == "annex"]
    for block in blocks:
        match block["kind"]:
            case "table":
                tables += 1
                yield from _rows(block, f"“{block['title']}”{'图' if 'chart' in block else '表'}", stood)
            case "annex":
                at = annexes.index(block) + 1
                yield from _rows(block, f"附件{at}" if len(annexes) > 1 else "附件", stood)
            case _ if block["paragraphs"]:
                section += bool(block["heading"])
                where = f"第{ordinal(section)}部分" if block["heading"] else ""
                for at, runs in enumerate(block["paragraphs"], start=1):
                    if stood in text_of([runs]):
                        yield f"{where}第{ordinal(at)}段"


def _rows(block: Block, where: str, stood: str) -> Iterator[str]:
    for at, row in enumerate(block["rows"], start=1):
        if any(stood in cell["text"] for cell in row):
            yield f"{where}第{at}行"


def sentences(title: str, number: str, place: str, stood: str, right: str, why: str) -> list[str]:
    """The correction of one thing, paragraph by paragraph."""
    return [
        f"《{title}》（{number}）{place}“{stood}”更正为“{right}”。",
        f"更正原因：{why.rstrip('。')}。其他内容不变。",
    ]
