from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from django.utils.translation import gettext as _

from core.shapes import Say, between
from organization.profiles.rules import Profile, Section
from projects.rules import RoundRules


@dataclass(frozen=True)
class WeeklyRules(RoundRules):
    open_day: Annotated[int, between(1, 7)]
    due_day: Annotated[int, between(1, 7)]


def _weekly(table: Any, profile: Profile, say: Say) -> None:
    opens, due = (table.get(key) if isinstance(table, Mapping) else None for key in ("open_day", "due_day"))
    if isinstance(opens, int) and isinstance(due, int) and opens > due:
        said = _("the week would be due (%(due)s) before it opens (%(opens)s)") % {"opens": opens, "due": due}
        say(("weekly", "due_day"), said)


RULES = (Section("weekly", WeeklyRules, check=_weekly),)
