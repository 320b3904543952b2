from django.utils.translation import gettext_lazy as _

from core.panels import Panel

PANELS = (Panel("projects:page", _("Sponsorship and team"), "projects:project_sponsorship", 5),)
