"""What pages say of a county's months: which is the newest with figures, and what was changed of one afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.amounts import figures
from core.days.periods import Period
from organization.units.models import Unit
from projects.registry.models import Project
from projects.registry.months.models import Fact, FormerFact, MonthChange, ProjectMonth, ReportingMonth
from projects.registry.months.rows import COLUMN, value_of
from projects.registry.months.words import LABELS, Names, late, packages_in

LINES = 3  # of days, on a page of figures
NAMED = 4  # changed facts that one line names

OF_UNITS = (Fact.LEAD_UNIT, Fact.COMPETENT_UNIT)
OTHERS = "others"  # any of those that aren't summed
SUMMED = {"done": gettext_lazy("works done"), "plan": gettext_lazy("plan of the year")}


@dataclass(frozen=True)
class ChangeLine:
    """One line of a month's page: what was changed on a day after the month, and where the single changes stand."""

    text: str
    href: str


def newest_reported(county: Unit | int, on: date) -> Period | None:
    """The newest month up to that of *on* for which a report of *county* is accepted."""
    month = ProjectMonth.objects.newest(county, Period.of(on))
    return Period.parse(month) if month else None


def as_it_stood(project: Project, period: Period, on: date) -> tuple[ProjectMonth | None, Period]:
    """The row of *project* at the end of *period*, or of the month of *on* if it wasn't on file by then, with that
    month's name. None if it has neither."""
    for one in (period, Period.of(on)):
        row = ProjectMonth.objects.of(project.county, one).filter(project=project).select_related("lead_unit").first()
        if row is not None:
            return row, one
    return None, period


def late_of(project: Project, changes: Sequence[FormerFact]) -> list[str]:
    """Each of *changes*, which were dated into closed months and don't count there, in a line. No query for none."""
    if not changes:
        return []
    typed: dict[tuple[str, int], list[FormerFact]] = {}
    for one in FormerFact.objects.filter(project=project).order_by("pk"):
        typed.setdefault((one.fact, one.year), []).append(one)
    plans = {plan.year: plan.investment for plan in project.plans.all()}
    became: dict[int, Any] = {}
    for (fact, year), of_fact in typed.items():
        now = plans.get(year) if fact == Fact.PLAN else getattr(project, COLUMN[fact])
        for one, after in zip(of_fact, [*of_fact[1:], None], strict=True):
            became[one.pk] = now if after is None else value_of(after)
    named = {value for one in changes for value in (value_of(one), became[one.pk]) if one.fact in OF_UNITS}
    units = dict(Unit.objects.filter(pk__in=named).values_list("pk", "short_name"))
    of_packages = [one for one in changes if one.fact == Fact.PACKAGE]
    names = Names(units, packages_of({"package_id": [value_of(one), became[one.pk]]} for one in of_packages))
    closed = ReportingMonth.objects.filter(county=project.county, closed_at__isnull=False)
    months = list(closed.values_list("month", flat=True))
    return [late(one, became[one.pk], names, months) for one in changes]


def packages_of(changes: Iterable[Mapping[str, Any]] = (), county: Unit | None = None) -> dict[int, str]:
    """What the packages that *changes* name are called, or all of *county*. No query where none is named."""
    wanted = packages_in(changes)
    if county is None and not wanted:
        return {}
    found = Project.objects.filter(county=county).packages() if county else Project.objects.filter(pk__in=wanted)
    return dict(found.order_by().values_list("pk", "name"))


def concerns(units: Sequence[int]) -> Q:
    """The condition that a change is of a project that one of *units* led in that month, or led before the change."""
    rows = ProjectMonth.objects.filter(project=OuterRef("project"), month=OuterRef("month"), lead_unit__in=units)
    return Q(Exists(rows)) | Q(fields__lead_unit_id__0__in=list(units))


