from __future__ import annotations

from core.undo import of_many
from projects.platform.permissions import can_compare, can_take_back
from projects.platform.services import WRITTEN, take_back

UNDO = (of_many(WRITTEN, may=can_compare, can=can_take_back, do=take_back),)
