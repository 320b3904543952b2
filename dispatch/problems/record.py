"""A problem while something is done with it: held, kept with its step, told; its working days. Called by the verbs of
`services` modules inside their transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from core.amounts import figures
from core.days.office import Days, local_day
from core.records.files import store
from core.records.history import keep
from core.refusals import Refused, Stale, Wrong, unseen
from core.told import tell
from dispatch.problems import ladder as escalation
from dispatch.problems.models import Consultation, Problem, ProblemStep
from dispatch.problems.rules import ProblemRules
from organization.people.models import User
from organization.profiles.rules import rules_of

Files = Sequence[tuple[str, bytes]]  # names and contents


def lock(problem: Problem, version: int | None, *states: str) -> Problem:
    """The row as it is now, held until the end; Stale if it has moved on since the page was made."""
    problem = Problem.objects.select_for_update().get(pk=problem.pk)
    if problem.status not in states:
        raise Stale(problem, _("This problem is “%(status)s” by now.") % {"status": problem.get_status_display()})
    unseen(problem, version, _("Somebody wrote to this problem a moment ago: read it again before you go on."))
    return problem


def save(problem: Problem, by: User | None, now: datetime) -> None:
    problem.version += 1
    keep(problem, by=by, now=now)


def step(problem: Problem, kind: str, *, by: User | None, on: date, now: datetime, note: str = "") -> ProblemStep:
    """What was done on the day *on*, as evidence. Refused for a day to come."""
    if on > local_day(now):
        raise Refused(_("%(day)s has not come yet.") % {"day": figures.day(on, local_day(now))})
    return ProblemStep.objects.create(
        problem=problem,
        kind=kind,
        level=problem.level,
        on=on,
        typed_at=now,
        by=by,
        note=note.strip(),
        due_on=problem.due_on,
    )


def attach(written: ProblemStep, files: Files, *, by: User | None, now: datetime) -> None:
    """The *files* (name, content) that came with a step are kept with it; refused as `store` refuses them."""
    if files:
        written.files.set([store(content, name, by=by, now=now) for name, content in files])


def proven(problem: Problem) -> bool:
    """Whether a file came with the result that stands there."""
    answers = problem.steps.filter(kind=ProblemStep.Kind.ANSWERED).order_by("-pk")
    last = answers.first() if problem.status == Problem.Status.ANSWERED else None
    return last is not None and last.files.exists()


def done(
    problem: Problem,
    kind: str,
    told: str,
    *,
    by: User | None,
    on: date,
    now: datetime,
    note: str = "",
    days: Days | None = None,
    files: Files = (),
) -> Problem:
    """The end of a verb: the problem is kept, its step says what was done with the *note*, with *files* as proof, and
    whoever has to know is *told* in the same words. Answers the problem."""
    save(problem, by, now)
    attach(step(problem, kind, by=by, on=on, now=now, note=note), files, by=by, now=now)
    tell(told, problem, by=by, now=now, days=days, why=note.strip())
    return problem


def begin_days(problem: Problem, on: date, days: Days) -> None:
    """The full number of working days begins anew on *on*: nothing waits any more, nor is asked for."""
    rules = rules_of(problem.county)[ProblemRules]
    problem.due_on = escalation.due_on(on, rules.due_workdays, days)
    problem.waits_until = problem.asked_until = None


def reported(problem: Problem, text: str, *, by: User, on: date, now: datetime) -> bool:
    """The report to the level's leader that a consultation asks for is made with *text*, if one is due."""
    if problem.report_due is None:
        return False
    Consultation.objects.filter(problem=problem, reported_on=None).update(reported_on=on, report=text)
    problem.report_due = None
    step(problem, ProblemStep.Kind.REPORTED, by=by, on=on, now=now, note=text)
    tell("problem_reported", problem, by=by, now=now, why=text)
    return True


def said(text: str, field: str) -> str:
    """*text* without blanks around it; Wrong, at *field*, where nothing is written."""
    if not text.strip():
        why = _("Write the reason") if field == "reason" else _("Write it down: it is what stays of it")
        raise Wrong({field: why})
    return text.strip()
