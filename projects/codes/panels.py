from django.utils.translation import gettext_lazy as _

from core.panels import Panel

PANELS = (Panel("projects:page", _("National project codes"), "projects:codes", 35),)
