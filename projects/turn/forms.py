from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core.flow.forms import version_field
from core.web.forms import DateField
from projects.turn.models import TurnLine


class TurnForm(forms.Form):
    """What the office does next with the turn: only the fields of its state."""

    version = version_field()
    fill_by = DateField(label=gettext_lazy("Figures wanted by"), required=True)
    on = DateField(label=gettext_lazy("In force on"), required=True)
    reason = forms.CharField(
        label=gettext_lazy("Reason, where a plan lacks an amount"), required=False, max_length=300
    )

    def __init__(self, *args: Any, do: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = {"send": "fill_by", "agree": "reason", "force": "on"}
        for name in ("fill_by", "on", "reason"):
            if fields.get(do) != name:
                del self.fields[name]


NEXT = {"prepared": "send", "sent": "agree", "agreed": "force"}  # what the office does in each state


def decided(data: Any, lines: list[TurnLine]) -> dict[int, tuple[str, str]]:
    """What the page says of each line that it shows."""
    found = {}
    for line in lines:
        if (what := data.get(f"b-{line.project_id}")) is not None:
            found[line.project_id] = (what, data.get(f"w-{line.project_id}", ""))
    return found
