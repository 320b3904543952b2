"""Parts of a page that other apps bring: the page loops over them and knows none of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from django.urls import reverse

from core.collect import gather


@dataclass(frozen=True)
class Panel:
    """A part of *page* (the name of its address), fetched from `url` with the page's own arguments; or a button there.

    A button leads to `url` itself; the page's first argument goes along as `?<asks>=`.
    """

    page: str
    label: Any
    url: str
    order: int
    place: Literal["part", "button"] = "part"
    asks: str = ""


class Shown(NamedTuple):
    label: Any
    url: str


def panels(page: str, *args: Any, place: Literal["part", "button"] = "part") -> list[Shown]:
    """What the apps bring to *page* with these arguments, in order."""
    found = sorted((panel for panel in gather("panels") if (panel.page, panel.place) == (page, place)), key=_order)
    return [Shown(panel.label, _address(panel, args)) for panel in found]


def _order(panel: Panel) -> int:
    return panel.order


def _address(panel: Panel, args: tuple[Any, ...]) -> str:
    return f"{reverse(panel.url)}?{panel.asks}={args[0]}" if panel.asks else reverse(panel.url, args=args)
