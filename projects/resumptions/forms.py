from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.flow.forms import version_field
from core.web.forms import DateField
from organization.people.models import User
from organization.units.models import Unit

DAY = _("The first day of works of the year; of works that went on all winter the first of January")


class ResumptionForm(forms.Form):
    version = version_field()
    resumed_on = DateField(label=_("resumed on"), required=False, help_text=DAY)
    note = forms.CharField(label=_("note"), required=False, max_length=200)
    reason = forms.CharField(
        label=_("Reason of the change"),
        required=False,
        max_length=300,
        help_text=_("Needed where a day is on file; an empty day takes it off the file"),
    )


class ChosenForm(forms.Form):
    """What is asked once for the rows that were chosen."""

    resumed_on = DateField(label=_("resumed on"), help_text=DAY)
    note = forms.CharField(label=_("note"), required=False, max_length=200)

    def __init__(self, *args: Any, county: Unit, user: User, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
