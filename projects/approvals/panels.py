from django.utils.translation import gettext_lazy as _

from core.panels import Panel

PANELS = (Panel("projects:page", _("Checklist of approvals"), "projects:checklist", 5),)
