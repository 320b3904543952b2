from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class DaysForm(forms.Form):
    text = forms.CharField(
        label=_("Days, one a line"),
        widget=forms.Textarea(attrs={"rows": 8, "class": "form-control"}),
        max_length=20_000,
        required=True,
        help_text=_("The day, 班 or 休, and where it is from, as in “2027-02-06 班 国办通知”; a table can be pasted"),
    )


class DoneForm(forms.Form):
    note = forms.CharField(label=_("what came of it"), max_length=300, required=False)
