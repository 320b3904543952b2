from django.utils.translation import gettext_lazy as _

from core.navigation import Entry
from organization.people.models import ADMINISTRATION

ALSO = ("projects:roster", "projects:roster_new", "projects:roster_edit", "projects:roster_close")
ENTRIES = [
    Entry(
        "rosters", _("Lists of the year"), "grid", "projects:rosters", group="projects", order=12, but=ADMINISTRATION,
        also=ALSO,
    ),
    Entry("leaders_rosters", _("Lists of the year"), "grid", "projects:rosters", group="look", order=15,
          menu="leader", also=ALSO),
]  # fmt: skip
