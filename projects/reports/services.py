"""What happens to monthly reports: filled in, submitted, approved, accepted, given back; months closed.

Amounts are whole yuan. `by=None` is the system itself (an import, a replay) and is not asked for rights.
Every act is one short transaction on the project's row: two people at one report are served in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.days.periods import Period
from core.records.history import REASON, differing, keep, keep_typed, visible
from core.records.order import last
from core.refusals import NeedsReason, Refused, Stale, Wrong, require, unseen
from core.told import tell
from organization.people.models import User
from organization.permissions import Answer
from organization.profiles.rules import rules_of
from projects.choices import ReportStatus
from projects.registry.models import Project
from projects.registry.months.services import follow
from projects.reports import permissions
from projects.reports.models import WAITING, MonthlyReport
from projects.reports.months import EDITABLE, PROGRESS_LENGTH, carried, changed_by, facts_of, is_closed, standings
from projects.reports.questions import MEASURES, Question, gaps, month_name, questions
from projects.rules import ReportRules

FIELDS = ("works", "progress", "problem", "request", *MEASURES, "explanation")


TEXTS = ("progress", "problem", "request", "explanation")


LONGEST = dict.fromkeys(TEXTS, PROGRESS_LENGTH) | {"explanation": 300}


REASON_LENGTH = 300


class Locked(Refused):
    """The report can't be changed now."""


@dataclass
class Held:
    """A report that did not go, and why."""

    report: MonthlyReport
    sentences: list[str]


@dataclass
class Submitted:
    """What became of a submission."""

    sent: list[MonthlyReport] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)


@transaction.atomic
def save(
    project: Project,
    period: Period,
    *,
    by: User | None,
    now: datetime,
    version: int | None = None,
    unchanged: bool = False,
    reason: str = "",
    **values: Any,
) -> MonthlyReport:
    """Write *values* (any of FIELDS) into the project's report of *period*; a draft is made if there is none.

    Equal values write nothing, whatever the version, so that a repeat is harmless. With another *version*
    than the stored one (0: there was none) Stale is raised. Submitted and accepted reports and closed
    months are Locked; the office may correct an accepted report of an open month with a *reason*. Later
    reports of the year follow in the same transaction. What one person types into a draft in one sitting is one
    row of history. A returned report becomes a draft again. *unchanged*
    marks a month in which nothing happened.
    """
    project = _lock(project.pk)
    found = MonthlyReport.objects.filter(project=project, month=str(period)).select_related("updated_by")
    stored = found.first() or MonthlyReport(county=project.county, project=project, month=str(period), version=0)
    stored.project = project
    values = _tidy(values)
    if project.is_package:
        raise Locked(_("A package isn't reported on: its sub-projects are"))
    _check_length("reason", reason.strip(), REASON)
    changed = differing(stored, values)
    unchanged = unchanged and values.get("works", stored.works) == 0
    if by:
        _check_rights(by, project, changed)
    if not changed and (not unchanged or stored.unchanged):
        return stored
    if version is not None and version != stored.version:
        raise Stale(stored, changed_by(stored, now))
    _check_open(stored, period, by=by, now=now, reason=reason)
    for name, value in changed.items():
        setattr(stored, name, value)
    if "works" in changed:
        stored.stated = False  # a person's figure: the year to date is the sum of the months again
        stored.works_ytd = None if stored.works is None else stored.works_ytd
    if "works" in changed or "progress" in changed or unchanged:
        stored.unchanged = unchanged
    if stored.status == ReportStatus.RETURNED:
        stored.status = ReportStatus.DRAFT  # mended; the reason stays beside it until it goes up again
    stored.version += 1
    stored.updated_at, stored.updated_by = now, by
    carry_forward(project, period.year, touched=stored, by=by, now=now, reason=reason)
    if stored.status == ReportStatus.ACCEPTED:
        _count(stored, by, now, reason)
    return stored


