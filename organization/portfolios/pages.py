"""The page of a leader's portfolio, and what a change of it does before it is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.affected import Hanging, affected
from core.amounts import figures
from organization.people.models import Post
from organization.portfolios.models import Portfolio
from organization.portfolios.rules import sectors_of
from organization.units.models import Unit


@dataclass(frozen=True)
class Line:
    """What a post answered for in some days, in words."""

    days: str
    what: str
    reason: str
    who: str


@dataclass(frozen=True)
class Preview:
    """What a change does: sentences, and what follows in numbers."""

    title: str
    sentences: list[str]
    hanging: list[Hanging]


def in_words(sectors: Iterable[str], units: Iterable[Unit], names: Mapping[str, str]) -> str:
    """The sectors and units, as one says them."""
    said = [names.get(code, code) for code in sectors], [unit.short_name for unit in units]
    return str(_("; ")).join(str(_(", ")).join(part) for part in said if part) or _("nothing")


def days_of(row: Portfolio, today: date) -> str:
    """From when to when."""
    first = figures.day(row.since, today) if row.since else ""
    last = figures.day(row.until, today) if row.until else ""
    if first and last:
        return _("%(first)s to %(last)s") % {"first": first, "last": last}
    if last:
        return _("up to %(last)s") % {"last": last}
    return _("since %(first)s") % {"first": first} if first else _("as far back as is on file")


def page(post: Post, now: datetime) -> dict[str, Any]:
    """What the page of the portfolio of *post* shows."""
    today, names = timezone.localdate(now), sectors_of(post.unit.county or post.unit)
    rows = list(post.portfolios.select_related("by").prefetch_related("units"))
    rows.sort(key=lambda row: row.since or date.min)
    mine = next((row for row in rows if _holds(row, today)), None)
    return {
        "post": post,
        "mine": mine,
        "sectors": [names.get(code, code) for code in mine.sectors] if mine else [],
        "units": mine.its_units if mine else [],
        "planned": [_line(row, names, today) for row in rows if row.since and row.since > today],
        "former": [_line(row, names, today) for row in rows if row.until and row.until < today][::-1],
        "hanging": affected(mine or Portfolio(post=post, since=today), now),
    }


def _holds(row: Portfolio, day: date) -> bool:
    return (row.since is None or row.since <= day) and (row.until is None or row.until >= day)


def _line(row: Portfolio, names: Mapping[str, str], today: date) -> Line:
    what = in_words(row.sectors, row.its_units, names)
    return Line(days_of(row, today), what, row.reason, str(row.by or _("the county's file")))


def preview(
    post: Post,
    *,
    sectors: list[str],
    units: list[Unit],
    on: date,
    others: Iterable[Portfolio],
    alone: bool,
    now: datetime,
) -> Preview:
    """What it would do if *post* answered for *sectors* and *units* from *on*; *others* have some of it until then."""
    today, names = timezone.localdate(now), sectors_of(post.unit.county or post.unit)
    wanted = in_words(sectors, units, names)
    title = _("From %(day)s on %(post)s answers for: %(what)s") % {
        "day": figures.day(on, today), "post": post, "what": wanted
    }  # fmt: skip
    before = Portfolio.objects.filter(post=post).on(on).first()
    said = (
        [_("Until the day before: %(what)s") % {"what": in_words(before.sectors, before.its_units, names)}]
        if before
        else []
    )
    for row in others:
        shared = [code for code in row.sectors if code in sectors], [one for one in row.its_units if one in units]
        about = {"post": row.post, "what": in_words(*shared, names)}
        said.append(
            _("%(post)s gives up from that day on: %(what)s") % about
            if alone
            else _("%(post)s keeps it beside: %(what)s") % about
        )
    said.append(_("Problems that reach the leaders from that day on go to who answers for their unit or sector then."))
    said.append(
        _("Sponsorships by portfolio follow on the morning of that day; those set by hand stay as they are.")
        if on > today
        else _("Sponsorships by portfolio follow within minutes; those set by hand stay as they are.")
    )
    said.append(_("What was approved, signed and published until then stays as it is."))
    proposed = Portfolio(post=post, sectors=sectors, since=on)
    proposed.proposed = units
    return Preview(title, said, affected(proposed, now))
