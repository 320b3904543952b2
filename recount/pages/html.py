"""A page as a tree, to find figures by where they stand: tags, classes, columns. Never by what they should be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
SPACE = re.compile(r"\s+")
UNSEEN = {"hide", "only-s"}  # for screen readers, for phones


@dataclass
class Node:
    """An element: its tag, attributes, children in order (texts and elements)."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    parts: list[Node | str] = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        return set(self.attrs.get("class", "").split())

    @property
    def children(self) -> list[Node]:
        return [part for part in self.parts if isinstance(part, Node)]

    def walk(self) -> Iterator[Node]:
        """The elements below, in the order of the page."""
        for child in self.children:
            yield child
            yield from child.walk()

    def all(self, tag: str = "", *classes: str, **attrs: str) -> list[Node]:
        """The elements below with *tag* and all *classes* and attributes."""
        wanted = set(classes)
        return [
            node
            for node in self.walk()
            if (not tag or node.tag == tag)
            and wanted <= node.classes
            and all(node.attrs.get(name) == value for name, value in attrs.items())
        ]

    def one(self, tag: str = "", *classes: str, **attrs: str) -> Node | None:
        """The first of them."""
        return next(iter(self.all(tag, *classes, **attrs)), None)

    def text(self, unseen: bool = False) -> str:
        """What a person at a screen reads in it, spaces as one."""
        return SPACE.sub(" ", self._said(unseen)).strip()

    def _said(self, unseen: bool) -> str:
        said = ""
        for part in self.parts:
            if isinstance(part, str):
                said += part
            elif part.tag not in ("svg", "script", "template") and (unseen or not (part.classes & UNSEEN)):
                said += part._said(unseen) if part.tag != "br" else "\n"
        return said


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].parts.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].parts.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


def read(page: str) -> Node:
    """The tree of *page*."""
    reader = _Reader()
    reader.feed(page)
    return reader.root


def rows(table: Node) -> tuple[list[str], list[list[Node]]]:
    """The heads of *table* (without their units) and the cells of each row of its body."""
    head, body = table.one("thead"), table.one("tbody")
    names = [_head(cell) for cell in (*head.all("td"), *head.all("th"))] if head else []  # td: where rows are chosen
    lines = [[cell for cell in row.children if cell.tag in ("td", "th")] for row in body.all("tr")] if body else []
    return names, lines


def _head(cell: Node) -> str:
    bare = Node("th", {}, [part for part in cell.parts if isinstance(part, str) or part.tag != "small"])
    return bare.text(unseen=True).rstrip(" ↑↓")
