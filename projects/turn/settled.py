"""Figures were sent back, plans agreed, put in force, or taken out of it again."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.settled import Matter, Settled, Words
from organization.people.models import Post
from projects.turn.models import TurnAnswer, TurnOfYear

State = TurnOfYear.State
OVER = (State.AGREED, State.IN_FORCE)


def _turns(matters: Sequence[Matter]) -> dict[int, TurnOfYear]:
    return TurnOfYear.objects.in_bulk([one.about for one in matters])


def _asked(matters: Sequence[Matter]) -> Words:
    """What was asked of a person's units: all of them have answered, or the plans are agreed."""
    turns = _turns(matters)
    answers = TurnAnswer.objects.filter(turn__in=turns).exclude(sent_at=None)
    there = set(answers.values_list("turn", "unit"))
    posts = Post.objects.filter(holder__in={one.person for one in matters}, active=True)
    units: dict[int, set[int]] = {}
    for person, unit in posts.values_list("holder", "unit"):
        units.setdefault(person or 0, set()).add(unit)
    lines = {turn.pk: set(turn.lines.values_list("project__lead_unit", flat=True)) for turn in turns.values()}
    found = {}
    for one in matters:
        if (turn := turns.get(one.about)) is None:
            continue
        owed = units.get(one.person, set()) & lines[turn.pk]
        if turn.state in OVER:
            found[one] = _("The plans are agreed")
        elif owed and all((turn.pk, unit) in there for unit in owed):
            found[one] = _("The figures were sent back")
    return found


def _agreed(matters: Sequence[Matter]) -> Words:
    turns = _turns(matters)
    said = _("The plans are in force")
    return {one: said for one in matters if one.about in turns and turns[one.about].state == State.IN_FORCE}


def _in_force(matters: Sequence[Matter]) -> Words:
    turns = _turns(matters)
    said = _("It was taken back: the plans aren't in force")
    return {one: said for one in matters if one.about in turns and turns[one.about].state != State.IN_FORCE}


def _answered(matters: Sequence[Matter]) -> Words:
    answers = TurnAnswer.objects.select_related("turn").in_bulk([one.about for one in matters])
    found = {}
    for one in matters:
        answer = answers.get(one.about)
        if answer and answer.sent_at is None:
            found[one] = _("The figures were asked for again")
        elif answer and answer.turn.state in OVER:
            found[one] = _("The plans are agreed")
    return found


def _again(matters: Sequence[Matter]) -> Words:
    rows = TurnAnswer.objects.exclude(sent_at=None).in_bulk([one.about for one in matters])
    return {one: _("The figures were sent back") for one in matters if one.about in rows}


SETTLES = (
    Settled(("turn_sent",), _asked),
    Settled(("turn_agreed",), _agreed),
    Settled(("turn_in_force",), _in_force),
    Settled(("turn_answered",), _answered),
    Settled(("turn_again",), _again),
)