def changes_of(
    county: Unit | int, period: Period, units: Sequence[int] | None = None, *, project: Project | None = None
) -> list[ChangeLine]:
    """What changed figures of *county* at the end of *period* once that was over, of the projects that *units* led
    (None: of all), or of *project*: a line for each of the last days on which something was typed, and one for the
    days before.

    Nothing changed is one query of an index.
    """
    month = period.months()[-1]
    found = MonthChange.objects.filter(county=county, month=month)
    if units is not None:
        found = found.filter(concerns(units))
    if project is not None:
        found = found.filter(project=project)
    days = list(
        found.order_by()
        .values(day=TruncDate("at"))
        .annotate(
            n=Count("project", distinct=True),
            **{f"sum_{name}": Sum(name) for name in SUMMED},
            **{f"n_{name}": Count("project", filter=~Q(**{name: 0}), distinct=True) for name in SUMMED},
        )
        .order_by("-day")
    )
    if not days:
        return []
    asked: dict[str, Any] = {"month": month}
    if units is not None:
        asked["unit"] = list(Unit.objects.filter(pk__in=units).order_by("pk").values_list("code", flat=True))
    if project is not None:
        asked["project"] = project.pk
    facts = _facts(found, [one["day"] for one in days[:LINES]])
    lines = [
        ChangeLine(_said(one, facts[one["day"]], period, counted=project is None), _href(asked, one["day"]))
        for one in days[:LINES]
    ]
    if rest := days[LINES:]:
        said = ngettext("… and corrections of %(n)s day before", "… and corrections of %(n)s days before", len(rest))
        lines.append(ChangeLine(said % {"n": len(rest)}, _href(asked)))
    return lines


def _facts(found: Any, days: Sequence[date]) -> dict[date, dict[str, int]]:
    """Of how many projects which facts changed on each of *days*, in the order of `LABELS`; any of `OTHERS`."""
    counts = {name: Count("project", filter=Q(fields__has_key=name), distinct=True) for name in LABELS}
    counts[OTHERS] = Count("project", filter=Q(fields__has_any_keys=[*(LABELS.keys() - SUMMED)]), distinct=True)
    rows = found.annotate(day=TruncDate("at")).filter(day__in=days).order_by()
    each = rows.values("day").annotate(**{f"of_{name}": count for name, count in counts.items()})
    return {one["day"]: {name: one[f"of_{name}"] for name in counts if one[f"of_{name}"]} for one in each}


def _said(of_day: Mapping[str, Any], facts: Mapping[str, int], period: Period, *, counted: bool) -> str:
    """“8月12日更正：完成投资+2,000万元（1个项目）；状态（2个项目）”; of a project's own page without how many."""
    parts = [*_sums(of_day, counted=counted)]
    shown = {name for name in SUMMED if of_day[f"sum_{name}"]}
    others = [name for name in facts if name not in shown and name != OTHERS]
    if others:
        n = max(facts.get(OTHERS, 0), *(facts[name] for name in others)) if shown else of_day["n"]
        names = _(", ").join(str(LABELS[name]) for name in others[:NAMED])
        if len(others) > NAMED:
            names = _("%(names)s and others") % {"names": names}
        said = ngettext("%(names)s of %(n)s project", "%(names)s of %(n)s projects", n) if counted else "%(names)s"
        parts.append(said % {"names": names, "n": n})
    if not parts:
        parts.append(ngettext("%(n)s project", "%(n)s projects", of_day["n"]) % {"n": of_day["n"]})
    day = figures.day(of_day["day"], period.last)
    return _("Corrected on %(day)s: %(what)s") % {"day": day, "what": _("; ").join(parts)}


def _sums(of_day: Mapping[str, Any], *, counted: bool) -> Iterator[str]:
    for name, what in SUMMED.items():
        if amount := of_day[f"sum_{name}"]:
            n = of_day[f"n_{name}"]
            said = (
                ngettext(
                    "%(what)s %(amount)s 10k yuan (%(n)s project)",
                    "%(what)s %(amount)s 10k yuan (%(n)s projects)",
                    n,
                )
                if counted
                else _("%(what)s %(amount)s 10k yuan")
            )
            yield said % {"what": what, "amount": signed(amount), "n": n}


def signed(yuan: int) -> str:
    """A difference in 万元 with its sign: +2,000."""
    return f"{'+' if yuan > 0 else ''}{figures.wan(yuan)}"


def _href(asked: Mapping[str, Any], day: date | None = None) -> str:
    query = dict(asked) | ({"day": day.isoformat()} if day else {})
    return f"{reverse('projects:month_changes')}?{urlencode(query, doseq=True)}"
