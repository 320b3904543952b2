"""What a service of the registry refuses with. They carry data; views turn each into words on the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from projects.lifecycle import Gate
    from projects.models import Project


class Refused(Exception):
    """A refusal in words; nothing was written."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotAllowed(Refused):
    """The person may not, or the step is none: `why` says so in a sentence."""


class NeedsReason(Refused):
    """The change needs a reason: `fields` are those that have one."""

    def __init__(self, why: str, fields: Sequence[str] = ()) -> None:
        super().__init__(why)
        self.fields = list(fields)


class Blocked(Refused):
    """Gates are closed: all of them, never the first only."""

    def __init__(self, gates: Sequence[Gate]) -> None:
        self.gates = list(gates)
        super().__init__(_("; ").join(str(gate.label) for gate in self.gates))


class StaleProject(Refused):
    """Somebody was faster. `project` is as it stands now; `theirs` are the fields that changed: {field: (was, is)}."""

    def __init__(self, project: Project, theirs: dict[str, tuple[Any, Any]] | None = None, who: str = "") -> None:
        self.project = project
        self.theirs = theirs or {}
        self.who = who
        super().__init__(
            _("Meanwhile the project was changed; it is now in the stage “%(stage)s”. Look at it once more.")
            % {"stage": project.get_stage_display()}
        )


class Wrong(Refused):
    """A fact that can't be: `fields` says for each field what is wrong with it."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(_("; ").join(fields.values()))
        self.fields = fields
