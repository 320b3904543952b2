"""The letter that a bulletin is: what frames its blocks, and the document that both make. Pure.

A letter is made from the county's profile while the text is a draft. What is sent for sign-off keeps its letter, and
what is signed is read from that alone: a profile of next year doesn't touch a paper of this one.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dispatch.bulletins.editor.structure import printed
from dispatch.prose.blocks import numeral
from dispatch.prose.wording import Paragraph, Run, Value, render, text_of
from paper import document as paper
from paper.setting.bars import Bar, bar_charts

Block = dict[str, Any]

ROOM = "\u3000"  # what a draft has where its number and its day will stand
#: A heading of the second level that runs into its text.
RUN_IN = re.compile(r"（[一二三四五六七八九十]+）[^。]{1,30}。")


@dataclass(frozen=True)
class Letter:
    """What frames the blocks: head, address, signature; *remark* stands before the text.

    *word*, *number_form* and *date_form* are what number and date are made of when it is signed. *joint* issue it
    together with the office, *annotation* is what becomes of it outside (此件公开发布).
    """

    masthead: str
    number: str
    title_lines: tuple[str, ...]
    addressee: str = ""
    signature: str = ""
    date: str = ""
    copies: str = ""
    remark: str = ""
    word: str = ""
    number_form: str = ""
    date_form: str = ""
    joint: tuple[str, ...] = ()
    annotation: str = ""
    head: paper.Head = "document"

    def numbered(self, *, year: int, number: int | None, on: datetime.date | None, total: int | None = None) -> Letter:
        """With its number and its day; a draft has neither, but the room for them."""
        values: dict[str, Value] = {
            "year": str(year),
            "word": self.word,
            "number": str(number) if number else ROOM,
            "total": str(total) if total else ROOM,
        }
        day = self.date_form.format(
            year=on.year if on else year, month=on.month if on else ROOM, day=on.day if on else ROOM
        )
        return replace(self, number=text_of([render(self.number_form, values)]), date=day)

    def as_json(self) -> dict[str, Any]:
        """Without what is empty of later versions' making: what was kept before reads as it did."""
        said = {**asdict(self), "title_lines": list(self.title_lines), "joint": list(self.joint)}
        return {name: value for name, value in said.items() if value or name not in ("joint", "annotation")}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Letter:
        lines = {"title_lines": tuple(kept["title_lines"]), "joint": tuple(kept.get("joint", ()))}
        return cls(**{**kept, **lines})


def letter_of(
    wording: Mapping[str, Any],
    *,
    masthead: str,
    office: str,
    word: str,
    title: Sequence[str],
    year: int,
    number: int | None,
    on: datetime.date | None,
    remark: str = "",
    joint: tuple[str, ...] = (),
    annotation: str = "",
) -> Letter:
    """The frame in the county's words of today."""
    letter = Letter(
        masthead=masthead,
        number="",
        title_lines=tuple(title),
        addressee=wording.get("addressee", ""),
        signature=office,
        copies=wording.get("copies", ""),
        remark=remark,
        word=word,
        number_form=wording["number"],
        date_form=wording["date"],
        joint=joint,
        annotation=annotation,
        head=wording.get("head", "document"),
    )
    return letter.numbered(year=year, number=number, on=on)


#: Rows of an annex that are printed: 2,000 projects are some 190 pages, a minute and 1 GB of memory for the PDF.
MOST = 2_000
LEFT_OUT = "注：共{}行，此处印前{}行，全部见电子表格。"


