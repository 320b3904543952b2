"""What becomes of single rows of a round: not needed this time, more days, given back, handed in as a copy of the
month's running row. Each is one short transaction on the round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.amounts import figures
from core.days.office import at, calendar, local_day
from core.days.periods import Period
from core.days.workdays import next_workday
from core.fillings import Handed
from core.refusals import NeedsReason, Refused, Wrong, require
from core.told import tell
from dispatch.rounds.models import Extension, Out, Round, RoundRow
from dispatch.rounds.more_days import due_for, given
from dispatch.rounds.permissions import can_answer_more_days, can_ask_more_days, can_fill_week, can_spare
from organization.people import recipients
from organization.people.models import Role, User
from organization.units.models import Unit
from projects.choices import ReportStatus
from projects.models import MonthlyReport
from projects.registry.models import Project
from projects.reports import services as reports

WHY = 300


def month_of(opened: Round) -> Period:
    """The month whose running row a round within it is filled in from: the one that its period begins in."""
    return Period.of(Period.parse(opened.period).first)


def _lock(opened: Round) -> Round:
    """The round as it is now, locked. Refused if it is closed."""
    fresh = Round.objects.select_for_update(of=("self",)).select_related("county").get(pk=opened.pk)
    if not Round.objects.still_open(fresh.county_id).filter(pk=fresh.pk).exists():
        raise Refused(_("The round is closed: nothing of it changes any more."))
    return fresh


def _why(reason: str) -> str:
    if not (reason := reason.strip()):
        raise NeedsReason()
    if len(reason) > WHY:
        raise Wrong({"reason": _("%(n)s characters are too many; %(most)s fit.") % {"n": len(reason), "most": WHY}})
    return reason


@transaction.atomic
def spare(opened: Round, rows: Iterable[int], *, by: User, now: datetime, reason: str) -> int:
    """Those of *rows* that nobody has answered aren't needed this time, with a *reason*; how many. NotAllowed,
    NeedsReason; Refused for a closed round."""
    require(can_spare(by, opened.county_id))
    reason, fresh = _why(reason), _lock(opened)
    found = RoundRow.objects.asked().unanswered_in(fresh).filter(pk__in=list(rows)).values_list("pk", flat=True)
    values = {"out": Out.SPARED, "out_at": now, "spared": reason, "spared_by": by}
    return RoundRow.objects.filter(pk__in=list(found)).update(**values)


@transaction.atomic
def need(opened: Round, rows: Iterable[int], *, by: User, now: datetime) -> int:
    """Those of *rows* that weren't needed are needed after all; how many. NotAllowed; Refused for a closed round."""
    require(can_spare(by, opened.county_id))
    found = RoundRow.objects.filter(round=_lock(opened), pk__in=list(rows), out=Out.SPARED)
    return found.update(out="", out_at=None, spared="", spared_by=None)


@transaction.atomic
def return_rows(opened: Round, rows: Iterable[int], *, by: User, now: datetime, reason: str) -> int:
    """Those of *rows* that were handed in go back to their unit with a *reason*; how many. A month's reports go back
    from the review. NotAllowed, NeedsReason; Refused for a closed round or a month's."""
    require(can_spare(by, opened.county_id))
    reason, fresh = _why(reason), _lock(opened)
    if fresh.kind == Round.Kind.MONTHLY:
        raise Refused(_("Reports of a month are given back on the page of the review."))
    found = RoundRow.objects.asked().select_for_update(of=("self",)).select_related("unit", "project")
    wanted = list(found.filter(round=fresh, pk__in=list(rows), submitted_at__isnull=False, returned=""))
    for row in wanted:
        row.returned, row.returned_by, row.version = reason, by, row.version + 1
        row.save(update_fields=["returned", "returned_by", "version"])
        people = tuple(recipients.of_unit(row.unit, Role.OFFICER))
        tell("round_row_returned", row, by=by, now=now, why=reason, to=people)
    return len(wanted)


