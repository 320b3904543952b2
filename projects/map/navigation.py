from django.utils.translation import gettext_lazy as _

from core.navigation import Entry
from organization.people.models import ADMINISTRATION

ALSO = ("projects:outline", "projects:place")
ENTRIES = [
    Entry("map", _("Map"), "pin", "projects:map", group="projects", order=12, but=ADMINISTRATION, also=ALSO),
    Entry("leaders_map", _("Map"), "pin", "projects:map", group="look", order=20, menu="leader", also=ALSO),
]
