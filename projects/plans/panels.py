from django.utils.translation import gettext_lazy as _

from core.panels import Panel

PANELS = (Panel("projects:page", _("What is fixed for the year"), "projects:project_plans", 5),)
