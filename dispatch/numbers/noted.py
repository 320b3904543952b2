"""What the log keeps of the register of issued papers."""

from django.utils.translation import gettext_lazy as _

from core.noted import Noted

NOTED = (
    Noted("paper_entered", "paper", _("Paper entered in the register")),
    Noted("number_void", "paper", _("Document number made void")),
)
