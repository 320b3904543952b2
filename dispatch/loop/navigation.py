from django.utils.translation import gettext_lazy as _

from core.navigation import Entry
from dispatch.loop.permissions import sees_loop

ENTRIES = (
    Entry("loop", _("Closed loop"), "next", "dispatch:loop", group="dispatch", order=5,
          roles=("office", "supervision", "approver"), may=sees_loop),
    Entry("look_loop", _("Closed loop"), "next", "dispatch:loop", group="look", order=16, menu="leader",
          may=sees_loop),
)  # fmt: skip
