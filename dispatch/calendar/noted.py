"""What the log keeps of the calendar."""

from django.utils.translation import gettext_lazy as _

from core.noted import Noted

NOTED = (
    Noted("workdays_moved", "setting", _("Working days corrected")),
    Noted("calendar_address", "account", _("Secret address of a calendar made anew")),
)
