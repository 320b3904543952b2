"""What is done with a problem between raised and answered: placed, handed up, made to wait, given more days, merged
with its double, opened again (D06)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.amounts import figures
from core.days import workdays
from core.days.office import calendar, local_day
from core.refusals import NotAllowed, Wrong, require
from core.told import tell
from dispatch.problems import ladder as escalation
from dispatch.problems.handling.permissions import (
    can_answer_more,
    can_ask_more,
    can_consult,
    can_hand_up,
    can_let_wait,
    can_merge,
    can_open_again,
    can_place,
    can_report_up,
)
from dispatch.problems.models import Consultation, Problem, ProblemStep
from dispatch.problems.rules import PLACED, ProblemRules
from dispatch.problems.services import _lock, _save, _step, begin_days, reported
from organization.people.models import Post, User
from organization.profiles.rules import rules_of
from organization.units.models import Unit

Kind, Status = ProblemStep.Kind, Problem.Status
LONGEST = 366  # days that a problem waits or is given at once


@transaction.atomic
def place(
    problem: Problem,
    *,
    owner_unit: Unit,
    by: User,
    on: date,
    now: datetime,
    level: int = 0,
    category: str = "",
    note: str = "",
    version: int | None = None,
) -> Problem:
    """The office says at which level and by which unit it is to be solved; the days count from the next one. Not
    below the level that it has come up to meanwhile."""
    problem = _lock(problem, version, Status.OPEN)
    require(can_place(by, problem))
    if level < problem.level:
        raise Wrong({"level": _("It has climbed higher already")})
    if level >= max(len(rules_of(problem.county)[ProblemRules].ladder), 1):
        raise Wrong({"level": _("The county has no such level")})
    problem.level, problem.owner_unit, problem.placed_on = level, owner_unit, on
    if category:
        problem.category, problem.guessed = category, False
    begin_days(problem, on, days := calendar())
    _save(problem, by, now)
    _step(problem, Kind.PLACED, by=by, on=on, now=now, note=note)
    tell("problem_placed", problem, by=by, now=now, days=days, why=note)
    return problem


@transaction.atomic
def hand_up(
    problem: Problem, *, reason: str, by: User, on: date, now: datetime, version: int | None = None
) -> Problem:
    """What is beyond a level's powers goes to the next one, with the reason; the days begin anew there."""
    problem = _lock(problem, version, Status.OPEN)
    require(can_hand_up(by, problem))
    problem.level, problem.placed_on = problem.level + 1, problem.placed_on or on
    begin_days(problem, on, days := calendar())
    _save(problem, by, now)
    _step(problem, Kind.HANDED_UP, by=by, on=on, now=now, note=_said(reason, "reason"))
    tell("problem_handed_up", problem, by=by, now=now, days=days, why=reason)
    return problem


@transaction.atomic
def consult(
    problem: Problem,
    *,
    led_by: Post,
    held_on: date,
    present: str,
    result: str,
    by: User,
    on: date,
    now: datetime,
    opinions: str = "",
    version: int | None = None,
) -> Problem:
    """A consultation was held on it at its level: who led it, who was there, what was said and decided. The result of
    what was decided is due to that level's leader within the county's working days."""
    problem = _lock(problem, version, Status.OPEN)
    require(can_consult(by, problem))
    if held_on > local_day(now):
        raise Wrong({"held_on": _("%(day)s has not come yet.") % {"day": figures.day(held_on, local_day(now))}})
    if held_on < problem.raised_on:
        raise Wrong({"held_on": _("It was raised later")})
    rules, days = rules_of(problem.county)[ProblemRules], calendar()
    since = problem.placed_on if rules.report_from == PLACED and problem.placed_on else held_on
    due = workdays.add_workdays(since, rules.report_workdays, days)
    Consultation.objects.create(
        problem=problem,
        level=problem.level,
        led_by=led_by,
        on=held_on,
        present=_said(present, "present"),
        opinions=opinions.strip(),
        result=_said(result, "result"),
        report_due=due,
        by=by,
        at=now,
    )
    problem.placed_on, problem.report_due = problem.placed_on or held_on, due
    _save(problem, by, now)
    _step(problem, Kind.CONSULTED, by=by, on=held_on, now=now, note=result)
    tell("problem_consulted", problem, by=by, now=now, days=days, why=result)
    return problem


@transaction.atomic
def report_up(
    problem: Problem, *, text: str, by: User, on: date, now: datetime, version: int | None = None
) -> Problem:
    """What became of the consultation's decision is reported to the leader of the problem's level."""
    problem = _lock(problem, version, Status.OPEN)
    require(can_report_up(by, problem))
    reported(problem, _said(text, "text"), by=by, on=on, now=now)
    _save(problem, by, now)
    return problem


def tell_late_reports(county: Unit, *, now: datetime) -> int:
    """Tells that a report to a level's leader did not come in time, once each; how many."""
    today = local_day(now)
    late = Consultation.objects.filter(
        problem__county=county, problem__report_due__lt=today, reported_on=None, late_on=None, report_due__lt=today
    )
    return sum(_tell_late(row, now) for row in late.order_by("pk"))


@transaction.atomic
def _tell_late(row: Consultation, now: datetime) -> bool:
    problem = Problem.objects.select_for_update().get(pk=row.problem_id)
    found = Consultation.objects.get(pk=row.pk)
    if problem.report_due is None or found.reported_on or found.late_on or problem.status != Status.OPEN:
        return False
    found.late_on = local_day(now)
    found.save(update_fields=["late_on"])
    _step(problem, Kind.LATE, by=None, on=found.late_on, now=now)
    tell("problem_report_late", problem, by=None, now=now)
    return True


