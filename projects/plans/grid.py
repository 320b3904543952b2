"""The year's plans of a unit in one table: what stands there, what last year would give, what was typed.

Each row is stored by itself: one that somebody else changed, or that can't be read, leaves the others stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.amounts import figures
from core.records.history import newest_version
from core.refusals import NeedsReason, Refused, Stale, sentences
from organization.people.models import User
from projects.plans.forms import RowForm
from projects.plans.models import AnnualPlan
from projects.plans.rules import BY_KEY, DAYS, FIXED, Facts, as_it_was, missing
from projects.plans.services import set_plan
from projects.registry.models import Project

COLUMNS: dict[str, Any] = {
    "investment": gettext_lazy("Investment"),
    "target": gettext_lazy("Progress target"),
    "responsible": gettext_lazy("Responsible post"),
    "measures": gettext_lazy("Measures"),
    "starts_on": pgettext_lazy("fixed", "Start"),
    "resumes_on": gettext_lazy("Resumption"),
    "completes_on": pgettext_lazy("fixed", "Completion"),
}
EMPTY = ("investment", *DAYS)  # what is None where nothing stands
TAKEN_OVER = ("investment", "target", "responsible", "measures", "team")  # last year's days are over


@dataclass
class Cell:
    """What stands in a field, what last year would give (grey), and whether it can't be read."""

    name: str
    label: Any
    value: str
    grey: str
    bad: bool = False


@dataclass
class Row:
    project: Project
    year: int
    plan: AnnualPlan | None
    last: AnnualPlan | None
    version: int
    missing: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    typed: Mapping[str, str] = field(default_factory=dict)
    bad: frozenset[str] = frozenset()
    done: dict[str, Any] | None = None  # what was stored, to be taken back

    @property
    def prefix(self) -> str:
        return f"r-{self.project.pk}"

    @property
    def can_take_over(self) -> bool:
        """Whether last year has something for a field that is empty."""
        return bool(self.proposed())

    def proposed(self) -> dict[str, Any]:
        """What last year's plan has where this year's is empty."""
        found = {name: getattr(self.last, name) for name in TAKEN_OVER} if self.last else {}
        return {name: value for name, value in found.items() if value and not getattr(self.plan, name, None)}

    def cells(self) -> list[Cell]:
        proposed = self.proposed()
        found = []
        for name, label in COLUMNS.items():
            value = self.typed.get(name, _text(getattr(self.plan, name, None)))
            found.append(Cell(name, label, value, _text(proposed.get(name)), name in self.bad))
        return found


def _text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return figures.wan_exact(value) if isinstance(value, int) else value or ""


def rows_of(projects: Iterable[Project], year: int, fixed: Iterable[str]) -> list[Row]:
    """*projects* with their plans of *year* and the year before; the queries don't grow with them. Each has its
    `sponsors` prefetched."""
    these = list(projects)
    keys = [one.pk for one in these]
    plans: dict[tuple[int, int], AnnualPlan] = {
        (plan.project_id, plan.year): plan
        for plan in AnnualPlan.objects.with_drafts().filter(project__in=keys, year__in=(year - 1, year)).order_by()
    }
    seen = dict(
        AnnualPlan.history.filter(project__in=keys, year=year)
        .order_by()
        .values_list("project_id")
        .annotate(newest=Max("history_id"))
    )
    found = []
    for one in these:
        plan = plans.get((one.pk, year))
        row = Row(one, year, plan, plans.get((one.pk, year - 1)), seen.get(one.pk, 0) if plan else 0)
        facts = Facts.of(one, plan, year, sponsored=bool(one.sponsors.all()))
        row.missing = [str(BY_KEY[key].label) for key in missing(facts, fixed)]
        found.append(row)
    return found


def fill(row: Row, data: Mapping[str, str], *, by: User, now: datetime, reason: str = "", over: bool = False) -> None:
    """Stores what *data* says for *row*, and with *over* last year's where nothing was said; what is refused stands on
    the row, with what was typed."""
    form = RowForm(data, prefix=row.prefix)
    names = [name for name in COLUMNS if f"{row.prefix}-{name}" in data]
    if not names:
        return
    row.typed = {name: data[f"{row.prefix}-{name}"] for name in names}
    if not form.is_valid():
        row.bad = frozenset(form.errors) & set(COLUMNS)
        row.errors = [str(error) for errors in form.errors.values() for error in errors]
        return
    values = {name: form.cleaned_data[name] for name in names}
    if over:
        values |= {name: value for name, value in row.proposed().items() if not values.get(name)}
    _store(row, values, form.cleaned_data["version"], by=by, now=now, reason=reason)


def _store(row: Row, values: dict[str, Any], version: int, *, by: User, now: datetime, reason: str) -> None:
    """One row's transaction: stored, or said why not."""
    kept: dict[str, Any] = {
        name: getattr(row.plan, name) if row.plan else None if name in EMPTY else "" for name in FIXED
    }
    new = kept | values
    if new == kept:
        row.typed = {}
        return
    before = as_it_was(row.plan)
    fixed = {name: value for name, value in new.items() if name not in ("investment", "target")}
    try:
        row.plan = set_plan(
            row.project, row.year, investment=new["investment"], target=new["target"], fixed=fixed, by=by, now=now,
            months=row.plan.months if row.plan else (), reason=reason, version=version,
        )  # fmt: skip
    except Refused as refusal:
        said = sentences(refusal)
        row.bad = frozenset(name for name, _sentence in said if name in COLUMNS)
        if isinstance(refusal, NeedsReason):
            row.bad = frozenset({"investment"})
        row.errors = [sentence for _name, sentence in said]
        if isinstance(refusal, Stale):
            _say_theirs(row)
        return
    row.typed = {}
    row.version = newest_version(AnnualPlan, project=row.project.pk, year=row.year)
    row.done = {
        "pk": row.project.pk,
        "year": row.year,
        "before": before,
        "seen": row.version,
        "name": row.project.name,
        "href": reverse("projects:page", args=[row.project.pk]),
        "was": _said(before and before["investment"], before and before["target"]),
        "will": _said(row.plan.investment, row.plan.target),
    }


def _say_theirs(row: Row) -> None:
    """What stands there now is said beside what was typed; sent once more, what was typed goes in."""
    now = AnnualPlan.objects.with_drafts().filter(project=row.project, year=row.year).first()
    row.version = newest_version(AnnualPlan, project=row.project.pk, year=row.year)
    if now:
        there = _said(now.investment, now.target)
        row.errors.append(_("There stands now: %(there)s. Save once more to write yours over it") % {"there": there})


def _said(investment: Any, target: Any) -> str:
    parts = [] if investment is None else [_("%(plan)s 10k yuan") % {"plan": figures.wan(investment)}]
    return _(", ").join([*parts, *([target[:60]] if target else [])]) or figures.NONE
