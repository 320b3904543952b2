"""An absence in words."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.amounts import figures
from organization.absences.models import Absence


def days(absence: Absence, on: date | None = None) -> str:
    """From when to when, as it came to be; without the year of *on*."""
    last = absence.until
    if absence.back_on is not None and absence.back_on > absence.since:
        last = absence.back_on - timedelta(days=1)
    said = {"since": figures.day(absence.since, on), "until": figures.day(last, on)}
    if last is None:
        return pgettext("days away", "from %(since)s on") % said
    return pgettext("days away", "%(since)s to %(until)s") % said


def until(absence: Absence, on: date | None = None) -> str:
    """“until 15 June”, or that nobody knows."""
    if absence.until is None:
        return pgettext("days away", "until further notice")
    return pgettext("days away", "until %(day)s") % {"day": figures.day(absence.until, on)}


def in_words(absence: Absence, on: date | None = None) -> str:
    """“15 June to 20 June, deputy: 县领导02”."""
    return _("%(days)s, deputy: %(deputy)s") % {"days": days(absence, on), "deputy": absence.deputy.in_full}


def away_words(absence: Absence, on: date) -> str:
    """“县领导01 is away until 20 June; 县领导02 deputises”: what stands where something waits for the post."""
    said = {"post": absence.post, "until": until(absence, on), "deputy": absence.deputy.in_full}
    if absence.deputy.holder is None:
        return _("%(post)s is away %(until)s, and nobody holds the deputy's post, %(deputy)s") % said
    return _("%(post)s is away %(until)s; %(deputy)s deputises") % said


def short(absence: Absence, on: date) -> str:
    """“until 20 June · 县领导02”, for a cell."""
    last = until(absence, on) if absence.until else pgettext("days away", "open end")
    return f"{last} · {absence.deputy}"
