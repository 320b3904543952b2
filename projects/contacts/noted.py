"""What the log keeps of contacts: who wrote them, who looked at them. Never what stands there."""

from django.utils.translation import gettext_lazy as _

from core.noted import Noted

NOTED = (
    Noted("contact_seen", "person", _("Contact of a builder looked at")),
    Noted("contact_written", "person", _("Contact of a builder changed")),
)
