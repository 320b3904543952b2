from __future__ import annotations

from django.utils.translation import gettext as _

from dispatch.calendar.models import CalendarAct
from organization.people.models import Role, User
from organization.permissions import YES, Answer, sees_whole_county
from organization.units.models import Unit


def can_see_calendar(user: User, county: Unit | int | None) -> Answer:
    """When what is due is no secret within a county."""
    return YES if user.roles_in(county) else Answer(False, _("You hold no post in this county."))


def can_see_act(user: User, act: CalendarAct) -> Answer:
    """What was sent on or drawn: whoever it was sent to, and who sees the whole county."""
    if sees_whole_county(user, act.county_id) or any(pk == user.pk for pk, _name in act.receivers):
        return YES
    return Answer(False, _("It was sent to others."))


def can_finish(user: User, act: CalendarAct) -> Answer:
    """Say that it is done: the office, and those it was given to."""
    if user.is_office_of(act.county_id) or any(pk == user.pk for pk, _name in act.receivers):
        return YES
    return Answer(False, _("Only the office and those it was given to say that it is done."))


def can_move_days(user: User, county: Unit | int | None) -> Answer:
    """Correct the working days of the house: its office, or its administrator where several counties share it."""
    if user.holds(Role.ADMIN, at=county):
        return YES
    if user.is_office_of(county) and Unit.objects.counties().count() == 1:
        return YES
    return Answer(False, _("Only the office corrects working days; where counties share them, the administrator."))
