from django.utils.translation import gettext_lazy as _

from core.panels import Panel

PANELS = (Panel("projects:page", _("Whom to call at the builder"), "projects:contacts", 37),)
