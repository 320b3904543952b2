"""Which backups are kept: all of the last days, then one a week, one a month, one a year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

DAYS, WEEKS, MONTHS = 7, 5, 12


def outlived(made: Iterable[datetime], *, on: date) -> list[datetime]:
    """Those of *made* that may go on *on*: neither of the last DAYS, nor the newest of one of the last WEEKS weeks, of
    one of the last MONTHS months, or of a year. The newest of all is always kept."""
    keep: dict[object, datetime] = {}
    every = sorted(made)
    for moment in every:
        day = moment.date()
        age, months = (on - day).days, (on.year - day.year) * 12 + on.month - day.month
        if age < DAYS:
            keep["moment", moment] = moment
        if age < DAYS * WEEKS:
            keep["week", day - timedelta(days=day.weekday())] = moment
        if months < MONTHS:
            keep["month", day.year, day.month] = moment
        keep["year", day.year] = moment
    return [moment for moment in every if moment not in set(keep.values())]
