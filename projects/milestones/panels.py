from django.utils.translation import gettext_lazy as _

from core.panels import Panel

PANELS = (Panel("projects:page", _("Backward schedule"), "projects:schedule", 3),)
