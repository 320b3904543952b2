from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from core.panels import Panel
from organization.people.models import User
from projects.registry.pages import of_this_page
from projects.signboards.permissions import can_make_signboard


def _may(user: User, on: date, pk: int) -> bool:
    project = of_this_page(pk)
    return project is not None and can_make_signboard(user, project).ok


PANELS = (Panel("projects:page", _("Signboard"), "projects:signboard", 40, place="button", may=_may),)
