from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core.flow.forms import version_field
from core.web import asked
from core.web.forms import DateField, ReasonForm
from projects.turn.models import TurnLine
from projects.turn.services import Decision


class TurnForm(forms.Form):
    """What the office does next with the turn: only the fields of its state."""

    version = version_field()
    fill_by = DateField(label=gettext_lazy("Figures wanted by"), required=True)
    on = DateField(label=gettext_lazy("In force on"), required=True)
    document = forms.CharField(label=gettext_lazy("document number"), required=False, max_length=100)
    reason = forms.CharField(
        label=gettext_lazy("Reason, where a plan lacks an amount"), required=False, max_length=300
    )

    def __init__(self, *args: Any, do: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = {"send": ("fill_by",), "agree": ("reason",), "force": ("on", "document")}
        for name in ("fill_by", "on", "document", "reason"):
            if name not in fields.get(do, ()):
                del self.fields[name]


NEXT = {"prepared": "send", "sent": "agree", "agreed": "force"}  # what the office does in each state


class AnswerForm(forms.Form):
    """A unit sends its figures back."""

    version = version_field()
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Where a project has no amount yet, write why"),
    )  # fmt: skip


class AgainForm(ReasonForm):
    version = version_field()


def decided(data: Any, lines: list[TurnLine]) -> dict[int, Decision]:
    """What the page says of each line that it shows."""
    found = {}
    for line in lines:
        pk = line.project_id
        if (what := data.get(f"b-{pk}")) is not None:
            sponsor = data.get(f"s-{pk}")
            lists = [code for code in data.getlist(f"l-{pk}") if code] if f"l-{pk}" in data else None
            chosen = None if sponsor is None else asked.key(sponsor) or 0
            found[pk] = Decision(what, data.get(f"w-{pk}", ""), chosen, lists)
    return found
