"""What a row of a ledger says of months: what each report is to hold, and whether month and year to date fit. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.amounts.grammar import WAN
from core.days.periods import Period
from projects.choices import ReportStatus
from projects.reports.models import MonthlyReport

ROUNDED = WAN  # yuan by which a year to date may differ from the months before it and its own
Wanted = Mapping[str, Any]


def wanted_of(values: Mapping[str, Any], year: int, month: str) -> dict[str, Wanted]:
    """{month: what its report is to hold}, in order: *month* is that of the figures to date ("" if not known)."""
    found: dict[str, dict[str, Any]] = {}
    for code, name in (("months", "works"), ("progress_of", "progress")):
        for number, value in values.get(code, {}).items():
            found.setdefault(f"{year}-{number:02}", {})[name] = value
    if month:
        names = {"done_month": "works", "done": "works_ytd", "progress": "progress", "issues": "problem"}
        own = {name: values[code] for code, name in names.items() if code in values}
        if own:
            found[month] = {**found.get(month, {}), **own}
    return dict(sorted(found.items()))


def known_before(month: str, wanted: Mapping[str, Wanted], reports: Mapping[str, MonthlyReport]) -> int | None:
    """The year to date at the end of the month before *month*, in yuan, by the row itself or by the accepted report on
    file; None where neither knows it."""
    period = Period.parse(month)
    if period.number == 1:
        return 0
    earlier = str(period.previous())
    own = wanted.get(earlier, {})
    if "works_ytd" in own:
        return int(own["works_ytd"])
    if "works" in own and (before := known_before(earlier, wanted, reports)) is not None:
        return before + int(own["works"])
    report = reports.get(earlier)
    return report.works_ytd if report is not None and report.status == ReportStatus.ACCEPTED else None


def fill(report: MonthlyReport, values: Wanted, reports: Mapping[str, MonthlyReport]) -> None:
    """The figures of *values* go into *report*. Where month and year to date are both given they both stay, even if
    the months before don't fit (`stated`); a year to date alone gives the month if the one before it is known."""
    if "works_ytd" not in values and report.works is None and report.works_ytd is not None:
        values = {"works_ytd": report.works_ytd, **values}  # the month comes to a year to date that stood alone
    if "works" not in values and "works_ytd" not in values:
        return
    if "works_ytd" not in values:
        report.works = values["works"]
        if report.stated:
            report.works_ytd = report.works_before + values["works"]
        return
    to_date, before_it = values["works_ytd"], known_before(report.month, {}, reports)
    if "works" in values:
        report.works, report.works_ytd = values["works"], to_date
        report.works_before = to_date - values["works"]
        report.stated = before_it != report.works_before
    elif report.works_ytd != to_date:
        report.works, report.works_ytd = None if before_it is None else to_date - before_it, to_date
        report.stated = False
