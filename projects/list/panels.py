"""What the registry brings to the page of a squad."""

from django.utils.translation import gettext_lazy as _

from core.panels import Panel

PANELS = (Panel("organization:squad", _("Its projects"), "projects:of_squad", 10),)
