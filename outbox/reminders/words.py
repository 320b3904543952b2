"""What a reminder says: what, about what, due when; of whom, for who only watches over it. Pure."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.amounts import figures
from core.days.office import Days, local_day
from core.days.workdays import workdays_between
from core.due import DueItem
from organization.units.models import Unit
from outbox.reminders.ladder import OWN


def when(item: DueItem, on: date, days: Days) -> str:
    """Due when, as it is on the day *on*; in words that stay true."""
    if item.due_at is None:
        return ""
    day = local_day(item.due_at)
    if day >= on:
        return _("to be done by %(day)s") % {"day": figures.moment(item.due_at, on)}
    late = workdays_between(day, on, days)
    if not late:
        return _("was due %(day)s") % {"day": figures.day(day, on)}
    said = ngettext("was due %(day)s, %(n)s working day late", "was due %(day)s, %(n)s working days late", late)
    return said % {"day": figures.day(day, on), "n": late}


def line(item: DueItem, on: date, days: Days, unit: Unit | None = None) -> str:
    """One thing in one line; with the unit that owes it where that isn't who reads."""
    what = _("%(what)s (%(about)s)") % {"what": item.title, "about": item.about} if item.about else item.title
    said = _("%(what)s, %(when)s") % {"what": what, "when": when(item, on, days)}
    return _("%(unit)s: %(said)s") % {"unit": unit, "said": said} if unit else said


def reminder(item: DueItem, who: str, on: date, days: Days, *, unit: Unit | None, orphaned: bool) -> tuple[str, str]:
    """Subject and body."""
    body = [item.why]
    if orphaned:
        body.append(_("Nobody holds the post that does this: until somebody takes it over it comes to you."))
    return line(item, on, days, None if who == OWN and not orphaned else unit), "\n".join(
        str(one) for one in body if one
    )


def heading(n: int, on: date) -> str:
    """The first line of a group's message."""
    said = ngettext("%(day)s: %(n)s thing is due or late", "%(day)s: %(n)s things are due or late", n)
    return said % {"day": figures.day(on, on), "n": n}
