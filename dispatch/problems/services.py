"""The ledger of problems: raised, answered, rejected, closed, and climbing by itself when late (D06)."""

from __future__ import annotations

import re
import uuid
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.coded import labels
from core.days.office import Days, calendar, local_day
from core.records.history import keep, remove
from core.records.order import last
from core.refusals import Wrong, require
from core.told import tell
from dispatch.problems import ladder as escalation
from dispatch.problems.models import Problem, ProblemQuerySet, ProblemStep
from dispatch.problems.owners import placing
from dispatch.problems.permissions import can_close, can_reopen
from dispatch.problems.record import Files, attach, begin_days, done, lock, proven, reported, save, step
from dispatch.problems.rules import ProblemRules
from dispatch.rounds.models import HANDED_IN, Round, RoundRow
from investment.leads.models import Lead
from organization.people.models import User
from organization.permissions import units_of
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.choices import ReportSource, ReportStatus
from projects.models import MonthlyReport, Project, Visit

Kind = ProblemStep.Kind
Status = Problem.Status
SENTENCE = re.compile(r"^.+?(?=[。；;\n]|$)")


def raise_problem(
    project: Project,
    *,
    title: str,
    detail: str = "",
    category: str = "",
    source: str = "",
    guessed: bool = False,
    owner_unit: Unit | None = None,
    by: User | None,
    on: date,
    now: datetime,
    key: str = "",
    report: MonthlyReport | None = None,
    raised_unit: Unit | None = None,
    visit: Visit | None = None,
    lead: Lead | None = None,
) -> Problem:
    """Enter a problem; the one on file if *key* is known. Without a *category* its words say which, and without an
    owner the category does (`default_owner`); *guessed*: nobody has chosen the category that was proposed. *visit*,
    *lead*: where it came up.

    A result is due in the county's number of working days, of which the day after *on* is the first.
    """
    if found := Problem.objects.filter(key=key).first() if key else None:
        return found
    rules, days = rules_of(project.county)[ProblemRules], calendar()
    known = category in rules.labels
    category = category if known else rules.guess(f"{title} {detail}")
    raised_unit = raised_unit or _unit_in(by, project.county)
    office = by is not None and not key and by.is_office_of(project.county_id)
    lies = placing(category, project, rules, on, raised_unit=raised_unit, owner=owner_unit, by_office=office)
    problem = Problem(
        county=project.county,
        project=project,
        report=report,
        visit=visit,
        lead=lead,
        key=key or f"form:{uuid.uuid4().hex}",
        title=title.strip()[:200],
        detail=detail.strip(),
        category=category,
        guessed=guessed or not known,
        source=source if source in labels(rules.sources) else "",
        raised_by=by,
        raised_unit=raised_unit,
        raised_on=on,
        owner_unit=lies.unit,
        level=lies.level,
        placed_on=on if lies.placed else None,
        due_on=escalation.due_on(on, rules.due_workdays, days),
    )
    try:
        with transaction.atomic():
            keep(problem, by=by, now=now)
            step(problem, Kind.RAISED, by=by, on=on, now=now, note=problem.detail)
            if lies.placed:
                tell("problem_assigned", problem, by=by, now=now, days=days)
            elif not key:
                tell("problem_unplaced", problem, by=by, now=now, days=days)
            if key:  # it came from a report: the office looks whether it has the right owner
                tell("problem_collected", problem, by=by, now=now, days=days)
    except IntegrityError:
        return Problem.objects.get(key=problem.key)
    return problem


def _unit_in(by: User | None, county: Unit) -> Unit | None:
    """The unit of *county* for which *by* speaks: that of the first post there."""
    return next(iter(units_of(by, county=county)), None) if by else None


def assign(
    problem: Problem,
    *,
    owner_unit: Unit,
    by: User,
    on: date,
    now: datetime,
    version: int | None = None,
    note: str = "",
    category: str = "",
) -> Problem:
    """Give the problem to another unit, whose working days count from the next day; put its *category* right."""
    with transaction.atomic():
        problem = lock(problem, version, Status.OPEN)
        kind = category or problem.category
        chosen = bool(category) and (category != problem.category or problem.guessed)
        problem.category, problem.guessed = kind, problem.guessed and not category
        if owner_unit == problem.owner_unit:  # it has it already: its days don't begin anew
            if chosen:
                save(problem, by, now)
            if note.strip():
                step(problem, Kind.NOTED, by=by, on=on, now=now, note=note)
            return problem
        days = calendar()
        problem.owner_unit, problem.placed_on = owner_unit, problem.placed_on or on
        begin_days(problem, on, days)
        return done(problem, Kind.ASSIGNED, "problem_assigned", by=by, on=on, now=now, note=note, days=days)


