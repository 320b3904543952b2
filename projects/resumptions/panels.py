from django.utils.translation import gettext_lazy as _

from core.panels import Panel

PANELS = (Panel("projects:page", _("Resumption by year"), "projects:resumptions", 36),)
