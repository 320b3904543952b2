"""Parts of a page that other apps bring: the page loops over them and knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

from django.urls import reverse

from core.collect import gather

Place = Literal["part", "button"]


@dataclass(frozen=True)
class Panel:
    """A part of *page* (the name of its address), fetched from `url` with the page's own arguments; or a button there.

    A button leads to `url`, with the page's first argument as `?<asks>=` if it asks for that; one of a `dialog` opens
    it in the page's dialog. Shown to whom `may(person, on, *arguments)` allows; without it to everybody.
    """

    page: str
    label: Any
    url: str
    order: int
    place: Place = "part"
    asks: str = ""
    may: Callable[..., Any] | None = None
    dialog: bool = False
    red: bool = False  # a button that stands beside a red light as well


class Shown(NamedTuple):
    label: Any
    url: str
    dialog: bool = False
    red: bool = False


def panels(page: str, *args: Any, person: Any, on: date, place: Place = "part") -> list[Shown]:
    """What the apps bring to *page* with these arguments for *person* on the day *on*, in order."""
    found = sorted((panel for panel in gather("panels") if (panel.page, panel.place) == (page, place)), key=_order)
    allowed = [panel for panel in found if panel.may is None or panel.may(person, on, *args)]
    return [Shown(panel.label, _address(panel, args), panel.dialog, panel.red) for panel in allowed]


def _order(panel: Panel) -> int:
    return panel.order


def _address(panel: Panel, args: tuple[Any, ...]) -> str:
    return f"{reverse(panel.url)}?{panel.asks}={args[0]}" if panel.asks else reverse(panel.url, args=args)
