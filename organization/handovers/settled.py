"""What was planned is done, or withdrawn."""

from __future__ import annotations

from core.settled import Settled
from organization.handovers.models import PostChange
from organization.people.pages import settled_by

SETTLED = (Settled(("post_change_planned",), lambda matters: settled_by(PostChange, matters)),)
