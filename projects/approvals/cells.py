"""What is typed in place at the desk: one row of inputs for an item, and what came back of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.web.forms import read_day
from projects.approvals.models import EXPIRED, OBTAINED, SHOWN, ItemState

FIELDS = ("state", "day", "text")
OFFERED = (
    ItemState.OPEN,
    OBTAINED,
    ItemState.TOLERATED,
    ItemState.REFUSED,
    ItemState.RESUBMITTED,
    ItemState.NOT_NEEDED,
)


@dataclass(frozen=True)
class Typed:
    """One row: the state, its day (obtained on, tolerated until), its words (document number, reason)."""

    pk: int
    version: int
    state: str
    day: str
    text: str
    was: str  # what the page had shown

    @property
    def now(self) -> str:
        return "|".join((self.state, self.day.strip(), self.text.strip()))

    @property
    def changed(self) -> bool:
        return self.now != self.was

    def read_day(self) -> date | None:
        """ValueError for what is no day."""
        return read_day(self.day)


def of_row(row: Mapping[str, Any], state: str) -> Typed:
    """A row of the list as inputs; *state* is what it shows."""
    state = OBTAINED if state == EXPIRED else state
    day = row["obtained_on"] if state == OBTAINED else row["tolerated_until"]
    text = (row["document_number"] if state == OBTAINED else row["why"]) or ""
    found = Typed(row["pk"], row["version"], state, f"{day:%Y-%m-%d}" if day else "", text, "")
    return Typed(found.pk, found.version, found.state, found.day, found.text, found.now)


def of_post(data: Mapping[str, Any]) -> list[Typed]:
    """The rows that were sent, those that nobody touched too."""
    found = []
    for name in data:
        head, _dash, rest = name.partition("-")
        key, _dash, what = rest.partition("-")
        if head == "i" and what == "version" and key.isascii() and key.isdecimal() and len(key) < 16:
            version = str(data[name])
            words = {what: str(data.get(f"i-{key}-{what}", ""))[:300] for what in (*FIELDS, "was")}
            seen = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0
            found.append(Typed(int(key), seen, **words))
    return found


@lru_cache(maxsize=100)  # a board has fifty rows in a few states
def _options(state: str, _language: str | None) -> SafeString:
    """What can be chosen for a row in *state*."""
    offered = [*OFFERED] if state in OFFERED else [state, *OFFERED]
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((str(code), SafeString(" selected") if code == state else "", SHOWN[code]) for code in offered),
    )


def inputs(one: Typed, wrong: str = "") -> SafeString:
    """The inputs of a row; they belong to the form of the page."""
    options = _options(one.state, get_language())
    bad = SafeString(' aria-invalid="true"') if wrong else ""
    return format_html(
        '<span class="row-x" data-row="{pk}">'
        '<select class="form-select" form="board" name="i-{pk}-state" data-col="state"'
        ' aria-label="{s}"{bad}>{options}</select>'
        '<input class="form-control num" form="board" type="date" name="i-{pk}-day" value="{day}"'
        ' data-col="day" aria-label="{d}">'
        '<input class="form-control" form="board" name="i-{pk}-text" value="{text}"'
        ' data-col="text" maxlength="300" aria-label="{t}">'
        '<input form="board" type="hidden" name="i-{pk}-version" value="{version}">'
        '<input form="board" type="hidden" name="i-{pk}-was" value="{was}">'
        '<span class="cap{late}" data-status role="status">{wrong}</span></span>',
        pk=one.pk,
        s=_("State"),
        d=_("Obtained on, or tolerated until"),
        t=_("Number, or reason"),
        bad=bad,
        options=options,
        day=one.day,
        text=one.text,
        version=one.version,
        was=one.was,
        wrong=wrong,
        late=" late" if wrong else "",
    )