def copy_last(
    project: Project, period: Period, *, by: User | None, now: datetime, version: int | None = None
) -> MonthlyReport:
    """Nothing changed: no works in the month, the words of the last report again."""
    last = standings([project.pk], period)[project.pk]
    progress = last.last_progress or _("No change.")
    return save(project, period, by=by, now=now, version=version, works=0, progress=progress, unchanged=True)


def carry_forward(
    project: Project,
    year: int,
    *,
    by: User | None,
    now: datetime,
    reason: str = "",
    touched: MonthlyReport | None = None,
) -> None:
    """Bring the year to date of all the project's reports of *year* in step, with history.

    *touched* is the report that was just changed in memory: it is written in any case, once. To be called in
    the transaction that locked the project.
    """
    reports = list(MonthlyReport.objects.filter(project=project, month__startswith=f"{year}-"))
    if touched is not None:
        reports = [report for report in reports if report.month != touched.month] + [touched]
    for step in carried(reports):
        report = step.report
        settled = (report.works_before, report.works_ytd) == (step.before, step.total)
        if settled and report is not touched:
            continue
        report.works_before, report.works_ytd = step.before, step.total
        why = reason if report is touched else _("An earlier month changed")
        # a draft is saved key by key, and counts nowhere
        (keep_typed if report.status == ReportStatus.DRAFT else keep)(report, by=by, now=now, reason=why)


def _lock(pk: int) -> Project:
    return Project.objects.select_for_update(of=("self",)).select_related("lead_unit", "county").get(pk=pk)


def _tidy(values: dict[str, Any]) -> dict[str, Any]:
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise TypeError(f"not a field of a report: {', '.join(sorted(unknown))}")
    tidy = {name: visible(value or "") if name in TEXTS else value for name, value in values.items()}
    for name, longest in LONGEST.items():
        _check_length(name, tidy.get(name, ""), longest)
    return tidy


def _check_length(name: str, text: str, most: int) -> None:
    if len(text) > most:
        raise Wrong({name: _("%(n)s characters are too many; %(most)s fit.") % {"n": len(text), "most": most}})


def _check_rights(by: User, project: Project, changed: dict[str, Any]) -> None:
    answer = permissions.can_fill_report(by, project)
    if answer and "statistics_ytd" in changed:
        answer = permissions.can_fill_statistics(by, project)
    require(answer)


def _check_open(report: MonthlyReport, period: Period, *, by: User | None, now: datetime, reason: str) -> None:
    if period.first > timezone.localdate(now):
        raise Locked(_("%(month)s has not begun yet.") % {"month": month_name(period)})
    _check_month(report)
    if report.status in EDITABLE:
        return
    corrects = by is None or by.is_office_of(report.project.county_id)
    if report.status == ReportStatus.ACCEPTED and reason.strip() and corrects:
        return
    if report.status == ReportStatus.ACCEPTED:
        raise Locked(_("The report is accepted. The office can give it back or correct it with a reason."))
    raise Locked(_("The report is submitted. It can be changed when it is given back."))


@transaction.atomic
def submit(
    reports: Iterable[MonthlyReport], *, by: User | None, now: datetime, version: Mapping[int, int] | None = None
) -> Submitted:
    """Send drafts and returned reports up. Those incomplete, unexplained, locked or changed meanwhile (*version*: what
    the page showed of each, by its key) are held back with sentences; the rest go. What is submitted already is
    passed over: pressing twice is harmless."""
    found = _lock_reports(reports)
    result = Submitted()
    stands = _stands(found)
    closed: dict[tuple[int, str], bool] = {}
    for report in found:
        if report.status not in EDITABLE:
            continue
        key = (report.project.county_id, report.month)
        if key not in closed:
            closed[key] = is_closed(report.project.county, Period.parse(report.month))
        sentences = _held_by(report, by, closed[key]) or standing_in_the_way(report, stands[report.pk])
        if version is not None and version.get(report.pk) != report.version:
            sentences = [changed_by(report, now)]
        if sentences:
            result.held.append(Held(report, sentences))
            continue
        report.status = ReportStatus.SUBMITTED
        report.submitted_at, report.submitted_by = now, by
        report.return_reason = ""
        report.approved_at = report.approved_by = None
        keep(report, by=by, now=now)
        result.sent.append(report)
    return result


