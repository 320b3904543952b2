from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.forms import DateField


class PauseForm(forms.Form):
    """What one isn't to be reminded of, until which morning."""

    kind = forms.CharField(max_length=30)
    item = forms.CharField(max_length=100, required=False)
    until = DateField(label=_("until"), required=False)
