"""What dispatch brings to the pages of projects and of squads."""

from django.utils.translation import gettext_lazy as _

from core.panels import Panel

PANELS = (
    Panel("projects:page", _("Problems"), "dispatch:project_problems", 10),
    Panel("projects:page", _("Report a problem"), "dispatch:problem_new", 10, place="button", asks="project"),
    Panel("organization:squad", _("Open problems of its projects"), "dispatch:squad_problems", 20),
)
