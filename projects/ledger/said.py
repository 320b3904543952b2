"""What a ledger says as the registry holds it: days, what each month's report is to hold, words of the page. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models

from core.amounts.figures import wan_said
from core.amounts.grammar import WAN
from core.days.periods import Period
from core.days.reading import Precision, When
from organization.units.models import Unit
from projects.choices import Level, ReportStatus
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


def times(values: Mapping[str, Any], *, started: bool) -> dict[str, Any]:
    """Dates and years for the registry: a planned month as its last day, one that happened as its first; a year alone
    stays a year. Of what has *started* the start is when it did."""
    facts: dict[str, Any] = {}
    pairs = (
        (("planned_start", "start", "start_span"), "planned_start", "start_year"),
        (("planned_finish", "finish", "finish_span"), "planned_completion", "end_year"),
    )
    for codes, day, year in pairs:
        said = [when for code in codes if isinstance(when := values.get(code), When)]
        exact = [when.last for when in said if when.precision is not Precision.YEAR]
        if said:
            facts[year] = said[-1].first.year  # the span's, if there is one
        if exact:
            facts[day] = exact[0]
    happened = [("actual_start", "started_on"), ("actual_finish", "completed_on")]
    if started and not isinstance(values.get("actual_start"), When):
        happened += [(code, "started_on") for code in ("start", "start_span")]  # it started, so that is when
    for code, day in happened:
        when = values.get(code)
        if isinstance(when, When) and when.precision is not Precision.YEAR:
            facts.setdefault(day, when.first)
    return facts


def label_of(model: type[models.Model], name: str) -> str:
    field: Any = model._meta.get_field(name)
    return str(field.verbose_name)


def shown(name: str, value: Any) -> str:
    """A value in the words of the page, for an old → new."""
    if value is None or value == "":
        return "—"
    if name in ("total_investment", "investment", "works", "works_ytd"):
        return wan_said(value)
    if name == "quarters":
        return "；".join(f"{n}：{wan_said(told.get('investment')) or '—'}" for n, told in sorted(value.items())) or "—"
    if name == "level":
        return str(Level(value).label)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Unit):
        return value.name
    return str(value)[:120]
