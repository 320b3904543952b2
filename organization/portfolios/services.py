"""Portfolios changed from a day on. What held before stays on file; what was signed stays as it was signed.

All refuse as `core.refusals` says. Sponsorships by portfolio follow in `projects`, by the heartbeat of that day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.amounts import figures
from core.records.history import keep, newest_version, remove
from core.records.order import last
from core.refusals import Refused, Stale, Wrong, require
from core.told import tell
from organization.people.models import Post, Role, User
from organization.portfolios.models import Portfolio
from organization.portfolios.permissions import can_change_portfolio
from organization.portfolios.rules import sectors_of
from organization.units.models import Unit

DAY = timedelta(days=1)


def seen_of(post: Post) -> int:
    """What a page has seen of the portfolios of *post*: the number of their newest row of history."""
    return newest_version(Portfolio, post=post.pk)


@transaction.atomic
def change_portfolio(
    post: Post,
    *,
    sectors: Iterable[str],
    units: Iterable[Unit],
    on: date,
    by: User,
    now: datetime,
    reason: str,
    version: int | None = None,
    alone: bool = False,
) -> Portfolio | None:
    """From the day *on*, past or to come, *post* answers for *sectors* (codes) and *units*; for nothing if there are
    none (None then). The day before is the last of what held until then; the same as that writes nothing.

    *alone*: nobody else has them from that day on. *version* is what the page had shown (`seen_of`). Wrong with a
    sentence by field.
    """
    county = _locked(post)
    require(can_change_portfolio(by, county))
    if version is not None and version != seen_of(post):
        raise Stale(post)
    wanted, places = list(dict.fromkeys(sectors)), list(dict.fromkeys(units))
    check(post, wanted, places, on=on, reason=reason, alone=alone)
    before = holding(post, on)
    changed = [post] if not _same(before, wanted, places) else []
    made = _write(post, wanted, places, on=on, by=by, now=now, reason=reason)
    for row in others_with(post, wanted, places, on=on) if alone else ():
        kept = (
            [code for code in row.sectors if code not in wanted],
            [one for one in row.its_units if one not in places],
        )
        _write(row.post, *kept, on=on, by=by, now=now, reason=reason)
        changed.append(row.post)
    for one in changed:
        if one.holder and one.holder != by and one.holder.is_active:
            to = [one.holder]
            tell("portfolio_changed", Changed(one, on), by=by, now=now, why=reason.strip(), to=to)
    return made


class Changed(NamedTuple):
    """The fact that what a post answers for changes from a day on."""

    post: Post
    on: date

    @property
    def pk(self) -> int:
        return self.post.pk


def check(post: Post, sectors: list[str], units: list[Unit], *, on: date, reason: str, alone: bool = False) -> None:
    """Wrong with a sentence by field if *post* can't have this portfolio from the day *on*."""
    wrong = dict[str, str]()
    if post.role != Role.LEADER or not post.active:
        raise Wrong({"sectors": _("Only a leader's post that there is has a portfolio")})
    known = sectors_of(_county(post))
    if strange := [code for code in sectors if known and code not in known]:
        wrong["sectors"] = _("There is no sector “%(code)s”") % {"code": strange[0]}
    for unit in units:
        if unit.county_id != post.unit.county_id:
            wrong["units"] = _("%(unit)s is another county's") % {"unit": unit.name}
        elif not unit.valid_on(on):
            wrong["units"] = _("%(unit)s isn't there on that day") % {"unit": unit.name}
    if not reason.strip():
        wrong["reason"] = _("Write why: it stays with the portfolio")
    if not sectors and not units and holding(post, on) is None:
        wrong["sectors"] = _("Choose what the post answers for")
    try:
        for one in [post, *(row.post for row in others_with(post, sectors, units, on=on) if alone)]:
            _later(one, on)
    except Wrong as refusal:
        wrong |= refusal.fields
    if wrong:
        raise Wrong(wrong)


def holding(post: Post, on: date) -> Portfolio | None:
    """What *post* answers for on the day *on*."""
    return Portfolio.objects.filter(post=post).on(on).first()


def others_with(post: Post, sectors: Iterable[str], units: Iterable[Unit], *, on: date) -> list[Portfolio]:
    """The portfolios of other posts that have some of *sectors* or *units* on the day *on*."""
    rows = Portfolio.objects.of_county(_county(post)).on(on).exclude(post=post).select_related("post__holder")
    codes, places = set(sectors), set(units)
    return [row for row in rows if codes & set(row.sectors) or places & set(row.its_units)]


@transaction.atomic
def hand_on(post: Post, to: Post, *, by: User | None, now: datetime, reason: str) -> int:
    """What *post*, which goes, answers for from today on is answered for by *to* too, also what either is to answer
    for from a later day on; how many sectors and units."""
    on = timezone.localdate(now)
    _locked(post)
    rows = list(Portfolio.objects.filter(post__in=[post, to]).exclude(until__lt=on).prefetch_related("units"))
    mine = [row for row in rows if row.post_id == post.pk]
    if not mine or to.role != Role.LEADER:
        return 0
    begins = {row.since for row in rows if row.since and row.since > on}
    ends = {row.until + DAY for row in rows if row.until}
    both = []
    for day in sorted({on, *begins, *ends}):
        held = [row for one in (to, post) for row in rows if row.post_id == one.pk and _on(row, day)]
        sectors = dict.fromkeys(code for row in held for code in row.sectors)
        both.append((day, list(sectors), list(dict.fromkeys(unit for row in held for unit in row.its_units))))
    for one in (post, to):
        _drop_planned(one, on, by, now, reason)
    _write(post, [], [], on=on, by=by, now=now, reason=reason)
    for day, codes, units in both:
        _write(to, codes, units, on=day, by=by, now=now, reason=reason)
    return len({one for row in mine for one in (*row.sectors, *row.its_units)})


