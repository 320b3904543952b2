from django.utils.translation import gettext_lazy as _

from core.navigation import Entry
from organization.people.models import ADMINISTRATION

ENTRIES = [
    Entry(
        "investment",
        _("Investment leads"),
        "lead",
        "investment:list",
        group="money",
        order=20,
        also=("investment",),
        but=ADMINISTRATION,
    ),
]
