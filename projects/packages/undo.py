from __future__ import annotations

from core.undo import of_many
from projects.many.permissions import can_act_on_many, can_take_back
from projects.packages.services import PACKED, UNPACKED, take_back_packing

UNDO = tuple(of_many(key, may=can_act_on_many, can=can_take_back, do=take_back_packing) for key in (PACKED, UNPACKED))
