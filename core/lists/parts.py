"""Parts of a list's page: tabs, chips of filters, heads of columns."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import conditional_escape as escape
from django.utils.safestring import SafeString

from core.lists.columns import Column


@dataclass(frozen=True)
class Tab:
    """A view on its tab."""

    label: str
    href: str
    count: int | None  # None: the view can't be read any more
    current: bool
    pk: int | None = None  # of a saved view
    own: bool = False  # may be deleted by the person
    ones: int | None = None  # how many with the rows of a group as one, where that is another number


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    on: bool


def boxes(name: str, choices: list[Choice], form: str = "") -> SafeString:
    """Labelled boxes to tick, as HTML: a list has eighty of them, too many for a template's loop."""
    of = f' form="{form}"' if form else ""
    return SafeString(
        "".join(
            f'<label><input type="checkbox"{of} name="{name}" value="{escape(choice.value)}"'
            f"{' checked' if choice.on else ''}> {escape(choice.label)}</label>"
            for choice in choices
        )
    )


@dataclass(frozen=True)
class Chip:
    """A filter in the row: its name, what is on, all that could be, and the address without it."""

    key: str
    label: str
    said: str
    choices: list[Choice]
    without: str
    more: bool = False  # under “more”, since it is not on
    day: bool = False

    @property
    def boxes(self) -> SafeString:
        if self.day:
            given = f'name="{self.key}" value="{escape(self.said)}" aria-label="{escape(self.label)}"'
            return SafeString(f'<input class="form-control" type="date" {given}>')
        return boxes(self.key, self.choices)


@dataclass(frozen=True)
class Head:
    column: Column
    href: str
    sorted: str  # ascending, descending or nothing
