from __future__ import annotations

from django.utils.translation import gettext as _

from core.models import Done
from organization.people.models import Post, Role, User
from organization.permissions import YES, Answer
from organization.units.models import Unit


def can_act_on_many(user: User, county: Unit | int | None) -> Answer:
    """Do something to many projects at once: the command office; each project is asked for besides."""
    if user.is_office_of(county):
        return YES
    return Answer(False, _("Only the command office changes many projects at once"))


def heads_office(user: User, county: Unit | int | None) -> bool:
    """Whether *user* holds the first post of the county's command office."""
    posts = Post.objects.filter(unit__county=county, role=Role.OFFICE, active=True).select_related("unit")
    first = posts.order_by("unit__position", "position", "pk").first()
    return first is not None and first.holder_id == user.pk


def can_take_back(user: User, done: Done) -> Answer:
    """Take back what was done to many projects: who did it, and the head of the command office."""
    if not (answer := can_act_on_many(user, done.county)):
        return answer
    if done.by_id == user.pk or heads_office(user, done.county):
        return YES
    said = _("Taken back by %(who)s, who did it, or by the head of the command office")
    return Answer(False, said % {"who": done.by})
