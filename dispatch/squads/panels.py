from django.utils.translation import gettext_lazy as _

from core.panels import Panel

PANELS = (Panel("organization:squad", _("What is theirs, what is late"), "dispatch:squad_standing", 5),)