@transaction.atomic
def take_back(
    report: MonthlyReport, *, by: User, now: datetime, version: int | None = None, reason: str = ""
) -> MonthlyReport:
    """A submitted report is its unit's again, as it stood before it went up, while nobody has acted on it. Twice is
    harmless. Locked once it is approved, accepted or given back, and when its month is closed."""
    report = _lock_report(report, version, now, partial(permissions.can_take_back_report, by))
    if report.status == ReportStatus.DRAFT:
        return report
    if report.status != ReportStatus.SUBMITTED:
        raise Locked(_("Somebody has acted on it: %(status)s") % {"status": _status_now(report)})
    _check_month(report)
    before = report.history.filter(status__in=EDITABLE).order_by("history_id").last()
    report.status = before.status if before else ReportStatus.DRAFT
    for name in ("return_reason", "submitted_at", "submitted_by", "approved_at", "approved_by"):
        setattr(report, name, getattr(before or MonthlyReport(), name))
    keep(report, by=by, now=now, reason=reason)
    return report


def standing_in_the_way(report: MonthlyReport, asked: list[Question]) -> list[str]:
    """What keeps *report* from going up, as sentences: gaps, and questions without a word of explanation."""
    sentences = gaps(report.works, report.progress)
    if not report.explanation:
        sentences += [question.text for question in asked]
    return sentences


def _held_by(report: MonthlyReport, by: User | None, closed: bool) -> list[str]:
    if by and not (answer := permissions.can_fill_report(by, report.project)):
        return [answer.why]
    if closed:
        return [_closed_sentence(report)]
    return []


def _stands(reports: Iterable[MonthlyReport]) -> dict[int, list[Question]]:
    """The questions that each report asks, in a handful of queries."""
    result: dict[int, list[Question]] = {}
    by_month: dict[str, list[MonthlyReport]] = {}
    for report in reports:
        by_month.setdefault(report.month, []).append(report)
    rules: dict[int, ReportRules] = {}
    for month, of_month in by_month.items():
        stands = standings([report.project_id for report in of_month], Period.parse(month))
        for report in of_month:
            county = report.project.county
            if county.pk not in rules:
                rules[county.pk] = rules_of(county)[ReportRules]
            facts = facts_of(report, stands[report.project_id])
            result[report.pk] = questions(facts, rules[county.pk])
    return result


@transaction.atomic
def approve(report: MonthlyReport, *, by: User | None, now: datetime, version: int | None = None) -> MonthlyReport:
    """A sponsor says yes to a submitted report. Approving twice is harmless."""
    report = _lock_report(report, version, now, partial(permissions.can_approve_report, by) if by else None)
    if report.status == ReportStatus.APPROVED:
        return report
    if report.status != ReportStatus.SUBMITTED:
        raise Locked(_status_now(report))
    _check_month(report)
    report.status = ReportStatus.APPROVED
    report.approved_at, report.approved_by = now, by
    keep(report, by=by, now=now)
    return report


@transaction.atomic
def accept(
    report: MonthlyReport, *, by: User | None, now: datetime, reason: str = "", version: int | None = None
) -> MonthlyReport:
    """The office takes a report into the figures; later months of the year follow. Twice is harmless.

    One that a sponsor still has to approve needs a *reason*, which is kept in the history.
    """
    report = _lock_report(report, version, now, partial(permissions.can_review_report, by) if by else None)
    if report.status == ReportStatus.ACCEPTED:
        return report
    if report.status not in WAITING:
        raise Locked(_status_now(report))
    _check_month(report)
    _check_length("reason", reason.strip(), REASON)
    if waits_for_sponsor(report) and not reason.strip():
        raise NeedsReason(_("The sponsor has not approved it yet. To accept it all the same, write why."))
    report.status = ReportStatus.ACCEPTED
    report.accepted_at, report.accepted_by = now, by
    year = Period.parse(report.month).year
    carry_forward(report.project, year, touched=report, by=by, now=now, reason=reason.strip())
    _count(report, by, now, reason)
    return report


