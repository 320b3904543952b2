"""The page on which an act on many rows is looked at before it is done."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.lists.acts import MOST, Act, Line, Outcome, chosen, sign
from core.lists.listing import Listing
from core.refusals import Refused, Stale, onto

NAMED = 5  # projects that a sentence names


class ActPage:
    """The rows that were chosen, what is asked besides, and what becomes of each row. The press does what was shown:
    if anything of it differs meanwhile, it is shown anew and nothing is done."""

    def __init__(self, act: Act, listing: Listing, data: QueryDict, *, now: datetime, posted: bool) -> None:
        self.act, self.listing, self.data, self.now, self.posted = act, listing, data, now, posted
        self.most = MOST
        self.chosen = chosen(listing, data)
        about = {"county": listing.county, "user": listing.user, "now": now}
        self.one = bool(data.get("one"))  # asked for on the page of the row itself
        named = {name: value for name, value in data.items() if name not in ("row", "all", "one")} if self.one else {}
        self.form = act.form(data if posted else None, **about, **({"initial": named} if named else {}))
        self.values = dict(self.form.cleaned_data) if posted and self.form.is_valid() else None
        self.status = 422 if posted and self.values is None else 200

    @property
    def address(self) -> str:
        """Where the form is sent to; the filter of the list comes along, so that one gets back to it."""
        return reverse(self.listing.spec.act_url, args=[self.act.key]) + self.listing.address()

    @property
    def back(self) -> str:
        """To the row itself where one came from there, else to the list as it was left."""
        if self.one and len(self.lines) == 1:
            return self.lines[0].href
        return self.listing.home + self.listing.address()

    @cached_property
    def lines(self) -> list[Line]:
        rows = list(self.chosen.seen)
        return self.act.look(self.listing.user, self.listing.county, rows, self.now, self.values) if rows else []

    @property
    def can(self) -> list[Line]:
        return [line for line in self.lines if not line.why]

    @property
    def cannot(self) -> list[Line]:
        return [line for line in self.lines if line.why]

    @property
    def shown(self) -> bool:
        """Whether what becomes of the rows stands there, so that it can be pressed."""
        return self.values is not None and bool(self.can)

    @cached_property
    def effect(self) -> Any:
        """What the act does beyond the rows, once it is known what is done to which of them."""
        if not self.shown or self.values is None or self.act.effect is None:
            return None
        rows = [line.pk for line in self.can]
        return self.act.effect(self.listing.user, self.listing.county, rows, self.now, self.values)

    @property
    def sign(self) -> str:
        return sign(self.lines, self.effect)

    @property
    def pressed(self) -> bool:
        """Whether what was shown is what is to be done; if rows were changed meanwhile, that is said."""
        if not self.shown or not (looked := self.data.get("looked")):
            return False
        if looked == self.sign:
            return True
        seen = self.chosen.seen
        changed = [line.name for line in self.lines if seen[line.pk] is not None and seen[line.pk] != line.seen]
        self.status = 409 if changed else 200
        if changed:
            words = ngettext(
                "%(n)s project was changed meanwhile: %(names)s. Nothing is done yet; look at it once more.",
                "%(n)s projects were changed meanwhile: %(names)s. Nothing is done yet; look at them once more.",
                len(changed),
            )
            self.form.add_error(None, words % {"n": len(changed), "names": _(", ").join(changed[:NAMED])})
        return False

    def do(self) -> Outcome | None:
        """Does it; None with the refusal on the form."""
        version = {line.pk: line.seen for line in self.can}
        told = {"by": self.listing.user, "now": self.now, **(self.values or {})}
        try:
            return self.act.do(self.listing.county, version=version, **told)
        except Refused as refusal:
            self.status = onto(self.form, refusal)
            if isinstance(refusal, Stale):
                self.__dict__.pop("lines", None)
                self.__dict__.pop("effect", None)
            return None
