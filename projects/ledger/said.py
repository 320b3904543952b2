"""What a ledger says as the registry holds it, and values in the words of the page. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models

from core.amounts.figures import wan_said
from core.days.reading import Precision, When
from organization.units.models import Unit
from projects.choices import Level


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
