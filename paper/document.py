"""What an official document consists of: frozen parts that every format reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

#: Words that the standard itself prescribes: the same in every document, whatever language people work in.
ATTACHMENTS = "附件："
COPIES = "抄送："
PRINTED = "印发"

Style = Literal["fang", "hei", "kai"]
#: How the first page begins: 公文式 (mark, number), 简报式 (mark, issue, issuer and day over the red line), 信函式.
Head = Literal["document", "briefing", "letter", "annex"]  # annex: its annexes alone, without a letter before them
Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Run:
    """A stretch of text in one kind of type; *href* leads to what is behind a figure."""

    text: str
    style: Style = "fang"
    href: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading on its own line, its number in the text: level 1 一、黑体, 2 （一）楷体, 3 1. 仿宋."""

    level: Literal[1, 2, 3]
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Running text; *indent* is the two characters before its first line."""

    runs: tuple[Run, ...]
    indent: bool = True

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Column:
    """*share* is the part of the table's width, relative to the other columns."""

    label: str
    share: float = 1
    align: Align = "left"


@dataclass(frozen=True)
class Cell:
    """What is printed, the number behind it for Excel with its format, and where it leads (*href*)."""

    text: str
    value: int | Decimal | None = None
    format: str = ""
    href: str = ""


@dataclass(frozen=True)
class Table:
    """A table with its title and unit line; *strong* are the numbers of rows that are totals."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    unit: str = ""
    note: str = ""
    key: str = ""
    strong: frozenset[int] = frozenset()

    def printed(self) -> Iterable[tuple[bool, list[tuple[Align, str]]]]:
        """For a template: (is it a total, [(alignment, text)]) of each row."""
        for number, row in enumerate(self.rows):
            cells = [(column.align, cell.text) for column, cell in zip(self.columns, row, strict=True)]
            yield number in self.strong, cells


@dataclass(frozen=True)
class PageBreak:
    """The next block starts on a new page."""


@dataclass(frozen=True)
class Chart:
    """A drawing *width* by *height* millimetres: an `<svg>` with a viewBox and a `<title>` that says what it shows.

    *table* says the same in figures: Excel has it instead, and Word where there is no picture (*png*).
    """

    title: str
    svg: str
    width: float
    height: float
    table: Table | None = None
    png: bytes = field(default=b"", repr=False)


Block = Heading | Paragraph | Table | Chart | PageBreak

#: 「（一）…。」 at the beginning of a paragraph is a heading that the text runs on after (7.3.3).
RUN_IN = re.compile(r"（[一二三四五六七八九十]{1,3}）[^。：；]{1,40}(?:。|$)")


@dataclass(frozen=True)
class Annex:
    """An annex on pages of its own; *wide* ones lie across. *label* is 附件 or 附件1."""

    label: str
    title: str
    blocks: tuple[Block, ...]
    wide: bool = False


@dataclass(frozen=True)
class Imprint:
    """The last thing on the last page: who gets a copy, who printed it and when."""

    copies: str = ""
    printer: str = ""
    printed: str = ""


@dataclass(frozen=True)
class Document:
    """A document of GB/T 9704—2012. *title_lines* overrides where the title is broken.

    *sealed* leaves room for a seal and puts the date four characters from the right edge; without a seal the
    signature stands two characters from it. *joint* are the offices that issue it together with the first one.
    *mark* is what a draft says of itself on its first page (送审稿), *stamped* what stands on each page of a copy
    that was corrected (已更正). *annotation* is the note under the date without its brackets (此件公开发布). *verify*
    is the address that a QR code on the last page leads to. *made* is the moment of the record: dates in files are
    that, never the clock's.
    """

    masthead: str
    number: str
    title: str
    blocks: tuple[Block, ...]
    addressee: str = ""
    title_lines: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    signature: str = ""
    date: str = ""
    sealed: bool = True
    annexes: tuple[Annex, ...] = ()
    imprint: Imprint | None = None
    head: Head = "document"
    issuer: str = ""  # of a briefing: left over the red line, its *date* right
    joint: tuple[str, ...] = ()
    mark: str = ""
    stamped: str = ""
    annotation: str = ""
    verify: str = ""
    made: datetime | None = None
    language: str = "zh-Hans"
    properties: dict[str, str] = field(default_factory=dict, compare=False)

    def attachment_lines(self) -> list[str]:
        """附件：1. … and the lines under it, as they stand below the text."""
        if len(self.attachments) == 1:
            return [ATTACHMENTS + self.attachments[0]]
        lines = [f"{number}. {name}" for number, name in enumerate(self.attachments, start=1)]
        return [ATTACHMENTS + lines[0], *lines[1:]] if lines else []

    def tables(self) -> Iterable[Table]:
        """All tables in the order of the pages, annexes last."""
        for part in (self.blocks, *(annex.blocks for annex in self.annexes)):
            yield from (block for block in part if isinstance(block, Table))


def plain(text: str, style: Style = "fang", *, indent: bool = True) -> Paragraph:
    """A paragraph of one run."""
    return Paragraph((Run(text, style),), indent)


def run_in(paragraph: Paragraph) -> Paragraph:
    """*paragraph* with a heading of the second level that it begins with in 楷体, whoever wrote it."""
    found = RUN_IN.match(paragraph.text)
    if found is None or any(run.style != "fang" for run in paragraph.runs):
        return paragraph
    runs: list[Run] = []
    left = found.end()
    for run in paragraph.runs:
        head, tail = run.text[:left], run.text[left:]
        left -= len(head)
        runs += [replace(run, text=head, style="kai")] if head else []
        runs += [replace(run, text=tail)] if tail else []
    return replace(paragraph, runs=tuple(runs))


#: What XML can't carry, so neither can Word or Excel; people paste it in from other programs.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def cleaned(part: Any) -> Any:
    """*part* without characters that no file can carry; the very same object where there are none."""
    match part:
        case str():
            return UNWRITABLE.sub("", part) if UNWRITABLE.search(part) else part
        case tuple():
            parts = tuple(map(cleaned, part))
            return parts if any(new is not old for new, old in zip(parts, part, strict=True)) else part
        case _ if is_dataclass(part) and not isinstance(part, type):
            old = {field.name: getattr(part, field.name) for field in fields(part)}
            changed = {name: new for name, value in old.items() if (new := cleaned(value)) is not value}
            return replace(part, **changed) if changed else part
    return part
