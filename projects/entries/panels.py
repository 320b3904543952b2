from django.utils.translation import gettext_lazy as _

from core.panels import Panel

PANELS = (Panel("projects:page", _("Entry into the statistics"), "projects:project_entry", 5),)