def note(
    problem: Problem,
    *,
    text: str,
    by: User,
    on: date,
    now: datetime,
    proof: Files = (),
    version: int | None = None,
) -> Problem:
    """Write down what was done so far; nothing else changes."""
    with transaction.atomic():
        problem = lock(problem, version, Status.OPEN, Status.ANSWERED)
        attach(step(problem, Kind.NOTED, by=by, on=on, now=now, note=text), proof, by=by, now=now)
    return problem


def answer(
    problem: Problem,
    *,
    result: str,
    by: User,
    on: date,
    now: datetime,
    proof: Files = (),
    version: int | None = None,
) -> Problem:
    """The owner reports the result, with *proof*; the raiser's side is asked to confirm. The clock
    stands still meanwhile."""
    with transaction.atomic():
        problem = lock(problem, version, Status.OPEN)
        problem.status, problem.result, problem.asked_until = Status.ANSWERED, result.strip(), None
        reported(problem, problem.result, by=by, on=on, now=now)
        return done(
            problem, Kind.ANSWERED, "problem_answered", by=by, on=on, now=now, note=problem.result, files=proof
        )


def reject(problem: Problem, *, reason: str, by: User, on: date, now: datetime, version: int | None = None) -> Problem:
    """The result does not solve it: the owner has the full number of working days again, on the same level."""
    with transaction.atomic():
        problem = lock(problem, version, Status.ANSWERED)
        days = calendar()
        problem.status = Status.OPEN
        begin_days(problem, on, days)
        return done(problem, Kind.REJECTED, "problem_rejected", by=by, on=on, now=now, note=reason, days=days)


def close(
    problem: Problem,
    *,
    by: User,
    on: date,
    now: datetime,
    note: str = "",
    proof: Files = (),
    version: int | None = None,
) -> Problem:
    """Strike it off the ledger, with the result in words: the one that was reported, or *note* where none was. By
    another than who answers for it (`can_close`). With proof where the county asks for it: now, or those of
    the result that stands there."""
    with transaction.atomic():
        problem = lock(problem, version, Status.OPEN, Status.ANSWERED)
        require(can_close(by, problem))
        if problem.status == Status.OPEN:
            if not note.strip():
                raise Wrong({"note": _("Write the result: a problem is closed with what came of it")})
            problem.result = note.strip()
        if rules_of(problem.county)[ProblemRules].proof and not proof and not proven(problem):
            raise Wrong({"proof": _("Add a photo or a paper that shows it: the county closes no problem without")})
        problem.status, problem.closed_on = Status.CLOSED, on
        return done(problem, Kind.CLOSED, "problem_closed", by=by, on=on, now=now, note=note, files=proof)


@transaction.atomic
def reopen(problem: Problem, *, by: User, now: datetime, reason: str = "", version: int | None = None) -> Problem:
    """A closed problem is on the ledger again, as it stood before it was closed; a step says so."""
    problem = lock(problem, version, Status.CLOSED)
    require(can_reopen(by, problem))
    before = problem.history.exclude(status=Status.CLOSED).order_by("history_id").last()
    problem.status, problem.result = (before.status, before.result) if before else (Status.OPEN, "")
    problem.closed_on = problem.merged_into = None
    save(problem, by, now)
    step(problem, Kind.NOTED, by=by, on=local_day(now), now=now, note=_("Closing it was taken back"))
    return problem


@transaction.atomic
def hand_on(unit: Unit, to: Unit, *, by: User | None, now: datetime, reason: str) -> int:
    """The open problems that *unit* answers for or has raised are those of *to*, since *unit* goes; how many. Their
    days go on: nothing begins anew."""
    rows = Problem.objects.select_for_update().open().filter(Q(owner_unit=unit) | Q(raised_unit=unit))
    problems = list(rows.order_by("pk"))
    for problem in problems:
        owned = problem.owner_unit_id == unit.pk
        if owned:
            problem.owner_unit = to
        if problem.raised_unit_id == unit.pk:
            problem.raised_unit = to
        problem.version += 1
        keep(problem, by=by, now=now, reason=reason)
        if owned:
            step(problem, Kind.ASSIGNED, by=by, on=local_day(now), now=now, note=reason)
    return len(problems)


# climbing -----------------------------------------------------------------------------------------------------------


def escalate(problem: Problem, *, now: datetime, days: Days | None = None) -> int:
    """Raise a late problem as many levels as it has missed due days by *now*; how many.

    Two at once: the row is locked and read again; the record of a climb exists once for each level.
    """
    days = calendar() if days is None else days
    rules = rules_of(problem.county)[ProblemRules]
    top = len(rules.ladder) - 1
    climbed = 0
    try:
        with transaction.atomic():
            problem = Problem.objects.select_for_update().get(pk=problem.pk)
            if problem.status != Status.OPEN or not rules.climbs:
                return 0
            for climb in escalation.climbs(
                problem.level, problem.due_on, top=top, due_workdays=rules.due_workdays, now=now, days=days
            ):
                problem.level, problem.due_on, problem.asked_until = climb.level, climb.due_on, None
                step(problem, Kind.ESCALATED, by=None, on=local_day(climb.at), now=now)
                tell("problem_escalated", problem, by=None, now=now, days=days, due_at=climb.at)
                climbed += 1
            if climbed:
                save(problem, None, now)
    except IntegrityError:
        return 0
    return climbed


