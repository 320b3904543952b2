from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import User
from organization.permissions import YES, Answer, works_for
from organization.profiles.rules import rules_of
from projects.registry.models import Project
from projects.signboards.rules import SignboardRules


def can_make_signboard(user: User, project: Project) -> Answer:
    """Who has the board made that stands at the site: the lead unit and the command office."""
    if not rules_of(project.county)[SignboardRules].enabled:
        return Answer(False, _("This county makes no signboards here"))
    if user.is_office_of(project.county_id) or works_for(user, project.lead_unit):
        return YES
    return Answer(False, _("Only the lead unit and the command office have signboards made"))