@transaction.atomic
def give_back(
    report: MonthlyReport, *, by: User | None, now: datetime, reason: str, version: int | None = None
) -> MonthlyReport:
    """Return a report to its unit with a *reason* that they read. Sponsors: what waits for them. The office:
    anything of an open month, an accepted report too, which then no longer counts."""
    report = _lock_report(report, version, now, partial(permissions.can_return_report, by) if by else None)
    if not (reason := reason.strip()):
        raise NeedsReason(_("Write why it goes back: the unit reads it."))
    _check_length("reason", reason, REASON_LENGTH)
    office = by is None or bool(permissions.can_review_report(by, report))
    if report.status not in ((*WAITING, ReportStatus.ACCEPTED) if office else WAITING[:1]):
        raise Locked(_status_now(report))
    _check_month(report)
    counted = report.status == ReportStatus.ACCEPTED
    report.status = ReportStatus.RETURNED
    report.return_reason = reason
    report.approved_at = report.approved_by = report.accepted_at = report.accepted_by = None
    year = Period.parse(report.month).year
    carry_forward(report.project, year, touched=report, by=by, now=now, reason=reason)
    if counted:
        _count(report, by, now, reason)
    tell("report_returned", report, by=by, now=now, why=reason)
    return report


def _count(report: MonthlyReport, by: User | None, now: datetime, reason: str) -> None:
    """The months' rows count the accepted reports as they are now, from that of *report* on."""
    month = Period.parse(report.month)
    follow([report.project_id], on=month.first, now=now, by=by, reason=reason, since=month)


def waits_for_sponsor(report: MonthlyReport) -> bool:
    """Whether somebody holds a sponsoring post of the project and has not said yes."""
    if report.status != ReportStatus.SUBMITTED:
        return False
    return any(sponsor.post.active and sponsor.post.holder_id for sponsor in report.project.sponsors.all())


def _lock_reports(reports: Iterable[MonthlyReport]) -> list[MonthlyReport]:
    """The reports as they are now, their projects locked, always in one order: nobody waits in a circle."""
    wanted = {report.pk: report.project_id for report in reports}
    list(Project.objects.select_for_update(of=("self",)).filter(pk__in=set(wanted.values())).order_by("pk"))
    return list(
        MonthlyReport.objects.filter(pk__in=wanted)
        .select_related("project__lead_unit", "project__county", "updated_by")
        .order_by(last("project__number"), "project_id", "month")
    )


def _lock_report(
    report: MonthlyReport, version: int | None, now: datetime, may: Callable[[MonthlyReport], Answer] | None
) -> MonthlyReport:
    """The report as it is now; Stale if it isn't the *version* that was looked at, after *may* (None: the system)."""
    project = _lock(report.project_id)
    fresh = MonthlyReport.objects.select_related("updated_by").get(pk=report.pk)
    fresh.project = project
    if may:
        require(may(fresh))
    unseen(fresh, version, changed_by(fresh, now))
    return fresh


def _status_now(report: MonthlyReport) -> str:
    return _("The report is now: %(status)s.") % {"status": report.get_status_display()}


def _check_month(report: MonthlyReport) -> None:
    if is_closed(report.project.county, Period.parse(report.month)):
        raise Locked(_closed_sentence(report))


def _closed_sentence(report: MonthlyReport) -> str:
    month = month_name(Period.parse(report.month))
    return _("%(month)s is closed. The command office can reopen it with a reason.") % {"month": month}
