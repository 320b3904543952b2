from django.utils.translation import gettext_lazy as _

from core.navigation import Entry
from organization.people.models import ADMINISTRATION

ENTRIES = [
    Entry(
        "funding", _("Funds"), "fund", "funding:list", group="money", order=10, also=("funding",), but=ADMINISTRATION
    ),
]