@transaction.atomic
def ask_more_days(opened: Round, unit: Unit, *, until: date, reason: str, by: User, now: datetime) -> Extension:
    """*unit* asks, before its time is over, for more days in the round. NotAllowed, NeedsReason, Wrong; Refused where
    it is too late, or asked already."""
    require(can_ask_more_days(by, unit))
    reason, fresh = _why(reason), _lock(opened)
    due = due_for(fresh, unit.pk, given(fresh))
    if due < now:
        raise Refused(_("It was due %(moment)s: more days are asked for before.")
                      % {"moment": figures.moment(due, local_day(now))})  # fmt: skip
    _later(until, due)
    if fresh.extensions.filter(unit=unit, answered_at=None).exists():
        raise Refused(_("It is asked already; the office has yet to answer."))
    asked = Extension.objects.create(round=fresh, unit=unit, until=until, why=reason, by=by, at=now)
    tell("more_days_asked", asked, by=by, now=now, why=reason, to=tuple(recipients.office(fresh.county)))
    return asked


@transaction.atomic
def answer_more_days(asked: Extension, *, until: date | None, reason: str = "", by: User, now: datetime) -> Extension:
    """The office gives *until*, moved to a working day, at the round's own hour; or refuses with a *reason*.
    NotAllowed, NeedsReason, Wrong; Refused for one that is answered, or a closed round."""
    require(can_answer_more_days(by, asked.round.county_id))
    opened = _lock(asked.round)
    fresh = Extension.objects.select_for_update(of=("self",)).select_related("unit").get(pk=asked.pk)
    if fresh.answered_at is not None:
        raise Refused(_("It has been answered already."))
    if until is None:
        fresh.answer = _why(reason)
    else:
        _later(until, opened.due_at)
        fresh.given = at(next_workday(until, calendar()), _hour(opened))
    fresh.round, fresh.answered_by, fresh.answered_at = opened, by, now
    fresh.save(update_fields=["given", "answer", "answered_by", "answered_at"])
    people = tuple(recipients.of_unit(fresh.unit, Role.OFFICER))
    tell("more_days_answered", fresh, by=by, now=now, why=fresh.answer, to=people)
    return fresh


def _hour(opened: Round) -> time:
    return timezone.localtime(opened.due_at).time()


def _later(until: date, due: datetime) -> None:
    if until <= local_day(due):
        raise Wrong({"until": _("It is due on %(day)s: choose a later day.")
                     % {"day": figures.day(local_day(due), local_day(due))}})  # fmt: skip


#: What a row of a round says itself: a copy of it is put back by these.
COPIED = ("note", "problem", "works", "total", "submitted_at", "submitted_by_id", "returned")


@transaction.atomic
def hand_in_copies(opened: Round, projects: Iterable[int], *, by: User, now: datetime) -> Handed:
    """The rows of *projects* keep a copy of what the month's running row says now: works of the month and the year so
    far, image progress, problems. What is typed into the running row later changes no copy; handing in again while
    the round is open takes a new one.

    Refused for a closed round.
    """
    fresh, wanted = _lock(opened), _lock_projects(list(projects))
    running = MonthlyReport.objects.filter(project__in=wanted, month=str(month_of(fresh)))
    of = {report.project_id: report for report in running}
    done, said, copies = 0, [], []
    rows = RoundRow.objects.asked().select_for_update(of=("self",)).filter(round=fresh, project__in=wanted)
    for row in rows.select_related("project", "unit").order_by("pk"):
        require(can_fill_week(by, row.unit))
        report = of.get(row.project_id)
        if report is None or not report.progress.strip():
            said.append(_("%(project)s: its image progress is not filled in yet") % {"project": row.project})
            continue
        copy = (report.progress, report.problem, report.works, report.works_ytd)
        if copy != (row.note, row.problem, row.works, row.total) or row.submitted_at is None or row.returned:
            was = {name: getattr(row, name) for name in COPIED}
            was["submitted_at"] = row.submitted_at and row.submitted_at.isoformat()  # what is done is kept as JSON
            _keep_copy(row, copy, by=by, now=now)
            copies.append({"project": row.project_id, "row": row.pk, "version": row.version, "was": was})
        done += 1
    return Handed(done, said, copies)


def _lock_projects(projects: Any) -> list[int]:
    """Projects (keys, or a query for them) before rows, as whoever follows them into rounds."""
    found = Project.objects.select_for_update(of=("self",)).filter(pk__in=projects)
    return list(found.order_by("pk").values_list("pk", flat=True))


def _keep_copy(row: RoundRow, copy: tuple[str, str, int | None, int | None], *, by: User, now: datetime) -> None:
    row.note, row.problem, row.works, row.total = copy
    row.submitted_at, row.submitted_by = row.submitted_at or now, row.submitted_by or by
    row.returned, row.version = "", row.version + 1
    row.save(update_fields=[name.removesuffix("_id") for name in COPIED] + ["version"])


