from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.flow.forms import version_field
from core.web.forms import DateField
from projects.choices import CodeState


class CodeForm(forms.Form):
    """One code of a project. What looks odd about it is said, and stored all the same."""

    version = version_field()
    text = forms.CharField(
        label=_("national project code"),
        required=False,
        strip=True,
        help_text=_("20 digits, as on the national platform: 2401-220523-04-01-123456; older ones as they are"),
    )
    state = forms.ChoiceField(label=_("state"), choices=CodeState.choices, initial=CodeState.VALID)
    shown = forms.BooleanField(
        label=_("This one is shown"),
        required=False,
        help_text=_("On lists, in ledgers and bulletins; the project is found by each of its codes"),
    )
    since = DateField(label=_("since"), required=False, help_text=_("The day on which the platform gave this state"))
    note = forms.CharField(label=_("note"), required=False, max_length=200)
    reason = forms.CharField(
        label=_("Why it is another project"),
        required=False,
        max_length=300,
        help_text=_("Needed when another project on file has or had this code, as parts of a package may"),
    )
