from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.flow.forms import version_field
from core.flow.gates import Gate
from core.web.forms import DateField, offer
from projects.choices import Stage


class StepForm(forms.Form):
    """A step of the lifecycle: when it happened, and why where that is needed."""

    expect = forms.CharField(required=False, widget=forms.HiddenInput)
    version = version_field()
    on = DateField(label=gettext_lazy("happened on"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class MoveForm(StepForm):
    """Into a stage. `waive` are the closed gates that may be passed by exception."""

    waive = forms.MultipleChoiceField(
        label=gettext_lazy("Pass by exception"), required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order: tuple[str, ...] = ("on", "waive", "reason")

    def __init__(self, *args: Any, closed: Iterable[Gate] = (), may_waive: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(gate.code, gate.label) for gate in closed if gate.waivable]
        if may_waive and choices:
            offer(self, "waive", choices)
            self.fields["reason"].help_text = _("An exception needs a reason: it stays visible")
        else:
            del self.fields["waive"]


class BackForm(StepForm):
    to = forms.ChoiceField(label=gettext_lazy("back to"))
    field_order = ("to", "on", "reason")

    def __init__(self, *args: Any, stages: Iterable[Stage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "to", [(stage.value, stage.label) for stage in reversed(list(stages))])
        self.fields["reason"].required = True


class ReasonedStepForm(StepForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
