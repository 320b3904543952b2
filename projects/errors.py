"""The names of before: `core.refusals` has the family."""

from core.refusals import Closed as Blocked
from core.refusals import NeedsReason, NotAllowed, Refused, Wrong
from core.refusals import Stale as StaleProject

__all__ = ["Blocked", "NeedsReason", "NotAllowed", "Refused", "StaleProject", "Wrong"]
