from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from dispatch.corrections.services import LONGEST


class CorrectionForm(forms.Form):
    """What stood in a published bulletin, what is right, and why."""

    stood = forms.CharField(
        label=_("What stands there"),
        max_length=LONGEST,
        required=False,
        help_text=_("Word by word, with so much of the sentence that it stands in one place only."),
    )
    right = forms.CharField(label=_("What should stand there"), max_length=LONGEST, required=False)
    why = forms.CharField(
        label=_("Why it was wrong"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
