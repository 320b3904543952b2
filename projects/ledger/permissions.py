from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import User
from organization.permissions import YES, Answer
from organization.units.models import Unit


def can_import(user: User, county: Unit | None) -> Answer:
    """Load a county's ledger: its office."""
    if county is not None and user.is_office_of(county):
        return YES
    return Answer(False, _("Only the command office imports ledgers"))
