from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.flow.forms import version_field
from core.web.forms import offer
from projects.contacts.models import ProjectContact


class ContactForm(forms.Form):
    """One contact; what stands there isn't shown in the form."""

    version = version_field()
    place = forms.TypedChoiceField(
        label=_("In the place of"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Chosen, and all else left empty: it is taken off"),
    )
    post = forms.CharField(label=_("post"), required=False, max_length=60)
    name = forms.CharField(label=_("name"), required=False, max_length=40)
    telephone = forms.CharField(
        label=_("telephone"), required=False, max_length=40, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    note = forms.CharField(label=_("note"), required=False, max_length=200)

    def __init__(self, *args: Any, there: Iterable[ProjectContact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "place", [("", _("nobody: another one beside them")), *((row.pk, row.post) for row in there)])
