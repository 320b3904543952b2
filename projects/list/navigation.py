from django.utils.translation import gettext_lazy as _

from core.navigation import Entry

ALSO = (
    "organization:squad",
    "organization:squad_new",
    "organization:squad_edit",
    "organization:squad_end",
    "projects:of_squad",
)
ENTRIES = [
    Entry("squads", _("Squads"), "user", "projects:squads", group="dispatch", order=70, also=ALSO),
    Entry("leaders_squads", _("Squads"), "user", "projects:squads", group="look", order=40, menu="leader", also=ALSO),
]
