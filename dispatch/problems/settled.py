"""A problem is answered, closed, not accepted, or handed on: whoever was asked before isn't asked any more."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from core.settled import Matter, Settled, Words
from dispatch.problems.models import Problem, ProblemStep

Kind = ProblemStep.Kind


def _after(matters: Sequence[Matter], kinds: Sequence[Kind]) -> Words:
    """The newest step of *kinds* that was taken since the one that was told (the third word of the key)."""
    told = {
        Kind.ANSWERED: _("%(who)s reported a result, %(when)s"),
        Kind.CLOSED: _("%(who)s closed it, %(when)s"),
        Kind.REJECTED: _("%(who)s did not accept the result, %(when)s"),
        Kind.ASSIGNED: _("%(who)s handed it on, %(when)s"),
        Kind.PLACED: _("%(who)s placed it, %(when)s"),
        Kind.MERGED: _("%(who)s merged it with its double, %(when)s"),
        Kind.REPORTED: _("%(who)s reported to the leader, %(when)s"),
        Kind.EXTENDED: _("%(who)s gave more days, %(when)s"),
        Kind.REFUSED: _("%(who)s gave no more days, %(when)s"),
    }
    found = ProblemStep.objects.filter(problem__in={one.about for one in matters}, kind__in=told)
    found = found.exclude(~Q(problem__status=Problem.Status.CLOSED), kind=Kind.CLOSED)  # that was taken back
    there = set(Problem.objects.filter(pk__in={one.about for one in matters}).values_list("pk", flat=True))
    newest = {step.problem_id: step for step in found.select_related("by").order_by("pk")}
    words = {}
    for one in matters:
        if one.about not in there:
            words[one] = _("Its report was taken back")
        step = newest.get(one.about)
        if step and step.pk > one.word(2) and step.kind in kinds:
            said = {"who": step.by or _("The system"), "when": one.when(step.typed_at)}
            words[one] = told[Kind(step.kind)] % said
    return words


def _asked(matters: Sequence[Matter]) -> Words:
    return _after(matters, (Kind.ANSWERED, Kind.CLOSED, Kind.ASSIGNED, Kind.PLACED, Kind.MERGED))


def _reported(matters: Sequence[Matter]) -> Words:
    return _after(matters, (Kind.REPORTED, Kind.CLOSED, Kind.MERGED))


def _answered(matters: Sequence[Matter]) -> Words:
    return _after(matters, (Kind.EXTENDED, Kind.REFUSED, Kind.ANSWERED, Kind.CLOSED, Kind.ASSIGNED, Kind.MERGED))


def _confirmed(matters: Sequence[Matter]) -> Words:
    return _after(matters, (Kind.CLOSED, Kind.REJECTED, Kind.ASSIGNED, Kind.MERGED))


SETTLES = (
    Settled(("problem_assigned", "problem_collected", "problem_rejected", "problem_escalated"), _asked),
    Settled(
        ("problem_unplaced", "problem_placed", "problem_handed_up", "problem_handed_down", "problem_reopened"), _asked
    ),
    Settled(("problem_consulted", "problem_report_late"), _reported),
    Settled(("problem_more_asked",), _answered),
    Settled(("problem_answered",), _confirmed),
)