def escalate_due(county: Unit, *, now: datetime, days: Days) -> int:
    """Raise every problem of *county* that is late; how many climbs."""
    today = local_day(now)
    top = _top(county)
    late = Problem.objects.filter(county=county, status=Status.OPEN, due_on__lt=today, level__lt=top)
    return sum(escalate(problem, now=now, days=days) for problem in late.select_related("county"))


def _top(county: Unit) -> int:
    """The level above which nothing climbs by itself: the highest one, or none in a county where nothing does."""
    rules = rules_of(county)[ProblemRules]
    return len(rules.ladder) - 1 if rules.climbs else 0


def next_climbs(county: Unit, *, now: datetime) -> ProblemQuerySet:
    """The open problems that climb on the next working morning, if no result comes before."""
    top = _top(county)
    waiting = Problem.objects.filter(county=county, status=Status.OPEN, level__lt=top, due_on__lte=local_day(now))
    return waiting.select_related("project", "owner_unit")


# from reports -------------------------------------------------------------------------------------------------------


def collect(county: Unit, *, now: datetime) -> int:
    """Enter the problems that stand in reports handed in, month's and week's; how many are new.

    The same words about the same project, while the earlier problem was still open, are the same problem.
    """
    _forget_taken_back(county, now)
    return _collect_months(county, now) + _collect_weeks(county, now)


def _forget_taken_back(county: Unit, now: datetime) -> None:
    """A problem whose report its unit took back, before anybody did anything about it, was never raised."""
    raised = Problem.objects.filter(county=county, status=Status.OPEN, report__submitted_at=None)
    acted = ProblemStep.objects.exclude(kind__in=[Kind.RAISED, Kind.ESCALATED]).values("problem")
    for problem in raised.filter(report__isnull=False).exclude(pk__in=acted.filter(problem__county=county)):
        if problem.report and problem.report.status == ReportStatus.DRAFT and not _has_more(problem):
            remove(problem, by=None, now=now, reason=_("Its report was taken back"))


def _has_more(problem: Problem) -> bool:
    """Whether anything but its own steps hangs on it."""
    hanging: Any = [one for one in Problem._meta.related_objects if one.related_model is not ProblemStep]
    return any(one.related_model._base_manager.filter(**{one.field.name: problem.pk}).exists() for one in hanging)


def _collect_months(county: Unit, now: datetime) -> int:
    reports = (
        MonthlyReport.objects.filter(
            project__county=county,
            status__in=HANDED_IN,
            source=ReportSource.PERSON,
            submitted_at__lte=now,
            problems=None,
        )
        .exclude(problem="")
        .select_related("project__county", "project__lead_unit", "submitted_by")
    )
    return sum(
        _enter(
            report.project,
            report.problem,
            f"report:{report.pk}",
            report.submitted_by,
            local_day(report.submitted_at),
            now,
            request=report.request,
            report=report,
        )
        for report in reports.order_by(last("submitted_at"), "pk")
        if report.submitted_at
    )


LINES = (Round.Kind.WEEKLY, Round.Kind.CALLED)  # rounds whose rows hold words


def _collect_weeks(county: Unit, now: datetime) -> int:
    entered = Problem.objects.filter(county=county, key__startswith="week:").values_list("key", flat=True)
    known = {int(key.removeprefix("week:")) for key in entered}
    rows = (
        RoundRow.objects.filter(round__county=county, round__kind__in=LINES, submitted_at__lte=now)
        .exclude(problem="")
        .select_related("project__county", "project__lead_unit", "submitted_by")
    )
    return sum(
        _enter(row.project, row.problem, f"week:{row.pk}", row.submitted_by, local_day(row.submitted_at), now)
        for row in rows.order_by(last("submitted_at"), "pk")
        if row.pk not in known and row.submitted_at
    )


def _enter(
    project: Project,
    text: str,
    key: str,
    by: User | None,
    on: date,
    now: datetime,
    *,
    request: str = "",
    report: MonthlyReport | None = None,
) -> bool:
    text = text.strip()
    if not text or Problem.objects.filter(key=key).exists():
        return False
    same = Problem.objects.filter(project=project, detail__startswith=text, raised_on__lte=on)
    merged = Q(merged_into__isnull=False, merged_into__closed_on=None)  # it is open in its double
    if same.filter(Q(closed_on=None) | Q(closed_on__gte=on) | merged).exists():
        return False
    found = SENTENCE.match(text)
    raise_problem(
        project,
        title=found[0] if found else text,
        detail="\n".join(filter(None, [text, request.strip()])),
        by=by,
        on=on,
        now=now,
        key=key,
        report=report,
        source="report",
        raised_unit=project.lead_unit,
    )
    return True
