"""What the log keeps of bulletins."""

from django.utils.translation import gettext_lazy as _

from core.noted import Noted

NOTED = (
    Noted("bulletin_submitted", "paper", _("Bulletin sent for sign-off")),
    Noted("bulletin_recalled", "paper", _("Bulletin taken back before it was signed")),
    Noted("bulletin_redirected", "paper", _("Bulletin sent to somebody else to sign")),
    Noted("bulletin_returned", "paper", _("Bulletin given back")),
    Noted("bulletin_signed", "paper", _("Bulletin signed and published")),
    Noted("bulletin_corrected", "paper", _("Correction of a bulletin drafted")),
    Noted("bulletin_withdrawn", "paper", _("Bulletin withdrawn")),
    Noted("bulletin_written", "file", _("Bulletin written into files by a command")),
)
