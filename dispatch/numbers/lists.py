"""The register of issued papers as a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.lists.columns import (
    Column,
    Look,
    Row,
    coded_column,
    day_column,
    moment_column,
    number_column,
    text_column,
)
from core.lists.filters import Asked, BuiltIn, Filter, Option, from_day, is_id_of, is_one_of, to_day
from core.lists.listing import Listing
from core.lists.spec import Link, ListSpec
from core.records.order import text
from core.templatetags.ui import mark
from dispatch.numbers.models import Disclosure, PaperNumber
from dispatch.numbers.permissions import can_enter_paper, can_see_register

State = PaperNumber.State
TONES = {State.VOID: "red", State.FILLED: "amber"}


def scope(asked: Asked) -> Any:
    return PaperNumber.objects.visible_to(asked.user)


def _number(row: Row, look: Look) -> str:
    """Leads to the bulletin or the slip that bears it, where that was made here."""
    said = escape(row["text"])
    for name in ("bulletin", "slip"):
        if row[f"{name}__pk"] is not None:
            return f'<a class="name nw" href="{reverse(f"dispatch:{name}", args=[row[f"{name}__pk"]])}">{said}</a>'
    return f'<b class="nw">{said}</b>'


def _state_value(row: Row, look: Look) -> str:
    return str(dict(State.choices)[row["state"]])


def _state(row: Row, look: Look) -> str:
    return mark(_state_value(row, look), TONES.get(row["state"], ""))


def _steps(row: Row, look: Look) -> str:
    """What the office can do with a number that it entered by hand."""
    if not row["outside"] or row["state"] == State.VOID or not can_enter_paper(look.asked.user, look.asked.county):
        return ""
    address = f"{reverse('dispatch:number_void', args=[row['pk']])}?version={row['version']}"
    return f'<a class="btn btn-s" href="{address}">{escape(gettext("Make void"))}</a>'


COLUMNS = (
    Column(
        "text", _("Document number"), _number, lambda row, look: row["text"], ("text", "bulletin__pk", "slip__pk"),
        sort="number", css="first nw", chosen=True,
    ),
    text_column("title", _("Title"), css="wide", chosen=True),
    day_column("day", _("Day of the paper"), css="num nw", named=True, chosen=True),
    Column("state", _("State"), _state, _state_value, ("state",), sort="state", css="nw top end", chosen=True),
    coded_column("disclosure", _("Disclosure"), Disclosure, css="nw x", chosen=True),
    number_column("copies", _("Copies printed"), named=True, chosen=True),
    text_column("joint", _("Issued with"), css="x", chosen=True),
    text_column("reason", _("Reason"), css="wide x", chosen=True),
    text_column("by", _("Given by"), "by__name"),
    moment_column("at", _("Given at")),
    text_column("word", _("Document word")),
    number_column("year", _("Year")),
    number_column("number", _("Number")),
    Column("steps", _("Steps"), _steps, source=("outside", "state", "version"), css="end", chosen=True, unseen=True),
)  # fmt: skip


def _words(asked: Asked) -> list[Option]:
    words = scope(asked).order_by(text("word")).values_list("word", flat=True).distinct()
    return [Option(word, word) for word in words if word]


def _years(asked: Asked) -> list[Option]:
    return [
        Option(str(year), str(year))
        for year in scope(asked).order_by("-year").values_list("year", flat=True).distinct()
    ]


FILTERS = (
    Filter("word", _("Document word"), is_one_of("word"), _words),
    Filter("year", _("Year"), is_id_of("year"), _years),
    Filter("state", _("State"), is_one_of("state"), State.choices),
    Filter("disclosure", _("Disclosure"), is_one_of("disclosure"), Disclosure.choices),
    Filter("since", _("From which day"), from_day("day"), day=True),
    Filter("until", _("Up to which day"), to_day("day"), day=True),
)


def links(listing: Listing) -> Iterator[Link]:
    if can_enter_paper(listing.asked.user, listing.county):
        yield Link(_("Enter a paper"), reverse("dispatch:number_enter"), "plus", primary=True)


REGISTER = ListSpec(
    key="numbers",
    title=_("Register of issued papers"),
    url="dispatch:numbers",
    scope=scope,
    columns=COLUMNS,
    filters=FILTERS,
    views=(
        BuiltIn("all", _("All"), ""),
        BuiltIn("void", _("Void"), "state=void"),
        BuiltIn("filled", _("Filled later"), "state=filled"),
    ),
    order=("-year", "word", "-number", "-pk"),
    head="text",
    search=lambda text: Q(text__icontains=text) | Q(title__icontains=text) | Q(joint__icontains=text),
    find=_("Number, title"),
    may_see=can_see_register,
    links=links,
    empty=(
        _("No paper has a number yet"),
        _("A bulletin gets its number when it is signed; papers that weren't made here are entered by hand."),
    ),
)

LISTS = (REGISTER,)
