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
    can_hand_down,
    can_hand_up,
    can_let_wait,
    can_merge,
    can_open_again,
    can_place,
    can_report_up,
    can_unmerge,
)
from dispatch.problems.models import Consultation, Problem, ProblemStep
from dispatch.problems.record import begin_days, done, lock, reported, said, save, step
from dispatch.problems.rules import PLACED, ProblemRules
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
    problem = lock(problem, version, Status.OPEN)
    require(can_place(by, problem))
    if level < problem.level:
        raise Wrong({"level": _("It has climbed higher already")})
    if level >= max(len(rules_of(problem.county)[ProblemRules].ladder), 1):
        raise Wrong({"level": _("The county has no such level")})
    problem.level, problem.owner_unit, problem.placed_on = level, owner_unit, on
    if category:
        problem.category, problem.guessed = category, False
    begin_days(problem, on, days := calendar())
    return done(problem, Kind.PLACED, "problem_placed", by=by, on=on, now=now, note=note, days=days)


@transaction.atomic
def hand_up(
    problem: Problem, *, reason: str, by: User, on: date, now: datetime, version: int | None = None
) -> Problem:
    """What is beyond a level's powers goes to the next one, with the reason; the days begin anew there."""
    problem = lock(problem, version, Status.OPEN)
    require(can_hand_up(by, problem))
    problem.level, problem.placed_on = problem.level + 1, problem.placed_on or on
    begin_days(problem, on, days := calendar())
    return done(
        problem,
        Kind.HANDED_UP,
        "problem_handed_up",
        by=by,
        on=on,
        now=now,
        note=said(reason, "reason"),
        days=days,
    )


@transaction.atomic
def hand_down(
    problem: Problem, *, level: int, reason: str, by: User, on: date, now: datetime, version: int | None = None
) -> Problem:
    """A level gives back to a lower one what that can solve, with the reason; the days begin anew there."""
    problem = lock(problem, version, Status.OPEN)
    require(can_hand_down(by, problem))
    if not 0 <= level < problem.level:
        raise Wrong({"level": _("Choose a level below the one where it lies")})
    problem.level, problem.placed_on = level, problem.placed_on or on
    begin_days(problem, on, days := calendar())
    why = said(reason, "reason")
    return done(problem, Kind.HANDED_DOWN, "problem_handed_down", by=by, on=on, now=now, note=why, days=days)


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
    problem = lock(problem, version, Status.OPEN)
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
        present=said(present, "present"),
        opinions=opinions.strip(),
        result=said(result, "result"),
        report_due=due,
        by=by,
        at=now,
    )
    problem.placed_on, problem.report_due = problem.placed_on or held_on, due
    save(problem, by, now)
    step(problem, Kind.CONSULTED, by=by, on=held_on, now=now, note=result)
    tell("problem_consulted", problem, by=by, now=now, days=days, why=result)
    return problem


@transaction.atomic
def report_up(
    problem: Problem, *, text: str, by: User, on: date, now: datetime, version: int | None = None
) -> Problem:
    """What became of the consultation's decision is reported to the leader of the problem's level."""
    problem = lock(problem, version, Status.OPEN)
    require(can_report_up(by, problem))
    reported(problem, said(text, "text"), by=by, on=on, now=now)
    save(problem, by, now)
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
    step(problem, Kind.LATE, by=None, on=found.late_on, now=now)
    tell("problem_report_late", problem, by=None, now=now)
    return True


@transaction.atomic
def let_wait(
    problem: Problem, *, until: date, reason: str, by: User, on: date, now: datetime, version: int | None = None
) -> Problem:
    """It waits for something until a day: the clock stands still, and what was left of its days counts from there."""
    problem = lock(problem, version, Status.OPEN)
    require(can_let_wait(by, problem, on=local_day(now)))
    _later(until, on)
    days = calendar()
    left = max(workdays.workdays_between(on, problem.due_on, days), 1)
    problem.waits_until, problem.asked_until = until, None
    problem.due_on = escalation.due_on(until, left, days)
    return done(
        problem,
        Kind.WAITING,
        "problem_waits",
        by=by,
        on=on,
        now=now,
        note=said(reason, "reason"),
        days=days,
    )


@transaction.atomic
def ask_more(
    problem: Problem, *, until: date, reason: str, by: User, on: date, now: datetime, version: int | None = None
) -> Problem:
    """The owner asks for a later day, before the day has passed; the office answers."""
    problem = lock(problem, version, Status.OPEN)
    require(can_ask_more(by, problem, on=local_day(now)))
    _later(until, max(on, problem.due_on), _("It has to be later than the day by which the result is due"))
    problem.asked_until = until
    return done(problem, Kind.ASKED, "problem_more_asked", by=by, on=on, now=now, note=said(reason, "reason"))


