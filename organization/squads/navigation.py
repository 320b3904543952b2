from django.utils.translation import gettext_lazy as _

from core.navigation import Entry

ALSO = ("organization:squad", "organization:squad_new", "organization:squad_edit", "organization:squad_end")
ENTRIES = [
    Entry("squads", _("Squads"), "user", "organization:squads", group="dispatch", order=70, also=ALSO),
    Entry(
        "leaders_squads", _("Squads"), "user", "organization:squads", group="look", order=40, menu="leader", also=ALSO
    ),
]
