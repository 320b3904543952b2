from __future__ import annotations

from core.undo import of_many
from projects.turn.permissions import can_take_back_turn, can_turn_year
from projects.turn.services import PUT_IN_FORCE, take_back_turn

UNDO = (of_many(PUT_IN_FORCE, may=can_turn_year, can=can_take_back_turn, do=take_back_turn),)