@transaction.atomic
def hand_on_unit(unit: Unit, to: Unit, *, by: User | None, now: datetime, reason: str) -> int:
    """Portfolios that name *unit*, which goes, name *to* from today on, those planned too; how many."""
    on = timezone.localdate(now)
    Unit.objects.select_for_update(no_key=True).get(pk=unit.county_id or unit.pk)
    rows = list(Portfolio.objects.filter(units=unit).exclude(until__lt=on).select_related("post").order_by("pk"))
    for row in rows:
        units = list(dict.fromkeys(to if one == unit else one for one in row.its_units))
        if row.since and row.since >= on:
            put_on_file(row, units, by=by, now=now, reason=reason)
        else:
            _split(row, units, on=on, by=by, now=now, reason=reason)
    return len(rows)


def put_on_file(row: Portfolio, units: Iterable[Unit], *, by: User | None, now: datetime, reason: str = "") -> None:
    """Stores *row* with its *units*; the newest row of its history has both."""
    if row.pk is None:
        keep(row, by=by, now=now, reason=reason)
    marked: Any = row
    marked.skip_history_when_saving = True  # simple-history's own row would say the same as that of the save
    row.units.set(units)
    del marked.skip_history_when_saving
    keep(row, by=by, now=now, reason=reason)


# helpers ------------------------------------------------------------------------------------------------------------


def _write(
    post: Post, sectors: list[str], units: list[Unit], *, on: date, by: User | None, now: datetime, reason: str
) -> Portfolio | None:
    """The row that holds from *on*, where none begins later."""
    row = holding(post, on)
    if _same(row, sectors, units):
        return row
    if row is not None and row.since == on:
        return _again(row, sectors, units, on=on, by=by, now=now, reason=reason)
    if row is not None:
        row.until = on - DAY
        keep(row, by=by, now=now, reason=reason, fields=["until"])
    if not sectors and not units:
        return None
    made = Portfolio(post=post, sectors=sectors, since=on, reason=reason.strip()[:300], by=by, at=now)
    put_on_file(made, units, by=by, now=now, reason=reason)
    return made


def _again(
    row: Portfolio, sectors: list[str], units: list[Unit], *, on: date, by: User | None, now: datetime, reason: str
) -> Portfolio | None:
    """What begins on *on* is said anew: otherwise, as it was before, or not at all."""
    past = Portfolio.objects.filter(post=row.post_id, until=on - DAY).first()
    if past is not None and _same(past, sectors, units):
        remove(row, by=by, now=now, reason=reason)
        past.until = None
        keep(past, by=by, now=now, reason=reason, fields=["until"])
        return past
    if not sectors and not units:
        remove(row, by=by, now=now, reason=reason)
        return None
    row.sectors, row.reason, row.by, row.at = sectors, reason.strip()[:300], by, now
    put_on_file(row, units, by=by, now=now, reason=reason)
    return row


def _split(row: Portfolio, units: list[Unit], *, on: date, by: User | None, now: datetime, reason: str) -> None:
    until, row.until = row.until, on - DAY
    keep(row, by=by, now=now, reason=reason, fields=["until"])
    put_on_file(
        Portfolio(post=row.post, sectors=row.sectors, since=on, until=until, reason=reason[:300], by=by, at=now),
        units,
        by=by,
        now=now,
        reason=reason,
    )


def _drop_planned(post: Post, on: date, by: User | None, now: datetime, reason: str) -> None:
    for row in Portfolio.objects.filter(post=post, since__gt=on).order_by("pk"):
        remove(row, by=by, now=now, reason=reason)
    row_now = holding(post, on)
    if row_now is not None and row_now.until is not None:
        row_now.until = None
        keep(row_now, by=by, now=now, reason=reason, fields=["until"])


def _on(row: Portfolio, day: date) -> bool:
    return (row.since is None or row.since <= day) and (row.until is None or row.until >= day)


def _later(post: Post, on: date) -> None:
    """Wrong if something that is on file already begins after *on*: days follow each other."""
    later = Portfolio.objects.filter(post=post, since__gt=on).order_by(last("since")).first()
    if later is not None and later.since:
        said = _("%(post)s has another portfolio from %(day)s on already: write that day, or a later one")
        raise Wrong({"on": said % {"post": post, "day": figures.day(later.since)}})


def _same(row: Portfolio | None, sectors: Iterable[str], units: Iterable[Unit]) -> bool:
    if row is None:
        return not list(sectors) and not list(units)
    return set(row.sectors) == set(sectors) and set(row.its_units) == set(units)


def _county(post: Post) -> Unit:
    if post.unit.county is None:
        raise Refused(_("The post belongs to no county"))
    return post.unit.county


def _locked(post: Post) -> Unit:
    """The county of *post*, held until the end: changes of portfolios of one county follow each other."""
    return Unit.objects.select_for_update(no_key=True).get(pk=_county(post).pk)


def newest(post: Post) -> Portfolio | None:
    """What *post* answers for after all that is on file: where a form begins."""
    return Portfolio.objects.filter(post=post).order_by(last("-since"), "-pk").first()
