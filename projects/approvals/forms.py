"""What people type about an item of a checklist."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.flow.forms import version_field
from core.web.forms import DateField, offer
from projects.approvals.models import ApprovalItem, ItemState, Place
from projects.procedures import Track

SET = [(state.value, state.label) for state in ItemState if state != ItemState.ARGUED]


def _reason(label: Any = None, *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label or gettext_lazy("Reason"),
        required=required,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Write why: it stays with the record")},
    )


class TrackForm(forms.Form):
    """Which track a project takes."""

    version = version_field()
    track = forms.ChoiceField(label=gettext_lazy("kind of project"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, tracks: Sequence[Track], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "track", [(one.code, f"{one.label}：{one.about}" if one.about else one.label) for one in tracks])


class AddForm(forms.Form):
    version = version_field()
    kind = forms.ChoiceField(label=gettext_lazy("procedure"))
    reason = _reason(required=True)

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [("", _("choose one")), *kinds])


class ItemForm(forms.ModelForm):  # type: ignore[type-arg]  # generic to the stubs only
    """Who sees to it, by when, with what measures."""

    deadline = DateField(label=gettext_lazy("deadline"), required=False)
    joint_on = DateField(
        label=gettext_lazy("reviewed jointly on"),
        required=False,
        help_text=gettext_lazy("The day on which the authorities reviewed it together"),
    )
    reason = _reason(gettext_lazy("Why the deadline changes"))

    class Meta:
        model = ApprovalItem
        fields = ("leader", "handler", "measures", "deadline", "level", "authority", "joint_on")


class StateForm(forms.Form):
    """How it stands, and why."""

    state = forms.ChoiceField(label=gettext_lazy("how it stands"), choices=SET)
    on = DateField(label=gettext_lazy("since"))
    until = DateField(
        label=gettext_lazy("tolerated until"),
        required=False,
        help_text=gettext_lazy("Only where missing papers are tolerated: by then they are handed in"),
    )
    into = forms.ChoiceField(
        label=gettext_lazy("merged into"),
        required=False,
        help_text=gettext_lazy("Only where it is merged: the approval that covers it"),
    )
    reason = _reason()

    def __init__(self, *args: Any, others: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "into", [("", "—"), *others])


class ArgueForm(forms.Form):
    """A round that goes up."""

    level = forms.ChoiceField(
        label=gettext_lazy("argued at"), choices=[(one.value, one.label) for one in Place if one != Place.COUNTY]
    )
    on = DateField(label=gettext_lazy("sent on"))


class AnswerArgumentForm(forms.Form):
    """What came back."""

    passed = forms.ChoiceField(
        label=gettext_lazy("result"),
        widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("Passed")), ("no", gettext_lazy("Not passed"))],
        error_messages={"required": gettext_lazy("Say whether it passed")},
    )
    on = DateField(label=gettext_lazy("answered on"))
    feedback = _reason(gettext_lazy("feedback"))

    def clean_passed(self) -> bool:
        return bool(self.cleaned_data["passed"] == "yes")
