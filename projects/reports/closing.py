"""A month of a county is closed and reopened: what closing means for its reports."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.amounts import figures
from core.days.periods import Period
from core.records.history import keep
from core.refusals import NeedsReason, require
from organization.people.models import User
from organization.units.models import Unit
from projects.registry.months.models import ReportingMonth
from projects.registry.months.services import demand_lived, extend
from projects.reports import permissions
from projects.reports.questions import month_name
from projects.reports.services import REASON_LENGTH, Locked, _check_length


def is_early(period: Period, now: datetime) -> bool:
    """Whether *period* still has a day to come: closed by then, its last days have no figures."""
    return timezone.localdate(now) < period.last


@transaction.atomic
def close_month(county: Unit, period: Period, *, by: User | None, now: datetime, reason: str = "") -> ReportingMonth:
    """Lock the reports of *period*, whatever is missing (the page that asks says what). Twice is harmless.

    Before its last day it needs a *reason*, which stays with the month.
    """
    if by:
        require(permissions.can_close_month(by, county))
    if period.first > timezone.localdate(now):
        raise Locked(_("%(month)s has not begun yet.") % {"month": month_name(period)})
    demand_lived(county, period.next())  # who begins closes the month before
    extend(county, now=now)
    reason = reason.strip()
    _check_length("reason", reason, REASON_LENGTH)
    month = lock_month(county, period)
    if month.closed_at is None:
        if is_early(period, now) and not reason:
            said = {"month": month_name(period), "day": figures.day(period.last, period.last)}
            raise NeedsReason(_("%(month)s lasts until %(day)s. To close it before, write why.") % said)
        month.closed_at, month.closed_by = now, by
        month.reason = reason
        keep(month, by=by, now=now, reason=reason)
    return month


@transaction.atomic
def reopen_month(county: Unit, period: Period, *, by: User | None, now: datetime, reason: str) -> ReportingMonth:
    """Unlock the reports of *period*; the *reason* stays with the month. Twice is harmless."""
    if by:
        require(permissions.can_reopen_month(by, county))
    if not (reason := reason.strip()):
        raise NeedsReason(_("Write why it is reopened: it stays with the month."))
    _check_length("reason", reason, REASON_LENGTH)
    month = lock_month(county, period)
    if month.closed_at is not None:
        month.closed_at = month.closed_by = None
        month.reason = reason
        keep(month, by=by, now=now)
    return month


def lock_month(county: Unit, period: Period) -> ReportingMonth:
    """The month, held until the transaction ends: who closes it and who brings something in are served in turn."""
    ReportingMonth.objects.get_or_create(county=county, month=str(period))
    return ReportingMonth.objects.select_for_update().get(county=county, month=str(period))
