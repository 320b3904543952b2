from __future__ import annotations

from django.utils.translation import gettext as _

from core.models import Done
from organization.people.models import User
from organization.permissions import YES, Answer, works_for
from organization.units.models import Unit


def can_turn_year(user: User, county: Unit | int | None) -> Answer:
    """Prepare the turn of the year, send it round, agree it, put it in force: the command office."""
    if county is not None and user.is_office_of(county):
        return YES
    return Answer(False, _("Only the command office makes the turn of the year"))


def can_answer_turn(user: User, unit: Unit | None) -> Answer:
    """Send a unit's figures back to the office: its officers and heads."""
    if works_for(user, unit):
        return YES
    return Answer(False, _("Only the unit that leads the projects sends their figures back"))


def can_take_back_turn(user: User, done: Done) -> Answer:
    return can_turn_year(user, done.county)
