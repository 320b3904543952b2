from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from django.utils.translation import gettext as _

from core.shapes import Say, between, tables, unknown
from organization.profiles.rules import Profile, Section
from projects.rules import RoundRules


@dataclass(frozen=True)
class WeeklyRules(RoundRules):
    open_day: Annotated[int, between(1, 7)]
    due_day: Annotated[int, between(1, 7)]
    list: str = ""  # the code of a list of the year whose projects alone are asked; "": all that are being built


def _weekly(table: Any, profile: Profile, say: Say) -> None:
    if not isinstance(table, Mapping):
        return
    opens, due = (table.get(key) for key in ("open_day", "due_day"))
    if isinstance(opens, int) and isinstance(due, int) and opens > due:
        said = _("the week would be due (%(due)s) before it opens (%(opens)s)") % {"opens": opens, "due": due}
        say(("weekly", "due_day"), said)
    code, codes = table.get("list"), [str(one.get("code")) for _index, one in tables(profile.data, "list")]
    if isinstance(code, str) and code and code not in codes:
        say(("weekly", "list"), unknown(code, codes))


RULES = (Section("weekly", WeeklyRules, check=_weekly),)
