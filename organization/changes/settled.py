"""What was planned is done, or withdrawn."""

from __future__ import annotations

from core.settled import Settled
from organization.changes.models import UnitChange
from organization.people.pages import settled_by

SETTLED = (Settled(("unit_change_planned",), lambda matters: settled_by(UnitChange, matters)),)