@transaction.atomic
def put_copies_back(opened: Round, copies: Iterable[Mapping[str, Any]], *, by: User, now: datetime) -> int:
    """The rows of *copies* are as they were before their copy was handed in, those that nobody has touched since; how
    many. None of a closed round: what it froze stays."""
    try:
        fresh = _lock(opened)
    except Refused:
        return 0
    done = 0
    for copy in copies:
        was = {name: copy["was"][name] for name in COPIED} | {"version": copy["version"] + 1}
        done += RoundRow.objects.filter(round=fresh, pk=copy["row"], version=copy["version"]).update(**was)
    return done


@transaction.atomic
def fill_week(
    opened: Round,
    entries: Mapping[int, tuple[str, str]],
    *,
    by: User,
    now: datetime,
    version: Mapping[int, int] | None = None,
) -> tuple[int, list[str]]:
    """Write what happened: {row: (note, problem)}. How many rows are reported now, and sentences about the rest.

    The words go into the month's running row too, as if they had been typed in its grid, while the month's report is
    the unit's; the row keeps a copy of it. A report that was given back is mended in its own place. An empty note
    leaves a row as it is, an empty problem the month's; a problem alone is not a report. *version* is what the page
    showed of each row: one that somebody else wrote meanwhile is left as it is, with a sentence.
    """
    if opened.closed_at:
        return 0, [_("This week was closed on %(day)s.") % {"day": figures.day(opened.closed_at, local_day(now))}]
    done, said = 0, []
    found = RoundRow.objects.filter(round=opened, pk__in=entries)
    locked, month = _lock_projects(found.order_by().values("project")), month_of(opened)
    returned = MonthlyReport.objects.filter(project__in=locked, month=str(month), status=ReportStatus.RETURNED)
    to_mend = set(returned.values_list("project", flat=True))
    for row in found.select_for_update(of=("self",)).select_related("project").order_by("pk"):
        note, problem = (text.strip() for text in entries[row.pk])
        if (note, problem) == (row.note, row.problem):
            done += bool(note)
            continue
        if not note:
            if problem:
                said.append(_("%(project)s: write what happened this week too") % {"project": row.project.name})
            continue
        if version is not None and version.get(row.pk) != row.version:
            theirs = {"project": row.project.name, "note": row.note}
            said.append(_("%(project)s: somebody wrote meanwhile: %(note)s") % theirs)
            continue
        mends = row.project_id in to_mend
        report = None if mends else _into_month(row.project, month, note, problem, by=by, now=now)
        works, total = (report.works, report.works_ytd) if report else (row.works, row.total)
        _keep_copy(row, (note, problem, works, total), by=by, now=now)
        done += 1
    return done, said


def _into_month(
    project: Project, month: Period, note: str, problem: str, *, by: User, now: datetime
) -> MonthlyReport | None:
    """The running row with the week's words; None where the month is handed in or closed: there its words stand."""
    values: dict[str, Any] = {"progress": note} | ({"problem": problem} if problem else {})
    try:
        return reports.save(project, month, by=by, now=now, **values)
    except reports.Locked:
        return None


def last_notes(opened: Round, rows: list[RoundRow]) -> dict[int, str]:
    """For each project of *rows* what it wrote in the round before *opened*."""
    before = Round.objects.filter(county=opened.county_id, kind=opened.kind, due_at__lt=opened.due_at).first()
    notes = RoundRow.objects.filter(round=before, project__in=[row.project_id for row in rows])
    return dict(notes.values_list("project", "note")) if before else {}


def more_days_go_on(unit: Unit, to: Unit, *, by: User | None, now: datetime) -> int:
    """The more days of *unit* in open rounds are those of *to*, since *unit* goes; a question that *to* has asked as
    well stays one. How many."""
    if unit.county is None:
        return 0
    opened = Round.objects.still_open(unit.county).values("pk")
    asked = Extension.objects.filter(unit=to, round__in=opened, answered_at=None).values("round")
    found = Extension.objects.filter(unit=unit, round__in=opened).exclude(answered_at=None, round__in=asked)
    return Extension.objects.filter(pk__in=list(found.values_list("pk", flat=True))).update(unit=to)
