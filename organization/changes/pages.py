"""The page of a unit, and what happens to it before it is done."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.affected import affected
from core.amounts import figures
from organization.changes.checks import posts_of
from organization.changes.models import Kind, UnitChange
from organization.changes.words import in_words
from organization.people.models import Post
from organization.people.pages import Line, Part, Preview, line, moment_of_it
from organization.units.models import REPORTING, Unit, UnitKind


def page(unit: Unit, now: datetime) -> dict[str, Any]:
    """What the page of *unit* shows."""
    rows = list(unit.changes.select_related("unit", "into", "new_parent", "old_parent", "planned_by", "withdrawn_by"))
    return {
        "unit": unit,
        "posts": Post.objects.filter(unit=unit, active=True).select_related("holder"),
        "children": Unit.objects.filter(parent=unit, active=True),
        "hanging": affected(unit, now),
        "planned": [_line(row) for row in rows if row.planned],
        "history": [_line(row) for row in rows if not row.planned],
        "former": former(unit),
    }


def former(unit: Unit) -> list[str]:
    """What it was called before, each with the last day, newest first."""
    found = []
    names = [*(one["name"] for one in unit.former), unit.name]
    for before, after in zip(unit.former, names[1:], strict=True):
        if before["name"] != after:
            day = figures.day(date.fromisoformat(before["until"]))
            found.append(_("%(name)s (up to %(day)s)") % {"name": before["name"], "day": day})
    return found[::-1]


def _line(row: UnitChange) -> Line:
    return line(row, in_words(row))


def preview(change: UnitChange, now: datetime) -> Preview:
    """What *change*, which isn't stored, would do."""
    unit, today = change.unit, timezone.localdate(now)
    title = _("From %(day)s on: %(what)s") % {"day": figures.day(change.on, today), "what": in_words(change)}
    sentences = [moment_of_it(change.on > today)]
    ends = change.kind in (Kind.MERGE, Kind.CLOSE)
    hanging = affected(unit, now)
    past = affected(unit, now, past=True)
    match change.kind:
        case Kind.RENAME:
            sentences += _of_rename(change)
        case Kind.MOVE:
            sentences += _of_move(change)
        case _:
            sentences += _of_end(change)
    sentences.append(
        _("Closed months, accepted reports, published rankings and bulletins stay as they are.")
        + (
            _(
                " A month from before that isn't published yet shows the unit by the name of then;"
                " its projects count for who leads them now."
            )
            if ends
            else ""
        )
    )
    parts = []
    if ends and change.into:
        parts.append(Part(_("This goes to %(into)s") % {"into": change.into.name}, hanging))
    parts.append(Part(_("This stays"), past if ends else [*hanging, *past]))
    return Preview(title, sentences, [part for part in parts if part.things])


def _of_rename(change: UnitChange) -> list[str]:
    return [
        _("Pages, lists and new papers say “%(name)s”.") % {"name": change.new_short_name},
        _("“%(name)s” stays as another way to write it: ledgers that say so are still understood.")
        % {"name": change.unit.name},
        _("Its projects, plans, posts and problems stay with it."),
    ]


def _of_move(change: UnitChange) -> list[str]:
    unit, place = change.unit, change.new_parent
    below = Unit.objects.within(unit).exclude(pk=unit.pk).count()
    said = [_("Its projects, plans, posts and problems stay with it.")]
    if below:
        said.append(
            ngettext("%(n)s unit below it goes along.", "%(n)s units below it go along.", below) % {"n": below}
        )
    if place is not None and not place.is_county:
        said.append(_("People of %(place)s see and fill in its projects.") % {"place": place.name})
        if place.kind in (*REPORTING, UnitKind.SQUAD):
            said.append(_("In rankings its projects count for %(place)s from that month on.") % {"place": place.name})
    return said


def _of_end(change: UnitChange) -> list[str]:
    unit, into = change.unit, change.into
    posts = posts_of(unit)
    below = Unit.objects.filter(parent=unit, active=True).count()
    if into is None:
        return [
            ngettext("%(n)s post ends with it.", "%(n)s posts end with it.", posts) % {"n": posts},
            _("Whoever holds no other post can't sign in any more."),
        ]
    said = [
        ngettext(
            "%(n)s post goes to %(into)s with its holder.", "%(n)s posts go to %(into)s with their holders.", posts
        )
        % {"n": posts, "into": into.name},
        _("Where both have a post of that name held, it comes over with the name of the unit beside it."),
        _("Projects that were withdrawn, merged or split up stay under the old name."),
    ]
    if below:
        said.append(
            ngettext("%(n)s unit below it stands below %(into)s.", "%(n)s units below it stand below %(into)s.", below)
            % {"n": below, "into": into.name}
        )
    return said
