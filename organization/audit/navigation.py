from django.utils.translation import gettext_lazy as _

from core.navigation import Entry
from organization.people.models import ADMINISTRATION
from organization.permissions import can_read_audit

ENTRIES = [
    Entry(
        "audit",
        _("Log"),
        "find",
        "organization:audit",
        group="house",
        order=95,
        roles=ADMINISTRATION,
        may=lambda user: can_read_audit(user, user.county),
    ),
]