@transaction.atomic
def answer_more(
    problem: Problem, *, granted: bool, by: User, on: date, now: datetime, note: str = "", version: int | None = None
) -> Problem:
    """The office gives the days that were asked for, while the day has not passed, or says why not."""
    problem = lock(problem, version, Status.OPEN)
    require(can_answer_more(by, problem))
    if granted and local_day(now) > problem.due_on:
        raise NotAllowed(_("The day has passed: it can't be put off any more."))
    if granted and problem.asked_until:
        problem.due_on = problem.asked_until
    elif not note.strip():
        raise Wrong({"note": _("Write why not: the owner has to know")})
    problem.asked_until = None
    return done(
        problem,
        Kind.EXTENDED if granted else Kind.REFUSED,
        "problem_more_answered",
        by=by,
        on=on,
        now=now,
        note=note,
    )


@transaction.atomic
def merge(
    problem: Problem, *, into: Problem, by: User, on: date, now: datetime, reason: str = "", version: int | None = None
) -> Problem:
    """*problem* is the same as *into*, which goes on for both; each keeps its steps. It counts as closed no more than
    as open."""
    list(Problem.objects.select_for_update().filter(pk__in=[problem.pk, into.pk]).order_by("pk"))  # in one order
    problem = lock(problem, version, Status.OPEN, Status.ANSWERED)
    into.refresh_from_db()
    require(can_merge(by, problem))
    if into.pk == problem.pk or into.county_id != problem.county_id or into.status == Status.CLOSED:
        raise Wrong({"into": _("Choose another problem of the county that is not closed")})
    problem.merged_into, problem.status, problem.closed_on = into, Status.CLOSED, on
    problem.waits_until = problem.asked_until = None
    save(problem, by, now)
    step(problem, Kind.MERGED, by=by, on=on, now=now, note="\n".join(filter(None, [into.title, reason.strip()])))
    step(into, Kind.MERGED, by=by, on=on, now=now, note="\n".join(filter(None, [problem.title, reason.strip()])))
    _follow(problem, into, by, now)
    tell("problem_merged", problem, by=by, now=now, why=into.title)
    return problem


def _follow(problem: Problem, into: Problem, by: User, now: datetime) -> None:
    """What was merged into it before is now in the one that goes on."""
    for double in Problem.objects.select_for_update().filter(merged_into=problem).order_by("pk"):
        double.merged_into = into
        save(double, by, now)


@transaction.atomic
def unmerge(problem: Problem, *, by: User, now: datetime, reason: str = "", version: int | None = None) -> Problem:
    """*problem* was no double: it is on the ledger again as it stood before it was merged, and has its own doubles
    back; both keep a step that says so."""
    both = [problem.pk, problem.merged_into_id or problem.pk]
    list(Problem.objects.select_for_update().filter(pk__in=both).order_by("pk"))  # in one order
    problem = lock(problem, version, Status.CLOSED)
    require(can_unmerge(by, problem))
    versions = problem.history.order_by("-history_id")
    merged, before = versions.first(), versions.filter(merged_into=None).first()
    if before is not None:
        problem.status, problem.result = before.status, before.result
        problem.waits_until, problem.asked_until = before.waits_until, before.asked_until
    else:
        problem.status = Status.OPEN
    into, problem.merged_into, problem.closed_on = problem.merged_into, None, None
    save(problem, by, now)
    for one in filter(None, (problem, into)):
        step(one, Kind.NOTED, by=by, on=local_day(now), now=now, note=_("Merging was taken back: %(problem)s") % {
            "problem": problem.title})  # fmt: skip
    if into is not None and merged is not None:
        _follow_back(problem, into, merged.history_date, by, now)
    return problem


def _follow_back(problem: Problem, into: Problem, moment: datetime, by: User, now: datetime) -> None:
    """What went along from *problem* to *into* at that *moment* comes back with it."""
    for double in Problem.objects.select_for_update().filter(merged_into=into).order_by("pk"):
        moved = double.history.filter(history_date=moment, merged_into=into).exists()
        before = double.history.filter(history_date__lt=moment).order_by("-history_id").first()
        if moved and before is not None and before.merged_into_id == problem.pk:
            double.merged_into = problem
            save(double, by, now)


@transaction.atomic
def open_again(
    problem: Problem, *, reason: str, by: User, on: date, now: datetime, version: int | None = None
) -> Problem:
    """It was closed and is not solved: its owner has the full number of days again, on the level where it was."""
    problem = lock(problem, version, Status.CLOSED)
    require(can_open_again(by, problem))
    problem.status, problem.closed_on, problem.merged_into = Status.OPEN, None, None
    begin_days(problem, on, days := calendar())
    return done(
        problem,
        Kind.REOPENED,
        "problem_reopened",
        by=by,
        on=on,
        now=now,
        note=said(reason, "reason"),
        days=days,
    )


def _later(until: date, than: date, why: str = "") -> None:
    if until <= than:
        raise Wrong({"until": why or _("%(day)s is past already") % {"day": figures.day(until, than)}})
    if (until - than).days > LONGEST:
        raise Wrong({"until": _("At most a year at once")})
