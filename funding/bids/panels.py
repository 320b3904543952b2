"""What funding brings to the pages of the registry."""

from django.utils.translation import gettext_lazy as _

from core.panels import Panel

PANELS = (Panel("projects:page", _("Bids for funds"), "funding:project_bids", 20),)
