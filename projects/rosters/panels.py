from django.utils.translation import gettext_lazy as _

from core.panels import Panel

PANELS = (Panel("projects:page", _("On which lists"), "projects:project_rosters", 45),)
