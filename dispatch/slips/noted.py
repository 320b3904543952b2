"""What the log keeps of slips."""

from django.utils.translation import gettext_lazy as _

from core.noted import Noted

NOTED = (
    Noted("slip_issued", "paper", _("Slip issued")),
    Noted("slip_withdrawn", "paper", _("Slip withdrawn")),
)
