from __future__ import annotations

from core.undo import of_many
from projects.many.permissions import can_act_on_many, can_take_back
from projects.many.services import WAYS, take_back

UNDO = tuple(of_many(key, may=can_act_on_many, can=can_take_back, do=take_back) for key in WAYS)