@transaction.atomic
def let_wait(
    problem: Problem, *, until: date, reason: str, by: User, on: date, now: datetime, version: int | None = None
) -> Problem:
    """It waits for something until a day: the clock stands still, and what was left of its days counts from there."""
    problem = _lock(problem, version, Status.OPEN)
    require(can_let_wait(by, problem, on=local_day(now)))
    _later(until, on)
    days = calendar()
    left = max(workdays.workdays_between(on, problem.due_on, days), 1)
    problem.waits_until, problem.asked_until = until, None
    problem.due_on = escalation.due_on(until, left, days)
    _save(problem, by, now)
    _step(problem, Kind.WAITING, by=by, on=on, now=now, note=_said(reason, "reason"))
    tell("problem_waits", problem, by=by, now=now, days=days, why=reason)
    return problem


@transaction.atomic
def ask_more(
    problem: Problem, *, until: date, reason: str, by: User, on: date, now: datetime, version: int | None = None
) -> Problem:
    """The owner asks for a later day, before the day has passed; the office answers."""
    problem = _lock(problem, version, Status.OPEN)
    require(can_ask_more(by, problem, on=local_day(now)))
    _later(until, max(on, problem.due_on), _("It has to be later than the day by which the result is due"))
    problem.asked_until = until
    _save(problem, by, now)
    _step(problem, Kind.ASKED, by=by, on=on, now=now, note=_said(reason, "reason"))
    tell("problem_more_asked", problem, by=by, now=now, why=reason)
    return problem


@transaction.atomic
def answer_more(
    problem: Problem, *, granted: bool, by: User, on: date, now: datetime, note: str = "", version: int | None = None
) -> Problem:
    """The office gives the days that were asked for, while the day has not passed, or says why not."""
    problem = _lock(problem, version, Status.OPEN)
    require(can_answer_more(by, problem))
    if granted and local_day(now) > problem.due_on:
        raise NotAllowed(_("The day has passed: it can't be put off any more."))
    if granted and problem.asked_until:
        problem.due_on = problem.asked_until
    elif not note.strip():
        raise Wrong({"note": _("Write why not: the owner has to know")})
    problem.asked_until = None
    _save(problem, by, now)
    _step(problem, Kind.EXTENDED if granted else Kind.REFUSED, by=by, on=on, now=now, note=note)
    tell("problem_more_answered", problem, by=by, now=now, why=note)
    return problem


@transaction.atomic
def merge(
    problem: Problem, *, into: Problem, by: User, on: date, now: datetime, reason: str = "", version: int | None = None
) -> Problem:
    """*problem* is the same as *into*, which goes on for both; each keeps its steps. It counts as closed no more than
    as open."""
    list(Problem.objects.select_for_update().filter(pk__in=[problem.pk, into.pk]).order_by("pk"))  # in one order
    problem = _lock(problem, version, Status.OPEN, Status.ANSWERED)
    into.refresh_from_db()
    require(can_merge(by, problem))
    if into.pk == problem.pk or into.county_id != problem.county_id or into.status == Status.CLOSED:
        raise Wrong({"into": _("Choose another problem of the county that is not closed")})
    problem.merged_into, problem.status, problem.closed_on = into, Status.CLOSED, on
    problem.waits_until = problem.asked_until = None
    _save(problem, by, now)
    _step(problem, Kind.MERGED, by=by, on=on, now=now, note="\n".join(filter(None, [into.title, reason.strip()])))
    _step(into, Kind.MERGED, by=by, on=on, now=now, note="\n".join(filter(None, [problem.title, reason.strip()])))
    _follow(problem, into, by, now)
    tell("problem_merged", problem, by=by, now=now, why=into.title)
    return problem


def _follow(problem: Problem, into: Problem, by: User, now: datetime) -> None:
    """What was merged into it before is now in the one that goes on."""
    for double in Problem.objects.select_for_update().filter(merged_into=problem).order_by("pk"):
        double.merged_into = into
        _save(double, by, now)


@transaction.atomic
def open_again(
    problem: Problem, *, reason: str, by: User, on: date, now: datetime, version: int | None = None
) -> Problem:
    """It was closed and is not solved: its owner has the full number of days again, on the level where it was."""
    problem = _lock(problem, version, Status.CLOSED)
    require(can_open_again(by, problem))
    problem.status, problem.closed_on, problem.merged_into = Status.OPEN, None, None
    begin_days(problem, on, days := calendar())
    _save(problem, by, now)
    _step(problem, Kind.REOPENED, by=by, on=on, now=now, note=_said(reason, "reason"))
    tell("problem_reopened", problem, by=by, now=now, days=days, why=reason)
    return problem


def _said(text: str, field: str) -> str:
    if not text.strip():
        why = _("Write the reason") if field == "reason" else _("Write it down: it is what stays of it")
        raise Wrong({field: why})
    return text.strip()


def _later(until: date, than: date, why: str = "") -> None:
    if until <= than:
        raise Wrong({"until": why or _("%(day)s is past already") % {"day": figures.day(until, than)}})
    if (until - than).days > LONGEST:
        raise Wrong({"until": _("At most a year at once")})