def document_of(blocks: Sequence[Block], letter: Letter, *, site: str = "", most: int | None = MOST) -> paper.Document:
    """The document that *blocks* make. Figures link to *site* where it is given; *most* rows of an annex are in it, of
    a longer one its note says so."""
    blocks = printed(blocks)
    parts: list[paper.Block] = [paper.plain(letter.remark)] if letter.remark else []
    annexes = [block for block in blocks if block["kind"] == "annex"]
    number = 0
    for block in blocks:
        if block["kind"] == "table" and "chart" in block:
            parts += _charts(block, site)
        elif block["kind"] == "table":
            parts.append(_paper_table(block, block["title"], site))
        elif block["kind"] in ("text", "written") and block["paragraphs"]:
            if block["heading"]:
                parts.append(paper.Heading(1, f"{numeral(number)}、{block['heading']}"))
                number += 1
            parts += [paper.Paragraph(tuple(_runs(runs, site))) for runs in block["paragraphs"]]
    return paper.Document(
        masthead=letter.masthead,
        number=letter.number,
        title="".join(letter.title_lines),
        title_lines=letter.title_lines if len(letter.title_lines) > 1 else (),
        addressee=letter.addressee,
        blocks=tuple(parts),
        attachments=tuple(block["title"] for block in annexes),
        signature=letter.signature,
        date=letter.date,
        annexes=tuple(
            paper.Annex(
                f"附件{at}" if len(annexes) > 1 else "附件",
                block["title"],
                (_paper_table(_first(block, most), "", site),),
                block["wide"],
            )
            for at, block in enumerate(annexes, start=1)
        ),
        imprint=paper.Imprint(letter.copies, letter.signature, letter.date),
        joint=letter.joint,
        annotation=letter.annotation,
        head=letter.head,
        issuer=letter.signature if letter.head == "briefing" else "",
    )


def _runs(runs: Paragraph, site: str) -> Iterator[paper.Run]:
    """The runs of a paragraph; what it begins with, （一）按项目级别。, is a heading in the text, typed by hand or not
    (GB/T 9704—2012, 7.3.3)."""
    found = RUN_IN.match("".join(run["text"] for run in runs))
    rest = found.end() if found else 0
    for run in runs:
        head, text = run["text"][:rest], run["text"][rest:]
        rest -= len(head)
        if head:
            yield _paper_run({**run, "text": head}, site, "kai")
        if text:
            yield _paper_run({**run, "text": text}, site, "fang")


def _paper_run(run: Run, site: str, style: paper.Style) -> paper.Run:
    return paper.Run(run["text"], style, href=site + run["href"] if site and run.get("href") else "")


def _first(block: Block, most: int | None) -> Block:
    """*block* with no more than *most* rows, and a note of how many it has."""
    if most is None or len(block["rows"]) <= most:
        return block
    note = f"{block['note']}{LEFT_OUT.format(len(block['rows']), most)}"
    return {**block, "rows": block["rows"][:most], "note": note}


def long_annexes(blocks: Iterable[Block], most: int = MOST) -> list[tuple[str, int]]:
    """(title, rows) of the annexes that papers have but the first *most* rows of."""
    return [(one["title"], len(one["rows"])) for one in printed(blocks)
            if one["kind"] == "annex" and len(one["rows"]) > most]  # fmt: skip


def _paper_table(block: Block, title: str, site: str) -> paper.Table:
    return paper.Table(
        title=title,
        unit=block["unit"],
        note=block["note"],
        key=block["key"],
        columns=tuple(paper.Column(one["label"], one["share"], one["align"]) for one in block["columns"]),
        rows=tuple(tuple(_paper_cell(cell, site) for cell in row) for row in block["rows"]),
        strong=frozenset(block.get("strong", ())),
    )


def _charts(block: Block, site: str) -> Iterable[paper.Chart]:
    """The rows of *block* as bars."""
    at = {column["key"]: n for n, column in enumerate(block["columns"])}
    bars = []
    for row in block["rows"]:
        name, cell = row[at["name"]]["text"], row[at["rate"]]
        known = Fraction(Decimal(cell["value"])) if "value" in cell else None
        bars.append(Bar(name, known, f"{cell['text']}%" if known is not None else cell["text"]))
    drawn, table = block["chart"], _paper_table(block, block["title"], site)
    yield from bar_charts(block["title"], bars, Fraction(drawn["pace"]), drawn["shown"], table)


def _paper_cell(cell: Mapping[str, Any], site: str) -> paper.Cell:
    value = Decimal(cell["value"]) if "value" in cell else None
    href = site + cell["href"] if site and cell.get("href") else ""
    return paper.Cell(cell["text"], value, cell.get("format", ""), href)
