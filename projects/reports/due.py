"""Who must do what with monthly reports, and by when. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.days.office import calendar
from core.days.periods import Period
from core.demands import more_days
from core.due import Due, DueItem
from core.records.order import last
from organization.people.models import User
from organization.permissions import UNIT_ROLES, units_of
from organization.profiles.rules import rules_of
from organization.units.models import Unit, UnitKind, is_within
from projects.choices import ReportStatus
from projects.registry.models import Sponsor
from projects.reports.models import WAITING, MonthlyReport
from projects.reports.months import due_at, must_report, open_periods, with_status
from projects.reports.questions import month_name
from projects.rules import MonthlyRules


def due_items(county: Unit, now: datetime, person: User | None = None) -> list[DueItem]:
    """What is due in *county*'s open months, or *person*'s part of it: to fill in, to mend, to approve, to review."""
    rules = rules_of(county)[MonthlyRules]
    days = calendar()
    items: list[DueItem] = []
    for period in open_periods(county, timezone.localdate(now), rules):
        due = due_at(period, rules, days)
        items += _to_fill(county, period, due, person)
        items += _to_mend(county, period, due, person)
        items += _to_approve(county, period, due, person)
        items += _to_review(county, period, due, person)
    return items


def _is_mine(person: User | None, county: Unit, path: str) -> bool:
    return person is None or is_within(path, units_of(person, *UNIT_ROLES, county=county))


def _count(n: int) -> str:
    return ngettext("%(n)s project", "%(n)s projects", n) % {"n": n}


def _to_fill(county: Unit, period: Period, due: datetime, person: User | None) -> Iterator[DueItem]:
    """One for each unit that owes reports; returned ones are items of their own."""
    if person is not None and not person.holds(*UNIT_ROLES, at=county):
        return
    waits = Q(report_status__isnull=True) | Q(report_status=ReportStatus.DRAFT)
    owed = with_status(county, period).filter(must_report(county, period), waits)
    if person is not None:
        own = Unit.objects.below(units_of(person, *UNIT_ROLES, county=county))
        owed = owed.filter(lead_unit__in=own.values("pk"))
    counted = list(owed.order_by().values_list("lead_unit").annotate(n=Count("pk")))
    more = more_days(county, period) if counted else {}
    for unit_id, n in counted:
        yield DueItem(
            kind="report_fill",
            key=f"report_fill:{period}:{unit_id}",
            unit_id=unit_id,
            title=_("Fill in the %(month)s report") % {"month": month_name(period)},
            about=_count(n),
            due_at=max(more.get(unit_id, due), due),
            link=f"{reverse('projects:grid', args=[period])}?unit={unit_id}",
            action=_("Fill in"),
            count=n,
        )


def _to_mend(county: Unit, period: Period, due: datetime, person: User | None) -> Iterator[DueItem]:
    """One for each report that was given back."""
    if person is not None and not person.holds(*UNIT_ROLES, at=county):
        return
    returned = MonthlyReport.objects.of_county(county, period, ReportStatus.RETURNED)
    for report in returned.select_related("project__lead_unit").order_by(last("project__number"), "project_id"):
        project = report.project
        if not _is_mine(person, county, project.lead_unit.path):
            continue
        yield DueItem(
            kind="report_returned",
            key=f"report_returned:{report.pk}",
            unit_id=project.lead_unit_id,
            title=_("Mend the %(month)s report") % {"month": month_name(period)},
            about=project.name,
            why=report.return_reason,
            due_at=due,
            link=reverse("projects:report", args=[project.pk, period]),
            action=_("Mend"),
            project_id=project.pk,
        )


def _to_approve(county: Unit, period: Period, due: datetime, person: User | None) -> Iterator[DueItem]:
    """One for each sponsoring post that somebody holds; of the whole county each says whose it is."""
    submitted = MonthlyReport.objects.of_county(county, period, ReportStatus.SUBMITTED).order_by().values("project")
    sponsors = Sponsor.objects.filter(project__in=submitted, post__active=True, post__holder__isnull=False)
    if person is not None:
        sponsors = sponsors.filter(post__holder=person)
    counts = Counter(sponsors.values_list("post", "post__unit", "post__title"))
    for (post_id, unit_id, title), n in sorted(counts.items()):
        yield DueItem(
            kind="report_approve",
            key=f"report_approve:{period}:{post_id}",
            unit_id=unit_id,
            title=_("Approve the %(month)s reports") % {"month": month_name(period)},
            about=_count(n) if person else _("%(what)s, %(who)s") % {"what": _count(n), "who": title},
            due_at=due,
            link=reverse("projects:review", args=[period]),
            action=_("Approve"),
            count=n,
        )


def _to_review(county: Unit, period: Period, due: datetime, person: User | None) -> Iterator[DueItem]:
    """One for the command office."""
    if person is not None and not person.is_office_of(county):
        return
    n = MonthlyReport.objects.of_county(county, period, *WAITING).count()
    if not n:
        return
    office = Unit.objects.filter(county=county, kind=UnitKind.OFFICE, active=True).values_list("pk", flat=True)
    yield DueItem(
        kind="report_review",
        key=f"report_review:{period}",
        unit_id=office.first() or county.pk,
        title=_("Review the %(month)s reports") % {"month": month_name(period)},
        about=_count(n),
        due_at=due,
        link=reverse("projects:review", args=[period]),
        action=_("Review"),
        count=n,
    )


KINDS = {
    "report_fill": gettext_lazy("Monthly reports to fill in"),
    "report_returned": gettext_lazy("Monthly reports given back"),
    "report_approve": gettext_lazy("Monthly reports to approve"),
    "report_review": gettext_lazy("Monthly reports to review"),
}
DUE = (Due("reports", due_items, KINDS),)
