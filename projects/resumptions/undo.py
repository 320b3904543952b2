from __future__ import annotations

from core.undo import of_many
from projects.resumptions.permissions import can_resume_some, can_take_back
from projects.resumptions.services import RESUMED, take_back

UNDO = (of_many(RESUMED, may=can_resume_some, can=can_take_back, do=take_back),)
