"""Who issues slips, who answers them, who withdraws them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dispatch.slips.models import Slip
from dispatch.slips.rules import SlipRules
from organization.people.models import Role, User
from organization.people.recipients import WORKING
from organization.permissions import YES, Answer, works_for
from organization.profiles.rules import rules_of
from organization.units.models import Unit

Status = Slip.Status


def may_issue(user: User, county: Unit) -> bool:
    """Whether *user* is one of those who issue slips in *county*, and the county has any kind of them."""
    return user.holds(Role.OFFICE, Role.SUPERVISION, at=county) and bool(rules_of(county)[SlipRules].kinds)


def can_issue_slip(user: User, county: Unit) -> Answer:
    """The command office and the supervision of the county."""
    if not rules_of(county)[SlipRules].kinds:
        return Answer(False, _("This county issues no slips here."))
    if user.holds(Role.OFFICE, Role.SUPERVISION, at=county):
        return YES
    return Answer(False, _("Only the command office and supervision issue slips."))


def can_see_slips(user: User, county: Unit) -> Answer:
    """The list, where the county issues slips; its rows are those that the person may see."""
    if user.county == county and rules_of(county)[SlipRules].kinds:
        return YES
    return Answer(False, _("This county issues no slips here."))


def is_asked(user: User, slip: Slip) -> bool:
    """Whether *user* has to answer: holds the post that it is addressed to, or works for the unit."""
    if slip.post_id is not None:
        return any(post.pk == slip.post_id for post in user.current_posts)
    return works_for(user, slip.unit, *WORKING)


def can_answer_slip(user: User, slip: Slip) -> Answer:
    """Who it is addressed to; the office enters an answer that came back on paper."""
    if slip.status != Status.OPEN:
        return Answer(False, _("No answer is asked for: “%(status)s”.") % {"status": slip.get_status_display()})
    if is_asked(user, slip) or user.is_office_of(slip.county_id):
        return YES
    return Answer(False, _("Only %(unit)s answers it.") % {"unit": slip.to})


def can_withdraw_slip(user: User, slip: Slip) -> Answer:
    if slip.status == Status.WITHDRAWN:
        return Answer(False, _("It has been withdrawn already."))
    return can_issue_slip(user, slip.county)
