"""What the log keeps of absences: a deputy gets some of the rights of a post."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.noted import Noted

NOTED = (
    Noted("absence_recorded", "right", _("Absence with a deputy recorded")),
    Noted("absence_ended", "right", _("Absence ended or taken back")),
)
