"""What rounds bring to the page of a project, and to the grid of a month."""

from django.utils.translation import gettext_lazy as _

from core.panels import Panel

PANELS = (
    Panel("projects:page", _("In which rounds it reports"), "dispatch:project_rounds", 5),
    Panel("projects:grid", _("Not in this round"), "dispatch:rounds_outside", 10),
)
