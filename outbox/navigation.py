from django.utils.translation import gettext_lazy as _

from core.navigation import Entry
from outbox.counts import notices

ENTRIES = [
    Entry("notices", _("Notices"), "bell", "outbox:notices", order=40, count=notices, also=("outbox:notice",)),
    Entry("look_notices", _("Notices"), "bell", "outbox:notices", order=10, menu="leader", count=notices,
          also=("outbox:notice",)),
]  # fmt: skip
