from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.flow.forms import version_field
from core.web.forms import DateField
from projects.milestones.models import Milestone
from projects.milestones.rules import ScheduleRules
from projects.milestones.services import Typed, field


def _reason() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class LayForm(forms.Form):
    """From which day the milestones are laid backwards, by which template."""

    version = version_field()
    template = forms.ChoiceField(label=gettext_lazy("template"))
    target = DateField(
        label=gettext_lazy("target day"),
        help_text=gettext_lazy("The last milestone is reached by this day; the others are laid before it"),
    )
    reason = _reason()

    def __init__(self, data: Any = None, *, rules: ScheduleRules, again: bool, **more: Any) -> None:
        super().__init__(data, **more)
        chosen: forms.ChoiceField = self.fields["template"]  # type: ignore[assignment]  # declared above
        chosen.choices = [(one.code, one.label) for one in rules.template]
        if not again:
            del self.fields["reason"]


class DaysForm(forms.Form):
    """The three days of all milestones in one table; a reason once it is asked for."""

    version = version_field()
    along = forms.BooleanField(label=gettext_lazy("What hangs on it moves along"), required=False)
    reason = _reason()

    def __init__(self, data: Any = None, *, rows: Iterable[Milestone], **more: Any) -> None:
        super().__init__(data, **more)
        self.rows = list(rows)
        if data is None or "reason" not in data:
            del self.fields["reason"]
        days = {"planned": _("planned for"), "forecast": _("forecast for"), "done": _("reached on")}
        for row in self.rows:
            for name, label in days.items():
                if name == "done" and row.fact:
                    continue
                made = DateField(label=f"{row.name} {label}", required=name == "planned")
                made.initial = getattr(row, f"{name}_on")
                made.widget.attrs["aria-label"] = made.label
                self.fields[field(name, row.pk)] = made

    def of(self, row: Milestone) -> dict[str, BoundField | None]:
        """The fields of *row*; None for a day that is typed elsewhere."""
        names = {name: field(name, row.pk) for name in ("planned", "forecast", "done")}
        return {name: self[there] if there in self.fields else None for name, there in names.items()}

    @property
    def typed(self) -> dict[int, Typed]:
        told = self.cleaned_data
        return {
            row.pk: Typed(
                told[field("planned", row.pk)], told.get(field("forecast", row.pk)), told.get(field("done", row.pk))
            )
            for row in self.rows
        }


class AddForm(forms.Form):
    """A milestone of one's own, and between which others it lies."""

    version = version_field()
    label = forms.CharField(label=gettext_lazy("milestone"), max_length=60)
    planned_on = DateField(label=gettext_lazy("planned for"))
    after = forms.ModelChoiceField(Milestone.objects.none(), label=gettext_lazy("comes after"), required=False)
    until = forms.ModelChoiceField(Milestone.objects.none(), label=gettext_lazy("comes before"), required=False)

    def __init__(self, data: Any = None, *, rows: Any, **more: Any) -> None:
        super().__init__(data, **more)
        for name in ("after", "until"):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]  # declared above
