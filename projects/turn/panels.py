from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from core.panels import Panel
from organization.people.models import User
from projects.turn.pages import owing_units


def _may_send_back(user: User, on: date, year: int) -> bool:
    return bool(owing_units(user, year))


PANELS = (
    Panel("projects:plans", _("Send the figures back to the office"), "projects:turn_back", 10, "button",
          may=_may_send_back),
    Panel("projects:page", _("At the turn of the year"), "projects:project_turn", 46),
)  # fmt: skip
