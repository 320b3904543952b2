"""What investment brings to the pages of the registry."""

from django.utils.translation import gettext_lazy as _

from core.panels import Panel

PANELS = (Panel("projects:page", _("Investment lead"), "investment:project_lead", 30),)
